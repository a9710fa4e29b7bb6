"""replay: a sealed batch comes out again from its manifest, and a difference is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clew.ledgers import SCHEMA
from clew.replay.past import WRITTEN
from tests.cli.conftest import AS_OF, LETTER, PAYMENTS, Clew

UNIT = "public_interest"


def batch_of(clew: Clew, office: Path) -> tuple[str, Path]:
    found = {one["unit"]: one for one in json.loads(clew("batches", "-C", office, "--json").out)}
    return found[UNIT]["batch_id"], Path(found[UNIT]["folder"])


def test_what_was_loaded_or_answered_since_does_not_matter(clew: Clew, office: Path) -> None:
    batch, folder = batch_of(clew, office)
    assert clew("replay", batch, "-C", office).out.strip().endswith("IDENTICAL: 1 clues, 3 rows of evidence")
    drop = office / "var" / "drop" / "payment"
    (drop / "payments.csv").unlink()
    (drop / "payments.csv.yml").unlink()
    later = PAYMENTS + "P9,340102195003072712,李四,2026-05-01,2026-05-11,900.00,340102\n"
    (drop / "again.csv").write_text(later, encoding="utf-8")
    letter = LETTER.replace("rows: 4", "rows: 5").replace("1号", "2号") + "replaces: payments.csv\n"
    (drop / "again.csv.yml").write_text(letter, encoding="utf-8")
    assert clew("ingest", "-C", office, "--as-of", AS_OF).code == 0
    clue = json.loads(clew("clues", "-C", office, "--json").out)["clues"][0]["clue_id"]
    assert clew("dispose", clue, "-C", office, "--as", "lawful_exception", "--on", AS_OF).code == 0
    fresh = json.loads(clew("dry-run", "example.paid_twice", "-C", office, "--as-of", AS_OF, "--json").out)
    assert fresh["clues"] == 2, "a new look sees what came since"
    before = (office / "var" / "warehouse.duckdb").read_bytes()
    again = clew("replay", str(folder), "-C", office)
    assert again.code == 0 and "IDENTICAL" in again.out
    assert (office / "var" / "warehouse.duckdb").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "rules/example/paid_twice.yml",
            "value: 2\n",
            "value: 3\n",
            "rules[example.paid_twice].parameters.min_payments.value: ",
        ),
        ("models/paid_twice/model.yml", "points: ", "points:  ", "models.paid_twice.sha256"),
        ("data_contracts/payment.odcs.yaml", "version: ", "version: 9.", "contracts.payment.version: "),
    ],
)
def test_other_content_is_the_first_difference(
    clew: Clew, office: Path, file: str, old: str, new: str, said: str
) -> None:
    batch, _ = batch_of(clew, office)
    path = office / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = clew("replay", batch, "-C", office)
    assert found.code == 1 and f"DIFFERENT: {said}" in found.out and "when sealed" in found.out


def test_a_touched_file_and_a_batch_that_is_not_there(clew: Clew, office: Path) -> None:
    batch, folder = batch_of(clew, office)
    sealed = folder / "clues.csv"
    sealed.write_bytes(sealed.read_bytes() + b" ")
    touched = json.loads(clew("replay", batch, "-C", office, "--json").out)
    assert touched["identical"] is False and touched["difference"].endswith("differs from what was sealed")
    unknown = clew("replay", "2026-01-01-0/criminal", "-C", office)
    assert unknown.code == 2 and "there is no sealed batch" in unknown.err


def test_every_table_is_either_read_as_it_was_or_written_anew() -> None:
    tables = set(re.findall(r"create table if not exists clew\.(\w+)", SCHEMA))
    assert set(WRITTEN) < tables
