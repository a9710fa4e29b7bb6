"""``peer`` of the oracle: each value against all others of its group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from tests.oracle.expression import SIX, Expression
from tests.oracle.ledger import Ledger, Row


@dataclass(frozen=True)
class Peer:
    of: Expression
    group: tuple[str, ...]
    method: str
    least: int
    cut: Decimal
    side: str = "high"
    verb = "peer"

    @property
    def written(self) -> dict[str, Any]:
        options = {"of": self.of.text, "group": list(self.group), "method": self.method, "min_n": self.least}
        return {"peer": {**options, "cut": float(self.cut), "side": self.side}}

    @property
    def names(self) -> frozenset[str]:
        return self.of.names | set(self.group)

    def run(self, run: Ledger, rows: list[Row], step: str) -> list[Row]:
        groups: dict[tuple[Any, ...], list[tuple[Row, Decimal]]] = defaultdict(list)
        for row in rows:
            key, value = tuple(row.values[name] for name in self.group), self.of.of(row.values)
            if value is None or None in key:
                run.unknown[step] += 1
            else:
                groups[key].append((row, Decimal(value)))
        alias = next((name.split(".")[0] for name in sorted(self.of.names) if "." in name), None)
        kept = []
        for members in groups.values():
            for index, (row, value) in enumerate(members):
                others = [other for place, (_, other) in enumerate(members) if place != index]
                if len(others) < self.least:
                    run.open(row, step, run.datasets[alias] if alias else None, None, None, None)
                    continue
                measured, method, far = self._measured(value, others)
                if far:
                    kept.append(
                        row.also(
                            peer_n=len(others),
                            peer_median=_six(median(others)),
                            peer_value=measured,
                            peer_method=method,
                        )
                    )
        return run.keep(step, kept)

    def _measured(self, value: Decimal, others: list[Decimal]) -> tuple[Decimal, str, bool]:
        middle = median(others)
        scale = middle if self.method == "median_ratio" else median(abs(one - middle) for one in others)
        if self.method == "percentile" or scale == 0:
            shares = {
                "high": Decimal(sum(one < value for one in others)) / len(others),
                "low": Decimal(sum(one > value for one in others)) / len(others),
            }
            share = _six(max(shares.values()) if self.side == "both" else shares[self.side])
            return share, "percentile", share >= (self.cut if self.method == "percentile" else Decimal("0.99"))
        if self.method == "median_ratio":
            ratio = _six(value / middle)
            return ratio, self.method, ratio <= self.cut if self.side == "low" else ratio >= self.cut
        score = _six(Decimal("0.6745") * (value - middle) / scale)
        reached = {"high": score >= self.cut, "low": -score >= self.cut, "both": abs(score) >= self.cut}
        return score, self.method, reached[self.side]


def _six(value: Any) -> Decimal:
    return Decimal(value).quantize(SIX, ROUND_HALF_UP)
