"""Two planners at once, each with a browser of their own."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.acts import RUN_MS, choose, like, new_run, run_in, say
from tests.browser.gossip import receipt
from tests.browser.office import Office
from tests.browser.test_smoke import expect_page
from tools.browsing import NewPlanner


def test_two_planners_do_not_disturb_each_other(new_planner: NewPlanner, office: Office) -> None:
    wang = new_planner().goto("", scenario="knot")
    li = new_planner(locale="en-US").goto("", scenario="town", run=office.other, lang="en")

    # Wang's run goes; Li's waits for it, and both see why.
    wang.get_by_role("button", name=say("app_run_start_trial")).click()
    expect(wang.get_by_text(like("app_run_running", name="knot"))).to_be_visible(timeout=RUN_MS)
    li.get_by_role("button", name=say("app_run_start_trial", "en")).click()
    waits = like("app_run_waiting", "en", name="town", n=1, before="knot")
    expect(li.get_by_text(waits)).to_be_visible(timeout=RUN_MS)
    others = say("app_run_other_waits", name="town", mode=say("mode_trial"))
    expect(wang.get_by_text(others)).to_be_visible()

    # Meanwhile each looks at what they like, in their own language.
    wang.get_by_role("link", name=say("app_page_awards"), exact=True).click()
    wang.get_by_role("searchbox", name=say("app_awards_search")).fill(receipt("A04"))
    wang.get_by_role("searchbox", name=say("app_awards_search")).press("Enter")
    li.get_by_role("link", name=say("app_page_map", "en"), exact=True).click()
    choose(li, say("app_map_choose", "en"), re.compile("^L1"))
    expect(wang.get_by_role("button", name=say("app_awards_why"))).to_be_visible()
    expect(li.get_by_text(receipt("A07"))).to_be_visible()
    expect_page(li, "map", "en")
    expect_page(wang, "awards")
    assert run_in(li) == office.other
    known = office.runs()

    # Wang gives up; Li's run takes its turn and its result comes to Li alone.
    wang.get_by_role("link", name=say("app_page_run"), exact=True).click()
    li.get_by_role("link", name=say("app_page_run", "en"), exact=True).click()
    expect(li.get_by_text(waits)).to_be_visible()
    wang.get_by_role("button", name=say("app_run_abort"), exact=True).click()
    wang.get_by_role("button", name=say("app_run_abort_sure")).click()
    expect(wang.get_by_text(like("app_run_running", name="knot"))).to_have_count(0)
    result = new_run(li, known)
    expect(li.get_by_text(say("status_optimal", "en"))).to_be_visible()
    assert run_in(wang) != result
    assert not list((office.home / "runs" / ".work").glob("*knot*"))
