"""Sources as contracts declare them: every server of a contract that says how it is fetched from."""

from __future__ import annotations

import re

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract, Kind
from clew.contracts.regions import REGION_HELP, region_of
from clew.problems import Problems, did_you_mean
from clew.sources.kinds import KINDS, kind_of
from clew.sources.secret import variable
from clew.sources.source import Certifies, Source
from clew.sources.words import Words
from clew.yaml_file import Node

COMMON = ("fetch", "region", "sender", "letter", "receivedBy")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_DAYS = re.compile(r"(\d{1,4})d")


def read_sources(catalogue: Catalogue, problems: Problems) -> tuple[Source, ...]:
    """Every source of every contract, in order of dataset and server; mistakes are N001 to N006, all at once.

    A server without the word ``fetch`` is a description and is left alone; nothing here opens a connection.
    """
    found = [source for contract in catalogue.contracts.values() for source in _of_contract(contract, problems)]
    return tuple(sorted(found, key=lambda one: (one.dataset, one.server)))


def _of_contract(contract: Contract, problems: Problems) -> list[Source]:
    found: dict[str, Source] = {}
    for server in contract.servers:
        words = Words(server, Problems())
        if "fetch" not in words.found:
            continue
        words = Words(server, problems)
        before = len(problems.errors)
        source = _source(words, contract, problems)
        if source is None or len(problems.errors) > before:
            continue
        same = next((one for one in found.values() if _shouted(one.server) == _shouted(source.server)), None)
        if same is not None:
            problems.error(
                source.place, "N004", f"two servers of this contract are named '{same.server}' and '{source.server}'",
                "their secrets and files would have one name: give each its own",
            )  # fmt: skip
        rival = next((one for one in found.values() if _same_list(one, source)), None)
        if rival is not None:
            problems.error(
                source.place, "N004",
                f"the lists of '{rival.server}' and '{source.server}' would take each other's place in this register",
                "give each its own region, or deliver one of them in another dataset",
            )  # fmt: skip
        found.setdefault(source.server, source)
    return list(found.values())


def _source(words: Words, contract: Contract, problems: Problems) -> Source | None:
    name, kind = words.text("server"), kind_of(words)
    if kind not in KINDS:
        problems.error(
            words.place("type"),
            "N003",
            f"Clew cannot fetch from a server of the type '{words.text('type')}'",
            "use postgresql, mysql, sftp or api, or name the SQLAlchemy dialect: {property: dialect, value: ...}",
        )
        return None
    if not _NAME.fullmatch(name):
        problems.error(
            words.place("server"),
            "N004",
            f"'{name}' cannot be the name of a server that is fetched from",
            "letters, digits, '_' and '-': its secrets are variables named after it",
        )
    chosen = KINDS[kind]
    words.refuse_others({*COMMON, *chosen.words}, kind)
    words.choice("fetch", chosen.ways, next(iter(chosen.ways)))
    details = chosen.read(words, contract)
    papers = {"sender": words.text("sender"), "letter": words.text("letter"), "received_by": words.text("receivedBy")}
    return Source(
        contract, name, kind, words.server.place, {word: node.place for word, node in words.found.items()}, details,
        chosen.identity(name, details), _region(words), {key: text for key, text in papers.items() if text},
        _certifies(words, problems),
    )  # fmt: skip


def _same_list(one: Source, other: Source) -> bool:
    """Whether two sources would each claim to be the whole list of one region. Files on a server say it themselves."""
    whole = one.contract.kind is Kind.REGISTER and "sftp" not in (one.kind, other.kind)
    return whole and one.server != other.server and one.region == other.region


def _region(words: Words) -> str:
    text = words.text("region")
    region = region_of(text) if text else ""
    if region is None:
        words.wrong("region", "must be a division code", REGION_HELP)
    return region or ""


def _certifies(words: Words, problems: Problems) -> Certifies | None:
    node = words.found.get("certifies")
    if node is None:
        return None
    known = ("from", "to", "settledAfter")
    if not node.is_mapping or "from" not in node.keys or ("to" in node.keys) == ("settledAfter" in node.keys):
        words.wrong("certifies", "must be {from: date, settledAfter: 10d} or {from: date, to: date}",
                    "settledAfter: how long after a day its last row may still be entered")  # fmt: skip
        return None
    for key in node.keys:
        if key not in known:
            problems.error(node.key_place(key), "N001", f"'{key}' is not a word of certifies", did_you_mean(key, known))
    if words.text("fetch") != "full":
        words.wrong("certifies", "belongs to a table that is read in full",
                    "an increment shows what came, never that nothing else is there")  # fmt: skip
        return None
    start, end, settled = words.day(node, "from"), words.day(node, "to"), _settled(node, problems)
    if start is not None and end is not None and start >= end:
        problems.error(node.place, "N003", f"the period ends ({end}) before it begins ({start})")
    return Certifies(start, end, settled) if start is not None and (end or settled) else None


def _settled(node: Node, problems: Problems) -> int | None:
    given = node.get("settledAfter")
    if given is None:
        return None
    found = _DAYS.fullmatch(given.text) if given.is_scalar else None
    if found is None or int(found[1]) < 1:
        problems.error(given.place, "N003", "'settledAfter' must be a number of days like 10d, at least 1d")
        return None
    return int(found[1])


def _shouted(server: str) -> str:
    """The part of a secret's name that stands for a server."""
    return variable(server, "")
