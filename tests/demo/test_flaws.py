"""What is made to go wrong on purpose goes wrong as said, and nothing else does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from stdnum.cn import ric

from clew.contracts.catalogue import Catalogue
from clew.demo.flaws import NONE, Flaws, Withheld
from clew.demo.identity import id18
from clew.demo.mess import mistype
from clew.demo.province import Province, Shipment

MONTH = date(2026, 2, 1)


@given(st.integers(1, 999), st.floats(0, 0.999), st.floats(0, 0.999))
def test_a_number_typed_wrong_is_another_and_only_one_kind_passes_the_check_digit(
    sequence: int, kind: float, place: float
) -> None:
    right = id18(np.array([340102]), np.array([19650417]), np.array([sequence]))[0]
    wrong = mistype(right, kind, place)
    assert len(wrong) == 18
    assert wrong != right
    assert (ric.calc_check_digit(wrong) == wrong[-1]) == (kind < 0.1)


def test_a_month_is_withheld_and_the_letter_tells_or_hides_it(tmp_path: Path, catalogue: Catalogue) -> None:
    flaws = {"whole": NONE} | {
        name: Flaws(withheld={"pension_payment": Withheld(month=MONTH, said=name == "said")})
        for name in ("said", "hidden")
    }
    shipments = [Shipment(tmp_path / name, flaw, {"pension_payment"}) for name, flaw in flaws.items()]
    assert list(Province(2_000, 3).send(shipments, catalogue)) == [2_000]
    counts = {}
    for name in flaws:
        assert [folder.name for folder in (tmp_path / name).iterdir()] == ["pension_payment"]
        letters = sorted((tmp_path / name).rglob("*.yml"))
        counts[name] = {path.name: YAML(typ="safe").load(path)["rows"] for path in letters}
    differing = {name for name, rows in counts["whole"].items() if counts["hidden"][name] != rows}
    assert len(differing) == 1
    assert "2026年02月" in differing.pop()
    assert counts["said"] == counts["whole"]


def test_a_share_of_the_rows_is_withheld(catalogue: Catalogue) -> None:
    rows = pl.DataFrame({"paid_on": [MONTH] * 10_000})
    contract = catalogue.contracts["pension_payment"]
    kept = Withheld(share=0.2).kept(rows, contract, np.random.default_rng(1)).height
    assert 7_800 < kept < 8_200
