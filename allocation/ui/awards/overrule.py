"""Overruling a finding: a named person, a reason, a day, and a new scenario to run.

Nothing of the finished run is edited; what is saved is a scenario that extends the run's
own and adds one ``[[overruling]]``.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from allocation.messages import AllocationError, ScenarioError
from allocation.scenario import load_scenario
from allocation.scenario.overrule import Overruling, save_overruling
from allocation.tables.patterns import holds_personal_number
from allocation.ui import address, frame
from allocation.ui.markdown import plain
from allocation.ui.navigation import RUN_SECTION
from allocation.ui.workspace import current_workspace

if TYPE_CHECKING:
    from allocation.dossier import Dossier, Wish
    from allocation.runs import Run

_OPENED = "why.opened"
_SAVED = "why.saved"


def draw_overruling(run: Run, dossier: Dossier, wish: Wish) -> None:
    """Draw the way to overrule the finding about one wish."""
    this = (run.run_id, dossier.applicant_id, wish.preference_rank)
    st.button(
        frame.say("app_awards_overrule"),
        icon=":material/gavel:",
        key=f"why.overrule.{wish.preference_rank}",
        on_click=_open,
        args=(this,),
    )
    if st.session_state.get(_OPENED) == this:
        title = frame.say("app_awards_overrule_title")
        st.dialog(title, width="medium", on_dismiss=_close)(_draw_form)(run, dossier, wish)


def _open(this: tuple[str, str, int]) -> None:
    st.session_state[_OPENED] = this


def _close() -> None:
    for key in (_OPENED, _SAVED):
        st.session_state.pop(key, None)


def _draw_form(run: Run, dossier: Dossier, wish: Wish) -> None:
    saved = st.session_state.get(_SAVED)
    if saved:
        _draw_saved(Path(saved))
        return
    base = base_file(run)
    if base is None:
        st.warning(frame.say("app_awards_no_base", file=plain(str(run.manifest["scenario_file"]))))
        return
    st.markdown(
        frame.say(
            "app_awards_overrule_about",
            receipt_no=plain(dossier.receipt_no),
            place=plain(wish.place),
            sentence=plain(wish.sentence),
        )
    )
    if is_altered(run, base):
        st.warning(frame.say("app_awards_base_altered", file=plain(base.name)))
    latest = run.scenario.decision_date
    with st.form("why.overruling", border=False):
        by = st.text_input(frame.say("app_awards_by"), max_chars=60, key="why.by")
        reason = st.text_area(frame.say("app_awards_reason"), max_chars=300, key="why.reason")
        day = st.date_input(
            frame.say("app_awards_decided_on"),
            value=latest or "today",
            max_value=latest,
            key="why.day",
            format="YYYY-MM-DD",
        )
        st.caption(frame.say("app_awards_overrule_help", file=plain(base.name)))
        if st.form_submit_button(frame.say("app_awards_overrule_save"), type="primary"):
            _save(run, base, dossier.applicant_id, wish.place_id, by, reason, day)


def base_file(run: Run) -> Path | None:
    """Return the scenario file of a run, None where it is not in the workspace."""
    return current_workspace().scenario_file(Path(str(run.manifest["scenario_file"])).stem)


def is_altered(run: Run, base: Path) -> bool:
    """Tell whether the file no longer gives the settings of the run.

    Only settings the run knows are compared: a later version may know more of them.
    """
    try:
        now = load_scenario(base, run.manifest["overrides"])
    except ScenarioError:
        return True
    settings = now.canonical()
    sealed = run.manifest["scenario"].items()
    return any(settings.get(key) != value for key, value in sealed if key != "sources")


def _save(
    run: Run,
    base: Path,
    applicant_id: str,
    place_id: str,
    by: str,
    reason: str,
    day: dt.date | None,
) -> None:
    if not by.strip() or not reason.strip() or day is None:
        st.error(frame.say("app_awards_overrule_blank"))
        return
    if holds_personal_number(by) or holds_personal_number(reason):
        st.error(frame.say("app_awards_overrule_numbers"))
        return
    overruling = Overruling(applicant_id, place_id, by, reason, day)
    try:
        path = save_overruling(base, overruling, run.manifest["overrides"], lang=address.lang())
    except AllocationError as error:
        st.error(frame.reason(error))
        return
    st.session_state[_SAVED] = str(path)
    st.rerun()


def _draw_saved(path: Path) -> None:
    st.success(frame.say("app_awards_overrule_saved", file=plain(path.name)))
    if st.button(frame.say("app_go_run"), type="primary", key="why.run"):
        _close()
        address.put(scenario=path.stem)
        st.session_state[RUN_SECTION] = "new"
        st.switch_page("views/run.py")
