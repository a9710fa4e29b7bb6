"""Put the payments of a folder with ``transactions.parquet`` into ``var/drop`` beside this file.

    python examples/cards/prepare.py FOLDER

No label is delivered with the payments. Frauds are reported seven days after they happened, as a bank learns of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb


def prepare(source: Path, drop: Path) -> None:
    """Write payments and reports into ``drop``. Raises duckdb.IOException where the file is missing."""
    payments = duckdb.connect().read_parquet(str(source / "transactions.parquet"))
    day = 'cast("TX_DATETIME" as date)'
    sent = payments.project(
        f'"TRANSACTION_ID", {day} as "TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID",'
        ' round("TX_AMOUNT", 2)::decimal(18, 2) as "TX_AMOUNT"'
    )
    reported = payments.filter('"TX_FRAUD" = 1').project(
        f'"TRANSACTION_ID", "TERMINAL_ID", {day} as "PAID_ON", {day} + 7 as "REPORTED_ON"'
    )
    for dataset, rows in (("card_transaction", sent), ("fraud_report", reported)):
        folder = drop / dataset
        folder.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(str(folder / f"{dataset}.parquet"))


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(__file__).parent / "var" / "drop")
