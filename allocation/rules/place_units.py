"""Reserve units of single places: where each unit stands once the sites are known.

Under ``stable`` the rule that chooses is a place's, so a reserve of a wider scope is
split over its places beforehand: by largest remainder (Hamilton) on the units a place
has left, equal remainders in the order of the draw applied to place ids, which favours
no id.  A stage that is planned by demand looks at numbers of applications first: of
equal remainders the one with more eligible beneficiaries asking gets the unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.draw import draw_numbers
from allocation.rules.reserves import asking, reserve_units, split

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Stage
    from allocation.result import SitePlan


@dataclass(frozen=True, slots=True, eq=False)
class PlaceUnits:
    """Units by place and reserve, sorted by both; shape (u,) each.

    Attributes
    ----------
    place, reserve
        Index of the place, and into ``instance.reserves``.
    units
        Number of units, at least 1.
    """

    place: Ints
    reserve: Ints
    units: Ints


def candidate_sites(instance: Instance, stage: Stage) -> Bools:
    """Tell which places are sites that a plan of the stage opens or leaves closed."""
    of_stage = np.isin(instance.places.kind.astype(str), stage.kinds)
    sites: Bools = of_stage & instance.places.is_candidate
    return sites


def open_places(instance: Instance, stage: Stage, plan: SitePlan | None) -> tuple[Bools, Bools]:
    """Tell which places can be given out, and which of them to disabled holders only.

    A plan is for a stage that matches people to places; there the sites outside it are
    closed, everywhere else no place is.

    Returns
    -------
    tuple
        Shape (m,) each.
    """
    is_open = ~(candidate_sites(instance, stage) & stage.is_match)
    disabled_only = np.zeros(len(is_open), dtype=np.bool_)
    if plan is not None:
        is_open[plan.places] = True
        disabled_only[plan.places] = plan.reserved_disabled
    return is_open, disabled_only


def admitted(instance: Instance, stage: Stage, plan: SitePlan | None, rows: Ints) -> Bools:
    """Tell which applications a site plan lets their place be given to.

    Parameters
    ----------
    rows
        Applications of the stage.
    plan
        The stage's plan, where it has one.
    """
    app = instance.applications
    is_open, disabled_only = open_places(instance, stage, plan)
    place = app.place[rows]
    result: Bools = is_open[place] & (~disabled_only[place] | (app.holder_class[rows] > 0))
    return result


def split_to_places(
    instance: Instance, stage: Stage, is_open: Bools, disabled_only: Bools
) -> PlaceUnits:
    """Split the reserves of a stage over its open places.

    Parameters
    ----------
    is_open
        Shape (m,): places that stand, and candidate sites that open.
    disabled_only
        Shape (m,): sites that the plan keeps for disabled holders.  All their units
        belong to the reserve that relaxes them (:func:`relaxing_reserves`) and count
        first.

    Returns
    -------
    PlaceUnits
        A reserve has as many units as it asks for, fewer where its places have not
        enough that no earlier reserve took.
    """
    relaxing = relaxing_reserves(instance)
    order = tie_order(instance)
    left = np.where(is_open & ~disabled_only, instance.places.capacity, 0)
    found: list[tuple[int, int, int]] = []
    for g, reserve in enumerate(instance.reserves):
        if reserve.kind not in stage.kinds:
            continue
        places = reserve.places[is_open[reserve.places]]
        own = places[disabled_only[places] & (relaxing[places] == g)]
        units = np.zeros(len(left), dtype=np.int64)
        units[own] = instance.places.capacity[own]
        wanted = max(0, reserve_units(instance, reserve, places) - int(units.sum()))
        asked = None
        if stage.plan_by == "demand":
            asked = asking(instance.applications, reserve.beneficiaries, len(left))[places].tolist()
        count = min(wanted, int(left[places].sum()))
        parts = np.array(
            split(count, left[places].tolist(), order[places].tolist(), asked), dtype=np.int64
        )
        units[places] += parts
        left[places] -= parts
        found += [(int(p), g, int(units[p])) for p in np.flatnonzero(units)]
    columns = np.array(sorted(found), dtype=np.int64).reshape(-1, 3).T
    return PlaceUnits(*(column.copy() for column in columns))


def relaxing_reserves(instance: Instance) -> Ints:
    """Name per place the reserve that a site for disabled holders belongs to; -1 for none.

    The first reserve of the place's kind and scope whose units any disabled applicant may
    use.  Without one, no site is kept for disabled holders.
    """
    found = np.full(len(instance.places.id), -1, dtype=np.int64)
    disabled = (instance.applicants.group == "disabled").astype(np.bool_)
    for g, reserve in enumerate(instance.reserves):
        if not (disabled & ~reserve.beneficiaries).any():
            found[reserve.places[found[reserve.places] < 0]] = g
    return found


def tie_order(instance: Instance) -> Ints:
    """Order the places as the draw orders applicants, by id instead of receipt number."""
    draw = instance.scenario.draw
    seed, turn = (draw.seed, draw.round) if draw is not None else (None, "")
    return draw_numbers(instance.places.id.tolist(), seed, turn)
