"""What a list is worth and whether it is lawful, by arithmetic of its own.

For instances of the plain problem: one award each, capacities, spacing; levels that reward
awards.  It knows neither the mechanisms nor the checker, so it judges ours like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocation.instance import Instance, Ints


def rewards(instance: Instance, rows: Ints | slice = slice(None)) -> list[Ints]:
    """Return what applications would earn at each level, most important level first.

    Parameters
    ----------
    rows
        Indices of the applications; by default all.

    Returns
    -------
    list[Ints]
        One value an application each; all levels are maximised.
    """
    app, people = instance.applications, instance.applicants
    person, n_people = app.applicant[rows], len(people.id)
    tier = people.tier[person]
    liked = app.preference_rank.max() + 1 - app.preference_rank[rows]
    near = app.distance_m.max() - app.distance_m[rows]
    tiers = range(1, instance.n_tiers + 1)
    one = np.ones(len(tier), dtype=np.int64)
    levels: dict[str, list[Ints]] = {
        "tier": [one * (tier == number) for number in tiers],
        "number": [one],
        "draw": [n_people + 1 - people.draw_number[person]],
        "preference_by_tier": [liked * (tier == number) for number in tiers],
        "distance": [near],
    }
    return [level for name in instance.stages[0].levels for level in levels[name]]


def values(instance: Instance, awards: Ints) -> list[int]:
    """Return the value of every level for a list of applications."""
    return [int(level.sum()) for level in rewards(instance, awards)]


def faults(instance: Instance, awards: Ints) -> list[str]:
    """Name the rules a list of applications breaks."""
    app, places = instance.applications, instance.places
    people, used = app.applicant[awards], np.bincount(app.place[awards], minlength=len(places.id))
    found = []
    if not app.eligible[awards].all():
        found.append("eligibility")
    if len(np.unique(people)) < len(people):
        found.append("one award")
    if np.any(used > places.capacity):
        found.append("capacity")
    pairs = instance.conflicts
    if np.any(used[pairs.place_a].astype(bool) & used[pairs.place_b].astype(bool)):
        found.append("spacing")
    return found


def n_reached(found: Sequence[int], best: Sequence[int]) -> int:
    """Count the levels up to the first at which a list falls behind the best one."""
    pairs = zip(found, best, strict=True)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), len(best))
