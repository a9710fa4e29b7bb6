"""The sidecar of a delivered file: what whoever received it certifies, in ``<file>.yml`` beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from clew.contracts.regions import LOCAL_LENGTHS, REGION_HELP, region_of
from clew.ingest.land.mode import DELIVERED
from clew.ingest.land.totals import Totals, read_totals
from clew.problems import Place, Problems, did_you_mean
from clew.yaml_file import Node, decode_yaml

KEYS = (
    "sender",
    "letter",
    "received_by",
    "received_on",
    "period",
    "region",
    "rows",
    "totals",
    "complete",
    "replaces",
    "mode",
    "resubmits",
    "encoding",
    "sheet",
    "sheets",
    "source",
    "cursor",
)
LONGEST_REGION = LOCAL_LENGTHS[-1]
YEARS = range(1900, 2200)
"""A day outside of them is a slip of the keyboard."""


@dataclass(frozen=True)
class Sidecar:
    """What is certified about a file. ``period`` is half-open; ``region`` is a code prefix, '' for everywhere.

    ``rows`` and ``totals`` (column and sum) are the sender's control totals; ``source`` and ``cursor`` say where a
    fetch took the file, and how far that came. Without a sidecar nothing is certified (``complete`` is False).
    ``dated`` says that it names ``received_on`` itself.
    """

    received_on: date
    dated: bool = field(default=False, compare=False)
    sender: str | None = None
    letter: str | None = None
    received_by: str | None = None
    period: tuple[date, date] | None = None
    region: str = ""
    rows: int | None = None
    complete: bool = False
    replaces: tuple[str, ...] = ()
    mode: str | None = None
    resubmits: int | None = None
    resubmits_rows: tuple[int, ...] = ()
    mode_place: Place | None = field(default=None, compare=False)
    encoding: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    source: str | None = None
    cursor: str | None = None
    totals: Totals = ()

    @property
    def read_as(self) -> str:
        """What it says about reading the bytes, in one text: with other words the same bytes hold other rows."""
        said = {"encoding": self.encoding, "sheet": self.sheet, "sheets": "\n".join(self.sheets)}
        return "; ".join(f"{key}={value}" for key, value in said.items() if value)


def read_sidecar(content: bytes, today: date, problems: Problems, shown: str) -> Sidecar:
    """Read what ``<file>.yml`` holds. Unknown keys are I002, values of the wrong kind I003, a receipt after ``today``
    I058: rows that count from a day to come would be in nobody's sight, and keep those that came meanwhile out.
    """
    root = decode_yaml(content, shown, problems)
    if root is None:
        return Sidecar(received_on=today)
    if not root.is_mapping:
        problems.error(root.place, "I003", "a sidecar is a list of 'key: value' lines", f"use keys: {', '.join(KEYS)}")
        return Sidecar(received_on=today)
    for key, _ in root.items():
        if key not in KEYS:
            problems.error(root.key_place(key), "I002", f"unknown key '{key}' in a sidecar", did_you_mean(key, KEYS))
    return Sidecar(
        received_on=_received_on(root, today, problems),
        dated=root.get("received_on") is not None,
        sender=_text(root, "sender", problems),
        letter=_text(root, "letter", problems),
        received_by=_text(root, "received_by", problems),
        period=_period(root, problems),
        region=_region(root, problems),
        rows=_count(root, problems),
        totals=read_totals(root, problems),
        complete=_flag(root, problems),
        replaces=_texts(root, "replaces", "the name of a file or a list of names", problems),
        mode=_mode(root, problems),
        resubmits=_resubmits(root, problems)[0],
        resubmits_rows=_resubmits(root, Problems())[1],
        mode_place=next((root.key_place(key) for key in ("mode", "resubmits") if root.get(key)), None),
        encoding=_text(root, "encoding", problems),
        sheet=_text(root, "sheet", problems),
        sheets=_sheets(root, problems),
        source=_text(root, "source", problems),
        cursor=_text(root, "cursor", problems),
    )


def _wrong(node: Node, key: str, expected: str, problems: Problems) -> None:
    problems.error(node.place, "I003", f"'{key}' must be {expected}, not '{node.text or node.plain()}'")


def _text(root: Node, key: str, problems: Problems) -> str | None:
    node = root.get(key)
    if node is None or (node.is_scalar and node.value is None):
        return None
    if not node.is_scalar:
        _wrong(node, key, "one line of text", problems)
        return None
    return node.text


def _texts(root: Node, key: str, expected: str, problems: Problems) -> tuple[str, ...]:
    """A list of texts, or one of them."""
    node = root.get(key)
    if node is None or (node.is_scalar and node.value is None):
        return ()
    entries = node.entries() if node.is_list else [node]
    if not entries or not all(isinstance(entry.value, str) and entry.text.strip() for entry in entries):
        _wrong(node, key, expected, problems)
        return ()
    return tuple(entry.text.strip() for entry in entries)


def _sheets(root: Node, problems: Problems) -> tuple[str, ...]:
    """Names of sheets; ``all`` is ``*``, every sheet that can be seen."""
    texts = _texts(root, "sheets", "'all' or a list of names", problems)
    return ("*",) if texts == ("all",) else texts


def _date(root: Node, key: str, problems: Problems) -> date | None:
    node = root.get(key)
    if node is None:
        return None
    if not isinstance(node.value, date):
        _wrong(node, key, "a date like 2026-03-31", problems)
        return None
    if node.value.year not in YEARS:
        _wrong(node, key, f"a date of the years {YEARS[0]} to {YEARS[-1]}", problems)
        return None
    return node.value


def _received_on(root: Node, today: date, problems: Problems) -> date:
    found = _date(root, "received_on", problems) or today
    if found > today:
        problems.error(
            root.key_place("received_on"),
            "I058",
            f"'received_on' is {found}, and the files are taken in on {today}",
            "correct it; a file that is of that day is taken by the first run as of that day",
        )
        return today
    return found


def _period(root: Node, problems: Problems) -> tuple[date, date] | None:
    node = root.get("period")
    if node is None:
        return None
    if not node.is_mapping or set(node.keys) != {"from", "to"}:
        _wrong(node, "period", "{from: date, to: date}", problems)
        return None
    start, end = _date(node, "from", problems), _date(node, "to", problems)
    if start is None or end is None:
        return None
    if start >= end:
        problems.error(
            node.place,
            "I003",
            f"the period ends ({end}) before it begins ({start})",
            "'to' is the first day that is no longer covered",
        )
        return None
    return start, end


def _region(root: Node, problems: Problems) -> str:
    text = _text(root, "region", problems) or ""
    region = region_of(text) if text else ""
    if region is None:
        said = f"'region' must be a division code, not '{text[:LONGEST_REGION]}'"
        problems.error(root.key_place("region"), "I003", said, f"{REGION_HELP}; leave it out for everywhere")
    return region or ""


def _count(root: Node, problems: Problems) -> int | None:
    node = root.get("rows")
    if node is None:
        return None
    if not isinstance(node.value, int) or isinstance(node.value, bool) or node.value < 0:
        _wrong(node, "rows", "a whole number", problems)
        return None
    return node.value


def _mode(root: Node, problems: Problems) -> str | None:
    text = _text(root, "mode", problems)
    if text is not None and text not in DELIVERED:
        problems.error(
            root.key_place("mode"), "I003", f"'{text}' is no mode of a delivery", did_you_mean(text, DELIVERED)
        )
        return None
    return text


def _resubmits(root: Node, problems: Problems) -> tuple[int | None, tuple[int, ...]]:
    """The batch whose rows this file mends, and which of its rows they are where the file itself does not say."""
    node = root.get("resubmits")
    if node is None:
        return None, ()
    if (whole := _whole(node)) is not None:
        return whole, ()
    if node.is_mapping and set(node.keys) == {"batch", "rows"}:
        batch, listed = _whole(node.get("batch")), node.get("rows")
        rows = [_whole(item) for item in (listed.entries() if listed else [])]
        numbers = tuple(row for row in rows if row is not None)
        if batch is not None and numbers and len(numbers) == len(rows):
            return batch, numbers
    _wrong(node, "resubmits", "a batch number, or {batch: number, rows: [numbers]}", problems)
    return None, ()


def _whole(node: Node | None) -> int | None:
    return node.value if node and isinstance(node.value, int) and not isinstance(node.value, bool) else None


def _flag(root: Node, problems: Problems) -> bool:
    node = root.get("complete")
    if node is None:
        return False
    if not isinstance(node.value, bool):
        _wrong(node, "complete", "true or false", problems)
        return False
    return node.value
