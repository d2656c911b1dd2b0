"""A new run: which scenario, which data, trial or official; then the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from allocation.messages import AllocationError, ScenarioError
from allocation.messages.problems import error_of
from allocation.scenario import Scenario, load_scenario
from allocation.ui import address, frame, sources
from allocation.ui.jobs.files import Order
from allocation.ui.markdown import plain
from allocation.ui.run import approval, numbers
from allocation.ui.run.wording import mode
from allocation.ui.server import desk
from allocation.ui.workspace import current_workspace

_SCENARIO, _DATA, _MODE, _NAME = "run.scenario", "run.data", "run.mode", "run.name"


def draw() -> None:
    """Draw the choices, the start button and the numbers before the start."""
    files = {file.stem: file for file in current_workspace().scenario_files()}
    if not files:
        frame.empty("app_run_no_scenarios", "app_go_scenario", "views/scenario.py")
        return
    with st.container(border=True):
        left, middle, right = st.columns([7, 4, 3])
        with left:
            stem = _choose_scenario()
        if stem not in files:
            sources.unknown_scenario()
            return
        file = files[stem]
        try:
            own = load_scenario(file)
        except ScenarioError as error:
            frame.problem(error, "app_go_scenario", "views/scenario.py")
            return
        with middle:
            overrides = _choose_data(file, own)
        with right:
            official = _choose_mode()
        if overrides is None:
            sources.unknown_data()
            return
        try:
            scenario = load_scenario(file, overrides)
        except AllocationError as error:
            frame.problem(error, "app_go_data", "views/data.py")
            return
        _offer(Order(file, scenario.name, overrides, lang=address.lang()), scenario, official)
    st.subheader(frame.say("app_run_ahead"), anchor=False)
    numbers.draw(scenario)


def _choose_scenario() -> str:
    """Choose a scenario file; return its stem, or what the address names instead."""
    # Made once, in the language of the page: a label must not change behind the widget.
    labels = sources.scenario_labels(current_workspace())
    wanted = address.get("scenario") or next(iter(labels))
    st.session_state[_SCENARIO] = wanted if wanted in labels else None
    st.selectbox(
        frame.say("app_run_scenario"),
        list(labels),
        key=_SCENARIO,
        format_func=labels.__getitem__,
        on_change=lambda: address.put_chosen(labels, scenario=st.session_state[_SCENARIO]),
        placeholder=frame.say("app_choose"),
    )
    return wanted


def _choose_data(file: Path, own: Scenario) -> tuple[str, ...] | None:
    """Choose where the tables come from; return the settings that say so.

    None for the scenario's own tables; no tuple where the address names others that are
    not here.
    """
    home = current_workspace()
    wanted = sources.data_picker(home, own.data.workbook or own.data.folder, "app_run_data", _DATA)
    if not wanted:
        return ()
    source = home.data_source(wanted)
    return None if source is None else (sources.data_override(source, file),)


def _choose_mode() -> bool:
    labels = {official: mode(official) for official in (False, True)}
    st.session_state.setdefault(_MODE, False)
    return bool(
        st.segmented_control(
            frame.say("app_run_mode"),
            list(labels),
            key=_MODE,
            required=True,
            format_func=labels.__getitem__,
            width="stretch",
        )
    )


def _offer(order: Order, scenario: Scenario, official: bool) -> None:
    """Draw the start button; an official run is asked for once more, by its name."""
    problems = scenario.official_problems() if official else ()
    if problems:
        frame.problem(error_of(problems), "app_go_scenario", "views/scenario.py")
        return
    if not official:
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.caption(frame.say("app_help_trial"))
        is_ready = True
    else:
        order = replace(order, approval=approval.draw(order.name))
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        typed = left.text_input(
            frame.say("app_run_type_name", name=plain(order.name)),
            key=_NAME,
            live=True,
            placeholder=order.name,
            autocomplete="off",
        )
        is_ready = order.official and (typed or "").strip() == order.name
    right.button(
        frame.say("app_run_start_official" if official else "app_run_start_trial"),
        key="run.start",
        type="primary",
        width="stretch",
        disabled=not is_ready,
        on_click=start,
        args=(order,),
    )


def start(order: Order) -> None:
    """Queue an order and follow it."""
    try:
        job = desk().submit(order)
    except OSError:
        st.toast(frame.say("runs_folder_unusable", folder=plain(current_workspace().runs.name)))
        return
    address.put(job=job.job_id)
    if order.official:
        # What was typed was for this run alone.
        st.session_state[_NAME] = ""
        st.session_state[_MODE] = False
        approval.clear()
