"""The checks' SQL on a real engine: true for exactly the violating rows, never NULL, whatever the values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.contracts.check import CheckMeasure
from clew.contracts.checks import every_check, row_checks, table_checks
from clew.contracts.literal import typed_literal
from clew.contracts.model import Action, Contract, Limit
from clew.plan import Type
from tests.contracts.conftest import Reader
from tests.contracts.staged import stage, violations

GOOD = {
    "payment_id": "P1",
    "person_id": "11010519491231002X",
    "amount": "10.50",
    "grade": "1",
    "scheme": "职工",
    "paid_on": "2026-01-02",
    "returned_on": "2026-01-02",
    "drunk": "true",
    "region": "340102",
}
NOTHING = dict.fromkeys(GOOD)


def test_names_are_stable_and_unique(sample: Contract) -> None:
    names = [check.name for check in every_check(sample)]
    assert names == [
        "payment_id.not_null", "person_id.not_null", "person_id.pattern", "person_id.identity", "amount.type",
        "amount.range", "grade.type", "grade.enum", "scheme.length", "paid_on.type", "paid_on.range",
        "returned_on.type", "drunk.type", "region.pattern", "returned_after_paid", "scheme.invalidValues",
        "primary_key", "scheme.unique", "some_rows", "person_id_paid_on.duplicateValues", "person_id.in_population",
        "scheme.nullValues",
    ]  # fmt: skip
    assert len(names) == len(set(names))


def test_a_good_row_and_an_empty_row(sample: Contract) -> None:
    found = violations(stage(sample, [GOOD, NOTHING]), sample)
    assert {name: rows for name, rows in found.items() if rows} == {
        "payment_id.not_null": [1],
        "person_id.not_null": [1],
    }


@pytest.mark.parametrize(("column", "value", "broken"), [
    ("person_id", "110105194912310021", ["person_id.identity"]),
    ("person_id", "11010519491231002x", ["person_id.pattern", "person_id.identity"]),
    ("amount", "ten", ["amount.type"]),
    ("amount", "-0.01", ["amount.range"]),
    ("amount", "1000.5", []),
    ("amount", "1000.51", ["amount.range"]),
    ("grade", "3", ["grade.enum"]),
    ("grade", "1.5x", ["grade.type"]),
    ("scheme", "职", ["scheme.length", "scheme.invalidValues"]),
    ("scheme", "一二三四五六七八九", ["scheme.length", "scheme.invalidValues"]),
    ("paid_on", "2026-02-30", ["paid_on.type"]),
    ("paid_on", "1979-12-31", ["paid_on.range"]),
    ("returned_on", "2026-01-01", ["returned_after_paid"]),
    ("drunk", "maybe", ["drunk.type"]),
    ("region", "34010", ["region.pattern"]),
    ("region", "340102\n", ["region.pattern"]),
    ("region", "３４０１０２", ["region.pattern"]),
])  # fmt: skip
def test_each_violation_is_found_once_by_its_own_check(
    sample: Contract, column: str, value: str | None, broken: list[str]
) -> None:
    found = violations(stage(sample, [GOOD | {column: value}]), sample)
    assert [name for name, rows in found.items() if rows] == broken


texts = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["'", '"', "\\", "%", "\x00", "NaN", "inf", "0x1F"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(texts, min_size=9, max_size=9))
def test_no_value_makes_a_check_null_or_fail(sample: Contract, values: dict[str, str | None]) -> None:
    row = dict(zip(GOOD, (value.replace("\x00", "") if value else None for value in values), strict=True))
    found = violations(stage(sample, [row]), sample)
    assert set(found) == {check.name for check in row_checks(sample)}
    assert all(rows in ([], [0]) for rows in found.values())


def test_hostile_enum_values_stay_values(read: Reader) -> None:
    from tests.contracts.conftest import SAMPLE

    contract, problems = read(SAMPLE.replace("validValues: [职工, 居民]", "validValues: [\"x') or true --\", '\"']"))
    assert contract is not None, [str(problem) for problem in problems]
    found = violations(stage(contract, [GOOD | {"scheme": "x') or true --"}, GOOD]), contract)
    assert found["scheme.invalidValues"] == [1]


def test_actions(sample: Contract) -> None:
    assert {check.action for check in row_checks(sample) if check.limit is None} == {Action.QUARANTINE}
    assert {check.name: check.action for check in table_checks(sample)} == {
        "primary_key": Action.QUARANTINE, "scheme.unique": Action.QUARANTINE, "some_rows": Action.STOP,
        "person_id_paid_on.duplicateValues": Action.STOP, "person_id.in_population": Action.WARN,
        "scheme.nullValues": Action.WARN,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "measure", "holds"), [
    ("some_rows", CheckMeasure(0), False),
    ("some_rows", CheckMeasure(1), True),
    ("primary_key", CheckMeasure(10, 0, 2), False),
    ("primary_key", CheckMeasure(10), True),
    ("person_id_paid_on.duplicateValues", CheckMeasure(10, 0, 2), True),
    ("person_id_paid_on.duplicateValues", CheckMeasure(10, 0, 3), False),
    ("person_id_paid_on.duplicateValues", CheckMeasure(10, 5, 2), False),
    ("scheme.nullValues", CheckMeasure(10, 3), False),
    ("scheme.nullValues", CheckMeasure(10, 2), True),
    ("scheme.invalidValues", CheckMeasure(10, 2, 4), True),
    ("scheme.invalidValues", CheckMeasure(10, 2, 5), False),
    ("scheme.invalidValues", CheckMeasure(0), True),
    ("amount.range", CheckMeasure(10, 0, 1), False),
])  # fmt: skip
def test_verdicts_at_their_borders(sample: Contract, name: str, measure: CheckMeasure, holds: bool | None) -> None:
    check = next(check for check in every_check(sample) if check.name == name)
    assert check.holds(measure) is holds


def test_a_limit_counts_exactly() -> None:
    most, less = (Limit(operator, Decimal("0.1")) for operator in ("mustBeLessOrEqualTo", "mustBeLessThan"))
    assert most.holds(1, 1000)
    assert not most.holds(1, 999)
    assert not less.holds(1, 1000)
    assert most.holds(0, 0) and less.holds(0, 0)


@pytest.mark.parametrize(("operator", "low", "high", "admitted"), [
    ("mustBe", 3, None, [3]), ("mustNotBe", 3, None, [0, 2, 4]), ("mustBeGreaterThan", 2, None, [3, 4]),
    ("mustBeGreaterOrEqualTo", 3, None, [3, 4]), ("mustBeLessThan", 3, None, [0, 2]),
    ("mustBeLessOrEqualTo", 3, None, [0, 2, 3]), ("mustBeBetween", 2, 3, [2, 3]),
    ("mustNotBeBetween", 2, 3, [0, 4]),
])  # fmt: skip
def test_every_operator_of_the_standard(operator: str, low: int, high: int | None, admitted: list[int]) -> None:
    limit = Limit(operator, Decimal(low), None if high is None else Decimal(high), percent=False)
    assert [count for count in (0, 2, 3, 4) if limit.holds(count, 100)] == admitted
    share = Limit(operator, Decimal(low), None if high is None else Decimal(high))
    assert [count for count in (0, 2, 3, 4) if share.holds(count, 100)] == admitted


def test_sentences_name_the_column_in_both_languages(sample: Contract) -> None:
    check = next(check for check in row_checks(sample) if check.name == "person_id.not_null")
    assert (check.reason_zh, check.reason_en) == ("身份证号（person_id）为空", "person_id is missing")
    check = next(check for check in row_checks(sample) if check.name == "returned_after_paid")
    assert check.reason_zh == "退回日期不得早于发放日期"


@pytest.mark.parametrize(("value", "type_"), [
    ("1e400", Type.INTEGER), ("NaN", Type.DECIMAL), ("x", Type.DECIMAL), ("2026-02-30", Type.DATE),
    ("ja", Type.BOOLEAN),
])  # fmt: skip
def test_a_literal_of_the_wrong_type_is_refused(value: str | None, type_: Type) -> None:
    with pytest.raises(ValueError, match=r"."):
        typed_literal(value, type_)
