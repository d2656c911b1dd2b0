"""Dense spacing: the heaviest set of sites of which no two stand too near to each other.

python benchmarks/dense.py [--seconds S] [--peers] [--seeds N] [SITES DEGREE TIERS ...]

Sites are scattered evenly over a square; two are in conflict within one distance, chosen
so that a site has DEGREE conflicts on average; weights are 1 to TIERS.  Beside this
system's search stand, with ``--peers``, one CP-SAT model and one HiGHS program through
MathOpt, each with a row for every maximal clique, and CHILS (``pip install chils``) where
it is installed, which gives a set and no bound.  The value of every set is counted anew,
and the proof of every bound is followed by the checker's arithmetic, within the time
measured.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import networkx as nx
import numpy as np
import scipy.sparse as sp
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model
from scipy.spatial import KDTree

from allocation.checker.heaviest import confirmed_bound
from allocation.instance import Ints
from allocation.mechanisms.independent_set import heaviest_independent_set
from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import Budget

PROBLEMS = (
    (1000, 8, 6),
    (1000, 28, 6),
    (2000, 28, 6),
    (3000, 8, 6),
    (3000, 28, 6),
    (10_000, 13, 6),
    (10_000, 19, 6),
)
"""Sites, mean degree, tiers."""


@dataclass(frozen=True)
class Town:
    """A scattering of sites.

    Attributes
    ----------
    weights
        Shape (n,).
    pairs
        Shape (m, 2).
    """

    weights: Ints
    pairs: Ints


@dataclass(frozen=True)
class Found:
    """What one way found; ``bound`` is ``None`` where it gives none."""

    chosen: Ints
    bound: int | None
    note: str = ""


def scatter(n: int, degree: float, tiers: int, seed: int) -> Town:
    """Scatter sites evenly over a square."""
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2)) * np.sqrt(n * np.pi / degree)
    pairs = KDTree(points).query_pairs(1.0, output_type="ndarray")
    return Town(rng.integers(1, tiers + 1, n), pairs.astype(np.int64))


def ours(town: Town, seconds: float) -> Found:
    """Search with this system, and follow its proof."""
    budget = Budget(time.monotonic() + seconds, lambda: False)
    found = heaviest_independent_set(town.weights, town.pairs, budget)
    pairs = [(a, b) for a, b in town.pairs.tolist()]
    shown = confirmed_bound(town.weights.tolist(), pairs, found.value, found.proof)
    note = "confirmed" if shown == found.bound else f"{shown} confirmed"
    return Found(found.chosen, found.bound, f"{found.route}, {note}")


def cliques(town: Town) -> sp.csr_array:
    """Return a row for every maximal clique."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(town.weights)))
    graph.add_edges_from(town.pairs.tolist())
    found = list(nx.find_cliques(graph))
    indptr = np.concatenate([[0], np.cumsum([len(clique) for clique in found])])
    nodes = np.concatenate([np.array(clique) for clique in found])
    shape = (len(found), len(town.weights))
    return sp.csr_array((np.ones(len(nodes)), nodes, indptr), shape=shape)


def cp_sat(town: Town, seconds: float) -> Found:
    """Solve one CP-SAT model with clique rows."""
    rows, model = cliques(town), cp_model.CpModel()
    switches = [model.new_bool_var("") for _ in town.weights]
    for start, end in zip(rows.indptr, rows.indptr[1:], strict=False):
        model.add_at_most_one(switches[v] for v in rows.indices[start:end])
    model.maximize(cp_model.LinearExpr.weighted_sum(switches, town.weights.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(np.empty(0, dtype=np.int64), None)
    chosen = np.flatnonzero([solver.value(switch) for switch in switches])
    return Found(chosen, round(solver.best_objective_bound))


def highs(town: Town, seconds: float) -> Found:
    """Solve one HiGHS program with clique rows."""
    rows, n = cliques(town), len(town.weights)
    model = backend.Model(
        rows,
        np.full(rows.shape[0], -np.inf),
        np.ones(rows.shape[0]),
        np.zeros(n),
        np.ones(n),
        town.weights.astype(float),
        integer=True,
    )
    budget = Budget(None, lambda: False)
    answer = backend.ask([mathopt.SolverType.HIGHS], model, budget, seconds)
    chosen = np.flatnonzero(answer.x > 0.5) if answer.x is not None else np.empty(0, np.int64)
    bound = int(np.floor(answer.bound + 1e-6)) if np.isfinite(answer.bound) else None
    return Found(chosen, bound)


def chils(town: Town, seconds: float) -> Found:
    """Search with CHILS (Großmann, Langedal and Schulz 2025), which proves nothing."""
    import chils as package

    solver: Any = package.CHILS()
    for weight in town.weights.tolist():
        solver.add_vertex(weight)
    for a, b in town.pairs.tolist():
        solver.add_edge(a, b)
    solver.run_full(seconds, 8, 0)
    inside = [solver.get_solution_vertex_configuration(v) for v in range(len(town.weights))]
    return Found(np.flatnonzero(inside), None, f"found after {solver.get_solution_time():.1f} s")


def ways(*, peers: bool) -> Iterator[tuple[str, Callable[[Town, float], Found]]]:
    """Yield the ways to solve, by name."""
    yield "this system", ours
    if peers:
        yield "CP-SAT", cp_sat
        yield "HiGHS", highs
        if find_spec("chils"):
            yield "CHILS", chils


def value_of(town: Town, chosen: Ints) -> int:
    """Count a set's weight anew; fail where two of its sites are in conflict."""
    inside = np.isin(np.arange(len(town.weights)), chosen)
    if inside[town.pairs].all(axis=1).any():
        raise ValueError("two chosen sites are in conflict")
    return int(town.weights[inside].sum())


def cpu_seconds() -> float:
    """Return the CPU seconds of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def measure(problem: Sequence[int], seed: int, seconds: float, *, peers: bool) -> None:
    """Print a row of the table for each way."""
    n, degree, tiers = problem
    town = scatter(n, degree, tiers, seed)
    for name, solve in ways(peers=peers):
        begun, cpu = time.perf_counter(), cpu_seconds()
        found = solve(town, seconds)
        wall, cpu = time.perf_counter() - begun, cpu_seconds() - cpu
        value = value_of(town, found.chosen)
        bound = "–" if found.bound is None else str(found.bound)
        gap = "–" if found.bound is None else f"{100 * (found.bound - value) / max(1, value):.2f} %"
        cells = (f"{n:,}", degree, tiers, seed, name, value, bound, gap, f"{wall:.1f}",
                 f"{cpu:.1f}", found.note)  # fmt: skip
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main() -> None:
    """Run the problems asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("numbers", nargs="*", type=int, metavar="SITES DEGREE TIERS")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args()
    numbers = iter(asked.numbers)
    problems = [*zip(numbers, numbers, numbers, strict=False)] or PROBLEMS
    print("| sites | degree | tiers | seed | way | value | bound | gap | s | CPU s | |")
    print("|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---|")
    for problem in problems:
        for seed in range(1, asked.seeds + 1):
            measure(problem, seed, asked.seconds, peers=asked.peers)


if __name__ == "__main__":
    main()
