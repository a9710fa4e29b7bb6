"""The bands of a screening's clues, and how many of them are about what was planted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb

from clew.demo.truth import Planted, read_truth


@dataclass(frozen=True)
class Band:
    """``right`` of the ``clues`` of a model in a band: each of their points was planted for this subject."""

    model: str
    band: str
    clues: int
    right: int


def bands(con: duckdb.DuckDBPyConnection, truth: Path, screening_id: str) -> tuple[Band, ...]:
    """Count by model and band, both in the order of the alphabet."""
    planted: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in read_truth(truth):
        if row.kind == Planted.CLUE:
            planted[row.model, row.rule, row.subject].add(row.episode)
    spoken = con.execute(
        """
        select clue.model, clue.band, clue.subject, coalesce(clue.episode, ''), list(distinct signal.rule)
        from clew.clue as clue join clew.signal as signal using (clue_id)
        where clue.last_screening = ? and not clue.gone
        group by clue_id, clue.model, clue.band, clue.subject, clue.episode
        """,
        [screening_id],
    ).fetchall()
    clues: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for model, band, subject, episode, rules in spoken:
        clues[model, band] += 1
        right[model, band] += all(
            _tells(planted.get((model, rule, subject), set()), episode) for rule in rules
        )  # fmt: skip
    return tuple(Band(model, band, count, right[model, band]) for (model, band), count in sorted(clues.items()))


def _tells(episodes: set[str], episode: str) -> bool:
    """Whether one of the planted episodes is the clue's; without an episode, a fact or a clue is about the person."""
    return bool(episodes) and (not episode or "" in episodes or episode in episodes)
