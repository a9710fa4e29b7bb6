"""Fetching: each source in turn, into the drop folder and nowhere else; one that fails never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from clew.problems import Place, Problem, ProblemError, Problems, did_you_mean
from clew.settings import Settings
from clew.sources import ledger
from clew.sources.draft import alone
from clew.sources.job import Haul, Job
from clew.sources.kinds import KINDS
from clew.sources.report import Fetched, FetchReport
from clew.sources.secret import NAMES, Secrets, variable
from clew.sources.source import Source

Progress = Callable[[str], None]


def fetch_sources(
    settings: Settings,
    sources: Sequence[Source],
    *,
    today: date,
    progress: Progress | None = None,
    only_check: bool = False,
    secrets: Mapping[str, str] | None = None,
) -> FetchReport:
    """Fetch from each source. ``today`` is the day of receipt; ``secrets`` (by variable) win over the environment.

    With ``only_check`` servers are asked for connection, table and columns, and nothing is written. Raises only what
    no source is to blame for: a full disk, or a warehouse that another process keeps (duckdb.IOException).
    """
    say = progress or _silent
    done = [
        fetch_source(settings, one, today=today, say=say, only_check=only_check, secrets=secrets) for one in sources
    ]
    return FetchReport(tuple(done))


def fetch_source(
    settings: Settings,
    source: Source,
    *,
    today: date,
    say: Progress,
    only_check: bool = False,
    secrets: Mapping[str, str] | None = None,
) -> Fetched:
    """One source; a failure is told in its problems, and then nothing of it was written."""
    given = {name: secrets[key] for name in NAMES if secrets and (key := variable(source.server, name)) in secrets}
    problems = Problems()
    kind = KINDS[source.kind]
    job = Job(source, Secrets(source.server, given), settings, today,
              ledger.loaded(settings, source.dataset, source.identity, say), say, problems)  # fmt: skip
    try:
        say(f"{source.name}: connecting")
        if only_check:
            return _told(job, "reachable", kind.check(job))
        with alone(job.folder, source.server, source.place):
            haul = kind.fetch(job)
    except ProblemError as failure:
        problems.found.extend(problem for problem in failure.problems if problem not in problems.found)
        return _told(job, "failed", Haul())
    return _told(job, "fetched" if job.put else "unchanged" if job.same else "nothing new", haul)


def chosen(sources: Sequence[Source], datasets: Sequence[str]) -> list[Source]:
    """The sources of the datasets named, all when none is named. Raises ProblemError (N030) for one without any."""
    known = sorted({source.dataset for source in sources})
    unknown = [
        Problem(Place(name), "N030", f"no contract of a dataset '{name}' has a server that is fetched from",
                did_you_mean(name, known) or "declare one under servers")
        for name in datasets
        if name not in known
    ]  # fmt: skip
    if unknown:
        raise ProblemError(unknown)
    return [source for source in sources if not datasets or source.dataset in datasets]


def _told(job: Job, status: str, haul: Haul) -> Fetched:
    source = job.source
    return Fetched(source.dataset, source.server, status, tuple(job.put), haul.rows, haul.known, haul.undated,
                   haul.certifies, tuple(job.problems))  # fmt: skip


def _silent(message: str) -> None:
    del message
