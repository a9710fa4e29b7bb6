"""``join``: pair with a dataset. A broken ``expect`` stops the rule; a fan-out is remembered, and never multiplies."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from clew.plan import Role, Sentence, Side, Type
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.model import Step
from clew.rules.pairing import Pairing
from clew.rules.parse_pairing import pair
from clew.rules.shape import chosen
from clew.rules.trees import as_subquery, both, column, group, join, named, not_null, relation, select
from clew.rules.trees import number as whole
from clew.rules.verbs.optional import misplaced, with_absent
from clew.rules.verbs.verb import Shape, Verb

EXPECT = ("1:1", "n:1", "1:n", "n:m")
KEEP = ("all", "first", "last", "optional")


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    keep, expect = chosen(step.options.get("keep"), KEEP, "all"), chosen(step.options.get("expect"), EXPECT)
    pairing, lost = pair(draft, frame, step)
    order = _order(draft, frame, step, pairing, keep)
    if pairing is None:
        return replace(frame, unknown=frame.unknown | lost)
    if keep != "optional":  # there a row without a key is told apart, not lost
        frame = frame.marked(frame.relation, Mark(number, Count.KNOWN, _or_null(pairing.known())))
    draft.close(frame)
    if expect:  # the guard names the key
        draft.read((name for key in pairing.keys for name in key.left_columns), later=True)
    joined = _joined(draft, frame, pairing, number, keep, expect)
    flag = f"?{number}"
    misplaced(draft, step, keep)
    sides: tuple[Side, ...] = ()
    if keep == "optional":
        joined, sides = with_absent(draft, frame, joined, pairing, step, number)
    else:
        pairs = draft.add(
            f"{number}.pairs",
            lambda: _query(joined, pairing, frame.relation, flag),
            {**joined.columns, flag: Type.BOOLEAN},
            materialise=True,
        )
        certain = column(flag)
        if order is None:
            draft.add(number, lambda: select(joined.everything(), pairs, certain), joined.columns)
            joined = replace(joined, relation=number, base=pairs, marks=(Mark(number, Count.KEEP, certain),))
        else:
            draft.close(replace(joined, base=pairs, marks=(Mark(number, Count.KNOWN, certain),)))
            draft.add(
                number, _one_each(joined, frame.key, pairing, (pairs, certain), order), joined.columns, materialise=True
            )
            joined = replace(joined, relation=number, base=number)
    guards = _guards(draft, frame, joined, pairing, number, expect)
    draft.step(number, "join", lambda: _sentence(draft, step, pairing, keep), *guards, *sides)
    return joined


def _or_null(known: exp.Expr) -> exp.Expr:
    """TRUE, or NULL where a key is empty: what a tally counts as unknown."""
    return exp.Case(ifs=[exp.If(this=known, true=exp.true())])


def _joined(draft: Draft, frame: Frame, pairing: Pairing, number: str, keep: str, expect: str) -> Frame:
    """What may be named after the join, and whose rows it repeats.

    Without ``expect`` the dataset is taken to be the many side: one row so far meets many of it.
    """
    alias = pairing.source.alias
    many_right = keep in ("all", "optional") and expect in ("", "1:n", "n:m")
    repeated = dict(frame.repeated)
    if many_right:
        repeated |= {one: number for one in (*frame.rows, *frame.pairs) if one not in repeated}
    matched = {one for key in pairing.keys for name in key.left_columns for one in frame.aliases_of(name)}
    if matched and matched <= set(frame.repeated):
        repeated[alias] = frame.repeated[sorted(matched)[0]]
    elif expect in ("n:1", "n:m"):
        repeated[alias] = number
    kept = draft.lasting({**frame.columns, **pairing.columns})
    key = (*frame.key, pairing.identity) if many_right else frame.key
    suspect = frame.suspect | (set() if expect in ("1:1", "1:n") else {alias})
    return Frame(
        relation=number,
        columns=kept,
        rows={**frame.rows, alias: False},
        key=key,
        base=number,
        repeated=repeated,
        fans=frame.fans + many_right,
        pairs=frame.pairs,
        suspect=frozenset(suspect),
        shared=frame.shared | ({alias} if keep == "optional" else set()),
        origins=frame.origins,
        unknown=frame.unknown,
        told_by=frame.told_by,
    )


def _query(joined: Frame, pairing: Pairing, left: str, flag: str) -> exp.Select:
    """The pairs; ``flag`` holds whether the conditions are certain, and impossible pairs are left out."""
    right = relation(pairing.source.relation)
    query = join(select([*joined.everything(), named(pairing.certain(), flag)], left), right, pairing.equal())
    return query.where(pairing.possible(), copy=False) if pairing.conditions else query


def _one_each(
    joined: Frame, key: tuple[str, ...], pairing: Pairing, pairs: tuple[str, exp.Expr], order: tuple[exp.Expr, bool]
) -> exp.Select:
    """The first (or last) certain pair of each row so far.

    Between equals decides what the rule still reads of them, never the order in which files hold them; the row number
    decides only between those that say the same.
    """
    by, last = order
    told = [column(name) for name in sorted(set(joined.columns) & set(pairing.columns))]
    ranking = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(name) for name in key],
        order=exp.Order(
            expressions=[
                exp.Ordered(this=by, desc=last, nulls_first=False),
                *(exp.Ordered(this=one, desc=False, nulls_first=False) for one in (*told, column(pairing.identity))),
            ]
        ),
    )
    return select(joined.everything(), *pairs).qualify(exp.EQ(this=ranking, expression=whole(1)), copy=False)


def _order(draft: Draft, frame: Frame, step: Step, pairing: Pairing | None, keep: str) -> tuple[exp.Expr, bool] | None:
    """What 'first' and 'last' go by: ``order_by``, else the dataset's event date."""
    node = step.options.get("order_by")
    if keep not in ("first", "last"):
        if node is not None:
            draft.problems.error(
                node.place,
                "E111",
                "'order_by' has a meaning only with keep: first or last",
                "add 'keep: first', or take order_by out",
            )
        return None
    if pairing is None:
        return None
    if node is not None:
        typed = draft.expression(node, {**frame.columns, **pairing.columns}, frame.unknown)
        if typed is None:
            return None
        draft.read(typed.columns, later=True)  # the pairs are put in order after they are made
        return typed.tree, keep == "last"
    event = pairing.source.event_column
    if event is None:
        draft.problems.error(
            step.place,
            "E102",
            f"'keep: {keep}' needs an order: '{pairing.source.dataset}' has no event date",
            f"add order_by: {pairing.source.alias}.<date column>",
        )
        return None
    name = f"{pairing.source.alias}.{event}"
    draft.read([name], later=True)
    return column(name), keep == "last"


