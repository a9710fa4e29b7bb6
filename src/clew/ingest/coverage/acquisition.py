"""The acquisition record: what a sender states about a file, compared with what the file holds.

Control totals are over all rows of the file, those set aside included: the sender counted them too. Sums are compared
exactly, in decimals. Of a row set aside the value counts as it was delivered, when it reads as a number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from clew.contracts.literal import quoted, text_literal
from clew.contracts.model import Column, Contract
from clew.contracts.regions import is_listed
from clew.ingest.coverage.certified import certify, known_until, refusal, row_difference
from clew.ingest.coverage.volume import record_aside, record_expected, record_volume
from clew.ingest.land.delivery import Delivery
from clew.ingest.land.totals import Totals, number_column, totals_text
from clew.plan import Sentence, Type
from clew.problems import Problems

_NOISE = r"[\s,，¥￥元]"


@dataclass(frozen=True)
class Total:
    """One control total: what the sender stated, what the file holds, and how many rows could not be added up."""

    column: str
    stated: Decimal
    found: Decimal
    unreadable: int

    @property
    def difference(self) -> Decimal:
        """Found less stated."""
        return self.found - self.stated


def certified_or_why(
    con: duckdb.DuckDBPyConnection, delivery: Delivery, rows_read: int, rows_quarantined: int, problems: Problems
) -> Sentence | None:
    """Count the volume, compare the control totals, and certify, or say why not (I021, I051, I061); part of settling.

    None when coverage was certified; an empty text when nobody asked for a certificate.
    """
    sidecar, contract = delivery.incoming.sidecar, delivery.contract
    if sidecar.region and not is_listed(sidecar.region):
        problems.warn(
            delivery.place,
            "I061",
            f"no list of divisions since 2002 has the region {sidecar.region}",
            "correct 'region'; a certificate for it decides nothing about the regions there are",
        )
    record_volume(con, contract, delivery.batch)
    if rows_quarantined:
        record_aside(con, contract, delivery.batch)
    record_expected(con, contract, delivery.batch)
    differences = [
        *row_difference(sidecar, rows_read),
        *total_differences(con, contract, (delivery.batch,), sidecar.totals),
    ]
    why = refusal(sidecar, contract, rows_read, rows_quarantined, differences)
    _note(con, delivery.batch, sidecar.totals, why)
    if why is None:
        certify(con, sidecar, contract.dataset, delivery.batch)
        if sidecar.period is not None and sidecar.period[1] > known_until(sidecar):
            problems.warn(
                delivery.place,
                "I054",
                f"its period ends after the day of receipt; it is certified up to {sidecar.received_on} and no further",
                "correct 'period' or 'received_on', or have the rest sent when it has passed",
            )
    elif why.en:
        problems.warn(
            delivery.place,
            "I021",
            f"no coverage is certified: {why.en}",
            "rules that look for an absence stay inconclusive here until a complete file comes",
        )
    elif differences:
        problems.warn(
            delivery.place,
            "I051",
            "; ".join(one.en for one in differences),
            "ask the sender which is right: the letter or the file",
        )
    return why


def _note(con: duckdb.DuckDBPyConnection, batch: int, totals: Totals, why: Sentence | None) -> None:
    """Keep the stated totals and the reason with the delivery, for whoever asks later."""
    con.execute(
        "update clew.delivery set totals = ?, uncertified = ? where batch = ?",
        [
            totals_text(totals),
            json.dumps({"zh": why.zh, "en": why.en}, ensure_ascii=False) if why is not None and why.en else None,
            batch,
        ],
    )


def total_differences(
    con: duckdb.DuckDBPyConnection, contract: Contract, batches: Sequence[int], totals: Totals
) -> list[Sentence]:
    """Where the sums over the rows of these batches, loaded and set aside, are not the stated ones."""
    return [
        _said(total)
        for total in compared_totals(con, contract, batches, totals)
        if total.difference or total.unreadable
    ]


def _said(total: Total) -> Sentence:
    zh = f"来函称{total.column}合计{total.stated:f}，文件合计{total.found:f}，相差{total.difference:+f}"
    en = (
        f"the sender's control total of {total.column} is {total.stated:f}, the file's is {total.found:f} "
        f"({total.difference:+f})"
    )
    if total.unreadable:
        zh += f"，另有{total.unreadable}行被隔离的数值无法识别"
        en += f", and {total.unreadable} rows set aside hold no readable number"
    return Sentence(zh, en)


def compared_totals(
    con: duckdb.DuckDBPyConnection, contract: Contract, batches: Sequence[int], totals: Totals
) -> list[Total]:
    """Each stated total with the sum over the rows loaded and set aside; in the order of the columns' names."""
    found = []
    for name, stated in totals:
        column = number_column(contract, name)
        if column is None:
            continue
        loaded = con.execute(
            f"select coalesce(sum({quoted(column.name)}::decimal(38, {_scale(column)})), 0) "
            f"from data.{quoted(contract.dataset)} where _batch in (select unnest(?::integer[]))",
            [list(batches)],
        ).fetchall()[0][0]
        path = text_literal(f'$."{column.name}"')
        text = f"nullif(regexp_replace(json_extract_string(record, {path}), '{_NOISE}', '', 'g'), '')"
        aside, unreadable = con.execute(
            f"""select coalesce(sum(try_cast(value as decimal(38, 8))), 0),
                count(*) filter (value is not null and try_cast(value as decimal(38, 8)) is null)
            from (select {text} as value from clew.quarantine
                where batch in (select unnest(?::integer[])))""",
            [list(batches)],
        ).fetchall()[0]
        found.append(Total(column.name, stated, plain(Decimal(loaded) + Decimal(aside)), int(unreadable)))
    return found


def plain(value: Decimal) -> Decimal:
    """Without the zeros that end it: sums of several scales are shown alike."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _scale(column: Column) -> int:
    return column.precision[1] if column.type is Type.DECIMAL else 0
