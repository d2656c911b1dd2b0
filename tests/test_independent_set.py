"""Heaviest independent sets: the best of all sets, and a proof anybody can follow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from allocation.checker.heaviest import Unconfirmed, confirmed_bound
from allocation.instance import Ints
from allocation.mechanisms.independent_set import (
    HeaviestSet,
    heaviest_independent_set,
    is_only_heaviest,
    search,
    windows,
)
from allocation.mechanisms.independent_set.graph import conflict_graph, find_dominated
from allocation.mechanisms.independent_set.incumbent import joined, rounded
from allocation.mechanisms.independent_set.local_cuts import local_cuts
from allocation.mechanisms.independent_set.pace import paced
from allocation.mechanisms.independent_set.rows import clique_rows, program_of
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.set_proof import Cover, Dominated, Row

NO_LIMIT = Budget(None, lambda: False)

Pairs = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn, most: int = 11) -> tuple[list[int], Pairs]:
    n = draw(st.integers(0, most))
    weights = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    every = list(combinations(range(n), 2))
    pairs = draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    return weights, pairs


def town(n: int, degree: float, tiers: int, seed: int) -> tuple[Ints, Ints]:
    """Scatter sites evenly, each in conflict with some number of others on average."""
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2)) * np.sqrt(n * np.pi / degree)
    return rng.integers(1, tiers + 1, n), KDTree(points).query_pairs(1.0, output_type="ndarray")


def independent_sets(n: int, pairs: Pairs) -> Iterator[tuple[int, ...]]:
    for size in range(n + 1):
        for nodes in combinations(range(n), size):
            if not any(a in nodes and b in nodes for a, b in pairs):
                yield nodes


def heaviest(weights: list[int], pairs: Pairs) -> int:
    return max(sum(weights[v] for v in s) for s in independent_sets(len(weights), pairs))


def check(weights: list[int], pairs: Pairs, found: HeaviestSet) -> None:
    """Hold a result against its graph, and its bound against its proof."""
    graph = conflict_graph(weights, pairs)
    chosen = found.chosen.tolist()
    assert chosen == sorted(set(chosen))
    assert graph.is_independent(chosen)
    assert graph.value(chosen) == found.value <= found.bound
    shown = confirmed_bound(weights, pairs, found.value, found.proof)
    assert shown == found.shown
    assert found.shown == found.bound or found.route == "mip"


# The whole search.


@given(graphs())
def test_no_set_is_heavier(problem: tuple[list[int], Pairs]) -> None:
    """Against every set of small graphs."""
    weights, pairs = problem
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert found.is_proven
    assert found.value == heaviest(weights, pairs)
    check(weights, pairs, found)


@pytest.mark.parametrize(
    ("degree", "tiers", "value", "route"),
    [(8, 6, 352, "cover"), (20, 3, 105, "cover"), (20, 6, 196, "cover"), (28, 1, 32, "cover")],
)
def test_a_scattering_of_300_sites(degree: int, tiers: int, value: int, route: str) -> None:
    """Values found once and kept: another answer is a fault, here or there."""
    weights, pairs = town(300, degree, tiers, seed=1)
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert (found.value, found.bound, found.route) == (value, value, route)
    check(weights.tolist(), [(a, b) for a, b in pairs.tolist()], found)


def test_a_bound_is_below_that_of_all_cliques_where_sites_are_dense() -> None:
    """Rows from windows close what cliques alone leave open."""
    weights, pairs = town(600, 24, 6, seed=3)
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert found.route == "cover"
    steps = [step for step in found.proof if isinstance(step, Cover)]
    assert any(row.limit > 1 for step in steps for row in step.rows)
    check(weights.tolist(), [(a, b) for a, b in pairs.tolist()], found)


def test_branch_and_bound_settles_a_part_too_large_for_integers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then the proof says less, and a solver the rest: nothing is shown by its word."""
    tiers, pairs = town(150, 20, 6, seed=1)
    weights = 20 * tiers + np.arange(150) % 19
    exact = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert is_only_heaviest(weights, pairs, exact, NO_LIMIT)
    monkeypatch.setattr(search, "local_cuts", lambda *_: [])
    monkeypatch.setattr(search, "settled_part", lambda *_: None)
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert found.route == "mip"
    assert found.value == found.bound == exact.value < found.shown
    assert not is_only_heaviest(weights, pairs, found, NO_LIMIT)
    check(weights.tolist(), [(a, b) for a, b in pairs.tolist()], found)


