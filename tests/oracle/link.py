"""``link`` of the oracle: every two members compared, rings by union-find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import combinations, repeat
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.held_record import aliases, values
from tests.oracle.ledger import Ledger, Row, text_of

Shared = Mapping[tuple[str, str], set[str]]
"""Kind and value -> the members that have it."""


@dataclass(frozen=True)
class Link:
    """``same``: kind -> the value shared and its weight."""

    member: Expression
    same: Mapping[str, tuple[Expression, Decimal]]
    hub_limit: int
    min_link: Decimal
    seeds: Expression | None = None
    hops: int | None = None
    verb = "link"

    @property
    def written(self) -> dict[str, Any]:
        same = {kind: {"of": of.text, "weight": float(weight)} for kind, (of, weight) in self.same.items()}
        found = {"link": self.member.text, "same": same, "hub_limit": self.hub_limit, "min_link": float(self.min_link)}
        found |= {"seeds": self.seeds.text} if self.seeds else {}
        return found | ({"hops": self.hops} if self.hops is not None else {})

    @property
    def names(self) -> frozenset[str]:
        seeds = self.seeds.names if self.seeds else frozenset()
        return self.member.names.union(seeds, *(of.names for of, _ in self.same.values()))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        known = [row for row in rows if (self.member.of(row.values) or "").strip()]
        run.unknown[step] += len(rows) - len(known)
        shared: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in known:
            for value in self._values(row):
                shared[value].add(self.member.of(row.values))
        hubs = {value for value, members in shared.items() if len(members) > self.hub_limit}
        self._cut(run, known, hubs, step)
        held, several = self._held(run), {value for value, members in shared.items() if len(members) > 1}
        perhaps = {one for one in several & set(held) if len(shared[one] | held[one]) > self.hub_limit} - hubs
        self._open(run, known, perhaps, step)
        hubs |= perhaps
        shared = {value: members for value, members in shared.items() if value not in hubs and len(members) > 1}
        links = self._links(shared)
        rings = _rings(links)
        hops = self._hops(known, links) if self.seeds else dict.fromkeys(rings, 0)
        told: dict[str, dict[str, Any]] = {}
        for ring in {id(ring): ring for ring in rings.values()}.values():
            near = {member for member in ring if member in hops}
            if any(len(members & near) > 1 for members in shared.values()):  # else seeds alone, within no links
                told |= dict.fromkeys(near, self._told(near, shared))
        kept = []
        for row in known:
            member = self.member.of(row.values)
            if member in told:
                kept.append(row.also(**told[member], **({"ring_hops": hops[member]} if self.seeds else {})))
        return run.keep(step, kept)

    def _values(self, row: Row) -> list[tuple[str, str]]:
        """What a row shares with others: kind and value, as text; empty ones are none."""
        found = [(kind, text_of(of.of(row.values))) for kind, (of, _) in self.same.items()]
        return [(kind, value) for kind, value in found if value is not None and value.strip()]

    def _cut(self, run: Ledger, rows: list[Row], hubs: set[tuple[str, str]], step: str) -> None:
        """Values of too many members are listed, with the rows of the first dataset that have them."""
        alias = next((one for one in (rows[0].ids if rows else ()) if one not in run.listed), None)
        for row in rows if alias is not None else ():
            if hubs.intersection(self._values(row)):
                run.excluded[step, None, alias or ""] |= row.ids[alias or ""]

    def _held(self, run: Ledger) -> Mapping[tuple[str, str], set[str]]:
        """The members that records set aside would add to each value; one that cannot be read is one of its own."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for kind, (of, _) in self.same.items():
            for alias in sorted(aliases(run, of) or ()):
                whose = values(run, alias, self.member) if aliases(run, self.member) == {alias} else repeat(None)
                for number, (shared, own) in enumerate(zip(values(run, alias, of), whose, strict=False)):
                    value = text_of(shared)
                    if value is not None and value.strip():
                        found[kind, value].add(f"?{alias}{number}" if own is None else own)
        return found

    def _open(self, run: Ledger, rows: list[Row], perhaps: set[tuple[str, str]], step: str) -> None:
        """Rows of values that only records set aside make too many; whose they are, a value may leave open."""
        for row in rows:
            if perhaps.intersection(self._values(row)):
                now = run.world.as_of
                run.open(row, step, None, run.region(row, []), now, now + timedelta(days=1))

    def _links(self, shared: Shared) -> list[tuple[str, str]]:
        kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (kind, _), members in shared.items():
            for pair in combinations(sorted(members), 2):
                kinds[pair].add(kind)
        return [pair for pair, shares in kinds.items() if self._strength(shares) >= self.min_link]

    def _strength(self, kinds: set[str]) -> Decimal:
        left = Decimal(1)
        for kind in kinds:
            left *= 1 - self.same[kind][1]
        return 1 - left

    def _hops(self, rows: list[Row], links: list[tuple[str, str]]) -> dict[str, int]:
        """How many links away from the nearest seed, as far as is asked for."""
        seeds = [row for row in rows if self.seeds and self.seeds.of(row.values) is True]
        found = dict.fromkeys((self.member.of(row.values) for row in seeds), 0)
        edge = set(found)
        while edge and (self.hops is None or max(found[one] for one in edge) < self.hops):
            ahead = {b for a, b in [*links, *((b, a) for a, b in links)] if a in edge and b not in found}
            found |= dict.fromkeys(ahead, max(found[one] for one in edge) + 1)
            edge = ahead
        return found

    def _told(self, ring: set[str], shared: Shared) -> dict[str, Any]:
        common = [(kind, value) for (kind, value), members in shared.items() if len(members & ring) > 1]
        values = "、".join(sorted(f"{kind} {value}" for kind, value in common)) or None
        kinds = len({kind for kind, _ in common})
        return {"ring_id": min(ring), "ring_size": len(ring), "ring_kinds": kinds, "ring_values": values}


def _rings(links: list[tuple[str, str]]) -> dict[str, set[str]]:
    ring: dict[str, set[str]] = {member: {member} for pair in links for member in pair}
    for a, b in links:
        if ring[a] is not ring[b]:
            ring[a] |= ring[b]
            for member in ring[b]:
                ring[member] = ring[a]
    return ring
