"""Writing the site: every page built beside the old site, then put in its place at once. Equal facts, equal bytes."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import duckdb

from clew.project import Project

if TYPE_CHECKING:
    from jinja2 import Environment

    from clew.catalogue_site.facts import Facts

MARK = ".clew-catalogue"
"""A file of this name says that a folder is a catalogue and may be replaced by a newer one."""


class NotOursError(Exception):
    """The folder holds something that is no catalogue; it was left alone."""


def write_catalogue(con: duckdb.DuckDBPyConnection, project: Project, folder: Path, as_of: date) -> Path:
    """Write the site into ``folder``; returns the path of its ``index.html``.

    An earlier catalogue there is replaced whole. Raises NotOursError when the folder holds anything else.
    """
    from clew.catalogue_site.facts import read_facts

    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise NotOursError(folder)
    facts = read_facts(con, project, as_of)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".catalogue-") as scratch:
        built = Path(scratch) / "site"
        (built / "datasets").mkdir(parents=True)
        (built / MARK).write_text("", encoding="utf-8")
        for name, text in _pages(facts, project, folder):
            _write(built / name, text)
        if folder.exists():
            folder.rename(Path(scratch) / "replaced")
        built.rename(folder)
    return folder / "index.html"


def _pages(facts: Facts, project: Project, folder: Path) -> Iterator[tuple[str, str]]:
    from clew.catalogue_site.page import dataset_page, index_lines, totals

    environment = _environment(project.settings.language)
    index = environment.get_template("index.html.j2")
    yield "index.html", index.render(facts=facts, lines=index_lines(facts), totals=totals(facts), root="")
    page = environment.get_template("dataset.html.j2")
    docs = _docs(project.settings.docs_dir, folder / "datasets")
    for dataset in facts.datasets:
        view = dataset_page(dataset, facts, docs)
        yield (
            f"datasets/{dataset.contract.dataset}.html",
            page.render(facts=facts, page=view, dataset=dataset, contract=dataset.contract, root="../"),
        )


def _environment(language: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from clew.catalogue_site import calendar, charts, text, words

    environment = Environment(
        loader=PackageLoader("clew.catalogue_site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    style, script = (_asset(name) for name in ("site.css", "site.js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    environment.globals |= {
        "t": text.both,
        "w": lambda table, code: text.both(*words.word(getattr(words, table), str(code))),
        "number": text.number,
        "percent": text.percent,
        "legend": charts.legend,
        "signs": calendar.SIGNS,
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": policy,
        "language": language,
    }
    environment.filters["quoted"] = lambda name: quote(str(name))
    return environment


def _asset(name: str) -> str:
    return files("clew.catalogue_site").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash by which a content security policy names an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _docs(docs: Path, pages: Path) -> str:
    """The way from a page to the Data Docs, '' when there are none."""
    index = docs.resolve() / "index.html"
    return quote(Path(os.path.relpath(index, pages)).as_posix()) if index.is_file() else ""


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
