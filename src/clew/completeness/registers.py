"""Doubts about registers: a list is compared with the lists of the same region that came before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from clew.completeness.doubt import Doubt, Doubted
from clew.completeness.events import Accepted
from clew.completeness.expectation import FEWEST_LISTS, MOST_MONTHS, Expectation, list_expectation
from clew.completeness.tree import Tree, merged_upward, tree
from clew.completeness.volume import RegisterList
from clew.engine import Coverage


def register_doubts(
    dataset: str, lists: Sequence[RegisterList], certified: Mapping[int, Sequence[Coverage]], accepted: Accepted
) -> list[Doubted]:
    """Every doubt about the standing lists of a register; ``certified`` are the certificates of each batch."""
    found: list[Doubted] = []
    for region in sorted({one.region for one in lists}):
        own = [one for one in lists if one.region == region]
        places = tree({place for one in own for place in one.rows}, {region})
        wrong: dict[int, set[str]] = {}
        for position, one in enumerate(own):
            flagged = _missing(own, position, places, wrong, accepted)
            wrong[position] = set(flagged)
            if one.standing:
                for period in [period for batch in one.batches for period in certified.get(batch, ())]:
                    found += [
                        _doubted(dataset, one, places, period, place, flagged.get(place))
                        for place in sorted(merged_upward(flagged, places, one.rows))
                    ]
    return sorted(found)


def _missing(
    lists: Sequence[RegisterList], position: int, places: Tree, wrong: Mapping[int, set[str]], accepted: Accepted
) -> dict[str, Expectation]:
    """The places that hold far fewer rows than in earlier lists that were believed."""
    flagged: dict[str, Expectation] = {}
    for node in places.nodes:
        leaves = [leaf for leaf in places.under[node] if not any(leaf.startswith(one) for one in flagged)]
        if not leaves:
            continue
        history = [
            _count(lists[earlier], leaves)
            for earlier in range(position)
            if not any(node.startswith(one) for one in wrong[earlier]) or accepted(node, lists[earlier].received_on)
        ][-MOST_MONTHS:]
        if len(history) < FEWEST_LISTS:
            continue
        expected = list_expectation(history)
        if expected.low(_count(lists[position], leaves)):
            flagged[node] = expected
    return flagged


def _count(one: RegisterList, leaves: Collection[str]) -> int:
    return sum(one.rows.get(leaf, 0) for leaf in leaves)


def _doubted(
    dataset: str, one: RegisterList, places: Tree, period: Coverage, place: str, expected: Expectation | None
) -> Doubted:
    rows = _count(one, places.under[place])
    usual, least = (round(expected.usual), expected.least) if expected else (0, 0)
    on = one.received_on
    return Doubted(dataset, place, on, period.start, period.end, Doubt.SHRUNK, rows, usual, least)
