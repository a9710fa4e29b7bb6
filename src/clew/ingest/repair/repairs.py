"""Declared normalisations of delivered text, as SQL, and how each one is counted.

A repair runs only where the contract declares it for a column, always in the order of :data:`ORDER`. Every changed
value is counted per column and repair, and the row carries a bit for it (``_repaired``): nothing changes silently.

Most values need nothing, so every repair stands behind a cheap guard, or a proof that the text is ready as it is: in
DuckDB the branches of CASE are worked out only for the rows that reach them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clew.contracts.divisions import moved_codes, named_codes
from clew.contracts.identity import id18_check
from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract
from clew.ingest.repair.dates import iso_date
from clew.ingest.repair.ready import UNUSUAL, Proof, proof_of
from clew.ingest.repair.typed import sql_type
from clew.ingest.repair.units import in_own_unit

CLEANING = ("halfwidth", "trim", "spaces", "upper")
ORDER = (*CLEANING, "id18", "division6", "division_name", "division", "units", "number", "date", "values")
MOST_BITS = 126
"""Bits of the HUGEINT ``_repaired`` that are used. A wider contract shares one bit among a column's repairs, and the
widest among columns that stand side by side: what was delivered stays beside the row all the same."""
BIGINT_BITS = 62
DIRTY = "~dirty"

SPACE = r"[\t\n\v\f\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}]"
_WIDE = r"[\x{3000}\x{ff01}-\x{ff5e}]"
_FULL = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_HALF = "".join(chr(code) for code in range(0x21, 0x7F)) + " "


@dataclass(frozen=True)
class Step:
    """One repair of one column; ``bit`` of ``_repaired`` is set where ``changed`` (SQL) is true."""

    column: str
    repair: str
    bit: int
    changed: str

    @property
    def name(self) -> str:
        """``column.repair``."""
        return f"{self.column}.{self.repair}"


@dataclass(frozen=True)
class Repairs:
    """The repairs of a contract: ``layers`` of SELECT lists, the steps behind the bits, and each column's last name.

    The layers hold the columns of the ``proofs`` too, by which later ones know the texts that were ready.
    """

    layers: tuple[tuple[str, ...], ...]
    steps: tuple[Step, ...]
    finals: Mapping[str, str]
    proofs: Mapping[str, Proof]

    @property
    def names(self) -> Mapping[int, str]:
        """What each bit means: ``column.repair``; columns or repairs that share a bit are joined with '+'."""
        columns: dict[int, dict[str, None]] = {}
        repairs: dict[int, dict[str, None]] = {}
        for step in self.steps:
            columns.setdefault(step.bit, {})[step.column] = None
            repairs.setdefault(step.bit, {})[step.repair] = None
        return {bit: f"{'+'.join(columns[bit])}.{'+'.join(repairs[bit])}" for bit in columns}

    def bits(self) -> str:
        """SQL of the HUGEINT ``_repaired``; columns that did not change at all cost one comparison, or none."""
        integer = "bigint" if all(step.bit < BIGINT_BITS for step in self.steps) else "hugeint"
        terms, ready = [], [proof.name for proof in self.proofs.values()]
        proven = [term for column in self.proofs for term in self._column_bits(column, integer)]
        if proven:
            terms.append(f"case when {' and '.join(ready)} then 0::{integer} else {' | '.join(proven)} end")
        for column in self.finals:
            if column not in self.proofs:
                terms += self._column_bits(column, integer)
        terms += [_bit(step, integer) for step in self.steps if step.repair == "values"]
        return f"({' | '.join(terms)})::hugeint" if terms else "0::hugeint"

    def _column_bits(self, column: str, integer: str) -> Iterator[str]:
        """The bits of a column's repairs but ``values``; worked out only where its text may have changed."""
        proof = self.proofs.get(column)
        guard = f"not {proof.name}" if proof is not None else quoted(DIRTY)
        own = [step for step in self.steps if step.column == column and step.repair != "values"]
        if cleaning := [step for step in own if step.repair in CLEANING]:
            bits = " | ".join(_bit(step, integer) for step in cleaning)
            changed = f"{quoted(f'{column}~0')} is distinct from {quoted(f'{column}~1')}"
            yield f"case when {guard} and {changed} then {bits} else 0::{integer} end"
        if rewriting := [step for step in own if step.repair not in CLEANING]:
            bits = " | ".join(_bit(step, integer) for step in rewriting)
            yield f"case when {guard} then {bits} else 0::{integer} end" if proof is not None else bits

    def may_empty(self, column: str) -> bool:
        """Whether the last text of a column may be empty: behind a proof all repairs but ``values`` make it NULL."""
        mapped = any(step.column == column and step.repair == "values" for step in self.steps)
        return self.emptying(column) and (mapped or column not in self.proofs)

    def emptying(self, column: str) -> bool:
        """Whether a repair may leave nothing of a column's text."""
        return any(step.column == column for step in self.steps)

    def decode(self, bits: int) -> list[str]:
        """The names of the repairs in a row's ``_repaired``."""
        return [name for bit, name in self.names.items() if bits >> bit & 1]


