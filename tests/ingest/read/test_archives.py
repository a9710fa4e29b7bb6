"""Archives: however many files are inside, one delivery; nothing is extracted by name, and no bomb goes off."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clew.ingest.load.transactions import RELATIONS_AT_ONCE
from clew.ingest.report.report import IngestReport
from tests.ingest.house import House

TWO = "  - {name: a, logicalType: string}\n  - {name: b, logicalType: string}"


class Unmarked(ZipInfo):
    """A member whose name is written in an encoding that the archive does not name."""

    encoding = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


def packed(*members: tuple[str, bytes], encoding: str | None = None) -> bytes:
    """A zip; with an encoding, names are written in it and nothing says so, as Chinese packers do."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in members:
            info = ZipInfo(name)
            info.compress_type = ZIP_DEFLATED
            if encoding is not None:
                info = Unmarked(name)
                info.compress_type, info.encoding = ZIP_DEFLATED, encoding
            archive.writestr(info, content)
    return made.getvalue()


def take(house: House, content: bytes, file: str = "x.zip", format_: str = "csv", **words: str) -> IngestReport:
    """Ingest one archive."""
    house.contract("two", TWO, format_=format_, words=words)
    house.drop("two", file, content)
    report = house.ingest()
    for one in report.files:
        assert one.rows_read == one.rows_loaded + one.rows_quarantined
    return report


def loaded(house: House) -> list[tuple[object, ...]]:
    """Rows of the table."""
    return house.rows("select _row, a, b from data.two order by _row")


def parts(house: House) -> list[tuple[object, ...]]:
    """What is kept of the members."""
    return house.rows("select name, first_row, rows from clew.part order by position")


def codes(report: IngestReport) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in report.problems]


