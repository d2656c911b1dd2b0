"""Runs as the pages read them: opened once per server, kept while they are in use.

A finished run never changes, so it is known by its folder and the time it was sealed.
Frames are never hashed: caches are keyed by run id alone.
"""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from allocation.messages import RunError
from allocation.runs import MANIFEST, Run, RunInfo, RunState, list_runs, load_run
from allocation.ui.workspace import workspace

KEPT_RUNS = 6
"""Runs kept in memory; about 0.3 GB each at city size."""

_ID = re.compile(r"[\w.-]+")


def all_runs() -> tuple[RunInfo, ...]:
    """List the runs of the workspace, newest first."""
    return tuple(reversed(list_runs(workspace().runs)))


def finished_runs() -> tuple[RunInfo, ...]:
    """List the finished runs, newest first."""
    return tuple(info for info in all_runs() if info.state is RunState.FINISHED)


def open_run(run_id: str) -> Run:
    """Open a finished run of the workspace.

    Raises
    ------
    RunError
        ``app_run_unknown`` for an id that names no run here; what
        :func:`allocation.runs.load_run` raises for a damaged one.
    """
    path = workspace().runs / run_id
    if not _ID.fullmatch(run_id) or run_id.startswith(".") or not (path / MANIFEST).is_file():
        raise RunError("app_run_unknown")
    return _opened(str(path), (path / MANIFEST).stat().st_mtime_ns)


@st.cache_resource(max_entries=KEPT_RUNS, show_spinner=False)
def _opened(path: str, sealed_at: int) -> Run:
    return load_run(Path(path))