def _bit(step: Step, integer: str) -> str:
    return f"if({step.changed}, {1 << step.bit}::{integer}, 0)"


def repairs_of(contract: Contract) -> Repairs:
    """The repair layers of a contract over a relation that holds each column's delivered text as ``"c~0"``."""
    repaired = [column.name for column in contract.columns if _declared(column)]
    pairs = sum(len(_declared(column)) for column in contract.columns)
    side_by_side = -(-len(repaired) // MOST_BITS)
    shared = {} if pairs <= MOST_BITS else {name: index // side_by_side for index, name in enumerate(repaired)}
    layers: dict[int, list[str]] = {}
    steps: list[Step] = []
    finals: dict[str, str] = {}
    proofs = {
        column.name: proof for column in contract.columns if (proof := proof_of(column, sql_type(column))) is not None
    }
    for proof in proofs.values():
        for name, sql in proof.reads.items():
            layers.setdefault(-1, []).append(f"{sql} as {quoted(f'{proof.column}~{name}')}")
        layers.setdefault(0, []).append(f"{proof.sql} as {proof.name}")
    for column in contract.columns:
        declared, text, depth = _declared(column), quoted(f"{column.name}~0"), 0
        unready = f"not {proofs[column.name].name}" if column.name in proofs else ""

        def noted(repair: str, changed: str, column: Column = column) -> None:
            steps.append(Step(column.name, repair, shared.get(column.name, len(steps)), changed))

        cleaning = [repair for repair in declared if repair in CLEANING]
        if cleaning:
            depth, cleaned, after = 1, text, quoted(f"{column.name}~1")
            for repair in cleaning:
                before, cleaned = cleaned, _CLEAN[repair](cleaned)
                known = f"coalesce({after}, '')" if repair == cleaning[-1] else cleaned  # what all of them made of it
                noted(repair, _changed(repair, text, before, known, "trim" in cleaning))
            value = f"nullif({cleaned}, '')" if unready else cleaned
            layers.setdefault(1, []).append(f"{_when(unready or quoted(DIRTY), value, text)} as {after}")
            text = after
        for repair in declared[len(cleaning) :]:
            depth += 1
            after = quoted(f"{column.name}~{depth}")
            rewritten = _REWRITE[repair](text, column)
            if unready and repair != "values":
                rewritten = _when(unready, f"nullif({rewritten}, '')", text)
            layers.setdefault(depth, []).append(f"{rewritten} as {after}")
            noted(repair, f"{text} is distinct from {after}")
            text = after
        finals[column.name] = text
    if guard := _dirty([column for column in contract.columns if column.name not in proofs]):
        layers.setdefault(0, []).append(f"{guard} as {quoted(DIRTY)}")
    return Repairs(tuple(tuple(layers[depth]) for depth in sorted(layers)), tuple(steps), finals, proofs)


def _declared(column: Column) -> list[str]:
    return [repair for repair in ORDER if repair in column.repairs and (repair != "values" or column.values)]


def _when(guard: str, value: str, text: str) -> str:
    """The repaired value where the cheap ``guard`` says there may be work, else the text itself."""
    return f"case when {guard} then {value} else {text} end"


def _changed(repair: str, text: str, before: str, cleaned: str, trimmed: bool) -> str:
    """SQL: a cleaning repair changed what the ones ``before`` it made of a text; seen from the text as delivered
    wherever that tells it, so that the others need not be worked out again."""
    if repair == "halfwidth":
        return f"regexp_matches({text}, '{_WIDE}')"
    if repair == "trim":
        return f"regexp_matches({text}, '^{SPACE}|{SPACE}$')"
    differs = f"{before} is distinct from {cleaned}"
    if repair == "spaces":
        inside = f"[^{SPACE[1:]}{SPACE}+[^{SPACE[1:]}" if trimmed else SPACE
        return _when(f"regexp_matches({text}, '{inside}')", differs, "false")
    return differs


def _dirty(columns: Sequence[Column]) -> str:
    """One cheap test of the whole row, true wherever a cleaning repair could change a value of these columns."""
    cleaned = [quoted(f"{column.name}~0") for column in columns if {*_declared(column)} & {*CLEANING}]
    raised = [quoted(f"{column.name}~0") for column in columns if "upper" in _declared(column)]
    if not cleaned:
        return ""
    # Of short texts the engine sees faster that all of them is usual than that something in them is not.
    tests = [f"not regexp_matches({_joined(cleaned)}, '^[^{UNUSUAL[1:]}*$')"]
    tests += [f"upper({_joined(raised)}) <> {_joined(raised)}"] if raised else []
    return " or ".join(tests)


def _joined(texts: Sequence[str]) -> str:
    """All texts in one, never NULL."""
    return f"concat({', '.join(texts)})" if len(texts) > 1 else f"coalesce({texts[0]}, '')"


def _halfwidth(text: str) -> str:
    """Full-width forms U+FF01..FF5E and the ideographic space to ASCII (the width part of NFKC)."""
    return _when(
        f"regexp_matches({text}, '{_WIDE}')", f"translate({text}, {text_literal(_FULL)}, {text_literal(_HALF)})", text
    )


def _trim(text: str) -> str:
    return f"regexp_replace({text}, '^{SPACE}+|{SPACE}+$', '', 'g')"


def _spaces(text: str) -> str:
    """White space inside a value goes, but one space stays between two Latin words."""
    between = f"'([A-Za-z]){SPACE}+([A-Za-z])', '\\1\x01\\2', 'g'"
    kept = f"regexp_replace(regexp_replace({text}, {between}), {between})"
    return f"replace(regexp_replace({kept}, '{SPACE}+', '', 'g'), '\x01', ' ')"


def _upper(text: str) -> str:
    return f"upper({text})"


def _id18(text: str, _column: Column) -> str:
    """15-digit identity numbers (before 1999) to 18: the century 19 is written out and the check character added."""
    long = f"(left({text}, 6) || '19' || substr({text}, 7))"
    real_day = f"try_strptime('19' || substr({text}, 7, 6), '%Y%m%d') is not null"
    return _when(
        f"strlen({text}) = 15 and regexp_matches({text}, '^[0-9]{{15}}$') and {real_day}",
        f"{long} || {id18_check(long)}",
        text,
    )


def _number(text: str, _column: Column) -> str:
    """Thousands separators, a currency sign in front and 元 behind go; anything else stays and fails its type."""
    bare = f"regexp_replace({text}, '^[¥￥]\\s*|\\s*元$', '', 'g')"
    value = (
        f"case when regexp_matches({bare}, '^[+-]?[0-9]{{1,3}}(,[0-9]{{3}})+(\\.[0-9]+)?$') "
        f"then replace({bare}, ',', '') "
        f"when regexp_matches({bare}, '^[+-]?[0-9]*\\.?[0-9]*$') then {bare} else {text} end"
    )
    return _when(f"contains({text}, ',') or unicode({text}) > 57 or unicode({text}[-1]) > 57", value, text)


def _date(text: str, column: Column) -> str:
    return _when(f"not ({text} like '____-__-__')", iso_date(text, column.type, column.options), text)


def _division6(text: str, _column: Column) -> str:
    """Statistical codes of 9 and 12 digits (town, village) to the 6 of the county."""
    return _when(f"strlen({text}) in (9, 12) and regexp_matches({text}, '^[0-9]+$')", f"left({text}, 6)", text)


def _division_name(text: str, column: Column) -> str:
    return _looked_up(text, named_codes(column.options.divisions_on))


def _division(text: str, column: Column) -> str:
    return _looked_up(text, moved_codes(column.options.divisions_on))


def _looked_up(text: str, table: Mapping[str, str]) -> str:
    """A text through a table of thousands: one hash join, where a CASE would compare with every entry."""
    pairs = text_literal("|".join(f"{key}={value}" for key, value in table.items()))
    entries = (
        "select split_part(pair, '=', 1) as k, split_part(pair, '=', 2) as v "
        f"from (select unnest(string_split({pairs}, '|')) as pair)"
    )
    return f"coalesce((select v from ({entries}) where k = {text}), {text})"


def _units(text: str, column: Column) -> str:
    return in_own_unit(text, column)


def _values(text: str, column: Column) -> str:
    cases = " ".join(
        f"when {text_literal(delivered)} then {text_literal(canonical)}"
        for delivered, canonical in column.values.items()
    )
    return f"case {text} {cases} else {text} end"


_CLEAN: Mapping[str, Callable[[str], str]] = {
    "halfwidth": _halfwidth,
    "trim": _trim,
    "spaces": _spaces,
    "upper": _upper,
}
_REWRITE: Mapping[str, Callable[[str, Column], str]] = {
    "id18": _id18,
    "division6": _division6,
    "division_name": _division_name,
    "division": _division,
    "units": _units,
    "number": _number,
    "date": _date,
    "values": _values,
}
