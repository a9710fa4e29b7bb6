"""One JSON schema error as one sentence at the node that causes it.

jsonschema reports what the schema's structure says; an author needs the root cause. Alternatives (anyOf, oneOf)
are resolved to the branch the author meant, an unknown key hides the missing key it misspells, and the cascades
of ``unevaluatedProperties`` (every key of an object one of whose parts is wrong) are recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from clew.contracts.official_schema import NEWEST, official_schema
from clew.contracts.schema_keys import key_schemas, known_keys, resolved, switch_values
from clew.contracts.schema_sentence import TYPES, described, kind_of, name_of, owner_of, said_of, sentence, shown
from clew.problems import Problems, certainly_meant, did_you_mean
from clew.yaml_file import Node

_CODE = "C001"
_CLOSED = ("unevaluatedProperties", "additionalProperties")


def explain(document: Any, root: Node, problems: Problems) -> None:
    """Note the root cause of each error by the newest schema, or nothing where another error already is that cause.

    ``root`` is what the document was read from.
    """
    validator = _validator()
    meant = [_meant(error) for error in validator.iter_errors(document)]
    mistyped = {tuple(error.absolute_path) for error in meant if error.validator == "type"}
    for error in meant:
        if error.validator in ("enum", "const") and tuple(error.absolute_path) in mistyped:
            continue
        parents, node = _walk(root, list(error.absolute_path))
        if not _wants_logical_type(error, parents, problems):
            _explain_one(error, node, validator, problems)


@cache
def _validator() -> Draft201909Validator:
    """``unevaluatedProperties`` is judged by the keys the schema knows: the library's own way reports correct keys
    beside a wrong one."""
    official = official_schema(NEWEST)
    plain = Draft201909Validator(official)

    def closed(_validator: Any, _closed: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict) and instance.keys() - set(known_keys(schema, instance, plain)):
            yield ValidationError("unknown keys")

    return extend(Draft201909Validator, {"unevaluatedProperties": closed})(official)


def _explain_one(error: ValidationError, node: Node, validator: Draft201909Validator, problems: Problems) -> None:
    name = name_of(error)
    if error.validator in _CLOSED:
        _unknown_keys(error, node, validator, problems)
    elif error.validator == "required":
        missing = next((key for key in error.validator_value if f"'{key}' is a required" in error.message), "")
        if not _misspelled([missing], error, node, validator):
            problems.error(
                node.place, _CODE, f"the key '{missing}' is missing from {owner_of(error)}", said_of(error, missing)
            )
    elif error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        _say_type(node, name, [TYPES.get(kind, kind) for kind in map(str, wanted)], problems)
    elif error.validator in ("enum", "const"):
        allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
        problems.error(
            node.place,
            _CODE,
            f"'{shown(node)}' is not a value of '{name}'",
            did_you_mean(shown(node), [str(option) for option in allowed]),
            node.respelt(certainly_meant(node.text, [str(option) for option in allowed])),
        )
    elif error.validator in ("oneOf", "anyOf"):
        _alternatives(error, node, name, validator, problems)
    else:
        problems.error(node.place, _CODE, sentence(error, node, name), described(error))


def _meant(error: ValidationError) -> ValidationError:
    """Descend into the alternative that fits best: the one whose errors lie deepest, not a mere wrong type."""
    while error.validator in ("anyOf", "oneOf") and error.context:
        branches: dict[int, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(int(inner.schema_path[0]), []).append(inner)
        fits = [
            inner
            for inner in branches.values()
            if not any(_is_shape(one, error) or one.validator == "required" for one in inner)
        ]
        if len(fits) != 1:
            return error
        error = max(fits[0], key=lambda one: len(one.absolute_path))
    return error


def _is_shape(inner: ValidationError, outer: ValidationError) -> bool:
    return inner.validator == "type" and len(inner.absolute_path) == len(outer.absolute_path)


def _walk(root: Node, path: list[Any]) -> tuple[list[Node], Node]:
    parents: list[Node] = []
    node = root
    for step in path:
        parents.append(node)
        child = node.entries()[step] if isinstance(step, int) else node.get(str(step))
        if child is None:
            break
        node = child
    return parents, node


def _wants_logical_type(error: ValidationError, parents: list[Node], problems: Problems) -> bool:
    """The schema applies every type's options to a property without a type: say that instead."""
    path = list(error.absolute_path)
    if "logicalTypeOptions" not in path:
        return False
    owner = parents[path.index("logicalTypeOptions")] if len(parents) > path.index("logicalTypeOptions") else None
    if owner is None or owner.get("logicalType") is not None:
        return False
    problems.error(
        owner.place,
        _CODE,
        "logicalTypeOptions needs a logicalType beside it",
        "add logicalType: string, integer, number, boolean, date or timestamp",
    )
    return True


