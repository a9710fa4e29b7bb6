"""How well names are matched: precision and recall by band, and several measures of likeness, on labelled pairs.

    python benchmarks/match.py [--data ../shared/data]

Sets: ``febrl1``, ``febrl2`` and ``fake_1000`` (English, with typing errors), ``chinese`` and ``companies`` (made here
at a fixed seed: registers half of whose members stand in both; names with other characters, traditional ones, middle
dots, blanks; companies with and without region, legal form, brackets). Pairs are looked for in blocks, as ``match``
does it; "alone" is the best F1 of the name alone, "with a fact" that among pairs with an agreeing fact. The bands: A is
a score of 0.9 with a fact that agrees and none that speaks against it, B a score of 0.9, C one of 0.8. A pair in band A
is in no other.

Splink is measured on the same pairs where it is installed (``pip install splink``; Clew does not need it).
"""

from __future__ import annotations

import argparse
import csv
import logging
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from clew.engines.macros import Macros

GRAMS = "list_transform(range(0, length({0}) + 1), lambda i: substr('^' || {0} || '$', i + 1, 2))"
LETTERS = "".join(chr(code) for code in range(33, 127)).replace("'", "''")
MEASURES = {
    "jaro_winkler of bytes": "jaro_winkler_similarity(a, b)",
    "damerau of bytes": "1 - damerau_levenshtein(a, b) / greatest(strlen(a), strlen(b))",
    "damerau of characters": (
        f"1 - damerau_levenshtein(translate(a, clew_letters_of(a, b), '{LETTERS}'),"
        f" translate(b, clew_letters_of(a, b), '{LETTERS}')) / greatest(length(a), length(b))"
    ),
    "2-grams of characters": f"len(list_intersect({GRAMS.format('a')}, {GRAMS.format('b')})) / len(list_distinct("
    f"list_concat({GRAMS.format('a')}, {GRAMS.format('b')})))",
    "clew": "clew_name_likeness(a, b)",
}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文海燕春梅龙凤飞鹏辉云峰宁庆东晓小子涵梓轩浩宇欣怡"
ALIKE = dict(zip("伟丽杰明静志文晓英", "炜莉洁朋婧治雯小瑛", strict=True))
NEW_FORMS = "张刘陈杨赵黄吴孙马罗郑谢韩冯萧袁邓许苏卢蒋叶阎丽国军艳杰娟龙凤飞鹏辉云兰红华晓"
OLD_FORMS = "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭袁鄧許蘇盧蔣葉閻麗國軍艷傑娟龍鳳飛鵬輝雲蘭紅華曉"
OLD = dict(zip(NEW_FORMS, OLD_FORMS, strict=True))
PARTS = ("阿卜杜拉", "古丽娜尔", "买买提江", "迪丽努尔", "扎西", "吐尔逊", "艾合买提", "吾买尔", "次仁")
CITIES = ("安徽省合肥市", "安徽省芜湖市", "江苏省南京市", "浙江省杭州市", "上海市", "广东省深圳市")
BRANDS = "华天金瑞恒泰鼎盛宏远信诚嘉禾新宇东方明达润丰博广源康"
TRADES = ("科技", "贸易", "建筑工程", "餐饮管理", "物流", "医药", "环保科技", "置业")
FORMS = ("有限公司", "有限责任公司", "股份有限公司")
Row = tuple[str, str, str, str, str]
"""Who it is, the name as delivered, and three other facts ('' unknown); facts are block keys and evidence."""


def people(rng: random.Random) -> Iterator[tuple[str, Row]]:
    """Side and row: 3,000 people on each, 1,500 of them on both. Facts: birth date, district, last four of the id."""
    for person in range(4500):
        common = SURNAMES[:20] if rng.random() < 0.7 else SURNAMES
        name = rng.choice(common) + "".join(rng.choice(GIVEN) for _ in range(1 if rng.random() < 0.2 else 2))
        name = "·".join(rng.sample(PARTS, 2)) if rng.random() < 0.05 else name
        born = f"{rng.randint(1950, 2005)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        place, tail = f"3401{rng.randint(1, 20):02}", f"{rng.randint(0, 9999):04}"
        if person < 3000:
            yield "l", (str(person), name, born, place, tail)
        if not 1500 <= person < 3000:
            other = f"{born[:8]}{rng.randint(1, 28):02}" if rng.random() < 0.05 else born
            moved = f"3401{rng.randint(1, 20):02}" if rng.random() < 0.1 else place
            yield "r", (str(person), spoilt(name, rng), other, moved, tail if rng.random() < 0.5 else "")


