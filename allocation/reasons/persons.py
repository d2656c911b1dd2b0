"""Reasons that lie with the applicant: what they hold, and their household."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.standing import group_members
from allocation.checker.waste import own_awards

if TYPE_CHECKING:
    from allocation.checker.standing import Standing
    from allocation.instance import Instance, Ints
    from allocation.reasons.notes import Notes


def note_earlier_awards(standing: Standing, rows: Ints, notes: Notes) -> None:
    """Note who holds something of the same exclusive group from before this stage."""
    instance = standing.instance
    app, people = instance.applications, instance.applicants
    stage_of = _stage_of_awards(instance)
    held_kinds = _held_kinds(instance)
    for g, of_group in enumerate(group_members(instance)):
        mine = rows[of_group[rows]]
        for row in mine[people.holds[app.applicant[mine], g]].tolist():
            named = held_kinds.get(people.id[app.applicant[row]], [])
            kinds = [kind for kind in named if kind in instance.exclusive_groups[g]]
            # Where no table says what is held, the group's first kind stands for it.
            kind = [*kinds, instance.exclusive_groups[g][0]][0]
            notes.add(row, "held_award", {"kind": kind})
        fixed = standing.fixed[of_group[standing.fixed]]
        award_of = dict(zip(app.applicant[fixed].tolist(), fixed.tolist(), strict=True))
        for row in mine[np.isin(app.applicant[mine], list(award_of))].tolist():
            award = award_of[int(app.applicant[row])]
            notes.add(
                row,
                "earlier_stage",
                {
                    "stage": stage_of[award],
                    "kind": instance.places.kind[app.place[award]],
                    "place": instance.places.id[app.place[award]],
                },
            )


def note_better_awards(standing: Standing, rows: Ints, notes: Notes) -> None:
    """Note who holds a place of the same group that they ranked better."""
    instance = standing.instance
    app = instance.applications
    own = own_awards(standing, rows)
    ranks = np.append(app.preference_rank, np.iinfo(np.int64).max)[own]
    best = own[np.arange(len(rows)), ranks.argmin(axis=1)]
    better = ranks.min(axis=1, initial=np.iinfo(np.int64).max) < app.preference_rank[rows]
    params = {award: better_params(instance, award) for award in np.unique(best[better]).tolist()}
    told = (params[award] for award in best[better].tolist())
    notes.add_all(rows[better], "ranked_higher", told)


def better_params(instance: Instance, award: int) -> dict[str, Any]:
    """Return what is said about an applicant's own award."""
    app = instance.applications
    return {
        "place": instance.places.id[app.place[award]],
        "rank": int(app.preference_rank[award]),
    }


def _stage_of_awards(instance: Instance) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    names = np.full(len(instance.applications.place), "", dtype=object)
    for stage in instance.stages:
        names[stage.applications] = stage.name
    return names


def _held_kinds(instance: Instance) -> Mapping[str, list[str]]:
    """Map an applicant's id to the kinds of the awards held from before, sorted."""
    held = instance.tables.held_awards.dropna(subset=["kind"])
    found: dict[str, list[str]] = {}
    pairs = zip(held["applicant_id"].tolist(), held["kind"].tolist(), strict=True)
    for applicant_id, kind in sorted(pairs):
        found.setdefault(applicant_id, []).append(kind)
    return found
