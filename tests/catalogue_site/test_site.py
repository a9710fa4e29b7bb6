"""The catalogue as files: whole, equal for equal facts, closed to everything outside, free of values of rows."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from clew.catalogue_site.folder import NotOursError
from clew.catalogue_site.read_facts import read_facts
from clew.catalogue_site.text import both, fitted, percent, width
from clew.catalogue_site.write import write_catalogue
from clew.contracts.catalogue import Catalogue
from clew.project import Project
from clew.warehouse import open_warehouse
from tests.catalogue_site.conftest import AS_OF, HOSTILE, PERSON, Site


class Page(HTMLParser):
    """Tags with their attributes, and the text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]


def pages(site: Site) -> list[Path]:
    found = sorted(site.folder.rglob("*.html"))
    assert len(found) == 1 + len(site.project.catalogue.contracts)
    return found


def test_the_same_facts_give_the_same_bytes(site: Site, tmp_path: Path) -> None:
    site.write(tmp_path / "again")
    first = {path.relative_to(site.folder): path.read_bytes() for path in site.folder.rglob("*") if path.is_file()}
    again = {path.relative_to(tmp_path / "again"): path.read_bytes() for path in (tmp_path / "again").rglob("*.*")
             if path.is_file()}  # fmt: skip
    assert first == again


def test_an_older_day_shows_what_was_known_then(site: Site, tmp_path: Path) -> None:
    site.write(tmp_path / "then", AS_OF.replace(month=3))
    text = (tmp_path / "then" / "datasets" / "payment.html").read_text("utf-8")
    assert "发放3.csv" in text
    assert "发放4.csv" not in text


def test_hostile_texts_stay_texts(site: Site) -> None:
    for path in pages(site):
        page = Page(path)
        assert len(page.all("script")) == 1
        assert page.all("img") == []
        assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []
        assert [a for tag, attributes in page.tags for a in attributes if a == "style"] == []
        assert "49" not in re.findall(r"\{\{|49 &", path.read_text("utf-8"))
    shown = "".join(Page(site.folder / "datasets" / "hostile.html").texts)
    assert shown.count(HOSTILE) > 8
    assert "<img src=x onerror=alert(3)>.csv" in shown


def test_the_policy_names_exactly_the_style_and_script_inside(site: Site) -> None:
    for path in pages(site):
        text = path.read_text("utf-8")
        (policy,) = [one["content"] or "" for one in Page(path).all("meta") if "Security" in str(one.get("http-equiv"))]
        assert policy.startswith("default-src 'none'")
        for tag in ("style", "script"):
            (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
            assert f"'sha256-{b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" in policy


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    for path in pages(site):
        for tag, attributes in Page(path).tags:
            for name in ("src", "href", "data", "poster", "srcset", "action"):
                value = attributes.get(name) or ""
                assert not re.match(r"(?i)(https?:|//|javascript:)", value), (path.name, tag, value)
        assert "url(" not in path.read_text("utf-8")


def test_no_value_of_a_row_is_told(site: Site) -> None:
    for path in pages(site):
        text = path.read_text("utf-8")
        assert PERSON not in text
        assert "11010519491231002X" not in text
        assert "nothing,here" not in text


def test_every_link_inside_leads_somewhere(site: Site) -> None:
    for path in pages(site):
        page = Page(path)
        names = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
        assert len(names) == len([1 for _, attributes in page.tags if "id" in attributes]), "an id stands twice"
        for link in page.all("a"):
            target, _, anchor = (link["href"] or "").partition("#")
            assert not target or (path.parent / unquote(target)).resolve().is_file(), (path.name, target)
            assert target or anchor in names, (path.name, anchor)
        for reference in ("aria-labelledby", "for"):
            assert {one[reference] for _, one in page.tags if reference in one} <= names


def test_pages_are_built_for_everybody(site: Site) -> None:
    for path in pages(site):
        page = Page(path)
        assert len(page.all("h1")) == len(page.all("main")) == 1
        assert page.all("html")[0]["lang"] in ("zh-CN", "en")
        assert len(page.all("caption")) == len(page.all("table"))
        assert all("scope" in header for header in page.all("th"))
        assert all(picture.get("aria-label") or picture.get("aria-hidden") for picture in page.all("svg"))


def test_what_the_page_of_a_dataset_says(site: Site) -> None:
    text = "".join(Page(site.folder / "datasets" / "payment.html").texts)
    for word in ("示例发放单位", "示例函〔2026〕6号", "paid_on.type", "person_id", "发放6.csv", "volume", "sensitive"):
        assert word in text, word
    assert "I010" in "".join(Page(site.folder / "datasets" / "hostile.html").texts)  # refused, by its code


def test_rows_are_those_that_count_and_deliveries_are_whole_files(site: Site) -> None:
    with closing(open_warehouse(site.project.settings, read_only=True)) as connection:
        facts = {one.contract.dataset: one for one in read_facts(connection, site.project, AS_OF).datasets}
        before = {
            one.contract.dataset: one for one in read_facts(connection, site.project, AS_OF.replace(month=5)).datasets
        }
    payment = facts["payment"]
    assert payment.rows == 5 * 36 + 4 - 2, "one corrected, two deleted"
    assert before["payment"].rows == 5 * 36
    assert [one.file for one in payment.whole] == [f"发放{month}.csv" for month in range(1, 7)]
    assert {one.file for one in payment.loaded} - {one.file for one in payment.whole} == {"更正.csv", "删除.csv"}


def test_a_folder_that_is_no_catalogue_is_left_alone(site: Site, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(NotOursError):
        site.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_thousand_datasets(site: Site, tmp_path: Path) -> None:
    from dataclasses import replace

    one = site.project.catalogue.contracts["payment"]
    many = {f"payment_{at:04d}": replace(one, dataset=f"payment_{at:04d}") for at in range(1000)}
    project = Project(
        site.project.settings, Catalogue(many), site.project.laws, site.project.library, site.project.models
    )
    with closing(open_warehouse(site.project.settings, read_only=True)) as connection:
        write_catalogue(connection, project, tmp_path / "many", AS_OF)
    assert len(list((tmp_path / "many" / "datasets").iterdir())) == 1000
    assert (tmp_path / "many" / "index.html").stat().st_size < 3_000_000


def test_texts_and_figures() -> None:
    assert (
        str(both("<甲>", "<a>"))
        == '<span class="t" lang="zh">&lt;甲&gt;</span><span class="t" lang="en">&lt;a&gt;</span>'
    )
    assert percent(0.00001) == "<0.1\u202f%"
    assert percent(0.5) == "50\u202f%"
    cut = fitted("符合条件未发放困难残疾人生活补贴", 20)
    assert cut.endswith("…")
    assert width(cut) <= 21


def test_the_office_that_answers_is_named_as_people_call_it(site: Site) -> None:
    for path in (site.folder / "index.html", site.folder / "datasets" / "payment.html"):
        assert {"发放单位", "example_agency"} <= set(Page(path).texts)
