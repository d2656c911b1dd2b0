"""SciPy's two assignment codes: people to units of places, without conflicts."""

from __future__ import annotations

import time

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment

from allocation.instance import Instance, Ints
from benchmarks.field.answer import Answer, require_no_conflicts
from benchmarks.field.packed import packed

_EXACT = 2**52
"""SciPy adds costs as doubles, which hold integers up to 2**53."""


def dense_assignment(instance: Instance, limit_s: float) -> Answer:
    """Assign people to units by a full matrix of applicants and units."""
    require_no_conflicts(instance)
    app, (weight, n_asked) = instance.applications, packed(instance, _EXACT)
    first, unit_place = _units(instance)
    matrix = np.zeros((len(instance.applicants.id), len(unit_place)))
    arc, unit = _arcs_to_units(instance, first)
    matrix[app.applicant[arc], unit] = weight[arc]
    begun = time.perf_counter()
    person, unit = linear_sum_assignment(matrix, maximize=True)
    call_s = time.perf_counter() - begun
    # A pair without an application costs nothing and is no award.
    real = matrix[person, unit] > 0
    awards = _applications(instance, person[real], unit_place[unit[real]])
    return Answer(awards, True, n_asked, call_s)


def sparse_assignment(instance: Instance, limit_s: float) -> Answer:
    """Assign people to units, or to nothing, along the applications alone."""
    require_no_conflicts(instance)
    app, (weight, n_asked) = instance.applications, packed(instance, _EXACT)
    first, unit_place = _units(instance)
    n, n_units = len(instance.applicants.id), len(unit_place)
    arc, unit = _arcs_to_units(instance, first)
    # Everybody has a column of their own for no award; an entry of zero would be no arc.
    nothing = float(weight.max()) + 1
    cost = np.concatenate([nothing - weight[arc], np.full(n, nothing)])
    rows = np.concatenate([app.applicant[arc], np.arange(n)])
    columns = np.concatenate([unit, n_units + np.arange(n)])
    graph = sp.csr_array((cost, (rows, columns)), shape=(n, n_units + n))
    begun = time.perf_counter()
    person, unit = sp.csgraph.min_weight_full_bipartite_matching(graph)
    call_s = time.perf_counter() - begun
    real = unit < n_units
    awards = _applications(instance, person[real], unit_place[unit[real]])
    return Answer(awards, True, n_asked, call_s)


def _units(instance: Instance) -> tuple[Ints, Ints]:
    """Return the first unit of each place, and the place of each unit."""
    capacity = instance.places.capacity
    return np.cumsum(capacity) - capacity, np.repeat(np.arange(len(capacity)), capacity)


def _arcs_to_units(instance: Instance, first: Ints) -> tuple[Ints, Ints]:
    """Return an application and a unit for every unit of every place applied for."""
    place = instance.applications.place
    copies = instance.places.capacity[place]
    arc = np.repeat(np.arange(len(place)), copies)
    within = np.arange(len(arc)) - np.repeat(np.cumsum(copies) - copies, copies)
    return arc, first[place[arc]] + within


def _applications(instance: Instance, person: Ints, place: Ints) -> Ints:
    """Find the applications of pairs, ascending."""
    app, m = instance.applications, len(instance.places.id)
    codes = app.applicant * m + app.place
    order = np.argsort(codes)
    return np.sort(order[np.searchsorted(codes, person * m + place, sorter=order)])