def spoilt(name: str, rng: random.Random) -> str:
    """A name as another office wrote it."""
    chance, at = rng.random(), rng.randrange(1, len(name))
    if "·" in name:
        return name.replace("·", rng.choice(("•", ".", "‧", " ", "")))
    if chance < 0.6:
        return name
    if chance < 0.75:
        return "".join(OLD.get(letter, letter) for letter in name)
    if chance < 0.85:
        return "".join(ALIKE.get(letter, letter) for letter in name)
    return f"{name[0]}　{name[1:]}" if chance < 0.92 else name[:at] + rng.choice(GIVEN) + name[at + 1 :]


def companies(rng: random.Random) -> Iterator[tuple[str, Row]]:
    """Side and row: 2,000 on each, 1,000 on both. Facts: legal representative, city, telephone."""
    for firm in range(3000):
        brand, trade = "".join(rng.sample(BRANDS, rng.choice((2, 2, 3)))), rng.choice(TRADES)
        city, boss = rng.choice(CITIES), rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)
        phone = f"05{rng.randrange(10**8):08}"
        name = f"{city}{brand}{trade}{rng.choice(FORMS)}"
        if firm < 2000:
            yield "l", (str(firm), name, boss, city, phone)
        if not 1000 <= firm < 2000:
            short = city.partition("省")[2] or city
            other = rng.choice((name, f"{short}{brand}{trade}有限公司", f"{brand}{trade}（{short[:-1]}）有限公司"))
            if rng.random() < 0.1:
                other = other.replace(brand[1], rng.choice(BRANDS), 1)
            yield "r", (str(firm), other, boss if rng.random() < 0.7 else "", city, phone if rng.random() < 0.5 else "")


def file_rows(path: Path, who: Sequence[str], name: Sequence[str], facts: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """Both sides are the whole file; a record is never paired with itself or twice with another."""
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file, skipinitialspace=True)):
            one = {key: (value or "").strip() for key, value in row.items()}
            identity = one[who[0]].split("-")[1] if who[0] == "rec_id" else one[who[0]]
            shown = " ".join(one[part] for part in name if one[part])
            for side in "lr":
                row_of_side = (identity, shown, *(one[fact] for fact in facts))
                yield f"{side}{line}", row_of_side  # type: ignore[misc]  # as many facts as Row has, by the sets below


def pairs_of(connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, Row]], form: str) -> int:
    """Table ``pairs``: the pairs of any block, names in one form, evidence counted. Gives the number of true ones."""
    Macros(connection).define([f"clew_{form}_form(x) clew_norm_name( {' '.join(MEASURES.values())}"])
    connection.execute(
        "create or replace table r(side varchar, line int, who varchar, n varchar, x varchar, y varchar, z varchar)"
    )
    connection.executemany(
        "insert into r values (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''))",
        [(side[0], int(side[1:] or at), *row) for at, (side, row) in enumerate(rows)],
    )
    connection.execute(f"create or replace table f as select *, clew_{form}_form(n) as name from r")
    condition = "l.side = 'l' and s.side = 'r' and l.name is not null and s.name is not null"
    if rows[0][0] != rows[0][0][0]:  # one file against itself
        condition += " and l.line < s.line"
    agree = " + ".join(f"coalesce((l.{fact} = s.{fact})::int, 0)" for fact in "xz")
    against = " + ".join(f"coalesce((l.{fact} <> s.{fact})::int, 0)" for fact in "xz")
    connection.execute(
        "create or replace table pairs as select l.name as a, s.name as b, clew_norm_name(l.n) as raw_a,"
        f" clew_norm_name(s.n) as raw_b, {agree} as agree, {against} as against, l.who = s.who as same"
        f" from f l join f s on {condition} and (l.x = s.x or l.y = s.y or l.z = s.z)"
    )
    ((true,),) = connection.execute(f"select count(*) from f l join f s on {condition} and l.who = s.who").fetchall()
    return int(true)


def report(connection: duckdb.DuckDBPyConnection, name: str, true: int) -> None:
    """One line per measure (best F1 of the name alone, and where), and one per band of the measure that is used."""
    ((pairs,),) = connection.execute("select count(*) from pairs").fetchall()
    print(f"\n{name}: {true} true pairs, {pairs} in the blocks")
    for measure, tree in MEASURES.items():
        for words, a, b in (("", "a", "b"), (" without folding", "raw_a", "raw_b"))[: 1 + (measure == "clew")]:
            started = time.perf_counter()
            connection.execute(
                "create or replace table scored as select p.*, s.score from pairs p join (select a, b, "
                f"({tree})::decimal(18, 6) as score from (select distinct {a} as a, {b} as b from pairs)) s"
                f" on s.a = p.{a} and s.b = p.{b}"
            )
            took = time.perf_counter() - started
            (alone, at), (fact, fact_at) = (best(connection, true, least) for least in (0, 1))
            print(
                f"  {measure + words:28} best F1 alone {alone:.3f} (at {at:.2f}),"
                f" with a fact {fact:.3f} (at {fact_at:.2f}); {took:.2f} s"
            )
            if measure == "clew" and not words:
                bands(connection, true)


