"""A cluster of Dask as the crew of a batch: members go to its workers as bytes.

Machines of a cluster share no disk.  A member's files are packed here, read by one
worker, come back sealed, and are run by another; each result is unpacked in its work
folder here, looked at, and moved into place like any run.  Dask gives a task to another
worker when the one it was with dies; nothing of a task outlives its worker.

Keys of tasks are numbers and arguments show nothing of themselves, since Dask writes
both into logs.
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from distributed import CancelledError, Client, Future
from distributed.scheduler import KilledWorker

from allocation.batch.away import (
    Errand,
    installed,
    read_away,
    run_away,
    stop_batch,
    unfit,
)
from allocation.batch.crew import Job, outcome
from allocation.batch.members import Member
from allocation.batch.parcels import Parcel, pack_files
from allocation.messages import AllocationError, ClusterError, internal_error
from allocation.progress import Progress
from allocation.read.sources import table_files
from allocation.reporting import FileReporter
from allocation.runs import WorkFolder, create_work, discard_work, load_run, seal_run

CONNECT_S = 15
"""How long scheduler and workers are waited for."""

_POLL_S = 0.05
_LOOK_S = 2.0
_AHEAD = 2
"""Tasks sent for each worker: one that it works on, and the next."""

_LOUD = ("distributed", "distributed.client")
"""Dask's loggers that have a level of their own."""

_LOST = (OSError, RuntimeError, CancelledError)
"""What Dask raises where there is no scheduler any more."""

Found = Parcel | AllocationError | None


