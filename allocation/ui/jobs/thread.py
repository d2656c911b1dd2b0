"""The thread that steps a queue while there is something to do, and rests otherwise."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from allocation.ui.jobs.files import Job, JobState, Order
from allocation.ui.jobs.queue import JobQueue

_TICK_S = 0.25


class Dispatcher:
    """One thread for one queue.

    Parameters
    ----------
    on_done
        Called with the id of each run that a job finished.
    on_error
        Called with what the thread died of; the next :meth:`wake` starts it again.
    """

    def __init__(
        self,
        queue: JobQueue,
        on_done: Callable[[str], None] = lambda run_id: None,
        on_error: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self.queue = queue
        self._on_done = on_done
        self._on_error = on_error
        self._guard = threading.Lock()
        self._is_awake = False
        self._is_called = False

    def submit(self, order: Order) -> Job:
        """Queue an order and see to it that somebody steps the queue."""
        job = self.queue.submit(order)
        self.wake()
        return job

    def wake(self) -> None:
        """See to it that the queue is stepped until nothing runs and nothing waits."""
        with self._guard:
            self._is_called = True
            if self._is_awake:
                return
            self._is_awake = True
        threading.Thread(target=self._work, name="allocation-jobs", daemon=True).start()

    def _work(self) -> None:
        try:
            self.queue.tidy()
            watched: set[str] = set()
            while self._goes_on(watched):
                watched = self._step(watched)
                time.sleep(_TICK_S)
        except Exception as error:
            with self._guard:
                self._is_awake = False
            self._on_error(error)

    def _goes_on(self, watched: set[str]) -> bool:
        with self._guard:
            self._is_awake = bool(watched) or self._is_called
            self._is_called = False
            return self._is_awake

    def _step(self, watched: set[str]) -> set[str]:
        """Step the queue; tell which jobs are still to be watched."""
        before = watched | {job.job_id for job in self.queue.active()}
        self.queue.step()
        jobs = {job.job_id: job for job in self.queue.jobs()}
        for job_id in sorted(before & set(jobs)):
            if jobs[job_id].state is JobState.DONE:
                self._on_done(jobs[job_id].run_id)
        return {job_id for job_id, job in jobs.items() if job.is_active}
