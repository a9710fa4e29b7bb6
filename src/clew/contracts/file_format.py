"""How delivered files look: the ODCS server named ``drop`` and its custom properties."""

from __future__ import annotations

import codecs
import re

from clew.contracts.fixed_fields import read_fields
from clew.contracts.model import FileFormat
from clew.contracts.vocabulary import FILE_WORDS, FORMATS, chosen, custom_words, required_text, text_of
from clew.problems import Problems, did_you_mean
from clew.yaml_file import Node


def read_file_format(node: Node, problems: Problems) -> FileFormat:
    """The format of a contract's files; UTF-8 CSV when the contract lists no server at all."""
    servers = node.get("servers")
    drop = next(
        (entry for entry in (servers.entries() if servers else []) if text_of(entry.get("server")) == "drop"), None
    )
    if drop is None:
        if servers is not None and servers.entries() and not any(map(_is_fetched, servers.entries())):
            problems.error(
                servers.entries()[0].place,
                "C004",
                "no server is named 'drop'",
                "the entry that says how delivered files look has server: drop",
            )
        return FileFormat()
    words = custom_words(drop, FILE_WORDS, problems)
    default = FileFormat()
    kind, encoding, header = drop.get("format"), drop.get("encoding"), words.get("header")
    if header is not None and not isinstance(header.value, bool):
        problems.error(header.place, "C004", "'header' must be true or false")
    format_ = chosen(kind, FORMATS, "file format Clew reads", problems) or default.format
    return FileFormat(
        format=format_,
        encoding=_encoding(encoding, problems) if encoding is not None else default.encoding,
        delimiter=_character(words.get("delimiter"), default.delimiter, problems),
        quote=_character(words.get("quote"), default.quote, problems),
        header=header.value if header is not None and isinstance(header.value, bool) else True,
        sheet=required_text(words.get("sheet"), "sheet", problems) or None,
        records=required_text(words.get("records"), "records", problems),
        sheets=several(words.get("sheets"), "sheets", problems),
        members=several(words.get("members"), "members", problems),
        skip=_skip(words.get("skip"), problems),
        footer=_footer(words.get("footer"), problems),
        fields=read_fields(node, words, drop, problems) if format_ == "fixed" else (),
        bytewise=chosen(words.get("widthUnit"), ("characters", "bytes"), "width unit", problems) == "bytes",
    )


def several(node: Node | None, what: str, problems: Problems) -> tuple[str, ...]:
    """A list of texts, or one of them; ``all`` is ``*``. C004 for anything else."""
    if node is None:
        return ()
    entries = node.entries() if node.is_list else [node]
    texts = tuple(required_text(entry, what, problems) for entry in entries)
    return ("*",) if texts == ("all",) else texts


def _skip(node: Node | None, problems: Problems) -> int | None:
    if node is None:
        return None
    if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value >= 0:
        return node.value
    problems.error(node.place, "C004", "'skip' must be a whole number", "how many rows stand above the headings")
    return None


def _footer(node: Node | None, problems: Problems) -> str:
    text = required_text(node, "footer", problems)
    try:
        re.compile(text)
    except re.error as error:
        if node is not None:
            problems.error(node.place, "C004", f"'footer' is not a pattern: {error.msg}", "such as 合计|总计")
        return ""
    return text


def _is_fetched(server: Node) -> bool:
    """Whether files come from this server by ``clew fetch``: they then look as the fetch writes them."""
    listed = server.get("customProperties")
    return any(text_of(entry.get("property")) == "fetch" for entry in (listed.entries() if listed else []))


def _encoding(node: Node, problems: Problems) -> str:
    if node.text.strip() == "auto":
        return "auto"
    try:
        return codecs.lookup(node.text.strip()).name
    except (LookupError, ValueError):
        problems.error(
            node.place,
            "C004",
            f"'{node.text}' is not a character encoding",
            did_you_mean(node.text, ("UTF-8", "GB18030", "GBK", "UTF-16", "BIG5")),
        )
        return "utf-8"


def _character(node: Node | None, default: str, problems: Problems) -> str:
    if node is None:
        return default
    text = {"\\t": "\t", "tab": "\t"}.get(node.text, node.text)
    if len(text) == 1:
        return text
    problems.error(node.place, "C004", f"'{node.text}' is not one character", "write ',' or ';' or '\\t' in quotes")
    return default
