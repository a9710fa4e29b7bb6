"""Reading model files: the reference's examples are read whole, and every mutation of them is located or harmless."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from clew.problems import Problems
from clew.quantities import Quantity, Rounding
from clew.scoring.method import Method
from clew.supervision.model import Amount, Model, Status
from clew.supervision.parse import read_model

MODEL = """\
model: pension_after_death
title: Pension paid after death
title_zh: 死亡人员违规领取养老金法律监督模型
status: shadow
owner: public_interest_office
line: public_interest
supervised_body: 社会保险经办机构
goal: Recover the money.
legal_basis:
  - {law: prc.administrative_litigation_law, article: "25(4)", effective_from: 2017-07-01}
rules:
  - {use: benefit.paid_after_death, points: 60, with: {min_amount: 500}}
  - {use: benefit.certified_alive_after_death, points: 30}
merge: subject
scoring:
  method: points
  cap: 100
  factors:
    - when: amount >= 50000
      points: 20
      title_zh: 金额五万元以上
    - when: amount >= 10000
      points: 10
      title_zh: 金额一万元以上
  factors_apply: first
  bands: {red: 80, orange: 50, yellow: 20}
routing:
  - when: band = 'red' and amount >= 50000
    to: criminal
    due: {value: 7, unit: day, counting: working}
  - when: band in ('red', 'orange')
    to: public_interest
    due: {value: 30, unit: day, counting: calendar}
  - otherwise: watch
suppress_after:
  not_substantiated: {value: 12, unit: month, rounding: down}
  data_error: until_source_changes
freshness: {death: {value: 35, unit: day}}
limits: {clues_per_run: {warn_above: 200, stop_above: 2000}}
promote_when: {shadow_runs: 3, reviewed: 50, precision: {red: 0.6}}
handling:
  - Check the death date against two sources.
