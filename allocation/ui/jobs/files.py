"""The queue on disk: one folder per job, whole or absent, readable by its owner alone.

``<runs>/.jobs/<job_id>/`` holds ``job.json`` and what the child process prints.  Pages
only read; whoever changes a job holds the lock of the queue, so that several pages and
several servers on one folder never start or end a job twice.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from allocation import canonical
from allocation.messages import Lang
from allocation.official import Official
from allocation.processes import alone

JOBS_FOLDER = ".jobs"
JOB = "job.json"
PRINTED = "stdout.txt"
ERRORS = "stderr.txt"

_LOCK_WAIT_S = 30
_NEW = ".new-"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_REPLACE_TRIES = 20


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (JobState.QUEUED, JobState.STARTING, JobState.RUNNING)
"""States of a job that still has something ahead of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run.

    Attributes
    ----------
    scenario
        The scenario file.
    name
        Name of the scenario, for the lists.
    approval
        What an official run rests on; None for a trial.
    """

    scenario: Path
    name: str
    overrides: tuple[str, ...] = ()
    approval: Official | None = None
    lang: Lang = "zh"

    @property
    def official(self) -> bool:
        """Whether an official run is asked for."""
        return self.approval is not None


@dataclass(frozen=True, slots=True)
class Job:
    """An order and what became of it.

    Attributes
    ----------
    queued_at, started_at, ended_at
        Seconds since the epoch.
    server, process
        Marks (:func:`allocation.processes.process_mark`) of the server that started the child
        process, and of the child.
    run_id
        Run it makes or made, empty until it is known.
    exit_code
        None where nobody waited for the child: its run was whole already, or the server
        that started it was gone.
    """

    job_id: str
    order: Order
    queued_at: float
    state: JobState = JobState.QUEUED
    started_at: float | None = None
    ended_at: float | None = None
    server: str = ""
    process: str = ""
    run_id: str = ""
    exit_code: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ACTIVE


class JobFiles:
    """The folders of all jobs of one folder of runs."""

    def __init__(self, runs: Path) -> None:
        self.folder = runs / JOBS_FOLDER

    def path(self, job_id: str) -> Path:
        """Return the folder of a job."""
        return self.folder / job_id

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other thread and server out while jobs are changed."""
        with alone(self.folder, _LOCK_WAIT_S):
            yield

    def create(self, order: Order) -> Job:
        """Add a job; other readers see it whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            job_id = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
            fresh = self.folder / f"{_NEW}{job_id}"
            if not self.path(job_id).exists() and not fresh.exists():
                break
        job = Job(job_id, order, queued_at=time.time())
        fresh.mkdir(mode=0o700)
        _write(fresh / JOB, job)
        fresh.rename(self.path(job_id))
        return job

    def write(self, job: Job) -> None:
        """Replace the record of a job; only under the lock."""
        file = self.path(job.job_id) / JOB
        fresh = file.with_suffix(".new")
        _write(fresh, job)
        for last in range(_REPLACE_TRIES):
            try:
                fresh.replace(file)
                return
            except PermissionError:
                # Windows lets nobody replace a file while a page reads it.
                if last == _REPLACE_TRIES - 1:
                    raise
                time.sleep(0.02)

    def read(self, job_id: str) -> Job | None:
        """Read a job; None for an unknown or damaged one."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            return _job(canonical.read_json(self.path(job_id) / JOB))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def jobs(self) -> tuple[Job, ...]:
        """List all jobs in the order they were queued."""
        if not self.folder.is_dir():
            return ()
        found = (self.read(path.name) for path in self.folder.iterdir())
        jobs = (job for job in found if job is not None)
        return tuple(sorted(jobs, key=lambda job: (job.queued_at, job.job_id)))

    def remove(self, job_id: str) -> None:
        """Remove the folder of a job."""
        shutil.rmtree(self.path(job_id), ignore_errors=True)

    def printed(self, job_id: str, name: str) -> str:
        """Return what the child printed; empty where there is nothing."""
        try:
            return (self.path(job_id) / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


def _write(file: Path, job: Job) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(canonical.dump_json(asdict(job), indent=2) + "\n")


def _approval(record: Mapping[str, Any]) -> Official:
    files = {name: Path(record[name]) for name in ("commit", "reveal") if record[name]}
    return Official(**{**record, **files})


def _job(record: dict[str, Any]) -> Job:
    order = dict(record["order"])
    order["scenario"] = Path(order["scenario"])
    order["overrides"] = tuple(order["overrides"])
    if order["approval"] is not None:
        order["approval"] = _approval(order["approval"])
    return Job(**{**record, "order": Order(**order), "state": JobState(record["state"])})
