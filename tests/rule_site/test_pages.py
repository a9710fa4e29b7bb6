"""Pages of rules and models: whole, escaped, without a network, and free of any row's value."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Request, sync_playwright

from clew.cli.main import run
from tests.catalogue_site.test_browser import CHROMIUM, FLAGS
from tests.cli.conftest import AS_OF, LETTER, PAYMENTS

HOSTILE = "<script>alert(1)</script>&amp; {{ 7*7 }}"


class Links(HTMLParser):
    """Every link, source and style of a page, and whether its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a starter project after one night and one answer, a text of its rule being an attack."""
    office = tmp_path_factory.mktemp("pages") / "office"
    assert run(["init", str(office)]) == 0
    path = office / "rules" / "example" / "paid_twice.yml"
    text = path.read_text(encoding="utf-8")
    title = re.search(r"^title: (.*)$", text, re.MULTILINE)
    assert title is not None
    path.write_text(text.replace(title[0], f"title: '{HOSTILE}'"), encoding="utf-8")
    drop = office / "var" / "drop" / "payment"
    drop.mkdir(parents=True)
    (drop / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    (drop / "payments.csv.yml").write_text(LETTER, encoding="utf-8")
    assert run(["run", "-C", str(office), "--as-of", AS_OF]) == 0
    folder = tmp_path_factory.mktemp("site") / "pages"
    assert run(["pages", "-C", str(office), "-o", str(folder)]) == 0
    assert run(["pages", "-C", str(office), "-o", str(folder)]) == 0, "earlier pages are replaced"
    return folder


def test_every_link_leads_to_a_page_and_none_to_a_network(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert [path.relative_to(site).as_posix() for path in pages] == [
        "index.html", "models/paid_twice.html", "rules/example.paid_twice.html",
    ]  # fmt: skip
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = Links()
        found.feed(text)
        assert found.scripts == 1 and HOSTILE not in text and "49" not in re.findall(r">([^<]*)</h1>", text)
        for link in found.links:
            path, _, anchor = link.partition("#")
            assert link == "data:," or not re.match(r"[a-z]+:|//", link)
            if path and not path.startswith("data:"):
                assert (page.parent / path).is_file(), link
            elif anchor:
                assert f'id="{anchor}"' in text, link


def test_a_rule_says_what_it_asks_and_what_it_found_and_names_nobody(site: Path) -> None:
    text = (site / "rules" / "example.paid_twice.html").read_text(encoding="utf-8")
    for part in (
        "《示例法律》",
        "每月依规定只发放一笔。",
        "s3_where",
        "补发上月少发的部分",
        "尚无核查结果",
        "boundary",
        ">2笔<",
        "发放次数 ≥ 3",
    ):
        assert part in text, part
    assert 'class="steps"' in text and ">4</text>" in text, "the rows that were read"
    for secret in ("张建国", "11010519491231002X", "P1,"):
        assert all(secret not in page.read_text(encoding="utf-8") for page in site.rglob("*.html"))


def test_without_a_warehouse_the_pages_still_say_what_the_rules_are(tmp_path: Path) -> None:
    office = tmp_path / "office"
    assert run(["init", str(office)]) == 0
    assert run(["pages", "-C", str(office)]) == 0
    assert (office / "var" / "pages" / "index.html").is_file()
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("keep", encoding="utf-8")
    assert run(["pages", "-C", str(office), "-o", str(theirs)]) == 2
    assert [path.name for path in theirs.iterdir()] == ["letter.txt"]


def test_in_a_browser_nothing_fails_and_both_languages_work(site: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page, faults = browser.new_page(viewport={"width": 420, "height": 800}), list[str]()

        def asked(request: Request) -> None:
            if not request.url.startswith(("file:", "data:")):
                faults.append(request.url)

        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", asked)
        page.goto((site / "index.html").as_uri())
        assert page.locator("h1").inner_text() == "规则与监督模型"
        page.locator("a[href*='models/paid_twice']").first.click()
        page.get_by_role("button", name="English").click()
        assert page.locator("#h-routing").inner_text().startswith("Routing")
        page.locator("a[href*='rules/example']").last.click()
        assert page.locator("#h-picture").inner_text().startswith("The steps")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), "a narrow screen scrolls not"
        assert json.dumps(faults) == "[]"
        browser.close()
