"""Writing the catalogue: its pages, from the facts. Equal facts, equal bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import duckdb

from clew.catalogue_site.environment import site_environment
from clew.catalogue_site.folder import put
from clew.project import Project

if TYPE_CHECKING:
    from clew.catalogue_site.facts import Facts

MARK = ".clew-catalogue"
"""A file of this name says that a folder is a catalogue and may be replaced by a newer one."""


def write_catalogue(con: duckdb.DuckDBPyConnection, project: Project, folder: Path, as_of: date) -> Path:
    """Write the site into ``folder``; returns the path of its ``index.html``.

    An earlier catalogue there is replaced whole. Raises NotOursError when the folder holds anything else.
    """
    from clew.catalogue_site.read_facts import read_facts

    facts = read_facts(con, project, as_of)
    return put(folder, MARK, lambda where: _pages(facts, project, where))


def _pages(facts: Facts, project: Project, folder: Path) -> Iterator[tuple[str, str]]:
    from clew.catalogue_site.page import dataset_page, index_lines, totals

    environment = site_environment(project.settings.language)
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


def _docs(docs: Path, pages: Path) -> str:
    """The way from a page to the Data Docs, '' when there are none."""
    index = docs.resolve() / "index.html"
    return quote(Path(os.path.relpath(index, pages)).as_posix()) if index.is_file() else ""
