"""One ODCS property -> one Column, with every constraint that Clew enforces checked for sense."""

from __future__ import annotations

from collections.abc import Mapping

from clew.contracts.bounds import option_of, read_lengths, read_multiple, read_range
from clew.contracts.identity import IDENTITIES
from clew.contracts.literal import typed_literal
from clew.contracts.logical_type import NESTED, Form, read_form
from clew.contracts.model import Classification, Column
from clew.contracts.nested import read_shape
from clew.contracts.pattern import PatternError, check_pattern
from clew.contracts.reading import Reading
from clew.contracts.repair_words import read_aliases, read_options, read_sealed
from clew.contracts.vocabulary import COLUMN_WORDS, REPAIRS, chosen, custom_words, required_text, text_of, with_article
from clew.plan import Type
from clew.problems import Problems
from clew.yaml_file import Node

_REPAIR_TYPES = {
    "date": (Type.DATE, Type.TIMESTAMP),
    "number": (Type.INTEGER, Type.DECIMAL),
    "units": (Type.INTEGER, Type.DECIMAL),
    "id18": (Type.TEXT,),
    "division6": (Type.TEXT,),
    "division_name": (Type.TEXT,),
    "division": (Type.TEXT,),
}
_CLASSIFICATIONS = {
    "public": Classification.PUBLIC,
    "internal": Classification.INTERNAL,
    "private": Classification.PERSONAL,
    "pii": Classification.PERSONAL,
    "restricted": Classification.PERSONAL,
    "confidential": Classification.PERSONAL,
}
_FORMS = ("uuid", "email", "ipv4", "ipv6", "hostname", "uri")
_ISO_DATES = ("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ssZ")


def read_column(node: Node, problems: Reading) -> Column | None:
    """The column a property describes; None when it has no usable name or type (noted: C005)."""
    name, form = _column_name(node, problems), read_form(node, problems)
    words = custom_words(node, COLUMN_WORDS, problems)
    if name is None or form is None:
        return None
    type_, span = form.type, read_range(node, form, problems)
    shortest, longest = read_lengths(node, form, problems)
    enum, labels = _enum(node, form, problems)
    values = _values(words.get("values"), enum, problems)
    options = read_options(words, type_, problems)
    mapped = {"values": bool(values), "units": bool(options.units)}
    repairs = _repairs(words.get("repairs"), type_, mapped, problems)
    zh = text_of(node.get("businessName")) or text_of(node.get("physicalName"))
    return Column(
        name=name, type=type_, place=node.place,
        header=text_of(node.get("physicalName")) or name,
        title=required_text(words.get("titleEn"), "titleEn", problems) or name.replace("_", " "), title_zh=zh or name,
        description=text_of(node.get("description")),
        required=_flag(node, "required"), unique=_flag(node, "unique"), enum=enum,
        minimum=span.low, maximum=span.high, open_minimum=span.open_low, open_maximum=span.open_high,
        multiple_of=read_multiple(node, form, problems),
        min_length=shortest, max_length=longest, pattern=_pattern(node, problems),
        classification=_classification(node, problems), repairs=repairs, values=values,
        identity=_identity(words.get("identity"), type_, problems),
        precision=form.precision, logical=form.logical if form.logical in (*NESTED, "time") else "",
        shape=read_shape(node, problems) if form.logical in NESTED else None,
        form=_form(node, form, repairs, problems), labels=labels, examples=_examples(node),
        aliases=read_aliases(words.get("aliases"), problems), options=options,
        sealed=read_sealed(words.get("protection"), type_, problems),
    )  # fmt: skip


def _column_name(node: Node, problems: Reading) -> str | None:
    name = node.get("name")
    if name is None or not name.is_scalar or not name.text:
        return None
    if not name.text.isidentifier() or name.text.startswith("_"):
        problems.convention(
            name.place,
            "C005",
            f"'{name.text}' cannot be a column name",
            "use letters, digits and '_', starting with a letter; physicalName holds the delivered header",
        )
        return name.text if problems.open else None
    return name.text


