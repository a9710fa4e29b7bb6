"""When nothing is found: absence counts only inside certified coverage, and where no record was set aside.

Both verbs of absence end here. Their candidates carry the period and the region the claim is about; what coverage
says is joined on, and each candidate is decided (``?why`` NULL) or not, with the reason and the missing period.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from clew.plan import ALONE, Input, Side, Type
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.pairing import Pairing
from clew.rules.sides import undecided_side
from clew.rules.trees import (
    SQL_TYPES,
    as_subquery,
    both,
    call,
    cast,
    column,
    either,
    group,
    is_null,
    join,
    named,
    not_null,
    relation,
    select,
    text,
    try_cast,
)

NOT_COVERED = "the data received does not cover this region and period"
SET_ASIDE = "a record with this key, or with one slip in it, was set aside at ingest"
NO_KEY = "the row has no key by which to look for its record"
FROM, TO, REGION, END, HELD = "?from", "?to", "?region", "?end", "?held"


@dataclass(frozen=True)
class Claim:
    """Rows about which absence is claimed: relation ``candidates`` with the columns ``?from, ?to, ?region``.

    ``columns`` are carried along. ``exact`` claims need every day of [from, to]; others any certified list. Of a
    pairing without keys (a group of many subjects) records set aside cannot be asked for. Of one that is not
    ``certified`` these alone are.
    """

    candidates: str
    columns: tuple[str, ...]
    pairing: Pairing
    exact: bool
    certified: bool = True


def region_of(draft: Draft, frame: Frame, pairing: Pairing) -> exp.Expr:
    """The region of the rows so far: of a group, the code that those of its rows have in common; '' if none."""
    return (
        call("clew_common_region", regions_of(draft, frame, pairing))
        if frame.grouped
        else regions_of(draft, frame, pairing)
    )


def regions_of(draft: Draft, frame: Frame, pairing: Pairing) -> exp.Expr:
    """The region of the dataset the key comes from, else of the first with one; of a group all of them, as one text."""
    names = [name for key in pairing.keys for name in sorted(key.left_columns)]
    first = [alias for name in names for alias in sorted(frame.aliases_of(name))]
    for alias in (*first, *frame.rows):
        contract = draft.contracts.get(alias)
        name = f"{alias}.{contract.region_column}" if contract and contract.region_column else ""
        draft.read([name] if name else [])
        if name in frame.columns:
            return exp.Coalesce(this=column(name), expressions=[text("")])
    return text("")


def judge(draft: Draft, claim: Claim, number: str) -> str:
    """Add the relation of judged candidates: ``?end`` (of the coverage that holds ``?from``) and ``?held``."""
    source, judged = claim.pairing.source, f"{number}.judged"
    draft.add(
        f"{number}.regions", lambda: _regions(claim, source), {REGION: Type.TEXT, "?as": Type.TEXT}, materialise=True
    )
    draft.add(judged, lambda: _judged(draft, claim, number), {}, materialise=True)
    return judged


def _judged(draft: Draft, claim: Claim, number: str) -> exp.Select:
    period = both([exp.EQ(this=column("region", "k"), expression=column("?as", "g")), *_holds(claim)])
    columns = [column(name, "c") for name in (*claim.columns, FROM, TO, REGION)]
    led = range(len(claim.pairing.keys))
    held = either(*(not_null(column(HELD, f"h{lead}")) for lead in led)) if led else exp.false()
    query = select(
        [*columns, named(column("end", "k"), END), named(held, HELD)],
        relation(claim.candidates, "c"),
    )
    query = join(
        query,
        relation(f"{number}.regions", "g"),
        exp.EQ(this=column(REGION, "g"), expression=column(REGION, "c")),
        "left",
    )
    query = join(query, _intervals(claim, claim.pairing.source), period, "left")
    for lead in led:
        query = join(query, _held(draft, claim, lead), _same_key(claim, lead), "left")
    several = len(led) > 1  # a partly read key set aside may meet a candidate more than once
    return query.distinct(copy=False) if several else query


def _holds(claim: Claim) -> list[exp.Expr]:
    """The interval that holds the first day of the claim; intervals of one region do not touch."""
    if not claim.exact:
        return []
    return [
        exp.LTE(this=column("start", "k"), expression=column(FROM, "c")),
        exp.GT(this=column("end", "k"), expression=column(FROM, "c")),
    ]


def _intervals(claim: Claim, source: Input) -> exp.Expr:
    if claim.exact:
        return relation(source.covered, "k")
    newest = select([column("region"), named(exp.Max(this=column("end")), "end")], source.covered)
    return as_subquery(group(newest, [column("region")]), "k")


def _regions(claim: Claim, source: Input) -> exp.Select:
    """Each region among the candidates with the longest certified code it belongs to.

    A region a part of which is in doubt has an entry for itself alone, one character longer than its code.
    """
    own = as_subquery(select([column(REGION)], claim.candidates).distinct(copy=False), "r")
    longest = call("arg_max", column("region", "k"), call("length", column("region", "k")))
    inside = either(
        exp.EQ(this=column("region", "k"), expression=text("")),
        call("starts_with", column(REGION, "r"), column("region", "k")),
        exp.EQ(this=column("region", "k"), expression=call("concat", column(REGION, "r"), text(ALONE))),
    )
    query = select([column(REGION, "r"), named(longest, "?as")], own)
    return group(join(query, relation(source.covered, "k"), inside), [column(REGION, "r")])


def _held(draft: Draft, claim: Claim, lead: int) -> exp.Expr:
    """The keys of records set aside, as text, each once; of records whose first part that can be read is ``lead``.

    A record is often set aside because its identity number fails: then that part is each number it may have been
    meant for, one slip away, so that its owner is not taken for somebody without a record.
    """
    source = claim.pairing.source
    texts = [_held_key(source, key.right) for key in claim.pairing.keys]
    unread = [is_null(one) for one in texts[:lead]]
    if isinstance(texts[lead], exp.Column) and _holds_numbers(draft, source, texts[lead].name):
        texts[lead] = call("unnest", call("clew_ids_meant", texts[lead]))
    columns = [named(tree, f"?h{index}") for index, tree in enumerate(texts[lead:], start=lead)]
    query = select([*columns, named(exp.true(), HELD)], source.held, *unread).distinct(copy=False)
    return as_subquery(query, f"h{lead}")


def _holds_numbers(draft: Draft, source: Input, name: str) -> bool:
    """Whether a column of the dataset holds identity numbers."""
    found = draft.contracts[source.alias].column(name.removeprefix(f"{source.alias}."))
    return found is not None and found.identity == "id18"


def _held_key(source: Input, right: exp.Expr) -> exp.Expr:
    """A key of a record set aside, as text; NULL where what was delivered cannot be read as values of the types."""
    inner = right.this if isinstance(right, exp.Paren) else right
    if isinstance(inner, exp.Column) and source.columns[inner.name] is Type.TEXT:
        return column(inner.name)

    def read(node: exp.Expr) -> exp.Expr:
        typed = isinstance(node, exp.Column) and source.columns[node.name] is not Type.TEXT
        return try_cast(node, SQL_TYPES[source.columns[node.name]]) if typed else node

    return cast(inner.copy().transform(read), "varchar")


def _same_key(claim: Claim, lead: int) -> exp.Expr:
    """The part that can be read equals; of the others none differs (one that could not be read may be equal)."""
    held = f"h{lead}"
    first, *others = [
        (exp.EQ(this=column(f"?h{index}", held), expression=cast(_left(key.left), "varchar")), index)
        for index, key in enumerate(claim.pairing.keys)
        if index >= lead
    ]
    return both([first[0], *(either(equal, is_null(column(f"?h{index}", held))) for equal, index in others)])


def _left(tree: exp.Expr) -> exp.Expr:
    """A key of the rows so far, read from the candidates."""

    def placed(node: exp.Expr) -> exp.Expr:
        return column(node.name, "c") if isinstance(node, exp.Column) else node

    return tree.copy().transform(placed)


def covered(claim: Claim) -> exp.Expr:
    """Whether the whole claim is inside coverage (never NULL).

    A period that ends before it begins is in none: nothing could be in it, so that its absence says nothing.
    """
    if not claim.certified:
        return exp.true()
    if not claim.exact:
        return not_null(column(END))
    inside = both(
        [
            exp.LTE(this=column(FROM), expression=column(TO)),
            exp.GT(this=column(END), expression=column(TO)),
        ]
    )
    return exp.Coalesce(this=inside, expressions=[exp.false()])


def decided(claim: Claim) -> exp.Expr:
    """Whether absence may be claimed."""
    return both([covered(claim), exp.Not(this=column(HELD))])


def undecided(draft: Draft, frame: Frame, claim: Claim, judged: str, number: str) -> tuple[Side, ...]:
    """The sides of candidates that cannot be decided: the period not covered, and records set aside."""
    dataset = claim.pairing.source.dataset
    after = exp.Coalesce(this=column(END), expressions=[column(FROM)]) if claim.exact else column(FROM)
    until = call("clew_add_days", column(TO), exp.Literal.number(1))
    whole = (column(FROM), until)
    missing = undecided_side(
        draft,
        f"{number}.not_covered",
        judged,
        frame,
        dataset,
        column(REGION),
        (after, until),
        exp.Not(this=covered(claim)),
        NOT_COVERED,
    )
    held = undecided_side(
        draft,
        f"{number}.set_aside",
        judged,
        frame,
        dataset,
        column(REGION),
        whole,
        both([covered(claim), column(HELD)]),
        SET_ASIDE,
    )
    return (missing, held) if claim.certified else (held,)
