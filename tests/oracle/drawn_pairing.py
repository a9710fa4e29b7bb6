"""Random steps that look into another dataset, for the oracle."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tests.oracle import expression as ex
from tests.oracle.absence import NotExists, NotFollowedBy
from tests.oracle.chain import Chain, Event
from tests.oracle.drawn_expression import LENGTHS, OF_MOMENTS, Expressions
from tests.oracle.join import Exists, Join
from tests.oracle.match import Match
from tests.oracle.overlap import Overlap, Period
from tests.oracle.pairing import TRUE, Pairing
from tests.oracle.previous import Previous
from tests.oracle.steps import Step
from tests.oracle.world import COLUMNS, EVENT

DATASETS = {"p": "people", "v": "visits", "r": "roll", "q": "wards"}


@dataclass
class PairedSteps(Expressions):
    """``columns`` are there now; ``plain``: the rows are those of one dataset; ``paired``: alias -> its keys."""

    datasets: dict[str, str] = field(default_factory=dict)
    plain: str = ""
    paired: dict[str, frozenset[str]] = field(default_factory=dict)

    def alias(self, *datasets: str) -> tuple[str, str]:
        dataset = self.random.choice(datasets or list(COLUMNS))
        letter = next(one for one, name in DATASETS.items() if name == dataset)
        alias = letter if letter not in self.datasets else f"{letter}{len(self.datasets)}"
        self.datasets[alias] = dataset
        return alias, dataset

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

    def overlap(self) -> Step | None:
        starts = [name for name in self.columns if name.endswith((".day", ".started"))]
        if not starts or "overlap_start" in self.columns:
            return None
        start = self.random.choice(starts)
        first, last = ("started", "ended") if start.endswith(".started") else ("day", "until")
        end = start.replace(f".{first}", f".{last}")
        left = Period(start, end if end in self.columns and self.random.random() < 0.7 else None, False)
        own = self.plain if self.plain and start.startswith(f"{self.plain}.") and self.random.random() < 0.6 else ""
        least = self.random.choice([0, 0, 0, 1, 14])
        if own:
            pairing = self.pairing(self.datasets[own])
            pairing = Pairing(pairing.alias, pairing.dataset, ((ex.column(f"{own}.id", "text"), "id"),), pairing.where)
            right = Period(f"{pairing.alias}.{first}", f"{pairing.alias}.{last}" if left.to else None, left.closed)
        else:
            pairing = self.pairing(*(["wards"] if first == "started" else ["wards", "people", "visits"]))
            to = f"{pairing.alias}.{last}" if last in COLUMNS[pairing.dataset] else None
            closed = to is not None and first == "day" and self.random.random() < 0.3
            right = Period(f"{pairing.alias}.{first}", to, closed)
        self.joined(pairing)
        kind, length = ("moment", "overlap_minutes") if first == "started" else ("date", "overlap_days")
        self.columns |= {"overlap_start": kind, "overlap_end": kind, length: "int"}
        return Overlap(pairing, left, right, own, least)

    def chain(self) -> Step | None:
        own = [one for one in self.datasets if f"{one}.id" in self.columns and f"{one}.day" in self.columns]
        if not own:
            return None
        first = self.random.choice(own)
        of_moments = self.datasets[first] == "wards" and self.random.random() < 0.5
        at, datasets = ("started", ("wards",)) if of_moments else ("day", ("visits", "people", "wards"))
        events: list[Event] = []
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            pairing = self.pairing(*datasets)
            if self.random.random() < 0.8:
                key = ((ex.column(f"{first}.id", "text"), "id"),)
                pairing = Pairing(pairing.alias, pairing.dataset, key, pairing.where)
            self.joined(pairing)
            events.append(Event(pairing, f"{pairing.alias}.{at}"))
        within = self.random.choice([None, *(OF_MOMENTS if of_moments else LENGTHS)])
        opened = ex.column(f"{first}.{at}", "moment" if of_moments else "date")
        return Chain(first, opened, events, within, self.random.choice(["first", "all"]))

    def previous(self) -> Step | None:
        if not self.plain or f"{self.plain}.day" not in self.columns:
            return None
        own = self.plain
        pairing = self.pairing(self.datasets[own])
        self.joined(pairing)
        self.paired.pop(pairing.alias)
        return Previous(own, pairing.alias, pairing.dataset, f"{own}.id", f"{own}.day", pairing.where)

    def match(self) -> Step | None:
        names = [name for name in self.columns if name.endswith(".name")]
        if not names or "match_band" in self.columns:
            return None
        keys = [name for name in self.columns if name.endswith((".id", ".region"))]
        alias, dataset = self.alias("people", "roll")
        left = self.random.choice(names)
        picked = self.random.sample(keys, min(len(keys), self.random.choice([1, 1, 2])))
        block = [(ex.column(name, "text"), name.rpartition(".")[2]) for name in picked]
        before = dict(self.columns)
        self.columns |= {f"{alias}.{name}": kind for name, kind in COLUMNS[dataset].items()}
        same = self.condition() if self.random.random() < 0.6 else None
        self.columns |= {"match_band": "word", "match_score": "money", "match_agree": "int", "match_against": "int"}
        self.columns |= {"same": "flag"} if same else {}
        self.plain = ""
        least = Decimal(self.random.choice(["0.7", "0.8", "0.9"]))
        return Match(alias, dataset, ex.column(left, before[left]), block, least, same)