@pytest.mark.parametrize("encoding", [None, "gbk", "utf-8"])
def test_members_of_several_formats_are_one_delivery_whose_rows_know_their_member(
    house: House, tmp_path: Path, encoding: str | None
) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        for name in ("一月", "二月"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write_row(1, 0, [name, "1"])
    pq.write_table(pa.table({"a": ["p"], "b": ["2"]}), tmp_path / "x.parquet")
    content = packed(
        ("合肥/明细.csv", "a,b\n甲,1\n坏\n乙,2\n".encode()),
        ("合肥/表.xlsx", (tmp_path / "x.xlsx").read_bytes()),
        ("芜湖/行.jsonl", '{"b": "3", "a": "丙"}\n'.encode()),
        ("芜湖/列.parquet", (tmp_path / "x.parquet").read_bytes()),
        ("芜湖/树.xml", "<r><p><a>丁</a><b>4</b></p></r>".encode()),
        ("__MACOSX/._明细.csv", b"\0\0"),
        ("公函.pdf", b"%PDF-1.7 ..."),
        encoding=encoding,
    )
    report = take(house, content, sheets="all")
    assert codes(report) == ["I035"]
    assert loaded(house) == [
        (1, "甲", "1"), (3, "乙", "2"), (5, "一月", "1"), (7, "二月", "1"), (8, "p", "2"), (9, "丁", "4"),
        (10, "丙", "3"),
    ]  # fmt: skip
    assert parts(house) == [
        ("合肥/明细.csv", 1, 3),
        ("合肥/表.xlsx / 一月", 4, 1),
        ("合肥/表.xlsx / 二月", 6, 1),
        ("芜湖/列.parquet", 8, 1),
        ("芜湖/树.xml", 9, 1),
        ("芜湖/行.jsonl", 10, 1),
    ]
    assert house.rows("select row from clew.quarantine") == [(2,)]
    assert not any((house.settings.state_dir / "spill").iterdir())


@pytest.mark.parametrize("file", ["x.csv.gz", "x.gz", "x.csv", "x.tar.gz", "x.tgz", "x.tar"])
def test_single_compressed_files_and_tar(house: House, file: str) -> None:
    content = b"a,b\nx,1\ny,2\n"
    if "t" in file.removeprefix("x."):
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as archive:
            info = tarfile.TarInfo("x.csv")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        content = made.getvalue()
    take(house, content if file == "x.tar" else gzip.compress(content), file)
    assert loaded(house) == [(1, "x", "1"), (2, "y", "2")]
    assert parts(house)[0][1:] == (1, 2)


def test_archives_inside_archives_are_opened(house: House) -> None:
    inner = packed(("a.csv", b"a,b\nx,1\n"))
    take(house, packed(("市.zip", inner), ("县.csv.gz", gzip.compress(b"a,b\ny,2\n"))))
    assert [name for name, *_ in parts(house)] == ["县.csv.gz/县.csv", "市.zip/a.csv"]
    deep = inner
    for _ in range(4):
        deep = packed(("x.zip", deep))
    assert codes(take(house, deep, "deep.zip")) == ["I033"]


def test_the_contract_may_choose_members(house: House) -> None:
    content = packed(("说明.txt", b"read me"), ("明细1.csv", b"a,b\nx,1\n"), ("d/明细2.csv", b"a,b\ny,2\n"))
    take(house, content, members="[明细*.csv]")
    assert [name for name, *_ in parts(house)] == ["d/明细2.csv", "明细1.csv"]
    assert codes(take(house, packed(("a.csv", b"a,b\n")), "none.zip", members="[明细*]")) == ["I033"]


def test_a_member_that_cannot_be_read_refuses_the_whole_with_its_place(house: House) -> None:
    content = packed(("good.csv", b"a,b\nx,1\n"), ("sub/bad.csv", b"a,c\nx,1\n"))
    report = take(house, content)
    assert report.refused == 1
    assert ("I010", "drop/two/x.zip/sub/bad.csv") in [(one.code, one.place.path) for one in report.problems]
    assert house.rows("select count(*) from clew.part") == [(0,)]


def test_an_encrypted_member_is_refused_by_name(house: House) -> None:
    content = bytearray(packed(("密.csv", b"a,b\nx,1\n")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    (problem,) = take(house, bytes(content)).problems
    assert (problem.code, problem.place.path) == ("I032", "drop/two/x.zip/密.csv")


@pytest.mark.parametrize("file", ["x.zip", "x.csv.gz", "x.tar.gz"])
@pytest.mark.parametrize("keep", [0.5, 0.9, 0.99])
def test_an_archive_cut_short_is_refused(house: House, file: str, keep: float) -> None:
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (number * 7919 % 10007, number) for number in range(5000))
    if file == "x.zip":
        whole = packed(("a.csv", content))
    elif file == "x.csv.gz":
        whole = gzip.compress(content)
    else:
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w:gz") as archive:
            info = tarfile.TarInfo("x.csv")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        whole = made.getvalue()
    assert codes(take(house, whole[: int(len(whole) * keep)], file)) == ["I033"]


def test_a_flipped_bit_is_found_by_the_checksum(house: House) -> None:
    content = bytearray(packed(("a.csv", b"a,b\n" + b"x,1\n" * 1000)))
    content[45] ^= 0x10
    assert codes(take(house, bytes(content))) == ["I033"]


@pytest.mark.parametrize("file", ["x.zip", "x.csv.gz"])
def test_a_bomb_is_refused_before_it_fills_the_disk(house: House, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setattr("clew.ingest.read.unpack.BOMB_FROM", 1_000_000)
    content = b"a,b\n" + bytes(20_000_000)
    bomb = packed(("a.csv", content)) if file == "x.zip" else gzip.compress(content)
    report = take(house, bomb, file)
    assert codes(report) == ["I031"]
    assert "200 times" in report.problems[0].message
    house.settings = replace(house.settings, unpack_ratio=10_000, unpack_limit="1MB")
    assert "1,048,576 bytes" in take(house, bomb, f"again-{file}").problems[-1].message


def test_names_that_climb_out_of_the_folder_go_nowhere(house: House) -> None:
    before = set(house.settings.project.parent.rglob("*evil*"))
    names = (
        "../../../evil.csv",
        str(house.settings.project / "evil.csv"),
        "c:\\evil.csv",
        "a\x00b.csv",
        "x" * 300 + ".csv",
    )
    take(house, packed(*((name, b"a,b\nx,1\n") for name in names)))
    assert len(loaded(house)) == len(names)
    made = set(house.settings.project.parent.rglob("*evil*")) - before
    assert made == set()


@pytest.mark.parametrize("content", [packed(), packed(("only/", b"")), b"PK\x05\x06" + bytes(18)])
def test_an_archive_without_data_is_refused(house: House, content: bytes) -> None:
    assert codes(take(house, content)) == ["I033"]


def test_a_link_in_a_tar_is_not_followed(house: House) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        link = tarfile.TarInfo("passwd.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert codes(take(house, made.getvalue(), "x.tar")) == ["I033"]


def test_more_members_than_one_statement_reads(house: House) -> None:
    house.contract("two", "  - {name: a, logicalType: integer}\n  - {name: b, logicalType: string}")
    count = 2 * RELATIONS_AT_ONCE + 3
    members = [(f"{number:03}.csv", f"a,b\n{number},x\nnone,y\n".encode()) for number in range(count)]
    house.drop("two", "many.zip", packed(*members))
    (file,) = house.ingest().files
    assert (file.rows_read, file.rows_loaded, file.rows_quarantined) == (2 * count, count, count)
    rows = house.rows("select a, _row from data.two order by _row")
    assert rows == [(number, 2 * number + 1) for number in range(count)]
    assert house.rows("select count(*), min(rows), max(rows) from clew.part") == [(count, 2, 2)]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("name", ["一.csv", "联通·三月.csv", "é.csv", "明细𠮷.csv"])
def test_a_name_in_gbk_that_utf8_would_take_too_is_read_in_gbk(house: House, name: str, encoding: str) -> None:
    if name in ("é.csv", "明细𠮷.csv"):
        encoding = "utf-8"
    take(house, packed((name, b"a,b\nx,1\n"), encoding=encoding))
    ((found, _, _),) = parts(house)
    assert found == (name if name != "é.csv" else "é.csv".encode().decode("gb18030"))


def test_a_member_that_is_no_data_is_refused_with_the_word_that_leaves_it_out(house: House) -> None:
    report = take(house, packed(("a.csv", b"a,b\nx,1\n"), ("读我.txt", "请查收".encode("gbk"))))
    (problem,) = (one for one in report.problems if one.code in ("I010", "I014"))
    assert problem.place.path.endswith("读我.txt") and "name those that are under 'members'" in problem.help
