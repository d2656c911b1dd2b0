"""``waitlist.csv``, built again from the awards and held against what is listed.

Who waits: whoever applied with a right to it and got neither the place nor one of the
same group ranked at least as high.  What an earlier stage gave is for good, what the same
or a later stage gave counts by its rank; a site plan may close a place to somebody.  Who
comes first: by the open pool of the kind, in a queue by acceptance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.checker.fields import expected_cells, ids_of
from allocation.checker.listing import find_applications, read_listing
from allocation.checker.order import pool_ranks
from allocation.checker.plans import read_plans
from allocation.checker.report import Violation
from allocation.checker.standing import group_members
from allocation.tables import header

if TYPE_CHECKING:
    from allocation.checker.plans import Plan
    from allocation.instance import Bools, Instance, Ints

_CELLS = ("kind", "stage", "preference_rank", "priority_tier")
"""Columns held against the instance; ``check_draw`` judges the draw numbers."""


def check_waitlist(
    instance: Instance,
    awards: pd.DataFrame,
    waitlist: pd.DataFrame,
    result: Mapping[str, Any] | None = None,
) -> list[Violation]:
    """Judge who is on the waitlist of every place, in which order and with which cells.

    Parameters
    ----------
    awards, waitlist
        As the run folder keeps them.
    result
        The parsed ``result.json``, which holds the site plans.

    Returns
    -------
    list of Violation
        People left out or wrongly on a list, one violation each; per place the first
        rank at which the order differs, and ranks that are not 1, 2, 3, ...
    """
    plans, _ = read_plans(instance, result)
    expected = expected_waitlist(instance, read_listing(instance, awards)[0].rows, plans)
    lines, violations = _listed_rows(instance, waitlist)
    waitlist, rows = waitlist[lines >= 0], lines[lines >= 0]
    rank = waitlist["waitlist_rank"].to_numpy(dtype=np.int64)
    by_rank = np.lexsort((rank, instance.applications.place[rows]))
    listed, rank = rows[by_rank], rank[by_rank]
    violations += _members(instance, expected, listed)
    violations += _ranks(instance, listed, rank)
    violations += _order(instance, expected, listed)
    violations += _cells(instance, waitlist, rows)
    return violations


def expected_waitlist(instance: Instance, awards: Ints, plans: Mapping[str, Plan]) -> Ints:
    """Return the applications that wait, by place and the order at it.

    Parameters
    ----------
    awards
        Application indices of the whole list.
    plans
        Site plan by stage that matches people to places.
    """
    place = instance.applications.place
    waiting = np.flatnonzero(_waits(instance, awards, plans))
    order = np.zeros(len(place), dtype=np.int64)
    for stage in instance.stages:
        mine = stage.applications
        if stage.mechanism == "queue":
            order[mine] = instance.applications.accepted_order[mine]
        else:
            order[mine] = pool_ranks(instance, stage.kinds)[1][mine]
    result: Ints = waiting[np.lexsort((order[waiting], place[waiting]))]
    return result


def _waits(instance: Instance, awards: Ints, plans: Mapping[str, Plan]) -> Bools:
    app, people = instance.applications, instance.applicants
    stage_of = np.full(len(app.place), -1, dtype=np.int64)
    waits = app.eligible.copy()
    waits[awards] = False
    for number, stage in enumerate(instance.stages):
        mine = stage.applications
        stage_of[mine] = number
        if stage.name in plans:
            waits[mine] &= plans[stage.name].admits(instance, mine)
    waits &= stage_of >= 0
    for g, of_group in enumerate(group_members(instance)):
        given = awards[of_group[awards]]
        best_rank = _least(instance, given, app.preference_rank)
        first_stage = _least(instance, given, stage_of)
        best_rank[people.holds[:, g]] = 0
        better = app.preference_rank < best_rank[app.applicant]
        better &= stage_of <= first_stage[app.applicant]
        waits &= better | ~of_group
    return waits


def _least(instance: Instance, awards: Ints, values: Ints) -> Ints:
    """Return the least value among each person's awards, more than any without one."""
    least = np.full(len(instance.applicants.id), np.iinfo(np.int64).max)
    np.minimum.at(least, instance.applications.applicant[awards], values[awards])
    return least


def _listed_rows(instance: Instance, waitlist: pd.DataFrame) -> tuple[Ints, list[Violation]]:
    """Find the application behind each line, -1 where there is none."""
    rows = find_applications(instance, waitlist).rows
    # Ids are not repeated: they may be anything a person typed.
    lines = (np.flatnonzero(rows < 0) + 1).tolist()
    return rows, [Violation("check_waitlist_line", {"line": line}) for line in lines]


def _members(instance: Instance, expected: Ints, listed: Ints) -> Iterator[Violation]:
    number = np.bincount(listed, minlength=len(instance.applications.place))
    due = np.zeros(len(number), dtype=np.bool_)
    due[expected] = True
    for row in np.flatnonzero(due & (number == 0)).tolist():
        yield Violation("check_waitlist_missing", ids_of(instance, row))
    for row in np.flatnonzero(~due & (number > 0)).tolist():
        yield Violation("check_waitlist_extra", ids_of(instance, row))
    for row in np.flatnonzero(number > 1).tolist():
        yield Violation("check_waitlist_twice", ids_of(instance, row))


def _ranks(instance: Instance, listed: Ints, rank: Ints) -> Iterator[Violation]:
    """Find the places whose ranks are not 1, 2, 3, ...; lines by place and rank."""
    place = instance.applications.place[listed]
    start = np.searchsorted(place, place)
    wrong = np.unique(place[rank != np.arange(len(rank)) - start + 1])
    for p in wrong.tolist():
        yield Violation("check_waitlist_ranks", {"place_id": instance.places.id[p]})


def _order(instance: Instance, expected: Ints, listed: Ints) -> Iterator[Violation]:
    """Compare the order of those who are listed with a right to it; lines by place and rank."""
    _, first = np.unique(listed, return_index=True)
    once = listed[np.sort(first)]
    theirs = once[np.isin(once, expected)]
    mine = expected[np.isin(expected, theirs)]
    place = instance.applications.place[mine]
    differs = np.flatnonzero(mine != theirs)
    _, first = np.unique(place[differs], return_index=True)
    for at in differs[first].tolist():
        before = instance.applications.applicant[theirs[at]]
        params = {
            **ids_of(instance, int(mine[at])),
            "other_id": instance.applicants.id[before],
            "rank": at - int(np.searchsorted(place, place[at])) + 1,
        }
        yield Violation("check_waitlist_order", params)


def _cells(instance: Instance, waitlist: pd.DataFrame, rows: Ints) -> Iterator[Violation]:
    cells = expected_cells(instance, rows)
    for name in _CELLS:
        mine = np.array(cells[name], dtype=object)
        theirs = waitlist[name].to_numpy(dtype=object)
        for at in np.flatnonzero(mine != theirs).tolist():
            params = {"column": name, "header": header("waitlist", name)}
            params |= {"expected": mine[at], "listed": theirs[at]}
            yield Violation("check_waitlist_cell", {**ids_of(instance, int(rows[at])), **params})
