"""A real OpenSSH server: only from a server that is known, only whole files, taken up again where they broke off."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clew.sources import sftp
from tests.sources.office import Office, codes, server
from tests.sources.password_server import password_server
from tests.sources.remote import Sshd

COLUMNS = """
- {name: payment_id, logicalType: string}
- {name: paid_on, logicalType: date}
"""
CSV = "payment_id,paid_on\n1,2026-05-01\n2,2026-05-02\n"
LETTER = 'sender: 市人社局\nletter: 检调〔2026〕1号\nreceived_on: 2026-06-10\nregion: "3401"\nrows: 2\n'


def entry(sshd: Sshd, **words: object) -> str:
    given: dict[str, object] = {"fetch": "files", "user": sshd.user, "hostKey": f'"{sshd.fingerprint}"',
                                "settleSeconds": 0, **words}  # fmt: skip
    location = str(given.pop("location", sshd.location))
    return server("box", "sftp", {"location": f'"{location}"'}, {k: v for k, v in given.items() if v is not None})


@pytest.fixture
def box(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder on the server, empty; the client's key is in the environment."""
    monkeypatch.setenv("CLEW_SECRET_BOX_KEY", sshd.key.read_text())
    yield sshd.folder
    for path in sshd.folder.iterdir():
        path.unlink()


def test_files_and_their_sidecars_come_once(sshd: Sshd, box: Path, office: Office) -> None:
    (box / "五月.csv").write_text(CSV, encoding="utf-8")
    (box / "五月.csv.yml").write_text(LETTER, encoding="utf-8")
    (box / "六月.csv.part").write_text(CSV, encoding="utf-8")
    (box / "readme.txt").write_text("x")
    office.contract("payment", COLUMNS, entry(sshd, pattern='"*.csv"'), event="paid_on")
    fetched = office.fetch()
    assert (fetched.files, codes(fetched)) == (("五月.csv",), [])
    assert office.fetch().status == "nothing new"
    (file,) = office.ingest().files
    assert (file.status, file.rows_loaded) == ("loaded", 2)
    assert office.rows("select sender, letter, region, expected_rows, source from clew.delivery") == [
        ("市人社局", "检调〔2026〕1号", "3401", 2, f"box{sshd.folder}")
    ]
    for path in (office.settings.drop_dir / "payment").iterdir():
        path.unlink()
    assert office.fetch().status == "nothing new", "what was loaded is known even when the drop folder was emptied"
    corrected = box / "五月.csv.yml"
    corrected.write_text(LETTER.replace("rows: 2", "rows: 3"), encoding="utf-8")
    # SFTP tells times in whole seconds, and the letter is as long as before: the same second would be the same state.
    later = time.time() + 2
    os.utime(corrected, (later, later))
    assert office.fetch().files == ("五月.csv",), "a corrected letter counts"


def test_a_letter_that_cannot_be_read_is_refused_at_its_line(sshd: Sshd, box: Path, office: Office) -> None:
    (box / "a.csv").write_text(CSV, encoding="utf-8")
    (box / "a.csv.yml").write_text("sender: [unfinished\n", encoding="utf-8")
    office.contract("payment", COLUMNS, entry(sshd), event="paid_on")
    assert office.fetch().status == "fetched"
    assert office.ingest().refused == 1
    (box / "a.csv.yml").write_text("sender: finished\n", encoding="utf-8")
    assert office.fetch().status == "fetched"
    assert office.ingest().rows_loaded == 2


