"""clew health and clew catalogue: what they say, and the exit codes a script may rely on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import AS_OF, Clew


def test_a_dataset_is_fresh_until_its_agreed_age(clew: Clew, night: Path) -> None:
    ended = clew("health", "--project", night, "--as-of", AS_OF, "--strict")
    assert ended.code == 0
    assert "fresh" in ended.out
    late = clew("health", "--project", night, "--as-of", "2026-07-06", "--strict")
    assert late.code == 1
    assert "1 stale" in late.out
    assert clew("health", "--project", night, "--as-of", "2026-07-06").code == 0  # only --strict ends with a code


def test_health_as_json_counts_days(clew: Clew, night: Path) -> None:
    (told,) = json.loads(clew("health", "payment", "--project", night, "--as-of", "2026-07-05", "--json").out)
    assert (told["newest"], told["age"], told["agreed"], told["state"]) == ("2026-05-31", 35, 35, "fresh")
    assert (told["deliveries"], told["rows"], told["unusual"], told["well"]) == (1, 4, [], True)


def test_what_was_promised_and_never_received_is_not_well(clew: Clew, night: Path) -> None:
    ended = clew("health", "--project", night, "--as-of", "2026-06-01", "--strict")
    assert ended.code == 1
    assert "never" in ended.out


def test_an_unknown_dataset_is_a_wrong_argument(clew: Clew, night: Path) -> None:
    ended = clew("health", "paymant", "--project", night)
    assert ended.code == 2
    assert "payment" in ended.err


def test_the_catalogue_is_written_where_it_is_wanted(clew: Clew, night: Path, tmp_path: Path) -> None:
    ended = clew("catalogue", "--project", night, "--out", tmp_path / "site", "--as-of", AS_OF)
    assert ended.code == 0
    assert str(tmp_path / "site" / "index.html") in ended.out
    assert clew("catalogue", "--project", night, "--out", tmp_path / "site", "--as-of", AS_OF).code == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    refused = clew("catalogue", "--project", night, "--out", tmp_path / "mine")
    assert refused.code == 2
    assert "nothing was changed" in refused.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_night_writes_the_pages_the_settings_ask_for(clew: Clew, office: Path) -> None:
    (office / "clew.toml").write_text('pages = "catalogue"\n', encoding="utf-8")
    ended = clew("run", "--project", office, "--as-of", AS_OF)
    assert ended.code == 0
    assert str(office / "var" / "catalogue" / "index.html") in ended.out
