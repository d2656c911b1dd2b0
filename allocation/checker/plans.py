"""Which places a stage of ``stable`` could give out, and to whom, as its plan says.

The plan is read from the record of a run; nothing here trusts it (see
:mod:`allocation.checker.plan_kept`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.report import Violation

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Stage


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Sites of one stage; shape (m,) each.

    Attributes
    ----------
    sites
        Candidate sites of the stage.
    is_open
        Places the stage can give out: those that stand, and the sites of the plan.
    disabled_only
        Sites the plan keeps for disabled holders.
    levels
        What the record says of the plan's levels.
    """

    sites: Bools
    is_open: Bools
    disabled_only: Bools
    levels: tuple[Mapping[str, Any], ...]

    @property
    def opened(self) -> Bools:
        """The sites that the plan opens."""
        result: Bools = self.sites & self.is_open
        return result

    def admits(self, instance: Instance, rows: Ints) -> Bools:
        """Tell which applications the plan lets their place be given to."""
        app = instance.applications
        place = app.place[rows]
        result: Bools = self.is_open[place] & (
            ~self.disabled_only[place] | (app.holder_class[rows] > 0)
        )
        return result


def read_plans(
    instance: Instance, record: Mapping[str, Any] | None
) -> tuple[dict[str, Plan], list[Violation]]:
    """Read the plan of every stage that matches people to places.

    Returns
    -------
    tuple
        Plan by name of stage, and what is wrong with how a plan is written.
    """
    told = {stage["name"]: stage.get("plan") for stage in (record or {}).get("stages", ())}
    plans, violations = {}, []
    for stage in instance.stages:
        if stage.is_match:
            plan, wrong = _read(instance, stage, told.get(stage.name))
            plans[stage.name] = plan
            violations += wrong
    return plans, violations


def all_opened(instance: Instance, plans: Iterable[Plan]) -> Bools:
    """Tell which sites some plan opens; shape (m,)."""
    opened = np.zeros(len(instance.places.id), dtype=np.bool_)
    for plan in plans:
        opened |= plan.opened
    return opened


def _read(
    instance: Instance, stage: Stage, told: Mapping[str, Any] | None
) -> tuple[Plan, list[Violation]]:
    places = instance.places
    sites = np.isin(places.kind.astype(str), stage.kinds) & places.is_candidate
    is_open, disabled_only = ~sites, np.zeros(len(sites), dtype=np.bool_)
    violations = []
    if told is None:
        if sites.any():
            violations.append(Violation("check_plan_missing", {"stage": stage.name}))
        return Plan(sites, is_open, disabled_only, ()), violations
    index = {str(name): p for p, name in enumerate(places.id)}
    for place_id, kept in zip(told["places"], told["reserved_disabled"], strict=True):
        p = index.get(str(place_id), -1)
        if p < 0 or not sites[p] or is_open[p]:
            violations.append(Violation("check_plan_site", {"place_id": str(place_id)}))
            continue
        is_open[p], disabled_only[p] = True, bool(kept)
    return Plan(sites, is_open, disabled_only, tuple(told.get("levels", ()))), violations
