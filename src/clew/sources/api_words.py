"""The words of an HTTP interface that answers in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from clew.contracts.model import Contract
from clew.sources import cursor_words
from clew.sources.cursor import Overlap
from clew.sources.words import Words

PAGINGS = ("none", "page", "offset", "cursor", "link")
AUTHS = ("none", "bearer", "basic", "header")
WORDS = (
    "paging", "pageParameter", "firstPage", "sizeParameter", "pageSize", "offsetParameter", "cursorParameter",
    "nextPath", "recordsPath", "totalPath", "parameters", "headers", "auth", "authHeader", "user", "tls", "certificate",
    "sinceParameter", "sinceFormat", *cursor_words.WORDS,
)  # fmt: skip
_HEADER = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Api:
    """Where pages of records come from. Paths are keys joined by dots; an empty path is the answer itself."""

    location: str
    paging: str
    page_parameter: str
    first_page: int
    size_parameter: str
    page_size: int
    offset_parameter: str
    cursor_parameter: str
    next_path: str
    records_path: str
    total_path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    auth: str
    auth_header: str
    user: str
    certificate: str
    cursor: str | None = None
    overlap: Overlap = field(default_factory=Overlap)
    since_parameter: str = ""
    since_format: str = ""


def read_api(words: Words, contract: Contract) -> Api:
    """``location`` is a key of the standard: the address of the list of records."""
    location = words.needed("location", "write location: https://host/path")
    address = urlsplit(location)
    if address.username is not None or address.password is not None:
        words.wrong("location", "must hold no user and no password", "they come from the environment")
    plain = words.choice("tls", ("verify", "none"), "verify") == "none"
    if location and address.scheme != ("http" if plain else "https"):
        words.wrong(
            "location", "must begin with https://" if not plain else "must begin with http:// where tls is none",
            "without TLS secrets and data are readable on the way: tls: none only inside a trusted network",
        )  # fmt: skip
    headers = words.mapping("headers")
    for name in headers:
        if not _HEADER.fullmatch(name) or name.lower() in ("authorization", "cookie"):
            words.wrong("headers", f"cannot hold '{name}'", "a secret comes from the environment: see auth")
    paging = words.choice("paging", PAGINGS, "none")
    if paging == "cursor" and "nextPath" not in words.found:
        words.missing("nextPath", "name the key of the answer that holds the cursor of the next page")
    auth = words.choice("auth", AUTHS, "none")
    if auth == "basic" and "user" not in words.found:
        words.missing("user", "name the user; the password comes from the environment")
    cursor = cursor_words.read_cursor(words, contract, "pages")
    if cursor is None:
        for word in ("sinceParameter", "sinceFormat"):
            if word in words.found:
                words.wrong(word, "belongs to a fetch that is incremental", "write fetch: incremental, or take it out")
    return Api(
        location, paging, words.text("pageParameter", "page"), words.whole("firstPage", 1),
        words.text("sizeParameter"), words.whole("pageSize", 100, 1), words.text("offsetParameter", "offset"),
        words.text("cursorParameter", "cursor"), words.text("nextPath"), words.text("recordsPath"),
        words.text("totalPath"), words.mapping("parameters"), headers, auth, words.text("authHeader", "X-Api-Key"),
        words.text("user"), words.text("certificate"), cursor, cursor_words.overlap_of(words, contract, cursor),
        words.needed("sinceParameter", "name the parameter that asks for what is new or changed since then")
        if cursor is not None else "",
        words.text("sinceFormat"),
    )  # fmt: skip


def identity(server: str, details: Api) -> str:
    """How the ledger calls an interface."""
    return f"{server}{urlsplit(details.location).path}"
