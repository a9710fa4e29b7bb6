"""Validation in the load itself: one pass repairs, types and checks every row, and marks the ones to set aside.

A row that breaks a quarantining check, or that its reader could not trust, is written with a *negative* row number
and its record (as JSON) where the file name goes. :mod:`clew.ingest.quarantine` moves those rows out before the
delivery counts as loaded, so nobody ever sees them; the price of a second scan or a second copy is saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from clew.contracts.checks import RowCheck, row_checks
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Action, Contract
from clew.ingest.originals import original_sql
from clew.ingest.read.source import FAULT, ROW, Source
from clew.ingest.repair import Repairs, repairs_of
from clew.ingest.typed import cast, exact, table_columns

WORD = 62
"""Checks per BIGINT of the mask."""


@dataclass(frozen=True)
class Validation:
    """The checks of a contract, arranged for one pass.

    ``marking`` checks set single rows aside at once; ``counted`` ones (a limit, or another action) are judged over
    the whole delivery afterwards.
    """

    contract: Contract

    @cached_property
    def checks(self) -> tuple[RowCheck, ...]:
        """Every row check."""
        return row_checks(self.contract)

    @cached_property
    def marking(self) -> tuple[RowCheck, ...]:
        """Checks whose violation sets the row aside; their position is their bit."""
        return tuple(check for check in self.checks if check.action is Action.QUARANTINE and check.limit is None)

    @cached_property
    def counted(self) -> tuple[RowCheck, ...]:
        """Checks that are counted over the delivery."""
        return tuple(check for check in self.checks if check not in self.marking)

    @cached_property
    def repairs(self) -> Repairs:
        """The contract's repairs."""
        return repairs_of(self.contract)

    @property
    def words(self) -> int:
        """How many BIGINTs hold the mask."""
        return -(-len(self.marking) // WORD)

    def select(self, relation: str, batch: int, file: str) -> str:
        """The rows of one source relation as ``data.<dataset>`` holds them, bad ones marked."""
        names = self.contract.names
        columns = ", ".join(quoted(name) for name in names)
        bad = f"({' or '.join([f'{quoted(FAULT)} is not null', *(f'{word} <> 0' for word in self._word_names())])})"
        return (
            f"select {columns}, {batch}::integer, "
            f"case when {bad} then {self._record()} else {text_literal(file)} end, "
            f"case when {bad} then -{quoted(ROW)} else {quoted(ROW)} end, "
            f"{quoted('~repaired')}, {quoted('~original')} from ({self._masked(relation)})"
        )

    def _masked(self, relation: str) -> str:
        masks = ", ".join(f"{mask} as {name}" for name, mask in zip(self._word_names(), self._masks(), strict=True))
        return f"select *{', ' if masks else ''}{masks} from ({self._typed(relation)})"

    def _typed(self, relation: str) -> str:
        """Layer by layer: delivered text ``c~0``, repaired ``c~1``.., then ``c~text`` and the typed ``c``."""
        query = relation
        for layer in self.repairs.layers:
            query = f"select *, {', '.join(layer)} from ({query})"
        finals = self.repairs.finals
        ends = {name: f"nullif({end}, '')" if self.repairs.emptying(name) else end for name, end in finals.items()}
        texts = ", ".join(f"{end} as {quoted(f'{name}~text')}" for name, end in ends.items())
        query = (
            f"select {quoted(ROW)}, {quoted(FAULT)}, {texts}, {quoted('~repaired')}, "
            f"{original_sql(self.contract, self.repairs, quoted('~repaired'))} as {quoted('~original')} "
            f"from (select *, {self.repairs.bits()} as {quoted('~repaired')} from ({query}))"
        )
        columns = self.contract.columns
        casts = ", ".join(
            f"{cast(column, quoted(f'{column.name}~text'))} as {quoted(f'{column.name}~cast')}" for column in columns
        )
        values = ", ".join(
            f"{exact(column, quoted(f'{column.name}~text'), quoted(f'{column.name}~cast'))} as {quoted(column.name)}"
            for column in columns
        )
        return f"select *, {values} from (select *, {casts} from ({query}))"

    def _word_names(self) -> list[str]:
        return [quoted(f"~mask{word}") for word in range(self.words)]

    def _masks(self) -> Iterator[str]:
        for start in range(0, len(self.marking), WORD):
            chunk = self.marking[start : start + WORD]
            bits = " + ".join(f"if({check.violated}, {1 << bit}::bigint, 0)" for bit, check in enumerate(chunk))
            yield f"case when {' or '.join(f'({check.violated})' for check in chunk)} then {bits} else 0::bigint end"

    def _record(self) -> str:
        texts = ", ".join(f"{text_literal(name)}, {quoted(f'{name}~text')}" for name in self.contract.names)
        words = ", ".join(f"'mask{word}', {name}" for word, name in enumerate(self._word_names()))
        return (
            f"json_object('fault', {quoted(FAULT)}, 'repaired', {quoted('~repaired')}::varchar, "
            f"'original', {quoted('~original')}::json"
            f"{', ' if words else ''}{words}, 'record', json_object({texts}))::varchar"
        )


def load_statement(validation: Validation, source: Source, batch: int, file: str) -> str:
    """INSERT of every row of a source; its parts are read side by side."""
    contract = validation.contract
    selects = " union all ".join(validation.select(relation, batch, file) for relation in source.relations)
    columns = ", ".join(quoted(name) for name in table_columns(contract))
    return f"insert into data.{quoted(contract.dataset)} ({columns}) {selects}"
