"""The words Clew adds to ODCS through customProperties, and how they are read."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from clew.contracts.reading import Reading
from clew.problems import Problems, certainly_meant, did_you_mean
from clew.yaml_file import Node

CONTRACT_WORDS = (
    "titleZh",
    "owner",
    "kind",
    "eventColumn",
    "regionColumn",
    "regions",
    "quarantineTolerance",
    "protection",
)
FILE_WORDS = (
    "delimiter",
    "quote",
    "header",
    "sheet",
    "sheets",
    "members",
    "records",
    "skip",
    "footer",
    "widths",
    "positions",
    "widthUnit",
)
COLUMN_WORDS = (
    "repairs",
    "values",
    "identity",
    "titleEn",
    "aliases",
    "unit",
    "units",
    "divisionsOn",
    "dateOrder",
    "dateMonth",
    "protection",
)
CHECK_WORDS = ("action",)

REPAIRS = (
    "trim",
    "spaces",
    "halfwidth",
    "upper",
    "id18",
    "division6",
    "division_name",
    "division",
    "units",
    "number",
    "date",
    "values",
)
DESCRIPTION_KEYS = ("purpose", "usage", "limitations", "authoritativeDefinitions", "customProperties")
"""The official schema leaves ``description`` open; a misspelled key in it would vanish."""

FORMATS = ("csv", "xlsx", "jsonl", "json", "xml", "fixed", "parquet")


def custom_words(owner: Node, known: Collection[str], problems: Problems) -> dict[str, Node]:
    """The custom properties of a part of a contract by name; an unknown one is refused (C004).

    One that names another ``vendor`` belongs to another tool and is left to it; so is, in an open reading, any other
    that is not close to a known one.
    """
    open_ = isinstance(problems, Reading) and problems.open
    found: dict[str, Node] = {}
    listed = owner.get("customProperties")
    for entry in listed.entries() if listed else []:
        word, value, vendor = entry.get("property"), entry.get("value"), entry.get("vendor")
        if word is None or value is None or (vendor is not None and vendor.value != "clew"):
            continue
        if word.text not in known:
            if open_ and not get_close_matches(word.text, known, n=1, cutoff=0.8):
                continue
            said = f"'{word.text}' is not a custom property Clew knows here"
            help = did_you_mean(word.text, known) or "name its 'vendor' when it is meant for another tool"
            if open_:
                problems.warn(word.place, "C004", said, help)
            else:
                problems.error(word.place, "C004", said, help, word.respelt(certainly_meant(word.text, known)))
            for meant in get_close_matches(word.text, known, n=1):
                found.setdefault(meant, value)  # so that it is not reported as missing too
        elif word.text in found:
            problems.error(word.place, "C004", f"the custom property '{word.text}' stands twice", "keep one of them")
        else:
            found[word.text] = value
    return found


def chosen(node: Node | None, known: Collection[str], what: str, problems: Problems) -> str | None:
    """The word of a closed list a node holds, or None (C004 when it is another word)."""
    if node is None:
        return None
    if isinstance(node.value, str) and node.value in known:
        return node.value
    shown = node.text if node.is_scalar and node.text else "this"
    edits = node.respelt(certainly_meant(node.text, known)) if node.is_scalar else ()
    problems.error(node.place, "C004", f"'{shown}' is not {with_article(what)}", did_you_mean(shown, known), edits)
    return None


def with_article(noun: str) -> str:
    """``a date``, ``an integer``."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def text_of(node: Node | None) -> str:
    """The text of a scalar as written; empty for anything else."""
    return node.text.strip() if node is not None and node.is_scalar else ""


def required_text(node: Node | None, what: str, problems: Problems) -> str:
    """The text of a custom property that must be text; empty when absent or refused (C004)."""
    if node is None:
        return ""
    if not isinstance(node.value, str) or not node.text.strip():
        problems.error(node.place, "C004", f"'{what}' must be text", "write it in quotes")
        return ""
    return node.text.strip()
