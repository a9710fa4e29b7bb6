"""Put the transfers of a folder with IBM AMLSim's ``transactions.csv`` into ``var/drop`` beside this file.

    python examples/transfers/prepare.py FOLDER

The labels in ``nodes.csv`` are not delivered. A step of the simulation counts as a day from 2024-01-01.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

DAYS = "period: {from: 2024-01-01, to: 2024-05-30}\ncomplete: true\nsender: AMLSim\n"


def prepare(source: Path, drop: Path) -> None:
    """Write the one delivery and its letter into ``drop``. Raises duckdb.IOException where the file is missing."""
    folder = drop / "transfer"
    folder.mkdir(parents=True, exist_ok=True)
    rows = duckdb.connect().read_csv(str(source / "transactions.csv"))
    numbered = rows.query(
        "sent",
        "select row_number() over () as transfer_no, sourceNodeId as payer, targetNodeId as payee, value as amount,"
        " date '2024-01-01' + time::integer as paid_on from sent",
    )
    numbered.write_csv(str(folder / "transfers.csv"))
    (folder / "transfers.csv.yml").write_text(DAYS, encoding="utf-8")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(__file__).parent / "var" / "drop")
