"""Asking an HTTP server: verified, patient where it asks for patience, and never led to another one."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from clew.problems import Problem, ProblemError
from clew.sources.api_words import Api
from clew.sources.job import CONNECT_SECONDS, Job
from clew.sources.secret import variable

if TYPE_CHECKING:
    import httpx

TRIES, FIRST_WAIT, LONGEST_WAIT = 6, 1.0, 120.0
ANSWER_BYTES = 64 * 1024 * 1024
REDIRECTS = 5
AGAIN = (429, 500, 502, 503, 504)


class Client:
    """One server's connection for one fetch."""

    def __init__(self, job: Job, client: httpx.Client) -> None:
        self.job = job
        self.client = client
        self.details: Api = job.source.details

    def get(self, address: str, parameters: Mapping[str, str]) -> Answer:
        """An answer of the server. Raises ProblemError (N010 to N012, N021, N022, N024)."""
        import httpx

        url = httpx.URL(address).copy_merge_params(dict(parameters))
        for _ in range(REDIRECTS + 1):
            answer = self._patiently(url)
            if answer.status not in (301, 302, 303, 307, 308):
                return self._good(answer)
            url = self.same_host(url, answer.headers.get("location", ""))
        raise self._problem("N021", "the server sends from one address to the next without end")

    def same_host(self, url: httpx.URL, target: str) -> httpx.URL:
        """Where the server points to; secrets and questions go to no other server (N024)."""
        found = url.join(target)
        if (found.scheme, found.host, found.port) != (url.scheme, url.host, url.port):
            raise self._problem("N024", f"the server points to another one: {found.scheme}://{found.netloc.decode()}",
                                "if that is right, ask the department, and write that address as location")  # fmt: skip
        return found

    def _patiently(self, url: httpx.URL) -> Answer:
        """Ask again after 429 and after faults of the server: when it says, or after 1, 2, 4 ... seconds."""
        import httpx

        failure = ""
        for attempt in range(TRIES):
            wait = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
            try:
                answer = self._once(url)
            except httpx.ConnectError as fault:
                raise self._unreachable(fault) from None
            except httpx.TransportError as fault:
                failure = type(fault).__name__
            else:
                if answer.status not in AGAIN:
                    return answer
                failure, wait = f"status {answer.status}", _asked_for(answer.headers.get("retry-after", ""), wait)
            if attempt + 1 < TRIES:
                if wait > LONGEST_WAIT:
                    raise self._problem("N021", f"the server asks to wait {wait:.0f} seconds", "fetch again later")
                self.job.say(f"{self.job.source.name}: {failure}, asking again in {wait:.0f} s")
                time.sleep(wait)
        raise self._problem("N021", f"the server failed {TRIES} times: {failure}", "fetch again later")

    def _once(self, url: httpx.URL) -> Answer:
        with self.client.stream("GET", url) as response:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                size += len(part)
                if size > ANSWER_BYTES:
                    said = f"an answer is larger than {ANSWER_BYTES // 1024 // 1024} MB"
                    raise self._problem("N022", said, "ask for smaller pages: sizeParameter and pageSize")
                parts.append(part)
            return Answer(response.status_code, response.headers, b"".join(parts), response.url)

    def _good(self, answer: Answer) -> Answer:
        if answer.status in (401, 403):
            wanted = variable(self.job.source.server, "PASSWORD" if self.details.auth == "basic" else "TOKEN")
            raise self._problem("N011", f"the server refused the login: status {answer.status}",
                                f"check auth, and the secret in {wanted}")  # fmt: skip
        if answer.status != 200:
            raise self._problem("N021", f"the server answers with status {answer.status}", "check location")
        return answer

    def _unreachable(self, fault: Exception) -> ProblemError:
        cause: BaseException | None = fault
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return self._problem("N012", f"no trusted connection: {self.job.secrets.scrub(str(fault))}",
                                     "name the office's certificate authority under 'certificate'")  # fmt: skip
            cause = cause.__cause__ or cause.__context__
        return self._problem("N010", f"the server cannot be reached: {self.job.secrets.scrub(str(fault))}",
                             "check location, and whether the server is up")  # fmt: skip

    def _problem(self, code: str, said: str, help: str = "") -> ProblemError:
        source = self.job.source
        return ProblemError([Problem(source.place, code, f"'{source.server}': {said}", help)])


class Answer:
    """A status, headers, the whole content, and the address it came from."""

    def __init__(self, status: int, headers: httpx.Headers, content: bytes, url: httpx.URL) -> None:
        self.status, self.headers, self.content, self.url = status, headers, content, url


@contextmanager
def open_client(job: Job) -> Iterator[Client]:
    """A client for one fetch: certificates verified, no proxy and no netrc of the environment, redirects by hand."""
    import httpx

    details: Api = job.source.details
    # Its log names every address asked, with its parameters; what went wrong is told as a problem.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    headers = {"accept": "application/json", "user-agent": "clew", **details.headers}
    if details.auth == "bearer":
        headers["authorization"] = f"Bearer {job.secret('TOKEN')}"
    elif details.auth == "header":
        headers[details.auth_header] = job.secret("TOKEN")
    login = httpx.BasicAuth(details.user, job.secret("PASSWORD")) if details.auth == "basic" else None
    context = ssl.create_default_context(cafile=job.project_file(details.certificate) if details.certificate else None)
    with httpx.Client(
        headers=headers, auth=login, verify=context, trust_env=False, follow_redirects=False,
        timeout=httpx.Timeout(60.0, connect=CONNECT_SECONDS),
    ) as client:  # fmt: skip
        yield Client(job, client)


def _asked_for(text: str, default: float) -> float:
    """Retry-After: seconds, or a date."""
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return default
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())
