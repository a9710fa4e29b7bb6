"""From init to dispositions by commands alone."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from tests.cli.conftest import AS_OF, Clew


def first_clue(clew: Clew, office: Path) -> str:
    return str(json.loads(clew("clues", "-C", office, "--json").out)["clues"][0]["clue_id"])


def test_a_new_project_passes_check_and_test(clew: Clew, fresh: Path) -> None:
    checked = clew("check", "-C", fresh)
    assert (checked.code, checked.err) == (0, "")
    assert "0 errors, 0 warnings" in checked.out
    tried = clew("test", "-C", fresh)
    assert tried.code == 0
    assert "4 trials, 0 failed" in tried.out


def test_a_new_project_knows_the_holidays_that_this_one_knows(fresh: Path) -> None:
    ours = Path(__file__).parents[2] / "rules" / "holidays"
    theirs = fresh / "rules" / "holidays"
    told = [{path.name: path.read_text("utf-8") for path in folder.iterdir()} for folder in (ours, theirs)]
    assert told[0] == told[1] and "2026.yml" in told[1]


def test_init_changes_nothing_that_is_there(clew: Clew, fresh: Path) -> None:
    before = (fresh / "clew.toml").read_bytes()
    again = clew("init", fresh)
    assert again.code == 2 and "nothing was changed" in again.err
    assert (fresh / "clew.toml").read_bytes() == before
    assert (fresh / ".gitignore").read_text(encoding="utf-8") == "var/\n"


def test_a_night_tells_the_funnel_the_bands_and_where_the_workbooks_are(clew: Clew, office: Path) -> None:
    again = clew("run", "-C", office, "--as-of", AS_OF)
    assert again.code == 0
    assert "done before; nothing changed" in again.out
    titles = ("example.paid_twice", "paid_twice", "待遇重复发放法律监督模型")
    for part in (*titles, "红 red", "试运行 shadow", "线索.xlsx"):
        assert part in again.out
    report = json.loads(clew("run", "-C", office, "--as-of", AS_OF, "--json").out)
    assert report["replayed"] is True
    assert [(batch["unit"], batch["clues"]) for batch in report["batches"]] == [("public_interest", 1), ("watch", 0)]
    assert all(Path(batch["workbook"]).is_file() for batch in report["batches"])


def test_batches_lists_what_was_sealed(clew: Clew, office: Path) -> None:
    found = json.loads(clew("batches", "-C", office, "--json").out)
    assert [batch["unit"] for batch in found] == ["public_interest", "watch"]
    only = clew("batches", "-C", office, "--unit", "public_interest")
    assert "公益诉讼检察 public_interest" in only.out and "watch" not in only.out
    unknown = clew("batches", "-C", office, "--unit", "wach")
    assert (unknown.code, unknown.out) == (2, "") and "there is no unit 'wach'" in unknown.err
    assert "did you mean 'watch'?" in unknown.err


def test_clues_are_masked_unless_the_purpose_is_a_case(clew: Clew, office: Path) -> None:
    listed = clew("clues", "-C", office)
    assert "张** 110*************2X" in listed.out and "1 of 1 clues shown" in listed.out
    assert "张建国" not in listed.out and "11010519491231002X" not in listed.out
    assert "张建国 11010519491231002X" in clew("clues", "-C", office, "--purpose", "case").out
    assert clew("clues", "-C", office, "--state", "closed").out == "No clue matches.\n"


def test_a_filter_that_stands_for_nothing_is_a_wrong_argument(clew: Clew, office: Path) -> None:
    for option, word, meant in (("--band", "yelow", "yellow"), ("--model", "paid_twic", "paid_twice"),
                                ("--unit", "wach", "watch"), ("--state", "clozed", "closed")):  # fmt: skip
        told = clew("clues", "-C", office, option, word)
        assert (told.code, told.out) == (2, "")
        assert f"there is no {option.strip('-')} '{word}'" in told.err and f"did you mean '{meant}'?" in told.err


def test_why_walks_from_the_clue_to_the_file_and_its_sender(clew: Clew, office: Path) -> None:
    clue = first_clue(clew, office)
    told = clew("why", clue, "-C", office)
    assert told.code == 0
    for part in (clue, "example.paid_twice", "《示例法律》第1条", "60 x 强度 1 = 60", "payments.csv, 第 1 行",
                 "示例发放单位", "示例函〔2026〕1号", "sha256 "):  # fmt: skip
        assert part in told.out
    assert "张建国" not in told.out and "11010519491231002X" not in told.out
    english = clew("why", clue, "-C", office, "--lang", "en", "--purpose", "case")
    assert "was paid 3 times" in english.out and "张建国" in english.out
    chain = json.loads(clew("why", clue, "-C", office, "--json").out)
    assert [len(rule["sources"]) for rule in chain["rules"]] == [3]


def test_one_flipped_byte_in_a_source_file_is_found_and_named(clew: Clew, office: Path) -> None:
    assert "1 source files and 2 batches hashed; 0 problems." in clew("verify", "-C", office).out
    landed = next(path for path in (office / "var" / "landing").rglob("*.csv"))
    landed.chmod(0o640)
    content = bytearray(landed.read_bytes())
    content[-3] ^= 1
    landed.write_bytes(content)
    sealed = next((office / "var" / "batches").rglob("clues.csv"))
    sealed.unlink()
    found = clew("verify", "-C", office)
    assert found.code == 1
    assert str(landed) in found.err and "received as 'payments.csv'" in found.err
    assert str(sealed) in found.err and "is missing" in found.err
    assert len(json.loads(clew("verify", "-C", office, "--json").out)["problems"]) == 2


def test_a_filled_workbook_is_recorded_once(clew: Clew, office: Path) -> None:
    path = Path(json.loads(clew("batches", "-C", office, "--json").out)[0]["workbook"])
    book = openpyxl.load_workbook(path)
    sheet = book["线索清单"]
    heading = next(row for row in range(1, 20) if str(sheet.cell(row, 1).value).startswith("线索编号"))
    columns = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[heading]}
    sheet.cell(heading + 1, columns["处置结果"]).value = "合法例外"
    back = office / "back.xlsx"
    book.save(back)
    done = clew("dispose", back, "-C", office, "--by", "王检察官", "--on", "2026-07-10")
    assert (done.code, done.out) == (0, "1 dispositions recorded, 0 already known.\n")
    assert json.loads(clew("dispose", back, "-C", office, "--json").out) == {"recorded": 0, "unchanged": 1}
    told = clew("why", first_clue(clew, office), "-C", office)
    assert "合法例外 lawful_exception" in told.out and "王检察官" in told.out
    sheet.cell(heading + 1, columns["处置结果"]).value = "不清楚"
    book.save(back)
    refused = clew("dispose", back, "-C", office)
    assert refused.code == 1 and f"back.xlsx[线索清单]:{heading + 1}:" in refused.err and "F003" in refused.err


def test_a_single_clue_is_disposed_by_hand(clew: Clew, office: Path) -> None:
    clue = first_clue(clew, office)
    assert clew("dispose", clue, "-C", office).code == 2
    wrong = clew("dispose", clue, "-C", office, "--as", "substantiatet")
    assert wrong.code == 1 and "did you mean 'substantiated'?" in wrong.err
    assert clew("dispose", clue, "-C", office, "--as", "substantiated", "--note", "属实").code == 0
    assert clew("dispose", "none", "-C", office, "--as", "substantiated").code == 1


def test_a_clue_is_followed_until_it_is_closed_and_only_as_the_table_allows(clew: Clew, office: Path) -> None:
    clue = first_clue(clew, office)
    assert clew("dispose", clue, "-C", office, "--as", "substantiated", "--by", "王检察官").code == 0
    for state in ("measure", "reply", "closed"):
        moved = clew("move", clue, state, "-C", office, "--by", "李检察官", "--note", "已制发检察建议")
        assert (moved.code, moved.err) == (0, "")
    refused = clew("move", clue, "reply", "-C", office, "--by", "李检察官")
    assert refused.code == 2 and "a clue that is 'closed' cannot become 'reply'; it can become: new" in refused.err
    assert clew("move", clue, "substantiated", "-C", office, "--by", "x").code == 2
    assert "did you mean 'verifying'?" in clew("move", clue, "verifing", "-C", office, "--by", "x").err
    assert clew("move", "none", "closed", "-C", office, "--by", "x").code == 2
    early = clew("move", clue, "new", "-C", office, "--by", "x", "--on", "2026-07-01")
    assert early.code == 2 and "2026-07-01 is earlier than the last move of the clue" in early.err
    assert json.loads(clew("move", clue, "new", "-C", office, "--by", "x", "--json").out)["state"] == "new"
    assert [one["state"] for one in json.loads(clew("clues", "-C", office, "--json").out)["clues"]] == ["new"]


def test_a_refused_file_is_exit_3_and_does_not_stop_the_others(clew: Clew, office: Path) -> None:
    drop = office / "var" / "drop" / "payment"
    (drop / "broken.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (drop / "more.csv").write_text(
        "支付编号,身份证号,姓名,所属月份,发放日期,金额,行政区划代码\n"
        "P9,340102195003072712,李四,2026-06-01,2026-06-10,500.00,340102\n",
        encoding="utf-8",
    )
    done = clew("ingest", "-C", office, "--as-of", AS_OF)
    assert done.code == 3
    assert "refused: payment/broken.csv" in done.out and "payment/broken.csv:1:" in done.err
    assert "1 files loaded, 1 known already, 1 refused; 1 rows loaded" in done.out
    assert json.loads(clew("ingest", "-C", office, "--as-of", AS_OF, "--json").out)["rows_loaded"] == 0
