"""What the server does beside drawing pages: start-up, the queue, quiet errors."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from allocation.messages import AllocationError
from allocation.scenario import load_scenario
from allocation.ui import store
from allocation.ui.data import review
from allocation.ui.frame import log_bug
from allocation.ui.jobs.files import Order
from allocation.ui.jobs.queue import JobQueue
from allocation.ui.jobs.thread import Dispatcher
from allocation.ui.workspace import DEMO_SCENARIO, current_workspace

SCRIPT = Path(__file__).with_name("main.py")

_WARMED = ("scenario", "tables", "awards", "waitlist", "refusals", "findings")
"""Parts of a run that pages ask for, those of the first page first."""

_DESKS: dict[Path, Dispatcher] = {}
_GUARD = threading.Lock()


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any] | None]:
    """Make ready what a first visitor wants to see; runs go on when the server ends."""
    _in_background(open_office)
    yield None


def handle_error(error: Exception) -> bool:
    """Log kind and place of an error that no page caught; its message stays unsaid."""
    log_bug(error)
    return True


def desk() -> Dispatcher:
    """Return the queue of the workspace; there is one per server and folder of runs."""
    home = current_workspace()
    with _GUARD:
        if home.runs not in _DESKS:
            _DESKS[home.runs] = Dispatcher(
                JobQueue(home.runs, home.root),
                on_done=lambda run_id: _in_background(warm, run_id),
                on_error=log_bug,
            )
        return _DESKS[home.runs]


def open_office() -> None:
    """Take up the queue, and have a result to look at: the newest, or a run of the demonstration.

    The demonstration is run by itself once, in a workspace without runs and jobs.
    """
    try:
        here = desk()
        newest = next(iter(store.finished_runs()), None)
        if newest is None:
            order = demonstration()
            if order is not None:
                here.queue.submit_first(order)
        here.wake()
        if newest is not None:
            warm(newest.run_id)
        check_data()
    except Exception as error:
        log_bug(error)


def demonstration() -> Order | None:
    """Return the order that runs the demonstration city; None where it is not there."""
    file = current_workspace().scenario_file(DEMO_SCENARIO)
    try:
        return None if file is None else Order(file, load_scenario(file).name)
    except AllocationError:
        return None


def warm(run_id: str) -> None:
    """Read a run into memory, so that pages show it at once."""
    try:
        run = store.open_run(run_id)
        for part in _WARMED:
            getattr(run, part)
    except Exception as error:
        log_bug(error)


def check_data() -> None:
    """Begin to check the data a first visitor to their page would look at."""
    file = next(iter(current_workspace().scenario_files()), None)
    try:
        source = None if file is None else review.own_source(file)
        if file is not None and source in current_workspace().data_sources():
            review.check(file, source)
    except AllocationError:
        return  # the page says what is wrong


def _in_background(work: Any, *args: Any) -> None:
    threading.Thread(target=work, args=args, name="allocation-work", daemon=True).start()
