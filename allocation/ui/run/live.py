"""Runs under way: phase, elapsed time, best value and bound, and how to end one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import streamlit as st

from allocation.messages import AllocationError
from allocation.messages.labels import spoken
from allocation.scenario import Scenario, load_scenario
from allocation.scenario.vocabulary import IN_TURN, SEVERAL_LEVELS
from allocation.summary import kind_names
from allocation.ui import address, frame
from allocation.ui.jobs.files import Job, JobState
from allocation.ui.jobs.queue import JobQueue
from allocation.ui.markdown import plain
from allocation.ui.run.wording import clock, mode
from allocation.ui.server import desk

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

STEPS: Mapping[str, int] = {
    "app_run_step_start": 6,
    "phase_read": 8,
    "phase_build": 5,
    "phase_solve": 1,
    "phase_formulate": 2,
    "phase_optimise": 53,
    "phase_maximum": 8,
    "phase_places": 5,
    "phase_check": 4,
    "phase_explain": 5,
    "phase_save": 3,
}
"""Steps of a run in order, with their usual share of the time in percent."""

_AFTER_SOLVING = ("phase_check", "phase_explain", "phase_save")
_LEVELS = (*SEVERAL_LEVELS, "people", "unique_people", IN_TURN, "key", "unique")
_LOG_LINES = 60


def draw_live(mine: Job | None) -> None:
    """Draw what runs and waits, renewed every second; nothing while all is quiet.

    Parameters
    ----------
    mine
        The job the address names.  It alone can be stopped, given up or taken out of the
        queue here: that of somebody else must be followed first.
    """
    active = desk().queue.active()
    if active:
        desk().wake()
        _live(mine.job_id if mine else "", tuple(job.job_id for job in active))


def follow(job_id: str) -> None:
    """Make a job the one of this page."""
    address.put(job=job_id)


def cancel(job_id: str) -> None:
    """Take a waiting job out of the queue."""
    desk().queue.cancel(job_id)


def stop(job: Job) -> None:
    """Ask a run to stop and keep its best."""
    desk().queue.stop(job)


def abort(job_id: str) -> None:
    """End a run and discard its work."""
    desk().queue.abort(job_id)


def stepped(progress: Mapping[str, Any]) -> tuple[float, int]:
    """Tell the share of the work done and the number of the present step.

    The longest step moves on with its levels.
    """
    names = list(STEPS)
    current = progress.get("phase", names[0])
    at = names.index(current) if current in names else 0
    done = sum(list(STEPS.values())[:at])
    level = progress.get("level")
    if current == "phase_optimise" and level in _LEVELS:
        done += round(STEPS[current] * _LEVELS.index(level) / len(_LEVELS))
    return done / 100, at + 1


def may_stop(progress: Mapping[str, Any]) -> bool:
    """Tell whether there is still something a stop would cut short."""
    return bool(progress) and progress.get("phase") not in _AFTER_SOLVING


def ahead_of(job: Job, active: Sequence[Job]) -> tuple[Job, ...]:
    """List the jobs that run or wait before one."""
    return tuple(active[: [other.job_id for other in active].index(job.job_id)])


@st.fragment(run_every="1s")
def _live(mine: str, known: tuple[str, ...]) -> None:
    queue = desk().queue
    active = queue.active()
    if tuple(job.job_id for job in active) != known:
        # One ended or came: the whole page has something new to show.
        st.rerun()
    desk().wake()
    focus = next((job for job in active if job.job_id == mine), active[0])
    with st.container(border=True):
        if focus.state is JobState.QUEUED:
            _waiting(focus, active, is_mine=focus.job_id == mine)
        elif focus.job_id == mine:
            _mine_running(queue, focus)
        else:
            _running(queue, focus)
        _others(active, focus)


def _waiting(job: Job, active: Sequence[Job], *, is_mine: bool) -> None:
    before = ahead_of(job, active)
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(
        frame.say(
            "app_run_waiting" if before else "app_run_next",
            name=plain(job.order.name),
            mode=mode(job.order.official),
            n=len(before),
            before=frame.listed(plain(other.order.name) for other in before),
            waited=clock(time.time() - job.queued_at),
        )
    )
    with right.container(horizontal_alignment="right"):
        if is_mine:
            cancel_button(job)
        else:
            follow_button(job)


def cancel_button(job: Job, where: str = "live") -> None:
    """Draw the button that takes one's own job out of the queue."""
    st.button(
        frame.say("app_run_cancel"),
        key=f"{where}.cancel.{job.job_id}",
        on_click=cancel,
        args=(job.job_id,),
    )


def follow_button(job: Job, where: str = "live") -> None:
    """Draw the button that makes somebody's job the one of this page."""
    st.button(
        frame.say("app_run_follow"),
        key=f"{where}.follow.{job.job_id}",
        on_click=follow,
        args=(job.job_id,),
    )


