"""Reading contracts: what a good one becomes, and how each kind of mistake is answered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from clew.contracts.checks import every_check
from clew.contracts.model import Action, Classification, Contract, Kind, Limit
from clew.contracts.read import read_document
from clew.plan import Type
from clew.problems import Problems
from tests.contracts.conftest import SAMPLE, Reader


def test_a_contract_is_read_whole(sample: Contract) -> None:
    assert (sample.dataset, sample.title, sample.title_zh) == ("payment", "Payments", "发放")
    assert sample.owner == "social_security"
    assert (sample.kind, sample.event_column, sample.region_column) == (Kind.EVENT, "paid_on", "region")
    assert (sample.freshness_days, sample.tolerance, sample.primary_key) == (35, Decimal("0.05"), ("payment_id",))
    assert (sample.file_format.encoding, sample.file_format.delimiter) == ("gb18030", "|")
    columns = {column.name: column for column in sample.columns}
    person = columns["person_id"]
    assert (person.header, person.title_zh, person.type, person.required) == ("身份证号", "身份证号", Type.TEXT, True)
    assert (person.classification, person.identity) == (Classification.PERSONAL, "id18")
    assert person.repairs == ("trim", "upper", "id18")
    amount = columns["amount"]
    assert (amount.minimum, amount.maximum, amount.precision) == (Decimal(0), Decimal("1000.5"), (12, 3))
    assert columns["grade"].enum == ("1", "2")
    scheme = columns["scheme"]
    assert (scheme.values, scheme.repairs) == ({"职工养老": "职工"}, ("values",))
    assert len(sample.sha256) == 64 and sample.place.line == 1


def test_quality_rules_become_checks_with_their_actions(sample: Contract) -> None:
    found = {check.name: (check.kind, check.action, check.arguments) for check in sample.checks}
    assert found == {
        "some_rows": ("row_count", Action.STOP, {"minimum": 1, "maximum": None}),
        "returned_after_paid": ("sql_row", Action.QUARANTINE, {"violated": '"returned_on" < "paid_on"'}),
        "person_id_paid_on.duplicateValues": (
            "duplicate_rows", Action.STOP, {"limit": Limit("mustBeLessOrEqualTo", Decimal(20))}),
        "person_id.in_population": (
            "relationship", Action.WARN, {"dataset": "population", "columns": ("person_id",)}),
        "scheme.nullValues": ("null_share", Action.WARN, {"limit": Limit("mustBeLessThan", Decimal(30))}),
        "scheme.invalidValues": (
            "enum", Action.STOP, {"limit": Limit("mustBeLessOrEqualTo", Decimal(50)), "values": ("职工", "居民")}),
    }  # fmt: skip


SLIPS = [
    ("id: payment", "id: paymnt", "3:5: C003 the id is 'paymnt' but the file is 'payment.odcs.yaml'", ""),
    ("  - name: payment\n", "  - name: pay ment\n", "26:11: C003 the table has no usable name", ""),
    ("value: event}", "value: evnt}", "21:29: C004 'evnt' is not a kind of dataset", "did you mean 'event'?"),
    ("property: kind,", "property: kinds,", "21:16: C004 'kinds' is not a custom property", "did you mean 'kind'?"),
    ("value: paid_on}", "value: paid_no}", "22:36: C004 'paid_no' is not a column", "did you mean 'paid_on'?"),
    ("value: paid_on}", "value: scheme}", "22:36: C004 'scheme' is a text column",
     "name a column of type date or timestamp"),
    ("quarantineTolerance, value: 0.05}", "regions, value: [3401, 34O2]}",
     "24:39: C004 '34O2' is no division code of a province, city or county", "340100 a city"),
    ("quarantineTolerance, value: 0.05}", "regions, value: [3401, 3401]}",
     "24:39: C004 the region 3401 is named twice", "name it once"),
    ("quarantineTolerance, value: 0.05}", "regions, value: [3401, 340100]}",
     "24:39: C004 the region 3401 is named twice", "name it once"),
    ("value: 0.05}", "value: 5}", "24:44: C004 '5' is not a share between 0 and 1", ""),
    ("value: 35,", "value: 0,", "18:34: C004 freshness must be a whole number of days", ""),
    ("unit: d}", "unit: h}", "18:44: C004 freshness is counted in days, not in 'h'", "write unit: d"),
    ("property: freshness", "property: freshnes", "18:16: C004 'freshnes' is not a service level",
     "did you mean 'freshness'?"),
    ("encoding: GB18030", "encoding: GB18O30", "14:15: C004 'GB18O30' is not a character encoding",
     "did you mean 'GB18030'?"),
    ("format: csv", "format: cvs", "13:13: C004 'cvs' is not a file format Clew reads", "did you mean 'csv'?"),
    ("server: drop", "server: dorp", "10:5: C004 no server is named 'drop'", ""),
    ('value: "|"}', 'value: "||"}', "16:38: C004 '||' is not one character", ""),
    ("purpose: ", "purpos: ", "7:15: C004 'purpos' is not a key of 'description'", "did you mean 'purpose'?"),
    ("classification: personal", "classification: privat", "C004 'privat' is not a classification", ""),
    ("[trim, upper, id18]", "[trim, uper, id18]", "C004 'uper' is not a repair", "did you mean 'upper'?"),
    ("[trim, upper, id18]", "[trim, date]", "C009 the repair 'date' does not fit a text column", ""),
    ("value: id18}", "value: id17}", "C004 'id17' is not a kind of identity number", "did you mean 'id18'?"),
    ("{职工养老: 职工}", "{职工养老: [职工]}", "C004 the code '职工养老' must map to one value", ""),
    ("minimum: 0,", "minimum: 2000,", "C009 the minimum 2000 is above the maximum 1000.5", ""),
    ("'1980-01-01'", "'1980-13-01'", "C009 '1980-13-01' is not a date, so it cannot be the minimum", "write dates"),
    ("'^[0-9]{6}$'", "'^(?=.)[0-9]{6}$'", "C006 the pattern cannot be used: lookahead", "RE2"),
    ("enum: [{value: 1}", "enum: [{value: one}", "C009 'one' is not an integer", ""),
    ("logicalType: boolean", "physicalType: bit", "C005 the column 'drunk' has no logicalType",
     "add logicalType: boolean"),
    ("{name: drunk,", "{name: Grade,", "C005 the column name 'Grade' stands 2 times", ""),
    ("{name: drunk,", "{name: _row,", "C005 '_row' cannot be a column name", ""),
    ("DECIMAL(12, 3)", "DECIMAL(3, 12)", "C009 'DECIMAL(3, 12)' is not a decimal type", ""),
    ("to: population.person_id", "to: population.person.id", "C008 this does not name columns of one dataset",
     "write dataset.column"),
    ("value: warn}", "value: warm}", "C004 'warm' is not an action", "did you mean 'warn'?"),
    ("severity: warning", "severity: warnin", "C004 'warnin' is not a severity", "did you mean 'warning'?"),
    ("mustBeLessThan: 30, unit: percent", "mustBeLessThan: 30, unit: pct", "C007 'pct' is not a unit",
     "rows or percent"),
    ("mustBeLessThan: 30, unit: percent", "mustBeLessThan: 30", None, ""),
    ("mustBeLessThan: 30", "mustBeGreaterThan: 30", None, ""),
    ("mustBeLessThan: 30", "mustBeGreaterThan: 100", "C007 a limit of must be more than 100% makes no sense", ""),
    ("mustBeLessThan: 30", "mustBeBetween: [30, 20]", "C007 mustBeBetween has its larger number first", ""),
    ("validValues:", "validValue:", "C007 'validValue' is not an argument of invalidValues",
     "did you mean 'validValues'?"),
    ("[person_id, paid_on]", "[person_id, paid]", "C007 'paid' is not a column", "did you mean 'paid_on'?"),
    ("returned_on < paid_on", "returned < paid_on", "C007 'returned' is not a column of this dataset",
     "did you mean 'returned_on'?"),
    ("        mustBe: 0\n", "        mustBe: none\n", "C007 mustBe must be a number here", ""),
    ("        mustBe: 0\n", "        mustBe: 1\n", None, ""),
    ("name: some_rows", "name: returned_after_paid", "C007 the check 'returned_after_paid' is named twice", ""),
    ("{name: some_rows, ", "{", None, ""),
    ("primaryKey: true\n        primaryKeyPosition: 1", "primaryKeyPosition: 1", "C009 'payment_id' has a primary",
     ""),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected", "help_"), SLIPS, ids=[slip[1][:30] for slip in SLIPS])
def test_slips_are_answered_at_their_place(read: Reader, before: str, after: str, expected: str, help_: str) -> None:
    assert before in SAMPLE
    contract, problems = read(SAMPLE.replace(before, after, 1))
    if expected is None:
        assert contract is not None
        return
    assert contract is None
    first = problems.errors[0]
    assert expected in str(first), str(first)
    assert help_ in first.help
    assert after.strip().split("\n")[0][:4] in SAMPLE or first.place.line > 1


def test_every_error_is_told_at_once(read: Reader) -> None:
    text = SAMPLE.replace("value: event}", "value: evnt}").replace("value: id18}", "value: id17}")
    text = text.replace("minimum: 0,", "minimum: 2000,")
    _, problems = read(text)
    assert [problem.code for problem in problems] == ["C004", "C004", "C009"]


def test_an_unanchored_pattern_and_a_foreign_engine_are_said_but_do_not_stop(read: Reader) -> None:
    text = SAMPLE.replace("'^[0-9]{6}$'", "'[0-9]{6}'").replace(
        "- {metric: nullValues,", "- {type: custom, engine: soda, implementation: x}\n          - {metric: nullValues,"
    )
    contract, problems = read(text)
    assert contract is not None and not problems.errors
    assert {problem.code for problem in problems} == {"C006", "C007"}


def test_another_vendors_custom_property_is_left_alone(read: Reader) -> None:
    foreign = "  - {property: anything, value: 1, vendor: atlan}\n"
    text = SAMPLE.replace("  - {property: kind,", f"{foreign}  - {{property: kind,")
    contract, problems = read(text)
    assert contract is not None, [str(problem) for problem in problems]


def test_a_missing_binary_or_empty_file_is_a_sentence(tmp_path: Path) -> None:
    contents = {"none": None, "empty": b"", "binary": b"\x00\xff\xfe", "list": b"- 1\n", "text": b"hello\n"}
    for name, content in contents.items():
        path = tmp_path / f"{name}.odcs.yaml"
        if content is not None:
            path.write_bytes(content)
        problems = Problems()
        assert read_document(path, problems) is None
        assert len(problems.errors) == 1, name


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield (*path, key)
        yield from paths_of(child, (*path, key))


def mutations_of(document: Any) -> Iterator[tuple[str, Any]]:
    """At each key in turn: dropped, renamed, or its value replaced by one of another type."""
    wrong = [17, [1], {"x": 1}, "zz zz", None]
    for index, place in enumerate(paths_of(document)):
        kind = ("drop", "rename", "mistype")[index % 3]
        changed = copy.deepcopy(document)
        parent = changed
        for step in place[:-1]:
            parent = parent[step]
        if kind == "drop":
            del parent[place[-1]]
        elif kind == "rename" and isinstance(place[-1], str):
            items = [(f"{key}x" if key == place[-1] else key, value) for key, value in parent.items()]
            parent.clear()
            parent.update(items)
        else:
            parent[place[-1]] = wrong[index % len(wrong)]
        yield f"{kind} {place}", changed


def test_no_mutation_of_any_key_is_ever_a_traceback(tmp_path: Path) -> None:
    path, refused, tried = tmp_path / "payment.odcs.yaml", 0, 0
    for name, document in mutations_of(YAML(typ="safe").load(SAMPLE)):
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        problems = Problems()
        contracts = read_document(path, problems, "payment.odcs.yaml")
        tried += 1
        if contracts is None:
            refused += 1
            assert problems.errors, name
            assert not any("given schemas" in str(problem) for problem in problems), name
        else:
            every_check(contracts[0])
    assert tried > 150 and refused > 90
