"""Runs as the pages read them: opened once per server, kept while they are in use.

A finished run never changes, so it is known by its folder and the time it was sealed.
What a page works out of a run is kept with the run and goes when the run goes
(:func:`remembered`); frames are never hashed, and one bound holds for everything.
"""

from __future__ import annotations

import functools
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from allocation.messages import RunError
from allocation.runs import MANIFEST, Run, RunInfo, RunState, list_runs, load_run
from allocation.ui.workspace import current_workspace

KEPT_RUNS = 6
KEPT_BYTES = 600 << 20
"""Most that the folders of the kept runs may hold; in memory they take three times as much.

One run is kept whatever it holds.
"""

P = ParamSpec("P")
T = TypeVar("T")

_ID = re.compile(r"[\w.-]+")
_NOTHING = object()


def all_runs() -> tuple[RunInfo, ...]:
    """List the runs of the workspace, newest first."""
    return tuple(reversed(list_runs(current_workspace().runs)))


def finished_runs() -> tuple[RunInfo, ...]:
    """List the finished runs, newest first."""
    return tuple(info for info in all_runs() if info.state is RunState.FINISHED)


def is_running() -> bool:
    """Tell whether a run is under way."""
    return any(info.state is RunState.RUNNING for info in all_runs())


def open_run(run_id: str) -> Run:
    """Open a finished run of the workspace.

    Raises
    ------
    RunError
        ``app_run_unknown`` for an id that names no run here; what
        :func:`allocation.runs.load_run` raises for a damaged one.
    """
    return _opened(run_id).run


def remembered(
    kept: int = 2,
) -> Callable[[Callable[Concatenate[Run, P], T]], Callable[Concatenate[str, P], T]]:
    """Make a function of a run one of its id, whose results are kept with the open run.

    Parameters
    ----------
    kept
        Results kept per run, for different further arguments; these are hashable and
        small, such as a language or an id.
    """

    def decorate(make: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[str, P], T]:
        @functools.wraps(make)
        def recall(run_id: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
            found: T = _opened(run_id).recall(make, kept, args, kwargs)
            return found

        return recall

    return decorate


class _Opened:
    """A run in memory, with what was worked out of it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.n_bytes = sum(file.stat().st_size for file in run.path.rglob("*") if file.is_file())
        self._found: dict[Callable[..., Any], dict[Hashable, Any]] = {}
        # Reentrant: a result may rest on another one of the same run.
        self._guard = threading.RLock()

    def recall(
        self,
        make: Callable[..., Any],
        kept: int,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Return a result, worked out by the first who asks while others wait for it."""
        key = (args, tuple(sorted(kwargs.items())))
        results = self._found.setdefault(make, {})
        found = results.get(key, _NOTHING)
        if found is _NOTHING:
            with self._guard:
                found = results.get(key, _NOTHING)
                if found is _NOTHING:
                    found = results[key] = make(self.run, *args, **kwargs)
                    while len(results) > kept:
                        del results[next(iter(results))]
        return found


_OPENED: OrderedDict[tuple[Path, int], _Opened] = OrderedDict()
_GUARD = threading.Lock()


def _opened(run_id: str) -> _Opened:
    path = current_workspace().runs / run_id
    if not _ID.fullmatch(run_id) or run_id.startswith(".") or not (path / MANIFEST).is_file():
        raise RunError("app_run_unknown")
    key = (path, (path / MANIFEST).stat().st_mtime_ns)
    with _GUARD:
        if key not in _OPENED:
            _OPENED[key] = _Opened(load_run(path))
        _OPENED.move_to_end(key)
        while len(_OPENED) > 1 and not _fits():
            _OPENED.popitem(last=False)
        return _OPENED[key]


def _fits() -> bool:
    n_bytes = sum(opened.n_bytes for opened in _OPENED.values())
    return len(_OPENED) <= KEPT_RUNS and n_bytes <= KEPT_BYTES
