"""Moments with a time zone: a day is only a day somewhere, so the contract must say where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clew.problems import Problem, ProblemError
from clew.sources.columns import Chosen
from clew.sources.job import Job


def needs_zone(job: Job, zoned: Sequence[Chosen]) -> None:
    """Raise ProblemError (N020) when columns hold moments with a zone and the server does not say which is meant."""
    if zoned and not job.source.details.timezone:
        names = ", ".join(sorted(chosen.column.name for chosen in zoned))
        said = f"these columns hold moments with a time zone, and none is said to count days in: {names}"
        raise ProblemError([Problem(job.source.place, "N020", said, "add {property: timezone, value: Asia/Shanghai}")])


def local(moment: datetime, zone: str) -> datetime:
    """A moment as the clocks of a zone showed it, without a zone; one without a zone is UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def universal(moment: datetime, zone: str) -> datetime:
    """The other way: what a zone's clocks showed, as UTC without a zone."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
