"""Small contracts for the tests of rules: columns by name and type, nothing to read."""

from __future__ import annotations

from decimal import Decimal

from clew.contracts.catalogue import Catalogue
from clew.contracts.model import Column, Contract, FileFormat, Kind
from clew.plan import Type
from clew.problems import Place

_TYPES = {
    "text": Type.TEXT,
    "int": Type.INTEGER,
    "money": Type.DECIMAL,
    "flag": Type.BOOLEAN,
    "date": Type.DATE,
    "moment": Type.TIMESTAMP,
}


def contract(
    dataset: str,
    columns: str,
    *,
    event: str | None = None,
    region: str | None = None,
    key: tuple[str, ...] = (),
    enums: dict[str, tuple[str, ...]] | None = None,
) -> Contract:
    """A contract of ``columns`` written as 'name:type name:type'; an event dataset when it has an event column."""
    place = Place(f"data_contracts/{dataset}.odcs.yaml")
    made = tuple(
        Column(name, _TYPES[kind], name, name, "", place, enum=(enums or {}).get(name, ()))
        for name, kind in (one.split(":") for one in columns.split())
    )
    return Contract(
        dataset=dataset,
        title=dataset,
        title_zh=dataset,
        version="1.0.0",
        description="",
        owner="",
        columns=made,
        primary_key=key,
        checks=(),
        kind=Kind.EVENT if event else Kind.REGISTER,
        event_column=event,
        region_column=region,
        freshness_days=None,
        tolerance=Decimal("0.01"),
        file_format=FileFormat(),
        sha256="",
        path=str(place),
        place=place,
    )


def catalogue(*contracts: Contract) -> Catalogue:
    """A catalogue of contracts."""
    return Catalogue({one.dataset: one for one in contracts})


WORKED = catalogue(
    contract("death_register", "person_id:text name:text died_on:date verified:flag"),
    contract("pension_payment", "person_id:text paid_on:date amount:money kind:text returned_on:date", event="paid_on"),
    contract(
        "criminal_judgment",
        "case_no:text person_id:text name:text charge:text drunk:flag offence_on:date "
        "effective_on:date licence_no:text",
        event="effective_on",
    ),
    contract("licence_revocation", "person_id:text decided_on:date decision_no:text", event="decided_on"),
)
"""The datasets of the two worked rules of the format's reference."""

VERBS = catalogue(
    contract(
        "people", "id:text name:text day:date until:date amount:money grade:int flag:flag region:text", region="region"
    ),
    contract(
        "visits", "no:text id:text grade:int day:date amount:money kind:text region:text", event="day", region="region"
    ),
    contract("wards", "no:text id:text name:text day:date until:date grade:int started:moment ended:moment value:int"),
    contract("roll", "id:text name:text status:text amount:money region:text", region="region"),
)
"""The datasets of the conformance tables: people meet visits (dated events), stand on a roll (a
register) and lie in wards for a time."""
