"""Doubts about dated rows: each month certified complete is compared with the other months of the same region."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clew.completeness.certified_months import certified_months
from clew.completeness.doubt import Doubt, Doubted
from clew.completeness.edges import LATE_DAYS, Edge, edges
from clew.completeness.expectation import (
    FEWEST_MONTHS,
    MOST_MONTHS,
    SHARE,
    SURE_ROWS,
    WHOLE_SHARE,
    Expectation,
    expectation,
    median,
    never_low,
)
from clew.completeness.tree import Tree, above, merged_upward, tree
from clew.completeness.volume import EventVolume, month_start
from clew.engine import Coverage

FEW_ROWS = 5
"""A county with fewer rows a month has no steady flow of which empty months in a row could be told."""
OTHERS, STEADY_ROWS = 8, 10
"""The season is read from at least so many counties of at least so many rows a month."""

Accepted = Callable[[str, date], bool]
"""Whether a person accepted something about a region (or one above it) on a day: then it is history like any other."""


def event_doubts(dataset: str, volume: EventVolume, certified: Sequence[Coverage], accepted: Accepted) -> list[Doubted]:
    """Every doubt about a dataset of dated rows; ``certified`` are its certificates, of any region."""
    regions = {one.region for one in certified}
    leaves = {leaf for leaf in volume.rows if leaf.startswith(tuple(regions))}
    found = tree(leaves, regions | above(regions))
    judge = _Judge(dataset, volume, found, certified_months(found, certified), accepted)
    return sorted(judge.doubts())


@dataclass
class _Judge:
    """One dataset under judgement; ``flagged`` grows from counties upward: month -> regions found wanting."""

    dataset: str
    volume: EventVolume
    tree: Tree
    months: Mapping[str, tuple[int, ...]]
    accepted: Accepted
    flagged: dict[int, set[str]] = field(default_factory=dict)
    why: dict[tuple[str, int], tuple[Doubt, Expectation, date | None]] = field(default_factory=dict)

    def doubts(self) -> Iterator[Doubted]:
        """Cut months from the top down, low ones from the bottom up; the shortest code that says it."""
        for edge in edges(self.volume):
            for node in reversed(list(self.tree.nodes)):
                self._cut_off(node, edge)
        season = self._seasons()
        for node in self.tree.nodes:
            self._too_low(node, season)
        for leaf in self.tree.leaves:
            self._empty_runs(leaf)
        for month, regions in sorted(self.flagged.items()):
            rows = {leaf: self._rows(leaf, month) for leaf in self.tree.leaves}
            for region in sorted(merged_upward(regions, self.tree, rows)):
                yield self._doubted(region, month)

    def _doubted(self, region: str, month: int) -> Doubted:
        kind, expected, edge_on = self.why.get((region, month)) or (Doubt.LOW, self._plain(region, month), None)
        start, end = month_start(month), month_start(month + 1)
        rows = sum(self._rows(leaf, month) for leaf in self.tree.under[region])
        usual, least = round(expected.usual), expected.least
        return Doubted(self.dataset, region, start, start, end, kind, rows, usual, least, edge_on)

    def _rows(self, leaf: str, month: int) -> int:
        return self.volume.rows.get(leaf, {}).get(month, 0)

    # --- which months to compare with --------------------------------------------------------------------------

    def _history(self, node: str, month: int) -> list[int]:
        """The nearest months: earlier ones that are not in doubt themselves, filled up with later ones."""
        own = self.months[node]
        earlier = [one for one in own if one < month and self._believed(node, one)][-MOST_MONTHS:]
        later = [one for one in own if one > month and self._believed(node, one)]
        return [*earlier, *later[: MOST_MONTHS - len(earlier)]]

    def _believed(self, node: str, month: int) -> bool:
        doubted = any(node.startswith(region) for region in self.flagged.get(month, ()))
        return not doubted or self.accepted(node, month_start(month))

    def _plain(self, node: str, month: int) -> Expectation:
        history = self._history(node, month) or [0]
        return expectation([sum(self._rows(leaf, one) for leaf in self.tree.under[node]) for one in history])

    def _flag(self, node: str, month: int, kind: Doubt, expected: Expectation, edge_on: date | None = None) -> None:
        self.flagged.setdefault(month, set()).add(node)
        self.why[node, month] = (kind, expected, edge_on)

    def _silenced(self, leaf: str, month: int) -> bool:
        return any(leaf.startswith(region) for region in self.flagged.get(month, ()))

    # --- the ends of a month -----------------------------------------------------------------------------------

    def _cut_off(self, node: str, edge: Edge) -> None:
        """Months of which nothing is dated at one end, although that never happens and rows were due."""
        leaves = self.tree.under[node]
        if max(self._counts(leaves, self.months[node]), default=0) < SURE_ROWS:
            return
        gaps = {month: gap for month in self.months[node] if (gap := edge.gap(leaves, month)) is not None}
        for month, gap in sorted(gaps.items()):
            if gap <= LATE_DAYS or self._silenced(node, month):
                continue
            if edge.kind is Doubt.LATE and month == min(gaps):
                continue  # where the data begin, they may begin on any day
            history = [one for one in self._history(node, month) if one in gaps]
            if len(history) < FEWEST_MONTHS:
                continue
            usual_gap = sorted(gaps[one] for one in history)[-2]
            if gap <= usual_gap + edge.allowed(month):
                continue
            due = expectation([edge.rows(leaves, one, gap) for one in history])
            if not due.low(0):
                continue
            expected = expectation(self._counts(leaves, history))
            length = (month_start(month + 1) - month_start(month)).days
            other_years = [gaps.get(one, length) for one in self._same_season(node, leaves, month, expected.usual)]
            if not any(gap <= other + LATE_DAYS for other in other_years):
                self._flag(node, month, edge.kind, expected, edge.outermost(month, gap))

    # --- the volume of a month ---------------------------------------------------------------------------------

    def _seasons(self) -> Mapping[int, float]:
        """How each month did everywhere: the upper quartile, over the counties, of its share of their median.

        Between :data:`SHARE` and 1. The upper quartile stays 1 while up to three quarters of the counties are missing.
        """
        shares: dict[int, list[float]] = {}
        for leaf in self.tree.leaves:
            months = self.months[leaf]
            usual = median([self._rows(leaf, one) for one in months]) if len(months) >= FEWEST_MONTHS else 0
            if usual >= STEADY_ROWS:
                for month in months:
                    shares.setdefault(month, []).append(self._rows(leaf, month) / usual)
        return {
            month: min(1.0, max(SHARE, sorted(found)[(3 * len(found)) // 4]))
            for month, found in shares.items()
            if len(found) >= OTHERS
        }

    def _too_low(self, node: str, season: Mapping[int, float]) -> None:
        leaves = self.tree.under[node]
        whole = {one: sum(self._rows(leaf, one) for leaf in leaves) for one in self.months[node]}
        most = max(whole.values(), default=0)
        alone = len(self.tree.leaves) - len(leaves) < OTHERS
        for month, found in whole.items():
            if never_low(found, most) or self._silenced(node, month):
                continue
            told = [leaf for leaf in leaves if not self._silenced(leaf, month)]
            history = self._history(node, month)
            if not told or len(history) < FEWEST_MONTHS:
                continue
            quiet, share = (1.0, WHOLE_SHARE) if alone else (season.get(month, 1.0), SHARE)
            expected = self._low(node, told, month, history, quiet, share)
            if expected is None and len(told) < len(leaves):
                expected = self._rest_low(node, told, month, history, quiet, share)
            if expected is not None:
                self._flag(node, month, Doubt.LOW, expected if told == [*leaves] else self._plain(node, month))

    def _low(
        self, node: str, leaves: Sequence[str], month: int, history: Sequence[int], season: float, share: float
    ) -> Expectation | None:
        """What was expected of these leaves of a node, where the month is far below it."""
        counted, rows = self._counts(leaves, history), self._counts(leaves, [month])[0]
        first = expectation(counted, season=season, share=share)
        if not first.low(rows):
            return None
        precedent = self._precedent(node, leaves, month, expectation(counted).usual)
        expected = expectation(counted, season=season, precedent=precedent, share=share)
        return expected if expected.low(rows) else None

    def _rest_low(
        self, node: str, rest: Sequence[str], month: int, history: Sequence[int], season: float, share: float
    ) -> Expectation | None:
        """The same where parts are in doubt already, and the rest is as low as they are and too small to tell alone."""
        usual = expectation(self._counts(rest, history), season=season).usual
        if not usual or self._counts(rest, [month])[0] >= share * usual:
            return None
        return self._low(node, self.tree.under[node], month, history, season, share)

    def _counts(self, leaves: Collection[str], months: Sequence[int]) -> list[int]:
        return [sum(self._rows(leaf, one) for leaf in leaves) for one in months]

    def _same_season(self, node: str, leaves: Collection[str], month: int, usual: float) -> list[int]:
        """The same calendar month of other years, where most months in between held the ``usual`` rows.

        A dip that comes back each year is the season. A dip that goes on for a year and more is not: what lies between
        is low as well.
        """
        own = self.months[node]
        same = [one for one in own if one != month and (month - one) % 12 == 0]
        found = []
        for one in same:
            between = [each for each in own if min(one, month) < each < max(one, month)]
            if 2 * sum(count >= SHARE * usual for count in self._counts(leaves, between)) > len(between):
                found.append(one)
        return found

    def _precedent(self, node: str, leaves: Collection[str], month: int, usual: float) -> int | None:
        """The most rows of the same month in another year; None without any."""
        return max(self._counts(leaves, self._same_season(node, leaves, month, usual)), default=None)

    def _empty_runs(self, leaf: str) -> None:
        """Small counties: one empty month says nothing, but the sum of several empty ones in a row may."""
        months = [one for one in self.months[leaf] if not self._silenced(leaf, one)]
        run: list[int] = []
        for month in [*months, -1]:
            if month >= 0 and self._rows(leaf, month) == 0:
                run.append(month)
                continue
            if len(run) > 1:
                self._judge_run(leaf, run, months)
            run = []

    def _judge_run(self, leaf: str, run: Sequence[int], months: Sequence[int]) -> None:
        earlier = [one for one in months if one < run[0]][-MOST_MONTHS:]
        if not earlier:
            return  # before its first row a county had no such data
        later = [one for one in months if one > run[-1]][: MOST_MONTHS - len(earlier)]
        history = [*earlier, *later]
        if len(history) < FEWEST_MONTHS:
            return
        expected = expectation(self._counts([leaf], history))
        if expected.usual < FEW_ROWS or expected.usual * len(run) < SURE_ROWS * expected.burst:
            return
        new = [one for one in run if self._precedent(leaf, [leaf], one, expected.usual) != 0]
        if expected.usual * len(new) >= SURE_ROWS * expected.burst:
            for month in new:
                self._flag(leaf, month, Doubt.LOW, expected)