def test_the_order_of_pairs_does_not_matter() -> None:
    """Neither does which end of a pair comes first, or that one is named twice."""
    weights, pairs = town(300, 20, 6, seed=2)
    turned = np.vstack([pairs[::-1, ::-1], pairs[:5]])
    one, other = (heaviest_independent_set(weights, p, NO_LIMIT) for p in (pairs, turned))
    assert one.chosen.tolist() == other.chosen.tolist()
    assert one.proof == other.proof


def test_an_explicit_list_with_too_many_cliques_is_solved_all_the_same() -> None:
    """Twenty-four pairs of twins that stand in everybody's way but each other's: 2**24 cliques."""
    twins = {(2 * k, 2 * k + 1) for k in range(24)}
    pairs = [pair for pair in combinations(range(48), 2) if pair not in twins]
    weights = [1 + v % 5 for v in range(48)]
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert (found.value, found.bound) == (9, 9)
    check(weights, pairs, found)


def test_when_time_is_up_there_is_a_set_and_a_bound() -> None:
    """Both are true, and nothing is said to be proven."""
    weights, pairs = town(300, 20, 6, seed=1)
    found = heaviest_independent_set(weights, pairs, Budget(time.monotonic() - 1, lambda: False))
    assert found.stopped_by_person is False
    assert found.value < found.bound
    assert found.route == "open"
    check(weights.tolist(), [(a, b) for a, b in pairs.tolist()], found)
    assert heaviest_independent_set(weights, pairs, Budget(None, lambda: True)).stopped_by_person


def test_a_stop_is_heard_before_the_first_relaxation() -> None:
    """Listing cliques and dropping sites take seconds where 10,000 sites are dense."""
    asked = 0

    def count() -> bool:
        nonlocal asked
        asked += 1
        return False

    assert list(paced(range(1000), Budget(None, count))) == list(range(1000))
    assert asked > 3
    graph = conflict_graph(*town(300, 20, 6, seed=1))
    stopped = Budget(None, lambda: True)
    with pytest.raises(Interrupted):
        clique_rows(graph, stopped)
    with pytest.raises(Interrupted):
        find_dominated(graph, range(300), stopped)


def test_what_makes_no_graph_is_refused() -> None:
    for weights, pairs in (([-1], []), ([1, 1], [(0, 2)]), ([1], [(0, 0)]), ([2**50], [])):
        with pytest.raises(ValueError, match=r"weight|node"):
            heaviest_independent_set(weights, pairs, NO_LIMIT)


# Its parts.


@given(graphs())
def test_dropping_dominated_nodes_loses_nothing(problem: tuple[list[int], Pairs]) -> None:
    weights, pairs = problem
    graph = conflict_graph(weights, pairs)
    for step in find_dominated(graph, range(len(weights)), NO_LIMIT):
        assert step.by in graph.neighbours[step.node]
        graph = graph.without([step.node])
    assert heaviest(graph.weights.tolist(), pairs) == heaviest(weights, pairs)
    assert find_dominated(graph, range(len(weights)), NO_LIMIT) == []


@given(graphs(8))
def test_a_graph_without_some_nodes_is_that_of_the_others(problem: tuple[list[int], Pairs]) -> None:
    weights, pairs = problem
    graph = conflict_graph(weights, pairs).without(range(0, len(weights), 3))
    others = [w if v % 3 else 0 for v, w in enumerate(weights)]
    expected = conflict_graph(others, pairs)
    assert graph.weights.tolist() == others
    assert graph.neighbours == expected.neighbours
    assert sorted(v for part in graph.parts() for v in part) == np.flatnonzero(others).tolist()


