"""How delivered files look: the ODCS server named ``drop`` and its custom properties."""

from __future__ import annotations

import codecs

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
        if servers is not None and servers.entries():
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
    return FileFormat(
        format=chosen(kind, FORMATS, "file format Clew reads", problems) or default.format,
        encoding=_encoding(encoding, problems) if encoding is not None else default.encoding,
        delimiter=_character(words.get("delimiter"), default.delimiter, problems),
        quote=_character(words.get("quote"), default.quote, problems),
        header=header.value if header is not None and isinstance(header.value, bool) else True,
        sheet=required_text(words.get("sheet"), "sheet", problems) or None,
        records=required_text(words.get("records"), "records", problems),
    )


def _encoding(node: Node, problems: Problems) -> str:
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
