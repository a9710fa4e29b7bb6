"""The months that certificates cover from their first to their last day, for each region of a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from clew.completeness.tree import Tree
from clew.completeness.volume import month_number
from clew.engine import Coverage


def certified_months(regions: Tree, certified: Sequence[Coverage]) -> Mapping[str, tuple[int, ...]]:
    """By node of the tree, in order: months certified for it as one, or for each of its parts apart."""
    months = {
        node: set(whole_months(one for one in certified if node.startswith(one.region))) for node in regions.under
    }
    return {
        node: tuple(sorted(months[node].union(set.intersection(*(months[leaf] for leaf in parts)))))
        for node, parts in regions.under.items()
    }


def whole_months(certified: Iterable[Coverage]) -> tuple[int, ...]:
    """The months that lie inside certificates from their first to their last day, in order."""
    days: dict[int, int] = {}
    spans: list[tuple[date, date]] = []
    for start, end in sorted((one.start, one.end) for one in certified):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    for start, end in spans:
        first = month_number(start) + (start.day > 1)
        for month in range(first, month_number(end)):
            days[month] = 1
    return tuple(sorted(days))
