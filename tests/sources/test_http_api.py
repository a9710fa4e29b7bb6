"""A real HTTP server: every style of paging, patience where it is asked for, and never led elsewhere."""

from __future__ import annotations

import json
import ssl
import subprocess
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clew.sources import http_client
from tests.sources.office import Office, codes, server
from tests.sources.remote import Asked, Site, http_server

COLUMNS = """
- {name: payment_id, physicalName: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, physicalName: person.name, logicalType: string}
- {name: amount, logicalType: number, physicalType: "DECIMAL(30,10)"}
- {name: paid_on, logicalType: date}
"""
ROWS = 25


def record(number: int) -> str:
    return (
        f'{{"id": {number}, "person": {{"name": "张{number}", "illness": "flu"}},'
        f' "amount": 1234567890123456789.0{number:03}, "paid_on": "2026-05-{number % 28 + 1:02}", "diagnosis": "flu"}}'
    )


def entry(site: Site, **words: object) -> str:
    given: dict[str, object] = {"fetch": "pages", "tls": "none", "recordsPath": "data.list", "totalPath": "data.total",
                                **words}  # fmt: skip
    location = str(given.pop("location", f"{site.address}/pay"))
    return server("web", "api", {"location": location}, {k: v for k, v in given.items() if v is not None})


def listed(start: int, size: int, **more: Any) -> tuple[int, dict[str, str], bytes]:
    rows = ", ".join(record(number) for number in range(start + 1, min(start + size, ROWS) + 1))
    rest = "".join(f', "{key}": {json.dumps(value)}' for key, value in more.items())
    return (
        200,
        {"Content-Type": "application/json"},
        f'{{"data": {{"total": {ROWS}, "list": [{rows}]}}{rest}}}'.encode(),
    )


