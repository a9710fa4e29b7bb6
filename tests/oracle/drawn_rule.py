"""Random small rules for the oracle; the checker may still refuse one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle import expression as ex
from tests.oracle.absence import NotExists, NotFollowedBy
from tests.oracle.aggregate import COUNT, Aggregate, Measure, measure
from tests.oracle.chain import Chain, Event
from tests.oracle.drawn_expression import LENGTHS, Expressions
from tests.oracle.join import Exists, Join
from tests.oracle.link import Link
from tests.oracle.overlap import Overlap, Period
from tests.oracle.pairing import TRUE, Pairing
from tests.oracle.peer import Peer
from tests.oracle.previous import Previous
from tests.oracle.steps import Derive, Exclude, From, Latest, Step, Union, Where
from tests.oracle.whole_rule import WholeRule
from tests.oracle.world import COLUMNS, EVENT

SHOWN = ("outcome", "branch", "ring_id", "ring_values")
DATASETS = {"p": "people", "v": "visits", "r": "roll", "q": "wards"}


@dataclass
class Drawer(Expressions):
    """Draws the steps of one rule. ``columns`` are there now; ``plain``: the rows are those of one dataset."""

    datasets: dict[str, str] = field(default_factory=dict)
    plain: str = ""
    paired: dict[str, frozenset[str]] = field(default_factory=dict)
    made: int = 0
    unions: int = 0

    def alias(self, *datasets: str) -> tuple[str, str]:
        dataset = self.random.choice(datasets or list(COLUMNS))
        letter = next(one for one, name in DATASETS.items() if name == dataset)
        alias = letter if letter not in self.datasets else f"{letter}{len(self.datasets)}"
        self.datasets[alias] = dataset
        return alias, dataset

    def start(self) -> Step:
        alias, dataset = self.alias()
        self.columns = {f"{alias}.{name}": kind for name, kind in COLUMNS[dataset].items()}
        self.plain = alias
        self.paired[alias] = frozenset()
        return From(alias, dataset, self.condition() if self.random.random() < 0.3 else None)

    def pairing(self, *datasets: str) -> Pairing:
        """Keys by id, now and then by grade as well; the condition is over both sides."""
        ids = [name for name in self.columns if name.endswith(".id")]
        grades = [name for name in self.columns if name.endswith(".grade")]
        alias, dataset = self.alias(*datasets)
        keys = [(ex.column(self.random.choice(ids), "text"), "id")]
        if grades and "grade" in COLUMNS[dataset] and self.random.random() < 0.25:
            keys.insert(self.random.randint(0, 1), (ex.column(self.random.choice(grades), "int"), "grade"))
        before = dict(self.columns)
        self.columns |= {f"{alias}.{name}": kind for name, kind in COLUMNS[dataset].items()}
        where = self.condition() if self.random.random() < 0.5 else TRUE
        self.columns = before
        return Pairing(alias, dataset, tuple(keys), where)

    def joined(self, pairing: Pairing) -> None:
        self.columns |= {f"{pairing.alias}.{name}": kind for name, kind in COLUMNS[pairing.dataset].items()}
        self.paired[pairing.alias] = frozenset().union(*(left.names for left, _ in pairing.keys))
        self.plain = ""

    def step(self, depth: int = 0) -> Step | None:
        kinds = [self.where, self.where, self.derive, self.exclude, self.exclude, self.join, self.join, self.join,
                 self.exists, self.not_exists, self.not_exists, self.not_followed_by, self.latest, self.aggregate,
                 self.aggregate, self.overlap, self.chain, self.previous, self.peer, self.link]  # fmt: skip
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

    def join(self) -> Step:
        pairing = self.pairing()
        keep = self.random.choice(["all", "all", "optional", "optional", "first", "last"])
        expect = self.random.choice(["", "", "1:n", "n:1", "n:m", "1:1"]) if keep in ("all", "optional") else ""
        order, period = None, None
        if keep in ("first", "last") and (not EVENT[pairing.dataset] or self.random.random() < 0.3):
            by = "amount" if "amount" in COLUMNS[pairing.dataset] else "day"
            order = ex.column(f"{pairing.alias}.{by}", "money")
        if keep == "optional" and self.random.random() < 0.5:
            period = (self.day(), self.day())
        self.joined(pairing)
        return Join(pairing, keep, expect, order, period)

    def exists(self) -> Step:
        self.plain = ""
        return Exists(self.pairing())

    def not_exists(self) -> Step:
        pairing = self.pairing("visits", "roll", "people")
        self.plain = ""
        dated = EVENT[pairing.dataset] is not None or self.random.random() < 0.3
        return NotExists(pairing, (self.day(), self.day()) if dated else None)

    def not_followed_by(self) -> Step | None:
        if "due_on" in self.columns:
            return None
        pairing = self.pairing("visits", "people")
        after, until = self.day(), self.day()
        late = self.random.choice(["keep", "drop"])
        self.columns |= {"due_on": "date", "done_on": "date", "outcome": "word", "overdue_days": "int"}
        self.paired[pairing.alias] = frozenset().union(*(left.names for left, _ in pairing.keys))
        self.plain = ""
        return NotFollowedBy(pairing, f"{pairing.alias}.day", after, until, late)

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
        return Union(branches)

    def overlap(self) -> Step | None:
        days = [name for name in self.columns if name.endswith(".day")]
        if not days or "overlap_start" in self.columns:
            return None
        start = self.random.choice(days)
        end = start.replace(".day", ".until")
        left = Period(start, end if end in self.columns and self.random.random() < 0.7 else None, False)
        own = self.plain if self.plain and start.startswith(f"{self.plain}.") and self.random.random() < 0.6 else ""
        least = self.random.choice([0, 0, 0, 1, 14])
        if own:
            pairing = self.pairing(self.datasets[own])
            pairing = Pairing(pairing.alias, pairing.dataset, ((ex.column(f"{own}.id", "text"), "id"),), pairing.where)
            right = Period(f"{pairing.alias}.day", f"{pairing.alias}.until" if left.to else None, left.closed)
        else:
            pairing = self.pairing("wards", "people", "visits")
            to = "until" in COLUMNS[pairing.dataset]
            right = Period(
                f"{pairing.alias}.day", f"{pairing.alias}.until" if to else None, to and self.random.random() < 0.3
            )
        self.joined(pairing)
        self.columns |= {"overlap_start": "date", "overlap_end": "date", "overlap_days": "int"}
        return Overlap(pairing, left, right, own, least)

    def chain(self) -> Step | None:
        own = [one for one in self.datasets if f"{one}.id" in self.columns and f"{one}.day" in self.columns]
        if not own:
            return None
        first = self.random.choice(own)
        at = ex.column(f"{first}.day", "date")
        events: list[Event] = []
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            pairing = self.pairing("visits", "people", "wards")
            if self.random.random() < 0.8:
                key = ((ex.column(f"{first}.id", "text"), "id"),)
                pairing = Pairing(pairing.alias, pairing.dataset, key, pairing.where)
            self.joined(pairing)
            events.append(Event(pairing, f"{pairing.alias}.day"))
        within = self.random.choice([None, *LENGTHS])
        return Chain(first, at, events, within, self.random.choice(["first", "all"]))

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

    def previous(self) -> Step | None:
        if not self.plain or f"{self.plain}.day" not in self.columns:
            return None
        own = self.plain
        pairing = self.pairing(self.datasets[own])
        self.joined(pairing)
        self.paired.pop(pairing.alias)
        return Previous(own, pairing.alias, pairing.dataset, f"{own}.id", f"{own}.day", pairing.where)

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
    return WholeRule(used, LENGTHS, steps, subject, episode, drawer.pick("date"), drawer.pick("money"), strength, shown)