dispositions: [substantiated, not_substantiated, lawful_exception, data_error, already_handled]
"""


def read(folder: Path, text: str) -> tuple[Model | None, Problems]:
    path = folder / "pension_after_death" / "model.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    return read_model(path, problems, "models/pension_after_death/model.yml"), problems


def test_the_worked_model_is_read_whole(tmp_path: Path) -> None:
    model, problems = read(tmp_path, MODEL)
    assert list(problems) == []
    assert model is not None
    assert (model.id, model.status, model.shadow, model.stores) == ("pension_after_death", Status.SHADOW, True, True)
    assert [(use.rule.value, use.points, dict(use.overrides)) for use in model.uses] == [
        ("benefit.paid_after_death", Decimal(60), {"min_amount": Decimal(500)}),
        ("benefit.certified_alive_after_death", Decimal(30), {}),
    ]
    assert model.scoring.method is Method.POINTS and model.scoring.first_factor_only
    assert list(model.scoring.bands.items()) == [("red", 80), ("orange", 50), ("yellow", 20)]
    assert [(route.to, route.due) for route in model.routes] == [
        ("criminal", Quantity(7, "day", "working")),
        ("public_interest", Quantity(30, "day")),
        ("watch", None),
    ]
    assert model.suppress_after == {
        "not_substantiated": Quantity(12, "month", rounding=Rounding.DOWN),
        "data_error": "until_source_changes",
    }
    assert (model.limits.warn_above, model.limits.stop_above) == (200, 2000)
    assert model.promote_when is not None and model.promote_when.precision == {"red": Decimal("0.6")}
    assert model.amount is Amount.LARGEST and len(model.handling) == 1
    assert str(model.routes[1].when.at(0) if model.routes[1].when else "").endswith("model.yml:31:11")


def test_goal_and_steps_are_read_in_both_languages(tmp_path: Path) -> None:
    model, _ = read(tmp_path, MODEL)
    assert model is not None and model.goal_zh == model.goal and model.handling_zh == model.handling
    more = "goal_zh: 追回资金。\nhandling_zh: [以两个来源核对死亡日期。]\n"
    model, problems = read(tmp_path, MODEL + more)
    assert model is not None and not len(problems)
    assert (model.goal, model.goal_zh) == ("Recover the money.", "追回资金。")
    assert model.handling_zh == ("以两个来源核对死亡日期。",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("owner:", "ownr:", "5:1: E101 unknown key 'ownr' in the model\n    help: did you mean 'owner'?"),
        ("goal: Recover the money.\n", "", "1:1: E102 the model has no 'goal'"),
        ("status: shadow", "status: shado", "4:9: E104 the status 'shado' is not known\n    help: did you mean 'shad"),
        ("line: public_interest", "line: civl", "6:7: E104 the line 'civl' is not known"),
        ("dispositions: [", "handling_zh: [核对, 追回]\ndispositions: [",
         "43:14: E107 'handling_zh' has 2 entries, and 'handling' has 1"),
        ("merge: subject", "merge: subjects", "14:8: E104 what to merge by 'subjects' is not known"),
        ("method: points", "method: point", "16:11: E104 the method 'point' is not known"),
        ("  factors_apply: first\n", "", "16:3: E102 scoring has factors and no 'factors_apply'"),
        ("yellow: 20}", "yellow: 2.5}", "26:40: E103 band 'yellow' must begin at a whole number"),
        ("red: 80", "red: 180", "26:16: E107 band 'red' = 180 is outside its range [0, 100]"),
        ("    to: criminal\n", "", "28:5: E102 a route has no 'to'"),
        ("unit: day, counting: working", "unit: dy, counting: working", "30:27: E104 the unit of time 'dy' is not"),
        ("month, rounding: down}", "month}", "36:22: E106 the suppression after 'not_substantiated' is in months and"),
        ("not_substantiated: {value", "not_sure: {value", "36:3: E104 'not_sure' is not among this model's disposit"),
        ("until_source_changes", "until_source_change", "37:15: E103 'until_source_change' is no term of suppress"),
        ("warn_above: 200,", "warn_above: 9000,", "39:38: E107 'warn_above' 9000 is more than 'stop_above' 2000"),
        ("precision: {red", "precision: {rot", "40:58: E104 there is no band 'rot'"),
        ("lawful_exception, data", "lawful, data", "43:50: E104 the disposition 'lawful' is not known"),
        ("model: pension_after_death", "model: other", "1:8: E108 the model is named 'other', and its folder says"),
        ("use: benefit.certified_alive", "use: benefit.paid", "13:11: E002 the rule 'benefit.paid_after_death' stands"),
        ("min_amount: 500", "min_amount: much", "12:68: E103 the parameter 'min_amount' must be a number"),
        ("- Check the", "- Check: the", "42:3: E103"),
    ],
)  # fmt: skip
def test_a_fault_is_located_and_helped(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert MODEL.count(old) >= 1
    model, problems = read(tmp_path, MODEL.replace(old, new))
    shown = [str(problem).removeprefix("models/pension_after_death/model.yml:") for problem in problems]
    assert model is None
    assert any(line.startswith(said) for line in shown), shown
    assert len(problems.errors) == 1, shown


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*here, key)
        yield from paths(inner, (*here, key))


def mutations() -> Iterator[tuple[str, Any]]:
    """Every key dropped, renamed, and given a value of another kind."""
    whole = YAML(typ="safe").load(MODEL)
    for path in paths(whole):
        for name in ("dropped", "renamed", "number", "text", "list", "mapping", "nothing"):
            changed = deepcopy(whole)
            parent = changed
            for key in path[:-1]:
                parent = parent[key]
            match name:
                case "dropped":
                    del parent[path[-1]]
                case "renamed":
                    if isinstance(parent, list):
                        continue
                    parent[f"{path[-1]}x"] = parent.pop(path[-1])
                case _:
                    parent[path[-1]] = {"number": -7, "text": "x y", "list": [[]], "mapping": {"a": {}},
                                        "nothing": None}[name]  # fmt: skip
            yield f"{'.'.join(map(str, path))} {name}", changed


def test_every_mutation_is_read_or_refused_with_places(tmp_path: Path) -> None:
    folder = tmp_path / "pension_after_death"
    folder.mkdir()
    refused = 0
    for name, changed in mutations():
        text = json.dumps(changed, default=str, ensure_ascii=False)  # JSON is YAML, once dates stand bare
        (folder / "model.yml").write_text(re.sub(r'"(\d{4}-\d\d-\d\d)"', r"\1", text), encoding="utf-8")
        problems = Problems()
        model = read_model(folder / "model.yml", problems, "m.yml")
        assert (model is None) == bool(problems.errors), name
        assert all(problem.place.line >= 1 and problem.message for problem in problems), name
        refused += model is None
    assert refused > 250
