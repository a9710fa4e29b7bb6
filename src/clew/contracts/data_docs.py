"""Great Expectations' Data Docs, made to open without a network.

GX's pages load some fifteen scripts, styles and pictures from other hosts, which an isolated network cannot reach and
which would tell those hosts who reads what. The pages keep GX's content; scripts, pictures and foreign links go, one
style sheet comes in, and random identifiers become counters so that the same results give the same bytes. Only the
index is written here: GX fills its tables by script.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

_SITE = "clew"
_REMOVED = (
    re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"<footer\b.*?</footer\s*>", re.DOTALL | re.IGNORECASE),
    re.compile(r"<link\b[^>]*>", re.IGNORECASE),
    re.compile(r"<img\b[^>]*>", re.IGNORECASE),
)
_FOREIGN_LINK = re.compile(r"<a\b[^>]*href\s*=\s*[\"']https?://[^>]*>(.*?)</a\s*>", re.DOTALL | re.IGNORECASE)
_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def write_site(results: list[ExpectationSuiteValidationResult], folder: Path) -> Path:
    """Write the site of these results into ``folder``, replacing what was there; the path of its ``index.html``."""
    folder = folder.resolve()  # GX takes absolute folders only
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".data_docs-") as scratch:
        built = Path(scratch) / "site"
        _build(results, built)
        shutil.rmtree(built / "static", ignore_errors=True)
        (built / "index.html").write_text(_index(results), encoding="utf-8")
        style = files("clew.contracts").joinpath("data_docs.css").read_text(encoding="utf-8")
        for page in sorted(built.rglob("*.html")):
            page.write_text(self_contained(page.read_text(encoding="utf-8"), style), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(scratch) / "replaced")
        built.rename(folder)
    return folder / "index.html"


def self_contained(html: str, style: str) -> str:
    """One page without anything that is loaded from elsewhere, with ``style`` inside."""
    for part in _REMOVED:
        html = part.sub("", html)
    html = _FOREIGN_LINK.sub(r"\1", html)
    names: dict[str, str] = {}
    html = _RANDOM.sub(lambda match: names.setdefault(match[0], f"n{len(names) + 1}"), html)
    html = re.sub(r"<html\b[^>]*>", '<html lang="zh">', html, count=1)
    return html.replace("</head>", f"<style>\n{style}</style>\n</head>", 1)


def _build(results: list[ExpectationSuiteValidationResult], folder: Path) -> None:
    import great_expectations as gx
    from great_expectations.core import ExpectationSuite
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    context = gx.get_context(mode="ephemeral")
    context.add_data_docs_site(_SITE, {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
    })  # fmt: skip
    for result in results:
        expected = [item.expectation_config for item in result.results if item.expectation_config is not None]
        if result.suite_name not in {known.name for known in context.suites.all()}:
            context.suites.add(ExpectationSuite(name=result.suite_name, expectations=expected))
        key = ValidationResultIdentifier(
            expectation_suite_identifier=ExpectationSuiteIdentifier(result.suite_name),
            run_id=result.meta["run_id"],
            batch_identifier=result.suite_name,
        )
        context.validation_results_store.set(key, result)
    context.build_data_docs(site_names=[_SITE])


def _index(results: list[ExpectationSuiteValidationResult]) -> str:
    rows = "\n".join(_row(result) for result in results)
    return f"""<!DOCTYPE html>
<html>
<head><meta charset="UTF-8"><title>数据契约校验 Data contract results</title></head>
<body>
<h1>数据契约校验结果 <small>Data contract results</small></h1>
<table>
<thead><tr><th>数据集 Dataset</th><th>批次 Delivery</th><th>收到日期 Received</th><th>行数 Rows</th>
<th>通过 Passed</th><th>结论 Result</th><th>契约 Contract</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _row(result: ExpectationSuiteValidationResult) -> str:
    meta: dict[str, Any] = dict(result.meta)
    run, said = meta["run_id"], result.statistics
    name, moment = escape(result.suite_name), run.run_time.strftime("%Y%m%dT%H%M%S.%fZ")
    page = quote(f"validations/{result.suite_name}/{run.run_name}/{moment}/{result.suite_name}.html")
    contract = f'<a href="expectations/{quote(result.suite_name)}.html">{escape(str(meta["contract_version"]))}</a>'
    verdict = ("text-success", "✓ 通过 passed") if result.success else ("text-danger", "✗ 未通过 failed")
    return (
        f'<tr><td><a href="{page}">{name}</a></td><td>{escape(str(run.run_name))}</td>'
        f"<td>{run.run_time:%Y-%m-%d}</td><td>{meta['rows']}</td>"
        f"<td>{said['successful_expectations']} / {said['evaluated_expectations']}</td>"
        f'<td class="{verdict[0]}">{verdict[1]}</td>'
        f"<td>{contract}</td></tr>"
    )
