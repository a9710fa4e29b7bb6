"""Validation in the load itself: one pass repairs, types and checks every row, and marks the ones to set aside.

A row that breaks a quarantining check, or that its reader could not trust, is written with a *negative* row number
and its record (as JSON) where the file name goes. :mod:`clew.ingest.validate.quarantine` moves those rows out before
the delivery counts as loaded, so nobody ever sees them; the price of a second scan or a second copy is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clew.contracts.check import RowCheck
from clew.contracts.checks import row_checks
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Action, Contract
from clew.ingest.read.source import FAULT, ROW
from clew.ingest.repair.originals import original_sql
from clew.ingest.repair.repairs import Repairs, repairs_of
from clew.ingest.repair.typed import cast, exact, table_columns
from clew.ingest.validate.protected import protected_select

WORD = 62
"""Checks per BIGINT of the mask."""
MASK = "~mask"
"""How the columns that hold it begin."""


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
        if self.contract.protections:
            return protected_select(self.contract, batch, file, bad, self._record(), self._masked(relation))
        return (
            f"select {columns}, {batch}::integer, "
            f"case when {bad} then {self._record()} else {text_literal(file)} end, "
            f"case when {bad} then -{quoted(ROW)} else {quoted(ROW)} end, "
            f"{quoted('~repaired')}, {quoted('~original')} from ({self._masked(relation)})"
        )

    def _masked(self, relation: str) -> str:
        return masked([self._violated(check) for check in self.marking], self._typed(relation))

    def _typed(self, relation: str) -> str:
        """Layer by layer: delivered text ``c~0``, repaired ``c~1``.., then ``c~text`` and the typed ``c``."""
        query = relation
        for layer in self.repairs.layers:
            query = f"select *, {', '.join(layer)} from ({query})"
        finals = self.repairs.finals
        ends = {name: f"nullif({end}, '')" if self.repairs.may_empty(name) else end for name, end in finals.items()}
        texts = ", ".join(f"{end} as {quoted(f'{name}~text')}" for name, end in ends.items())
        proofs = self.repairs.proofs
        proven = "".join(f", {proof.name}" for proof in proofs.values())
        proven += "".join(f", {proof.read_name}" for proof in proofs.values() if proof.typed)
        query = (
            f"select {quoted(ROW)}, {quoted(FAULT)}, {texts}{proven}, {quoted('~repaired')}, "
            f"{original_sql(self.contract, self.repairs, quoted('~repaired'))} as {quoted('~original')} "
            f"from (select *, {self.repairs.bits()} as {quoted('~repaired')} from ({query}))"
        )
        casts, values = [], []
        for column in self.contract.columns:
            text, value = quoted(f"{column.name}~text"), quoted(f"{column.name}~cast")
            casted, typed, proof = cast(column, text), exact(column, text, value), proofs.get(column.name)
            if proof is not None and proof.typed:
                casted = f"case when {proof.name} then {proof.read_name} else {casted} end"
                typed = f"case when {proof.name} then {value} else {typed} end"
            casts.append(f"{casted} as {value}")
            values.append(f"{typed} as {quoted(column.name)}")
        return f"select *, {', '.join(values)} from (select *, {', '.join(casts)} from ({query}))"

    def _word_names(self) -> list[str]:
        return [quoted(f"{MASK}{word}") for word in range(self.words)]

    def _violated(self, check: RowCheck) -> str:
        """A check's condition, not worked out again where the proof that the value was ready says it holds."""
        proof = self.repairs.proofs.get(check.columns[0]) if check.columns else None
        if proof is None or check.name not in {f"{proof.column}.{kind}" for kind in proof.proves}:
            return check.violated
        return f"case when {proof.name} then false else {check.violated} end"

    def _record(self) -> str:
        texts = ", ".join(f"{text_literal(name)}, {quoted(f'{name}~text')}" for name in self.contract.names)
        words = ", ".join(f"'mask{word}', {name}" for word, name in enumerate(self._word_names()))
        return (
            f"json_object('fault', {quoted(FAULT)}, 'repaired', {quoted('~repaired')}::varchar, "
            f"'original', {quoted('~original')}::json"
            f"{', ' if words else ''}{words}, 'record', json_object({texts}))::varchar"
        )


def load_statement(validation: Validation, relations: Sequence[str], batch: int, file: str) -> str:
    """INSERT of every row of a source's relations, which are read side by side.

    They are joined below the repairs and checks: each part goes through all of them on a thread of its own, and the
    engine plans them once.
    """
    contract = validation.contract
    rows = validation.select(" union all ".join(relations), batch, file)
    columns = ", ".join(quoted(name) for name in table_columns(contract))
    return f"insert into data.{quoted(contract.dataset)} ({columns}) {rows}"


def masked(conditions: Sequence[str], relation: str) -> str:
    """A relation with BIGINT columns ``~mask0``.. more: condition p is bit ``p % WORD`` of word ``p // WORD``.

    Most rows violate nothing: for them every condition is worked out once, and no bit is added up. That any is
    violated is a column of its own, because DuckDB works out a column for whole vectors at a time, and the condition
    of a CASE, at twice the price, for the rows that are left after each part of it.
    """
    somes, words = [], []
    for word, start in enumerate(range(0, len(conditions), WORD)):
        chunk, some = conditions[start : start + WORD], quoted(f"~some{word}")
        bits = " + ".join(f"if({condition}, {1 << bit}::bigint, 0)" for bit, condition in enumerate(chunk))
        somes.append(f", {' or '.join(f'({condition})' for condition in chunk)} as {some}")
        words.append(f", case when {some} then {bits} else 0::bigint end as {quoted(f'{MASK}{word}')}")
    return f"select *{''.join(words)} from (select *{''.join(somes)} from ({relation}))"
