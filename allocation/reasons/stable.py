"""Reasons in a stage of ``stable`` that matches people to places.

In a fixed order: holds a place ranked better · the site is not in the plan · the site is
kept for disabled holders · the place has no unit · outranked by every holder of a unit
open to the applicant.  In a stable list nothing else can keep anybody from a place they
prefer, so the certificates together prove that there is no blocking pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.reasons.persons import note_better_awards
from allocation.reasons.pools import note_outranked, rank_against_holders
from allocation.rules.place_units import open_places

if TYPE_CHECKING:
    from allocation.instance import Ints
    from allocation.reasons.notes import Notes
    from allocation.reasons.stage import PoolView
    from allocation.result import SitePlan


def explain_match(view: PoolView, plan: SitePlan | None, rows: Ints, notes: Notes) -> None:
    """Note a reason for every refused application of a match.

    Parameters
    ----------
    view
        The stage.
    plan
        Its site plan.
    rows
        Refused eligible applications.
    notes
        Takes the certificates.
    """
    app, places = view.instance.applications, view.instance.places
    note_better_awards(view.standing, notes.open_of(rows), notes)
    is_open, disabled_only = open_places(view.instance, view.stage, plan)
    rest = notes.open_of(rows)
    for row in rest[~is_open[app.place[rest]]].tolist():
        notes.add(row, "site_not_planned", {})
    rest = notes.open_of(rows)
    kept = disabled_only[app.place[rest]] & (app.holder_class[rest] == 0)
    for row in rest[kept].tolist():
        notes.add(row, "site_for_disabled", {})
    rest = notes.open_of(rows)
    for row in rest[places.capacity[app.place[rest]] == 0].tolist():
        notes.add(row, "not_opened", {})
    _note_outranked(view, notes.open_of(rows), notes)


def _note_outranked(view: PoolView, rows: Ints, notes: Notes) -> None:
    ranking = rank_against_holders(view, rows, np.zeros(len(rows), dtype=np.bool_))
    note_outranked(view, ranking, notes)
    for row in notes.open_of(rows).tolist():  # the list is not stable
        empty = {"level": "", "level_params": {}, "delta": 0, "chain": []}
        notes.add(row, "not_settled", empty)