def test_a_file_that_still_grows_is_left(sshd: Sshd, box: Path, office: Office) -> None:
    path = box / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    office.contract("payment", COLUMNS, entry(sshd, settleSeconds=1), event="paid_on")
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with path.open("a", encoding="utf-8") as file:
                file.write("3,2026-05-03\n")
            time.sleep(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        fetched = office.fetch()
    finally:
        stop.set()
        writer.join()
    assert (fetched.status, codes(fetched)) == ("nothing new", ["N026"])
    assert office.dropped("payment") == []
    assert office.fetch().files == ("a.csv",)


def test_a_broken_transfer_goes_on_where_it_stopped(
    sshd: Sshd, box: Path, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(3 * 1024 * 1024)
    (box / "a.csv").write_bytes(content)
    office.contract("payment", COLUMNS, entry(sshd), event="paid_on")

    def cut(text: str) -> None:
        if f"{sftp.CHUNK} of" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.fetch(progress=cut)
    assert office.dropped("payment") == []
    said: list[str] = []
    assert office.fetch(progress=said.append).files == ("a.csv",)
    assert [text for text in said if f": {sftp.CHUNK} of" in text] == []
    assert (office.settings.drop_dir / "payment" / "a.csv").read_bytes() == content


@pytest.mark.parametrize("way", ["fingerprint", "known_hosts"])
def test_a_server_whose_key_changed_is_told_nothing(
    sshd: Sshd, box: Path, office: Office, tmp_path: Path, way: str
) -> None:
    (box / "a.csv").write_text(CSV, encoding="utf-8")
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    known = tmp_path / "known"

    def words(key: str) -> dict[str, object]:
        if way == "known_hosts":
            known.write_text(f"[127.0.0.1]:{sshd.port} {key}")
            return {"hostKey": None, "knownHosts": "known"}
        listed = subprocess.run(["ssh-keygen", "-lf", "-"], input=key, check=True, capture_output=True, text=True)
        return {"hostKey": f'"{listed.stdout.split()[1]}"'}

    office.contract("payment", COLUMNS, entry(sshd, **words(Path(f"{other}.pub").read_text())), event="paid_on")
    fetched = office.fetch()
    assert (fetched.status, codes(fetched)) == ("failed", ["N013"])
    assert sshd.fingerprint in fetched.problems[0].message
    office.contract("payment", COLUMNS, entry(sshd, **words(Path(f"{sshd.host_key}.pub").read_text())), event="paid_on")
    assert office.fetch().status == "fetched"


def test_an_unknown_server_is_never_trusted(sshd: Sshd, box: Path, office: Office, tmp_path: Path) -> None:
    (tmp_path / "known").write_text("")
    office.contract("payment", COLUMNS, entry(sshd, hostKey=None, knownHosts="known"), event="paid_on")
    assert codes(office.fetch()) == ["N013"]
    office.contract("payment", COLUMNS, entry(sshd, hostKey=None), event="paid_on")
    with pytest.raises(Exception, match="N002 the server does not say its 'hostKey'"):
        office.sources()


def test_what_stops_a_fetch_says_what_to_mend(
    sshd: Sshd, box: Path, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failure(location: str = sshd.location) -> list[str]:
        office.contract("payment", COLUMNS, entry(sshd, location=location), event="paid_on")
        assert codes(office.fetch()) == codes(office.fetch(only_check=True))
        return codes(office.fetch())

    assert failure(f"{sshd.location}/nowhere") == ["N027"]
    assert failure("sftp://127.0.0.1:9/files") == ["N010"]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "stranger"], check=True)
    monkeypatch.setenv("CLEW_SECRET_BOX_KEY", (tmp_path / "stranger").read_text())
    assert failure() == ["N011"]
    monkeypatch.setenv("CLEW_SECRET_BOX_KEY", "no key")
    assert failure() == ["N008"]
    monkeypatch.delenv("CLEW_SECRET_BOX_KEY")
    assert failure() == ["N008"]


def test_a_login_by_password(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no key is given; the password comes from the environment and stands in no message."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "五月.csv").write_text(CSV, encoding="utf-8")
    with password_server(tmp_path / "files", "clew", "geheim 密码") as box:
        words = {"user": "clew", "hostKey": f'"{box.fingerprint}"', "location": f"sftp://127.0.0.1:{box.port}/"}
        given = {"fetch": "files", "settleSeconds": 0, **words}
        location = str(given.pop("location"))
        office.contract("payment", COLUMNS, server("box", "sftp", {"location": location}, given), event="paid_on")
        (problem,) = office.fetch().problems
        assert (problem.code, "CLEW_SECRET_BOX_PASSWORD or CLEW_SECRET_BOX_KEY" in problem.help) == ("N008", True)
        monkeypatch.setenv("CLEW_SECRET_BOX_PASSWORD", "wrong")
        refused = office.fetch()
        assert codes(refused) == ["N011"] and "wrong" not in str(refused)
        monkeypatch.setenv("CLEW_SECRET_BOX_PASSWORD", "geheim 密码")
        fetched = office.fetch()
        assert (fetched.files, codes(fetched)) == (("五月.csv",), [])
    assert office.ingest().rows_loaded == 2


def test_a_file_from_elsewhere_is_never_written_over(sshd: Sshd, box: Path, office: Office) -> None:
    (box / "a.csv").write_text(CSV, encoding="utf-8")
    office.contract("payment", COLUMNS, entry(sshd), event="paid_on")
    folder = office.settings.drop_dir / "payment"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("payment_id,paid_on\n9,2026-05-09\n", encoding="utf-8")
    assert codes(office.fetch()) == ["N032"]
    assert "9,2026-05-09" in (folder / "a.csv").read_text("utf-8")
