"""What a verb is: its name, the shape of its step, and how it turns the rows so far into the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step


class Shape(StrEnum):
    """What stands right after the verb."""

    ALIAS = "alias"
    EXPRESSION = "expression"
    MAPPING = "mapping"


Apply = Callable[[Draft, Frame, Step, str], Frame | None]
Begin = Callable[[Draft, Step, str], Frame | None]


@dataclass(frozen=True)
class Verb:
    """One verb. ``apply`` turns the rows so far into the next (None: nothing can follow, the fault is noted);
    ``begin``, where a verb can stand first, makes the first rows.

    ``options`` of the step: name -> whether it must be given.

    ``inner`` are the keys of a mapping verb that are options and not names of computed columns: name -> needed.
    ``free`` says that a mapping verb takes further entries ``name: expression``. ``mapped``: an option (or inner key)
    that holds keys of its own -> those keys, and whether each must be given; ``listed``: the same for
    each entry of a list, ``each`` under every name an author gives; ``words``: options that
    hold, under every name an author gives, words of the author's own; ``conditions``: options that hold a condition
    under every such name. ``choices``: option (or a key below it) -> the words it may be.
    ``adds`` are the columns the verb makes under names of its own, ``names`` gives those it
    makes in a step under names of the author's.
    """

    name: str
    zh: str
    shape: Shape
    apply: Apply
    options: Mapping[str, bool]
    inner: Mapping[str, bool]
    free: bool = False
    begin: Begin | None = None
    adds: tuple[str, ...] = ()
    listed: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    each: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    mapped: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Callable[[Step], Iterable[str]] = lambda _: ()
