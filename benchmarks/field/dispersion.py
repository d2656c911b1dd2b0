"""The package `spopt`: which sites may stand beside each other."""

from __future__ import annotations

import time

import numpy as np
import pulp
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from spopt.locate import PDispersion

from allocation.instance import Instance, Ints
from benchmarks.field.answer import Answer, NotTheModel
from benchmarks.field.plain import SPACING_M


def p_dispersion(instance: Instance, limit_s: float) -> Answer:
    """Find the most sites that keep the spacing by `spopt`'s p-dispersion.

    The package has no model that maximises a number under a spacing; its nearest one
    places a given number p of sites as far apart as they can be.  So p rises from what a
    greedy choice places, until the distance reached falls below the spacing.
    """
    if len(instance.applications.place) != len(instance.places.id):
        raise NotTheModel
    until = time.perf_counter() + limit_s
    at = np.column_stack([instance.places.x, instance.places.y])
    apart = cdist(at, at)
    chosen, call_s, proven = _greedy(apart), 0.0, False
    while not proven and len(chosen) < len(at):
        begun = time.perf_counter()
        solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=max(1.0, until - begun))
        model = PDispersion.from_cost_matrix(apart, len(chosen) + 1).solve(solver)
        call_s += time.perf_counter() - begun
        if model.problem.sol_status != pulp.LpSolutionOptimal:
            break
        more = np.flatnonzero([(site.varValue or 0) > 0.5 for site in model.fac_vars])
        proven = bool(_least(apart, more) < SPACING_M)
        chosen = chosen if proven else more
    sites = np.isin(instance.applications.place, chosen)
    return Answer(np.flatnonzero(sites), proven or len(chosen) == len(at), 1, call_s)


def _greedy(apart: NDArray[np.float64]) -> Ints:
    """Take site after site, the one that blocks fewest first."""
    blocked = np.zeros(len(apart), dtype=np.bool_)
    chosen = []
    for site in np.argsort((apart < SPACING_M).sum(axis=1), kind="stable"):
        if not blocked[site]:
            chosen.append(int(site))
            blocked |= apart[site] < SPACING_M
    return np.array(chosen, dtype=np.int64)


def _least(apart: NDArray[np.float64], sites: Ints) -> float:
    among = apart[np.ix_(sites, sites)]
    return float(among[~np.eye(len(sites), dtype=np.bool_)].min(initial=np.inf))