def _guards(draft: Draft, frame: Frame, joined: Frame, pairing: Pairing, number: str, expect: str) -> list[Side]:
    """Relations that must be empty, by what ``expect`` promises of either side."""
    alias, guards = pairing.source.alias, []
    if expect in ("1:1", "n:1"):
        guards.append(
            _guard(
                draft,
                joined,
                pairing,
                f"{number}.many_right",
                frame.key,
                f"expect: {expect} is broken: a row meets several rows of '{alias}'",
            )
        )
    if expect in ("1:1", "1:n") and not frame.tells_apart(pairing.plain_keys):
        guards.append(
            _guard(
                draft,
                joined,
                pairing,
                f"{number}.many_left",
                (pairing.identity,),
                f"expect: {expect} is broken: a row of '{alias}' meets several rows",
            )
        )
    return guards


def _guard(draft: Draft, joined: Frame, pairing: Pairing, name: str, key: tuple[str, ...], message: str) -> Side:
    draft.add(name, lambda: _broken(joined, pairing, key), {"key": Type.TEXT, "n": Type.INTEGER})
    return Side(Role.GUARD, name, message)


def _broken(joined: Frame, pairing: Pairing, key: tuple[str, ...]) -> exp.Select:
    """Pairs that share ``key``: the first such key, and how many pairs it has.

    Keys are counted by identities alone; their text is looked at only where one is broken.
    """
    counted = select(
        [*(named(column(one), f"?{one}") for one in key), named(exp.Count(this=exp.Star()), "n")],
        joined.relation,
        not_null(column(pairing.identity)),
    )
    several = group(counted, [column(one) for one in key]).having(
        exp.GT(this=exp.Count(this=exp.Star()), expression=whole(1)), copy=False
    )
    broken = as_subquery(several, "b")
    same = both(exp.NullSafeEQ(this=column(f"?{one}", "b"), expression=column(one, "j")) for one in key)
    query = select([named(pairing.key_text(), "key"), column("n", "b")], relation(joined.relation, "j"))
    return join(query, broken, same).order_by(column("key"), column("n"), copy=False).limit(1, copy=False)


def _sentence(draft: Draft, step: Step, pairing: Pairing, keep: str) -> Sentence:
    said, alias = draft.wording, pairing.source.alias
    parts = [step.options[name].text for name in ("on", "where") if name in step.options]
    zh = "，且".join(said.chinese(part) for part in parts)
    en = " and ".join(said.english(part) for part in parts)
    kept_zh, kept_en = _KEPT[keep]
    return Sentence(
        f"按{zh}关联{said.dataset(alias)}{kept_zh}。", f"Pair with {pairing.source.dataset} where {en}{kept_en}."
    )


_KEPT = {
    "all": ("", ""),
    "first": ("，只取最早一条", "; keep the first"),
    "last": ("，只取最近一条", "; keep the last"),
    "optional": ("，无对应记录的也保留", "; keep rows without one"),
}


JOIN = Verb(
    "join",
    "关联",
    Shape.ALIAS,
    _apply,
    inner={},
    options={"on": True, "where": False, "expect": False, "keep": False, "order_by": False, "from": False, "to": False},
    choices={"expect": EXPECT, "keep": KEEP},
)