def best(connection: duckdb.DuckDBPyConnection, true: int, agree: int) -> tuple[float, float]:
    """The best F1 over all limits of the score, and that limit, among pairs with so many facts that agree."""
    found = connection.execute(
        "select 2 * t / (n + ?) as f, score from (select score, sum(sum(same::int)) over (order by score desc) as t,"
        " sum(count(*)) over (order by score desc) as n from scored where score >= 0.2 and agree >= ? group by score)"
        " order by f desc, score desc limit 1",
        [true, agree],
    ).fetchall()
    return float(found[0][0]), float(found[0][1])


def bands(connection: duckdb.DuckDBPyConnection, true: int) -> None:
    """Precision of each band, and the recall of it and those above it."""
    found = connection.execute(
        "select case when score >= 0.9 and agree >= 1 and against = 0 then 'A' when score >= 0.9 then 'B'"
        " when score >= 0.8 then 'C' end as band, count(*), sum(same::int) from scored where score >= 0.8"
        " group by band order by band"
    ).fetchall()
    reached = 0
    for band, count, right in found:
        reached += right
        print(
            f"    {band}: {count:6} pairs, precision {right / count:.3f}, recall with those above {reached / true:.3f}"
        )


def splink(rows: list[tuple[str, Row]], true: int) -> None:
    """Splink 5 on the same records and blocks: its usual comparisons, trained on the records."""
    try:
        import pandas
        import splink.comparison_library as library  # type: ignore[import-not-found]  # it is no part of the project
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError:
        print("  (splink is not installed)")
        return
    logging.disable(logging.WARNING)
    two_files = rows[0][0] == "l"
    names = ("unique_id", "who", "name", *"xyz")
    sides = [
        [dict(zip(names, (at, *row), strict=True)) for at, (place, row) in enumerate(rows) if place[0] == side]
        for side in ("lr" if two_files else "l")
    ]
    frames = [pandas.DataFrame(side).replace("", None) for side in sides]
    started = time.perf_counter()
    settings = SettingsCreator(
        link_type="link_only" if two_files else "dedupe_only",
        comparisons=[library.JaroWinklerAtThresholds("name", [0.9, 0.8]), *map(library.ExactMatch, "xyz")],
        blocking_rules_to_generate_predictions=[block_on(fact) for fact in "xyz"],
    )
    api = DuckDBAPI()
    linker = Linker([api.register(frame) for frame in frames], settings)
    linker.training.estimate_probability_two_random_records_match([block_on("x", "name")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for fact in "xy":
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(fact))
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    who = pandas.concat(frames).set_index("unique_id")["who"]
    same = who.loc[found["unique_id_l"]].to_numpy() == who.loc[found["unique_id_r"]].to_numpy()
    print(f"  splink ({time.perf_counter() - started:.1f} s)")
    for least in (0.99, 0.9, 0.5):
        kept = found["match_probability"].to_numpy() >= least
        right, count = int((same & kept).sum()), int(kept.sum())
        precise = right / max(count, 1)
        print(f"    probability {least}: {count:6} pairs, precision {precise:.3f}, recall {right / true:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--sets", nargs="*", help="only these")
    options = parser.parse_args()
    connection = duckdb.connect(config={"threads": 2})
    folder = options.data / "record-linkage"
    febrl = (("rec_id",), ("given_name", "surname"), ("date_of_birth", "postcode", "soc_sec_id"))
    sets = {
        "chinese": (list(people(random.Random(4))), "person"),  # noqa: S311 - the same rows on every machine
        "companies": (list(companies(random.Random(4))), "company"),  # noqa: S311 - the same rows on every machine
    }
    for name in ("febrl1", "febrl2"):
        sets[name] = (list(file_rows(folder / f"{name}.csv", *febrl)), "person")
    fake = (("cluster",), ("first_name", "surname"), ("dob", "city", "email"))
    sets["fake_1000"] = (list(file_rows(folder / "fake_1000.csv", *fake)), "person")
    for name, (rows, form) in sets.items():
        if options.sets and name not in options.sets:
            continue
        true = pairs_of(connection, rows, form)
        report(connection, name, true)
        splink(rows, true)


if __name__ == "__main__":
    main()
