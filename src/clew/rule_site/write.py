"""Writing the pages of rules and models. Equal facts, equal bytes; nothing is fetched from a network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb

from clew.catalogue_site.environment import site_environment
from clew.catalogue_site.folder import put
from clew.catalogue_site.text import number
from clew.project import Project
from clew.rule_site import words
from clew.rule_site.facts import Facts, read_facts
from clew.rule_site.model_picture import model_picture
from clew.rule_site.steps_picture import steps_picture
from clew.rules.verbs import VERBS
from clew.rules.wording import amount

MARK = ".clew-pages"
PACKAGE = "clew.rule_site"


def write_pages(connection: duckdb.DuckDBPyConnection | None, project: Project, folder: Path, today: date) -> Path:
    """Write one page per rule and model, and an index, into ``folder``; returns the path of ``index.html``.

    Earlier pages there are replaced whole. Raises NotOursError when the folder holds anything else.
    """
    facts = read_facts(connection, project, today)
    return put(folder, MARK, lambda _: _pages(facts, project))


def _pages(facts: Facts, project: Project) -> Iterator[tuple[str, str]]:
    style = files(PACKAGE).joinpath("pages.css").read_text(encoding="utf-8")
    environment = site_environment(project.settings.language, PACKAGE, style, words)
    verbs = {name: (verb.zh, name) for name, verb in VERBS.items()} | {"clue": ("形成线索", "clue")}
    environment.globals |= {"verbs": verbs, "tiles": _tiles(facts), "amount": amount}
    yield "index.html", environment.get_template("pages.html.j2").render(facts=facts, root="")
    page = environment.get_template("rule.html.j2")
    for one in facts.rules:
        picture = steps_picture(one.plan.steps, one.steps, (one.rule.title_zh, one.rule.title))
        text = page.render(facts=facts, one=one, rule=one.rule, picture=picture, root="../")
        yield f"rules/{one.rule.id}.html", text
    page = environment.get_template("model.html.j2")
    for model in facts.models:
        text = page.render(facts=facts, one=model, model=model.model, picture=model_picture(model), root="../")
        yield f"models/{model.model.id}.html", text


def _tiles(facts: Facts) -> list[tuple[tuple[str, str], str, str]]:
    """The figures above the index: words, figure, style."""
    live = sum(one.model.status.value == "live" for one in facts.models)
    total = [one.record.total for one in facts.models]
    return [
        (("监督模型", "models"), number(len(facts.models)), ""),
        (("正式运行", "live"), number(live), "good" if live else ""),
        (("规则", "rules"), number(len(facts.rules)), ""),
        (("线索", "clues"), number(sum(one.found for one in total)), ""),
        (("已核查", "reviewed"), number(sum(one.reviewed for one in total)), ""),
        (("查证属实", "substantiated"), number(sum(one.right for one in total)), ""),
    ]
