"""The work of a day without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import choose_by_keys, say
from tests.browser.gossip import receipt
from tests.browser.office import Office
from tests.browser.test_smoke import expect_page, title
from tools.browsing import Planner

MOST_TABS = 60
_FOCUSED = """() => {
    const at = document.activeElement;
    // An icon is a word in a font of icons, before the label.
    return (at.getAttribute('aria-label') || at.innerText || '').trim().split('\\n').pop();
}"""


def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until something of a name has the focus; list all that had it."""
    seen: list[str] = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        seen.append(str(page.evaluate(_FOCUSED)))
        if seen[-1] == name:
            return seen
    raise AssertionError(f"Tab never came to {name}, only to {seen}")


def test_navigation_and_language(planner: Planner) -> None:
    page = planner.goto("map")
    tab_to(page, title("awards"))
    page.keyboard.press("Enter")
    expect_page(page, "awards")
    planner.settled()
    tab_to(page, "中文")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect_page(page, "awards", "en")


def test_from_a_receipt_number_to_the_reasons_and_back(planner: Planner, office: Office) -> None:
    page = planner.goto("awards", run=office.run)
    tab_to(page, say("app_awards_search"))
    page.keyboard.type(receipt("A05"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=say("app_awards_why"))).to_be_visible()
    planner.settled()
    tab_to(page, say("app_awards_why"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=receipt("A05"))).to_be_visible()
    planner.settled()
    tab_to(page, say("app_awards_back"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name=say("app_awards_search"))).to_be_visible()


def test_a_place_on_the_map_is_chosen_and_given_up(planner: Planner, office: Office) -> None:
    page = planner.goto("map", run=office.run)
    tab_to(page, say("app_map_choose"))
    planner.settled()
    page.keyboard.type("L1")
    choose_by_keys(page, re.compile("^L1"), re.compile("place=L1"))
    expect(page.get_by_text(f"　{receipt('A07')}　")).to_be_visible()
    planner.settled()
    tab_to(page, "Clear value")  # the field's own word
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("place="))
