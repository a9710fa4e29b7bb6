"""Random small rules for the oracle; the checker may still refuse one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle import expression as ex
from tests.oracle.aggregate import COUNT, Aggregate, Measure, measure
from tests.oracle.drawn_expression import LENGTHS, OF_MOMENTS
from tests.oracle.drawn_pairing import PairedSteps
from tests.oracle.extract import Extract, Fact
from tests.oracle.link import Link
from tests.oracle.peer import Peer
from tests.oracle.steps import Derive, Exclude, From, Latest, Step, Union, Where
from tests.oracle.whole_rule import WholeRule
from tests.oracle.world import COLUMNS, EVENT

SHOWN = ("outcome", "branch", "ring_id", "ring_values", "case", "said", "name_hash", "match_band")


@dataclass
class Drawer(PairedSteps):
    """Draws the steps of one rule."""

    made: int = 0
    unions: int = 0

    def start(self) -> Step:
        alias, dataset = self.alias()
        self.columns = {f"{alias}.{name}": kind for name, kind in COLUMNS[dataset].items()}
        self.plain = alias
        self.paired[alias] = frozenset()
        return From(alias, dataset, self.condition() if self.random.random() < 0.3 else None)

    def step(self, depth: int = 0) -> Step | None:
        kinds = [self.where, self.where, self.derive, self.exclude, self.exclude, self.join, self.join, self.join,
                 self.exists, self.not_exists, self.not_exists, self.not_followed_by, self.latest, self.aggregate,
                 self.aggregate, self.overlap, self.chain, self.previous, self.peer, self.link,
                 self.extract, self.match]  # fmt: skip
        if not depth and not self.unions:
            kinds.append(self.union)
        return self.random.choice(kinds)()

    def where(self) -> Step:
        condition = self.condition()
        asked: dict[str, Any] = {}
        known = [one for one, keys in self.paired.items() if keys and keys <= set(self.columns)]
        if known and self.random.random() < 0.4:
            alias = self.random.choice(known)
            asked[alias] = (self.day(), self.day())
            if not EVENT[self.datasets[alias]] and self.random.random() < 0.5:
                asked[alias] = None
        return Where(condition, asked)

    def derive(self) -> Step:
        self.made += 1
        kind, one = self.random.choice(
            [("money", self.number()), ("date", self.day()), ("flag", self.condition()), ("money", self.chosen())]
        )
        name = f"c{self.made}"
        self.columns[name] = one.kind if kind != "flag" else "flag"
        return Derive({name: one})

    def exclude(self) -> Step:
        return Exclude(self.condition())

    def latest(self) -> Step:
        keys = [name for name in self.columns if name.endswith((".id", ".grade", ".kind", ".name"))]
        by = self.random.sample(keys, min(len(keys), self.random.choice([1, 1, 2])))
        order = [self.day()] + ([self.number()] if self.random.random() < 0.4 else [])
        prefer = (self.condition(),) if self.random.random() < 0.4 else ()
        return Latest(tuple(by), tuple(order), prefer)

    def aggregate(self) -> Step:
        keep = self.random.random() < 0.25
        ids = [name for name in self.columns if name.endswith(".id")]
        others = [name for name, kind in self.columns.items() if kind in ("text", "date", "int") and name not in ids]
        by = self.random.sample(ids, self.random.randint(1, len(ids)))
        by += self.random.sample(others, min(len(others), self.random.choice([0, 0, 1, 2])))
        measures: dict[str, Measure] = {}
        for _ in range(self.random.randint(1, 3)):
            self.made += 1
            measures[f"m{self.made}"] = self.measure()
        before = self.columns
        self.columns = (before if keep else {name: before[name] for name in by}) | {
            name: one.kind for name, one in measures.items()
        }
        having = self.condition() if self.random.random() < 0.3 else None
        self.plain = self.plain if keep else ""
        return Aggregate(tuple(by), measures, having, keep)

    def measure(self) -> Measure:
        function = self.random.choice(
            ["count(*)", "count", "count_distinct", "count_if", "sum", "min", "max", "avg", "share"]
        )
        if function == "count(*)":
            return COUNT
        if function in ("count_if", "share"):
            return measure(function, self.condition())
        kinds = ("int", "money") if function in ("sum", "avg") else ("int", "money", "date", "text")
        one = self.pick(*kinds)
        return measure(function, one) if one is not None else COUNT

    def union(self) -> Step | None:
        self.unions += 1
        before = dict(self.columns)
        branches, ends = {}, []
        for name in ("one", "two"):
            self.columns = dict(before)
            steps = [step for _ in range(self.random.randint(1, 2)) if (step := self.step(1)) is not None]
            branches[name] = steps or [self.where()]
            ends.append(self.columns)
        self.columns = {name: kind for name, kind in ends[0].items() if ends[1].get(name) == kind}
        if not any(name.endswith(".id") for name in self.columns):  # nobody could be named afterwards
            self.columns = before
            return None
        self.columns["branch"] = "word"
        self.plain = ""
        return Union(branches, frozenset(self.columns))

    def extract(self) -> Step | None:
        texts = [
            name for name in self.columns if self.datasets.get(name.split(".")[0]) == "wards" and name.endswith("name")
        ]
        if not texts or "name_hash" in self.columns:
            return None
        take = self.random.choice(["one", "first", "last"])
        facts = {
            "case": Fact("案号([甲乙丙][0-9])", take=take),
            "fine": Fact("罚([0-9.]+)元", "CNY", take=take),
            "said": Fact(words={"甲": "first", "甲1": "whole", "乙": "first", "罚": "fine"}),
        }
        step = Extract(texts[0], {name: facts[name] for name in self.random.sample(sorted(facts), 2)})
        self.columns |= step.columns
        return step

    def link(self) -> Step | None:
        ids = [name for name in self.columns if name.endswith(".id")]
        values = [name for name, kind in self.columns.items() if kind in ("text", "int") and name not in ids]
        if not values or "ring_id" in self.columns:
            return None
        member = ex.column(self.random.choice(ids), "text")
        picked = self.random.sample(values, min(len(values), self.random.randint(1, 3)))
        weights = [Decimal(self.random.choice(["0.3", "0.5", "0.65", "1"])) for _ in picked]
        same = {
            f"k{at}": (ex.column(name, self.columns[name]), weight)
            for at, (name, weight) in enumerate(zip(picked, weights, strict=True))
        }
        seeds = self.condition() if self.random.random() < 0.3 else None
        hops = self.random.choice([None, 0, 1, 2]) if seeds else None
        least = Decimal(self.random.choice(["0.3", "0.5", "0.65"]))
        self.columns |= {"ring_id": "word", "ring_size": "int", "ring_kinds": "int", "ring_values": "word"}
        self.columns |= {"ring_hops": "int"} if seeds else {}
        return Link(member, same, self.random.choice([1, 2, 3, 3]), least, seeds, hops)

    def peer(self) -> Step | None:
        value = self.pick("int", "money")
        groups = [name for name, kind in self.columns.items() if kind == "text"]
        if value is None or not groups or "peer_n" in self.columns:
            return None
        method = self.random.choice(["median_ratio", "mad", "percentile"])
        side = self.random.choice(["high", "low"] if method == "median_ratio" else ["high", "low", "both"])
        cut = {"median_ratio": ["1", "2", "0.5"], "mad": ["1", "3.5"], "percentile": ["0.5", "0.75"]}[method]
        group = (self.random.choice(groups),)
        self.columns |= {"peer_n": "int", "peer_median": "money", "peer_value": "money"}
        return Peer(value, group, method, self.random.choice([1, 2, 3]), Decimal(self.random.choice(cut)), side)


def rule(random: Random) -> WholeRule:
    """A rule of two to six steps; the checker may still refuse it."""
    drawer = Drawer(random)
    steps = [drawer.start()]
    for _ in range(random.randint(1, 5)):
        step = drawer.step()
        steps += [step] if step is not None else []
    ids = [name for name in drawer.columns if name.endswith(".id")]
    rings = ["ring_id"] * ("ring_id" in drawer.columns)
    subject = ex.column(random.choice(ids + rings), "text")
    episode = drawer.pick("text", "int") if random.random() < 0.6 else None
    shown = [name for name, kind in drawer.columns.items() if kind != "word" or name in SHOWN]
    shown = random.sample(shown, min(len(shown), random.randint(1, 4)))
    strength = [(drawer.condition(), Decimal("0.9"))] if random.random() < 0.5 else []
    told = " ".join(str(step.written) for step in steps)
    used = {alias: name for alias, name in drawer.datasets.items() if f"'{alias}'" in told or f"{alias}." in told}
    return WholeRule(
        used,
        (*LENGTHS, *OF_MOMENTS[1:]),
        steps,
        subject,
        episode,
        drawer.pick("date"),
        drawer.pick("money"),
        strength,
        shown,
    )
