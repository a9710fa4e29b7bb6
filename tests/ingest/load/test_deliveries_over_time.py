"""Whatever arrives in whatever order: what is seen on each day is what the documents say, no key twice, no row lost."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from clew.engines.sources import warehouse_sources
from clew.ingest.land.mode import Mode
from clew.ingest.release.decision import Decision, decide
from clew.ingest.release.held import held_deliveries, held_rows
from clew.settings import Settings
from clew.warehouse import open_warehouse
from tests.ingest.house import House
from tests.ingest.load.expected import NEVER, Delivered, Expected, Line, Papers

FIRST = date(2026, 1, 1)
DAYS = range(1, 5)
LOOKED_AT = range(0, 7)
COLUMNS = """
  - {name: payment_id, physicalName: key, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
  - {name: amount, logicalType: number, logicalTypeOptions: {minimum: 0, maximum: %d}}
"""
DATED = COLUMNS + "  - {name: paid_on, logicalType: date}\n  - {name: note, logicalType: string}\n"

KEYS = st.sampled_from("ABC")
AMOUNTS = st.sampled_from(["1", "2", "3", "-1", "x"])
INDEX = st.integers(0, 7)
LINES = st.lists(st.tuples(KEYS, AMOUNTS), min_size=1, max_size=3)
FILES = st.sampled_from(["a.csv", "b.csv", "c.csv"])
ON = st.sampled_from(DAYS)
REGIONS = st.sampled_from(["", "", "3401"])
PERIODS = st.sampled_from([None, (0, 2), (0, 10)])
MODES = st.sampled_from([None, None, "snapshot", "append", "correction", "deletion"])
REPLACES = st.sampled_from([(), (), (), ("a.csv",), ("a.csv", "b.csv")])


def day_of(number: int) -> date:
    """A day of the tests' calendar."""
    return FIRST + timedelta(days=number)


def sidecar(papers: Papers) -> str:
    """The papers as they are written."""
    lines = [f"received_on: {day_of(papers.on)}"]
    if papers.mends:
        lines.append(f"resubmits: {{batch: {papers.mends[0]}, rows: {list(papers.mends[1])}}}")
    else:
        lines += [f"mode: {papers.mode}"] if papers.mode else []
        lines += [f"region: '{papers.region}'"] if papers.region else []
        if papers.period:
            lines.append(f"period: {{from: {day_of(papers.period[0])}, to: {day_of(papers.period[1])}}}")
        lines += ["complete: true"] if papers.complete else []
    lines += [f"replaces: {json.dumps(papers.replaces)}"] if papers.replaces else []
    return "\n".join(lines) + "\n"


class Deliveries(RuleBasedStateMachine):
    """One dataset, and everything that can be done to it."""

    register: bool = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        own = Settings(project=root, state=root / "var", threads=1, memory_limit="500MB")
        self.house = House(own, open_warehouse(own), date(2026, 6, 30))
        self.expected = Expected(self.register, LOOKED_AT)
        self.batches: dict[int, int] = {}
        self.count = 0

    def teardown(self) -> None:
        self.house.con.close()
        self.folder.cleanup()

    @initialize()
    def contract(self) -> None:
        self._contract(99)

    def _contract(self, most: int) -> None:
        self.expected.most = most
        self.house.contract("pay", DATED % most, kind="register" if self.register else "event")

    def content(self, lines: Sequence[Line], note: int) -> str:
        """A CSV file; the note makes its bytes its own."""
        return "key,amount,paid_on,note\n" + "".join(f"{key},{amount},2026-01-01,{note}\n" for key, amount in lines)

    def send(self, file: str, lines: Sequence[Line], note: int, papers: Papers) -> None:
        expected = self.expected.deliver(file, lines, note, papers)
        written = papers
        if papers.mends:
            written = Papers(papers.on, mends=(self.batches[papers.mends[0]], papers.mends[1]))
        self.house.drop("pay", file, self.content(lines, note), sidecar(written))
        report = self.house.ingest()
        [got] = [one for one in report.files if one.file == file]
        others = {one.file: one.status for one in report.files if one.file != file}
        assert set(others.values()) <= {"unchanged"}, others
        assert got.status == ("loaded" if expected else "unchanged"), (got, [str(one) for one in report.problems])
        if expected is None:  # its papers may count once what stands against them is taken back
            (self.house.settings.drop_dir / "pay" / file).unlink()
            (self.house.settings.drop_dir / "pay" / f"{file}.yml").unlink()
        else:
            assert got.batch is not None
            self.batches[expected.n] = got.batch
            assert got.rows_read == got.rows_loaded + got.rows_quarantined
            assert got.rows_quarantined == len(expected.aside), (got, expected)

    @rule(file=FILES, lines=LINES, on=ON, mode=MODES, region=REGIONS, period=PERIODS, complete=st.booleans(),
          replaces=REPLACES)  # fmt: skip
    def deliver(self, file: str, lines: list[Line], on: int, mode: str | None, region: str,
                period: tuple[int, int] | None, complete: bool, replaces: tuple[str, ...]) -> None:  # fmt: skip
        self.count += 1
        mode = None if mode == self.expected.default else mode
        papers = Papers(on, mode, region, period, complete, tuple(one for one in replaces if one != file))
        self.send(file, lines, self.count, papers)

    @rule(which=INDEX, on=ON, mode=MODES, region=REGIONS, period=PERIODS, complete=st.booleans())
    def new_papers(self, which: int, on: int, mode: str | None, region: str,
                   period: tuple[int, int] | None, complete: bool) -> None:  # fmt: skip
        """The same bytes under their name with another sidecar."""
        files = {one.file: one for one in self.expected.taken if one.lines and one.of is None}
        if not files:
            return
        last = files[sorted(files)[which % len(files)]]
        mode = None if mode == self.expected.default else mode
        self.send(last.file, last.lines, last.note, Papers(on, mode, region, period, complete))

    @rule(which=INDEX, file=st.sampled_from(["a.csv", "b.csv", "c.csv", "d.csv"]), on=ON, says=st.sampled_from("==0*"),
          mode=MODES, region=REGIONS, period=PERIODS, complete=st.booleans(), replaces=REPLACES)  # fmt: skip
    def again(self, which: int, file: str, on: int, says: str, mode: str | None, region: str,
              period: tuple[int, int] | None, complete: bool, replaces: tuple[str, ...]) -> None:  # fmt: skip
        """The bytes of an earlier file, with its papers, with none, or with others; under its name or another."""
        sent = [one for one in self.expected.taken if one.lines and one.of is None]
        if not sent:
            return
        earlier = sent[which % len(sent)]
        papers = Papers(on, None if mode == self.expected.default else mode, region, period, complete)
        if says == "=" or self.expected.mode_of(papers) == "append":
            papers = replace(earlier.papers, on=on)
        if says == "0":
            papers = Papers(on)
        named = tuple(one for one in replaces if one != file)
        self.send(file, earlier.lines, earlier.note, replace(papers, replaces=named))

    def _waiting(self, which: int, rows: int) -> tuple[Delivered, list[int]] | None:
        """A delivery with rows that wait, and one or two of them."""
        ends = self.expected.ends()
        found = [one for one in self.expected.taken
                 if not one.changes and self.expected.open(one) and ends[one.n] == NEVER]  # fmt: skip
        if not found:
            return None
        of = found[which % len(found)]
        waiting = self.expected.open(of)
        return of, waiting[: 1 + rows % 2] if rows < 4 else waiting[-1:]

    @rule(which=INDEX, rows=INDEX, file=st.sampled_from(["r.csv", "s.csv"]), late=st.integers(0, 2), amount=AMOUNTS)
    def mend(self, which: int, rows: int, file: str, late: int, amount: str) -> None:
        """Mended rows come."""
        if (found := self._waiting(which, rows)) is None:
            return
        of, chosen = found
        mine = [one for one in self.expected.taken if one.file == file]
        if any(one in (of, of.of) for one in mine):
            return
        self.count += 1
        lines = [(of.lines[row - 1][0], amount) for row in chosen]
        self.send(file, lines, self.count, Papers(of.on + late, mends=(of.n, tuple(chosen))))

    @rule(which=INDEX, rows=INDEX, kind=st.sampled_from([Mode.RELEASE, Mode.DISCARD]), late=st.integers(0, 2))
    def decided(self, which: int, rows: int, kind: Mode, late: int) -> None:
        """A person decides."""
        if (found := self._waiting(which, rows)) is None:
            return
        of, chosen = found
        new = self.expected.decide(kind.value, of, chosen, of.on + late)
        decision = Decision(kind, self.batches[of.n], tuple(chosen), "李", day_of(of.on + late), "已核实")
        done, problems = decide(self.house.con, self.house.settings, dict(self.house.catalogue.contracts), decision)
        assert (done.batch is not None) == (new is not None), [str(one) for one in problems]
        if new is not None and done.batch is not None:
            self.batches[new.n] = done.batch

    @rule(most=st.sampled_from([2, 99]))
    def another_contract(self, most: int) -> None:
        self._contract(most)

    @invariant()
    def seen_on_each_day(self) -> None:
        """Rows and certificates, as of every day."""
        for day in LOOKED_AT:
            sources = warehouse_sources(self.house.con, day_of(day))
            found: list[tuple[object, ...]] = []
            if (source := sources.datasets.get("pay")) is not None:
                of = "true" if source.batches is None else f"_batch in ({', '.join(map(str, source.batches)) or '-1'})"
                found = self.house.rows(
                    f"select payment_id, _batch, _row from {source.table} where {of} and {source.condition or 'true'}"
                    " order by all"
                )
            seen = self.expected.seen(day)
            wanted = sorted((key, self.batches[n], row) for key, rows in seen.items() for n, row in rows)
            assert found == wanted, f"day {day}: seen {found}, expected {wanted}"
            covered = {(one.region, one.start, one.end) for one in sources.coverage}
            certain = {(region, day_of(start), day_of(end)) for region, start, end in self.expected.certified(day)}
            assert covered == certain, f"day {day}: certified {covered}, expected {certain}"

    @invariant()
    def every_row_is_somewhere(self) -> None:
        ends = self.expected.ends()
        aside = {one.batch: one for one in held_deliveries(self.house.con)}
        for one in self.expected.taken:
            if one.changes or one.mode in ("release", "discard") or ends[one.n] != NEVER:
                continue
            batch = self.batches[one.n]
            held = aside.get(batch)
            got = [row.row for row in held_rows(self.house.con, batch)] if held else []
            assert got == self.expected.open(one), (batch, got, self.expected.open(one))


class Registers(Deliveries):
    """Lists of a register."""

    register = True


class Events(Deliveries):
    """Payments that add up."""

    register = False


OWN = settings(
    max_examples=3, stateful_step_count=5, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip
TestRegisters, TestEvents = Registers.TestCase, Events.TestCase
TestRegisters.settings = TestEvents.settings = OWN

Sent = tuple[str, str, Papers]
"""A file's name, its keys, and its papers. Without keys it has the bytes of its name again; ``=name``: another's."""

FOUND: dict[str, tuple[bool, list[Sent]]] = {
    "a deletion is the first that comes": (False, [("d.csv", "A", Papers(1, "deletion"))]),
    "a list that comes late, between two, ends the first": (
        True,
        [("1.csv", "A", Papers(1)), ("3.csv", "B", Papers(3)), ("4.csv", "C", Papers(4)), ("2.csv", "A", Papers(2))],
    ),
    "a list of the wrong region gives the place back that it took": (
        True,
        [("1.csv", "A", Papers(1)), ("2.csv", "B", Papers(2)), ("2.csv", "", Papers(2, region="3401"))],
    ),
    "what it gives back is ended by the list that came since": (
        True,
        [("1.csv", "A", Papers(1)), ("2.csv", "A", Papers(2)), ("3.csv", "B", Papers(3)),
         ("2.csv", "", Papers(2, "correction"))],
    ),
    "a file that is replaced comes after the one that names it": (
        False,
        [("new.csv", "A", Papers(3, replaces=("old.csv",))), ("old.csv", "B", Papers(1))],
    ),
    "a version of a file that comes late replaces one that was itself replaced": (
        True,
        [("b.csv", "A", Papers(3)), ("d.csv", "B", Papers(4)), ("c.csv", "C", Papers(3, replaces=("b.csv",)))],
    ),
    "a correction of another region's row outlives a list": (
        True,
        [("1.csv", "A", Papers(1, region="3401")), ("c.csv", "A", Papers(2, "correction")), ("2.csv", "B", Papers(3))],
    ),
    "a deleted row of another region stays deleted": (
        True,
        [("1.csv", "AB", Papers(1, region="3401")), ("d.csv", "A", Papers(2, "deletion")), ("2.csv", "C", Papers(3))],
    ),
    "a late row of a key that another file had then": (
        False,
        [("1.csv", "A", Papers(1)), ("1.csv", "B", Papers(4)), ("2.csv", "A", Papers(2))],
    ),
    "a deletion taken back brings no second row of a key": (
        False,
        [("1.csv", "AB", Papers(1)), ("d.csv", "A", Papers(2, "deletion")), ("2.csv", "A", Papers(3)),
         ("d.csv", "B", Papers(4, "deletion"))],
    ),
    "papers put right about another region, after a list of the first": (
        False,
        [("c.csv", "C", Papers(1, region="3401")), ("b.csv", "A", Papers(1, "snapshot", "3401")),
         ("c.csv", "", Papers(1))],
    ),
    "a new version of a file that replaced another leaves it replaced": (
        False,
        [("a.csv", "A", Papers(1)), ("b.csv", "A", Papers(2, replaces=("a.csv",))), ("b.csv", "AB", Papers(2))],
    ),
    "a list goes back to the bytes of an earlier one": (
        True,
        [("1.csv", "AB", Papers(1)), ("2.csv", "A", Papers(2)), ("3.csv", "=1.csv", Papers(3))],
    ),
    "a list goes back to earlier bytes with other papers": (
        True,
        [("1.csv", "A", Papers(1, complete=True)), ("2.csv", "AB", Papers(2)), ("3.csv", "=1.csv", Papers(3))],
    ),
    "a list comes again under its own name after another": (
        True,
        [("1.csv", "A", Papers(1)), ("2.csv", "AB", Papers(2)), ("1.csv", "", Papers(3))],
    ),
    "the same list says otherwise than a correction since": (
        True,
        [("1.csv", "AB", Papers(1)), ("d.csv", "A", Papers(2, "deletion")), ("2.csv", "=1.csv", Papers(3))],
    ),
    "the same list of an earlier day comes late": (
        True,
        [("1.csv", "A", Papers(1)), ("3.csv", "B", Papers(4)), ("2.csv", "=3.csv", Papers(2))],
    ),
    "a correction goes back to the bytes of an earlier one": (
        False,
        [("1.csv", "A", Papers(1)), ("c.csv", "A", Papers(2, "correction")), ("d.csv", "A", Papers(3, "correction")),
         ("e.csv", "=c.csv", Papers(4, "correction"))],
    ),
    "a key is deleted again after it came again": (
        False,
        [("1.csv", "A", Papers(1)), ("d.csv", "A", Papers(2, "deletion")), ("2.csv", "A", Papers(3)),
         ("e.csv", "=d.csv", Papers(4, "deletion"))],
    ),
    "papers name later what their file takes the place of": (
        False,
        [("a.csv", "A", Papers(1)), ("b.csv", "B", Papers(2)), ("b.csv", "", Papers(2, replaces=("a.csv",)))],
    ),
    "a copy takes back a replacement that it names": (
        False,
        [("a.csv", "A", Papers(1)), ("b.csv", "B", Papers(2, replaces=("a.csv",))),
         ("c.csv", "=a.csv", Papers(3, replaces=("b.csv",)))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_so(name: str) -> None:
    """Every delivery is taken; the machine's invariants then compare what is seen on each day, and what waits."""
    register, sent = FOUND[name]
    machine = Registers() if register else Events()
    machine.contract()
    notes: dict[str, tuple[int, str]] = {}
    for note, (file, keys, papers) in enumerate(sent, start=1):
        if keys:
            notes[file] = notes[keys[1:]] if keys.startswith("=") else (note, keys)
        number, held = notes[file]
        machine.send(file, [(key, "1") for key in held], number, papers)
    assert len(machine.expected.taken) == len(sent) == len(machine.batches)
    machine.seen_on_each_day()
    machine.every_row_is_somewhere()
    machine.teardown()
