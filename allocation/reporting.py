"""Receivers of progress: the terminal, the work folder, and Ctrl-C.

The engine knows only :class:`allocation.progress.Progress`.  A reporter that fails
must not cost a run its result, so :class:`Composite` drops its exceptions.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from typing import TYPE_CHECKING, Any, Self

from allocation.canonical import write_json
from allocation.messages.labels import phrase
from allocation.progress import Silent
from allocation.runs import PROGRESS_FILE, STOP_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType, TracebackType

    from rich.console import Console
    from rich.status import Status

    from allocation.messages import Lang
    from allocation.progress import Progress

_LOGGER = logging.getLogger(__name__)
_BOUND_EVERY_S = 0.2


class Composite:
    """Pass everything on to several reporters; stop when any of them says so."""

    def __init__(self, *reporters: Progress) -> None:
        self._reporters = reporters

    def phase(self, code: str, **params: object) -> None:
        """Pass the phase on."""
        for reporter in self._reporters:
            with _forgiven():
                reporter.phase(code, **params)

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        """Pass the bound on."""
        for reporter in self._reporters:
            with _forgiven():
                reporter.bound(level, value, bound, **params)

    def should_stop(self) -> bool:
        """Ask every reporter."""
        for reporter in self._reporters:
            with _forgiven():
                if reporter.should_stop():
                    return True
        return False


@contextlib.contextmanager
def _forgiven() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # The type alone: a message could quote data.
        _LOGGER.warning("a progress reporter failed: %s", type(error).__name__)


class PhaseClock(Silent):
    """Measure the seconds of each phase, in the order they started.

    A phase that comes back adds to its first entry.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._current: str | None = None
        self._since = time.monotonic()

    def phase(self, code: str, **params: object) -> None:
        """Close the running phase and start the next."""
        self.stop()
        self._current = code

    def stop(self) -> None:
        """Close the running phase."""
        now = time.monotonic()
        if self._current is not None:
            elapsed = self.seconds.get(self._current, 0.0) + now - self._since
            self.seconds[self._current] = round(elapsed, 3)
        self._current, self._since = None, now


class LogReporter(Silent):
    """Write each phase into the log."""

    def phase(self, code: str, **params: object) -> None:
        """Log the phase."""
        _LOGGER.info("%s", " ".join([code, *(f"{name}={params[name]}" for name in params)]))


class FileReporter:
    """Keep ``progress.json`` of a work folder fresh and look for its stop file.

    The file is replaced whole, so that a reader never sees half of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started = time.time()
        self._last_write = 0.0
        self._state: dict[str, Any] = {"state": "running", "started_at": round(self._started, 3)}

    def phase(self, code: str, **params: object) -> None:
        """Write the new phase at once."""
        for key in ("level", "level_params", "value", "bound"):
            self._state.pop(key, None)
        now = round(time.time(), 3)
        self._state.update(phase=code, params=params, phase_started_at=now)
        self._state["steps"] = [
            *self._state.get("steps", ()),
            {"phase": code, "params": params, "started_at": now},
        ]
        self._write()

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        """Write value and bound, but not more often than a person can read."""
        is_new_level = (self._state.get("level"), self._state.get("level_params")) != (
            level,
            params,
        )
        self._state.update(level=level, level_params=params, value=value, bound=bound)
        if is_new_level or time.monotonic() - self._last_write >= _BOUND_EVERY_S:
            self._write()

    def should_stop(self) -> bool:
        """Tell whether somebody put a stop file into the folder."""
        return (self._folder / STOP_FILE).exists()

    def failed(self, code: str) -> None:
        """Leave word that the run ended with an error."""
        self._state.update(state="failed", error=code)
        self._write()

    def _write(self) -> None:
        self._last_write = time.monotonic()
        self._state["elapsed_s"] = round(time.time() - self._started, 3)
        fresh = self._folder / f"{PROGRESS_FILE}.new"
        write_json(fresh, self._state)
        fresh.replace(self._folder / PROGRESS_FILE)


class TerminalReporter:
    """Show phases, elapsed seconds, best value and bound on a terminal.

    On a terminal one line is redrawn; elsewhere each phase is printed once.
    """

    def __init__(self, console: Console, lang: Lang = "zh") -> None:
        self._console = console
        self._lang = lang
        self._start = time.monotonic()
        self._phase: tuple[str, float] | None = None
        self._status: Status | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status = self._console.status("")
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._close_phase()
        if self._status is not None:
            self._status.stop()

    def phase(self, code: str, **params: object) -> None:
        """Print the phase just ended and show the new one."""
        self._close_phase()
        self._phase = (phrase(code, self._lang, **params), time.monotonic())
        self._show(self._phase[0])

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        """Show the best value and the bound beside the phase."""
        if self._status is None or self._phase is None:
            return
        best = phrase(
            "progress_bound",
            self._lang,
            level=phrase(f"level_{level}", self._lang, **params),
            value="–" if value is None else value,
            bound="–" if bound is None else bound,
        )
        self._show(f"{self._phase[0]} · {best}")

    def should_stop(self) -> bool:
        """Never stop; :class:`Interrupts` listens to the keyboard."""
        return False

    def notice(self, code: str, **params: object) -> None:
        """Print a sentence above the running line."""
        self._console.print(phrase(code, self._lang, **params), markup=False)

    def _show(self, line: str) -> None:
        if self._status is not None:
            self._status.update(_plain(line))

    def _close_phase(self) -> None:
        if self._phase is not None:
            name, since = self._phase
            now = time.monotonic()
            self._console.print(
                f"{now - self._start:7.1f} s  {name}  ({now - since:.1f} s)", markup=False
            )
        self._phase = None


def _plain(line: str) -> str:
    """Keep square brackets of a text from being read as markup."""
    return line.replace("[", r"\[")


class Interrupts(Silent):
    """Turn Ctrl-C into "stop and keep the best"; a second one aborts.

    Parameters
    ----------
    on_stop
        Called once, when the stop was heard.
    """

    def __init__(self, on_stop: Callable[[], None] = lambda: None) -> None:
        self._on_stop = on_stop
        self._stop = False

    def __enter__(self) -> Self:
        self._old_handler = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._old_handler)

    def should_stop(self) -> bool:
        """Tell whether Ctrl-C was pressed."""
        return self._stop

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        if self._stop:
            raise KeyboardInterrupt
        self._stop = True
        with _forgiven():
            self._on_stop()
