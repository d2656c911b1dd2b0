"""The data page: a source, its check, and what to do next."""

from __future__ import annotations

from concurrent.futures import wait
from pathlib import Path

import streamlit as st

from allocation.messages import AllocationError, ScenarioError
from allocation.ui import address, frame, sources
from allocation.ui.data import charts, choose, outside, review, tables
from allocation.ui.frame import say
from allocation.ui.workspace import Workspace, current_workspace

PATIENCE_S = 0.4
"""What is checked sooner shows at once, without the state in between."""


def draw() -> None:
    """Draw the page."""
    home = current_workspace()
    scenario_file = _scenario_file(home)
    source = _source(home, scenario_file)
    left, right = st.columns(2, gap="medium")
    with left:
        choose.choice_card(home, source, scenario_file)
    with right:
        choose.upload_card(home, source)
    choose.messages()
    if source is None:
        st.markdown(say("app_data_none"))
        return
    checked = _check(scenario_file, source)
    if checked is not None:
        _results(checked, home.key_of(source), scenario_file)


def _results(checked: review.Checked, key: str, scenario_file: Path) -> None:
    found = checked.review
    tables.verdict(checked, key, scenario_file)
    if found.findings:
        tables.error_list(found, key)
    tables.table_list(found)
    if all(table.raw is None for table in found.tables.values()):
        return
    charts.draw_charts(found, checked.scenario)
    outside.stray_points(found, bounded=checked.scenario.space.bounds is not None)


def _scenario_file(home: Workspace) -> Path:
    """Find the scenario to check against, or draw why there is none and end the page."""
    files = home.scenario_files()
    if not files:
        frame.empty("app_data_no_scenario", "app_go_scenario", "views/scenario.py")
        st.stop()
    wanted = address.get("scenario")
    found = home.scenario_file(wanted) if wanted else files[0]
    if found is None:
        sources.unknown_scenario()
        st.stop()
    return found


def _source(home: Workspace, scenario_file: Path) -> Path | None:
    """Find the source to look at: the address's, the scenario's own, or the first one."""
    listed = home.data_sources()
    wanted = address.get("data")
    if wanted:
        found = home.data_source(wanted)
        if found is None:
            sources.unknown_data()
            st.stop()
        return found
    try:
        own = review.own_source(scenario_file)
    except ScenarioError:
        own = None
    return own if own in listed else next(iter(listed), None)


def _check(scenario_file: Path, source: Path) -> review.Checked | None:
    """Check the source; draw that it is being checked, or what keeps it from being so."""
    try:
        future = review.check(scenario_file, source)
        if not wait([future], timeout=PATIENCE_S).done:
            _checking(scenario_file, source)
            return None
        return future.result()
    except ScenarioError as error:
        frame.problem(error, "app_go_scenario", "views/scenario.py")
    except AllocationError as error:
        review.forget_failures()
        frame.problem(error, "app_data_default", lambda: address.put(data=None))
    except Exception:
        review.forget_failures()
        raise
    return None


@st.fragment(run_every="0.5s")
def _checking(scenario_file: Path, source: Path) -> None:
    """Draw the state while the cells are checked; the rest of the page goes on working."""
    if review.check(scenario_file, source).done():
        st.rerun()
    st.status(say("app_data_checking"), state="running")
    st.skeleton(height=220)
