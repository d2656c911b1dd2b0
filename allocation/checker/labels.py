"""Who uses a reserve unit: the checker's own one-to-one labelling.

A unit of a reserve may be used by an award at one of the reserve's places to one of
its beneficiaries; an award uses at most one unit (design 4.5).  As many awards as
possible are labelled, and among the largest labellings the one best by tier, then
draw.  Awards that can be labelled together form a matroid, so going through them in
that order and labelling each one that fits beside those before it gives both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Reserve


def units_of(reserve: Reserve, n_opened: int) -> int:
    """Count the units of a reserve when ``n_opened`` candidate sites of its are open."""
    if not reserve.linear:
        return reserve.count
    return rounded(reserve.share * (reserve.base_existing + n_opened), reserve.rounding)


def rounded(exact: Fraction, rounding: str) -> int:
    """Round a share of a base to whole units by the published rule."""
    if rounding == "ceil":
        return -((-exact.numerator) // exact.denominator)
    if rounding == "half_up":
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    whole = exact.numerator // exact.denominator
    if rounding == "floor_min1" and exact > 0:
        return max(1, whole)
    return whole


def opened_sites(instance: Instance, awards: Ints) -> Bools:
    """Tell which places are candidate sites that hold an award; shape (m,)."""
    opened = np.zeros(len(instance.places.id), dtype=np.bool_)
    opened[instance.applications.place[awards]] = True
    result: Bools = opened & instance.places.is_candidate
    return result


def required_units(instance: Instance, awards: Ints) -> list[int]:
    """Count the units of every reserve of the instance under an award list."""
    opened = opened_sites(instance, awards)
    return [units_of(reserve, int(opened[reserve.places].sum())) for reserve in instance.reserves]


def reserves_of(instance: Instance, kind: str) -> list[int]:
    """List the reserves of a kind."""
    return [g for g, reserve in enumerate(instance.reserves) if reserve.kind == kind]


def usable_reserves(
    instance: Instance, reserves: Iterable[int], rows: Ints
) -> list[tuple[int, ...]]:
    """List for each application those of some reserves whose units it could use."""
    app = instance.applications
    place, applicant = app.place[rows], app.applicant[rows]
    found: list[tuple[int, ...]] = [()] * len(rows)
    for g in reserves:
        reserve = instance.reserves[g]
        here = np.zeros(len(instance.places.id), dtype=np.bool_)
        here[reserve.places] = True
        fits = here[place] & reserve.beneficiaries[applicant]
        for position in np.flatnonzero(fits).tolist():
            found[position] += (g,)
    return found


def label_awards(instance: Instance, kind: str, awards: Ints) -> dict[int, int]:
    """Label the awards of one kind; application index -> reserve index.

    Parameters
    ----------
    instance
        The problem.
    kind
        The kind whose reserves are labelled; awards of other kinds are passed over.
    awards
        Application indices of the whole list (it tells which sites are open).
    """
    app, people = instance.applications, instance.applicants
    rows = awards[instance.places.kind[app.place[awards]] == kind]
    who = app.applicant[rows]
    order = np.lexsort((app.place[rows], people.draw_number[who], people.tier[who]))
    units = dict(enumerate(required_units(instance, awards)))
    usable = usable_reserves(instance, reserves_of(instance, kind), rows)
    labels = place_in_units([usable[position] for position in order], units)
    return {int(rows[order[position]]): g for position, g in labels.items()}


def place_in_units(usable: Sequence[tuple[int, ...]], units: Mapping[int, int]) -> dict[int, int]:
    """Label items in their order, each when it fits beside all those labelled before.

    Parameters
    ----------
    usable
        For each item the reserves it could use.
    units
        Number of units of each reserve.

    Returns
    -------
    dict
        Item -> reserve, for the labelled items.
    """
    label: dict[int, int] = {}
    users: dict[int, set[int]] = {g: set() for g in units}
    # Where no free unit can be reached, none ever will be: all users in there can only
    # use units in there.
    exhausted: set[int] = set()
    for item, reserves in enumerate(usable):
        start = [g for g in reserves if g not in exhausted]
        path, seen = _path_to_free_unit(start, usable, users, units)
        if path is None:
            exhausted |= seen
            continue
        _shift(item, path, label, users)
    return label


def _path_to_free_unit(
    start: Iterable[int],
    usable: Sequence[tuple[int, ...]],
    users: Mapping[int, set[int]],
    units: Mapping[int, int],
) -> tuple[list[tuple[int, int]] | None, set[int]]:
    """Search for a free unit, moving users of full reserves to others they can use.

    The path is a list of (reserve, user that makes room in it), the last one with user
    -1 for a free unit.
    """
    came: dict[int, tuple[int, int]] = {g: (-1, -1) for g in start}
    queue = list(came)
    for g in queue:
        if len(users[g]) < units[g]:
            path = [(g, -1)]
            while came[path[-1][0]][0] >= 0:
                path.append(came[path[-1][0]])
            return path[::-1], set(came)
        for user in sorted(users[g]):
            for other in usable[user]:
                if other not in came:
                    came[other] = (g, user)
                    queue.append(other)
    return None, set(came)


def _shift(
    item: int,
    path: Sequence[tuple[int, int]],
    label: dict[int, int],
    users: Mapping[int, set[int]],
) -> None:
    for g, leaving in path:
        if leaving >= 0:
            users[g].remove(leaving)
        users[g].add(item)
        label[item] = g
        item = leaving
