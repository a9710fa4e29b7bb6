"""What the documents say is visible of a dataset on each day, in plain Python: no SQL, no ledger, no code of Clew.

Days are whole numbers. Deliveries are told in the order of their arrival. ``docs/contracts.md`` (modes of a delivery),
``docs/quarantine.md`` and ``docs/coverage.md`` are what it was written from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

NEVER = 10_000
"""A day after all others."""


@dataclass(frozen=True)
class Papers:
    """What a sidecar says; ``period`` is half-open."""

    on: int
    mode: str | None = None
    region: str = ""
    period: tuple[int, int] | None = None
    complete: bool = False
    replaces: tuple[str, ...] = ()
    mends: tuple[int, tuple[int, ...]] | None = None

    @property
    def statement(self) -> tuple[object, ...]:
        """What makes the same bytes another delivery."""
        return self.mode, self.region, self.period, self.complete, self.mends

    @property
    def silent(self) -> bool:
        """Whether they say no more than a file without papers."""
        return self.statement == Papers(self.on).statement

    def restates(self, other: Papers) -> bool:
        """Whether they speak of what the others speak of."""
        alike = (self.mode, self.mends) == (other.mode, other.mends)
        return alike and (other.silent or (self.region, self.period) == (other.region, other.period))


STATING = ("snapshot", "correction", "deletion")
"""Modes that say what holds from their day on; more rows are added once."""


Line = tuple[str, str]
"""Key and amount, as written."""


@dataclass(eq=False)
class Delivered:
    """One loaded delivery: the rows that count (number to line), those set aside, and what became of these."""

    n: int
    file: str
    lines: tuple[Line, ...]
    papers: Papers
    mode: str
    note: int = 0
    rows: dict[int, Line] = field(default_factory=dict)
    aside: dict[int, str] = field(default_factory=dict)
    closes: set[tuple[int, int]] = field(default_factory=set)
    of: Delivered | None = None
    certifies: tuple[str, int, int] | None = None

    @property
    def on(self) -> int:
        """The day of receipt."""
        return self.papers.on

    @property
    def turn(self) -> tuple[int, int]:
        """By day of receipt and then by arrival."""
        return self.on, self.n

    @property
    def whole(self) -> bool:
        """A file that can be judged by itself."""
        return self.mode in ("snapshot", "append")

    @property
    def changes(self) -> bool:
        """Whether it speaks of keys that are there already."""
        return self.mode in ("correction", "deletion")


@dataclass
class Expected:
    """All deliveries of one dataset; ``most`` is the largest amount that its contract takes."""

    register: bool
    days: Sequence[int]
    tolerance: float = 0.25
    most: int = 99
    taken: list[Delivered] = field(default_factory=list)

    @property
    def default(self) -> str:
        """The mode of a file whose papers name none."""
        return "snapshot" if self.register else "append"

    def mode_of(self, papers: Papers) -> str:
        """What a file does."""
        return "resubmission" if papers.mends else papers.mode or self.default

    # Which delivery takes the place of which, from when on

    def ends(self) -> dict[int, int]:
        """The first day on which a delivery no longer counts; what never counted on any day replaces nothing."""
        counted = [one for one in self.taken if not self._void(one)]
        found: dict[int, int] = {}
        for one in self.taken:
            days = [self._named(one, other) for other in self.taken]
            days += [self._listed(one, other) for other in counted] + [found[one.of.n] if one.of else NEVER]
            found[one.n] = max(one.on, min(days))
        return found

    def _void(self, one: Delivered) -> bool:
        """Whether papers of its first day say that it should not have counted as it did."""
        return any(other.n > one.n and self._named(one, other) <= one.on for other in self.taken)

    def _unsaid(self, one: Delivered) -> bool:
        """Whether new papers for the same bytes, from the first day on, stand instead of its own."""
        return any(
            other.n > one.n and (other.file, other.note) == (one.file, one.note) and other.on <= one.on
            for other in self.taken
        )

    def _named(self, one: Delivered, other: Delivered) -> int:
        """From when on ``other`` takes the place of ``one`` by its name; a name speaks of what was received by then."""
        again = other.file == one.file and other.n > one.n and one.mode not in ("release", "discard")
        named = one.file in other.papers.replaces and (other.n > one.n or other.on > one.on)
        if not (again or (named and other.file != one.file and not self._unsaid(other))):
            return NEVER
        return max(other.on, one.on)

    def _listed(self, one: Delivered, other: Delivered) -> int:
        """From when on ``other`` takes the place of ``one`` as the whole list of its region and period."""
        place = other.mode == "snapshot" and one.whole and other.papers.region == one.papers.region
        about = self.register or _within(one.papers.period, other.papers.period)
        return other.on if place and about and other.turn > one.turn else NEVER

    # Which row is the last word about its key

    def seen(self, day: int, but: Delivered | None = None) -> dict[str, list[tuple[int, int]]]:
        """Key to (delivery, row) of the rows that count on a day."""
        ends = self.ends()
        words: dict[str, list[tuple[Delivered, int]]] = {}
        for one in sorted(self.taken, key=lambda one: one.turn):
            if one is not but and one.on <= day < ends[one.n]:
                for row, (key, _) in one.rows.items():
                    words.setdefault(key, []).append((one, row))
        found = {}
        for key, said in words.items():
            last, row = said[-1]
            based = not last.changes or any(not one.changes for one, _ in said)
            if last.mode != "deletion" and based:
                found[key] = [(last.n, row)]
        return found

    # What becomes of a file

    def deliver(self, file: str, lines: Sequence[Line], note: int, papers: Papers) -> Delivered | None:
        """A file arrives; None when it says nothing new."""
        mine = [one for one in self.taken if one.file == file]
        alike = [one for one in self.taken if one.note == note]
        named = self._names_what_stands(file, note, papers)
        if mine and mine[-1].note == note:
            if not named and self._says_no_more(mine[-1], papers):
                return None
        else:
            ends = self.ends()
            if not named and self._holds_already([one for one in alike if not mine or ends[one.n] == NEVER], papers):
                return None
            restated = [one for one in alike if ends[one.n] == NEVER and one.papers.statement != papers.statement
                        and papers.restates(one.papers) and (one.papers.silent or one.on <= papers.on)]  # fmt: skip
            papers = replace(papers, replaces=(*papers.replaces, *(one.file for one in restated)))
        new = Delivered(len(self.taken) + 1, file, tuple(lines), papers, self.mode_of(papers), note)
        if papers.mends:
            new.of = self.taken[papers.mends[0] - 1]
        self.taken.append(new)
        self._judge(new)
        self._certify(new)
        return new

    def _names_what_stands(self, file: str, note: int, papers: Papers) -> bool:
        """Whether papers name, to take its place, another file that stands; unless its own said so by that day."""
        ends = self.ends()
        said = [
            one.papers.replaces for one in self.taken if (one.file, one.note) == (file, note) and one.on >= papers.on
        ]
        return any(
            one.file in papers.replaces and one.file != file and one.note != note
            and one.on <= papers.on < ends[one.n] and not any(one.file in names for names in said)
            for one in self.taken
        )  # fmt: skip

    def _says_no_more(self, last: Delivered, papers: Papers) -> bool:
        """Of the same bytes under the same name: a list or change of a later day counts when it no longer holds."""
        same = last.papers.statement == papers.statement
        if papers.on > last.on and self.mode_of(papers) in STATING:
            return same and self._holds(last, papers.on)
        return same or self._out_of_force(last, papers)

    def _holds_already(self, alike: Sequence[Delivered], papers: Papers) -> bool:
        """Of the same bytes under another name."""
        stating = self.mode_of(papers) in STATING
        same = [one for one in alike if one.papers.statement == papers.statement or (
            stating and papers.silent and (one.papers.region, one.papers.mode, one.papers.mends) == ("", None, None)
        )]  # fmt: skip
        if same and stating:
            return any(self._holds(one, papers.on) for one in same)
        if same or (papers.silent and alike):
            return True
        older = [one for one in alike if one.on > papers.on and not one.papers.silent and papers.restates(one.papers)]
        return bool(older) and not stating

    def _holds(self, one: Delivered, on: int) -> bool:
        """Whether it is in force on a day, and nothing that came since says otherwise."""
        ends, seen = self.ends(), self.seen(on)
        since = [other for other in self.taken if other.turn > one.turn and other.on <= on < ends[other.n]]
        if one.changes:
            since = [other for other in since if other.mode != "discard"]
        else:
            since = [other for other in since if other.whole and self._about(other, one)]
        words = {place for places in seen.values() for place in places}
        hidden = not one.changes and any((one.n, row) not in words for row in one.rows)
        return one.on <= on < ends[one.n] and not since and not hidden

    def _about(self, inner: Delivered, outer: Delivered) -> bool:
        """Whether a list takes the place of rows delivered for these places and days."""
        days = self.register or _within(inner.papers.period, outer.papers.period)
        return inner.papers.region == outer.papers.region and days

    def _out_of_force(self, last: Delivered, papers: Papers) -> bool:
        """Another file took its place before these papers came, and would take theirs."""
        again = Delivered(last.n, last.file, last.lines, papers, self.mode_of(papers))
        end = self.ends()[last.n]
        return end <= papers.on and any(
            self._named(last, other) == end or (self._listed(last, other) == end and self._would_list(again, other))
            for other in self.taken
            if other.file != last.file
        )

    def _would_list(self, again: Delivered, other: Delivered) -> bool:
        about = self.register or _within(again.papers.period, other.papers.period)
        return again.papers.region == other.papers.region and about

    def _judge(self, new: Delivered) -> None:
        """Which rows are set aside: bad values, keys twice, keys that another delivery has, or none has."""
        good = {}
        for row, (key, amount) in enumerate(new.lines, start=1):
            why = "" if new.mode == "deletion" else self._fault(amount)
            if why:
                new.aside[row] = why
            else:
                good[row] = (key, amount)
        for row, (key, _) in list(good.items()):
            same = [other for other, (its, _) in good.items() if its == key]
            alike = {new.lines[other - 1] if new.mode != "deletion" else key for other in same}
            if len(alike) > 1 or row != same[0]:
                new.aside[row] = "key"
        good = {row: line for row, line in good.items() if row not in new.aside}
        if new.changes:
            here = self.seen(new.on, new)
            gone = {row for row, (key, _) in good.items() if key not in here}
        else:
            end = self.ends()[new.n]
            taken = {key for day in self.days if new.on <= day < end for key in self.seen(day, new)}
            gone = {row for row, (key, _) in good.items() if key in taken}
        new.aside |= dict.fromkeys(gone, "key")
        new.rows = {row: line for row, line in good.items() if row not in gone}
        if new.papers.mends is not None:
            self._mend(new)

    def _fault(self, amount: str) -> str:
        if not amount.lstrip("-").isdigit():
            return "type"
        return "range" if not 0 <= int(amount) <= self.most else ""

    # Rows set aside, and what comes back

    def open(self, of: Delivered) -> list[int]:
        """Rows of a delivery that are still set aside."""
        ends = self.ends()
        closed = {one for by in self.taken if ends[by.n] == NEVER for one in by.closes}
        return [row for row in sorted(of.aside) if (of.n, row) not in closed]

    def _mend(self, new: Delivered) -> None:
        assert new.of is not None and new.papers.mends is not None
        waiting, bound = set(self.open(new.of)), new.papers.mends[1]
        for row, target in enumerate(bound, start=1):
            if target in waiting:
                waiting.remove(target)
                new.closes.add((new.of.n, target))
            else:
                new.rows.pop(row, None)
                new.aside[row] = "resubmission"

    def decide(self, kind: str, of: Delivered, rows: Sequence[int], on: int) -> Delivered | None:
        """A person releases or discards rows; None when that is not allowed."""
        fates = set(rows) - set(self.open(of))
        if of.changes or self.ends()[of.n] != NEVER or on < of.on or fates:
            return None
        if kind == "release":
            taken = {key for day in self.days if day >= on for key in self.seen(day)}
            keys = [of.lines[row - 1][0] for row in rows]
            if any(of.aside[row] != "range" for row in rows) or set(keys) & taken or len(set(keys)) < len(keys):
                return None
        new = Delivered(len(self.taken) + 1, f"{kind}-{len(self.taken)}", (), Papers(on), kind, of=of)
        if kind == "release":
            new.rows = {row: of.lines[row - 1] for row in rows}
        new.closes = {(of.n, row) for row in rows}
        self.taken.append(new)
        self._certify(new)
        return new

    # Certificates

    def _certify(self, new: Delivered) -> None:
        ends, root = self.ends(), new
        while root.of is not None:
            root = root.of
        family = [one for one in self._family(root) if one is root or one is new or ends[one.n] == NEVER]
        papers = root.papers
        if new.changes or not papers.complete or papers.period is None or any(one.certifies for one in family):
            return
        closed = {one for by in family for one in by.closes}
        held = sum((one.n, row) not in closed for one in family for row in one.aside)
        records = len(root.lines) - sum(len(one.closes) for one in family if one.mode == "discard")
        if papers.period[0] <= papers.on and records and held <= self.tolerance * records:
            new.certifies = (papers.region, papers.period[0], min(papers.period[1], papers.on + 1))

    def _family(self, root: Delivered) -> Iterator[Delivered]:
        yield root
        for one in self.taken:
            if one.of is root:
                yield from self._family(one)

    def certified(self, day: int) -> set[tuple[str, int, int]]:
        """Region and half-open interval of what is certified as of a day."""
        ends = self.ends()
        return {one.certifies for one in self.taken if one.certifies and one.on <= day < ends[one.n]}


def _within(inner: tuple[int, int] | None, outer: tuple[int, int] | None) -> bool:
    """Whether a period lies within another; None is everything."""
    if outer is None:
        return True
    return inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]
