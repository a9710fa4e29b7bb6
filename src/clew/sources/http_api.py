"""An HTTP interface: every page of it as JSON lines, and no more rows or fewer than it says it has."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from clew.problems import Problem, ProblemError
from clew.sources import records
from clew.sources.api_words import Api
from clew.sources.draft import Draft, aside, sidecar_text
from clew.sources.http_client import Answer, Client, open_client
from clew.sources.increments import deliver_increment, file_name
from clew.sources.job import Haul, Job
from clew.sources.parquet_file import write_parquet
from clew.sources.since import Since
from clew.sources.standing import standing


def check(job: Job) -> Haul:
    """Ask for the first page and look at its shape; nothing is written."""
    with open_client(job) as client:
        page = next(_pages(job, client, {}))
    return Haul(rows=page.total)


def fetch(job: Job) -> Haul:
    """Write every record, or every one since the last cursor. Raises ProblemError; then nothing was written."""
    return _fetch_whole(job) if job.source.details.cursor is None else _fetch_since(job)


def _fetch_since(job: Job) -> Haul:
    """Records that are new or changed, as text columns, so that they are compared with what came before."""
    source, details = job.source, job.source.details
    since = Since.of(job)
    path = aside(job.folder, file_name(job, "parquet"))
    asked = since.parameters
    with open_client(job) as client:
        pages = _counted(job, _pages(job, client, asked))
        rows = write_parquet(path, source.contract.names, since.batches(pages), lambda _: None)
    if since.undated:
        job.problems.warn(
            source.at("cursorColumn"), "N018",
            f"{since.undated} records have no {details.cursor} that reads as one, and are never taken",
            "ask the department to fill it in, or fetch all pages",
        )  # fmt: skip
    if not rows:
        path.unlink()
        return Haul(rows=0, undated=since.undated)
    return deliver_increment(job, path, since.window, since.undated)


def _counted(job: Job, pages: Iterator[_Page]) -> Iterator[list[dict[str, Any]]]:
    """The records of each page. Raises ProblemError (N023) at the end when there are more or fewer than were told."""
    rows, total = 0, None
    for page in pages:
        rows, total = rows + len(page.records), page.total
        job.say(f"{job.source.name}: {rows} rows")
        yield page.records
    if total is not None and rows != total:
        raise ProblemError([Problem(job.source.place, *_other_count(rows, total))])


def _fetch_whole(job: Job) -> Haul:
    source = job.source
    name = file_name(job, "jsonl")
    path, tree = aside(job.folder, name), records.wanted(source.contract)
    rows, total = 0, None
    with open_client(job) as client, path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for page in _pages(job, client, {}):
            try:
                file.writelines(f"{records.written(records.kept(record, tree))}\n" for record in page.records)
            except RecursionError:
                raise _strange(job, "N022", "a record is nested too deeply", "ask for flat records") from None
            rows, total = rows + len(page.records), page.total
            job.say(f"{source.name}: {rows} rows")
        file.flush()
        os.fsync(file.fileno())
    wrong = _wrong_count(rows, total)
    if wrong:
        path.unlink()
        raise ProblemError([Problem(source.place, *wrong)])
    papers = job.papers(rows=rows if total is None else total, replaces=standing(job).added)
    job.deliver(Draft(path, name, sidecar_text(papers), job.outdated(name)))
    return Haul(rows=rows)


def _other_count(rows: int, total: int) -> tuple[str, str, str]:
    return ("N023", f"the interface says it has {total} rows, but {rows} came; nothing was taken",
            "rows may have come or gone while it was read: fetch again")  # fmt: skip


def _wrong_count(rows: int, total: int | None) -> tuple[str, str, str] | None:
    if total is not None and rows != total:
        return _other_count(rows, total)
    if rows == 0:
        return ("N028", "the interface has no row; nothing was taken, since an empty list would stand for it",
                "check parameters and recordsPath; deliver a file by hand if it is truly empty")  # fmt: skip
    return None


class _Page:
    def __init__(self, records: list[dict[str, Any]], total: int | None) -> None:
        self.records, self.total = records, total


def _pages(job: Job, client: Client, asked: Mapping[str, str]) -> Iterator[_Page]:
    """Pages in the interface's own style, until it has no more. A page that comes twice is N025."""
    details: Api = job.source.details
    address, parameters = details.location, {**details.parameters, **asked}
    if details.size_parameter:
        parameters[details.size_parameter] = str(details.page_size)
    number, offset, seen = details.first_page, 0, set[int]()
    while True:
        if details.paging == "page":
            parameters[details.page_parameter] = str(number)
        elif details.paging == "offset":
            parameters[details.offset_parameter] = str(offset)
        answer = client.get(address, parameters)
        document = _document(job, answer)
        page = _page(job, document)
        yield page
        number, offset = number + 1, offset + len(page.records)
        if details.paging in ("page", "offset"):
            if not page.records or (page.total is not None and offset >= page.total):
                return
            mark = answer.content.decode("utf-8", "replace")
        else:
            mark = _next(job, client, answer, document)
            if not mark:
                return
            if details.paging == "link":
                address, parameters = mark, {}
            else:
                parameters[details.cursor_parameter] = mark
        if hash(mark) in seen:
            raise _strange(job, "N025", "the same page came twice", "check paging and the names of its parameters")
        seen.add(hash(mark))


def _document(job: Job, answer: Answer) -> Any:
    try:
        return records.parse(answer.content)
    except (ValueError, RecursionError):
        raise _strange(job, "N022", "an answer is not JSON", "check location") from None


def _page(job: Job, document: Any) -> _Page:
    details: Api = job.source.details
    found = records.at(document, details.records_path)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        keys = ", ".join(key for key in document if key.isidentifier()) if isinstance(document, dict) else "none"
        raise _strange(job, "N022", f"there is no list of records at '{details.records_path}'",
                       f"name it under recordsPath; the answer has the keys: {keys[:200]}")  # fmt: skip
    if not details.total_path:
        return _Page(found, None)
    total = records.at(document, details.total_path)
    if not isinstance(total, records.Digits) or not total.isdigit():
        raise _strange(job, "N022", f"there is no number of rows at '{details.total_path}'", "correct totalPath")
    return _Page(found, int(total))


def _next(job: Job, client: Client, answer: Answer, document: Any) -> str:
    """The cursor or address of the next page; empty after the last one."""
    details: Api = job.source.details
    if details.paging == "none":
        return ""
    found = records.at(document, details.next_path) if details.next_path else _linked(answer)
    if found is None or found == "" or found is False:
        return ""
    if not isinstance(found, str):
        raise _strange(job, "N022", f"what stands at '{details.next_path}' is no text", "correct nextPath")
    return str(client.same_host(answer.url, found)) if details.paging == "link" else str(found)


def _linked(answer: Answer) -> str:
    """RFC 8288: Link: <address>; rel="next"."""
    import httpx

    response = httpx.Response(200, headers=answer.headers)
    return str(response.links.get("next", {}).get("url", ""))


def _strange(job: Job, code: str, said: str, help: str) -> ProblemError:
    return ProblemError([Problem(job.source.place, code, f"'{job.source.server}': {said}", help)])
