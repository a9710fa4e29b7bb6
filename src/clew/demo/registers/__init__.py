"""The consistent background of the province: one file for each field of life, one line here."""

from __future__ import annotations

import polars as pl

from clew.demo.population import Block, register
from clew.demo.registers import (
    benefits,
    companies,
    custody,
    deaths,
    disability,
    enforcement,
    food,
    hospitals,
    judgments,
    licences,
    litigation,
    motor,
    pensions,
    prison,
    property,
    staff,
    water,
)


def background(block: Block) -> dict[str, pl.DataFrame]:
    """The rows of one block by dataset: nobody is paid who should not be, nothing due is missing."""
    rows = {**register(block), **deaths.register(block), **judgments.register(block)}
    rows |= custody.register(block, rows["criminal_judgment"])
    rows |= pensions.register(block, rows["custody"], rows["community_correction"])
    rows |= prison.register(block, rows["custody"])
    rows |= enforcement.register(block, rows["criminal_judgment"])
    rows |= property.register(block, rows["enforcement_case"])
    rows |= disability.register(block)
    rows |= benefits.register(block, rows)
    rows |= licences.register(block, rows["criminal_judgment"])
    rows |= food.register(block, rows["criminal_judgment"])
    rows |= staff.register(block)
    rows |= water.register(block)
    rows |= hospitals.register(block)
    rows |= motor.register(block)
    rows |= litigation.register(block)
    firms = companies.register(block, rows["criminal_judgment"])
    rows |= firms | {"tax_return": pl.concat([rows["tax_return"], firms["tax_return"]])}
    return rows
