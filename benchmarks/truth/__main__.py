"""``make truth``: every table of what the models find, miss and wrongly say.

    python -m benchmarks.truth [--persons N] [--small N] [--data FOLDER] [--only planted,mistyped,withheld,outside]

Tables go to the screen and, as Markdown, to ``var/truth.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.truth.office import ROOT, SEED
from benchmarks.truth.outside import outside
from benchmarks.truth.planted import Tally, planted
from benchmarks.truth.withheld import MONTH, withheld

PARTS = ("planted", "mistyped", "withheld", "outside")
MISTYPED = 0.01


def main() -> int:
    """Measure the parts asked for, print each table when it is ready."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000, help="people in the whole and the mistyped province")
    parser.add_argument("--small", type=int, default=5_000, help="people in each province with a hole")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of outside data")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by commas")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "truth.md", help="file of the tables")
    given = parser.parse_args()
    asked = given.only.split(",")
    if unknown := sorted(set(asked) - set(PARTS)):
        parser.error(f"there is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    text = "\n".join(section for part in PARTS if part in asked for section in _part(part, given))
    given.to.parent.mkdir(parents=True, exist_ok=True)
    given.to.write_text(text, encoding="utf-8")
    return 0


def _part(part: str, given: argparse.Namespace) -> Iterable[str]:
    match part:
        case "planted":
            title = f"Planted truth, {given.persons:,} persons, seed {SEED}"
            yield _shown(title, _TALLY, [_tally(row) for row in planted(given.persons)])
        case "mistyped":
            title = f"The same with {MISTYPED:.0%} of identity numbers mistyped in every dataset"
            yield _shown(title, _TALLY, [_tally(row) for row in planted(given.persons, mistyped=MISTYPED)])
        case "withheld":
            title = f"Datasets withheld in part, {given.small:,} persons; the month is {MONTH:%B %Y}"
            losses = [
                (loss.dataset, loss.withheld, "yes" if loss.said else "no", loss.before.planted, loss.before.found,
                 loss.after.found, loss.after.postponed, loss.silent, loss.invented)
                for loss in withheld(given.small, _say)
            ]  # fmt: skip
            yield _shown(title, _LOSS, losses)
        case _:
            rows = [
                (row.data, row.rule, row.clues, row.wanted, f"{row.precision:.3f}", f"{row.recall:.3f}",
                 "" if row.lift is None else f"{row.lift:.0f}", row.simple,
                 f"{row.simple_precision:.3f}" if row.simple else "")
                for row in outside(given.data, _say)
            ]  # fmt: skip
            yield _shown("Data made elsewhere", _OUTSIDE, rows)


_TALLY = ("model", "planted", "found", "missed", "of these left open", "near-misses", "wrong clues", "must stay open",
          "stayed open", "precision", "recall")  # fmt: skip
_LOSS = ("dataset", "withheld", "in the letter", "planted", "found whole", "found", "left open", "lost silently",
         "invented")  # fmt: skip
_OUTSIDE = ("data", "rule", "clues", "wanted", "precision", "recall", "lift", "simple rule", "its precision")


def _tally(row: Tally) -> tuple[object, ...]:
    return (
        row.model, row.planted, row.found, row.missed, row.postponed, row.near_misses, row.wrong, row.must_stay_open,
        row.kept_open, _share(row.precision), _share(row.recall),
    )  # fmt: skip


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _shown(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Print the table, and give it as Markdown."""
    lines = [f"| {' | '.join(str(cell) for cell in row)} |" for row in (headings, ["---"] * len(headings), *rows)]
    text = f"## {title}\n\n" + "\n".join(lines) + "\n"
    print(text)
    return text


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
