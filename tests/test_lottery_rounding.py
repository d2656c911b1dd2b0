"""Public numbers, fractions rounded circuit by circuit, and the checker's repetition."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

import numpy as np
import pytest

from allocation.checker import lots
from allocation.lottery import Flow, Part, Plan, public_number
from allocation.mechanisms.circuit import find_circulation
from allocation.mechanisms.egalitarian.draw import _draw_part
from allocation.mechanisms.egalitarian.leximin import leximin
from allocation.mechanisms.egalitarian.rounding import Fractions, round_flow
from allocation.mechanisms.egalitarian.spread import spread
from allocation.mechanisms.network.bihierarchy import build_network
from tests.lottery_helper import make_component


def flow_of(wishes: list[list[int]], units: list[int]) -> tuple[Flow, tuple[Fraction, ...]]:
    network = build_network(make_component(wishes, units))
    found = leximin(network)
    assert found is not None
    people = range(len(wishes))
    flow = spread(found.arcs, network.person_arc.tolist(), list(people), found.chance)
    assert flow is not None
    return flow, found.chance


def as_record(flow: Flow) -> dict[str, object]:
    """Write a flow as ``lottery.json`` does, applicants named by their number."""
    return {
        "denominator": flow.denominator,
        "arcs": [list(arc) for arc in zip(flow.tail, flow.head, flow.value, strict=True)],
        "applicants": {str(k): str(i) for k, i in enumerate(flow.applicant) if i >= 0},
    }


def test_a_public_number_is_the_hash_of_its_text() -> None:
    """Text, attempt and block, joined by line feeds; the remainder by the range."""
    digest = int(sha256(b"lottery\nseed\n3\n0\n0").hexdigest(), 16)
    assert public_number(("lottery", "seed", 3), 10) == digest % 10
    assert lots.number_below(("lottery", "seed", 3), 10) == digest % 10


@pytest.mark.parametrize("below", [1, 2, 10, 2**31, 3**200, 2**256, 2**256 + 1])
def test_both_readings_of_a_public_number_agree(below: int) -> None:
    for k in range(20):
        number = public_number(("x", k), below)
        assert 0 <= number < below
        assert lots.number_below(("x", k), below) == number


def test_a_flow_balances_at_every_node() -> None:
    flow, _ = flow_of([[0], [0, 1], [1, 2], [2], [2]], [1, 1, 1])
    assert lots.leaks(as_record(flow)) == []
    assert lots.leaks({"denominator": 2, "arcs": [[0, 1, 1]], "applicants": {}}) == [0, 1]


def test_an_arc_carries_each_chance() -> None:
    flow, chance = flow_of([[0], [0], [0, 1], [1]], [1, 1])
    shares = lots.shares_of({"served": [], "flow": as_record(flow)})
    assert shares == {str(i): c for i, c in enumerate(chance)}


def test_units_are_never_lost_or_exceeded() -> None:
    """Two places of one and two units and six people: three are served, whatever the numbers."""
    flow, chance = flow_of([[0], [0], [0, 1], [1], [1], [1]], [1, 2])
    assert sum(chance) == 3
    for k in range(200):
        served, _ = round_flow(flow, ("units", k))
        assert len(served) == 3
        assert len({0, 1} & {*served}) <= 1


def test_frequencies_are_the_chances() -> None:
    """4,000 draws; every chance is 2/5, and none may lie four deviations off."""
    flow, chance = flow_of([[0], [0, 1], [0, 1], [1], [1, 0]], [1, 1])
    n = 4_000
    seen = np.zeros(5)
    for k in range(n):
        served, _ = round_flow(flow, ("often", k))
        seen[list(served)] += 1
    expected = np.array([float(c) for c in chance]) * n
    deviation = (seen - expected) / np.sqrt(expected * (1 - expected / n))
    assert np.abs(deviation).max() < 4.0


def test_every_step_leaves_expectations_as_they_are() -> None:
    """Every outcome of every number, weighed: the chances come out exactly."""
    flow, chance = flow_of([[0], [0], [0, 1], [1, 2], [2], [2]], [1, 1, 1])
    found = [Fraction(0)] * len(chance)

    def walk(answers: list[bool], weight: Fraction) -> None:
        asked: list[tuple[int, int]] = []

        def decide(up: int, down: int) -> bool:
            asked.append((up, down))
            if len(asked) > len(answers):
                raise _Open
            return answers[len(asked) - 1]

        fractions = Fractions(flow.tail, flow.head, flow.value, flow.denominator)
        try:
            fractions.turn([True] * len(flow.value), decide)
        except _Open:
            up, down = asked[-1]
            walk([*answers, True], weight * Fraction(down, up + down))
            walk([*answers, False], weight * Fraction(up, up + down))
            return
        for i, gained in zip(flow.applicant, fractions.gained, strict=True):
            if i >= 0 and gained:
                found[i] += weight

    walk([], Fraction(1))
    assert found == list(chance)


class _Open(Exception):
    """A circuit no answer was given for yet."""


@pytest.mark.parametrize("seed", range(30))
def test_the_checker_draws_the_same(seed: int) -> None:
    """Its own walk over the written arcs: plan, numbers and winners agree."""
    rng = np.random.default_rng(seed)
    wishes = [
        sorted(rng.choice(6, size=rng.integers(1, 4), replace=False).tolist()) for _ in range(15)
    ]
    flow, _ = flow_of(wishes, rng.integers(1, 3, size=6).tolist())
    part = Part(
        tuple(range(15)),
        (Plan(Fraction(1, 3), (0,)), Plan(Fraction(2, 3), (), flow)),
        "plans",
    )
    record = {
        "plans": [
            {"weight": [1, 3], "served": ["0"], "flow": as_record(part.plans[0].flow)},
            {"weight": [2, 3], "served": [], "flow": as_record(flow)},
        ]
    }
    drawing = _draw_part(part, ("lottery", str(seed), "1", "joint", 1))
    plan, numbers, served = lots.draw_again(record, ("lottery", str(seed), "1", "joint", 1))
    assert (plan, tuple(numbers)) == (drawing.plan, drawing.numbers)
    assert sorted(map(int, served)) == list(drawing.served)


def test_a_circulation_keeps_its_bounds_and_does_not_depend_on_a_solver() -> None:
    flow = find_circulation([0, 0, 1, 2], [1, 2, 0, 0], [1, 0, 0, 2], [3, 3, 3, 3], 3)
    assert flow == [1, 2, 1, 2]
    assert find_circulation([0, 1], [1, 0], [2, 0], [2, 1], 2) is None
