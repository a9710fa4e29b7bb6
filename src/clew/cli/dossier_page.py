"""A dossier as one self-contained page, to print or to keep with the file."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from clew.cli.dossier_report import EN, ZH, heading, sections, warning
from clew.project import Project
from clew.screening.dossier import Dossier


def write_page(found: Dossier, project: Project, target: Path) -> None:
    """Write the page, as text for a browser; everything in it is escaped. Folders on the way are made."""
    pages = Environment(loader=PackageLoader("clew.cli", "templates"), undefined=StrictUndefined, autoescape=True)
    html = pages.get_template("dossier.html.j2").render(
        language=project.settings.language,
        heading=heading(found, project),
        warning=warning(found, project),
        sections=sections(found, project),
        nothing=(EN if project.settings.language == "en" else ZH)["nothing"],
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html, encoding="utf-8")
