"""The page Run: what is under way, then one of result, new run, queue and history."""

from __future__ import annotations

import streamlit as st

from allocation.messages import AllocationError, RunError, ScenarioError
from allocation.runs import Run
from allocation.scenario import load_scenario
from allocation.ui import address, frame, server, store
from allocation.ui.jobs.files import Job, JobState, Order
from allocation.ui.markdown import plain
from allocation.ui.navigation import RUN_SECTION
from allocation.ui.run import history, new, outcome
from allocation.ui.run.live import draw_live
from allocation.ui.workspace import DEMO_SCENARIO, current_workspace

SECTIONS = ("result", "new", "queue")

_WANTED = "run.wanted"


def draw() -> None:
    """Draw the page."""
    job = followed()
    draw_live(job)
    if job is not None and job.state is JobState.FAILED:
        _failed(job)
    section = _section()
    if section == "new":
        new.draw()
    elif section == "queue":
        history.draw()
    else:
        _result(job)


def followed() -> Job | None:
    """Return the job the address names; one that is done gives way to its run.

    An unknown one ends the page with the designed state.
    """
    job_id = address.get("job")
    if not job_id:
        return None
    job = server.desk().queue.job(job_id)
    if job is None:
        frame.problem(RunError("app_run_job_unknown"), "app_newest_run", forget)
        st.stop()
    if job.state is JobState.DONE:
        address.put(run=job.run_id, job=None)
        st.session_state[RUN_SECTION] = "result"
        st.session_state[_WANTED] = _wanted()
        return None
    if job.state is JobState.CANCELLED:
        address.put(job=None)
        st.toast(frame.say("app_run_was_cancelled"))
        return None
    return job


def forget() -> None:
    """Take the job out of the address."""
    address.put(job=None)


def order_of(run: Run) -> Order | None:
    """Return the order that runs the scenario of a run afresh, as a trial; None if it is gone."""
    file = current_workspace().scenario_file(run.manifest["scenario_file"].removesuffix(".toml"))
    if file is None:
        return None
    overrides = tuple(run.manifest["overrides"])
    return Order(file, run.scenario.name, overrides, lang=address.lang())


def _wanted() -> tuple[str, str]:
    return address.get("scenario"), address.get("data")


def _section() -> str:
    section = st.session_state.get(RUN_SECTION) or SECTIONS[0]
    if any(_wanted()) and st.session_state.get(_WANTED) != _wanted():
        # Scenario or data were chosen on their own pages: to run them is what comes next.
        section = "new"
    st.session_state[_WANTED] = _wanted()
    # Said at every drawing: of two drawings in a row the browser may see only the second,
    # and then takes the first section for chosen and says so with the next click.
    st.session_state[RUN_SECTION] = section
    # Made once, in the language of the page: a label must not change behind the widget.
    labels = {name: frame.say(f"app_run_section_{name}") for name in SECTIONS}
    chosen = st.segmented_control(
        frame.say("app_run_section"),
        SECTIONS,
        key=RUN_SECTION,
        required=True,
        label_visibility="collapsed",
        format_func=labels.__getitem__,
    )
    return chosen or SECTIONS[0]


def _result(job: Job | None) -> None:
    if not address.get("run") and not store.finished_runs():
        _no_result()
        return
    run = frame.current_run()
    if job is not None and job.is_active:
        st.caption(frame.say("app_run_older_result"))
    outcome.draw(run, lambda: _actions(run, job))


def _no_result() -> None:
    """Draw the first visit: the demonstration under way, or one click away."""
    order = server.demonstration()
    if server.desk().queue.active():
        with st.container(border=True):
            st.write(frame.say("app_run_first_result"))
            st.skeleton(height=220)
    elif order is not None:
        frame.empty("app_no_runs", "app_run_run_demo", lambda: new.start(order))
    else:
        frame.empty("app_run_no_demo", "app_go_scenario", "views/scenario.py")


def _actions(run: Run, job: Job | None) -> None:
    """Draw what to do with a result; the first is the one click that runs it afresh."""
    order = order_of(run)
    with st.container(horizontal=True):
        if order is None:
            st.button(
                frame.say("app_run_other"),
                type="primary",
                key="result.new",
                on_click=lambda: st.session_state.update({RUN_SECTION: "new"}),
            )
        else:
            is_demo = order.scenario.stem == DEMO_SCENARIO and not order.overrides
            st.button(
                frame.say("app_run_demo_again" if is_demo else "app_run_again"),
                # After a failure the one thing to do next stands above.
                type="secondary" if job is not None else "primary",
                key="result.again",
                disabled=job is not None and job.is_active,
                help=frame.say("app_run_again_help", scenario=plain(order.scenario.name)),
                on_click=new.start,
                args=(order,),
            )
        if st.button(frame.say("app_run_see_map"), key="result.map"):
            st.switch_page("views/map.py")
        if st.button(frame.say("app_run_see_awards"), key="result.awards"):
            st.switch_page("views/awards.py")


def _failed(job: Job) -> None:
    """Say why a run failed, with the one thing to do next, and a way to go on without it."""
    queue = server.desk().queue
    said = queue.failure(job)
    with frame.verdict_row():
        failed = frame.say("app_run_failed", name=plain(job.order.name))
        st.error(failed, icon=":material/error:")
        if job.exit_code == 2 and st.button(
            frame.say("app_go_scenario" if _is_scenario_bad(job) else "app_go_data"),
            key="failed.mend",
            type="primary",
        ):
            forget()
            st.switch_page("views/scenario.py" if _is_scenario_bad(job) else "views/data.py")
        elif job.exit_code != 2:
            st.button(
                frame.say("app_again"),
                key="failed.again",
                type="primary",
                on_click=new.start,
                args=(job.order,),
            )
        st.button(frame.say("app_run_put_away"), key="failed.away", on_click=forget)
    st.text(said or frame.say("app_run_ended_early"))


def _is_scenario_bad(job: Job) -> bool:
    try:
        scenario = load_scenario(job.order.scenario, job.order.overrides)
    except ScenarioError:
        return True
    except AllocationError:
        return False
    return job.order.official and bool(scenario.official_problems())
