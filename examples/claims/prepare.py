"""Put Synthea's patients, encounters, claims and medications of a folder into ``var/drop`` beside this file.

python examples/claims/prepare.py FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

FILES = {
    "patient": "patients.csv",
    "encounter": "encounters.csv",
    "claim": "claims.csv",
    "medication": "medications.csv",
}
LETTER = "period: {from: 1900-01-01, to: 2024-07-01}\ncomplete: true\nsender: Synthea\n"


def prepare(source: Path, drop: Path) -> None:
    """Copy the four files, each with its letter, into ``drop``. Raises FileNotFoundError where one is missing."""
    for dataset, name in FILES.items():
        folder = drop / dataset
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, folder / name)
        (folder / f"{name}.yml").write_text(LETTER, encoding="utf-8")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(__file__).parent / "var" / "drop")
