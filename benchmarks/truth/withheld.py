"""What the models say when a dataset they need for an absence comes with holes in it.

For each dataset whose coverage a rule looks at: the rest of what its models read is received once, then the dataset
whole, and with 5 %, with 20 % and with one month of its rows withheld. Each hole twice: the sender's letter still
counts the rows that are missing, or it does not, so that nothing on paper shows the gap. What is withheld never
arrives: it goes through the same ingest as everything else, and no table is changed by hand.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.truth.band import Band
from benchmarks.truth.office import SEED, Office, Screened
from benchmarks.truth.planted import wrong
from clew.demo.calendar import AS_OF
from clew.demo.compare import Compared
from clew.demo.flaws import Flaws, Withheld
from clew.demo.generate import TRUTH_FILE
from clew.demo.province import Province, Shipment
from clew.demo.truth import write_truth
from clew.problems import Problems
from clew.screening.needs import Need, needs
from clew.screening.selection import Selection, select

MONTH = date(2026, 2, 1)
HOLES = {"5 %": Withheld(share=0.05), "20 %": Withheld(share=0.2), "one month": Withheld(month=MONTH)}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loss:
    """One dataset with a hole, and what one model says then. ``in_letter``: whether the letter counts the missing rows.

    ``planted`` and the clues found count for the rules that claim an absence from the dataset, ``wrong`` for all of
    the model's; ``whole`` means without the hole. ``postponed`` are not found and left open, by name or, where a rule
    is about groups, with their county.
    """

    dataset: str
    hole: str
    in_letter: bool
    model: str
    planted: int
    found_whole: int
    found: int
    postponed: int
    wrong_whole: int
    wrong: int

    @property
    def letter(self) -> str:
        """The letter's part, in words."""
        return "in the letter" if self.in_letter else "not in the letter"

    @property
    def invented(self) -> int:
        """Wrong clues that the whole data did not give."""
        return max(0, self.wrong - self.wrong_whole)

    @property
    def silent(self) -> int:
        """Planted clues that were lost without being left open."""
        return max(0, self.found_whole - self.found - self.postponed)


@dataclass(frozen=True)
class Withholding:
    """One dataset withheld in every way: the losses, and the bands of the clues by hole."""

    dataset: str
    losses: list[Loss]
    bands: Mapping[str, tuple[Band, ...]]


def withheld(persons: int, only: Collection[str], progress: Progress) -> Iterator[Withholding]:
    """Each dataset that a rule needs for an absence, or ``only`` these where any are given."""
    with TemporaryDirectory(prefix="clew-truth-") as folder:
        root = Path(folder)
        plan = Office(root / "plan")
        chosen = select(plan.project.models, plan.project.library, plan.project.catalogue, AS_OF, None, Problems())
        wanted: dict[str, list[Need]] = {}
        for need in needs(chosen):
            if not only or need.dataset in only:
                wanted.setdefault(need.dataset, []).append(need)
        province = Province(persons, SEED)
        write_truth(root / TRUTH_FILE, province.truth)
        progress("the whole province")
        for _ in province.send([Shipment(root / "drop")], plan.project.catalogue):
            pass
        for dataset, asking in sorted(wanted.items()):
            yield _withholding(root, province, dataset, asking, chosen, progress)


def _withholding(
    root: Path, province: Province, dataset: str, asking: list[Need], chosen: Selection, progress: Progress
) -> Withholding:
    models = {model for need in asking for model in need.models}
    base = Office(root / "base")
    catalogue = base.project.catalogue
    flaws = {
        (hole, said): Flaws(withheld={dataset: Withheld(loss.share, loss.month, said)})
        for hole, loss in HOLES.items()
        if catalogue.contracts[dataset].event_column or loss.month is None
        for said in (True, False)
    }
    progress(f"{dataset}: {len(flaws)} deliveries with holes")
    shipments = [Shipment(root / "holes" / f"{hole} {said}", flaw, {dataset}) for (hole, said), flaw in flaws.items()]
    for _ in province.send(shipments, catalogue):
        pass
    progress(f"{dataset}: receiving the rest")
    base.receive(root / "drop", _read(chosen, models) - {dataset})

    def night(drop: Path) -> Screened:
        office = base.copy(root / "office")
        office.receive(drop, {dataset})
        screened = office.screen(root / TRUTH_FILE, models)
        shutil.rmtree(office.state)
        return screened

    progress(f"{dataset}: whole")
    whole = night(root / "drop")
    losses: list[Loss] = []
    bands = {}
    for (hole, said), shipment in zip(flaws, shipments, strict=True):
        progress(f"{dataset}: without {hole}")
        after = night(shipment.drop)
        found = [_loss(dataset, hole, said, model, asking, whole, after) for model in sorted(models)]
        bands[f"{hole}, {found[0].letter}"] = after.bands
        losses += found
    shutil.rmtree(root / "holes")
    shutil.rmtree(base.state)
    return Withholding(dataset, losses, bands)


def _read(chosen: Selection, models: Collection[str]) -> set[str]:
    """The datasets that the models read."""
    return {
        one.dataset
        for model in models
        for variant in chosen.variants[model].values()
        for one in chosen.plans[variant].inputs
    }


def _loss(
    dataset: str, hole: str, said: bool, model: str, asking: list[Need], whole: Screened, after: Screened
) -> Loss:
    rules = {need.rule for need in asking if model in need.models}
    before, then = ([row for row in one.rules if row.model == model] for one in (whole, after))
    return Loss(
        dataset=dataset,
        hole=hole,
        in_letter=said,
        model=model,
        planted=sum(row.planted for row in before if row.rule in rules),
        found_whole=sum(row.found for row in before if row.rule in rules),
        found=sum(row.found for row in then if row.rule in rules),
        postponed=sum(_postponed(row, whole, after) for row in then if row.rule in rules),
        wrong_whole=sum(wrong(row) for row in before),
        wrong=sum(wrong(row) for row in then),
    )


def _postponed(row: Compared, whole: Screened, after: Screened) -> int:
    """Clues not found and left open; where the hole makes a rule leave more counties open unnamed, all not found."""
    unnamed = after.unnamed.get(row.rule, 0) > whole.unnamed.get(row.rule, 0)
    return len(row.missed if unnamed else row.postponed)
