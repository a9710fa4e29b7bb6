"""The canonical columns of the datasets, as the generator makes them before they are delivered.

Money is held in fen (1/100 CNY) as integers until it is written, so that nothing is rounded twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

Schema = Mapping[str, Any]

TEXT, DAY, FLAG, WHOLE, MOMENT = pl.String, pl.Date, pl.Boolean, pl.Int64, pl.Datetime("us")

_PAYMENT = {"pay_month": DAY, "paid_on": DAY, "amount": WHOLE, "account": TEXT, "returned_on": DAY, "region": TEXT}

SCHEMAS: Mapping[str, Schema] = {
    "population_register": {"person_id": TEXT, "name": TEXT, "sex": TEXT, "born_on": DAY, "region": TEXT},
    "death_register": {
        "person_id": TEXT, "name": TEXT, "died_on": DAY, "source": TEXT, "certificate_no": TEXT,
        "registered_on": DAY, "revoked_on": DAY, "region": TEXT,
    },
    "pension_payment": {
        "payment_id": TEXT, "person_id": TEXT, "name": TEXT, "scheme": TEXT, "kind": TEXT, **_PAYMENT,
        "adjusted_on": DAY, "adjusted_amount": WHOLE,
    },
    "benefit_payment": {"payment_id": TEXT, "person_id": TEXT, "name": TEXT, "program": TEXT, **_PAYMENT},
    "life_certification": {
        "certification_id": TEXT, "person_id": TEXT, "certified_on": DAY, "channel": TEXT, "region": TEXT,
    },
    "disability_certificate": {
        "certificate_no": TEXT, "person_id": TEXT, "name": TEXT, "category": TEXT, "level": WHOLE,
        "issued_on": DAY, "expires_on": DAY, "status": TEXT, "status_on": DAY, "region": TEXT,
    },
    "low_income_register": {
        "person_id": TEXT, "household_id": TEXT, "from_on": DAY, "to_on": DAY, "region": TEXT,
    },
    "criminal_judgment": {
        "case_no": TEXT, "person_id": TEXT, "name": TEXT, "charge": TEXT, "drunk": FLAG, "vehicle": TEXT,
        "offence_on": DAY, "effective_on": DAY, "main_penalty": TEXT, "term_months": WHOLE,
        "probation_months": WHOLE, "retrial": FLAG, "court": TEXT, "operative_part": TEXT, "region": TEXT,
    },
    "driving_licence": {
        "licence_no": TEXT, "person_id": TEXT, "name": TEXT, "classes": TEXT, "issued_on": DAY,
        "expires_on": DAY, "status": TEXT, "status_on": DAY, "region": TEXT,
    },
    "licence_revocation": {
        "decision_no": TEXT, "person_id": TEXT, "licence_no": TEXT, "decided_on": DAY, "authority": TEXT,
        "region": TEXT,
    },
    "drug_control": {
        "control_no": TEXT, "person_id": TEXT, "name": TEXT, "measure": TEXT, "from_on": DAY, "to_on": DAY,
        "region": TEXT,
    },
    "traffic_violation": {
        "violation_no": TEXT, "person_id": TEXT, "plate": TEXT, "occurred_on": DAY, "code": TEXT, "region": TEXT,
    },
    "community_correction": {
        "correction_no": TEXT, "person_id": TEXT, "name": TEXT, "kind": TEXT, "from_on": DAY, "to_on": DAY,
        "region": TEXT,
    },
    "food_licence": {
        "licence_no": TEXT, "uscc": TEXT, "business_name": TEXT, "legal_rep_id": TEXT, "legal_rep_name": TEXT,
        "manager_id": TEXT, "manager_name": TEXT, "issued_on": DAY, "expires_on": DAY, "status": TEXT,
        "status_on": DAY, "region": TEXT,
    },
    "trade_bar": {
        "decision_no": TEXT, "person_id": TEXT, "field": TEXT, "decided_on": DAY, "until_on": DAY,
        "authority": TEXT, "region": TEXT,
    },
    "staff_roll": {
        "post_id": TEXT, "person_id": TEXT, "name": TEXT, "org_id": TEXT, "org_name": TEXT, "org_kind": TEXT,
        "role": TEXT, "from_on": DAY, "to_on": DAY, "checked_on": DAY, "region": TEXT,
    },
    "custody": {
        "custody_no": TEXT, "person_id": TEXT, "name": TEXT, "kind": TEXT, "facility": TEXT, "case_no": TEXT,
        "in_on": DAY, "out_on": DAY, "region": TEXT,
    },
    "enforcement_case": {
        "exec_no": TEXT, "basis_case_no": TEXT, "kind": TEXT, "debtor_id": TEXT, "debtor_name": TEXT,
        "received_on": DAY, "filed_on": DAY, "amount": WHOLE, "recovered": WHOLE, "close_kind": TEXT,
        "closed_on": DAY, "resumed_on": DAY, "fulfilled_on": DAY, "misconduct": TEXT, "misconduct_on": DAY,
        "restricted_on": DAY, "court": TEXT, "region": TEXT,
    },
    "enforcement_recheck": {"recheck_no": TEXT, "exec_no": TEXT, "checked_on": DAY, "region": TEXT},
    "dishonest_debtor": {
        "listing_no": TEXT, "exec_no": TEXT, "debtor_id": TEXT, "debtor_name": TEXT, "published_on": DAY,
        "expires_on": DAY, "removed_on": DAY, "region": TEXT,
    },
    "property_register": {
        "asset_no": TEXT, "owner_id": TEXT, "owner_name": TEXT, "kind": TEXT, "value": WHOLE, "prior_claims": WHOLE,
        "seized_for": TEXT, "necessity": FLAG, "from_on": DAY, "to_on": DAY, "region": TEXT,
    },
    "prison_account": {
        "person_id": TEXT, "name": TEXT, "facility": TEXT, "grade": TEXT, "month": DAY, "spent": WHOLE,
        "medical": WHOLE, "region": TEXT,
    },
    "institution_residence": {
        "residence_id": TEXT, "person_id": TEXT, "institution": TEXT, "from_on": DAY, "to_on": DAY, "region": TEXT,
    },
    "medical_settlement": {
        "settlement_id": TEXT, "admission_no": TEXT, "person_id": TEXT, "name": TEXT, "provider_id": TEXT,
        "provider_name": TEXT, "visit_type": TEXT, "admitted_on": DAY, "discharged_on": DAY, "settled_on": DAY,
        "settlement_kind": TEXT, "reversed": FLAG, "newborn": FLAG, "diagnosis_code": TEXT, "amount": WHOLE,
        "fund_paid": WHOLE, "region": TEXT,
    },
    "medical_charge": {
        "charge_id": TEXT, "admission_no": TEXT, "person_id": TEXT, "provider_id": TEXT, "provider_name": TEXT,
        "item_code": TEXT, "charged_on": DAY, "days": WHOLE, "quantity": WHOLE, "amount": WHOLE, "reversed": FLAG,
        "newborn": FLAG, "region": TEXT,
    },
    "medical_item": {
        "item_code": TEXT, "item_name": TEXT, "item_unit": TEXT, "most_per_day": WHOLE, "only_sex": TEXT,
        "region": TEXT,
    },
    "border_crossing": {
        "crossing_id": TEXT, "person_id": TEXT, "name": TEXT, "crossed_at": MOMENT, "direction": TEXT, "region": TEXT,
    },
    "business_register": {
        "uscc": TEXT, "business_name": TEXT, "registered_on": DAY, "status": TEXT, "status_on": DAY,
        "address": TEXT, "phone": TEXT, "legal_rep_id": TEXT, "legal_rep_name": TEXT, "legal_rep_from": DAY,
        "agent_id": TEXT, "region": TEXT,
    },
    "cluster_address": {
        "filing_no": TEXT, "address": TEXT, "host_name": TEXT, "from_on": DAY, "to_on": DAY, "region": TEXT,
    },
    "identity_loss": {
        "report_no": TEXT, "person_id": TEXT, "name": TEXT, "reported_on": DAY, "reissued_on": DAY,
        "temporary_from": DAY, "region": TEXT,
    },
    "social_insurance": {
        "enrolment_id": TEXT, "person_id": TEXT, "uscc": TEXT, "from_on": DAY, "to_on": DAY, "region": TEXT,
    },
    "tax_return": {
        "return_id": TEXT, "uscc": TEXT, "tax_kind": TEXT, "period_from": DAY, "period_to": DAY, "base": WHOLE,
        "paid": WHOLE, "filed_on": DAY, "region": TEXT,
    },
    "prosecution_case": {
        "case_no": TEXT, "party_no": TEXT, "role": TEXT, "person_id": TEXT, "name": TEXT, "phone": TEXT,
        "charge": TEXT, "decision": TEXT, "decided_on": DAY, "accepted_on": DAY, "region": TEXT,
    },
    "water_device": {
        "device_no": TEXT, "uscc": TEXT, "holder": TEXT, "industry": TEXT, "purpose": TEXT, "source": TEXT,
        "status": TEXT, "installed_on": DAY, "region": TEXT,
    },
    "water_permit": {
        "permit_no": TEXT, "uscc": TEXT, "issued_on": DAY, "expires_on": DAY, "status": TEXT, "region": TEXT,
    },
    "water_meter": {
        "reading_no": TEXT, "device_no": TEXT, "uscc": TEXT, "meter_no": TEXT, "read_on": DAY, "reading": WHOLE,
        "full_scale": WHOLE, "volume": WHOLE, "electricity": WHOLE, "method": TEXT, "region": TEXT,
    },
    "civil_judgment": {
        "case_no": TEXT, "court": TEXT, "cause": TEXT, "doc_type": TEXT, "plaintiff_id": TEXT, "plaintiff": TEXT,
        "defendant_id": TEXT, "plaintiff_agent": TEXT, "defendant_agent": TEXT, "payee_account": TEXT,
        "filed_on": DAY, "closed_on": DAY, "amount": WHOLE, "body": TEXT, "region": TEXT,
    },
    "institutional_plaintiff": {
        "party_id": TEXT, "org_name": TEXT, "kind": TEXT, "expires_on": DAY, "region": TEXT,
    },
    "traffic_accident": {
        "party_no": TEXT, "accident_no": TEXT, "occurred_on": DAY, "place": TEXT, "person_id": TEXT, "name": TEXT,
        "plate": TEXT, "vehicle_use": TEXT, "liability": TEXT, "region": TEXT,
    },
    "motor_claim": {
        "claim_no": TEXT, "accident_no": TEXT, "reported_on": DAY, "plate": TEXT, "vehicle_use": TEXT,
        "driver_id": TEXT, "phone": TEXT, "payee_account": TEXT, "shop_id": TEXT, "shop": TEXT, "shop_class": TEXT,
        "insurer_shop": FLAG, "hit_part": TEXT, "amount": WHOLE, "region": TEXT,
    },
}  # fmt: skip

NUMBERED = {
    "pension_payment": ("payment_id", "YL"),
    "benefit_payment": ("payment_id", "BT"),
    "life_certification": ("certification_id", "RZ"),
    "drug_control": ("control_no", "GK"),
    "traffic_violation": ("violation_no", "WF"),
    "community_correction": ("correction_no", "JZ"),
    "institution_residence": ("residence_id", "RY"),
    "custody": ("custody_no", "SY"),
    "enforcement_recheck": ("recheck_no", "HC"),
    "dishonest_debtor": ("listing_no", "SX"),
    "property_register": ("asset_no", "CC"),
    "licence_revocation": ("decision_no", "DX"),
    "trade_bar": ("decision_no", "JY"),
    "staff_roll": ("post_id", "GW"),
    "food_licence": ("licence_no", "JY134"),
    "disability_certificate": ("certificate_no", ""),
    "medical_settlement": ("settlement_id", "JS"),
    "medical_charge": ("charge_id", "MX"),
    "border_crossing": ("crossing_id", "CR"),
    "cluster_address": ("filing_no", "JQ"),
    "identity_loss": ("report_no", "GS"),
    "social_insurance": ("enrolment_id", "CB"),
    "tax_return": ("return_id", "SB"),
    "water_device": ("device_no", "QS"),
    "water_permit": ("permit_no", "XK"),
    "water_meter": ("reading_no", "DS"),
    "traffic_accident": ("party_no", "SG"),
    "motor_claim": ("claim_no", "PA"),
    "criminal_judgment": ("case_no", ""),
    "enforcement_case": ("exec_no", ""),
}
"""Key columns filled by running number where a row has none, with the sender's prefix."""


def frame(dataset: str, columns: Mapping[str, Any]) -> pl.DataFrame:
    """The columns as a frame of the dataset's schema; columns not given are empty.

    Raises KeyError for a column the dataset does not have.
    """
    schema = SCHEMAS[dataset]
    unknown = set(columns) - set(schema)
    if unknown:
        raise KeyError(f"{dataset} has no column {sorted(unknown)}")
    made = pl.DataFrame(dict(columns))
    return made.select(
        (pl.col(name) if name in columns else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    )
