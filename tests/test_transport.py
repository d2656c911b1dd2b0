"""Programs that are markets: read as such, solved by flows, and proven by their prices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from allocation.instance import Ints
from allocation.mechanisms.optimise import prices
from allocation.mechanisms.optimise.certificate import certify
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.prices import distinct
from allocation.mechanisms.optimise.solving import solve_lp
from allocation.mechanisms.optimise.transport import (
    Market,
    market_of,
    price_basis,
    solve_transport,
)
from allocation.mechanisms.optimise.weighing import weigh_in_market
from allocation.progress import Silent
from allocation.result import Status
from tests.programs_helper import (
    Puzzle,
    feasible_points,
    lexicographic_best,
    program_of,
    random_market,
    unlimited,
)

CHUNK = 50


def read(puzzle: Puzzle) -> Market | None:
    """Read a puzzle's program as a market."""
    return market_of(puzzle.program, puzzle.group)


def keys(puzzle: Puzzle, seed: int) -> Iterator[Objective]:
    """Yield random keys: small numbers first, so that one is not always enough."""
    rng = np.random.default_rng(seed)
    for word in range(1, 9):
        words = -rng.integers(0, 4 if word == 1 else 2**31, len(puzzle.group))
        yield Objective("key", {"word": word}, words, "min")


@pytest.mark.parametrize("first_seed", range(0, 400, CHUNK))
def test_all_levels_are_those_of_the_points_written_out(first_seed: int) -> None:
    """Counts, grades, ranks and losses, with people and places that must not be left out."""
    by_flow = 0
    for seed in range(first_seed, first_seed + CHUNK):
        puzzle = random_market(np.random.default_rng(seed))
        points = feasible_points(puzzle.program)
        outcome = maximise(
            puzzle.program,
            puzzle.objectives,
            puzzle.group,
            unlimited(),
            Silent(),
            tie_breaks=lambda _, puzzle=puzzle, seed=seed: keys(puzzle, seed),  # type: ignore[misc]
            difference=puzzle.difference,
        )
        if not len(points):
            assert outcome.status is Status.INFEASIBLE, seed
            continue
        assert outcome.status is Status.OPTIMAL, seed
        *levels, _ = outcome.levels
        used = list(keys(puzzle, seed))[: len(levels) - len(puzzle.objectives)]
        best, values = lexicographic_best(points, [*puzzle.objectives, *used])
        shown = [-level.value if level.code == "key" else level.value for level in levels]
        assert shown == values, seed
        assert outcome.x is not None
        assert np.array_equal(best, outcome.x[None]), seed
        by_flow += any(level.route == "flow" for level in levels)
    assert by_flow > CHUNK // 4


@pytest.mark.parametrize("first_seed", range(0, 400, CHUNK))
def test_the_flow_reaches_the_optimum_of_the_linear_program(first_seed: int) -> None:
    """And its duals are an integer certificate at scale 1; without a point there is no flow."""
    for seed in range(first_seed, first_seed + CHUNK):
        puzzle = random_market(np.random.default_rng(seed))
        market = read(puzzle)
        if market is None:
            assert not (puzzle.program.is_free.any() and len(feasible_points(puzzle.program)))
            continue
        weights = puzzle.objectives[0].coefficients
        flow = solve_transport(puzzle.program, market, weights)
        lp = solve_lp(puzzle.program, weights.astype(float), unlimited())
        if flow is None or lp is None:
            assert (flow is None) == (lp is None), seed
            continue
        point = flow.x.astype(np.int64)
        assert puzzle.program.is_feasible(point), seed
        assert weights @ point == pytest.approx(weights @ lp.x), seed
        certificate = certify(puzzle.program, weights, flow.duals, scales=(1,))
        assert certificate is not None
        assert certificate.bound == weights @ point, seed


@pytest.mark.parametrize("seed", range(200))
def test_a_point_is_priced_only_if_it_is_best(seed: int) -> None:
    """Every lawful point of a market: prices where none is better, and nowhere else."""
    puzzle = random_market(np.random.default_rng(seed))
    market, points = read(puzzle), feasible_points(puzzle.program)
    if market is None or not len(points):
        return
    weights = puzzle.objectives[0].coefficients
    best = (points @ weights).max()
    for x in points[:40]:
        held = x[market.columns] > 0
        basis = price_basis(puzzle.program, market, weights[market.columns], held)
        assert (basis is not None) == (weights @ x == best)


