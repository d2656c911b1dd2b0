"""What waits, what runs, and what became of the runs before."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from allocation.runs import RunInfo, RunState
from allocation.ui import address, frame, store
from allocation.ui.jobs.files import Job, JobState
from allocation.ui.jobs.queue import JobQueue
from allocation.ui.markdown import plain
from allocation.ui.navigation import RUN_SECTION
from allocation.ui.run.live import cancel_button, follow_button
from allocation.ui.run.wording import mode
from allocation.ui.server import desk

SHOWN = 50

_OPEN = "run.open"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a run, or a job that never became one."""

    when: str
    name: str
    official: bool | None
    state: str
    reason: str
    run_id: str = ""


def draw() -> None:
    """Draw the queue and the runs before, newest first."""
    queue = desk().queue
    st.subheader(frame.say("app_run_queue"), anchor=False)
    _queue(queue)
    st.subheader(frame.say("app_run_history"), anchor=False)
    listed = entries(queue, store.all_runs())
    if not listed:
        st.caption(frame.say("app_run_no_history"))
        return
    shown = listed[:SHOWN]
    st.caption(frame.say("app_run_first_of", n=len(shown), all=len(listed)))
    _table(shown)


def entries(queue: JobQueue, infos: Sequence[RunInfo]) -> list[Entry]:
    """List runs and ended jobs without a run, newest first; active jobs stand in the queue."""
    jobs = queue.jobs()
    of_run = {job.run_id: job for job in jobs if job.run_id}
    active = {job.run_id for job in jobs if job.is_active}
    known = {info.run_id for info in infos}
    found = [_of_run(info, of_run, queue) for info in infos if info.run_id not in active]
    found += [_of_job(job, queue) for job in jobs if not job.is_active and job.run_id not in known]
    return sorted(found, key=lambda entry: entry.when, reverse=True)


def _of_run(info: RunInfo, of_run: dict[str, Job], queue: JobQueue) -> Entry:
    job = of_run.get(info.run_id)
    official: bool | None = info.official
    if info.state is RunState.FINISHED:
        state, reason = frame.say(f"status_{info.status}"), ""
    else:
        state = frame.say(f"app_run_state_{info.state}")
        reason = (queue.failure(job) if job else "") or _reason(info)
        official = job.order.official if job else None
    digits = info.run_id
    when = (
        f"{digits[:4]}-{digits[4:6]}-{digits[6:8]} {digits[9:11]}:{digits[11:13]}:{digits[13:15]}"
    )
    run_id = info.run_id if info.state is RunState.FINISHED else ""
    return Entry(when, info.name, official, state, reason, run_id)


def _reason(info: RunInfo) -> str:
    if info.state is RunState.FAILED:
        return frame.say("app_run_failed_bug", kind=info.progress.get("error", ""))
    return frame.say("app_run_interrupted") if info.state is RunState.INTERRUPTED else ""


def _of_job(job: Job, queue: JobQueue) -> Entry:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(job.queued_at))
    state = frame.say(f"app_run_state_{job.state}")
    reason = ""
    if job.state is JobState.FAILED:
        reason = queue.failure(job) or frame.say("app_run_ended_early")
    return Entry(when, job.order.name, job.order.official, state, reason)


def _queue(queue: JobQueue) -> None:
    active = queue.active()
    if not active:
        st.caption(frame.say("app_run_queue_empty"))
    for position, job in enumerate(active):
        waits = job.state is JobState.QUEUED
        with st.container(border=True):
            left, middle, right = st.columns([5, 4, 2], vertical_alignment="center")
            left.markdown(
                frame.say(
                    "app_run_queue_line",
                    n=position + 1,
                    name=plain(job.order.name),
                    mode=mode(job.order.official),
                )
            )
            before = frame.listed(plain(other.order.name) for other in active[:position])
            middle.caption(
                frame.say("app_run_after", before=before)
                if waits and before
                else frame.say(f"app_run_state_{job.state}")
            )
            with right.container(horizontal_alignment="right"):
                if job.job_id != address.get("job"):
                    follow_button(job, "queue")
                elif waits:
                    cancel_button(job, "queue")


def _table(shown: Sequence[Entry]) -> None:
    look = frame.say("app_run_look")
    table = pd.DataFrame(
        {
            "when": [entry.when for entry in shown],
            "name": [entry.name for entry in shown],
            "mode": ["–" if entry.official is None else mode(entry.official) for entry in shown],
            "state": [entry.state for entry in shown],
            "reason": [entry.reason for entry in shown],
            "look": [look if entry.run_id else None for entry in shown],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        alt=frame.say("app_run_history_alt"),
        column_config={
            "when": st.column_config.TextColumn(frame.say("app_run_when"), width=150),
            "name": st.column_config.TextColumn(frame.say("fact_scenario"), width="medium"),
            "mode": st.column_config.TextColumn(frame.say("fact_mode"), width=70),
            "state": st.column_config.TextColumn(frame.say("fact_status"), width=210),
            "reason": st.column_config.TextColumn(frame.say("app_run_reason"), width="large"),
            "look": st.column_config.ButtonColumn(
                frame.say("app_run_look_at"),
                key=_OPEN,
                on_click=lambda: show(shown[st.session_state[_OPEN].row]),
                width=90,
            ),
        },
    )


def show(entry: Entry) -> None:
    """Show a finished run from the list."""
    if entry.run_id:
        address.put(run=entry.run_id, job=None)
        st.session_state[RUN_SECTION] = "result"
