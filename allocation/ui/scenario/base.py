"""The base of the form: which scenario is changed, and with which input tables."""

from __future__ import annotations

import streamlit as st

from allocation.messages import ScenarioError
from allocation.scenario import load_scenario
from allocation.ui import address, frame, sources
from allocation.ui.frame import Chip, say
from allocation.ui.scenario.draft import Draft, make_draft
from allocation.ui.scenario.widgets import seed
from allocation.ui.workspace import current_workspace

_BASE = "scenario.base"
_DATA = "scenario.data"


def chosen_base() -> Draft:
    """Draw the choice of base and data and return the base with its changes so far.

    Where there is no base, draw the designed state and end the page.
    """
    paths = {path.stem: path for path in current_workspace().scenario_files()}
    if not paths:
        frame.empty("app_scenario_none", "app_again", lambda: None)
        st.stop()
    wanted = address.get("scenario") or next(iter(paths))
    left, right = st.columns(2)
    with left:
        _base_picker(wanted)
    if wanted not in paths:
        sources.unknown_scenario()
        st.stop()
    try:
        base = load_scenario(paths[wanted])
    except ScenarioError as error:
        frame.problem(error, "app_scenario_default", lambda: address.put(scenario=None))
        st.stop()
    own = base.data.folder or base.data.workbook
    with right:
        other = sources.data_picker(current_workspace(), own, "app_scenario_source", _DATA)
    data = current_workspace().data_source(other) if other else None
    if other and data is None:
        sources.unknown_data()
        st.stop()
    return make_draft(paths[wanted], base, data)


def base_chips(draft: Draft) -> tuple[Chip, ...]:
    """Say what the changed scenario rests on."""
    scenario = draft.current
    profile = scenario.profile
    found = [
        Chip(
            say("app_scenario_profile", name=profile.stem)
            if profile is not None
            else say("app_scenario_no_profile"),
            "blue",
        )
    ]
    if scenario.decision_date is not None:
        found.append(Chip(say("app_scenario_day", day=scenario.decision_date.isoformat())))
    if n := len(scenario.placeholders):
        found.append(
            Chip(
                say("app_scenario_placeholders", n=n),
                "orange",
                help=say("app_scenario_placeholders_help"),
            )
        )
    return tuple(found)


def _base_picker(wanted: str) -> None:
    labels = sources.scenario_labels(current_workspace())
    # A name the address made up stays out of the list; the page says that it is unknown.
    seed(_BASE, wanted if wanted in labels else None)
    st.selectbox(
        say("app_scenario_base"),
        list(labels),
        key=_BASE,
        format_func=labels.__getitem__,
        placeholder=say("app_choose"),
        on_change=lambda: address.put_chosen(labels, scenario=st.session_state[_BASE]),
    )