def test_a_ring_of_people_who_would_all_gain_is_seen_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of 300 wants what the next one has: prices are not raised round after round."""
    n = 300
    rounds: list[int] = []
    person = np.repeat(np.arange(n), 2)
    place = np.column_stack([np.arange(n), (np.arange(n) + 1) % n]).ravel()
    rows = [((of == i).astype(int).tolist(), None, 1) for of in (person, place) for i in range(n)]
    program = program_of([(0, 1)] * (2 * n), rows)
    market = market_of(program, person)
    assert market is not None

    def counted(numbers: Ints, n_all: int) -> Ints:
        rounds.append(len(numbers))
        return distinct(numbers, n_all)

    monkeypatch.setattr(prices, "distinct", counted)
    held = place == person
    assert price_basis(program, market, np.where(held, 1, 2), held) is None
    assert 0 < len(rounds) < 10
    assert price_basis(program, market, np.where(held, 2, 1), held) is not None


def market_rows(*rows: tuple[tuple[int, ...], int | None, int | None]) -> Market | None:
    """Read the rows of two people's three wishes and some more as a market."""
    people = [((1, 1, 0), None, 1), ((0, 0, 1), None, 1)]
    return market_of(program_of([(0, 1)] * 3, [*people, *rows]), np.array([0, 0, 1]))


def test_only_people_and_places_make_a_market() -> None:
    """A second row on a wish, a coefficient that is not 1 or a column of no person is more."""
    assert market_rows(((1, 0, 1), None, 1)) is not None
    assert market_rows() is not None
    assert market_rows(((1, 0, 1), None, 1), ((0, 1, 1), None, 1)) is None
    assert market_rows(((2, 0, 1), None, 2)) is None
    program = program_of([(0, 1)] * 2, [((1, 0), None, 1)])
    assert market_of(program, np.array([0, -1])) is None
    several = program_of([(0, 2)], [((1,), None, 2)])
    assert market_of(several, np.array([0])) is None
    twice = program_of([(0, 1)] * 2, [((1, 1), None, 2)])
    assert market_of(twice, np.array([0, 0])) is None


def test_a_place_that_must_be_filled_beyond_what_it_may_give_is_no_market() -> None:
    """The linear program then says that there is no point."""
    program = program_of([(0, 1)] * 2, [((1, 0), None, 1), ((0, 1), None, 1), ((1, 1), 2, 1)])
    assert market_of(program, np.array([0, 1])) is None


@pytest.mark.parametrize("seed", range(30))
def test_parts_that_nothing_joins_are_priced_apart(seed: int) -> None:
    """Everybody has to be served and every place to be full, in many parts of their own."""
    rng = np.random.default_rng(seed)
    n_parts, size = 5, 3
    wanted = np.kron(np.eye(n_parts, dtype=int), np.ones((size, size), dtype=int))
    wishes = np.argwhere(wanted)
    n = n_parts * size
    rows = [((wishes[:, 0] == i).astype(int).tolist(), 1, 1) for i in range(n)]
    rows += [((wishes[:, 1] == p).astype(int).tolist(), 1, 1) for p in range(n)]
    program = program_of([(0, 1)] * len(wishes), rows)
    market = market_of(program, wishes[:, 0].astype(np.int64))
    assert market is not None
    weights = rng.integers(-50, 50, len(wishes))
    flow = solve_transport(program, market, weights)
    assert flow is not None
    certificate = certify(program, weights, flow.duals, scales=(1,))
    assert certificate is not None
    assert certificate.bound == weights @ flow.x


def test_levels_that_count_people_share_ranks_and_others_get_weights() -> None:
    """Six levels of people and one of wishes fit one sum, whatever their size."""
    puzzle = Puzzle(
        program_of(
            [(0, 1)] * 3, [((1, 1, 0), None, 1), ((0, 0, 1), None, 1), ((1, 0, 1), None, 1)]
        ),
        [],
        3,
        np.array([0, 0, 1]),
    )
    market = read(puzzle)
    assert market is not None
    of_people: list[Ints] = [np.array([n, n, 10**9 - n]) for n in range(6)]
    graded = np.array([5, 0, 3])
    levels = [Objective("level", {}, c) for c in [*of_people, graded]]
    group, total, _ = weigh_in_market(market, levels)
    assert len(group) == 7
    assert total[0] - total[1] == 5
    assert total[2] > total[0] > total[1]


def test_numbers_beyond_64_bits_are_left_to_the_simplex_code() -> None:
    """The flow multiplies costs by the number of nodes."""
    program = program_of([(0, 1)], [([1], None, 1)])
    market = market_of(program, np.array([0]))
    assert market is not None
    assert solve_transport(program, market, np.array([2**62])) is None
