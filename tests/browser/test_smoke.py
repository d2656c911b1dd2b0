"""Every page opens in both languages, asks nobody outside, and says nothing about anybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from allocation.messages import LANGS, Lang, text
from allocation.ui.navigation import VIEWS
from tests.browser.gossip import told
from tools.browsing import NewPlanner, Planner, Server

NAMES = [view.name for view in VIEWS]


def title(view: str, lang: Lang = "zh") -> str:
    """Title of a page."""
    return text(f"app_page_{view}", lang)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", NAMES)
def test_a_page_opens_by_its_address(planner: Planner, view: str, lang: Lang) -> None:
    page = planner.goto("" if view == "run" else view, lang=lang)
    expect(page.get_by_role("heading", level=1)).to_have_text(title(view, lang))
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


@pytest.mark.parametrize("view", ["map", "awards", "compare", "handout"])
@pytest.mark.parametrize("run", ["nonsense", "../../etc/passwd", "哨", "."])
def test_a_wrong_address_leads_on(planner: Planner, view: str, run: str) -> None:
    page = planner.goto(view, run=run)
    expect(page.get_by_role("heading", level=1)).to_have_text(title(view))
    expect(page.get_by_text(text("app_run_unknown", "zh"))).to_be_visible()
    page.get_by_role("button", name=text("app_newest_run", "zh")).click()
    expect(page.get_by_text(text("app_run_unknown", "zh"))).to_have_count(0)
    planner.settled()
    assert "nonsense" not in planner.address()


def test_a_page_that_is_not_there_still_navigates(planner: Planner) -> None:
    page = planner.goto("nonsense")
    expect(page.get_by_role("heading", level=1)).to_have_text(title("run"))


def test_the_language_stays_over_pages_and_reloads(planner: Planner) -> None:
    page = planner.goto("awards")
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title("awards", "en"))
    planner.settled()
    assert "lang=en" in planner.address()
    page.get_by_role("link", name=title("map", "en"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title("map", "en"))
    planner.settled()
    assert "lang=en" in planner.address()
    planner.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(title("map", "en"))
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title("map", "zh"))


def test_the_keyboard_reaches_navigation_and_language(planner: Planner) -> None:
    page = planner.goto("map")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(str(page.evaluate("document.activeElement.innerText")).strip())
        if "中文" in seen:
            break
    assert {title("data"), title("awards"), "中文"} <= seen
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text(title("map", "en"))


def test_the_keyboard_opens_a_page(planner: Planner) -> None:
    page = planner.goto("map")
    page.get_by_role("link", name=title("awards"), exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title("awards"))


def test_nothing_personal_is_written_down(new_planner: NewPlanner, server: Server) -> None:
    for lang in LANGS:
        planner = new_planner()
        for view in NAMES:
            planner.goto("" if view == "run" else view, lang=lang)
    logs = [server.log_file, *server.home.glob("runs/**/log.txt")]
    assert len(logs) > 1
    for log in logs:
        assert not told(log.read_text(encoding="utf-8")), log.name
