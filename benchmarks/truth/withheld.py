"""What the models say when a dataset they need for an absence comes with holes in it.

For each dataset whose coverage a rule looks at: the rest of what its models read is received once, then the dataset
with 5 %, with 20 % and with one month of its rows withheld. Each twice: the sender's letter still counts the rows
that are missing, or it does not, so that nothing on paper shows the gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.truth.office import Office
from benchmarks.truth.planted import Tally, tally
from clew.demo.calendar import AS_OF
from clew.demo.flaws import Flaws, Withheld
from clew.problems import Problems
from clew.screening.needs import needs
from clew.screening.selection import select

MONTH = date(2026, 2, 1)
LOSSES = {"5 %": Withheld(share=0.05), "20 %": Withheld(share=0.2), "one month": Withheld(month=MONTH)}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loss:
    """One dataset with a hole. ``said``: whether the letter counts the missing rows; ``before``: without the hole."""

    dataset: str
    withheld: str
    said: bool
    before: Tally
    after: Tally

    @property
    def invented(self) -> int:
        """Wrong clues that the whole data did not give."""
        return max(0, self.after.wrong - self.before.wrong)

    @property
    def silent(self) -> int:
        """Planted clues that were lost without being left open."""
        return self.after.missed - self.after.postponed


def withheld(persons: int, progress: Progress) -> Iterator[Loss]:
    """Each dataset with each hole, by dataset."""
    with TemporaryDirectory(prefix="clew-truth-") as folder:
        plan = Office(Path(folder))
        chosen = select(
            plan.project.models, plan.project.library, plan.project.catalogue, AS_OF, None, Problems()
        )  # fmt: skip
        users: dict[str, set[str]] = {}
        for need in needs(chosen):
            users.setdefault(need.dataset, set()).update(need.models)
        reads = {
            model: {one.dataset for variant in variants.values() for one in chosen.plans[variant].inputs}
            for model, variants in chosen.variants.items()
        }
        for dataset, models in sorted(users.items()):
            progress(dataset)
            rest = {name for model in models for name in reads[model]} - {dataset}
            yield from _losses(Path(folder) / dataset, persons, dataset, models, rest)


def _losses(folder: Path, persons: int, dataset: str, models: set[str], rest: set[str]) -> Iterator[Loss]:
    base = Office(folder / "base")
    base.deliver(persons, datasets=rest)
    whole = _with(base, folder / "whole", persons, dataset, models, Flaws())
    for name, loss in LOSSES.items():
        for said in (True, False):
            flaws = Flaws(withheld={dataset: Withheld(loss.share, loss.month, said)})
            after = _with(base, folder / f"{name}-{said}", persons, dataset, models, flaws)
            yield Loss(dataset, name, said, whole, after)


def _with(base: Office, state: Path, persons: int, dataset: str, models: set[str], flaws: Flaws) -> Tally:
    office = base.copy(state)
    office.deliver(persons, flaws=flaws, datasets={dataset})
    return tally(dataset, office.screen(models))
