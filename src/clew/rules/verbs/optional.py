"""``join`` with ``keep: optional``: rows without a match stay, where it is certain that there is none.

What is missing from a dataset is an absence like any other: the excuse that an ``exclude`` looks for may stand in the
file that never came. So rows without a match stay only inside certified coverage, and where no record with their key
was set aside; outside it their subject is undecided. So is a row whose key is empty: nobody can look for its record.
Where the key is of rows that another optional join may not have found, there is nothing to look for, and the row stays.
A row whose only matches are uncertain is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from clew.plan import Side, Type
from clew.rules.absence import FROM, NO_KEY, REGION, TO, Claim, decided, judge, region_of, undecided
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step
from clew.rules.pairing import Pairing
from clew.rules.sides import undecided_side
from clew.rules.trees import (
    as_subquery,
    both,
    call,
    column,
    day,
    either,
    is_null,
    join,
    named,
    not_null,
    relation,
    select,
)
from clew.rules.trees import number as whole

PERIOD = ("from", "to")
"""The options that say for which days the dataset must be certified; without them any certificate of the region."""

_KNOWN = "?known"


def with_absent(
    draft: Draft, frame: Frame, joined: Frame, pairing: Pairing, step: Step, number: str
) -> tuple[Frame, tuple[Side, ...]]:
    """The certain pairs and the rows that certainly have none; and the sides of those that cannot be decided."""
    flag, pairs, exact = f"?{number}", f"{number}.pairs", "from" in step.options
    draft.too_small.optional.add(pairing.source.alias)
    first, last = _period(draft, frame, step)
    keys = sorted({name for key in pairing.keys for name in key.left_columns} - _names(joined))
    columns = [*joined.everything(), *(column(name) for name in keys)]
    carried = tuple(one.name for one in columns)
    region = region_of(draft, frame, pairing)

    def met() -> exp.Query:
        extra = {flag: pairing.certain(), _KNOWN: pairing.known(), FROM: first, TO: last, REGION: region}
        on = both([pairing.equal(), pairing.possible()])
        query = select([*columns, *(named(tree, name) for name, tree in extra.items())], frame.relation)
        return join(query, relation(pairing.source.relation), on, "left")

    draft.add(pairs, met, joined.columns, materialise=True)
    alone = is_null(column(pairing.identity))
    draft.add(
        f"{number}.candidates",
        lambda: select([column(name) for name in (*carried, FROM, TO, REGION)], pairs, alone, column(_KNOWN)),
        {},
        materialise=True,
    )
    claim = Claim(f"{number}.candidates", carried, pairing, exact)
    judged = judge(draft, claim, number)
    certain, keyless = both([not_null(column(pairing.identity)), column(flag)]), exp.Not(this=column(_KNOWN))
    of_found = _of_found(frame, pairing)
    if not of_found:
        certain = either(certain, keyless)
    draft.add(
        number,
        lambda: exp.union(
            select(joined.everything(), pairs, certain),
            select(joined.everything(), judged, decided(claim)),
            distinct=False,
            copy=False,
        ),
        joined.columns,
        materialise=True,
    )
    if pairing.conditions:
        draft.count(number, _unknown(frame, pairing, pairs, flag, number))
    sides: tuple[Side, ...] = undecided(draft, joined, claim, judged, number)
    if of_found:
        until = call("clew_add_days", column(TO), whole(1))
        period, dataset = (column(FROM), until), pairing.source.dataset
        sides += (
            undecided_side(draft, f"{number}.no_key", pairs, joined, dataset, column(REGION), period, keyless, NO_KEY),
        )
    return replace(joined, relation=number, base=number), sides


def _of_found(frame: Frame, pairing: Pairing) -> bool:
    """Whether the key is of rows that are there: an empty one was left empty, and does not stand for no row at all."""
    named = {alias for key in pairing.keys for name in key.left_columns for alias in frame.aliases_of(name)}
    return not named & frame.shared


def misplaced(draft: Draft, step: Step, keep: str) -> None:
    """Say where a period is given that has no meaning (E111)."""
    if keep == "optional" and not ("to" in step.options and "from" not in step.options):
        return
    for name in PERIOD:
        if name in step.options:
            draft.problems.error(
                step.options[name].place,
                "E111",
                f"'{name}' has a meaning only with keep: optional, and 'to' only beside 'from'",
                "it says for which days the dataset must be certified before 'no match' counts",
            )


def _period(draft: Draft, frame: Frame, step: Step) -> tuple[exp.Expr, exp.Expr]:
    """The first and the last day of the claim; the day of the screening where none is given (or it has a fault)."""
    days: Mapping[str, exp.Expr] = {
        name: typed.tree
        for name in PERIOD
        if name in step.options
        and (typed := draft.expression(step.options[name], frame.columns, frame.unknown, expect=Type.DATE))
    }
    now = day(draft.as_of)
    return days.get("from", now), days.get("to", now)


def _names(joined: Frame) -> set[str]:
    return {one.name for one in joined.everything()}


def _unknown(frame: Frame, pairing: Pairing, pairs: str, flag: str, number: str) -> exp.Select:
    """Rows that have uncertain matches only."""
    keys = [column(name) for name in frame.key]
    paired = select(keys, pairs, not_null(column(pairing.identity)), is_null(column(flag)))
    maybe = as_subquery(paired.distinct(copy=False), "m")
    sure = as_subquery(select([named(column(name), f"?{name}") for name in frame.key], pairs, column(flag)), "s")
    same = both(exp.NullSafeEQ(this=column(name, "m"), expression=column(f"?{name}", "s")) for name in frame.key)
    return join(select([named(exp.Count(this=exp.Star()), f"{number}.unknown")], maybe), sure, same, "anti")
