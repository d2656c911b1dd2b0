"""Following a run, finding it again, stopping it; and the official one."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from allocation.runs import load_run
from tests.browser.acts import RUN_MS, like, new_run, run_in, say
from tests.browser.office import Office
from tests.draw_helper import hold_draw
from tools.browsing import NewPlanner, Planner


def test_a_run_is_followed_found_again_and_stopped(
    planner: Planner, new_planner: NewPlanner, office: Office
) -> None:
    page = planner.goto("", scenario="knot")
    page.get_by_role("button", name=say("app_run_start_trial")).click()
    under_way = page.get_by_text(
        say("app_run_running", name="knot", mode=say("mode_trial")), exact=True
    )
    expect(under_way).to_be_visible(timeout=RUN_MS)

    # Phase, time, best and bound; the time goes on by itself.
    step = page.get_by_text(like("app_run_step", phase=say("phase_optimise", stage="joint")))
    expect(step).to_be_visible(timeout=RUN_MS)
    level = like("app_run_level_gap", level=say("level_number"))
    expect(page.get_by_text(level)).to_be_visible(timeout=RUN_MS)
    seen = step.inner_text()
    expect(step).not_to_have_text(seen)

    # Neither a reload nor another window at the bare address loses it.
    page.reload()
    expect(under_way).to_be_visible()
    expect(step).to_be_visible()
    colleague = new_planner().visit("")
    expect(colleague.get_by_text(like("app_run_running", name="knot"))).to_be_visible()

    # Who only looks on cannot end it; who follows it is asked once more.
    expect(colleague.get_by_role("button", name=say("app_run_follow"))).to_be_visible()
    expect(colleague.get_by_role("button", name=say("app_run_stop"))).to_have_count(0)
    page.get_by_role("button", name=say("app_run_stop")).click()
    page.get_by_role("button", name=say("app_run_stop_sure")).click()
    expect(page.get_by_text(say("not_reproducible"))).to_be_visible(timeout=RUN_MS)
    expect(page.get_by_text(say("status_stopped"))).to_be_visible()
    run = load_run(office.home / "runs" / run_in(page))
    assert run.result["not_reproducible"]
    assert not run.result["official"]
    # The best so far is a list, not a gesture: a lone site would be one too.
    assert len(run.awards) > 20
    expect(colleague.get_by_text(like("app_run_running"))).to_have_count(0)


def test_an_official_run_asks_for_approval_and_its_name(planner: Planner, office: Office) -> None:
    hold_draw(office.scenarios / "town.toml", office.home / "draws")
    page = planner.goto("", scenario="town")
    page.get_by_role("radio", name=say("mode_official")).click()
    start = page.get_by_role("button", name=say("app_run_start_official"))
    page.get_by_role("textbox", name=say("app_run_approver")).fill("王五（市残联）")
    page.get_by_role("textbox", name=say("app_run_reason_why")).fill("名单经集体研究通过")
    typed = page.get_by_role("textbox", name=re.compile("town"))
    expect(start).to_be_disabled()
    typed.fill("tow")
    expect(start).to_be_disabled()
    typed.fill("town")
    expect(start).to_be_enabled()
    known = office.runs()
    start.click()
    run = load_run(office.home / "runs" / new_run(page, known))
    expect(page.get_by_text(say("mode_official"), exact=True).first).to_be_visible()
    assert run.result["official"]

    # What leaves the office is no longer called a trial.
    page.get_by_role("link", name=say("app_page_handout"), exact=True).click()
    expect(page.get_by_text(say("app_handout_official"))).to_be_visible()
    expect(page.get_by_text(say("app_handout_trial"))).to_have_count(0)
