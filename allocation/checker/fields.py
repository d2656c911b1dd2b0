"""Columns of an award list that say something else than the instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.checker.report import Violation
from allocation.instance import DISTANCE_SOURCES
from allocation.tables import header

if TYPE_CHECKING:
    from allocation.checker.labelling import Labelling
    from allocation.checker.listing import Listing
    from allocation.instance import Instance, Ints

_NO_DISTANCE = DISTANCE_SOURCES.index("none")


def check_columns(instance: Instance, awards: pd.DataFrame, listing: Listing) -> list[Violation]:
    """Compare kind, stage, rank, tier, draw number and distance of every line.

    A column the list does not have is not compared: a list may be typed by hand.
    """
    violations = []
    for name, expected in expected_cells(instance, listing.rows).items():
        if name not in awards:
            continue
        listed = awards[name].to_numpy(dtype=object)[listing.lines]
        for row, mine, theirs in zip(listing.rows.tolist(), expected, listed, strict=True):
            if not _same(mine, theirs):
                params = {**ids_of(instance, row), "column": name, "expected": mine}
                params["header"] = header("awards", name)
                violations.append(Violation("check_column", {**params, "listed": _plain(theirs)}))
    return violations


def check_labels(
    instance: Instance, awards: pd.DataFrame, listing: Listing, own: Labelling
) -> list[Violation]:
    """Judge ``reserve_used``: known, entitled, in scope, no more labels than units.

    Those who use a unit must be those of the checker's own labelling: as many as possible,
    those first in tier and draw, or whom the place's choice rule labels.
    """
    if "reserve_used" not in awards:
        return []
    names = {reserve.name: g for g, reserve in enumerate(instance.reserves)}
    listed = awards["reserve_used"].to_numpy(dtype=object)[listing.lines]
    violations: list[Violation] = []
    labels: dict[int, int] = {}
    for row, name in zip(listing.rows.tolist(), listed, strict=True):
        if pd.isna(name) or name == "":
            continue
        code = "check_reserve_unknown" if name not in names else ""
        if not code:
            labels[row] = names[name]
            code = _wrong_label(instance, row, names[name])
        if code:
            violations.append(Violation(code, {**ids_of(instance, row), "reserve": str(name)}))
    violations += _too_many(instance, labels, own)
    return violations or _out_of_order(instance, labels, own)


def ids_of(instance: Instance, row: int) -> dict[str, Any]:
    """Return the parameters that name an application."""
    app = instance.applications
    return {
        "applicant_id": instance.applicants.id[app.applicant[row]],
        "place_id": instance.places.id[app.place[row]],
    }


def expected_cells(instance: Instance, rows: Ints) -> Mapping[str, list[Any]]:
    """Return what each column must say of applications, ``None`` for an empty cell."""
    app, people, places = instance.applications, instance.applicants, instance.places
    stage = np.full(len(app.place), "", dtype=object)
    for each in instance.stages:
        stage[each.applications] = each.name
    measured = app.distance_source[rows] != _NO_DISTANCE
    distance = [
        metres if known else None
        for metres, known in zip(app.distance_m[rows].tolist(), measured.tolist(), strict=True)
    ]
    return {
        "kind": places.kind[app.place[rows]].tolist(),
        "stage": stage[rows].tolist(),
        "preference_rank": app.preference_rank[rows].tolist(),
        "priority_tier": people.tier[app.applicant[rows]].tolist(),
        "draw_number": people.draw_number[app.applicant[rows]].tolist(),
        "distance_m": distance,
    }


def _same(mine: Any, theirs: Any) -> bool:
    if mine is None or pd.isna(theirs):
        return mine is None and bool(pd.isna(theirs))
    return bool(mine == theirs)


def _plain(value: Any) -> Any:
    """Return a value that JSON knows; free text is not repeated."""
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _wrong_label(instance: Instance, row: int, g: int) -> str:
    app, reserve = instance.applications, instance.reserves[g]
    if app.place[row] not in reserve.places:
        return "check_label_scope"
    if not reserve.beneficiaries[app.applicant[row]]:
        return "check_label_beneficiary"
    return ""


def _too_many(instance: Instance, labels: Mapping[int, int], own: Labelling) -> list[Violation]:
    used = np.bincount(np.array(list(labels.values()), dtype=np.int64), minlength=len(own.units))
    return [
        Violation(
            "check_label_units",
            {"reserve": reserve.name, "used": int(used[g]), "units": own.units[g]},
        )
        for g, reserve in enumerate(instance.reserves)
        if used[g] > own.units[g]
    ]


def _out_of_order(instance: Instance, labels: Mapping[int, int], own: Labelling) -> list[Violation]:
    """Compare who is labelled with the checker's own labelling of each kind."""
    violations = []
    for kind in sorted({reserve.kind for reserve in instance.reserves}):
        mine = own.users(instance, kind)
        theirs = {row for row, g in labels.items() if instance.reserves[g].kind == kind}
        for row in sorted(mine - theirs):
            violations.append(Violation("check_label_missing", ids_of(instance, row)))
        for row in sorted(theirs - mine):
            violations.append(Violation("check_label_order", ids_of(instance, row)))
    return violations
