"""Two nested families of sets, and the network they make."""

from __future__ import annotations

import numpy as np

from allocation.mechanisms.network.bihierarchy import build_network
from tests.lottery_helper import make_component, served_by


def test_people_and_places_make_a_network_whose_people_hang_on_the_root() -> None:
    network = build_network(make_component([[0, 1], [1]], [1, 1]))
    assert not len(network.left_out)
    assert network.starts_with_people
    assert network.arcs.tail[network.person_arc].tolist() == [0, 0]


def test_a_set_over_places_nests_at_the_way_in() -> None:
    """An opening limit over two sites holds their capacities."""
    two_sites = make_component([[0, 1], [1, 2], [2]], [1, 1, 1], [(lambda i, p: p < 2, 0, 1)])
    network = build_network(two_sites)
    assert not len(network.left_out)
    assert network.starts_with_people


def test_a_set_over_people_nests_at_the_way_out() -> None:
    """At most one of a household of two: it stands between them and the root."""
    household = make_component([[0, 1], [0, 1], [1]], [1, 2], [(lambda i, p: i < 2, 0, 1)])
    network = build_network(household)
    assert not len(network.left_out)
    assert not network.starts_with_people


def test_two_partitions_of_people_who_want_one_place_are_a_network() -> None:
    """Sexes at one end, ages at the other: a panel with two quotas is a table."""
    people = [[0]] * 6
    extra = [
        (lambda i, p: i % 2 == 0, 1, 2),
        (lambda i, p: i % 2 == 1, 1, 2),
        (lambda i, p: i < 3, 1, 2),
        (lambda i, p: i >= 3, 1, 2),
    ]
    assert not len(build_network(make_component(people, [3], extra)).left_out)


def test_three_partitions_leave_the_last_one_out() -> None:
    """Sets come in order of precedence; whichever fits neither family is named."""
    extra = [
        (lambda i, p: i & 1 == 0, 1, 2),
        (lambda i, p: i & 2 == 0, 1, 2),
        (lambda i, p: i & 4 == 0, 1, 2),
    ]
    component = make_component([[0]] * 8, [3], extra)
    network = build_network(component)
    assert network.left_out.tolist() == [len(component.sets) - 1]


def test_equal_sets_are_joined_and_the_tightest_bounds_hold() -> None:
    same = make_component([[0], [0]], [2], [(lambda i, p: True, 1, 1)])
    network = build_network(same)
    assert len(network.sets) == 3
    arc = next(k for k, each in enumerate(network.sets) if len(each) == 2)
    assert (network.arcs.lower[arc], network.arcs.upper[arc]) == (1, 1)


def test_every_flow_is_a_lawful_use_and_every_use_a_flow() -> None:
    """Counted on a component with bounds at both ends."""
    component = make_component(
        [[0, 1], [0], [1, 2], [2]],
        [1, 1, 1],
        [(lambda i, p: p < 2, 1, 2), (lambda i, p: i < 2, 0, 1)],
    )
    network = build_network(component)
    arcs = network.arcs
    n = len(component.column)
    lawful = 0
    for use in range(2**n):
        lanes = (use >> np.arange(n)) & 1
        flow = np.zeros(len(arcs.tail), dtype=np.int64)
        flow[network.lane_arc] = lanes
        for arc, sets in enumerate(network.sets):
            flow[arc] = lanes[sets[0].lanes].sum()
        balance = np.zeros(arcs.n_nodes, dtype=np.int64)
        np.add.at(balance, arcs.head, flow)
        np.subtract.at(balance, arcs.tail, flow)
        assert not balance.any()
        lawful += bool(np.all((flow >= arcs.lower) & (flow <= arcs.upper)))
    uses = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    keeps = [
        all(each.lower <= row[each.lanes].sum() <= each.upper for each in component.sets)
        for row in uses
    ]
    assert lawful == sum(keeps)
    assert served_by(component)
