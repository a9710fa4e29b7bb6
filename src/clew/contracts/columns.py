"""One ODCS property -> one Column, with every constraint that Clew enforces checked for sense."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from clew.contracts.identity import IDENTITIES
from clew.contracts.literal import typed_literal
from clew.contracts.model import Classification, Column
from clew.contracts.pattern import PatternError, check_pattern
from clew.contracts.vocabulary import COLUMN_WORDS, REPAIRS, chosen, custom_words, required_text, text_of, with_article
from clew.plan import Type
from clew.problems import Problems
from clew.yaml_file import Node

_TYPES = {
    "string": Type.TEXT,
    "integer": Type.INTEGER,
    "number": Type.DECIMAL,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
    "timestamp": Type.TIMESTAMP,
}
_REPAIR_TYPES = {"date": (Type.DATE, Type.TIMESTAMP), "number": (Type.INTEGER, Type.DECIMAL), "id18": (Type.TEXT,)}
_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\s*\(\s*(\d{1,2})\s*(?:,\s*(\d{1,2})\s*)?\)", re.IGNORECASE)
_MONEY = (18, 2)


def read_column(node: Node, problems: Problems) -> Column | None:
    """The column a property describes; None when it has no usable name or type (noted: C005)."""
    name, type_ = _column_name(node, problems), _column_type(node, problems)
    words = custom_words(node, COLUMN_WORDS, problems)
    if name is None or type_ is None:
        return None
    low, high = _range(node, type_, problems)
    shortest, longest = _lengths(node, problems)
    enum = _enum(node, type_, problems)
    values = _values(words.get("values"), enum, problems)
    zh = text_of(node.get("businessName")) or text_of(node.get("physicalName"))
    return Column(
        name=name, type=type_, place=node.place,
        header=text_of(node.get("physicalName")) or name,
        title=required_text(words.get("titleEn"), "titleEn", problems) or name.replace("_", " "), title_zh=zh or name,
        description=text_of(node.get("description")),
        required=_flag(node, "required"), unique=_flag(node, "unique"), enum=enum, minimum=low, maximum=high,
        min_length=shortest, max_length=longest, pattern=_pattern(node, problems),
        classification=_classification(node, problems),
        repairs=_repairs(words.get("repairs"), type_, bool(values), problems), values=values,
        identity=_identity(words.get("identity"), type_, problems),
        precision=_precision(node, type_, problems),
    )  # fmt: skip


def _column_name(node: Node, problems: Problems) -> str | None:
    name = node.get("name")
    if name is None:
        return None
    if not name.text.isidentifier() or name.text.startswith("_"):
        problems.error(
            name.place,
            "C005",
            f"'{name.text}' cannot be a column name",
            "use letters, digits and '_', starting with a letter; physicalName holds the delivered header",
        )
        return None
    return name.text


def _column_type(node: Node, problems: Problems) -> Type | None:
    logical = node.get("logicalType")
    if logical is None:
        problems.error(
            node.place,
            "C005",
            f"the column '{text_of(node.get('name'))}' has no logicalType",
            f"add logicalType: one of {', '.join(_TYPES)}",
        )
        return None
    if logical.text not in _TYPES:
        problems.error(
            logical.place,
            "C005",
            f"a column of type '{logical.text}' cannot be loaded into a flat table",
            f"use one of: {', '.join(_TYPES)}",
        )
        return None
    return _TYPES[logical.text]


def _option(node: Node, name: str) -> Node | None:
    options = node.get("logicalTypeOptions")
    return options.get(name) if options else None


def _range(node: Node, type_: Type, problems: Problems) -> tuple[Decimal | str | None, Decimal | str | None]:
    low, high = _bound(node, "minimum", type_, problems), _bound(node, "maximum", type_, problems)
    for name, step in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        option = _option(node, name)
        if option is None:
            continue
        bound = _next(_bound(node, name, type_, problems), type_, step)
        if bound is None:
            problems.error(
                option.place,
                "C009",
                f"{name} cannot be checked for {with_article(type_.value)} column",
                f"use {'minimum' if step > 0 else 'maximum'}",
            )
        elif step > 0:
            low = bound
        else:
            high = bound
    multiple = _option(node, "multipleOf")
    if multiple is not None:
        problems.error(multiple.place, "C009", "multipleOf is not checked by Clew", "remove it, or use a quality rule")
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both of one column's type
        place = option.place if (option := _option(node, "minimum")) else node.place
        problems.error(place, "C009", f"the minimum {low} is above the maximum {high}: no value can pass")
    return low, high


def _bound(node: Node, name: str, type_: Type, problems: Problems) -> Decimal | str | None:
    option = _option(node, name)
    if option is None:
        return None
    try:
        typed_literal(option.text, type_)
        if type_ is Type.TIMESTAMP and datetime.fromisoformat(option.text).tzinfo is not None:
            raise ValueError("timestamps carry no time zone")
    except ValueError:
        problems.error(
            option.place,
            "C009",
            f"'{option.text}' is not {with_article(type_.value)}, so it cannot be the {name}",
            "write dates as 'YYYY-MM-DD'" if type_ in (Type.DATE, Type.TIMESTAMP) else "",
        )
        return None
    return Decimal(option.text) if type_.is_number else option.text


def _next(bound: Decimal | str | None, type_: Type, step: int) -> Decimal | str | None:
    if isinstance(bound, Decimal) and type_ is Type.INTEGER:
        return bound + step
    if isinstance(bound, str) and type_ is Type.DATE:
        return (date.fromisoformat(bound) + timedelta(days=step)).isoformat()
    return None


def _lengths(node: Node, problems: Problems) -> tuple[int | None, int | None]:
    low, high = _option(node, "minLength"), _option(node, "maxLength")
    shortest = low.value if low and isinstance(low.value, int) else None
    longest = high.value if high and isinstance(high.value, int) else None
    if low and shortest is not None and longest is not None and shortest > longest:
        problems.error(low.place, "C009", f"minLength {shortest} is above maxLength {longest}: no value can pass")
    return shortest, longest


def _pattern(node: Node, problems: Problems) -> str | None:
    option = _option(node, "pattern")
    if option is None:
        return None
    return read_pattern(option, problems)


def read_pattern(node: Node, problems: Problems) -> str | None:
    """A pattern as written once the engine has compiled its translation (C006); unanchored ones are warned of."""
    try:
        check_pattern(node.text)
    except PatternError as error:
        problems.error(
            node.place,
            "C006",
            f"the pattern cannot be used: {error}",
            "RE2 matches in linear time: write the pattern without it",
        )
        return None
    if not (node.text.startswith("^") and node.text.endswith("$")):
        problems.warn(
            node.place,
            "C006",
            "the pattern is not anchored: it is enough that a part of the value matches",
            f"write '^{node.text}$' if the whole value must match",
        )
    return node.text


def _enum(node: Node, type_: Type, problems: Problems) -> tuple[str, ...]:
    listed = node.get("enum")
    found: list[str] = []
    for entry in listed.entries() if listed else []:
        value = entry.get("value")
        if value is None:
            continue
        try:
            typed_literal(value.text, type_)
        except ValueError:
            problems.error(
                value.place, "C009", f"'{value.text}' is not {with_article(type_.value)}, so no value can equal it"
            )
            continue
        if value.value is None or value.text in found:
            said = "is empty" if value.value is None else f"'{value.text}' stands twice"
            problems.error(value.place, "C009", f"an allowed value {said}", "remove it")
            continue
        found.append(value.text)
    return tuple(found)


def _values(node: Node | None, enum: tuple[str, ...], problems: Problems) -> dict[str, str]:
    if node is None:
        return {}
    if not node.is_mapping:
        problems.error(
            node.place, "C004", "'values' must map delivered codes to values", "write {男: male, 女: female}"
        )
        return {}
    found: dict[str, str] = {}
    for code, value in node.items():
        if not value.is_scalar or value.value is None:
            problems.error(value.place, "C004", f"the code '{code}' must map to one value")
        elif enum and value.text not in enum:
            problems.error(
                value.place,
                "C004",
                f"the code '{code}' maps to '{value.text}', which the enum does not allow",
                f"allowed: {', '.join(enum)}",
            )
        else:
            found[code] = value.text
    return found


def _repairs(node: Node | None, type_: Type, mapped: bool, problems: Problems) -> tuple[str, ...]:
    found: list[str] = []
    if node is not None and not node.is_list:
        problems.error(node.place, "C004", "'repairs' must be a list", f"write [trim] or more of {', '.join(REPAIRS)}")
    for entry in node.entries() if node else []:
        repair = chosen(entry, REPAIRS, "repair", problems)
        if repair is None:
            continue
        if type_ not in _REPAIR_TYPES.get(repair, tuple(Type)):
            problems.error(
                entry.place, "C009", f"the repair '{repair}' does not fit {with_article(type_.value)} column"
            )
        elif repair == "values" and not mapped:
            problems.error(
                entry.place,
                "C004",
                "the repair 'values' has no map of codes",
                "add the custom property 'values' with {delivered: canonical}",
            )
        elif repair not in found:
            found.append(repair)
    return tuple(found if not mapped or "values" in found else [*found, "values"])


def _identity(node: Node | None, type_: Type, problems: Problems) -> str | None:
    identity = chosen(node, IDENTITIES, "kind of identity number", problems)
    if node is not None and identity is not None and type_ is not Type.TEXT:
        problems.error(node.place, "C009", "an identity number must be a string, or its zeros and X are lost")
    return identity


def _classification(node: Node, problems: Problems) -> Classification:
    word = chosen(node.get("classification"), [item.value for item in Classification], "classification", problems)
    return Classification(word) if word else Classification.INTERNAL


def _precision(node: Node, type_: Type, problems: Problems) -> tuple[int, int]:
    physical = node.get("physicalType")
    if physical is None or type_ is not Type.DECIMAL:
        return _MONEY
    match = _DECIMAL.fullmatch(physical.text.strip())
    digits, scale = (int(match[1]), int(match[2] or 0)) if match else _MONEY
    if match and not (1 <= digits <= 38 and scale <= digits):
        problems.error(
            physical.place,
            "C009",
            f"'{physical.text}' is not a decimal type",
            "write DECIMAL(digits, scale) with at most 38 digits",
        )
        return _MONEY
    return digits, scale


def _flag(node: Node, key: str) -> bool:
    child = node.get(key)
    return child is not None and child.value is True
