"""What a screening made of the planted cases: found, missed, wrongly accused, left open, and not planted at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from clew.demo.truth import Planted, TruthRow, read_truth

Episodes = Mapping[str, Mapping[str, frozenset[str]]]
"""Rule -> subject -> episodes ('' for a rule with one clue per person)."""


@dataclass(frozen=True)
class Compared:
    """One rule against the truth. ``postponed`` are those of ``missed`` that were left open for want of data,
    ``false`` near-misses that fired, ``unplanned`` clues about anybody else (subject, episode).
    """

    model: str
    rule: str
    planted: int
    found: int
    missed: tuple[TruthRow, ...]
    postponed: tuple[TruthRow, ...]
    near_misses: int
    false: tuple[TruthRow, ...]
    inconclusive: int
    left_open: int
    not_left_open: tuple[TruthRow, ...]
    unplanned: tuple[tuple[str, str], ...]

    @property
    def recall(self) -> float:
        """Share of the planted clues that were found; 1.0 where none was planted."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def as_planted(self) -> bool:
        """Whether the rule said exactly what was planted."""
        return not (self.missed or self.false or self.not_left_open or self.unplanned)


def compare(con: duckdb.DuckDBPyConnection, truth_path: Path, screening_id: str) -> list[Compared]:
    """Compare a screening's clues and undecided subjects with the truth, one row for each rule, by model and rule.

    Raises ValueError when ``truth_path`` is no truth file.
    """
    fired = _clues(con, screening_id)
    left_open = _undecided(con, screening_id)
    truth: dict[tuple[str, str], list[TruthRow]] = defaultdict(list)
    for row in read_truth(truth_path):
        truth[row.model, row.rule].append(row)
    keys = {*truth, *((model, rule) for model, rules in fired.items() for rule in rules)}
    return [
        _compared(model, rule, truth[model, rule], fired.get(model, {}).get(rule, {}), left_open.get(rule, {}))
        for model, rule in sorted(keys)
    ]


def recall(table: Iterable[Compared]) -> float:
    """Recall over all rules; 1.0 where nothing was planted."""
    rows = list(table)
    planted = sum(row.planted for row in rows)
    return sum(row.found for row in rows) / planted if planted else 1.0


def _compared(
    model: str,
    rule: str,
    truth: list[TruthRow],
    clues: Mapping[str, frozenset[str]],
    left_open: Mapping[str, frozenset[str]],
) -> Compared:
    planted = [row for row in truth if row.kind == Planted.CLUE]
    near = [row for row in truth if row.kind == Planted.NEAR_MISS]
    undecided = [row for row in truth if row.kind == Planted.INCONCLUSIVE]
    missed = tuple(row for row in planted if not _said(row, clues))
    not_left_open = tuple(row for row in undecided if not _said(row, left_open))
    known = {(row.subject, episode) for row in truth for episode in _said(row, clues)}
    return Compared(
        model=model,
        rule=rule,
        planted=len(planted),
        found=len(planted) - len(missed),
        missed=missed,
        postponed=tuple(row for row in missed if _said(row, left_open)),
        near_misses=len(near),
        # A clue about a subject that had to stay open is an accusation on missing data: as false as a near-miss.
        false=tuple(row for row in (*near, *undecided) if _said(row, clues)),
        inconclusive=len(undecided),
        left_open=len(undecided) - len(not_left_open),
        not_left_open=not_left_open,
        unplanned=tuple(
            sorted(
                (subject, episode)
                for subject, episodes in clues.items()
                for episode in episodes
                if (subject, episode) not in known
            )
        ),
    )


def _said(row: TruthRow, episodes: Mapping[str, frozenset[str]]) -> list[str]:
    """The episodes that speak of this planted fact; without an episode, all about the person."""
    return [episode for episode in episodes.get(row.subject, ()) if not row.episode or episode in ("", row.episode)]


def _clues(con: duckdb.DuckDBPyConnection, screening_id: str) -> dict[str, Episodes]:
    """Model -> rule -> subject -> episodes, of every rule that spoke for a clue of the screening."""
    rows = con.execute(
        """
        select clue.model, signal.rule, clue.subject, list(distinct coalesce(clue.episode, ''))
        from clew.clue as clue join clew.signal as signal using (clue_id)
        where clue.last_screening = ? and not clue.gone
        group by all
        """,
        [screening_id],
    ).fetchall()
    found: dict[str, dict[str, dict[str, frozenset[str]]]] = defaultdict(lambda: defaultdict(dict))
    for model, rule, subject, episodes in rows:
        found[model][rule][subject] = frozenset(episodes)
    return {model: dict(rules) for model, rules in found.items()}


def _undecided(con: duckdb.DuckDBPyConnection, screening_id: str) -> Episodes:
    rows = con.execute(
        """
        select rule, subject, list(distinct coalesce(episode, '')) from clew.undecided
        where screening_id = ? and outcome = 'INCONCLUSIVE' and subject is not null
        group by all
        """,
        [screening_id],
    ).fetchall()
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for rule, subject, episodes in rows:
        found[rule][subject] = frozenset(episodes)
    return found
