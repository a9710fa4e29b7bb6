"""The catalogue in Chromium, opened from the disk: no request leaves, nothing fails, languages and filter work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

from tests.catalogue_site.conftest import Site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """The index, opened; anything asked of a network and anything on the console is a failure."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened, faults = context.new_page(), list[str]()

    def asked(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            faults.append(request.url)

    def dialog(shown: Dialog) -> None:
        faults.append(shown.message)
        shown.dismiss()

    opened.on("request", asked)
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", dialog)
    opened.goto((site.folder / "index.html").as_uri())
    yield opened
    assert faults == []
    context.close()


def test_languages_are_chosen_and_kept_from_page_to_page(page: Page) -> None:
    assert page.locator("h1").inner_text() == "数据目录"
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == "Data catalogue"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() == "Data catalogue"
    page.locator("a[href*='payment.html']").first.click()
    assert page.locator("#h-coverage").inner_text() == "Coverage calendar"
    assert page.get_by_role("button", name="English").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="中文").click()
    assert page.locator("#h-coverage").inner_text() == "覆盖日历"
    page.locator(".brand").click()
    assert page.locator("h1").inner_text() == "数据目录"


def test_the_search_box_filters_and_says_how_many_are_left(page: Page) -> None:
    rows = page.locator("tbody tr:visible")
    everything = rows.count()
    page.locator("#search").fill("PAYMENT amount")
    assert rows.count() == 1
    assert page.locator("[data-shown]").inner_text() == "1"
    page.locator("#search").fill("no such dataset")
    assert rows.count() == 0
    assert page.locator("#nothing").is_visible()
    page.locator("#search").fill("")
    assert rows.count() == everything
    page.get_by_label("只看需要关注的").check()
    assert 0 < rows.count() < everything + 1


def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName + '.' + document.activeElement.id"))
    assert {"BUTTON.", "INPUT.search", "INPUT.attention", "A."} <= set(reached)


def test_hostile_texts_do_nothing_in_a_browser(page: Page) -> None:
    page.locator("a[href*='hostile.html']").first.click()
    assert page.locator("h1").inner_text().startswith("</title><script>")
    assert page.locator("img").count() == 0


def test_a_phone_scrolls_in_one_direction_only(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    for path in sorted(site.folder.rglob("*.html")):
        phone.goto(path.as_uri())
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path.name
    context.close()


def test_without_scripts_both_languages_show(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((site.folder / "index.html").as_uri())
    assert "数据目录" in plain.locator("h1").inner_text()
    assert "Data catalogue" in plain.locator("h1").inner_text()
    assert plain.locator("tbody tr:visible").count() > 0
    context.close()


def test_texts_stand_out_from_their_ground(page: Page) -> None:
    """WCAG 2.1 AA: 4.5 to 1 for every text on a plain ground."""
    page.locator("a[href*='payment.html']").first.click()
    weak = page.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const weak = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg') || e.closest('[aria-hidden=true]') || e.closest('.quiet, .skip') || !e.offsetParent) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    let ground = [255, 255, 255], at = e;
    while (at) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) { ground = c; break; }
      at = at.parentElement;
    }
    const a = light(parse(getComputedStyle(e).color)), b = light(ground);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)} ${e.textContent.trim().slice(0, 20)}`);
  }
  return weak.slice(0, 10);
}"""
