"""The events of a chain as its author wrote them: which they are, when each is, and when it is too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from clew.plan import Type
from clew.problems import did_you_mean
from clew.quantities import Quantity
from clew.rules.draft import Draft
from clew.rules.expression import Typed
from clew.rules.frame import Frame
from clew.rules.model import Step, Text
from clew.rules.moved_day import moved
from clew.rules.pairing import Pairing
from clew.rules.parse_pairing import pair
from clew.rules.periods import TICKS_A_DAY, ticks
from clew.rules.trees import call, cast, day
from clew.rules.trees import number as whole
from clew.rules.verbs.latest import nodes
from clew.yaml_file import Node

_MINUTES = {"hour": 60, "minute": 1}


@dataclass(frozen=True)
class Event:
    """One later step of the chain, ready to be found."""

    pairing: Pairing
    at: Typed


def enough(draft: Draft, step: Step, frame: Frame, entries: list[Node]) -> bool:
    """Whether there are two steps at least, the first of them among the rows so far."""
    if len(entries) < 2:
        draft.problems.error(step.place, "E102", "a sequence has two steps at least", "add what comes after")
        return False
    name = entries[0].get("name")
    if name is None or name.text not in frame.rows or frame.rows[name.text]:
        draft.problems.error(
            name.place if name is not None else step.place,
            "E203",
            "the first step of a sequence must be among the rows so far",
            did_you_mean(name.text if name is not None else "", frame.rows) or "put 'from: <dataset>' before it",
        )
        return False
    return True


def dated(draft: Draft, entry: Node, columns: Mapping[str, Type], frame: Frame) -> Typed | None:
    """The date of a step, a column of its own dataset: what the author says, else the dataset's event column."""
    node, name = entry.get("at"), entry.get("name")
    alias = name.text if name is not None else ""
    if node is None:
        contract = draft.contracts.get(alias)
        if contract is None or contract.event_column is None:
            if contract is not None:
                draft.problems.error(
                    entry.place, "E102", f"the step '{alias}' has no date", f"add at: {alias}.<a date column>"
                )
            return None
        return draft.expression(Text(f"{alias}.{contract.event_column}", entry.place), columns, frame.unknown)
    typed = draft.expression(node, columns, frame.unknown)
    if typed is not None and typed.type not in TICKS_A_DAY:
        draft.problems.error(node.place, "E304", f"'{node.text}' must be a date, or a date with a time")
        return None
    if typed is not None and any(not one.startswith(f"{alias}.") for one in typed.columns):
        draft.problems.error(node.place, "E304", f"'{node.text}' must be a date of '{alias}' alone")
        return None
    return typed


def later_events(draft: Draft, frame: Frame, step: Step, entries: list[Node]) -> tuple[list[Event], Frame]:
    """The later steps, each able to name all before it."""
    by = [node.text for node in nodes(step.subject.get("by"))]
    first = entries[0].get("name")
    found: list[Event] = []
    shape = frame
    for entry in entries[1:]:
        name = entry.get("name")
        if name is None or first is None:
            continue
        on = entry.get("on")
        if on is None and not by:
            draft.problems.error(
                entry.place, "E102", f"nothing says which '{name.text}' belongs to the chain", "add 'by:' or 'on:'"
            )
            continue
        if on is None:
            text = " and ".join(f"{name.text}.{one} = {first.text}.{one}" for one in by)
            on = Node(text, (step.subject.get("by") or entry).place, text=text)
        where = entry.get("where")
        options = {"on": on} | ({"where": where} if where is not None else {})
        pairing, lost = pair(draft, shape, Step("sequence", name, options, name.place))
        if pairing is None:
            shape = replace(shape, unknown=shape.unknown | lost)
            continue
        at = dated(draft, entry, {**shape.columns, **pairing.columns}, shape)
        shape = replace(
            shape,
            columns={**shape.columns, **pairing.columns},
            rows={**shape.rows, pairing.source.alias: False},
        )
        if at is not None:
            found.append(Event(pairing, at))
    return found, shape


def too_late(draft: Draft, step: Step, first: Typed) -> exp.Expr:
    """The first tick that is too late for the chain's last event."""
    kind = first.type
    as_of: exp.Expr = day(draft.as_of) if kind is Type.DATE else cast(day(draft.as_of), "timestamp")
    end = exp.Add(this=ticks(as_of, kind), expression=whole(TICKS_A_DAY[kind]))
    node = step.subject.get("within")
    if node is None:
        return end
    name = node.text.strip()
    quantity = draft.parameters.get(name.removeprefix("$")) if name.startswith("$") else None
    if quantity is None and name.startswith("$"):
        draft.problems.error(
            node.place,
            "E204",
            f"there is no parameter '{name}'",
            did_you_mean(name.removeprefix("$"), draft.parameters),
        )
        return end
    if quantity is not None:
        draft.parameters_read.add(name.removeprefix("$"))
    latest = _latest(draft, node, quantity, first)
    return call("least", end, latest) if latest is not None else end


def _latest(draft: Draft, node: Node, quantity: Quantity | None, first: Typed) -> exp.Expr | None:
    kind = first.type
    if quantity is not None and quantity.is_duration:
        if kind is Type.TIMESTAMP and quantity.unit == "day" and not quantity.is_working:
            span = int(quantity.value) * TICKS_A_DAY[kind]
            return exp.Add(this=ticks(first.tree, kind), expression=whole(span + 1))
        if kind is Type.DATE:
            return exp.Add(this=ticks(moved(first.tree, quantity, 1), kind), expression=whole(1))
    if quantity is not None and kind is Type.TIMESTAMP and quantity.unit in _MINUTES:
        span = int(quantity.value) * _MINUTES[quantity.unit] * 60_000_000
        return exp.Add(this=ticks(first.tree, kind), expression=whole(span + 1))
    draft.problems.error(
        node.place,
        "E304",
        f"'{node.text}' is no length of time for these dates",
        "name a parameter in days, months or years"
        if kind is Type.DATE
        else "name a parameter in calendar days, hours or minutes",
    )
    return None
