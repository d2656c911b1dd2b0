"""Who does the work of a batch: this process, one scenario after the other, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from allocation.batch.members import Member
from allocation.batch.parcels import Parcel, pack_tables, unpack_tables
from allocation.build import build_instance
from allocation.messages import AllocationError, internal_error
from allocation.pipeline import Order, walk
from allocation.progress import Progress
from allocation.read import Tables, read_tables
from allocation.runs import create_work
from allocation.scenario import Scenario

if TYPE_CHECKING:
    from allocation.mechanisms.settling import Settle

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """A member whose input is read and good.

    Attributes
    ----------
    inputs
        The sealed tables.
    draw
        Whether to draw what goes by lot.
    """

    member: Member
    inputs: Parcel
    draw: bool = True


class Crew(Protocol):
    """Reads and runs members in an order of its own.

    Both methods give the number of a member and what became of it, as each is done; a
    member that a stop left undone is not named.  What goes wrong with one is its outcome
    and no exception, so that the others go on.
    """

    def read(self, members: Sequence[Member]) -> Iterator[tuple[int, Parcel | AllocationError]]:
        """Read the tables of members, try them against their rules, and seal them."""

    def run(self, jobs: Sequence[Job], out: Path) -> Iterator[tuple[int, Path | AllocationError]]:
        """Make run folders in the folder of runs."""


class Here:
    """The process that was asked, one member after the other.

    Parameters
    ----------
    progress
        Hears the phases of every run and may ask for a stop: the run being made keeps its
        best, those after it are not begun.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def read(self, members: Sequence[Member]) -> Iterator[tuple[int, Parcel | AllocationError]]:
        """Read, try and seal one after the other."""
        for number, member in enumerate(members):
            if self._progress.should_stop():
                return
            scenario = member.scenario
            yield number, outcome(partial(sealed_input, scenario, partial(read_tables, scenario)))

    def run(self, jobs: Sequence[Job], out: Path) -> Iterator[tuple[int, Path | AllocationError]]:
        """Run one after the other, straight into the folder of runs."""
        for number, job in enumerate(jobs):
            if self._progress.should_stop():
                return
            yield number, outcome(partial(self._run, job, out))

    def _run(self, job: Job, out: Path) -> Path:
        work = create_work(out, job.member.scenario.name)
        return walk(order_of(job.member, job.inputs, draw=job.draw), work, self._progress)


def outcome(work: Callable[[], T]) -> T | AllocationError:
    """Do it and return what comes of it, be it an error.

    A bug's own message could quote data: only its kind and place are kept.
    """
    try:
        return work()
    except AllocationError as error:
        # What it was raised with holds the tables in memory.
        return error.with_traceback(None)
    except Exception as error:
        return internal_error(error)


def sealed_input(
    scenario: Scenario, read: Callable[[], Tables], scratch: Path | None = None
) -> Parcel:
    """Read tables, try them against the scenario's rules, and seal them.

    Parameters
    ----------
    scratch
        Folder for temporary files; the system's when not given.

    Raises
    ------
    AllocationError
        For bad cells, and for what only shows when the rules meet the tables.
    """
    tables = read()
    build_instance(tables, scenario)
    return pack_tables(tables, scratch)


def order_of(
    member: Member,
    inputs: Parcel,
    scratch: Path | None = None,
    *,
    draw: bool,
    settle: Settle | None = None,
) -> Order:
    """Ask for a trial run of a member on its sealed tables."""
    return Order(
        member.scenario,
        read=partial(unpack_tables, inputs, scratch),
        told={"scenario_file": member.file, "overrides": list(member.overrides)},
        draw=draw,
        settle=settle,
    )
