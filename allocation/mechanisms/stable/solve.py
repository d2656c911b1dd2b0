"""One stage by ``stable``: plan the sites, match, label the units, log what reverted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from allocation.instance import Reason
from allocation.mechanisms.optimise.admissible import admissible
from allocation.mechanisms.stable.choice import Mode
from allocation.mechanisms.stable.deferred import label_matched, match_agents
from allocation.mechanisms.stable.market import build_market
from allocation.mechanisms.stable.maximum import find_maximum
from allocation.mechanisms.stable.serial import choose_in_turn
from allocation.mechanisms.stable.site_plan import plan_sites
from allocation.result import SitePlan, StageResult, Status
from allocation.rules.place_units import admitted, candidate_sites, open_places, split_to_places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.instance import Instance, Ints, Stage
    from allocation.mechanisms.optimise.backend import Budget
    from allocation.mechanisms.stable.market import Market
    from allocation.progress import Progress


def solve_stable(
    instance: Instance, stage: Stage, earlier: Ints, budget: Budget, progress: Progress
) -> StageResult:
    """Find the stable list of a stage that its applicants like best.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    budget
        Time limit and stop.  Only the site plan and the maximum heed it: the match is
        short, and half a match is none.

    Returns
    -------
    StageResult
        Status ``complete``; ``feasible`` or ``stopped`` where the site plan was not
        proven, so that another machine might plan otherwise.
    """
    clock = _Clock()
    status, plan = Status.COMPLETE, None
    if stage.is_match:
        if candidate_sites(instance, stage).any():
            progress.phase("phase_site_plan", stage=stage.name)
            plan, planned = plan_sites(instance, stage, earlier, budget)
            status = Status.COMPLETE if planned is Status.OPTIMAL else planned
            clock.lap("site_plan")
        progress.phase("phase_match", stage=stage.name)
        awards, used, log = _match(instance, stage, earlier, plan)
    else:
        progress.phase("phase_match", stage=stage.name)
        awards = choose_in_turn(instance, stage, earlier)
        used, log = np.full(len(awards), -1, dtype=np.int64), ()
    clock.lap("match")
    progress.phase("phase_maximum", stage=stage.name)
    most, bound = find_maximum(instance, stage, earlier, awards, budget)
    clock.lap("maximum")
    return StageResult(
        name=stage.name,
        mechanism=stage.mechanism,
        status=status,
        levels=(),
        awards=awards,
        max_awards=most,
        max_awards_bound=bound,
        clash=(),
        seconds=clock.seconds,
        reserve_used=used,
        log=log,
        plan=plan,
    )


def _match(
    instance: Instance, stage: Stage, earlier: Ints, plan: SitePlan | None
) -> tuple[Ints, Ints, tuple[Reason, ...]]:
    """Return awards (ascending), the reserve each uses, and the reversions."""
    is_open, disabled_only = open_places(instance, stage, plan)
    rows = admissible(instance, stage, earlier)
    rows = rows[admitted(instance, stage, plan, rows)]
    units = split_to_places(instance, stage, is_open, disabled_only)
    market = build_market(instance, stage, rows, units, disabled_only)
    entries = match_agents(market)
    used = label_matched(market, entries)
    awards = market.row[entries]
    order = np.argsort(awards)
    log = tuple(_reversions(instance, market, entries, used))
    return awards[order], used[order], log


def _reversions(instance: Instance, market: Market, entries: Ints, used: Ints) -> Iterator[Reason]:
    """Tell of every reserve unit that no beneficiary uses how many asked for it."""
    rules, n_reserves = market.rules, len(instance.reserves)
    m = len(instance.places.id)
    at = np.repeat(np.arange(m), np.diff(rules.start))
    taken = np.bincount(
        (market.place[entries] * n_reserves + used)[used >= 0], minlength=m * n_reserves
    )[at * n_reserves + rules.reserve]
    left = rules.units - taken
    reverts = (left > 0) & (rules.mode[at] != Mode.HARD)
    who = instance.applications.applicant[market.row]
    asking = _asking_by_reserve(instance, market, who)
    for unit in np.flatnonzero(reverts).tolist():
        p, g = int(at[unit]), int(rules.reserve[unit])
        yield Reason(
            "reverted",
            {
                "reserve": instance.reserves[g].name,
                "place": str(instance.places.id[p]),
                "units": int(left[unit]),
                "beneficiaries": int(asking[g][p]),
            },
        )


def _asking_by_reserve(instance: Instance, market: Market, who: Ints) -> dict[int, Ints]:
    """Count per reserve and place the beneficiaries who list the place."""
    m = len(instance.places.id)
    return {
        g: np.bincount(market.place[instance.reserves[g].beneficiaries[who]], minlength=m)
        for g in np.unique(market.rules.reserve).tolist()
    }


class _Clock:
    """Seconds of the steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, step: str) -> None:
        now = time.monotonic()
        self.seconds[step] = round(now - self._last, 3)
        self._last = now
