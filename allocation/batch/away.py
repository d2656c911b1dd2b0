"""What a worker does: it reads or runs one member from bytes, and sends bytes back.

Tasks return errors as values.  An exception would be logged on the way with all it holds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Worker, get_worker

from allocation.batch.crew import order_of, outcome, sealed_input
from allocation.batch.members import Member
from allocation.batch.parcels import Parcel, pack_folder
from allocation.batch.sharing import PartErrand, sharing
from allocation.draw.seal import program
from allocation.mechanisms.settling import Settled
from allocation.messages import AllocationError, ClusterError
from allocation.pipeline import package_versions, walk
from allocation.progress import Silent
from allocation.read import read_tables
from allocation.runs import WorkFolder
from allocation.scenario import Scenario, scenario_from_canonical

_STOPPED: set[str] = set()
"""Batches that were asked to stop, in this worker process."""


@dataclass(frozen=True, slots=True, repr=False)
class Errand:
    """What a worker is sent.

    Attributes
    ----------
    batch
        Of which batch it is a part; a neutral word.
    versions
        What whoever sends it computes with: see :func:`installed`.
    settings
        The scenario in its canonical form.
    file, overrides
        How the scenario was asked for.
    parcel
        The office's files to read, or the sealed tables to run.
    source
        Name of the workbook in the parcel that is read; empty for its whole folder.
    run_id
        Of the run to make; empty for an input to read.
    shares
        Whether parts of the run go to other workers.
    """

    batch: str
    versions: Mapping[str, str]
    settings: Mapping[str, Any]
    file: str
    overrides: tuple[str, ...]
    parcel: Parcel
    source: str = ""
    run_id: str = ""
    draw: bool = True
    shares: bool = False

    def __repr__(self) -> str:
        """Show nothing of it: arguments of a failed task end up in logs."""
        return f"<{type(self).__name__}>"

    def member(self) -> Member:
        """Rebuild the member."""
        return Member(scenario_from_canonical(self.settings), self.file, self.overrides)


class _Stop(Silent):
    """Tells a run that its batch was asked to stop."""

    def __init__(self, batch: str) -> None:
        self._batch = batch

    def should_stop(self) -> bool:
        """Tell it."""
        return self._batch in _STOPPED


def stop_batch(batch: str) -> None:
    """Let what this process runs of a batch keep its best and end."""
    _STOPPED.add(batch)


def read_away(errand: Errand) -> Parcel | AllocationError | None:
    """Read, try and seal the tables of a member; None after a stop."""
    return _done(errand, _read)


def run_away(errand: Errand) -> Parcel | AllocationError | None:
    """Make the run of a member and return its folder; None after a stop."""
    return _done(errand, _run)


def settle_away(errand: PartErrand) -> Settled | AllocationError:
    """Settle a part of a scenario that another worker runs."""
    if why := unfit(errand.versions, get_worker()):
        return why
    return errand.settle(_Stop(errand.batch))


def installed() -> dict[str, str]:
    """Name what this process computes with: the packages, and the program by its source.

    Its version alone would not tell one state of the source from the next.
    """
    return package_versions() | {"program": program().sha256[:12]}


def version_differences(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """List the packages that differ: name, our version, theirs; empty where none does."""
    names = sorted(name for name in {*theirs, *ours} if theirs.get(name) != ours.get(name))
    return ", ".join(f"{name} {ours.get(name, '–')} / {theirs.get(name, '–')}" for name in names)


def unfit(versions: Mapping[str, str], dask_worker: Worker) -> ClusterError | None:
    """Say why this worker would compute something else, or several things at once.

    Parameters
    ----------
    versions
        What whoever asks computes with: see :func:`installed`.
    dask_worker
        Dask gives it under this name.
    """
    address = dask_worker.address
    if differing := version_differences(installed(), versions):
        return ClusterError("cluster_versions", worker=address, packages=differing)
    if (n := dask_worker.state.nthreads) != 1:
        return ClusterError("cluster_threads", worker=address, n=n)
    return None


def _done(errand: Errand, work: Any) -> Parcel | AllocationError | None:
    if errand.batch in _STOPPED:
        return None
    worker = get_worker()
    # It may have come since the client asked all.
    if why := unfit(errand.versions, worker):
        return why
    # Below the worker's own folder, which is emptied by the next worker if this one dies.
    with tempfile.TemporaryDirectory(dir=worker.local_directory) as folder:
        found: Parcel | AllocationError = outcome(partial(work, errand, Path(folder)))
        return found


def _read(errand: Errand, folder: Path) -> Parcel:
    files = folder / "files"
    files.mkdir()
    errand.parcel.unpack(files)
    scenario = _moved(errand.member().scenario, files / errand.source)
    return sealed_input(scenario, partial(read_tables, scenario), folder)


def _moved(scenario: Scenario, place: Path) -> Scenario:
    """Let the scenario find its input in another place."""
    data = scenario.data.model_copy(update={"folder": place, "workbook": None})
    return scenario.model_copy(update={"data": data})


def _run(errand: Errand, folder: Path) -> Parcel:
    work = WorkFolder(errand.run_id, folder)
    work.make()
    settle = sharing(errand.batch, errand.versions, settle_away) if errand.shares else None
    order = order_of(errand.member(), errand.parcel, folder, draw=errand.draw, settle=settle)
    return pack_folder(walk(order, work, _Stop(errand.batch)))
