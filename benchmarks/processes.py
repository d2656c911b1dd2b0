"""Run one thing in a process of its own: its time, its memory, and an end to it."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NamedTuple


class Measured(NamedTuple):
    """What a process took and gave.

    Attributes
    ----------
    answer
        ``None`` where the process was ended or died.
    seconds
        By the clock.
    cpu_s
        Processor seconds of all its threads, and of processes it starts.
    peak_mb, loaded_mb
        Largest memory of the process, what it was given included, and how much that was.
    failure
        Type of the exception, ``ended`` where it took too long, or ``died`` where it ended
        itself, for want of memory as a rule; else empty.
    """

    answer: Any
    seconds: float
    cpu_s: float
    peak_mb: float
    loaded_mb: float
    failure: str = ""


def measured(prepare: Callable[[], Callable[[], Any]], patience_s: float) -> Measured:
    """Do something in a process of its own.

    Parameters
    ----------
    prepare
        Called in the process, gives what is to be measured: loading a library is not.
        What either refers to is shared with the process as it stands, the answer is pickled.
    patience_s
        The process is ended after so many seconds.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_report, args=(there, prepare))
    begun = time.perf_counter()
    child.start()
    there.close()
    found: Measured | None = None
    failure = "died"
    try:
        if here.poll(patience_s):
            found = here.recv()
        else:
            failure = "ended"
    except EOFError:
        pass
    seconds = time.perf_counter() - begun
    child.kill()
    child.join()
    return found or Measured(None, seconds, 0.0, 0.0, 0.0, failure)


def _report(end: Connection, prepare: Callable[[], Callable[[], Any]]) -> None:
    answer, failure, work = None, "", prepare()
    loaded_mb = _peak_mb()
    begun, cpu = time.perf_counter(), _cpu_s()
    try:
        answer = work()
    except Exception as error:  # a way that cannot do it is a finding, not an end
        failure = type(error).__name__
    seconds, cpu_s = time.perf_counter() - begun, _cpu_s() - cpu
    end.send(Measured(answer, seconds, cpu_s, _peak_mb(), loaded_mb, failure))


def _cpu_s() -> float:
    """Processor seconds of this process and of those it has started and waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _peak_mb() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 1024
