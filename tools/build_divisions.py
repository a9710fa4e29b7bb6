"""Build ``src/clew/contracts/divisions.csv``: every division code since 2002, when it was valid, and what followed it.

Run by hand when a new list comes out; the product reads only the file this writes:

    python tools/build_divisions.py FOLDER src/clew/contracts/divisions.csv

FOLDER holds ``gb2260_revisions.csv`` (revision, code, name: the revisions of GB/T 2260 as collected by the project
GB2260, MIT) and ``provinces.csv``, ``cities.csv``, ``areas.csv`` (the list of 2023 as collected by the project
Administrative-divisions-of-China, WTFPL).

The sources do not say what became of a code. It is concluded only where there is one answer: the code that takes over
the same name (or the same name with another word for its rank, 繁昌县 -> 繁昌区) at the same level in the same
province; else from :data:`MERGED`. Everything else has no successor.

Each successor carries its ``basis``: ``name`` as above; ``list`` where a code of :data:`MERGED` is borne out by the
lists themselves (see :func:`_borne_out`); ``decision`` where they only show that the old code went and the new one
stands, and the rest is what the State Council is known to have decided, which no source in FOLDER says.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

REVISIONS = {
    "2002": "2002-12-31", "200306": "2003-06-30", "2003": "2003-12-31", "200403": "2004-03-31",
    "200409": "2004-09-30", "2004": "2004-12-31", "200506": "2005-06-30", "2005": "2005-12-31",
    "2006": "2006-12-31", "2007": "2007-12-31", "2008": "2008-12-31", "2009": "2009-12-31", "2010": "2010-12-31",
    "2011": "2011-12-31", "2012": "2012-12-31", "2013": "2013-12-31", "None": "2014-12-31",
}  # fmt: skip
"""The source's labels and the day by which we call them; its unlabelled list is the one after 2013."""

NEWEST = "2023-12-31"

MERGED = {
    "340702": "340705", "340703": "340705",  # 铜陵市：铜官山区、狮子山区 -> 铜官区 (2015)
    "340721": "340706",  # 铜陵县 -> 义安区 (2015)
    "340221": "340210",  # 芜湖县 -> 湾沚区 (2020)
    "340208": "340209",  # 三山区并入弋江区 (2020)
    "341402": "340181",  # 居巢区 -> 县级巢湖市 (2011)
    "340502": "340503",  # 金家庄区并入花山区 (2012)
    "110103": "110101", "110104": "110102",  # 崇文区 -> 东城区，宣武区 -> 西城区 (2010)
    "310103": "310101",  # 卢湾区 -> 黄浦区 (2011)
    "310119": "310115",  # 南汇区 -> 浦东新区 (2009)
    "310108": "310106",  # 闸北区 -> 静安区 (2015)
    "120107": "120116", "120108": "120116", "120109": "120116",  # 塘沽、汉沽、大港 -> 滨海新区 (2009)
    "320202": "320213", "320203": "320213", "320204": "320213",  # 崇安、南长、北塘 -> 梁溪区 (2015)
    "320802": "320812", "320811": "320812",  # 清河、清浦 -> 清江浦区 (2016)
    "320611": "320613", "320602": "320613",  # 港闸并入崇川 -> 崇川区 (2020)
    "371202": "370116", "371203": "370117",  # 莱芜市并入济南市：莱城区 -> 莱芜区，钢城区 (2018)
    "330204": "330212",  # 江东区并入鄞州区 (2016)
    "320405": "320412",  # 戚墅堰区并入武进区 (2015)
    "320103": "320104", "320107": "320106",  # 白下区 -> 秦淮区，下关区 -> 鼓楼区 (2013)
    "320502": "320508", "320503": "320508", "320504": "320508",  # 沧浪、平江、金阊 -> 姑苏区 (2012)
    "320705": "320706",  # 新浦区 -> 海州区 (2014)
    "321011": "321003",  # 维扬区并入邗江区 (2011)
    "330103": "330105",  # 下城区并入拱墅区 (2021)
    "330621": "330603",  # 绍兴县 -> 柯桥区 (2013)
    "350402": "350404", "350427": "350405",  # 梅列区 -> 三元区，沙县 -> 沙县区 (2021)
    "360105": "360112",  # 湾里区并入新建区 (2019)
    "360421": "360404", "360427": "360483",  # 九江县 -> 柴桑区 (2017)，星子县 -> 庐山市 (2016)
    "360721": "360704", "361121": "361104",  # 赣县 -> 赣县区 (2016)，上饶县 -> 广信区 (2019)
    "370205": "370203", "370284": "370211",  # 四方区 -> 市北区，胶南市 -> 黄岛区 (2012)
    "370634": "370614", "371421": "371403",  # 长岛县 -> 蓬莱区 (2020)，陵县 -> 陵城区 (2014)
    "370802": "370811",  # 市中区并入任城区 (2013)
    "120225": "120119",  # 蓟县 -> 蓟州区 (2016)
    "130223": "130284", "130230": "130209",  # 滦县 -> 滦州市 (2018)，唐海县 -> 曹妃甸区 (2012)
    "140202": "140213", "140211": "140214", "140227": "140215",  # 大同：平城区、云冈区、云州区 (2018)
    "140402": "140403", "140411": "140403", "140421": "140404",  # 长治：潞州区、上党区 (2018)
    "410224": "410212", "410306": "410308",  # 开封县 -> 祥符区 (2014)，吉利区 -> 孟津区 (2021)
    "411023": "411003", "411222": "411203",  # 许昌县 -> 建安区 (2016)，陕县 -> 陕州区 (2015)
    "420321": "420304", "430221": "430212",  # 郧县 -> 郧阳区 (2014)，株洲县 -> 渌口区 (2018)
    "440116": "440112", "440903": "440904",  # 萝岗区 -> 黄埔区，茂港区 -> 电白区 (2014)
    "441421": "441403", "441827": "441803",  # 梅县 -> 梅县区 (2013)，清新县 -> 清新区 (2012)
    "450127": "450181", "469003": "460400",  # 横县 -> 横州市 (2021)，儋州市升为地级 (2015)
    "500222": "500110",  # 綦江县 -> 綦江区 (2011)
}  # fmt: skip
"""Abolished codes whose successor has another name."""