@given(graphs())
def test_a_window_knows_all_its_maximal_sets(problem: tuple[list[int], Pairs]) -> None:
    weights, pairs = problem
    graph = conflict_graph([1] * len(weights), pairs)
    near = windows.masks(graph, range(len(weights)))
    every = [set(s) for s in independent_sets(len(weights), pairs)]
    maximal = sorted(sorted(s) for s in every if not any(s < t for t in every))
    found = windows.maximal_sets(near, 10**6)
    assert found is not None
    assert sorted(np.flatnonzero(row).tolist() for row in found) == maximal
    assert windows.maximal_sets(near, len(maximal) - 1) is None


@given(graphs())
def test_a_window_knows_its_heaviest_sets(problem: tuple[list[int], Pairs]) -> None:
    weights, pairs = [w + 1 for w in problem[0]], problem[1]
    near = windows.masks(conflict_graph(weights, pairs), range(len(weights)))
    value = heaviest(weights, pairs)
    every = independent_sets(len(weights), pairs)
    best = [sum(1 << v for v in s) for s in every if sum(weights[v] for v in s) == value]
    found = windows.heaviest(near, weights)
    assert found is not None
    assert found[0] == value
    assert found[1] in best
    assert windows.heaviest(near, weights, 0) is None or not weights


@given(graphs())
def test_it_is_known_whether_a_set_is_the_only_one(problem: tuple[list[int], Pairs]) -> None:
    """In small graphs, where numbers are small, always."""
    weights, pairs = problem
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    live = {v for v, w in enumerate(weights) if w}
    every = independent_sets(len(weights), pairs)
    best = {live & set(s) == set(found.chosen) for s in every
            if sum(weights[v] for v in s) == found.value}  # fmt: skip
    assert is_only_heaviest(weights, pairs, found, NO_LIMIT) == (best == {True})


def test_of_300_sites_with_weights_of_their_own_one_set_is_heaviest() -> None:
    """Two more sites of one weight that exclude each other, and there are two."""
    _, pairs = town(300, 12, 1, seed=5)
    weights = 10**9 + np.random.default_rng(5).integers(0, 10**9, 300)
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    assert found.is_proven
    assert is_only_heaviest(weights, pairs, found, NO_LIMIT)
    check(weights.tolist(), [(a, b) for a, b in pairs.tolist()], found)
    with_twins = [*weights.tolist(), 7, 7], np.vstack([pairs, [[300, 301]]])
    two = heaviest_independent_set(*with_twins, NO_LIMIT)
    assert two.value == two.bound == found.value + 7
    assert not is_only_heaviest(*with_twins, two, NO_LIMIT)
    over = Budget(time.monotonic() - 1, lambda: False)
    assert not is_only_heaviest(weights, pairs, found, over)


def test_a_ring_of_five_breaks_the_point_of_halves() -> None:
    """At most two of five sites in a ring; the hub in the middle counts twice."""
    ring = [(v, (v + 1) % 5) for v in range(5)]
    wheel = conflict_graph([1] * 6, ring + [(5, v) for v in range(5)])
    x = np.array([0.5] * 5 + [0.0])
    assert local_cuts(wheel, x, np.zeros(6), 10, NO_LIMIT) == [
        Row((0, 1, 2, 3, 4, 5), (1, 1, 1, 1, 1, 2), 2)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_local_cuts_are_kept_by_every_set(seed: int) -> None:
    """Each breaks the point it was made for and no independent set."""
    weights, pairs = town(120, 16, 3, seed)
    graph = conflict_graph(weights, pairs)
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.2, 0.5, 120) * (rng.random(120) < 0.4)
    rows = local_cuts(graph, x, rng.random(120), 12, NO_LIMIT)
    assert rows
    sets = [rounded(graph, rng.random(120)) for _ in range(300)]
    for row in rows:
        assert np.array(row.coefficients) @ x[list(row.nodes)] > row.limit
        of = dict(zip(row.nodes, row.coefficients, strict=True))
        assert max(sum(of.get(v, 0) for v in s) for s in sets) <= row.limit
        exact = windows.heaviest(windows.masks(graph, row.nodes), row.coefficients)
        assert exact is not None
        assert exact[0] == row.limit


