"""The kept rows as Markdown: what a model's README and the page of truth show of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.truth.kept import KeptBand, Run, read_rows
from benchmarks.truth.planted import Tally
from benchmarks.truth.withheld import Loss
from clew.scoring.bands import NO_BAND
from clew.scoring.interval import wilson


@dataclass(frozen=True)
class Kept:
    """Everything that was measured on made-up provinces. ``thresholds``: model -> band -> score it starts at."""

    planted: list[Tally]
    mistyped: list[Tally]
    bands: list[KeptBand]
    losses: list[Loss]
    runs: list[Run]
    thresholds: Mapping[str, Mapping[str, int]]

    def run(self, part: str, case: str = "") -> Run:
        """How a part was measured. Raises StopIteration when it was not."""
        return next(run for run in self.runs if (run.part, run.case) == (part, case))


def read_kept(folder: Path, thresholds: Mapping[str, Mapping[str, int]]) -> Kept:
    """Read the tables of a folder."""
    return Kept(
        planted=read_rows(folder, "planted", Tally),
        mistyped=read_rows(folder, "mistyped", Tally),
        bands=read_rows(folder, "bands", KeptBand),
        losses=read_rows(folder, "withheld", Loss),
        runs=read_rows(folder, "runs", Run),
        thresholds=thresholds,
    )


_HEADINGS_ZH = {
    "model": "模型", "rule": "规则", "planted": "所植", "found": "发现", "missed": "遗漏",
    "of these left open": "其中未能判定",
    "near-misses": "近似情形", "wrong clues": "误报", "must stay open": "应为未能判定", "stayed open": "确为未能判定",
    "precision, 95 %": "查准率及区间", "recall": "查全率", "band": "等级", "from score": "起分", "clues": "线索",
    "right": "属实", "mistyped: clues": "错号时线索", "hidden holes: clues": "隐瞒缺失时线索", "precision": "查准率",
    "dataset": "数据集", "persons": "人数", "withheld": "缺失", "in the letter": "来函载明",
    "found whole": "完整时发现",
    "left open": "未能判定", "lost in silence": "无声丢失", "invented": "凭空产生",
}  # fmt: skip


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; each heading in both languages."""
    both = [f"{heading} · {_HEADINGS_ZH[heading]}" for heading in headings]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (both, ["---"] * len(both), *rows)) + "\n"


def tallies(rows: Sequence[Tally], named: str) -> str:
    """Planted facts by ``named`` ('model' or 'rule'), and all of them together where there is more than one."""
    names = sorted({getattr(row, named) for row in rows})
    groups = [(name, [row for row in rows if getattr(row, named) == name]) for name in names]
    return table(
        (named, "planted", "found", "missed", "of these left open", "near-misses", "wrong clues", "must stay open",
         "stayed open", "precision, 95 %", "recall"),
        (_summed(name, group) for name, group in (*groups, *([("all", rows)] if len(groups) > 1 else []))),
    )  # fmt: skip


def _summed(name: str, rows: Sequence[Tally]) -> tuple[object, ...]:
    planted, found = sum(row.planted for row in rows), sum(row.found for row in rows)
    wrong = sum(row.wrong for row in rows)
    return (
        f"`{name}`" if name != "all" else name, planted, found, planted - found, sum(row.postponed for row in rows),
        sum(row.near_misses for row in rows), wrong, sum(row.must_stay_open for row in rows),
        sum(row.kept_open for row in rows), share(found, found + wrong), f"{found / planted:.3f}" if planted else "",
    )  # fmt: skip


def share(right: int, cases: int) -> str:
    """A share with its 95 % interval (Wilson); empty without a case."""
    low, high = wilson(right, cases)
    return f"{right / cases:.3f} ({low:.3f} to {high:.3f})" if cases else ""


def band_counts(kept: Kept, models: Iterable[str], named: bool) -> str:
    """Precision by band: in the whole province, with mistyped numbers, and over all nights with a hidden hole."""
    rows = []
    for model in models:
        found = {row.band for row in kept.bands if row.model == model}
        for band, threshold in {**kept.thresholds[model], **({NO_BAND: 0} if NO_BAND in found else {})}.items():
            clues, right = _counted(kept, "planted", model, band)
            mistyped, mistyped_right = _counted(kept, "mistyped", model, band)
            hidden, hidden_right = _counted(kept, "withheld", model, band)
            rows.append((
                *([f"`{model}`"] if named else []), band, threshold, clues, right, share(right, clues),
                mistyped, mistyped_right, share(mistyped_right, mistyped), hidden, hidden_right,
                f"{hidden_right / hidden:.3f}" if hidden else "",
            ))  # fmt: skip
    return table(
        (*(["model"] if named else []), "band", "from score", "clues", "right", "precision, 95 %", "mistyped: clues",
         "right", "precision, 95 %", "hidden holes: clues", "right", "precision"),
        rows,
    )  # fmt: skip


def _counted(kept: Kept, part: str, model: str, band: str) -> tuple[int, int]:
    rows = [
        row
        for row in kept.bands
        if (row.part, row.model, row.band) == (part, model, band) and (part != "withheld" or "not" in row.hole)
    ]
    return sum(row.clues for row in rows), sum(row.right for row in rows)


def losses(rows: Sequence[Loss], runs: Mapping[str, Run]) -> str:
    """What holes in a dataset did, models added up."""
    cases: dict[tuple[str, str, bool], list[Loss]] = {}
    for row in sorted(rows, key=lambda row: (row.dataset, "%" not in row.hole, len(row.hole), not row.in_letter)):
        cases.setdefault((row.dataset, row.hole, row.in_letter), []).append(row)
    return table(
        ("dataset", "persons", "withheld", "in the letter", "planted", "found whole", "found", "left open",
         "lost in silence", "invented"),
        (
            (f"`{dataset}`", f"{runs[dataset].persons:,}", hole, "yes" if in_letter else "no",
             sum(row.planted for row in group), sum(row.found_whole for row in group),
             sum(row.found for row in group), sum(row.postponed for row in group),
             sum(row.silent for row in group), sum(row.invented for row in group))
            for (dataset, hole, in_letter), group in cases.items()
        ),
    )  # fmt: skip
