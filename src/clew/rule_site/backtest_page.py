"""A back-test as one page to look at: precision by group, and each parameter's sweep as bars."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from types import SimpleNamespace

from clew.catalogue_site.environment import site_environment
from clew.project import Project
from clew.rule_site import words
from clew.rule_site.sweep_picture import sweep_picture
from clew.rule_site.write import PACKAGE
from clew.screening.backtest import Backtest


def backtest_page(project: Project, found: Backtest) -> str:
    """The page's text; it loads nothing from a network."""
    style = files(PACKAGE).joinpath("pages.css").read_text(encoding="utf-8")
    environment = site_environment(project.settings.language, PACKAGE, style, words)
    rules = project.library.rules
    owner = project.models.get(found.name) or rules[found.name]
    sweeps = [
        (
            rule,
            rules[rule].title_zh,
            rules[rule].title,
            [
                (
                    parameter,
                    some[0].unit,
                    some,
                    sweep_picture(some, f"{rule} {parameter}"),
                    [one for one in found.effects if (one.rule, one.parameter) == (rule, parameter)],
                )
                for parameter, of_parameter in groupby(of_rule, key=lambda one: one.parameter)
                if (some := list(of_parameter))
            ],
            list(found.rules.get(rule, {}).items()),
        )
        for rule, of_rule in found.points.items()
    ]
    return environment.get_template("backtest.html.j2").render(
        facts=SimpleNamespace(as_of=found.as_of), title=(owner.title_zh, owner.title), name=found.name,
        groups=list(found.groups.items()), sweeps=sweeps, root="",
    )  # fmt: skip
