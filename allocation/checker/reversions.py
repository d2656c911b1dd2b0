"""Reversions as the record states them, counted again (V7).

A reserve unit that no beneficiary uses goes to others by the choice rule.  The record
says how many units and how many beneficiaries had asked for the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.place_rules import HARD
from allocation.checker.plan_levels import bound_before
from allocation.checker.report import Violation

if TYPE_CHECKING:
    from allocation.checker.space import Space
    from allocation.checker.stable_view import StableView
    from allocation.instance import Ints

Entry = tuple[str, str]
"""Name of a reserve and id of a place."""


def check_reversions(
    space: Space, view: StableView, listed: Ints, record: Mapping[str, Any] | None
) -> Iterator[Violation]:
    """Compare the reversions of a stage's record with the list.

    Where categories overlap, which of two reserves a person uses is the list's own choice;
    ``listed`` are its labels, shape (k,).
    """
    told = _told(view, record)
    if told is None:
        return
    counted = _counted(space, view, listed)
    for params in told:
        entry = (str(params["reserve"]), str(params["place"]))
        if counted.pop(entry, None) != (params["units"], params["beneficiaries"]):
            about = {"reserve": entry[0], "place_id": entry[1]}
            numbers = {name: int(params[name]) for name in ("units", "beneficiaries")}
            yield Violation("check_reversion", about | numbers)
    for (reserve, place_id), (units, _) in counted.items():
        params = {"reserve": reserve, "place_id": place_id, "units": units}
        yield Violation("check_reversion_missing", params)


def _told(view: StableView, record: Mapping[str, Any] | None) -> Iterable[Mapping[str, Any]] | None:
    for stage in (record or {}).get("stages", ()):
        if stage["name"] == view.standing.stage.name and "log" in stage:
            return [entry["params"] for entry in stage["log"] if entry["code"] == "reverted"]
    return None


def _counted(space: Space, view: StableView, listed: Ints) -> dict[Entry, tuple[int, int]]:
    """Count per reserve and place the units that reverted and who had asked."""
    instance, standing = view.instance, view.standing
    app, m = instance.applications, len(instance.places.id)
    rows = standing.stage.applications
    rows = rows[app.eligible[rows] & ~bound_before(space, standing)[rows]]
    rows = rows[view.admits(rows)]
    asked = {
        g: np.bincount(app.place[rows[view.may_use(rows, g)]], minlength=m)
        for g in view.reserve_bars
    }
    found = {}
    for p, rule in view.rules.items():
        used = listed[list(view.holders.get(p, ()))].tolist()
        for g, units in rule.reserves.items():
            left = units - used.count(g)
            if left and rule.mode != HARD:
                entry = (instance.reserves[g].name, str(instance.places.id[p]))
                found[entry] = (left, int(asked[g][p]))
    return found
