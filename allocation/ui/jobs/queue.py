"""The queue of runs: who waits, who runs, what became of whom.

Each job is a child process, the run a person would start at the command line, so that
it outlives a page, a reload and the server.  Every server on a folder of runs may step
the queue; a lock keeps them apart, and one that comes later takes the children of an
earlier one over by their marks.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from allocation import canonical
from allocation.processes import marked_process, process_mark
from allocation.runs import (
    MANIFEST,
    PROGRESS_FILE,
    STOP_FILE,
    WorkFolder,
    discard_work,
    request_stop,
)
from allocation.ui.jobs import child_process
from allocation.ui.jobs.files import ERRORS, PRINTED, Job, JobFiles, JobState, Order

LIMIT_VARIABLE = "ALLOCATION_JOBS"
KEPT_DAYS = 7
"""Days the record of an ended job is kept; its run stays."""

_RUN_ID = re.compile(r"[\w-][\w.-]*")
_WITH_RUN = (0, 1, None)
"""Exit codes that leave a run folder; unknown where nobody waited for the child."""
_WITH_SENTENCE = (2, 3, None)
"""Exit codes with a sentence that says why, free of data."""
_LONGEST_SENTENCE = 4000


class JobQueue:
    """The queue of one folder of runs.

    Parameters
    ----------
    runs
        Folder of all runs.
    root
        Where the child processes work.
    limit
        Jobs at a time; ``ALLOCATION_JOBS``, else one.
    """

    def __init__(self, runs: Path, root: Path | None = None, limit: int | None = None) -> None:
        self.runs = runs
        self._root = root or runs.parent
        self._limit = limit or _limit()
        self._files = JobFiles(runs)
        self._server = process_mark(os.getpid())
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def submit(self, order: Order) -> Job:
        """Put an order at the end of the queue."""
        return self._files.create(order)

    def submit_first(self, order: Order) -> Job | None:
        """Queue an order unless there is or was any job; servers starting together ask once."""
        with self._files.locked():
            return None if self._files.jobs() else self._files.create(order)

    def jobs(self) -> tuple[Job, ...]:
        """List all jobs on record in the order they were queued."""
        return self._files.jobs()

    def active(self) -> tuple[Job, ...]:
        """List the jobs that run or wait, in order."""
        return tuple(job for job in self._files.jobs() if job.is_active)

    def job(self, job_id: str) -> Job | None:
        """Find a job; None for an unknown one."""
        return self._files.read(job_id)

    def progress(self, job: Job) -> Mapping[str, Any]:
        """Return what the run of a job last reported; empty before it reports."""
        try:
            return canonical.read_json(self._work(job) / PROGRESS_FILE)
        except (OSError, ValueError):
            return {}

    def log(self, job: Job) -> str:
        """Return the log of the run of a job; codes and times only."""
        try:
            return WorkFolder(job.run_id, self.runs).log.read_text(encoding="utf-8")
        except OSError:
            return ""

    def failure(self, job: Job) -> str:
        """Return the sentence a failed run left, empty where it left none."""
        said = self._files.printed(job.job_id, ERRORS).strip()
        is_sentence = "Traceback" not in said and len(said) <= _LONGEST_SENTENCE
        return said if job.exit_code in _WITH_SENTENCE and is_sentence else ""

    def stop(self, job: Job) -> bool:
        """Ask the run of a job to stop and keep its best; False before it can hear."""
        if not job.run_id:
            return False
        try:
            request_stop(self._work(job))
        except OSError:  # it ended in the meantime
            return False
        return True

    def is_stopping(self, job: Job) -> bool:
        """Tell whether the run of a job was asked to stop."""
        return bool(job.run_id) and (self._work(job) / STOP_FILE).exists()

    def cancel(self, job_id: str) -> bool:
        """Take a waiting job out of the queue; False when it does not wait any more."""
        with self._files.locked():
            job = self._files.read(job_id)
            if job is None or job.state is not JobState.QUEUED:
                return False
            self._files.write(replace(job, state=JobState.CANCELLED, ended_at=time.time()))
            return True

    def abort(self, job_id: str) -> bool:
        """End a running job and discard its work; False when it does not run any more."""
        with self._files.locked():
            job = self._files.read(job_id)
            if job is None or job.state is not JobState.RUNNING:
                return False
            child_process.end(job.process)
            sealed = self._sealed(job, None)
            if not sealed and job.run_id:
                discard_work(WorkFolder(job.run_id, self.runs))
            state = JobState.DONE if sealed else JobState.CANCELLED
            self._close(replace(job, state=state, run_id=sealed))
            return True

    def step(self) -> None:
        """Take note of what ended, then start what is next."""
        with self._files.locked():
            active = self.active()
            self._let_go({job.job_id for job in active})
            running = sum(
                self._follow(job).is_active for job in active if job.state is not JobState.QUEUED
            )
            waiting = [job for job in active if job.state is JobState.QUEUED]
            for job in waiting[: max(0, self._limit - running)]:
                self._start(job)

    def tidy(self) -> None:
        """Remove the records of jobs that ended long ago."""
        long_ago = time.time() - KEPT_DAYS * 86_400
        with self._files.locked():
            for job in self._files.jobs():
                if job.ended_at is not None and job.ended_at < long_ago:
                    self._files.remove(job.job_id)

    def _let_go(self, active: set[str]) -> None:
        """Forget children whose job has ended once they are gone themselves."""
        for job_id in set(self._children) - active:
            if self._children[job_id].poll() is not None:
                del self._children[job_id]

    def _work(self, job: Job) -> Path:
        return WorkFolder(job.run_id, self.runs).path

    def _start(self, job: Job) -> None:
        # On record before the child exists: a server that dies in between starts it only once.
        job = replace(job, state=JobState.STARTING, started_at=time.time(), server=self._server)
        self._files.write(job)
        folder = self._files.path(job.job_id)
        try:
            child = child_process.start(job.order, self.runs, folder, self._root)
        except OSError:
            self._close(replace(job, state=JobState.FAILED))
            return
        self._children[job.job_id] = child
        process = process_mark(child.pid)
        self._files.write(replace(job, state=JobState.RUNNING, process=process))

    def _follow(self, job: Job) -> Job:
        """Bring the record of a started job up to date."""
        job = self._link(job)
        if job.run_id and self._is_sealed(job.run_id):
            # The run is whole; its process still gives back its memory for a while.
            return self._end(job, None)
        child = self._children.get(job.job_id)
        if child is not None:
            exit_code = child.poll()
            return job if exit_code is None else self._end(job, exit_code)
        if marked_process(job.process) is not None:
            return job
        if job.server != self._server and marked_process(job.server) is not None:
            return job  # the server that started it will know how it ended
        return self._end(job, None)

    def _link(self, job: Job) -> Job:
        """Note which run a job makes, as soon as that can be seen."""
        process = None if job.run_id else marked_process(job.process)
        folder = None if process is None else child_process.work_folder(self.runs, process.pid)
        if folder is not None:
            job = replace(job, run_id=folder.name)
            self._files.write(job)
        return job

    def _end(self, job: Job, exit_code: int | None) -> Job:
        sealed = self._sealed(job, exit_code)
        # A bug leaves its work folder to be looked at; a refusal leaves nothing.
        left = job.run_id if self._work(job).is_dir() else ""
        state = JobState.DONE if sealed else JobState.FAILED
        return self._close(replace(job, state=state, run_id=sealed or left, exit_code=exit_code))

    def _close(self, job: Job) -> Job:
        job = replace(job, ended_at=time.time())
        self._files.write(job)
        # A refused table is printed with its bad cells; nobody needs them a second time.
        with contextlib.suppress(OSError):  # on Windows while the child has it open
            (self._files.path(job.job_id) / PRINTED).unlink()
        return job

    def _sealed(self, job: Job, exit_code: int | None) -> str:
        """Name the finished run of a job that ended; empty where it left none."""
        if exit_code not in _WITH_RUN:
            return ""
        lines = self._files.printed(job.job_id, PRINTED).strip().splitlines()
        named = re.split(r"[\\/]", lines[-1])[-1] if lines else ""
        return next((run_id for run_id in (job.run_id, named) if self._is_sealed(run_id)), "")

    def _is_sealed(self, run_id: str) -> bool:
        return bool(_RUN_ID.fullmatch(run_id)) and (self.runs / run_id / MANIFEST).is_file()


def _limit() -> int:
    given = os.environ.get(LIMIT_VARIABLE, "")
    return max(1, int(given)) if given.isdecimal() else 1
