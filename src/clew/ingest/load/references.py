"""References: how a rejected-rows workbook names the rows it holds, and how they are read when it comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clew.contracts.literal import quoted
from clew.contracts.model import Column, Contract
from clew.ingest.land.delivery import Delivery
from clew.ingest.read import READERS
from clew.ingest.read.headings import Headings
from clew.ingest.read.source import FAULT, ROW, Request
from clew.plan import Type
from clew.problems import Problems

REFERENCE = "退回编号"
OWN_HEADINGS = (REFERENCE, "来源文件", "部分", "行号", "退回原因")
"""Columns that a rejected-rows workbook has beside the sender's own."""
MASKED = "X"
_FORM = re.compile(r"\s*B([0-9]{1,9})R([0-9]{1,15})\s*")


def reference(batch: int, row: int, *, masked: bool = False) -> str:
    """How a workbook names a row set aside. Letters keep a spreadsheet from making a number or a date of it.

    A masked workbook cannot be sent back: its values are not the sender's.
    """
    return f"{MASKED if masked else ''}B{batch}R{row}"


def mended_rows(request: Request, delivery: Delivery) -> dict[int, str]:
    """Row of the file -> the reference written in it; none where the file has no such column.

    The column is read apart, by the reader of the file's format: it is no part of the dataset.
    """
    alone = replace(request, contract=_of_reference(delivery.contract))
    with READERS[delivery.format](alone, Problems()) as source:
        found: dict[int, str] = {}
        for relation in source.relations if source else ():
            query = f"select {quoted(ROW)}, {quoted('reference~0')} from ({relation}) where {quoted(FAULT)} is null"
            found |= {row: text for row, text in request.connection.execute(query).fetchall() if text}
        return found


def referred(references: Mapping[int, str], batch: int) -> dict[int, int]:
    """Row of the file -> row of ``batch``; references to other batches and other texts are left out."""
    return {row: found for row, (of, found) in referred_by_batch(references).items() if of == batch}


def referred_by_batch(references: Mapping[int, str]) -> dict[int, tuple[int, int]]:
    """Row of the file -> batch and row of the row set aside that it stands for."""
    matched = {row: _FORM.fullmatch(text) for row, text in references.items()}
    return {row: (int(match[1]), int(match[2])) for row, match in matched.items() if match}


def delivered_headings(heard: Sequence[Headings]) -> list[Headings]:
    """The headings without a workbook's own."""
    return [replace(one, names=tuple(name for name in one.names if name not in OWN_HEADINGS)) for one in heard]


def without_own_headings(problems: Problems) -> None:
    """A workbook's own columns are no news."""
    shown = [f"'{heading}'" for heading in OWN_HEADINGS]
    problems.found = [one for one in problems.found if one.code != "I011" or not any(t in one.message for t in shown)]


def _of_reference(contract: Contract) -> Contract:
    column = Column("reference", Type.TEXT, REFERENCE, REFERENCE, REFERENCE, contract.place)
    return replace(contract, columns=(column,), primary_key=(), checks=(), event_column=None, region_column=None)
