"""The covering letter of each file: who sent it, under which letter, what it holds and how many rows."""

from __future__ import annotations

import zlib
from pathlib import Path

from clew.demo.divisions import CITIES, PROVINCE
from clew.demo.parcels import Parcel

RECEIVER = f"{PROVINCE}人民检察院数字检察办公室"

_SENDERS = {
    "population_register": "公安厅人口管理总队",
    "death_register": "民政厅社会事务处",
    "pension_payment": "人力资源和社会保障厅社会保险中心",
    "benefit_payment": "民政厅社会救助处",
    "life_certification": "人力资源和社会保障厅社会保险中心",
    "disability_certificate": "残疾人联合会",
    "low_income_register": "民政厅社会救助处",
    "criminal_judgment": "高级人民法院审判管理办公室",
    "driving_licence": "公安厅交通管理总队",
    "licence_revocation": "公安厅交通管理总队",
    "drug_control": "公安厅禁毒总队",
    "traffic_violation": "公安厅交通管理总队",
    "community_correction": "司法厅社区矫正管理局",
    "food_licence": "市场监督管理局食品经营处",
    "trade_bar": "市场监督管理局食品经营处",
    "staff_roll": "教育厅人事处",
    "institution_residence": "民政厅社会事务处",
    "custody": "公安厅监所管理总队",
    "enforcement_case": "高级人民法院执行局",
    "enforcement_recheck": "高级人民法院执行局",
    "dishonest_debtor": "高级人民法院执行局",
    "property_register": "自然资源厅不动产登记中心",
    "prison_account": "监狱管理局教育改造处",
    "medical_settlement": "医疗保障局基金监管处",
    "medical_charge": "医疗保障局基金监管处",
    "medical_item": "医疗保障局医药服务管理处",
    "border_crossing": "公安厅出入境管理总队",
    "business_register": "市场监督管理局登记注册处",
    "cluster_address": "市场监督管理局登记注册处",
    "identity_loss": "公安厅人口管理总队",
    "social_insurance": "人力资源和社会保障厅社会保险中心",
    "tax_return": "税务局征管和科技发展处",
    "prosecution_case": "人民检察院案件管理办公室",
    "civil_judgment": "高级人民法院审判管理办公室",
    "institutional_plaintiff": "人民检察院民事检察部",
    "traffic_accident": "公安厅交通管理总队",
    "motor_claim": "保险行业协会车险信息平台",
    "water_device": "水利厅水资源管理处",
    "water_permit": "水利厅水资源管理处",
    "water_meter": "水利厅水资源管理处",
}


def sender(parcel: Parcel) -> str:
    """The sending office: the province's, or for a city's file the city's."""
    office = _SENDERS.get(parcel.dataset, "政务数据局")
    if not parcel.region:
        return PROVINCE + office
    return CITIES[parcel.region] + office.replace("厅", "局").replace("总队", "支队")


def letter(parcel: Parcel) -> str:
    """The letter number under which the data were asked for; the same file always has the same."""
    number = zlib.crc32(f"{parcel.dataset}/{parcel.name}".encode()) % 900 + 100
    return f"安检数调〔{parcel.received_on.year}〕{number}号"


def write_sidecar(path: Path, parcel: Parcel, rows: int, sheets: int) -> None:
    """Write ``<file>.yml`` beside a delivered file. ``rows`` is the sender's control total."""
    lines = [
        f"sender: {sender(parcel)}",
        f"letter: {letter(parcel)}",
        f"received_by: {RECEIVER}",
        f"received_on: {parcel.received_on}",
        f"period: {{from: {parcel.since}, to: {parcel.until}}}",
        f"region: '{parcel.region}'",
        f"rows: {rows}",
        "complete: true",
    ]
    if parcel.replaces:
        lines.append(f"replaces: {parcel.replaces}{path.suffix}")
    if sheets > 1:
        lines.append("sheets: all")
    path.with_name(f"{path.name}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
