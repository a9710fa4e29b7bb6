"""Increments on their way into the drop folder: what is new in one file, what changed in a correction beside it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from clew.plan import Type
from clew.sources.cursor import Value, value_of
from clew.sources.draft import Draft, aside, sidecar_text
from clew.sources.increment import Earlier, split
from clew.sources.job import Haul, Job
from clew.sources.ledger import Loaded, landed_file, waiting_for
from clew.sources.standing import standing


@dataclass(frozen=True)
class Window:
    """What an increment spans: from ``start`` (None: from the beginning) to the highest cursor, as text."""

    type: Type
    start: Value | None
    high: str | None


def file_name(job: Job, ending: str) -> str:
    """One name for what is read whole, so that each reading takes the place of the one before; else a running number.

    The number counts loaded deliveries: a fetch that was never loaded is done again under its own name.
    """
    server = job.source.server
    return f"{server}.{ending}" if job.source.details.cursor is None else f"{server}-{len(job.loaded) + 1:06}.parquet"


def deliver_increment(job: Job, path: Path, window: Window, undated: int) -> Haul:
    """Split a fetched Parquet file and deliver it: new rows, and changed ones as a correction.

    Both files know how far the increment came.
    """
    name = file_name(job, "parquet")
    altered = name.replace(".parquet", "-changed.parquet")
    base = standing(job)
    earlier = [Earlier(base.whole.batch, base.file, repeats=True)] if base.whole and base.file else []
    earlier += [
        Earlier(one.batch, file, _may_repeat(one, window))
        for one in base.increments
        if one.valid and (file := landed_file(job.settings, one))
    ]
    with closing(waiting_for(job.settings, job.say, read_only=True)) as connection:
        found = split(connection, path, aside(job.folder, altered), job.source.contract.primary_key, earlier)
    outdated = job.outdated(*[altered] * bool(found.changed), *[name] * bool(found.new))
    if found.changed:
        papers = job.papers(rows=found.changed, mode="correction", cursor=window.high)
        job.deliver(Draft(aside(job.folder, altered), altered, sidecar_text(papers), outdated))
    if found.new:
        papers = job.papers(rows=found.new, cursor=window.high) | {"replaces": base.replaced}
        job.deliver(Draft(path, name, sidecar_text(papers), outdated))
    else:
        path.unlink()
    return Haul(found.new + found.changed, found.known, undated)


def _may_repeat(one: Loaded, window: Window) -> bool:
    """Whether an increment can hold rows of the window: its highest cursor lies inside."""
    assert one.cursor is not None  # noqa: S101 - only increments are asked about
    return window.start is None or value_of(one.cursor, window.type) >= window.start  # type: ignore[operator]  # both of the cursor's type