def _running(queue: JobQueue, job: Job) -> None:
    """Draw how far the run of somebody else is."""
    with _headed(queue, job):
        follow_button(job)
    _progress(job, queue.progress(job))


def _mine_running(queue: JobQueue, job: Job) -> None:
    """Draw all there is to know about a run, and the two ways to end it, each asked once more."""
    progress = queue.progress(job)
    with _headed(queue, job):
        _ending(
            "stop",
            lambda: stop(job),
            disabled=not may_stop(progress) or queue.is_stopping(job),
        )
        _ending("abort", lambda: abort(job.job_id))
    _progress(job, progress)
    if progress.get("level"):
        st.markdown(_level(job, progress))
    _steps_done(progress)
    log = queue.log(job)
    if log:
        with st.expander(frame.say("app_run_log")):
            st.code("\n".join(log.splitlines()[-_LOG_LINES:]), language=None)


def _headed(queue: JobQueue, job: Job) -> DeltaGenerator:
    """Draw the name of a run; return the room for its buttons."""
    left, right = st.columns([3, 2], vertical_alignment="center")
    title = "app_run_stopping" if queue.is_stopping(job) else "app_run_running"
    left.markdown(frame.say(title, name=plain(job.order.name), mode=mode(job.order.official)))
    return right.container(horizontal=True, horizontal_alignment="right")


def _ending(way: str, act: Callable[[], None], *, disabled: bool = False) -> None:
    """Draw a way to end a run: what it means, and the button that does it."""
    with st.popover(frame.say(f"app_run_{way}"), disabled=disabled):
        st.write(frame.say(f"app_run_{way}_warning"))
        st.button(
            frame.say(f"app_run_{way}_sure"), key=f"live.{way}", on_click=act, disabled=disabled
        )


def _progress(job: Job, progress: Mapping[str, Any]) -> None:
    share, step = stepped(progress)
    elapsed = clock(time.time() - (job.started_at or job.queued_at))
    phase = frame.word(progress.get("phase", "app_run_step_start"))
    st.progress(
        share,
        frame.say("app_run_step", step=step, steps=len(STEPS), phase=phase, elapsed=elapsed),
    )


def _level(job: Job, progress: Mapping[str, Any]) -> str:
    """Say what is being made best, how far it is and how much could still be gained."""
    value, bound = progress.get("value"), progress.get("bound")
    unit = frame.say(f"level_unit.{progress['level']}")
    name = level_words(_scenario(job), progress["level"], progress.get("level_params", {}))
    words = {
        "level": plain(name),
        "value": frame.count(value),
        "bound": frame.count(bound),
        "unit": unit and f" {unit}",
    }
    if value is None or bound is None:
        return frame.say("app_run_level_open", **words)
    if value == bound:
        return frame.say("app_run_level_proven", **words)
    gap = abs(bound - value)
    share = frame.percent(gap / max(1, abs(value)), 2)
    return frame.say("app_run_level_gap", **words, gap=frame.count(gap), share=share)


def level_words(scenario: Scenario | None, level: str, params: Mapping[str, Any]) -> str:
    """Name a level in words, with kinds and quotas by their names where they are known."""
    words = dict(params)
    if scenario is not None and "kind" in words:
        names = kind_names(scenario, address.lang())
        words["kind"] = names.get(words["kind"], words["kind"])
    if scenario is not None and "quota" in words and address.lang() == "zh":
        keys = (f"quota.{words['quota']}.{bound}" for bound in ("min", "max", "min_share"))
        titles = (scenario.sources[key].title for key in keys if key in scenario.sources)
        words["quota"] = next((title for title in titles if title), words["quota"])
    if "quota" in words:
        words["quota"] = spoken(words["quota"])
    return frame.word(f"level_{level}", **words)


def _scenario(job: Job) -> Scenario | None:
    try:
        return load_scenario(job.order.scenario, job.order.overrides)
    except AllocationError:
        return None


def _steps_done(progress: Mapping[str, Any]) -> None:
    """List the steps that ended, each with its seconds."""
    steps = progress.get("steps", [])
    done = [
        frame.say(
            "app_run_step_done",
            step=frame.word(step["phase"]),
            seconds=after["started_at"] - step["started_at"],
        )
        for step, after in pairwise(steps)
    ]
    if done:
        st.caption(frame.say("app_run_steps_done") + frame.strung(done))


def _others(active: Sequence[Job], focus: Job) -> None:
    others = [job for job in active if job.job_id != focus.job_id]
    if others:
        listed = [
            frame.say(
                f"app_run_other_{'waits' if job.state is JobState.QUEUED else 'runs'}",
                name=plain(job.order.name),
                mode=mode(job.order.official),
            )
            for job in others
        ]
        st.caption(frame.say("app_run_others") + frame.strung(listed))
