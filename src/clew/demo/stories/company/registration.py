"""A company of a planted case, as it is registered and declares its sales."""

from __future__ import annotations

from datetime import date, timedelta

from clew.demo.stage import Company, Person, Stage

MODEL = "shell_company"


def day(copy: int) -> date:
    """A day of registration: in the autumn of 2025, so that a company is old enough to be idle."""
    return date(2025, 9, 1) + timedelta(days=copy % 30 * 3)


def register(
    stage: Stage, person: Person, registered_on: date, works: bool = True, region: str | None = None, **columns: object
) -> Company:
    """A company with the person as representative since that day; ``works``: it declares sales every quarter."""
    company = stage.company("商贸", region or person.region)
    number = len(stage.companies)
    row = {
        "uscc": company.uscc,
        "business_name": company.name,
        "registered_on": registered_on,
        "status": "active",
        "address": f"安和大道{number}号1室",
        "phone": f"138{number:08d}",
        "legal_rep_id": person.person_id,
        "legal_rep_name": person.name,
        "legal_rep_from": registered_on,
        "region": company.region,
    }
    stage.add("business_register", None, **(row | columns))
    if works:
        declare(stage, company, 1_500_000)
    return company


def declare(stage: Stage, company: Company, base: int) -> None:
    """A VAT return of the first quarter of 2026."""
    stage.add(
        "tax_return", None, return_id=stage.number("tax_return"), uscc=company.uscc, tax_kind="vat",
        period_from=date(2026, 1, 1), period_to=date(2026, 3, 31), base=base, paid=0, filed_on=date(2026, 4, 15),
        region=company.region,
    )  # fmt: skip