_PSEUDO = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
_RANK = re.compile(r"(?:自治县|自治旗|特区|林区|新区|地区|区|县|市|旗)$")


def main(folder: Path, target: Path) -> None:
    """Read the lists in ``folder`` and write the reference file."""
    lists = [*_revisions(folder), (NEWEST, _newest(folder))]
    lists[-1][1].update(_kept(lists[-2][1], lists[-1][1]))
    spans: dict[tuple[str, str], list[str]] = {}
    for day, names in lists:
        for code, name in names.items():
            spans.setdefault((code, name), []).append(day)
    followed = _followed(lists)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "first", "last", "successor", "basis"))
        for (code, name), days in sorted(spans.items()):
            gone = days[-1] != NEWEST and code not in lists[-1][1]
            successor, basis = followed.get((code, days[-1]), ("", "")) if gone else ("", "")
            writer.writerow((code, name, days[0], days[-1], successor, basis))


def _revisions(folder: Path) -> list[tuple[str, dict[str, str]]]:
    found: dict[str, dict[str, str]] = {day: {} for day in REVISIONS.values()}
    for row in _rows(folder / "gb2260_revisions.csv"):
        found[REVISIONS[row["revision"]]][row["code"]] = row["name"].strip()
    return list(found.items())


def _newest(folder: Path) -> dict[str, str]:
    found = {row["code"] + "0000": row["name"] for row in _rows(folder / "provinces.csv")}
    found |= {row["code"] + "00": row["name"] for row in _rows(folder / "cities.csv")}
    return found | {row["code"]: row["name"] for row in _rows(folder / "areas.csv")}


def _kept(before: Mapping[str, str], newest: Mapping[str, str]) -> dict[str, str]:
    """What the newest list leaves out but did not abolish: Hong Kong, Macao, Taiwan, and 市辖区 under a city."""
    return {
        code: name
        for code, name in before.items()
        if code not in newest
        and (code in ("710000", "810000", "820000") or (name in _PSEUDO and code[:4] + "00" in newest))
    }


def _followed(lists: list[tuple[str, dict[str, str]]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(abolished code, day of the last list that has it) -> its successor in the list after that, and the basis."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for (day, before), (_, after) in pairwise(lists):
        fresh = [code for code in after if code not in before]
        for code in before.keys() - after.keys():
            name = before[code]
            same = [new for new in fresh if _alike(code, new) and after[new] == name]
            stem = [new for new in fresh if _alike(code, new) and _RANK.sub("", after[new]) == _RANK.sub("", name)]
            options = same or stem
            if len(options) == 1 and name not in _PSEUDO:
                found[code, day] = options[0], "name"
            elif MERGED.get(code) in after:
                new = MERGED[code]
                found[code, day] = new, "list" if _borne_out(code, new, before, after) else "decision"
    return found


def _borne_out(code: str, new: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether the lists alone leave one answer: the only new code of the prefecture, or the only one that took over a
    character of the name. Zones of development (third pair from 70 on) are no counties, and do not count."""
    fresh = [
        one for one in after
        if one not in before and one[:4] == new[:4] and _level(one) == 6 and not 70 <= int(one[4:]) <= 79
    ]  # fmt: skip
    if new not in fresh:
        return False
    stem = set(_RANK.sub("", before[code]))
    alike = [one for one in fresh if stem & set(_RANK.sub("", after[one]))]
    return fresh == [new] or alike == [new]


def _alike(code: str, other: str) -> bool:
    """One province, one level: a prefecture is not followed by the county town that took its name."""
    return code[:2] == other[:2] and _level(code) == _level(other)


def _level(code: str) -> int:
    return 2 if code.endswith("0000") else 4 if code.endswith("00") else 6


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
