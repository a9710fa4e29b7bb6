"""Validation results as Great Expectations Data Docs: made afterwards, from the stored measures."""

from __future__ import annotations

from pathlib import Path

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.contracts.checkpoint import Measurement, write_checked_docs
from clew.ingest.validate.measure import from_json
from clew.settings import Settings


def write_validation_docs(con: duckdb.DuckDBPyConnection, settings: Settings, catalogue: Catalogue) -> Path | None:
    """Run a Great Expectations checkpoint over the kept measures and write its Data Docs to ``docs_dir``.

    One page per delivery that counts today; returns the path of the index, None without any delivery. Imports Great
    Expectations (seconds): call it where results are shown, never on the way in. A delivery checked under an older
    version of its contract is left out, as its checks are no longer those of the catalogue.
    """
    rows = con.execute(
        """select v.batch, v.dataset, d.received_on, d.contract_hash, v.result::varchar
        from clew.validation v join clew.delivery d using (batch)
        where d.status = 'loaded' and d.superseded_by is null order by v.dataset, v.batch"""
    ).fetchall()
    measurements = [
        Measurement(contract, from_json(result), f"delivery-{batch}", received_on)
        for batch, dataset, received_on, contract_hash, result in rows
        if (contract := catalogue.get(dataset)) is not None and contract.sha256 == contract_hash
    ]
    return write_checked_docs(measurements, settings.docs_dir) if measurements else None
