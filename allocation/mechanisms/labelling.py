"""Which award uses which reserve unit.

An award uses at most one unit and a unit serves one award.  The labelled awards are a
largest set that can be labelled, best by tier, then draw (a greedy over a transversal
matroid); within it reserves are filled in their order.
"""

from __future__ import annotations

import numpy as np

from allocation.instance import Instance, Ints
from allocation.rules.reserves import reserve_units


def label_awards(instance: Instance, awards: Ints) -> Ints:
    """Label awards to reserve units.

    Parameters
    ----------
    awards
        Indices of the awarded applications, ascending.

    Returns
    -------
    array
        Same length: index into ``instance.reserves``, -1 for an open or reverted unit.
    """
    app, people = instance.applications, instance.applicants
    person, place = app.applicant[awards], app.place[awards]
    label = np.full(len(awards), -1, dtype=np.int64)
    usable: list[list[int]] = [[] for _ in awards]
    room: list[int] = []
    for number, reserve in enumerate(instance.reserves):
        fits = np.isin(place, reserve.places) & reserve.beneficiaries[person]
        for position in np.flatnonzero(fits):
            usable[position].append(number)
        room.append(reserve_units(instance, reserve, place))
    holders: list[list[int]] = [[] for _ in instance.reserves]
    order = np.lexsort((place, people.draw_number[person], people.tier[person]))
    for position in order:
        _place_label(int(position), usable, room, holders, set())
    for number, positions in enumerate(holders):
        label[positions] = number
    return label


def _place_label(
    position: int,
    usable: list[list[int]],
    room: list[int],
    holders: list[list[int]],
    tried: set[int],
) -> bool:
    """Give an award a unit, moving earlier ones to other reserves where that helps."""
    for number in usable[position]:
        if number in tried:
            continue
        tried.add(number)
        if len(holders[number]) < room[number]:
            holders[number].append(position)
            return True
        for other in holders[number]:
            if len(usable[other]) > 1 and _place_label(other, usable, room, holders, tried):
                holders[number].remove(other)
                holders[number].append(position)
                return True
    return False
