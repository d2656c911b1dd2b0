"""Priority: tiers, severity and the published criteria of each pool.

A tier depends on the applicant alone.  Which pool looks at tiers is decided per kind:
open units of stalls, kiosks and outlets go by condition and draw only, unless a switch
with its own article says otherwise, because there a preference would make the reserve
meaningless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.instance import PoolPriority
from allocation.rules import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from allocation.instance import Bools, Ints
    from allocation.scenario import Scenario
    from allocation.scenario.models import Priority

TIERED_KINDS = ("public_welfare_post", "rukang_seat")
"""Kinds whose open units go by tier too: every place of them serves people in need."""


COMMON_ORDER = ("tier", "draw")
"""The order of people where premises are brought: nothing in it depends on the place."""


def is_severe(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Tell who is severely disabled; see :func:`allocation.rules.facts.severe`."""
    return facts.severe(applicants, scenario)


def is_hard_to_employ(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Tell who is hard to employ; see :func:`allocation.rules.facts.hard_to_employ`."""
    return facts.hard_to_employ(applicants, scenario)


def tiers(applicants: pd.DataFrame, scenario: Scenario) -> tuple[Ints, int]:
    """Give each applicant the first tier one of whose facts is known to hold.

    日政办字〔2023〕18号 第13条 names the people to be placed, not their order; the order
    of tiers is set by the scenario (placeholder until confirmed).

    Returns
    -------
    tuple[Ints, int]
        Tier of each applicant from 1, and T, the last tier.
    """
    if scenario.priority is None:
        return np.ones(len(applicants), dtype=np.int64), 1
    # The scenario ends the list with an empty tier, which is everybody else's.
    named = scenario.priority.tiers
    result = np.full(len(applicants), len(named), dtype=np.int64)
    for tier in range(len(named) - 1, 0, -1):
        result[facts.any_fact(named[tier - 1], applicants, scenario)] = tier
    return result, len(named)


def pools(scenario: Scenario, kinds: Iterable[str]) -> dict[str, PoolPriority]:
    """Return the published criteria of each kind's reserved and open units, in order.

    Without ``[priority]`` the place's own ranking decides, then the draw.  With it
    reserved units go by condition band, tier, draw; open ones by band and draw, for
    posts and 如康家园 seats by tier too.  Where applicants bring their premises, one order
    of people decides: tier, draw.  The draw always stands last, so that every order is
    strict.
    """
    settings = scenario.priority
    own = ("priority_rank", "draw")
    found = {
        kind: PoolPriority(reserved=own, open=own) if settings is None else _pool(settings, kind)
        for kind in kinds
    }
    for stage in scenario.stages:
        if stage.premises == "brought":
            common = PoolPriority(reserved=COMMON_ORDER, open=COMMON_ORDER)
            found |= {kind: common for kind in stage.kinds if kind in found}
    return found


def _pool(settings: Priority, kind: str) -> PoolPriority:
    by_tier = ("band", "tier", "draw")
    given = settings.pool.get(kind)
    reserved: tuple[str, ...] = (given and given.reserved) or by_tier
    opened: tuple[str, ...] = (given and given.open) or (
        by_tier if kind in TIERED_KINDS else ("band", "draw")
    )
    switch = settings.open_preference.get(kind, "none")
    if switch != "none" and switch not in opened:
        at = opened.index("band") + 1 if "band" in opened else 0
        opened = (*opened[:at], switch, *opened[at:])
    return PoolPriority(reserved=_strict(reserved), open=_strict(opened))


def _strict(criteria: tuple[str, ...]) -> tuple[str, ...]:
    """End the list with the draw; what stands after the draw decides nothing."""
    if "draw" in criteria:
        return criteria[: criteria.index("draw") + 1]
    return (*criteria, "draw")
