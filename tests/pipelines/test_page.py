"""Prefect's page in Chromium, as ``make ui`` serves it: it asks for nothing outside this machine."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pipelines.conftest import Server

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def test_the_page_asks_for_nothing_outside(server: Server) -> None:
    password = f"clew:{Path(server.home, 'password').read_text(encoding='utf-8').strip()}"
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.address)
        page.locator("input[type=password]").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dashboard**")
        page.goto(f"{server.address}/runs")
        page.get_by_text("Runs").first.wait_for()
        page.wait_for_load_state("networkidle")
        browser.close()
    assert asked
    assert [url for url in asked if not url.startswith((server.address, "data:", "blob:"))] == []
