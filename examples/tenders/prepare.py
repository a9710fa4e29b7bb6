"""Put one file of contracting processes (JSON lines) into ``var/drop`` beside this file, once for each contract.

python examples/tenders/prepare.py FILE
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

DATASETS = ("tender_process", "tender_bid", "tender_tenderer", "tender_award", "tender_supplier")

LETTER = "complete: true\nperiod: {from: 1990-01-01, to: 2001-01-01}\n"
"""The file is all there is: without a certificate, a tender nobody won could have been won in a missing file."""


def prepare(source: Path, drop: Path) -> None:
    """Copy the file, with its letter, for each contract into ``drop``. Raises FileNotFoundError where it is missing."""
    for dataset in DATASETS:
        folder = drop / dataset
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / source.name)
        (folder / f"{source.name}.yml").write_text(LETTER, encoding="utf-8")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(__file__).parent / "var" / "drop")
