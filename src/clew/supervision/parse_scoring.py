"""Reading the ``scoring`` and ``routing`` of a model file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from clew.problems import Problems
from clew.rules.model import Text
from clew.rules.shape import Entries, Is, Key, entries_of, one_of
from clew.scoring.bands import NO_BAND
from clew.scoring.method import Method
from clew.supervision.bounds import bounded, duration, whole
from clew.supervision.model import Factor, Route, Scoring
from clew.yaml_file import Node

SCORING = {
    "method": Key(Is.TEXT), "cap": Key(Is.WHOLE, False), "factors": Key(Is.LIST, False),
    "factors_apply": Key(Is.TEXT, False), "bands": Key(Is.MAPPING),
}  # fmt: skip
FACTOR = {
    "when": Key(Is.SCALAR), "points": Key(Is.NUMBER, False), "weight": Key(Is.NUMBER, False),
    "title_zh": Key(Is.TEXT),
}  # fmt: skip
ROUTE = {"when": Key(Is.SCALAR), "to": Key(Is.TEXT), "due": Key(Is.MAPPING, False)}
OTHERWISE = {"otherwise": Key(Is.TEXT), "due": Key(Is.MAPPING, False)}


def parse_scoring(node: Node, problems: Problems) -> Scoring | None:
    """The scoring of a model; None when its method or bands cannot be told (noted)."""
    entries = entries_of(node, SCORING, "scoring", problems)
    if not entries.complete or not one_of(entries["method"], tuple(Method), "the method", problems):
        return None
    factors = tuple(factor for item in _items(entries, "factors") if (factor := _factor(item, problems)))
    apply = entries.get("factors_apply")
    if apply is not None:
        one_of(apply, ("first", "all"), "'factors_apply'", problems)
    elif len(factors) > 1:
        problems.error(
            node.place,
            "E102",
            "scoring has factors and no 'factors_apply'",
            "add 'factors_apply: first' or 'factors_apply: all'",
        )
    cap = whole(entries, "cap", 100, problems)
    return Scoring(
        method=Method(entries.text("method")),
        cap=100 if cap is None else cap,
        factors=factors,
        first_factor_only=entries.text("factors_apply") != "all",
        bands=_bands(entries["bands"], problems),
        band_places=entries["bands"].keys,
        place=node.place,
    )


def _items(entries: Entries, key: str) -> list[Node]:
    node = entries.get(key)
    return node.entries() if node else []


def _factor(node: Node, problems: Problems) -> Factor | None:
    entries = entries_of(node, FACTOR, "a factor", problems)
    if not entries.complete:
        return None
    points, weight = (Decimal(found.text) if (found := entries.get(key)) else None for key in ("points", "weight"))
    return Factor(Text.of(entries["when"]), points, weight, entries.text("title_zh"), node.place)


def _bands(node: Node, problems: Problems) -> Mapping[str, int]:
    bands: dict[str, int] = {}
    for name, value in node.items():
        threshold = bounded(value, f"band '{name}'", Decimal(0), Decimal(100), problems)
        if name == NO_BAND:
            problems.error(
                node.key_place(name),
                "E104",
                f"'{NO_BAND}' is the band of a score below all bands",
                "choose another name",
            )
        elif threshold is not None and threshold != threshold.to_integral_value():
            problems.error(value.place, "E103", f"band '{name}' must begin at a whole number")
        elif threshold is not None:
            bands[name] = int(threshold)
    if not node.keys:
        problems.error(node.place, "E102", "'bands' has no band", "write: bands: {red: 80, orange: 50, yellow: 20}")
    return bands


def parse_routes(node: Node, problems: Problems) -> tuple[Route, ...]:
    """The routes in the order written; each has ``when`` and ``to``, or is ``otherwise``."""
    routes: list[Route] = []
    for entry in node.entries():
        last = entry.get("otherwise") is not None
        entries = entries_of(entry, OTHERWISE if last else ROUTE, "a route", problems)
        if not entries.complete:
            continue
        due = entries.get("due")
        term = duration(due, "the deadline of a route", problems) if due else None
        when = None if last else Text.of(entries["when"])
        routes.append(Route(when, entries.text("otherwise" if last else "to"), term, entry.place))
    return tuple(routes)