def _unknown_keys(error: ValidationError, node: Node, validator: Draft201909Validator, problems: Problems) -> None:
    known = set(known_keys(error.schema, error.instance, validator))
    elsewhere = set(known_keys(error.schema, None, validator))
    present = {key for key, _ in node.items()}
    kind, kinds = node.get("type"), switch_values(error.schema)
    if _bad_switch(error, node, present & elsewhere - known, validator, problems):
        return
    meant = {key: certainly_meant(key, elsewhere if kinds and kind is None else known) for key in present - known}
    for key in present - known:
        edits = node.renamed(key, meant[key]) if list(meant.values()).count(meant[key]) == 1 else ()
        if key not in elsewhere:
            problems.error(
                node.key_place(key),
                _CODE,
                f"'{key}' is not a key of {owner_of(error)}",
                did_you_mean(key, (elsewhere if kinds and kind is None else known) - present),
                edits,
            )
        elif not kinds or (kind is not None and kind.text in kinds):
            of_type = f" when its type is '{shown(kind)}'" if kind is not None else ""
            problems.error(
                node.key_place(key),
                _CODE,
                f"'{key}' is not a key of {owner_of(error)}{of_type}",
                did_you_mean(key, known - present),
            )


def _bad_switch(
    error: ValidationError, node: Node, keys: set[str], validator: Draft201909Validator, problems: Problems
) -> bool:
    """Whether a key that decides which others belong here has a wrong value: that is then the root cause."""
    found = False
    for key in sorted(keys):
        for schema in key_schemas(error.schema, key, validator):
            for wrong in validator.evolve(schema=schema).iter_errors(error.instance[key]):
                if wrong.validator == "type" and not wrong.absolute_path:
                    _say_type(node.get(key) or node, key, [TYPES.get(str(schema["type"]), "")], problems)
                    found = True
    return found


def _misspelled(missing: list[str], error: ValidationError, node: Node, validator: Draft201909Validator) -> bool:
    """Whether an unknown key is close to a missing one: that is the root cause, and is reported on its own."""
    known = set(known_keys(error.schema, error.instance, validator))
    return any(get_close_matches(key, missing, n=1) for key, _ in node.items() if key not in known | set(missing))


def _say_type(node: Node, name: str, wanted: list[str], problems: Problems) -> None:
    words = " or ".join(wanted)
    if node.is_scalar and node.value is None:
        problems.error(node.place, _CODE, f"'{name}' is empty: it must be {words}", "write a value, or remove the key")
    else:
        quotes = node.is_scalar and "text" in wanted
        sure = quotes and len(wanted) == 1 and node.lead == 0
        problems.error(
            node.place,
            _CODE,
            f"'{name}' must be {words}, not {kind_of(node)}",
            f"write it in quotes: '{shown(node)}'" if quotes else "",
            node.respelt(f"'{node.text}'" if sure else None),
        )


def _alternatives(
    error: ValidationError, node: Node, name: str, validator: Draft201909Validator, problems: Problems
) -> None:
    branches = [
        resolved(branch["$ref"], validator.schema) if "$ref" in branch else branch for branch in error.validator_value
    ]
    required = [str(key) for branch in branches for key in branch.get("required", [])]
    kinds = [TYPES.get(kind, kind) for branch in branches if isinstance(kind := branch.get("type"), str)]
    if node.is_mapping and required and all(len(branch.get("required", [])) == 1 for branch in branches):
        present = [key for key in required if node.get(key) is not None]
        if len(present) > 1:
            problems.error(
                node.key_place(present[1]),
                _CODE,
                f"only one of {', '.join(present)} may stand in {owner_of(error)}",
                "keep one of them",
            )
        elif not _misspelled(required, error, node, validator):
            problems.error(node.place, _CODE, f"{owner_of(error)} needs one of {', '.join(required)}")
    elif kinds and not (node.is_mapping and "a block of keys" in kinds):
        _say_type(node, name, list(dict.fromkeys(kinds)), problems)
    else:
        problems.error(node.place, _CODE, f"'{shown(node)}' does not have the form of '{name}'", described(error))
