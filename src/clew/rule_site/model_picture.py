"""A model as one inline SVG: the datasets its rules read, the rules, the model, and who gets its clues."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from clew.catalogue_site.picture import Box, drawn
from clew.rule_site.facts import ModelFacts
from clew.rule_site.words import LINES


def model_picture(facts: ModelFacts) -> Markup:
    """Four columns joined by lines."""
    model, weigh = facts.model, facts.model.scoring
    datasets = [Box(f"data:{name}", title, (name, name), "sender") for name, title in facts.datasets]
    weights = {use.rule.value: weigh.weight_of(use) for use in model.uses}
    rules = [
        Box(rule.id, (rule.title_zh, rule.title), _weight(weights[rule.id]), "rule", f"../rules/{quote(rule.id)}.html")
        for rule in facts.rules
    ]
    middle = [Box(model.id, (model.title_zh, model.title), (model.id, model.id), "self")]
    units = [
        Box(f"unit:{unit}", LINES.get(unit, (unit, unit)), (unit, unit), "model")
        for unit in dict.fromkeys(route.to for route in model.routes)
    ]
    edges = [(f"data:{name.value}", rule.id) for rule in facts.rules for name in rule.datasets.values()]
    edges += [(rule.id, model.id) for rule in facts.rules] + [(model.id, unit.key) for unit in units]
    name = f"监督模型 Supervision model: {model.title_zh} / {model.title}"
    return drawn([datasets, rules, middle, units], list(dict.fromkeys(edges)), name)


def _weight(weight: object) -> tuple[str, str]:
    return (f"权重 {weight}", f"weight {weight}") if weight is not None else ("", "")