def _pattern(node: Node, problems: Reading) -> str | None:
    option = option_of(node, "pattern")
    if option is None:
        return None
    return read_pattern(option, problems)


def read_pattern(node: Node, problems: Reading) -> str | None:
    """A pattern as written once the engine has compiled its translation (C006); unanchored ones are warned of."""
    try:
        check_pattern(node.text)
    except PatternError as error:
        problems.convention(
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


def _enum(node: Node, form: Form, problems: Reading) -> tuple[tuple[str, ...], dict[str, str]]:
    """The allowed values and what each is called."""
    listed = node.get("enum")
    found: list[str] = []
    labels: dict[str, str] = {}
    for entry in listed.entries() if listed else []:
        value = entry.get("value")
        if value is None:
            continue
        try:
            typed_literal(value.text, form.type)
        except ValueError:
            problems.error(
                value.place, "C009", f"'{value.text}' is not {with_article(form.type.value)}, so no value can equal it"
            )
            continue
        if value.value is None or value.text in found:
            said = "is empty" if value.value is None else f"'{value.text}' stands twice"
            problems.error(value.place, "C009", f"an allowed value {said}", "remove it")
            continue
        found.append(value.text)
        if label := text_of(entry.get("label")) or text_of(entry.get("description")):
            labels[value.text] = label
    return tuple(found), labels


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


def _repairs(node: Node | None, type_: Type, mapped: Mapping[str, bool], problems: Problems) -> tuple[str, ...]:
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
        elif not mapped.get(repair, True):
            problems.error(
                entry.place,
                "C004",
                f"the repair '{repair}' has no map of {'codes' if repair == 'values' else 'units'}",
                f"add the custom property '{repair}' with {{delivered: canonical}}",
            )
        elif repair not in found:
            found.append(repair)
    return (*found, *(repair for repair, declared in mapped.items() if declared and repair not in found))


def _identity(node: Node | None, type_: Type, problems: Problems) -> str | None:
    identity = chosen(node, IDENTITIES, "kind of identity number", problems)
    if node is not None and identity is not None and type_ is not Type.TEXT:
        problems.error(node.place, "C009", "an identity number must be a string, or its zeros and X are lost")
    return identity


def _classification(node: Node, problems: Reading) -> Classification:
    """The classification; one that is none of Clew's is read openly as the nearest that hides no less."""
    given = node.get("classification")
    if not problems.open or given is None or text_of(given) in list(Classification):
        word = chosen(given, [item.value for item in Classification], "classification", problems)
        return Classification(word) if word else Classification.INTERNAL
    meant = _CLASSIFICATIONS.get(text_of(given).lower(), Classification.SENSITIVE)
    problems.warn(
        given.place, "C004", f"'{text_of(given)}' is not a classification Clew knows: it is treated as {meant}",
        "write public, internal, personal or sensitive",
    )  # fmt: skip
    return meant


def _form(node: Node, form: Form, repairs: tuple[str, ...], problems: Reading) -> str | None:
    """The format of a text that can be checked; what is said of dates must be what is read (C012)."""
    option, zone = option_of(node, "format"), option_of(node, "timezone")
    if zone is not None and zone.value is True:
        problems.warn(
            zone.place, "C012", "moments are kept in UTC: a text with another offset than Z is set aside",
            "deliver moments in UTC",
        )  # fmt: skip
    if option is None:
        return None
    dated = form.type in (Type.DATE, Type.TIMESTAMP) and option.text not in _ISO_DATES
    if dated and "date" not in repairs:
        problems.warn(
            option.place, "C012", f"'{option.text}' is not how dates are read: 2026-01-31 is",
            "add the repair 'date', which reads the usual other forms",
        )  # fmt: skip
    return option.text if form.logical == "string" and option.text in _FORMS else None


def _examples(node: Node) -> tuple[str, ...]:
    listed = node.get("examples")
    return tuple(entry.text for entry in (listed.entries() if listed else []) if entry.is_scalar and entry.text)


def _flag(node: Node, key: str) -> bool:
    child = node.get(key)
    return child is not None and child.value is True
