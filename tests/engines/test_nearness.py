"""Near-misses: nothing is at distance 0 but what passes, and less missing is nearer."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.engines.nearness import distance
from clew.plan import Type
from clew.problems import Place, Problems
from clew.quantities import Quantity
from clew.rules.expression import Scope, parse_expression
from clew.rules.model import Text

DAY = date(2026, 6, 30)
COLUMNS = {"a": Type.INTEGER, "b": Type.DECIMAL, "d": Type.DATE, "t": Type.TEXT}
PARTS = ("a >= 10", "b < 100.5", "d > '2026-01-31'", "t = 'x'", "a between 3 and 7", "b <> 5", "t is null", "not a < 4")
CONDITIONS = st.recursive(
    st.sampled_from(PARTS),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=6,
)
ROWS = st.tuples(
    st.none() | st.integers(-20, 20),
    st.none() | st.decimals(-200, 200, places=2),
    st.none() | st.integers(-60, 60).map(lambda days: date(2026, 1, 31) + timedelta(days=days)),
    st.none() | st.sampled_from("xy"),
)


def measured(condition: str, row: tuple[object, ...], *, wanted: bool) -> tuple[bool, float]:
    """Whether the row passes, and its distance."""
    problems = Problems()
    scope = Scope(COLUMNS, dict[str, Quantity](), DAY)
    typed = parse_expression(Text(condition, Place("rule.yml")), scope, problems, expect=Type.BOOLEAN)
    assert typed is not None, list(problems)
    passes = f"coalesce(({typed.tree.sql('duckdb')}), false)"
    away = distance(typed.tree, wanted=wanted).sql("duckdb")
    found = duckdb.execute(
        f"select {passes if wanted else 'not ' + passes}, {away} from (select cast(? as bigint) as a,"
        " cast(? as decimal(18, 2)) as b, cast(? as date) as d, cast(? as varchar) as t)",
        list(row),
    ).fetchone()
    assert found is not None
    return found[0], float(found[1])


@settings(deadline=None, max_examples=50)
@given(condition=CONDITIONS, row=ROWS)
def test_what_passes_is_at_distance_nought(condition: str, row: tuple[object, ...]) -> None:
    for wanted in (True, False):
        passes, away = measured(condition, row, wanted=wanted)
        assert away >= 0
        if passes and None not in row:
            assert away == 0
        if not passes and None not in row and away == 0:
            # Only a value on the open end of its limit (b < 100.5 at 100.5) is nowhere and yet fails.
            assert any(sign in condition for sign in ("<", ">", "between"))


@settings(deadline=None, max_examples=50)
@given(short=st.integers(1, 400), shorter=st.integers(1, 400))
def test_less_missing_is_nearer(short: int, shorter: int) -> None:
    near, far = sorted((short, shorter))
    for condition, row in (
        ("b >= 500", lambda gap: (0, 500 - gap, DAY, "x")),
        ("d >= '2026-06-30'", lambda gap: (0, 1, DAY - timedelta(days=gap), "x")),
        ("b >= 500 and t = 'x'", lambda gap: (0, 500 - gap, DAY, "y")),
    ):
        distances = [measured(condition, row(gap), wanted=True)[1] for gap in (near, far)]
        assert distances[0] <= distances[1] and (near == far or distances[0] < distances[1])


def test_an_unknown_part_counts_as_one_that_fails() -> None:
    assert measured("a >= 10", (None, 1, DAY, "x"), wanted=True) == (False, 1)
    assert measured("a >= 10 and t = 'x'", (None, 1, DAY, "y"), wanted=True) == (False, 2)
    assert measured("a >= 10 or t = 'x'", (9, 1, DAY, "y"), wanted=True) == (False, 1 / 19)
