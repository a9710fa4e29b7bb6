"""drift by commands alone: what left the contract, which rules read it, and the change that accepts it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import AS_OF, PAYMENTS, Clew

HEAD, *ROWS = PAYMENTS.splitlines()


def dropped(office: Path, name: str, head: str) -> None:
    rows = [row.replace("P", name) for row in ROWS]
    (office / "var" / "drop" / "payment" / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def test_the_rules_that_read_the_column_are_named(clew: Clew, office: Path) -> None:
    dropped(office, "Q", HEAD.replace("金额", "实发数额"))
    assert clew("ingest", "-C", office, "--as-of", AS_OF).code == 3
    [one] = json.loads(clew("drift", "payment", "-C", office, "--json").out)
    assert (one["kind"], one["column"], one["rules"]) == ("renamed", "amount", ["example.paid_twice"])
    assert "read by: example.paid_twice" in clew("drift", "-C", office).out


def test_a_change_that_is_accepted_takes_the_file_in(clew: Clew, office: Path) -> None:
    dropped(office, "Q", HEAD.replace("金额", "实发数额"))
    clew("ingest", "-C", office, "--as-of", AS_OF)
    [one] = json.loads(clew("drift", "payment", "-C", office, "--json").out)
    change = one["change"].splitlines()[-1].strip().removeprefix("- ")
    contract = office / "data_contracts" / "payment.odcs.yaml"
    text = contract.read_text(encoding="utf-8")
    number = "- {property: repairs, value: [trim, halfwidth, number]}"
    contract.write_text(text.replace(number, f"{number}\n          - {change}"), encoding="utf-8")
    assert clew("check", "-C", office, contract).code == 0
    taken = clew("ingest", "-C", office, "--as-of", AS_OF)
    assert (taken.code, "4 rows loaded" in taken.out) == (0, True)
