"""A plan in the making: relations, steps and problems gather here while the verbs are applied one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlglot import exp

from clew.contracts.model import Contract
from clew.plan import Fork, Input, Relation, Sentence, Side, Step, Type
from clew.problems import Place, Problems, did_you_mean
from clew.quantities import Quantity
from clew.rules.expression import Scope, Typed, parse_expression
from clew.rules.frame import Frame
from clew.rules.model import Rule, Text
from clew.rules.model import Step as RuleStep
from clew.rules.pairing import Key
from clew.rules.tally import tally
from clew.rules.too_small import TooSmall
from clew.rules.wording import Wording
from clew.yaml_file import Node

ROW_WISE = ("where", "derive")
"""Verbs that look at one row at a time and at no row's identity."""

LAST = 10_000
"""The position of the clue: after every step."""


@dataclass
class Draft:
    """What compiling one rule gathers.

    ``used`` maps each column to the position of the last step that reads it, from an earlier pass; None in the
    first pass, which finds what is wrong and who reads what: it keeps every column of a contract, and makes no query.
    ``mirrors``: an alias that a step fills from the rows so far of another alias, and the step's position. ``made``:
    column a verb added -> the values it may have. ``paired``: alias -> the keys it was paired by; ``asked_complete``:
    aliases whose completeness a step asks for. ``written``: derived column -> what it was computed by, in each branch.
    """

    rule: Rule
    contracts: Mapping[str, Contract]
    parameters: Mapping[str, Quantity]
    as_of: date
    problems: Problems
    worded: Callable[[], Wording]
    """Makes the wording."""
    used: Mapping[str, float] | None = None
    position: float = 0
    reads: dict[str, float] = field(default_factory=dict)
    mirrors: dict[str, tuple[str, float]] = field(default_factory=dict)
    parameters_read: set[str] = field(default_factory=set)
    aliases_read: set[str] = field(default_factory=set)
    paired: dict[str, tuple[Key, ...]] = field(default_factory=dict)
    asked_complete: set[str] = field(default_factory=set)
    too_small: TooSmall = field(default_factory=TooSmall)
    relations: list[Relation] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tallies: list[Relation] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)
    made: dict[str, Sequence[str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    computed: dict[str, Place] = field(default_factory=dict)
    written: dict[str, list[exp.Expr]] = field(default_factory=dict)
    stages: list[Frame] = field(default_factory=list)
    following: RuleStep | None = None
    walk: Callable[[Draft, Frame | None, Sequence[RuleStep], str], Frame | None] = field(default=lambda *_: None)
    """Applies a list of steps; set by the compiler, for verbs that hold steps of their own."""

    @property
    def plans(self) -> bool:
        """Whether this pass makes the plan."""
        return self.used is not None

    @cached_property
    def wording(self) -> Wording:
        """How people read what the rule speaks about."""
        return self.worded()

    # --- names -------------------------------------------------------------------------------------------------

    def input(self, alias: Text) -> Input | None:
        """The dataset behind an alias, with its contract's columns; None (and E203) when it is not declared."""
        self.aliases_read.add(alias.value)
        if alias.value not in self.rule.datasets:
            self.problems.error(
                alias.place,
                "E203",
                f"'{alias}' is not declared under datasets",
                did_you_mean(alias.value, self.rule.datasets),
            )
            return None
        contract = self.contracts.get(alias.value)
        if contract is None:  # its contract is missing: reported once, where the dataset is declared
            return None
        names = {f"{alias}.{one.name}": one.type for one in contract.columns}
        kept = {name: kind for name, kind in names.items() if self.used is None or name in self.used}
        return Input(alias.value, contract.dataset, kept, contract.event_column, contract.region_column)

    def inputs(self) -> tuple[Input, ...]:
        """Every dataset the plan reads, in the order declared."""
        found = (
            self.input(Text(alias, name.place))
            for alias, name in self.rule.datasets.items()
            if alias in self.aliases_read
        )
        return tuple(one for one in found if one is not None)

    def read(self, names: Iterable[str], *, later: bool = False) -> None:
        """Note that the current step reads columns; ``later``: its own output must still carry them."""
        for name in names:
            self.reads[name] = max(self.reads.get(name, 0), self.position + later)

    def mirror(self, alias: str, source: str) -> None:
        """Note that the current step makes the rows of ``alias`` out of those of ``source``, which it reads."""
        self.mirrors[alias] = (source, self.position)

    def last_reads(self) -> dict[str, float]:
        """Column -> the position of the last step that reads it, a mirrored alias through the rows it is made of."""
        found = dict(self.reads)
        for alias, (source, position) in self.mirrors.items():
            for name in [one for one in self.reads if one.startswith(f"{alias}.")]:
                own = f"{source}.{name.removeprefix(f'{alias}.')}"
                found[own] = max(found.get(own, 0), position)
        return found

    def lasting(self, columns: Mapping[str, Type]) -> dict[str, Type]:
        """The columns a later step still reads: what is worth carrying on."""
        if self.used is None:
            return dict(columns)
        used = self.used
        return {name: kind for name, kind in columns.items() if used.get(name, -1) > self.position}

    def name_column(self, written: Node | Text, frame: Frame) -> str | None:
        """A column named by the author, which must be in the rows so far."""
        text = written if isinstance(written, Text) else Text.of(written)
        typed = self.expression(text, frame.columns, frame.unknown)
        if typed is None:
            return None
        if not typed.name:
            self.problems.error(
                text.place,
                "E304",
                f"'{text}' must be the name of a column",
                "give the expression a name in a derive or aggregate step before this one",
            )
            return None
        return typed.name

    def new_name(self, name: str, place: Place, taken: Iterable[str]) -> bool:
        """Whether a computed column may have this name."""
        if not name.replace("_", "a").isalnum() or name[0].isdigit():
            self.problems.error(place, "E206", f"'{name}' cannot name a column", "use letters, digits and _")
        elif name in taken:
            self.problems.error(place, "E206", f"there is already a column '{name}'", "choose another name")
        else:
            return True
        return False

    # --- expressions -------------------------------------------------------------------------------------------

    def expression(
        self,
        node: Node | Text,
        columns: Mapping[str, Type],
        unknown: frozenset[str],
        *,
        aggregates: bool = False,
        expect: Type | None = None,
    ) -> Typed | None:
        """Read and type one expression of the author; None when it has a fault (reported) or rests on one."""
        text = node if isinstance(node, Text) else Text.of(node)
        typed = parse_expression(
            text, self.scope(columns, unknown), self.problems, aggregates=aggregates, expect=expect
        )
        if typed is not None:
            self.read(typed.columns)
            self.parameters_read |= typed.parameters
        return typed

    def scope(self, columns: Mapping[str, Type], unknown: frozenset[str]) -> Scope:
        """What an expression over these columns may name."""
        return Scope(
            columns=columns,
            parameters=self.parameters,
            as_of=self.as_of,
            values={**self._values, **self.made} if self.made else self._values,
            unknown=unknown | self.lost if self.lost else unknown,
            sources=self._sources,
            titles=self._titles,
            units={**self._units, **self.units} if self.units else self._units,
        )

    @cached_property
    def _values(self) -> dict[str, Sequence[str]]:
        """Column -> the values its contract allows."""
        return {
            f"{alias}.{one.name}": one.enum
            for alias, contract in self.contracts.items()
            for one in contract.columns
            if one.enum
        }

    @cached_property
    def _units(self) -> dict[str, str]:
        """Column -> what it measures, as its contract says."""
        return {
            f"{alias}.{one.name}": one.options.unit
            for alias, contract in self.contracts.items()
            for one in contract.columns
            if one.options.unit
        }

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {alias: contract.path for alias, contract in self.contracts.items()}

    @cached_property
    def _titles(self) -> dict[str, str]:
        """Column -> its Chinese title, by its contract or by the rule that computes it."""
        named = {
            f"{alias}.{one.name}": one.title_zh
            for alias, contract in self.contracts.items()
            for one in contract.columns
        }
        return named | dict(self.rule.titles_zh)

    def compute(self, name: str, unit: str, place: Place) -> None:
        """Remember a column an author computes, and what it measures; nothing, where two branches do not agree."""
        self.units[name] = unit if self.units.get(name, unit) == unit else ""
        self.computed[name] = place

    @cached_property
    def lost(self) -> frozenset[str]:
        """Aliases whose dataset has no contract."""
        return frozenset(self.rule.datasets) - frozenset(self.contracts)

    # --- relations and steps -----------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        query: exp.Query | Callable[[], exp.Query],
        columns: Mapping[str, Type],
        *,
        materialise: bool = False,
        when: tuple[Fork, bool] | None = None,
    ) -> str:
        """Add a relation to the plan; gives its name back. ``query`` may be what makes it, where that takes time."""
        if self.plans:
            made = query if isinstance(query, exp.Query) else query()
            self.relations.append(Relation(name, made, dict(columns), materialise, when))
        return name

    def step(
        self,
        number: str,
        verb: str,
        sentence: Callable[[], Sentence],
        *sides: Side,
        relation: str | None = None,
        reason: str = "",
        condition: exp.Expr | None = None,
        drops: bool = False,
        clears: Callable[[], Sentence] | None = None,
        reads: Sequence[str] = (),
    ) -> None:
        """Add a step to the funnel of the plan."""
        if self.plans:
            cleared = clears() if clears is not None else None
            name, read = relation or number, tuple(reads)
            self.steps.append(Step(number, verb, name, sentence(), reason, sides, condition, drops, cleared, read))

    def close(self, frame: Frame) -> None:
        """The row-wise block ends here: count its steps in one pass."""
        counted = tally(frame) if self.plans else None
        if counted is not None:
            name = f"{frame.relation}.tally.{len(self.tallies)}"
            self.tallies.append(Relation(name, counted, {}))

    def count(self, number: str, query: exp.Query) -> None:
        """Add counts a block does not give: one row of columns ``<step number>.unknown`` and the like."""
        if self.plans:
            self.tallies.append(Relation(f"{number}.tally.{len(self.tallies)}", query, {}))

    def tells_rows(self, name: str, frame: Frame) -> bool:
        """Whether no two of the rows so far share the column's value: it is theirs alone, or a dataset's primary key,
        which no two rows of it share on any day."""
        alias, _, own = name.partition(".")
        contract = self.contracts.get(alias)
        keyed = contract is not None and contract.primary_key == (own,) and frame.key == (f"{alias}#",)
        return keyed or frame.tells_apart({name})

    def quiet(self, text: Text, frame: Frame) -> exp.Expr | None:
        """An expression of the clue as text over the rows so far; None where its columns are not there (yet)."""
        typed = parse_expression(text, self.scope(frame.columns, frame.unknown), Problems())
        return typed.as_text if typed is not None else None
