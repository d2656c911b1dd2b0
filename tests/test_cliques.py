"""Maximal cliques of the conflict graph."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from allocation.mechanisms.optimise.cliques import maximal_cliques


def test_a_triangle_with_a_tail_is_two_cliques() -> None:
    """Three sites in each other's way and a fourth in the way of one."""
    assert maximal_cliques([(2, 3), (1, 2), (1, 3), (3, 9)]) == [[1, 2, 3], [3, 9]]


def test_without_conflicts_there_is_no_clique() -> None:
    """Sites on their own need no row."""
    assert maximal_cliques([]) == []


def test_the_order_of_pairs_and_of_their_ends_does_not_matter() -> None:
    """The rows of a program come in one order, whatever file the conflicts came from."""
    pairs = [(5, 1), (1, 4), (4, 5), (7, 4), (2, 1)]
    turned = [(b, a) for a, b in reversed(pairs)]
    assert maximal_cliques(pairs) == maximal_cliques(turned)


@pytest.mark.parametrize("seed", range(20))
def test_cliques_are_all_the_maximal_ones(seed: int) -> None:
    """Against every subset of up to eight nodes."""
    rng = np.random.default_rng(seed)
    nodes = range(int(rng.integers(2, 9)))
    share = rng.uniform(0.2, 0.9)
    pairs = {pair for pair in combinations(nodes, 2) if rng.random() < share}
    complete = [
        {*chosen}
        for size in range(2, len(nodes) + 1)
        for chosen in combinations(nodes, size)
        if pairs.issuperset(combinations(chosen, 2))
    ]
    maximal = sorted(sorted(c) for c in complete if not any(c < other for other in complete))
    assert maximal_cliques(pairs) == maximal
