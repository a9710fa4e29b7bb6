"""Double counting: a measure must not add up rows that a join has repeated.

Checked twice. Statically (E310): a join that fans out repeats every row on its left, so summing a left column
afterwards adds it once per match; and after two fan-outs even counting rows counts combinations. When run: rows that
a join *without* ``expect`` may have repeated are counted against their distinct identities, and a group where they
differ is an ERROR, not an amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from clew.problems import Place, Problems
from clew.rules.expression import Typed
from clew.rules.frame import Frame


def _adding(typed: Typed, frame: Frame) -> Iterator[tuple[frozenset[str], exp.AggFunc]]:
    """Per adding-up function of a measure: the aliases whose rows it adds up, and itself.

    Smallest, largest and distinct values are the same however often a row stands there. count(*) is of all aliases.
    """
    for node in typed.tree.find_all(exp.Sum, exp.Count):
        if isinstance(node.this, exp.Distinct):
            continue
        condition = node.parent.expression if isinstance(node.parent, exp.Filter) else None
        inside = [*node.find_all(exp.Column), *(condition.find_all(exp.Column) if condition is not None else [])]
        named = frozenset(alias for one in inside for alias in frame.aliases_of(one.name))
        found = named.intersection(frame.pairs) or named.intersection(frame.rows)
        yield found or frozenset(frame.rows), node


def check_grain(name: str, typed: Typed, frame: Frame, place: Place, problems: Problems) -> None:
    """E310 where every row a measure adds up may stand there several times."""
    for aliases, node in _adding(typed, frame):
        if aliases and aliases <= set(frame.repeated) and (isinstance(node, exp.Sum) or frame.fans > 1):
            alias = sorted(aliases)[0]
            problems.error(
                place,
                "E310",
                f"'{name}' would count rows of '{alias}' more than once: {frame.repeated[alias]} pairs "
                "each of them with several rows",
                "write 'keep: first' (or 'expect: n:1' where it holds) on that join, aggregate before it, "
                "or count_distinct",
            )
            return


def to_guard(typed: Typed, frame: Frame) -> frozenset[str]:
    """The aliases of a measure whose rows must be counted against their identities when run."""
    return frozenset(
        alias
        for aliases, node in _adding(typed, frame)
        for alias in aliases - set(frame.repeated)
        if not frame.rows.get(alias, True)
        and (alias in frame.suspect or (alias in frame.shared and (isinstance(node, exp.Sum) or _is_of_a_share(node))))
    )


def _is_of_a_share(counted: exp.Expr) -> bool:
    """Whether a count divides or is divided: a row that stands in two branches would weigh twice, as in a mean."""
    above = counted.find_ancestor(exp.Anonymous)
    return above is not None and above.name == "clew_divide"
