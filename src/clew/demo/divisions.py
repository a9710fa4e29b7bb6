"""The demo province: the division codes are real (GB/T 2260, prefix 34), the names are made up.

Codes are real so that identity numbers pass every check a registry makes; the province itself, 安和省,
does not exist, and no county of it stands for the county that bears its code.
"""

from __future__ import annotations

from dataclasses import dataclass

PROVINCE = "安和省"


@dataclass(frozen=True)
class County:
    """A county: its 6-digit code, its name, and its share of the province's people."""

    code: str
    name: str
    share: float


CITIES = {"3401": "清河市", "3402": "云台市", "3403": "临湖市", "3404": "平川市"}

COUNTIES = (
    County("340102", "东安区", 0.10),
    County("340103", "西安区", 0.09),
    County("340104", "南苑区", 0.11),
    County("340121", "清源县", 0.07),
    County("340202", "云山区", 0.06),
    County("340207", "台前区", 0.06),
    County("340223", "松溪县", 0.05),
    County("340281", "云门市", 0.07),
    County("340302", "湖滨区", 0.05),
    County("340303", "新桥区", 0.05),
    County("340304", "柳林区", 0.04),
    County("340321", "临水县", 0.07),
    County("340402", "平安区", 0.04),
    County("340403", "川东区", 0.05),
    County("340404", "石泉区", 0.04),
    County("340421", "平原县", 0.05),
)

BORN_ELSEWHERE = (
    "110101", "110105", "120101", "310101", "310105", "320102", "330102", "350121", "360121", "370102",
    "410102", "420102", "430121", "440103", "450102", "500101", "510121", "520102", "530102", "610102",
)  # fmt: skip
"""Division codes of other provinces, for people who moved in."""

BLIND_CITY = "3404"
"""The city whose registers have holes: a month of benefit payments and the list of insured staff never came,
revocations stop early."""
