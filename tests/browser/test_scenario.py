"""A what-if from the form to the comparison, and what the form does not let through."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from allocation.scenario import load_scenario
from tests.browser.acts import like, new_run, say
from tests.browser.office import Office
from tools.browsing import Planner

SHARE = re.compile("预留比例（%）$")


def open_stalls(planner: Planner, scenario: str) -> Page:
    """Open the form at the stalls."""
    page = planner.goto("scenario", scenario=scenario)
    page.get_by_role("radio", name=like("app_scenario_group_stalls")).click()
    expect(page.get_by_role("spinbutton", name=SHARE)).to_be_visible()
    return page


def put(field: Locator, value: str) -> None:
    """Type into a field and leave it."""
    field.fill(value)
    field.press("Tab")


def trial_called(run_id: str, name: str) -> re.Pattern[str]:
    """Return what a list calls a trial: when, which, and the end of its id in case of doubt."""
    when = f"{run_id[4:6]}-{run_id[6:8]} {run_id[9:11]}:{run_id[11:13]}"
    return re.compile(rf"^{when}\s+{name}\s+{say('mode_trial')}(\s+{run_id[-4:]})?$")


def test_twelve_percent_from_the_form_to_the_comparison(planner: Planner, office: Office) -> None:
    base = office.scenarios / "town.toml"
    before = base.read_bytes()
    page = open_stalls(planner, "town")
    put(page.get_by_role("spinbutton", name=SHARE), "12")
    expect(page.get_by_text(say("app_scenario_changed", old="50 %"))).to_be_visible()
    expect(page.get_by_text(say("app_scenario_changes", n=1))).to_be_visible()

    # Saved beside the base, which stays as it is.
    name = page.get_by_role("textbox", name=say("app_scenario_stem"))
    save = page.get_by_role("button", name=say("app_scenario_save"))
    put(name, "town")
    expect(page.get_by_text(say("scenario_exists", file="town.toml"))).to_be_visible()
    expect(save).to_be_disabled()
    put(name, "town-12")
    expect(page.get_by_text(say("app_scenario_will_be", file="town-12.toml"))).to_be_visible()
    page.get_by_text(say("app_scenario_preview")).click()
    expect(page.get_by_text("share = 0.12")).to_be_visible()
    save.click()
    expect(page.get_by_text(say("app_scenario_saved", file="town-12.toml"))).to_be_visible()
    assert base.read_bytes() == before
    saved = office.scenarios / "town-12.toml"
    assert 'extends = "town.toml"' in saved.read_text(encoding="utf-8")
    assert load_scenario(saved).reserves["stall"].share == Decimal("0.12")

    # Run, followed until its result takes the place of the older one.
    page.get_by_role("button", name=say("app_go_run")).click()
    expect(page.get_by_role("combobox", name=say("app_run_scenario"))).to_have_value(
        re.compile("^town-12")
    )
    known = office.runs()
    page.get_by_role("button", name=say("app_run_start_trial")).click()
    run = new_run(page, known)
    assert "-town-12-" in run
    expect(page.get_by_text(run).first).to_be_visible()
    expect(page.get_by_text(say("status_optimal"))).to_be_visible()
    assert (office.home / "runs" / run / "manifest.json").is_file()

    # Against the base: what was set, and whom it touched.
    page.get_by_role("link", name=say("app_page_compare"), exact=True).click()
    others = page.get_by_role("combobox", name=say("app_compare_others"))
    others.press("Backspace")
    expect(page.get_by_text(say("app_compare_none_chosen"))).to_be_visible()
    others.click()
    page.get_by_role("option", name=trial_called(office.run, "town")).click()
    others.press("Escape")
    changed = page.get_by_role("table", name=say("app_compare_settings_alt")).get_by_role("row")
    expect(changed).to_have_count(2)
    expect(changed.last).to_contain_text(re.compile(r"12 %.*50 %"))
    numbers = page.get_by_role("table", name=say("app_compare_measures_alt"))
    expect(numbers.get_by_role("row").filter(has_text=re.compile(r"\+1(?!\d)"))).to_have_count(2)


def test_less_than_the_law_asks_is_not_saved(planner: Planner, office: Office) -> None:
    page = planner.goto("scenario", scenario="year")
    page.get_by_role("radio", name=like("app_scenario_group_outlets")).click()
    share = page.get_by_role("spinbutton", name=SHARE)
    put(share, "8")
    expect(page.get_by_text(like("app_scenario_below", minimum="10 %")).first).to_be_visible()
    name = say("app_scenario_group_outlets")
    expect(
        page.get_by_role("radio", name=say("app_scenario_group_wrong", group=name, n=1))
    ).to_be_checked()
    save = page.get_by_role("button", name=say("app_scenario_save"))
    expect(save).to_be_disabled()
    put(share, "12")
    expect(page.get_by_text(like("app_scenario_below"))).to_have_count(0)
    expect(save).to_be_enabled()
    page.get_by_role("button", name=say("app_scenario_restore_all")).click()
    expect(share).to_have_value("10")
    assert not list(office.scenarios.glob("year-*"))
