"""The templates of a site: both languages, one style sheet and one script inside each page, nothing from a network."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = "clew.catalogue_site"


def site_environment(language: str, package: str = HERE, style: str = "", words: Any = None) -> Environment:
    """Templates of ``package``, over those they share. ``style`` is added to the style sheet.

    ``words`` is the module of the tables that ``w(table, code)`` speaks from.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from clew.catalogue_site import calendar, charts, text
    from clew.catalogue_site import words as own_words
    from clew.catalogue_site.owner import owner

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(one) for one in dict.fromkeys((package, HERE))]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    sheet, script = _asset("site.css") + style, _asset("site.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(sheet)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    tables = words or own_words
    environment.globals |= {
        "t": text.both,
        "owner": owner,
        "w": lambda table, code: text.both(*own_words.word(getattr(tables, table), str(code))),
        "number": text.number,
        "percent": text.percent,
        "legend": charts.legend,
        "signs": calendar.SIGNS,
        "style": Markup(sheet),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": policy,
        "language": language,
    }
    environment.filters["quoted"] = lambda name: quote(str(name))
    return environment


def _asset(name: str) -> str:
    return files(HERE).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash by which a content security policy names an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
