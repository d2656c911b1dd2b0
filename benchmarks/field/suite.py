"""Which ways are measured at which sizes, and the measuring."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from allocation.instance import Instance, Ints
from benchmarks.field.answer import Answer
from benchmarks.field.instances import instance_of
from benchmarks.field.judge import faults, n_reached, values
from benchmarks.field.plain import Kind
from benchmarks.field.ways import OURS, WAYS
from benchmarks.processes import Measured, measured

_EARLY = 0.5
"""A tool that gives up before this share of its limit was not held up by the limit."""

_GRACE_S = 5.0
"""A tool that takes a time limit may need so long to heed it; others are ended then."""

_MATCHERS = (OURS, "flow", "flows", "scipy-sparse", "scipy-dense", "networkx")
_PROGRAMS = ("highs", "cp-sat", "rows")


class Case(NamedTuple):
    """A problem and the ways to solve it.

    Attributes
    ----------
    limit_s
        Seconds for each way; one that is over it is not tried at larger sizes.
    """

    kind: Kind
    scale: float
    ways: tuple[str, ...]
    limit_s: float


class Effort(NamedTuple):
    """How much is measured.

    Attributes
    ----------
    most_runs
        Runs of a way, as long as together they take less than ``enough_s``.
    """

    cases: tuple[Case, ...]
    most_runs: int
    enough_s: float


FULL = Effort(
    (
        Case("assignment", 0.01, (*_MATCHERS, *_PROGRAMS), 90),
        Case("assignment", 0.1, (*_MATCHERS, *_PROGRAMS), 40),
        Case("assignment", 1, (*_MATCHERS, "highs"), 40),
        Case("assignment", 10, (OURS, "flow", "flows"), 90),
        Case("assignment", 100, (OURS, "flow"), 300),
        Case("spacing", 0.01, (OURS, *_PROGRAMS), 90),
        Case("spacing", 0.1, (OURS, *_PROGRAMS), 40),
        Case("spacing", 1, (OURS, *_PROGRAMS), 40),
        Case("spacing", 10, (OURS, "highs"), 150),
        Case("stable", 0.01, (OURS, "matching"), 90),
        Case("stable", 0.1, (OURS, "matching"), 90),
        Case("stable", 1, (OURS, "matching"), 90),
        Case("stable", 10, (OURS,), 90),
        Case("sites", 0.1, (OURS, *_PROGRAMS, "spopt"), 15),
        Case("sites", 1, (OURS, *_PROGRAMS, "spopt"), 15),
        Case("sites", 10, (OURS, *_PROGRAMS), 15),
    ),
    most_runs=5,
    enough_s=12.0,
)

QUICK = Effort(
    (
        Case("assignment", 0.01, (*_MATCHERS, *_PROGRAMS), 10),
        Case("assignment", 0.1, (*_MATCHERS, *_PROGRAMS), 10),
        Case("assignment", 1, (OURS, "flow", "flows", "scipy-sparse"), 15),
        Case("spacing", 0.01, (OURS, *_PROGRAMS), 10),
        Case("spacing", 0.1, (OURS, *_PROGRAMS), 10),
        Case("spacing", 1, (OURS,), 15),
        Case("stable", 0.1, (OURS, "matching"), 10),
        Case("sites", 0.1, (OURS, *_PROGRAMS, "spopt"), 10),
    ),
    most_runs=3,
    enough_s=4.0,
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took.

    Attributes
    ----------
    call_s
        Seconds inside the solver, where a way can tell.
    peak_mb, loaded_mb
        Largest memory of the process, and how much of it was there before.
    """

    seconds: float
    cpu_s: float
    call_s: float | None
    peak_mb: float
    loaded_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """What one way took and reached on one problem.

    Attributes
    ----------
    outcome
        ``done``; ``limit`` where it was not done in time; ``unproven`` where it gave up
        long before; ``died``; ``not tried`` at this size, as it was not done in time, or
        died, at a smaller one; or the type of an error.
    n_levels, n_asked, n_reached
        Levels there are, how many it was asked for, and up to how many its list is as good
        as the best list of any way.
    same
        Whether its list is ours; ``None`` where one of the two is missing.
    faults
        Rules its list breaks.
    """

    kind: str
    scale: float
    n_applicants: int
    n_applications: int
    n_conflicts: int
    made_by: str
    limit_s: float
    way: str
    outcome: str
    runs: tuple[Run, ...] = ()
    n_levels: int = 0
    n_asked: int = 0
    n_reached: int = 0
    n_awards: int = 0
    same: bool | None = None
    faults: tuple[str, ...] = ()
    route: str = ""

    @property
    def median_s(self) -> float:
        """Seconds of the run in the middle."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def call_s(self) -> float | None:
        """Seconds inside the solver of the run in the middle."""
        calls = [run.call_s for run in self.runs if run.call_s is not None]
        return statistics.median(calls) if calls else None

    @property
    def peak_mb(self) -> float | None:
        """Largest memory of any run."""
        return max((run.peak_mb for run in self.runs), default=None)


def row_of(content: Mapping[str, Any]) -> Row:
    """Make a row of what :func:`dataclasses.asdict` made of one, by way of JSON."""
    runs = tuple(Run(**run) for run in content["runs"])
    return Row(**{**content, "runs": runs, "faults": tuple(content["faults"])})


def run(
    effort: Effort, cache: Path, tell: Callable[[str], None] = lambda line: None
) -> Iterator[list[Row]]:
    """Measure case after case.

    Parameters
    ----------
    cache
        Folder for the files of the problems.
    tell
        Hears of each way as it is done.
    """
    too_slow: set[tuple[str, str]] = set()
    for case in effort.cases:
        tell(f"{case.kind} {case.scale:g}")
        rows = measure_case(case, effort, cache, too_slow, tell)
        too_slow |= {(case.kind, row.way) for row in rows if row.outcome in ("limit", "died")}
        yield rows


def measure_case(
    case: Case,
    effort: Effort,
    cache: Path,
    too_slow: set[tuple[str, str]],
    tell: Callable[[str], None],
) -> list[Row]:
    """Go all ways of a case and judge what each found."""
    instance, made_by = instance_of(case.scale, case.kind, cache)
    runs: dict[str, list[Measured]] = {}
    for way in case.ways:
        slow = (case.kind, way) in too_slow
        runs[way] = [] if slow else list(_runs(way, instance, case.limit_s, effort))
        tell(f"  {way:13s} {', '.join(_told(each) for each in runs[way])}")
    return _judged(case, instance, made_by, runs)


def _runs(way: str, instance: Instance, limit_s: float, effort: Effort) -> Iterator[Measured]:
    spent = 0.0
    for _ in range(effort.most_runs):
        found = measured(partial(WAYS[way].ready, instance, limit_s), limit_s + _GRACE_S)
        yield found
        spent += found.seconds
        if found.answer is None or spent > effort.enough_s:
            return


def _told(found: Measured) -> str:
    return found.failure or f"{found.seconds:.3f} s"


def _judged(
    case: Case, instance: Instance, made_by: str, runs: dict[str, list[Measured]]
) -> list[Row]:
    answers: dict[str, Answer] = {way: found[-1].answer for way, found in runs.items() if found}
    lists = {
        way: answer.awards
        for way, answer in answers.items()
        if answer is not None and answer.awards is not None
    }
    worth = {way: values(instance, awards) for way, awards in lists.items()}
    broken = {way: faults(instance, awards) for way, awards in lists.items()}
    best = max((worth[way] for way in lists if not broken[way]), default=[])
    rows = []
    for way, found in runs.items():
        row = Row(
            case.kind,
            case.scale,
            len(instance.applicants.id),
            len(instance.applications.place),
            len(instance.conflicts.place_a),
            made_by,
            case.limit_s,
            way,
            _outcome(found, case.limit_s),
            tuple(_run(each) for each in found if each.answer is not None),
            n_levels=len(best),
        )
        answer = answers.get(way)
        if answer is not None:
            row = replace(row, n_asked=answer.n_asked, route=answer.route)
        if way in lists:
            row = replace(
                row,
                n_reached=n_reached(worth[way], best),
                n_awards=len(lists[way]),
                same=_same(lists[way], lists.get(OURS)),
                faults=tuple(broken[way]),
            )
        rows.append(row)
    return rows


def _outcome(found: Sequence[Measured], limit_s: float) -> str:
    if not found:
        return "not tried"
    last = found[-1]
    if last.failure:
        return "limit" if last.failure == "ended" else last.failure
    if last.answer.is_proven:
        return "done"
    return "limit" if last.seconds >= _EARLY * limit_s else "unproven"


def _run(found: Measured) -> Run:
    call_s = found.answer.call_s
    return Run(
        round(found.seconds, 4),
        round(found.cpu_s, 3),
        None if call_s is None else round(call_s, 4),
        round(found.peak_mb, 1),
        round(found.loaded_mb, 1),
    )


def _same(awards: Ints, ours: Ints | None) -> bool | None:
    return None if ours is None else bool(np.array_equal(awards, ours))