@contextlib.contextmanager
def join_cluster(address: str, progress: Progress) -> Iterator[Cluster]:
    """Join a cluster whose workers can do the work.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tls://10.0.0.5:8786``.
    progress
        May ask for a stop.

    Raises
    ------
    ClusterError
        ``cluster_plain`` when people's data would go to another machine unencrypted,
        ``cluster_unreachable``, ``cluster_no_workers``, ``cluster_worker_lacks``,
        ``cluster_versions`` or ``cluster_threads``.
    """
    refuse_plain(address)
    with _quiet():
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
            raise ClusterError("cluster_unreachable", address=address) from error
        with client:
            try:
                _refuse_unfit(client, address)
            except _LOST as error:
                raise ClusterError("cluster_unreachable", address=address) from error
            yield Cluster(client, progress)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from telling of lost connections in its own words; ours follow.

    That a city's tables are large is nothing to warn of.
    """
    loggers = [logging.getLogger(name) for name in _LOUD]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def refuse_plain(address: str) -> None:
    """Refuse to send people's data to another machine without encryption.

    Raises
    ------
    ClusterError
        ``cluster_plain``, or ``cluster_unreachable`` for what is no address.
    """
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
    except ValueError:
        raise ClusterError("cluster_unreachable", address=address) from None
    if parts.scheme in ("tls", "wss") or _is_here(parts.hostname or ""):
        return
    raise ClusterError("cluster_plain", address=address)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_unfit(client: Client, address: str) -> None:
    """Refuse workers that say they are unfit, or to which people's data would go in the open.

    A scheduler may speak to this machine by one protocol and to its workers by another.
    """
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError:
        raise ClusterError("cluster_no_workers", address=address) from None
    for worker in client.nthreads():
        refuse_plain(worker)
    for worker, why in client.run(unfit, installed(), on_error="return").items():
        if isinstance(why, ClusterError):
            raise why
        if why is not None:
            raise ClusterError("cluster_worker_lacks", worker=worker)


class Cluster:
    """The workers of a cluster; see :func:`join_cluster`."""

    def __init__(self, client: Client, progress: Progress) -> None:
        self._client = client
        self._progress = progress
        self._batch = uuid.uuid4().hex
        self._versions = installed()
        self._n_workers = 1
        self._looked = 0.0

    def read(self, members: Sequence[Member]) -> Iterator[tuple[int, Parcel | AllocationError]]:
        """Let workers read, try and seal the tables of members."""
        makers = [partial(self._input_errand, member) for member in members]
        sizes = [_input_size(member) for member in members]
        for number, found in self._each(read_away, makers, sizes):
            if found is not None:
                yield number, found

    def run(self, jobs: Sequence[Job], out: Path) -> Iterator[tuple[int, Path | AllocationError]]:
        """Let workers run members; put each run folder in place as it comes.

        Where there are fewer members than workers, those left take parts of members.
        """
        works: dict[int, WorkFolder] = {}
        self._room()
        shares = len(jobs) < self._n_workers

        def errand(number: int) -> Errand:
            job = jobs[number]
            works[number] = create_work(out, job.member.scenario.name)
            FileReporter(works[number].path).phase("phase_away")
            run_id = works[number].run_id
            return self._errand(job.member, job.inputs, run_id=run_id, draw=job.draw, shares=shares)

        makers = [partial(errand, number) for number in range(len(jobs))]
        sizes = [job.inputs.size for job in jobs]
        try:
            for number, found in self._each(run_away, makers, sizes):
                settled: Path | AllocationError | None
                if isinstance(found, Parcel):
                    settled = outcome(partial(_placed, works[number], jobs[number], found))
                else:
                    settled = found
                if isinstance(settled, Path):
                    works.pop(number)
                elif number in works:
                    discard_work(works.pop(number))
                if settled is not None:
                    yield number, settled
        finally:
            for work in works.values():
                discard_work(work)

    def _input_errand(self, member: Member) -> Errand:
        place = _input_place(member)
        files = [(path.name, path) for path in table_files(place)]
        source = place.name if place.is_file() else ""
        return self._errand(member, pack_files(files), source=source)

    def _errand(
        self, member: Member, parcel: Parcel, *, source: str = "", run_id: str = "",
        draw: bool = True, shares: bool = False,
    ) -> Errand:  # fmt: skip
        return Errand(
            batch=self._batch,
            versions=self._versions,
            settings=member.scenario.canonical(),
            file=member.file,
            overrides=member.overrides,
            parcel=parcel,
            source=source,
            run_id=run_id,
            draw=draw,
            shares=shares,
        )

    def _each(
        self,
        task: Callable[[Errand], Found],
        makers: Sequence[Callable[[], Errand]],
        sizes: Sequence[int],
    ) -> Iterator[tuple[int, Found]]:
        """Send errands, the largest first, a few at a time; give what becomes of each.

        The errand stays with the scheduler until it is done, so that it can go to another
        worker: so only as many are under way as keep the workers busy.
        """
        waiting = deque(sorted(range(len(makers)), key=lambda number: -sizes[number]))
        busy: dict[Future[Found], int] = {}
        stopping = False
        try:
            while waiting or busy:
                if self._progress.should_stop() and not stopping:
                    stopping = True
                    waiting.clear()
                    self._stop(busy)
                room = self._room()
                while waiting and len(busy) < room:
                    number = waiting.popleft()
                    errand = outcome(makers[number])
                    if isinstance(errand, Errand):
                        busy[self._send(task, errand)] = number
                    else:
                        yield number, errand
                done = [future for future in busy if future.done()]
                for future in done:
                    found = _result(future)
                    yield busy.pop(future), found
                    if isinstance(found, ClusterError) and found.code == "cluster_lost":
                        # Nothing more can be sent.
                        yield from ((number, found) for number in waiting)
                        waiting.clear()
                if not done:
                    time.sleep(_POLL_S)
        finally:
            self._forget(busy)

    def _send(self, task: Callable[[Errand], Found], errand: Errand) -> Future[Found]:
        key = f"{task.__name__}-{uuid.uuid4().hex}"
        return self._client.submit(task, errand, key=key, pure=False)

    def _room(self) -> int:
        """Return how many errands may be under way; workers come and go."""
        now = time.monotonic()
        if now - self._looked > _LOOK_S:
            self._looked = now
            before = self._n_workers
            with contextlib.suppress(*_LOST):
                self._n_workers = len(self._client.nthreads())
            if before and not self._n_workers:
                self._progress.phase("cluster_waits")
        return max(1, self._n_workers) * _AHEAD

    def _stop(self, busy: dict[Future[Found], int]) -> None:
        """Let running members keep their best; take back those no worker has."""
        with contextlib.suppress(*_LOST):
            self._client.run(stop_batch, self._batch, on_error="ignore")
            begun = {key for keys in self._client.processing().values() for key in keys}
            idle = [future for future in busy if future.key not in begun and not future.done()]
            for future in idle:
                busy.pop(future)
            self._forget(idle)

    def _forget(self, futures: Mapping[Future[Found], int] | Sequence[Future[Found]]) -> None:
        if futures:
            with contextlib.suppress(*_LOST):
                self._client.cancel(list(futures))


def _result(future: Future[Found]) -> Found:
    """Return what a task sent, or why it sent nothing."""
    if future.cancelled():
        return ClusterError("cluster_lost")
    try:
        found: Found = future.result()
        return found
    except KilledWorker as error:
        return ClusterError("cluster_member_lost", n=error.allowed_failures + 1)
    except _LOST:
        return ClusterError("cluster_lost")
    except Exception as error:
        return internal_error(error)


def _placed(work: WorkFolder, job: Job, parcel: Parcel) -> Path:
    """Unpack a run folder, look whether it is the one asked for, and move it into place.

    Raises
    ------
    ClusterError
        ``cluster_damaged``.
    """
    parcel.unpack(work.record)
    run = load_run(work.record)
    told = (run.run_id, run.manifest["scenario_sha256"])
    if told != (work.run_id, job.member.scenario.scenario_hash) or run.altered_files():
        raise ClusterError("cluster_damaged")
    return seal_run(work)


def _input_place(member: Member) -> Path:
    data = member.scenario.data
    place = data.folder or data.workbook
    if place is None:
        raise ValueError("a scenario names its input")
    return place


def _input_size(member: Member) -> int:
    """Return the bytes of a member's input, 0 where it cannot be found."""
    found = outcome(lambda: sum(file.stat().st_size for file in table_files(_input_place(member))))
    return found if isinstance(found, int) else 0
