"""Every page opens in both languages by its address, and a wrong address leads on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from allocation.messages import LANGS, Lang
from allocation.ui.navigation import VIEWS
from tests.browser.acts import say
from tests.browser.gossip import TELL_TALE, receipt, told
from tests.browser.office import Office
from tools.browsing import Planner

NAMES = [view.name for view in VIEWS]


def title(view: str, lang: Lang = "zh") -> str:
    """Title of a page."""
    return say(f"app_page_{view}", lang)


def expect_page(page: Page, view: str, lang: Lang = "zh") -> None:
    """Wait for a page by its title."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title(view, lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("view", NAMES)
def test_a_page_opens_by_its_address(planner: Planner, view: str, lang: Lang) -> None:
    page = planner.goto("" if view == "run" else view, lang=lang)
    expect_page(page, view, lang)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    # What is drawn is told in words to those who do not see it.
    for drawn in ("stDataFrame", "stVegaLiteChart", "stDeckGlJsonChart"):
        for shape in page.get_by_test_id(drawn).all():
            named = shape.locator("xpath=descendant-or-self::*[@role and @aria-label]").first
            assert named.get_attribute("aria-label"), drawn


@pytest.mark.parametrize(
    ("view", "run"),
    [
        ("map", "nonsense"),
        ("awards", "../../etc/passwd"),
        ("compare", TELL_TALE),
        ("handout", "."),
    ],
)
def test_a_wrong_address_leads_on(planner: Planner, view: str, run: str) -> None:
    page = planner.goto(view, run=run)
    expect_page(page, view)
    expect(page.get_by_text(say("app_run_unknown"))).to_be_visible()
    page.get_by_role("button", name=say("app_newest_run")).click()
    expect(page.get_by_text(say("app_run_unknown"))).to_have_count(0)
    # Which run is the newest, and how it ended, is a matter of the tests before.
    kinds = re.compile("|".join(f"^{say(mode)}$" for mode in ("mode_trial", "mode_official")))
    expect(page.get_by_text(kinds).first).to_be_visible()
    assert run not in planner.address().split("run=")[-1]


@pytest.mark.parametrize(
    ("view", "address", "said", "button"),
    [
        ("data", {"data": "uploads/../.."}, "app_data_unknown", "app_data_default"),
        ("scenario", {"scenario": "no/such"}, "app_scenario_unknown", "app_scenario_default"),
        ("", {"scenario": "no-such"}, "app_scenario_unknown", "app_scenario_default"),
        ("", {"data": "uploads/gone"}, "app_data_unknown", "app_data_default"),
        ("", {"job": "19700101-000000-abcdef"}, "app_run_job_unknown", "app_newest_run"),
        ("map", {"place": "X1"}, "app_map_unknown_place", "app_map_clear_choice"),
        ("awards", {"applicant": "A99"}, "app_awards_unknown", "app_awards_back"),
    ],
)
def test_a_wrong_name_in_the_address_leads_on(
    planner: Planner, view: str, address: dict[str, str], said: str, button: str
) -> None:
    page = planner.goto(view, **address)
    expect(page.get_by_text(say(said))).to_be_visible()
    page.get_by_role("button", name=say(button)).click()
    expect(page.get_by_text(say(said))).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_page_that_is_not_there_still_navigates(planner: Planner) -> None:
    expect_page(planner.goto("nonsense"), "run")


def test_the_language_stays_over_pages_and_reloads(planner: Planner) -> None:
    page = planner.goto("awards")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "zh-CN")
    page.get_by_role("radio", name="English").click()
    expect_page(page, "awards", "en")
    expect(html).to_have_attribute("lang", "en")
    page.get_by_role("link", name=title("map", "en"), exact=True).click()
    expect_page(page, "map", "en")
    planner.settled()
    assert "lang=en" in planner.address()
    planner.reload()
    expect_page(page, "map", "en")
    expect(html).to_have_attribute("lang", "en")
    page.get_by_role("radio", name="中文").click()
    expect_page(page, "map", "zh")
    expect(html).to_have_attribute("lang", "zh-CN")


def test_back_leads_from_the_reasons_to_the_list_and_to_the_page_before(
    planner: Planner, office: Office
) -> None:
    page = planner.goto("map", run=office.run, scenario="town")
    page.get_by_role("link", name=title("awards"), exact=True).click()
    expect_page(page, "awards")
    planner.settled()
    at_list = planner.address()
    page.get_by_role("searchbox", name=say("app_awards_search")).fill(receipt("A04"))
    page.keyboard.press("Enter")
    page.get_by_role("button", name=say("app_awards_why")).click()
    heading = page.get_by_role("heading", name=receipt("A04"))
    expect(heading).to_be_visible()
    page.get_by_role("radio", name="English").click()
    expect_page(page, "awards", "en")

    page.go_back()
    expect_page(page, "awards")
    planner.settled()
    expect(heading).to_be_visible()
    page.go_back()
    expect(heading).to_have_count(0)
    planner.settled()
    assert planner.address() == at_list
    page.go_back()
    expect_page(page, "map")
    page.go_forward()
    expect_page(page, "awards")


def test_the_logs_of_runs_name_nobody(office: Office) -> None:
    logs = [office.home / "runs" / run / "log.txt" for run in (office.run, office.other)]
    for log in logs:
        assert not told(log.read_text(encoding="utf-8"))
