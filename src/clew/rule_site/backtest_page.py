"""A back-test as one page to look at: precision by group, and each parameter's sweep as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from itertools import groupby
from types import SimpleNamespace

from clew.catalogue_site.environment import site_environment
from clew.project import Project
from clew.rule_site import words
from clew.rule_site.sweep_picture import sweep_picture
from clew.rule_site.write import PACKAGE
from clew.screening.precision import Precision
from clew.screening.sweep import Point


def backtest_page(
    project: Project, name: str, as_of: date, groups: Mapping[str, Precision], points: Mapping[str, Sequence[Point]]
) -> str:
    """The page's text; it loads nothing from a network."""
    style = files(PACKAGE).joinpath("pages.css").read_text(encoding="utf-8")
    environment = site_environment(project.settings.language, PACKAGE, style, words)
    rules = project.library.rules
    owner = project.models.get(name) or rules[name]
    sweeps = [
        (
            rule,
            rules[rule].title_zh,
            rules[rule].title,
            [
                (parameter, some[0].unit, some, sweep_picture(some, f"{rule} {parameter}"))
                for parameter, found in groupby(of_rule, key=lambda one: one.parameter)
                if (some := list(found))
            ],
        )
        for rule, of_rule in points.items()
    ]
    return environment.get_template("backtest.html.j2").render(
        facts=SimpleNamespace(as_of=as_of), title=(owner.title_zh, owner.title), name=name, groups=list(groups.items()),
        sweeps=sweeps, root="",
    )  # fmt: skip