def by_page(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return listed((int(asked.query["p"]) - 1) * int(asked.query["n"]), int(asked.query["n"]))


def by_offset(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return listed(int(asked.query["offset"]), 10)


def by_cursor(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    start = int(asked.query.get("after", "0"))
    return listed(start, 10, next=str(start + 10) if start + 10 < ROWS else None)


def by_link(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    start = int(asked.query.get("s", "0"))
    status, headers, body = listed(start, 10)
    return status, headers | ({"Link": f'</pay?s={start + 10}>; rel="next"'} if start + 10 < ROWS else {}), body


CHANGES = """
- {name: payment_id, physicalName: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
- {name: person_name, physicalName: person.name, logicalType: string}
- {name: amount, logicalType: number}
- {name: changed_at, logicalType: timestamp}
"""


class Ledger:
    """An interface over rows that change: it answers what changed since a moment, ten records a page."""

    def __init__(self, *, obeys: bool = True) -> None:
        self.obeys = obeys
        self.rows = {number: ("1.50", f"2026-06-{number:02}T00:00:00Z") for number in range(1, 26)}
        self.asked: list[str | None] = []

    def __call__(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        since = asked.query.get("since")
        self.asked.append(since)
        moment = datetime.fromisoformat(since) if since and self.obeys else None
        found = [
            {"id": number, "person": {"name": f"张{number}"}, "amount": float(amount), "changed_at": at, "ill": "flu"}
            for number, (amount, at) in self.rows.items()
            if moment is None or not at or datetime.fromisoformat(at) >= moment
        ]
        page = int(asked.query["page"])
        body = {"data": {"total": len(found), "list": found[10 * (page - 1) : 10 * page]}}
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


def held(office: Office) -> dict[int, str]:
    return dict(
        office.rows("""select payment_id, amount::varchar from data.payment where _batch in (
            select batch from clew.delivery where status = 'loaded' and superseded_by is null)
            and (_batch, _row) not in (select (batch, row) from clew.withdrawn)""")
    )


@pytest.mark.parametrize("obeys", [True, False])
def test_only_what_is_new_or_changed_comes_again(site: Site, office: Office, obeys: bool) -> None:
    """Whether or not the interface heeds what it is asked for."""
    site.answer = ledger = Ledger(obeys=obeys)
    words = {"fetch": "incremental", "cursorColumn": "changed_at", "overlap": "2d", "paging": "page",
             "sinceParameter": "since", "sinceFormat": "'%Y-%m-%dT%H:%M:%S+00:00'"}  # fmt: skip
    office.contract("payment", CHANGES, entry(site, **words), event="changed_at")
    first = office.fetch()
    assert (first.files, first.rows, codes(first), ledger.asked[0]) == (("web-000001.parquet",), 25, [], None)
    assert office.ingest().rows_loaded == 25
    assert office.fetch(today=date(2026, 7, 1)).status == "nothing new"
    assert ledger.asked[-1] == "2026-06-23T00:00:00+00:00"
    ledger.rows |= {7: ("7.00", "2026-06-29T00:00:00Z"), 26: ("2.00", "2026-06-23T16:00:00Z"), 27: ("3", "")}
    again = office.fetch(today=date(2026, 7, 2))
    assert again.files == ("web-000002-changed.parquet", "web-000002.parquet")
    assert (codes(again), again.undated) == (["N018"], 1)
    assert sum(file.rows_quarantined for file in office.ingest(date(2026, 7, 2)).files) == 0
    rows = held(office)
    assert (len(rows), rows[7], rows[26]) == (26, "7.00", "2.00")
    assert office.fetch(today=date(2026, 7, 3)).status == "nothing new"


def test_from_all_pages_to_increments_and_back(site: Site, office: Office) -> None:
    """Pages have another form than increments: whichever comes first takes the place of the other."""
    site.answer = ledger = Ledger()
    more = {"cursorColumn": "changed_at", "overlap": "2d", "sinceParameter": "since",
            "sinceFormat": "'%Y-%m-%dT%H:%M:%S+00:00'"}  # fmt: skip
    for day, words in enumerate(({}, {"fetch": "incremental"} | more, {}, {"fetch": "incremental"} | more), start=1):
        office.contract("payment", CHANGES, entry(site, **{"paging": "page"}, **words), event="changed_at")
        ledger.rows |= {100 + day: ("2.00", f"2026-06-{25 + day}T16:00:00Z")}
        assert office.fetch(today=date(2026, 7, day)).rows == len(ledger.rows)
        assert office.ingest(date(2026, 7, day)).rows_quarantined == 0
        assert sorted(held(office)) == sorted(ledger.rows)


def test_words_of_an_increment_belong_together(site: Site, office: Office) -> None:
    for words, said in (
        ({"fetch": "incremental", "cursorColumn": "changed_at"}, "N002 the server does not say its 'sinceParameter'"),
        ({"sinceParameter": "since"}, "N003 'sinceParameter' belongs to a fetch that is incremental"),
        ({"fetch": "incremental", "sinceParameter": "since"}, "N002 the server does not say its 'cursorColumn'"),
    ):
        office.contract("payment", CHANGES, entry(site, **words), event="changed_at")
        with pytest.raises(Exception, match=said):
            office.sources()


def by_next(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    start = int(asked.query.get("s", "0"))
    return listed(start, 10, next=f"/pay?s={start + 10}" if start + 10 < ROWS else "")


STYLES: list[tuple[Callable[[Asked], tuple[int, dict[str, str], bytes]], dict[str, object]]] = [
    (by_page, {"paging": "page", "pageParameter": "p", "sizeParameter": "n", "pageSize": 10}),
    (by_offset, {"paging": "offset"}),
    (by_cursor, {"paging": "cursor", "cursorParameter": "after", "nextPath": "next"}),
    (by_link, {"paging": "link"}),
    (by_next, {"paging": "link", "nextPath": "next"}),
    (lambda asked: listed(0, 100), {"paging": "none"}),
]


@pytest.mark.parametrize(("answer", "words"), STYLES, ids=["page", "offset", "cursor", "link", "next", "none"])
def test_every_page_comes_and_nothing_beside_the_contract(
    site: Site, office: Office, answer: Callable[[Asked], tuple[int, dict[str, str], bytes]], words: dict[str, object]
) -> None:
    site.answer = answer
    office.contract("payment", COLUMNS, entry(site, **words), event="paid_on")
    fetched = office.fetch()
    assert (fetched.rows, codes(fetched)) == (ROWS, [])
    text = (office.settings.drop_dir / "payment" / "web.jsonl").read_text("utf-8")
    assert "flu" not in text
    assert "[" not in text
    office.ingest()
    assert office.rows("select payment_id, person_name, amount::varchar from data.payment order by 1") == [
        (number, f"张{number}", f"1234567890123456789.0{number:03}000000") for number in range(1, ROWS + 1)
    ]
    assert office.fetch().status == "unchanged"


@pytest.mark.parametrize(
    ("words", "secrets", "header"),
    [
        ({"auth": "bearer"}, {"TOKEN": "t0p secret"}, ("authorization", "Bearer t0p secret")),
        ({"auth": "basic", "user": "clerk"}, {"PASSWORD": "pw"}, ("authorization", "Basic Y2xlcms6cHc=")),
        ({"auth": "header", "authHeader": "X-Key"}, {"TOKEN": "k"}, ("x-key", "k")),
        ({"headers": "{X-Office: anhui}", "parameters": "{year: 2026}"}, {}, ("x-office", "anhui")),
    ],
)
def test_who_asks_is_said_as_the_server_wants_it(
    site: Site, office: Office, monkeypatch: pytest.MonkeyPatch, words: dict[str, object], secrets: dict[str, str],
    header: tuple[str, str],
) -> None:  # fmt: skip
    site.answer = lambda asked: listed(0, 100)
    office.contract("payment", COLUMNS, entry(site, **words), event="paid_on")
    if secrets:
        assert codes(office.fetch()) == ["N008"]
    for name, value in secrets.items():
        monkeypatch.setenv(f"CLEW_SECRET_WEB_{name}", value)
    assert codes(office.fetch()) == []
    assert site.asked[-1].headers[header[0]] == header[1]
    assert "year" not in words or site.asked[-1].query == {"year": "2026"}


def test_a_busy_server_is_asked_again_when_it_says(site: Site, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    answers = iter([(503, {}, b""), (429, {"Retry-After": "7"}, b""), (500, {}, b""), listed(0, 100)])
    site.answer = lambda asked: next(answers)
    office.contract("payment", COLUMNS, entry(site), event="paid_on")
    assert codes(office.fetch()) == []
    assert waits == [1.0, 7.0, 4.0]
    site.answer = lambda asked: (503, {}, b"")
    assert codes(office.fetch()) == ["N021"]
    assert len(waits) == 3 + http_client.TRIES - 1
    site.answer = lambda asked: (429, {"Retry-After": "86400"}, b"")
    assert codes(office.fetch()) == ["N021"]


def test_a_total_that_does_not_come_is_refused(site: Site, office: Office) -> None:
    site.answer = lambda asked: listed(1, 100)
    office.contract("payment", COLUMNS, entry(site), event="paid_on")
    fetched = office.fetch()
    assert codes(fetched) == ["N023"] and "25 rows, but 24 came" in fetched.problems[0].message
    assert office.dropped("payment") == []


Answered = tuple[int, dict[str, str], bytes]


def always(answer: Answered, asked: Asked) -> Answered:
    del asked
    return answer


def test_nobody_is_led_to_another_host(site: Site, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEW_SECRET_WEB_TOKEN", "t0psecret")
    with http_server() as other:
        other.answer = lambda asked: listed(0, 100)
        for words, answer in (
            ({}, (302, {"Location": f"{other.address}/pay"}, b"")),
            ({"paging": "link", "nextPath": "next"}, listed(0, 10, next=f"{other.address}/pay")),
        ):
            site.answer = partial(always, answer)
            office.contract("payment", COLUMNS, entry(site, auth="bearer", **words), event="paid_on")
            assert codes(office.fetch()) == ["N024"]
        assert other.asked == []
    site.answer = lambda asked: listed(0, 100) if asked.path == "/here" else (307, {"Location": "/here"}, b"")
    office.contract("payment", COLUMNS, entry(site), event="paid_on")
    assert codes(office.fetch()) == []
    site.answer = lambda asked: (307, {"Location": "/round"}, b"")
    assert codes(office.fetch()) == ["N021"]


@pytest.mark.parametrize(
    ("answer", "words", "code"),
    [
        ((404, {}, b""), {}, "N021"),
        ((401, {}, b""), {}, "N011"),
        ((200, {}, b"<html>"), {}, "N022"),
        ((200, {}, b"[" * 100_000), {}, "N022"),
        ((200, {}, b'{"data": {"total": 1, "list": {"a": 1}}}'), {}, "N022"),
        ((200, {}, b'{"data": {"list": [{"id": 1}]}}'), {}, "N022"),
        ((200, {}, b'{"data": {"total": 0, "list": []}}'), {}, "N028"),
        (listed(0, 10), {"paging": "page"}, "N025"),
        (listed(0, 10, next="same"), {"paging": "cursor", "nextPath": "next"}, "N025"),
    ],
)
def test_a_strange_answer_is_refused(
    site: Site, office: Office, answer: tuple[int, dict[str, str], bytes], words: dict[str, object], code: str
) -> None:
    site.answer = lambda asked: answer
    office.contract("payment", COLUMNS, entry(site, **words), event="paid_on")
    assert codes(office.fetch()) == [code]
    assert office.dropped("payment") == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    site: Site, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no word turns that off: https with tls: none is refused where it is written."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", tmp_path / "key.pem", "-out", tmp_path / "ca.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", tmp_path / "key.pem")
    with http_server(context) as secure:
        secure.answer = lambda asked: listed(0, 100)
        location = f"https://127.0.0.1:{secure.port}/pay"
        office.contract("payment", COLUMNS, entry(site, location=location, tls="verify"), event="paid_on")
        assert codes(office.fetch()) == ["N012"]
        assert secure.asked == []
        office.contract(
            "payment", COLUMNS, entry(site, location=location, tls="verify", certificate="ca.pem"), event="paid_on"
        )
        assert codes(office.fetch()) == []
    office.contract("payment", COLUMNS, entry(site, location="https://127.0.0.1/pay"), event="paid_on")
    with pytest.raises(Exception, match="N003 'location' must begin with http://"):
        office.sources()
