"""Fetch: every server that a contract names is asked, and what came lies in the drop folder afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from prefect import State, Task, flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.blocks.system import Secret
from prefect.client.schemas.objects import TaskRun

from clew.problems import Problem, ProblemError, Problems, Severity
from clew.project import Project
from clew.sources.declared import read_sources
from clew.sources.fetch import chosen, fetch_source
from clew.sources.report import Fetched, FetchReport
from clew.sources.secret import NAMES, variable
from clew.sources.source import Source
from pipelines.project import open_project
from pipelines.stage import StageError, busy, told

RETRY_SECONDS: list[float] = [60, 300, 900]
"""Waits after a server could not be reached or stopped; nothing was taken until then."""
PASSING = {"N010", "N016", "N017", "N021", "N023", "N026"}
"""Failures that may be over when the same is asked again; a wrong password or table never is."""


async def may_pass(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a fetch failed in a way that another try may mend."""
    fault = await state.aresult(raise_on_failure=False)
    if isinstance(fault, ProblemError):
        return {problem.code for problem in fault.problems if problem.severity is Severity.ERROR} <= PASSING
    return await busy(task, run, state)


@task(name="fetch from a server", retries=len(RETRY_SECONDS), retry_delay_seconds=RETRY_SECONDS,
      retry_condition_fn=may_pass, persist_result=False)  # fmt: skip
def fetch_from(project: str, dataset: str, server: str, today: date) -> Fetched:
    """One server of one dataset; raises ProblemError when it brought nothing although it should have."""
    with told("fetch") as progress:
        opened = open_project(Path(project))
        source = next(one for one in sources_of(opened) if (one.dataset, one.server) == (dataset, server))
        done = fetch_source(opened.settings, source, today=today, say=progress, secrets=from_blocks(source))
        if done.failed:
            raise ProblemError(done.problems)
        return done


@flow(name="fetch", flow_run_name="fetch-{today}", persist_result=False)
def fetch(project: str = ".", today: date | None = None, datasets: list[str] | None = None) -> FetchReport:
    """Fetch from every server, or from those of the ``datasets``.

    One that fails never stops the others, but the run ends as failed: raises StageError.
    """
    day = today or date.today()
    wanted = chosen(sources_of(open_project(Path(project))), datasets or [])
    done = [fetched(project, source, day) for source in wanted]
    rows = [told_source(one) for one in done]
    create_table_artifact(rows, key="fetched-sources", description="从各来源取得的数据 / what came from each server")
    for one in done:
        for problem in one.problems:
            get_run_logger().warning(str(problem))
    report = FetchReport(tuple(done))
    if report.failed:
        servers = ", ".join(f"{one.dataset} from {one.server}" for one in done if one.failed)
        raise StageError(f"nothing came of: {servers}; what the others brought is there")
    return report


def fetched(project: str, source: Source, today: date) -> Fetched:
    """How the task of one server ended."""
    ended = fetch_from(project, source.dataset, source.server, today, return_state=True)
    result = ended.result(raise_on_failure=False)
    if isinstance(result, Fetched):
        return result
    problems = result.problems if isinstance(result, ProblemError) else (unforeseen(source),)
    return Fetched(source.dataset, source.server, "failed", problems=tuple(problems))


def unforeseen(source: Source) -> Problem:
    """A failure whose cause stands in the task's own log."""
    return Problem(source.place, "N016", f"the fetch from '{source.server}' ended in an unforeseen way", "see the task")


def sources_of(project: Project) -> tuple[Source, ...]:
    """The servers that are fetched from; raises ProblemError when one is declared wrongly."""
    problems = Problems()
    found = read_sources(project.catalogue, problems)
    problems.raise_errors()
    return found


def from_blocks(source: Source) -> Mapping[str, str]:
    """Secrets kept in Prefect: the Secret block ``clew-secret-<server>-<name>`` for each variable of that name.

    They stay in this process's memory. Blocks that are not there leave the environment in force.
    """
    found: dict[str, str] = {}
    for name in NAMES:
        wanted = variable(source.server, name)
        try:
            block = Secret.load(wanted.lower().replace("_", "-"))
        except ValueError:
            continue  # there is no such block
        if isinstance(block, Secret):  # else a coroutine, which only async code gets
            found[wanted] = str(block.get())
    return found


def told_source(one: Fetched) -> dict[str, object]:
    """A source as the operations page shows it: names, counts and codes."""
    return {
        "dataset": one.dataset,
        "server": one.server,
        "status": one.status,
        "failed for": ", ".join(sorted({problem.code for problem in one.problems})),
        "files": ", ".join(one.files),
        "rows": one.rows,
        "known already": one.known,
        "without cursor": one.undated,
        "certifies": one.certifies,
    }


def has_sources(project: str) -> bool:
    """Whether any contract is fetched from; a network is used only then."""
    return bool(sources_of(open_project(Path(project))))
