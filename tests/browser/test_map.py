"""A place chosen on the map, on a market's plan or in the table is chosen everywhere."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from allocation.messages import Lang
from tests.browser.acts import click_on_map, click_row, expect_chosen, say, table
from tests.browser.gossip import receipt
from tests.browser.office import Office
from tools.browsing import Planner

N_PLACES = 7
STALL_PX = 41
"""Pixels from stall S1 in the middle to its neighbour ten metres east, as the map opens."""


def places(page: Page, lang: Lang = "zh") -> Locator:
    """Find the table of places."""
    return table(page, say("app_map_table_alt", lang, n=N_PLACES))


def test_a_stall_on_the_map_and_on_the_plan(planner: Planner, office: Office) -> None:
    page = planner.goto("map", run=office.run, place="S1")
    expect_chosen(places(page), "S1")

    # On the map: the neighbour, held by one person on an open unit.
    click_on_map(page, STALL_PX, "S2")
    expect(page).to_have_url(re.compile("place=S2"))
    holders = page.get_by_text(re.compile(r"\*.+　H2023-"))
    expect(holders).to_have_count(1)
    expect(holders).to_contain_text(receipt("A06"))
    expect(holders).to_contain_text("哨*己")
    expect(holders).to_contain_text(say("app_map_pool_open"))
    expect_chosen(places(page), "S2")

    # On the plan: back to the first, which two hold and two were refused.
    planner.settled()
    stall = page.get_by_label(f"S1 东市甲区 {say('app_map_status_reserved')}", exact=True)
    stall.click(force=True)  # its number lies on top
    expect(page).to_have_url(re.compile("place=S1"))
    expect(holders).to_have_count(2)
    expect(holders.first).to_contain_text(say("app_map_pool_reserved"))
    expect(page.get_by_text(f"{say('class_conditions')} 2")).to_be_visible()
    expect_chosen(places(page), "S1")

    # In the table: a site that could not open, and why.
    planner.settled()
    click_row(page, places(page), 2)
    expect(page).to_have_url(re.compile("place=L2"))
    expect(page.get_by_text(say("app_map_why_shut"))).to_be_visible()
    computed = say("app_map_how_computed")
    too_near = say("app_map_near_conflict", id="L1", metres="200.0", required=300, how=computed)
    expect(page.get_by_text(too_near)).to_be_visible()
    expect_chosen(places(page), "L2")

    # From the card to the list, which is narrowed to the place.
    page.get_by_role("button", name=say("app_map_show_awards")).click()
    expect(
        page.get_by_role("button", name=say("app_awards_place_chip", place="L2"))
    ).to_be_visible()


def test_what_is_shown_is_what_was_asked_for(planner: Planner, office: Office) -> None:
    page = planner.goto("map", run=office.run, lang="en")
    expect(places(page, "en")).to_be_visible()
    page.get_by_role("button", name=re.compile(say("app_map_status_refused", "en"))).click()
    expect(page.get_by_text(say("app_map_count", "en", n=2, total=N_PLACES))).to_be_visible()
    expect(table(page, say("app_map_table_alt", "en", n=2))).to_be_visible()
    search = page.get_by_role("searchbox", name=say("app_map_search", "en"))
    search.fill("T1")
    search.press("Enter")
    expect(page).to_have_url(re.compile("place=T1"))
    page.get_by_role("button", name=say("app_map_clear_filters", "en")).click()
    expect(places(page, "en")).to_be_visible()
    expect_chosen(places(page, "en"), "T1")
