"""Run a batch: read and try every input, then make every run, and say what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from allocation.batch.crew import Crew, Job
from allocation.batch.members import Batch, Member
from allocation.batch.parcels import Parcel
from allocation.messages import AllocationError, InputError, ScenarioError
from allocation.messages.problems import Problem, Problems
from allocation.result import Status
from allocation.runs import Run, load_run

EXIT_FAILED = 1
"""Exit code of a run that is infeasible or does not pass its check."""


class State(StrEnum):
    """What became of a member."""

    DONE = "done"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class Row:
    """A member and what became of it.

    Attributes
    ----------
    run
        Its run, where it was made; it may be stopped, infeasible or found wrong.
    error
        Why there is none.
    """

    member: Member
    run: Run | None = None
    error: AllocationError | None = None

    @property
    def state(self) -> State:
        """Whether it was made, failed, or was left undone by a stop."""
        if self.run is not None:
            return State.DONE
        return State.NOT_RUN if self.error is None else State.FAILED

    @property
    def exit_code(self) -> int:
        """Exit code of a run of this member alone."""
        if self.error is not None:
            return self.error.exit_code
        if self.run is None:
            return 0
        result = self.run.result
        is_bad = result["status"] == Status.INFEASIBLE or result["n_violations"]
        return EXIT_FAILED if is_bad else 0


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears how far a batch is.

    Attributes
    ----------
    on_read
        How many of how many inputs are read.
    on_row
        A member that is done, and how many of how many are.
    """

    on_read: Callable[[int, int], None] = lambda n, total: None
    on_row: Callable[[Row, int, int], None] = lambda row, n, total: None


class BadMembers(InputError):
    """The input of members is bad; carries each one's error.  Nothing was run."""

    @classmethod
    def of(cls, errors: Sequence[tuple[str, AllocationError]]) -> BadMembers:
        """Make the error of some members' errors, each with the member's name."""
        problems = Problems(_of_member(name, error) for name, error in errors)
        return cls("bad_members", n=len(errors), problems=problems, errors=list(errors))

    @property
    def errors(self) -> list[tuple[str, AllocationError]]:
        """Name of the member and its error."""
        return list(self.params["errors"])

    def __str__(self) -> str:
        """Say how many; the findings themselves are for a table, not for a traceback."""
        return f"{self.code}(n={self.params['n']})"


def run_batch(
    batch: Batch, out: Path, crew: Crew, listener: Listener | None = None, *, draw: bool = True
) -> tuple[tuple[Row, ...], bool]:
    """Run every member of a batch.

    Parameters
    ----------
    out
        Folder of all runs.
    draw
        Whether to draw what goes by lot.

    Returns
    -------
    A row for each member, in their order, and whether the batch was aborted on the way.
    What was finished before an abort is kept.

    Raises
    ------
    BadMembers
        When any member's input is bad, with all that is wrong; nothing was run then.
    AllocationError
        When the inputs cannot be read for another reason.
    """
    listener = listener or Listener()
    inputs = _inputs(batch, crew, listener)
    rows = [Row(member) for member in batch.members]
    if len(inputs) < len(rows):
        return tuple(rows), False
    jobs = [Job(row.member, parcel, draw) for row, parcel in zip(rows, inputs, strict=True)]
    aborted = False
    try:
        for n, (number, found) in enumerate(crew.run(jobs, out), 1):
            rows[number] = _settled(rows[number], found)
            listener.on_row(rows[number], n, len(rows))
    except KeyboardInterrupt:
        aborted = True
    return tuple(rows), aborted


def exit_code(rows: Sequence[Row]) -> int:
    """Return the gravest exit code of the members."""
    return max((row.exit_code for row in rows), default=0)


def _inputs(batch: Batch, crew: Crew, listener: Listener) -> list[Parcel]:
    """Read every member's input; fewer than there are members after a stop."""
    parcels: dict[int, Parcel] = {}
    errors: dict[int, AllocationError] = {}
    total = len(batch.members)
    for n, (number, found) in enumerate(crew.read(batch.members), 1):
        if isinstance(found, Parcel):
            parcels[number] = found
        else:
            errors[number] = found
        listener.on_read(n, total)
    for number, error in errors.items():
        if not isinstance(error, (InputError, ScenarioError)):
            named = _of_member(batch.members[number].name, error)
            raise type(error)(named.code, **named.params)
    if errors:
        raise BadMembers.of(
            [(batch.members[number].name, errors[number]) for number in sorted(errors)]
        )
    return [parcels[number] for number in sorted(parcels)]


def _of_member(name: str, error: AllocationError) -> Problem:
    """Say whose error it is."""
    return Problem("of_member", {"member": name, "problem": Problem(error.code, error.params)})


def _settled(row: Row, found: Path | AllocationError) -> Row:
    if isinstance(found, AllocationError):
        return replace(row, error=found)
    return replace(row, run=load_run(found))
