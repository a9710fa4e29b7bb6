"""``match`` of the oracle: every two names inside a block compared, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.oracle.expression import SIX, Expression
from tests.oracle.ledger import Ledger, Row
from tests.oracle.pairing import TRUE, Pairing


@dataclass(frozen=True)
class Match:
    """``block``: keys of which one must be equal; ``least`` is the score from which on a pair is of band A, if the
    further evidence ``same``, where there is any, holds as well."""

    alias: str
    dataset: str
    left: Expression
    block: Sequence[tuple[Expression, str]]
    least: Decimal
    same: Expression | None = None
    verb = "match"

    @property
    def written(self) -> dict[str, Any]:
        block = [f"{self.alias}.{right} = {left.text}" for left, right in self.block]
        found: dict[str, Any] = {"match": self.alias, "left": self.left.text, "right": f"{self.alias}.name"}
        found |= {"block": block} | ({"on": {"same": self.same.text}} if self.same else {})
        return found | {"bands": {"A": f"match_score >= {self.least}{' and same' if self.same else ''}"}}

    @property
    def names(self) -> frozenset[str]:
        same = self.same.names if self.same else frozenset()
        return self.left.names.union(same, *(left.names for left, _ in self.block))

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        blocks = [Pairing(self.alias, self.dataset, (one,), TRUE) for one in self.block]
        kept = []
        for row in rows:
            name = self.left.of(row.values)
            if not name or all(one.key(row) is None for one in blocks):
                run.unknown[step] += 1
                continue
            for pair in self._pairs(run, row, blocks):
                score = Decimal(jaro_winkler(name, pair.values[f"{self.alias}.name"])).quantize(SIX, ROUND_HALF_UP)
                same = self.same.of(pair.values) if self.same else True
                told = {"match_agree": int(same is True), "match_against": int(same is False)} if self.same else {}
                told = {"match_agree": 0, "match_against": 0} | told | ({"same": same} if self.same else {})
                if score >= self.least and same is None:
                    run.unknown[step] += 1
                elif score >= self.least and same:
                    kept.append(pair.also(match_band="A", match_score=score, **told))
        run.repeated |= {alias for row in rows for alias in row.ids} | {self.alias}
        return run.keep(step, kept)

    def _pairs(self, run: Ledger, row: Row, blocks: Sequence[Pairing]) -> Iterator[Row]:
        """Each record that shares a block and has a name, once."""
        found = {number: pair for one in blocks for number, pair, _ in one.candidates(run, row)}
        return (pair for _, pair in sorted(found.items()) if pair.values[f"{self.alias}.name"] is not None)


def jaro_winkler(a: str, b: str) -> float:
    """Jaro (1989) with the prefix of Winkler (1990), over characters."""
    if a == b:
        return 1.0
    reach = max(len(a), len(b)) // 2 - 1
    taken: set[int] = set()
    matched = []
    for at, letter in enumerate(a):
        for other in range(max(0, at - reach), min(len(b), at + reach + 1)):
            if b[other] == letter and other not in taken:
                taken.add(other)
                matched.append(letter)
                break
    if not matched:
        return 0.0
    swaps = sum(x != y for x, y in zip(matched, (b[at] for at in sorted(taken)), strict=True)) // 2
    share = len(matched)
    jaro = (share / len(a) + share / len(b) + (share - swaps) / share) / 3
    prefix = next((at for at in range(min(4, len(a), len(b))) if a[at] != b[at]), min(4, len(a), len(b)))
    return jaro + prefix * 0.1 * (1 - jaro) if jaro >= 0.7 else jaro
