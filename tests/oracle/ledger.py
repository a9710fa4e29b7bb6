"""What the oracle keeps while it walks a rule: the rows so far, and what each step set apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.oracle.expression import Expression
from tests.oracle.world import World

CLUE, ERROR, INCONCLUSIVE, CLEAR = "CLUE", "ERROR", "INCONCLUSIVE", "CLEAR"


@dataclass(frozen=True)
class Row:
    """Values by column; ``ids``: alias -> numbers of the source rows behind it; ``regions``: alias -> their regions."""

    values: Mapping[str, Any]
    ids: Mapping[str, frozenset[int]]
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def also(self, **values: Any) -> Row:
        return replace(self, values={**self.values, **values})


def text_of(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@dataclass
class Ledger:
    """``read_later``: columns that a step after the present one reads; ``facts_last``: computed columns reach the clue,
    whose facts they are; ``pairs``: alias -> (rows so far, dataset).

    Of aliases: ``repeated`` ones stand several times by the author's word; of ``suspect`` ones only the data can tell;
    ``shared`` ones do in several branches; ``listed`` ones are gathered in groups. ``derived``: column -> its ways.
    """

    world: World
    datasets: Mapping[str, str]
    subject: Expression
    episode: Expression | None
    read_later: frozenset[str] = frozenset()
    facts_last: bool = True
    pairs: dict[str, list[tuple[Expression, str]]] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    suspect: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    derived: dict[str, dict[str, Expression]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    excluded: dict[tuple[str, str | None, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    errors: set[tuple[str | None, str | None, str]] = field(default_factory=set)
    undecided: set[tuple[Any, ...]] = field(default_factory=set)

    def who(self, row: Row) -> tuple[str | None, str | None]:
        """Subject and episode; None for what the row does not tell yet."""
        subject = text_of(self.subject.of(row.values)) if self.subject.names <= set(row.values) else None
        if self.episode is None:
            return subject, ""
        known = self.episode.names <= set(row.values)
        return subject, text_of(self.episode.of(row.values)) if known else None

    def read_of(self, row: Row) -> set[str]:
        """The columns of a row that are read later on."""
        return {name for name in row.values if name in self.read_later or (self.facts_last and "." not in name)}

    def wrong(self, row: Row, step: str) -> None:
        self.errors.add((*self.who(row), step))

    def open(self, row: Row, step: str, dataset: str | None, region: str | None, first: Any, after: Any) -> None:
        """Note a gap; of a computed column any dataset may be the one it speaks of (None)."""
        self.undecided.add((*self.who(row), step, dataset, region, first, after))

    def drop(self, row: Row, step: str, alias: str) -> None:
        self.excluded[step, self.who(row)[0], alias] |= row.ids[alias]

    def keep(self, step: str, rows: Iterable[Row]) -> list[Row]:
        """The rows that remain after a step, counted."""
        kept = list(rows)
        self.rows[step] = len(kept)
        return kept

    def regions(self, row: Row, keys: list[tuple[Expression, str]]) -> frozenset[str]:
        """Where the subject lives: the region of the dataset that the key comes from, else of the first with one."""
        first = [name.split(".")[0] for key, _ in keys for name in sorted(key.names) if "." in name]
        for alias in (*first, *row.regions):
            if alias in row.regions:
                return row.regions[alias]
        return frozenset({""})

    def region(self, row: Row, keys: list[tuple[Expression, str]]) -> str:
        """The one place of a row: of a group what its regions have in common."""
        codes = sorted(self.regions(row, keys))
        shortest = min(len(code) for code in codes)
        same = (n for n in range(shortest, -1, -1) if len({code[:n] for code in codes}) == 1)
        return codes[0][: next(same)]
