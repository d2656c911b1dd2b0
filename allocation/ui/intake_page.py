"""The data page: a source, its check, and what to do next."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from allocation.messages import AllocationError, InputError, ScenarioError
from allocation.ui import (
    address,
    frame,
    intake,
    intake_charts,
    intake_choose,
    intake_map,
    intake_review,
    intake_tables,
)
from allocation.ui.frame import say
from allocation.ui.workspace import Workspace, workspace


def page() -> None:
    """Draw the page."""
    home = workspace()
    scenario_file = _scenario_file(home)
    source = _source(home, scenario_file)
    left, right = st.columns(2, gap="medium")
    with left:
        intake_choose.choice_card(home, source, scenario_file)
    with right:
        intake_choose.upload_card(home, source)
    intake_choose.messages()
    if source is None:
        st.markdown(say("app_data_none"))
        return
    checked = _check(scenario_file, source)
    if checked is not None:
        _results(checked, intake.source_key(home, source))


def _results(checked: intake_review.Checked, key: str) -> None:
    review = checked.review
    intake_tables.verdict(checked, key)
    if review.findings:
        intake_tables.error_list(review, key)
    intake_tables.table_list(review)
    if all(table.raw is None for table in review.tables.values()):
        return
    intake_charts.charts(review, checked.scenario)
    intake_map.stray_points(review, bounded=checked.scenario.space.bounds is not None)


def _scenario_file(home: Workspace) -> Path:
    """Find the scenario to check against, or draw why there is none and end the page."""
    files = home.scenario_files()
    if not files:
        frame.empty("app_data_no_scenario", "app_data_go_scenario", "views/scenario.py")
        st.stop()
    wanted = address.get("scenario")
    found = home.scenario_file(wanted) if wanted else files[0]
    if found is None:
        error = InputError("app_data_scenario_unknown")
        frame.problem(error, "app_data_default_scenario", lambda: address.put(scenario=None))
        st.stop()
    return found


def _source(home: Workspace, scenario_file: Path) -> Path | None:
    """Find the source to look at: the address's, the scenario's own, or the first one."""
    sources = home.data_sources()
    wanted = address.get("data")
    if wanted:
        found = intake.source_at(home, wanted)
        if found is None:
            error = InputError("app_data_unknown")
            frame.problem(error, "app_data_default", lambda: address.put(data=None))
            st.stop()
        return found
    try:
        own = intake_review.own_source(scenario_file)
    except ScenarioError:
        own = None
    return own if own in sources else next(iter(sources), None)


def _check(scenario_file: Path, source: Path) -> intake_review.Checked | None:
    """Check the source; draw what keeps it from being checked at all."""
    try:
        with st.spinner(say("app_data_checking"), show_time=True):
            return intake_review.check(scenario_file, source)
    except ScenarioError as error:
        frame.problem(error, "app_data_go_scenario", "views/scenario.py")
    except AllocationError as error:
        frame.problem(error, "app_data_default", lambda: address.put(data=None))
    return None