@given(graphs(), st.integers(0, 99))
def test_joining_two_sets_is_no_loss(problem: tuple[list[int], Pairs], seed: int) -> None:
    weights, pairs = problem
    graph = conflict_graph(weights, pairs)
    rng = np.random.default_rng(seed)
    one, other = (rounded(graph, rng.random(len(weights))) for _ in range(2))
    both = joined(graph, one, other)
    assert graph.is_independent(both)
    assert graph.value(both) >= max(graph.value(one), graph.value(other))


@given(graphs())
def test_clique_rows_hold_every_pair_and_node(problem: tuple[list[int], Pairs]) -> None:
    weights, pairs = problem
    graph = conflict_graph(weights, pairs)
    rows = clique_rows(graph, NO_LIMIT)
    for row in rows:
        assert all(b in graph.neighbours[a] for a, b in combinations(row.nodes, 2))
    held = {pair for row in rows for pair in combinations(row.nodes, 2)}
    live = set(np.flatnonzero(graph.live).tolist())
    assert held == {(a, b) for a, b in pairs if {a, b} <= live}
    assert {v for row in rows for v in row.nodes} == live
    assert program_of(graph, rows).upper.sum() == len(live)


# The proof.


@pytest.fixture(scope="module")
def solved() -> tuple[list[int], Pairs, HeaviestSet]:
    weights, pairs = town(300, 20, 6, seed=1)
    found = heaviest_independent_set(weights, pairs, NO_LIMIT)
    return weights.tolist(), [(a, b) for a, b in pairs.tolist()], found


def test_a_proof_does_not_hold_with_less_of_it(
    solved: tuple[list[int], Pairs, HeaviestSet],
) -> None:
    """Without its last step the bound stays above the value."""
    weights, pairs, found = solved
    assert confirmed_bound(weights, pairs, found.value, found.proof[:-1]) > found.value


def test_a_proof_of_another_graph_is_refused(
    solved: tuple[list[int], Pairs, HeaviestSet],
) -> None:
    """A conflict less, and some row or some stand-in is false, or the bound is another."""
    weights, pairs, found = solved
    lone = [pair for pair in pairs if 7 not in pair]
    with pytest.raises(Unconfirmed):
        confirmed_bound(weights, lone, found.value, found.proof)


def test_false_steps_are_refused() -> None:
    """A path of three: the middle is dominated by no end unless it is light."""
    weights, pairs = [1, 2, 1], [(0, 1), (1, 2)]
    edge, both = Row((0, 1), (1, 1), 1), Row((1, 2), (1, 1), 1)
    good = Cover(2, 1, (edge, both), (1, 1))
    assert confirmed_bound(weights, pairs, 2, (good,)) == 2
    false: list[Dominated | Cover] = [
        Dominated(1, 0),  # too light to stand in
        Dominated(0, 2),  # no neighbour
        replace(good, rows=(edge, Row((0, 2), (1, 1), 1))),  # not in conflict
        replace(good, rows=(edge, Row((1, 2), (2, 1), 1))),  # its limit is 2
        replace(good, rows=(edge, Row((1, 1), (1, 1), 1))),
        replace(good, rows=(edge, Row((1, 2), (1, -1), 1))),
        replace(good, rows=(edge, Row((1, 2), (1,), 1))),
        replace(good, multipliers=(1, -1)),
        replace(good, multipliers=(1,)),
        replace(good, scale=0),
        replace(good, value=3),  # drops what may still be heavier
    ]
    for step in false:
        with pytest.raises(Unconfirmed):
            confirmed_bound(weights, pairs, 2, (step,))


def test_the_oracle_of_networkx_agrees() -> None:
    """Cliques of the complement, by another program."""
    weights, pairs = town(60, 14, 5, seed=4)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(60))
    graph.add_edges_from(pairs.tolist())
    beside = nx.complement(graph)
    for v in beside:
        beside.nodes[v]["weight"] = int(weights[v])
    _, most = nx.max_weight_clique(beside)
    assert heaviest_independent_set(weights, pairs, NO_LIMIT).value == most
