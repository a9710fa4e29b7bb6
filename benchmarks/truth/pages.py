"""Writes what was measured into the pages: the section "Measured" of each model's README, and the page of truth.

python -m benchmarks.truth.pages [--of FOLDER]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.truth.office import ROOT
from benchmarks.truth.tables import Kept, band_counts, losses, read_kept, tallies
from clew.problems import Problems
from clew.project import read_project
from clew.settings import Settings

KEPT = ROOT / "docs" / "truth"
_BEGIN, _END = "<!-- written by python -m benchmarks.truth.pages -->\n", "<!-- end -->\n"
MEASURED = "## Measured · 实测\n"
_SECTION = re.compile(rf"^{MEASURED}.*?(?=^## )", re.DOTALL | re.MULTILINE)
_BEFORE = "## Data needed"


def main() -> int:
    """Write all pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", type=Path, default=KEPT, help="folder of the tables")
    for path, text in pages(read_kept(parser.parse_args().of, thresholds())).items():
        path.write_text(text, encoding="utf-8")
    return 0


def thresholds() -> Mapping[str, Mapping[str, int]]:
    """Model -> band -> the score it starts at."""
    problems = Problems()
    project = read_project(Settings(project=ROOT, lineage=""), problems)
    problems.raise_errors()
    return {model.id: model.scoring.bands for model in project.models}


def pages(kept: Kept) -> Mapping[Path, str]:
    """Each page as it must read."""
    page = ROOT / "docs" / "truth.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    made = {page: f"{before}{_BEGIN}\n{_truth(kept)}\n{_END}{after}"}
    for model in kept.thresholds:
        readme = ROOT / "models" / model / "README.md"
        text = _SECTION.sub("", readme.read_text(encoding="utf-8"))
        made[readme] = text.replace(_BEFORE, f"{_measured(kept, model)}\n{_BEFORE}", 1)
    return made


def _truth(kept: Kept) -> str:
    models = sorted(kept.thresholds)
    return f"""## Planted truth

{_run(kept, "planted")}

{tallies(kept.planted, "model")}
## One identity number in a hundred mistyped

In every dataset; {_run(kept, "mistyped")}

{tallies(kept.mistyped, "model")}
## Bands

{band_counts(kept, models, named=True)}
## Datasets withheld in part

{_withheld(kept)}

{losses(kept.losses, {run.case: run for run in kept.runs if run.part == "withheld"})}"""


def _run(kept: Kept, part: str) -> str:
    run = kept.run(part)
    return (
        f"{run.persons:,} persons, seed {run.seed}, {run.day}: {run.minutes:g} minutes, at most {run.peak_mb:,} MB"
        f" of memory, load average {run.load:g} on two cores."
    )


def _withheld(kept: Kept) -> str:
    runs = [run for run in kept.runs if run.part == "withheld"]
    minutes, load = [run.minutes for run in runs], max(run.load for run in runs)
    return (
        f"{len(runs)} datasets, seed {runs[0].seed}, {runs[0].day}: {min(minutes):g} to {max(minutes):g} minutes each,"
        f" at most {max(run.peak_mb for run in runs):,} MB of memory, load average up to {load:g} on two cores."
        " A dataset without dates has no month to lose."
    )


def _measured(kept: Kept, model: str) -> str:
    run = kept.run("planted")
    planted = [row for row in kept.planted if row.model == model]
    mistyped = [row for row in kept.mistyped if row.model == model]
    lost = [row for row in kept.losses if row.model == model]
    text = f"""{MEASURED}A made-up province of {run.persons:,} persons, {run.day} ([how](../../docs/truth.md)).
It says how the rules behave on cases their authors thought of, and nothing about a real office.
{run.persons:,} 人演示省，{run.day} 测得。仅反映规则对预设情形的表现，不代表实际查实率。

Whole data · 数据完整：

{tallies(planted, "rule")}
One identity number in a hundred mistyped · 百分之一的证件号码录错：

{tallies(mistyped, "rule")}
By band; thresholds were chosen by hand, not from these figures ([why](../../docs/truth.md#what-the-bands-rest-on)) ·
按等级；起分为人工设定，并非由下列数字得出：

{band_counts(kept, [model], named=False)}"""
    if lost:
        text += f"""
Rows withheld; found and left open count the points that need the dataset to be complete · 部分数据缺失：

{losses(lost, {run.case: run for run in kept.runs if run.part == "withheld"})}"""
    return text


if __name__ == "__main__":
    sys.exit(main())
