"""Records that may not be held here at all: which rows of a dataset are protected, and columns no contract may name.

Sealed juvenile records: Criminal Procedure Law, article 286 (under 18 at the time of the offence). A full year of age
is reached on the day after the birthday (Fa Shi [2006] 1, article 2), so that an offence on the eighteenth birthday
still is a juvenile's; for one born on 29 February the birthday counts as 1 March. Whoever cannot be told to be of age
is treated as protected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clew.contracts.literal import quoted
from clew.contracts.model import Column, Protection
from clew.contracts.query_tree import QueryError, parse_query
from clew.contracts.row_rule import row_condition
from clew.contracts.vocabulary import chosen, text_of
from clew.plan import Type
from clew.problems import Place, Problems, did_you_mean
from clew.yaml_file import Node

KINDS = ("juvenile", "sealed")
SEALED = ("sealed", "封存")

_REASONS = {
    "juvenile": "行为时未满十八周岁（或无法判定），依法封存，内容不予保存",
    "sealed": "依法封存的记录，内容不予保存",
}
_DAYS = (Type.DATE, Type.TIMESTAMP)
_FORM = "write [{kind: juvenile, born: person_id, at: offence_on}] or [{kind: sealed, where: <condition>}]"


def read_protections(
    node: Node | None, schema: Node, columns: Sequence[Column], problems: Problems
) -> tuple[Protection, ...]:
    """The protections of a table (C043); a column classified as sealed is refused (C042)."""
    by_name = {column.name: column for column in columns}
    listed = schema.get("properties")
    for entry in listed.entries() if listed else []:
        word = entry.get("classification")
        if text_of(word).lower() in SEALED:
            problems.error(
                word.place if word else entry.place,
                "C042",
                f"the column '{text_of(entry.get('name'))}' is sealed: such data is not received at all",
                "take the column out of the contract, and ask the sender to leave it out",
            )
    found = [_flagged(column) for column in columns if column.sealed]
    if node is None:
        return tuple(found)
    for entry in node.entries() if node.is_list else [node]:
        protection = _entry(entry, text_of(schema.get("name")), by_name, problems)
        if protection is not None:
            found.append(protection)
    return tuple(found)


def _flagged(column: Column) -> Protection:
    return Protection("sealed", f"coalesce({quoted(column.name)}, false)", (column.name,), _REASONS["sealed"])


def _entry(entry: Node, dataset: str, columns: Mapping[str, Column], problems: Problems) -> Protection | None:
    if not entry.is_mapping:
        problems.error(entry.place, "C043", "a protection is no mapping", _FORM)
        return None
    for key, value in entry.items():
        if key not in ("kind", "born", "at", "where"):
            problems.error(value.place, "C043", f"'{key}' is no part of a protection", _FORM)
    before = len(problems.errors)
    kind = chosen(entry.get("kind"), KINDS, "kind of protection", problems)
    where = _where(entry.get("where"), dataset, columns, problems)
    if kind is None:
        if len(problems.errors) == before:
            problems.error(entry.place, "C043", "the protection has no kind", _FORM)
        return None
    if kind == "sealed":
        if where is None and len(problems.errors) == before:
            problems.error(entry.place, "C043", "a sealed protection does not say which rows", _FORM)
        return Protection(kind, f"coalesce({where[0]}, false)", where[1], _REASONS[kind]) if where else None
    born = _column(entry, "born", columns, (Type.TEXT, *_DAYS), problems)
    at = _column(entry, "at", columns, _DAYS, problems)
    if born is None or at is None or len(problems.errors) > before:
        return None
    condition = f"not coalesce({_of_age(born, at)}, false)"
    if where is not None:
        condition = f"({condition} and coalesce({where[0]}, true))"
    reads = tuple(dict.fromkeys((born.name, at.name, *(where[1] if where else ()))))
    return Protection(kind, condition, reads, _REASONS[kind])


def _of_age(born: Column, at: Column) -> str:
    """SQL: on the day ``at`` the person was 18; NULL where that cannot be told."""
    day = quoted(born.name)
    if born.type is Type.TEXT:
        eighteen = f"strlen({day}) = 18 and try_strptime(substr({day}, 7, 8), '%Y%m%d') is not null"
        day = f"case when {eighteen} then try_strptime(substr({day}, 7, 8), '%Y%m%d')::date end"
    else:
        day = f"{day}::date"
    leap = f"if(month({day}) = 2 and day({day}) = 29, 1, 0)"
    return f"{quoted(at.name)}::date > (({day} + interval 18 year)::date + {leap})"


def _where(
    node: Node | None, dataset: str, columns: Mapping[str, Column], problems: Problems
) -> tuple[str, tuple[str, ...]] | None:
    if node is None:
        return None
    try:
        text = f"SELECT COUNT(*) FROM {{object}} WHERE {node.text}"  # noqa: S608 - parsed and rebuilt before it runs
        query = parse_query(text, [dataset], None)
        condition = row_condition(query, list(columns))
    except QueryError as error:
        problems.error(node.place, "C043", str(error), error.help)
        return None
    if condition is None:
        problems.error(node.place, "C043", "the condition does not speak of each row alone", _FORM)
    return condition


def _column(
    entry: Node, key: str, columns: Mapping[str, Column], types: tuple[Type, ...], problems: Problems
) -> Column | None:
    node = entry.get(key)
    place: Place = node.place if node else entry.place
    column = columns.get(text_of(node))
    if node is None or column is None:
        said = f"'{text_of(node)}' is not a column of this contract" if node else f"the protection does not say '{key}'"
        problems.error(place, "C043", said, did_you_mean(text_of(node), columns) or _FORM)
        return None
    if column.type not in types or (column.type is Type.TEXT and column.identity != "id18"):
        problems.error(
            place, "C043", f"'{column.name}' tells no day", "name a date column, or an identity number (identity: id18)"
        )
        return None
    return column
