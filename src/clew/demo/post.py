"""The post office: numbers rows, puts each in its files as the sender writes them, and adds the covering letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
import polars as pl

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Contract, FileFormat
from clew.demo import mess
from clew.demo.files import SUFFIX, Writer, open_file
from clew.demo.flaws import NONE, Flaws
from clew.demo.parcels import Parcel, parcels
from clew.demo.population import generator
from clew.demo.schemas import NUMBERED
from clew.demo.sheets import as_sent
from clew.demo.sidecars import write_sidecar

_SPOILED = ("pension_payment", "benefit_payment", "population_register", "life_certification")
"""Datasets in which rows come twice and some can never be used."""


_MARKED = ("low_income_register", "death_register", "food_licence")


class Post:
    """Open files for every parcel of every dataset; use as a context manager.

    Rows of the people in ``planted`` are never doubled or spoiled. ``datasets``: send these alone; None sends all.
    """

    def __init__(
        self,
        drop: Path,
        catalogue: Catalogue,
        seed: int,
        planted: Collection[str],
        *,
        flaws: Flaws = NONE,
        datasets: Collection[str] | None = None,
    ) -> None:
        self._drop = drop
        self._planted = sorted(planted)
        self._contracts = {
            name: catalogue.contracts[name]
            for name in sorted(catalogue.contracts)
            if datasets is None or name in datasets
        }
        self._withheld = flaws.withheld
        self._losses = generator(seed, "withheld")
        self._open: dict[Parcel, Writer] = {}
        self._sent: Counter[Parcel] = Counter()
        self._next: Counter[str] = Counter()
        self._rng = generator(seed, "post")
        rates = {**mess.RATES, "mistyped": flaws.mistyped} if flaws.mistyped else mess.RATES
        self._hand = mess.Hand(self._rng, rates)
        self._steady_hand = mess.Hand(self._rng, rates={})

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for parcel, writer in self._open.items():
            writer.close()
            write_sidecar(self._path(parcel), parcel, self._sent[parcel], writer.sheets)
        if kind is None and "traffic_violation" in self._contracts:
            _send_broken(self._drop)

    def send(self, rows: Mapping[str, pl.DataFrame]) -> None:
        """Send a block's rows. ``<dataset>@faulty`` holds rows that only a later corrected file carries."""
        for dataset, contract in self._contracts.items():
            if dataset not in rows:
                continue
            numbered = self._numbered(dataset, _ordered(rows[dataset]))
            faulty = rows.get(f"{dataset}@faulty")
            for parcel in parcels(contract):
                found = parcel.rows(numbered, contract)
                if parcel.faulty and faulty is not None:
                    found = pl.concat([found, self._numbered(dataset, faulty)])
                if dataset in self._withheld:
                    loss = self._withheld[dataset]
                    whole = found.height
                    found = loss.kept(found, contract, self._losses)
                    self._sent[parcel] += whole - found.height if loss.said else 0
                sheet = as_sent(found, contract, self._hand)
                if dataset in _SPOILED:
                    sheet = pl.concat([sheet, *self._spoiled(found, contract)])
                self._put(parcel, sheet, contract)

    def _put(self, parcel: Parcel, sheet: pl.DataFrame, contract: Contract) -> None:
        if parcel not in self._open:
            title = f"{contract.title_zh}（{parcel.until}前）"
            self._open[parcel] = open_file(self._path(parcel), _form(contract), title)
        self._open[parcel].add(sheet)
        self._sent[parcel] += sheet.height

    def _path(self, parcel: Parcel) -> Path:
        suffix = SUFFIX[self._contracts[parcel.dataset].file_format.format]
        return self._drop / parcel.dataset / f"{parcel.name}{suffix}"

    def _numbered(self, dataset: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Fill the key column with running numbers where a row has none."""
        if dataset not in NUMBERED:
            return rows
        column, prefix = NUMBERED[dataset]
        start = self._next[dataset]
        self._next[dataset] += rows.height
        running = pl.int_range(start + 1, start + 1 + rows.height, dtype=pl.Int64).cast(pl.String)
        made = pl.lit(prefix) + running.str.zfill(9)
        return rows.with_columns(pl.coalesce(column, made).alias(column))

    def _spoiled(self, rows: pl.DataFrame, contract: Contract) -> Iterator[pl.DataFrame]:
        """Some rows again, copies whose identity number cannot be right, and copies dated a day that never was."""
        usable = rows.filter(~pl.col("person_id").is_in(self._planted))
        yield self._copies(usable, mess.DUPLICATES, contract)
        wrong = self._copies(usable, mess.UNUSABLE, contract, "X")
        header = _header(contract, "person_id")
        yield wrong.with_columns(pl.Series(header, [mess.bad_identity(number) for number in wrong[header]], pl.String))
        if contract.event_column:
            never = self._copies(usable, mess.UNUSABLE, contract, "Y")
            yield never.with_columns(pl.lit(mess.NO_DAY).alias(_header(contract, contract.event_column)))

    def _copies(self, usable: pl.DataFrame, share: float, contract: Contract, suffix: str = "") -> pl.DataFrame:
        """Clean copies of a share of the rows, at most six; a suffix makes their keys new ones."""
        count = min(6, round(usable.height * share))
        rows = usable[np.sort(self._rng.integers(max(usable.height, 1), size=count))]
        if suffix and contract.dataset in NUMBERED:
            key = NUMBERED[contract.dataset][0]
            rows = rows.with_columns(pl.col(key) + suffix)
        return as_sent(rows, contract, self._steady_hand)


def _form(contract: Contract) -> FileFormat:
    """The contract's format; some senders' spreadsheet programs begin UTF-8 with a byte order mark."""
    form = contract.file_format
    marked = contract.dataset in _MARKED and form.encoding.lower() in ("utf-8", "utf8")
    return replace(form, encoding="utf-8-sig") if marked else form


def _header(contract: Contract, name: str) -> str:
    column = contract.column(name)
    if column is None:
        raise KeyError(name)
    return column.header


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """By county and subject, as registers print themselves."""
    subject = next(name for name in ("person_id", "legal_rep_id", "uscc", rows.columns[0]) if name in rows.columns)
    return rows.sort("region", subject, maintain_order=True)


def _send_broken(drop: Path) -> None:
    """One file that is not what its name says: the sender's portal saved its login page."""
    path = drop / "traffic_violation" / "道路交通违法记录_2026年06月补传.parquet"
    path.write_text(
        "<!DOCTYPE html>\n<html><head><title>统一身份认证</title></head><body>会话已超时，请重新登录。</body></html>\n",
        encoding="utf-8",
    )
    path.with_name(f"{path.name}.yml").write_text(
        "sender: 安和省公安厅交通管理总队\nreceived_on: 2026-06-30\n"
        "period: {from: 2026-06-01, to: 2026-07-01}\nrows: 118\ncomplete: true\n",
        encoding="utf-8",
    )
