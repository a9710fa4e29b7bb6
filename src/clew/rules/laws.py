"""Legal instruments and the periods in which their articles are in force; whether a citation holds (E701-E703)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clew.problems import Place, Problems, did_you_mean
from clew.quantities import Quantity, Rounding, add_months
from clew.rules.model import LegalBasis

MONTHS_TRUSTED = 12
"""For how many months a comparison with the source is trusted."""


@dataclass(frozen=True)
class Period:
    """From ``start`` up to, not including, ``end``; None is open.

    ``limitation``: until when a fact may be pursued, by the name of the term ('' where the article has one term only).
    """

    start: date
    end: date | None
    limitation: Mapping[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True)
class Law:
    """One instrument and the periods in which each of its articles is in force, in order of time."""

    id: str
    title: str
    title_zh: str
    url: str
    checked: bool
    last_checked: date
    articles: Mapping[str, tuple[Period, ...]]
    place: Place

    @property
    def trusted_until(self) -> date:
        """The last day on which the comparison with the source is trusted."""
        return add_months(self.last_checked, MONTHS_TRUSTED, Rounding.DOWN)

    def periods(self, article: str) -> tuple[Period, ...] | None:
        """When an article, or the article a paragraph belongs to, is in force; None when it is not listed."""
        return self.articles.get(article, self.articles.get(article.partition("(")[0]))

    def version(self, article: str, on: date) -> Period | None:
        """The version of an article in force on a day; None when there is none, or the article is not listed."""
        periods = self.periods(article) or ()
        return next((one for one in periods if one.start <= on and (one.end is None or on < one.end)), None)

    def silent_on(self, article: str, day: date | None) -> bool:
        """Whether a listed article had no version in force on a known day: nobody can have acted against it."""
        return day is not None and self.periods(article) is not None and self.version(article, day) is None


@dataclass(frozen=True)
class Laws:
    """All instruments by id. ``unreadable`` are file names whose faults are already noted."""

    laws: Mapping[str, Law]
    unreadable: frozenset[str] = frozenset()

    def check(self, basis: Sequence[LegalBasis], problems: Problems, on: date | None = None) -> None:
        """E701 unknown instrument or article, E702 not in force in the cited period; E703 (a warning) when the file
        was last checked more than twelve months before ``on``."""
        for cited in basis:
            law, periods = self.laws.get(cited.law), self.find(cited, problems)
            if law is not None and periods:
                _check_citation(law, periods, cited, problems)
            if law is not None and on is not None:
                _check_age(law, cited, on, problems)

    def find(self, cited: LegalBasis, problems: Problems) -> tuple[Period, ...]:
        """The versions of an article; E701 for an unknown instrument or article."""
        law = self.laws.get(cited.law)
        periods = law.periods(cited.article) if law else None
        if law is None and cited.law.rpartition(".")[2] not in self.unreadable:
            help = did_you_mean(cited.law, self.laws) or "add it to rules/laws"
            problems.error(cited.place, "E701", f"no legal instrument is named '{cited.law}'", help)
        elif law is not None and not periods:
            help = did_you_mean(cited.article, law.articles)
            problems.error(cited.place, "E701", f"'{law.id}' has no article '{cited.article}'", help)
        return periods or ()


def _check_citation(law: Law, periods: Sequence[Period], cited: LegalBasis, problems: Problems) -> None:
    start = cited.effective_from or periods[0].start
    reached: date | None = start
    for period in periods:
        if reached is not None and period.start <= reached and (period.end is None or period.end > reached):
            reached = period.end
    if reached == start:
        begins = next((period.start for period in periods if period.start > start), None)
        message = f"article {cited.article} of '{law.id}' was not in force on {start}"
        problems.error(cited.place, "E702", message, f"it came into force on {begins}" if begins else "")
        return
    if reached is not None and (cited.effective_to is None or cited.effective_to > reached):
        problems.error(
            cited.place,
            "E702",
            f"article {cited.article} of '{law.id}' is out of force from {reached}",
            f"cite the article that took its place, or end this basis with 'effective_to: {reached}'",
        )


def _check_age(law: Law, cited: LegalBasis, on: date, problems: Problems) -> None:
    if law.trusted_until < on:
        problems.warn(
            cited.place,
            "E703",
            f"'{law.id}' was last compared with its source on {law.last_checked}",
            f"read it again, and set 'last_checked' in {law.place.path}",
        )
