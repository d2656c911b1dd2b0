"""Exact lexicographic optima, against all points of small programs written out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from allocation.instance import Ints
from allocation.mechanisms.optimise import lexicographic, search
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import certify
from allocation.mechanisms.optimise.lexicographic import Objective, Outcome, maximise
from allocation.mechanisms.optimise.program import Program
from allocation.messages import AllocationError
from allocation.progress import Silent
from allocation.result import Status
from tests.programs_helper import (
    Puzzle,
    feasible_points,
    lexicographic_best,
    program_of,
    random_puzzle,
    unlimited,
)

CHUNK = 25


def best_of(
    program: Program, *objectives: tuple[int, ...], budget: Budget | None = None
) -> Outcome:
    """Maximise plain objectives without persons and tie-breaks."""
    levels = [Objective(f"level {n}", {}, np.array(c)) for n, c in enumerate(objectives)]
    nobody = np.full(len(program.lower), -1, dtype=np.int64)
    return maximise(program, levels, nobody, budget or unlimited(), Silent())


def solved(puzzle: Puzzle, budget: Budget | None = None, seed: int = 0) -> Outcome:
    """Maximise a puzzle to its one best list of awards."""
    return maximise(
        puzzle.program,
        puzzle.objectives,
        puzzle.group,
        budget or unlimited(),
        Silent(),
        tie_breaks=lambda _: tie_breaks(puzzle, seed),
        difference=puzzle.difference,
    )


def tie_breaks(puzzle: Puzzle, seed: int) -> Iterator[Objective]:
    """Yield random keys: small numbers first, so that one is not always enough."""
    rng = np.random.default_rng(seed)
    for word in range(1, 9):
        words = np.zeros(len(puzzle.group), dtype=np.int64)
        words[: puzzle.n_awards] = -rng.integers(0, 4 if word == 1 else 2**31, puzzle.n_awards)
        yield Objective("key", {"word": word}, words, "min")


@pytest.mark.parametrize("first_seed", range(0, 150, CHUNK))
def test_each_level_reaches_the_value_of_the_enumeration(first_seed: int) -> None:
    """Levels, keys and the list of awards; every level proven; infeasible when nothing is."""
    for seed in range(first_seed, first_seed + CHUNK):
        puzzle = random_puzzle(np.random.default_rng(seed))
        points = feasible_points(puzzle.program)
        outcome = solved(puzzle, seed=seed)
        if not len(points):
            assert outcome.status is Status.INFEASIBLE, seed
            assert outcome.x is None
            continue
        assert outcome.status is Status.OPTIMAL, seed
        *levels, unique = outcome.levels
        assert unique.code == "unique"
        keys = list(tie_breaks(puzzle, seed))[: len(levels) - len(puzzle.objectives)]
        best, values = lexicographic_best(points, [*puzzle.objectives, *keys])
        shown = [-level.value if level.code == "key" else level.value for level in levels]
        assert shown == values, seed
        assert all(level.proven and level.bound == level.value for level in levels)
        assert outcome.x is not None
        assert (best[:, : puzzle.n_awards] == outcome.x[: puzzle.n_awards]).all(), seed


@pytest.mark.parametrize("first_seed", range(0, 50, CHUNK))
def test_levels_are_as_good_without_their_certificates(
    first_seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where numbers leave 64 bits there is no certificate: branch and bound settles alone."""
    monkeypatch.setattr(lexicographic, "certify", lambda *_: None)
    monkeypatch.setattr(search, "certify", lambda *_: None)
    for seed in range(first_seed, first_seed + CHUNK):
        puzzle = random_puzzle(np.random.default_rng(seed))
        points = feasible_points(puzzle.program)
        outcome = maximise(puzzle.program, puzzle.objectives, puzzle.group, unlimited(), Silent())
        if len(points):
            _, values = lexicographic_best(points, puzzle.objectives)
            assert [level.value for level in outcome.levels] == values, seed
            assert {level.route for level in outcome.levels} == {"mip"}
        else:
            assert outcome.status is Status.INFEASIBLE, seed


def test_a_minimised_level_is_shown_as_people_count_it() -> None:
    """Two of three reserved units used: shortfall 1, bound 1."""
    program = program_of([(0, 1)] * 3, [((1, 1, 1), None, 2)])
    shortfall = Objective("reserve_shortfall", {"kind": "stall"}, np.ones(3, np.int64), "min", 3)
    nobody = np.full(3, -1, dtype=np.int64)
    (level,) = maximise(program, [shortfall], nobody, unlimited(), Silent()).levels
    assert (level.sense, level.value, level.bound, level.proven) == ("min", 1, 1, True)
    assert level.params == {"kind": "stall"}


def test_a_level_certified_by_integers_is_routed_lp_and_a_searched_one_mip() -> None:
    """An odd cycle has the relaxation 2.5 and the optimum 2, which only search proves."""
    star = program_of([(0, 1)] * 3, [((1, 1, 0), None, 1), ((1, 0, 1), None, 1)])
    cycle = program_of(
        [(0, 1)] * 5, [([int(j in (i, (i + 1) % 5)) for j in range(5)], None, 1) for i in range(5)]
    )
    assert best_of(star, (1, 1, 1)).levels[0].route == "lp"
    (level,) = best_of(cycle, (1,) * 5).levels
    # Rounding 2.5 down proves 2 as well; with weights 2 the bound stays above the value.
    assert (level.value, level.route) == (2, "lp")
    (level,) = best_of(cycle, (2,) * 5).levels
    assert (level.value, level.bound, level.route, level.proven) == (4, 4, "mip", True)


def test_a_program_without_columns_is_optimal_at_once() -> None:
    """Nobody applied: every level is 0."""
    outcome = best_of(program_of([], []), (), ())
    assert outcome.status is Status.OPTIMAL
    assert [level.value for level in outcome.levels] == [0, 0]


@pytest.mark.parametrize(("least", "status"), [(1, Status.OPTIMAL), (3, Status.INFEASIBLE)])
def test_without_levels_the_tie_breaks_tell_whether_there_is_a_point(
    least: int, status: Status
) -> None:
    """A scenario may ask for a shortfall of reserves it does not have: no level is left."""
    people = [((1, 0), None, 1), ((0, 1), None, 1)]
    program = program_of([(0, 1)] * 2, [*people, ((1, 1), least, None)])
    puzzle = Puzzle(program, [], 2, np.arange(2))
    assert solved(puzzle).status is status


def test_no_levels_and_no_tie_breaks_leave_nothing_to_find() -> None:
    """Without a level nothing is asked, so no point is looked for."""
    assert best_of(program_of([(0, 1)], [])).levels == ()


@pytest.mark.parametrize(
    "rows",
    [
        [((1, 1), 3, None)],
        [((2, 2), 1, 1)],
        [((1, 0), None, 0), ((1, 1), 2, None)],
        [((2, 0), 1, 1), ((0, 1), 0, 1)],
    ],
)
def test_a_program_without_a_point_is_infeasible(
    rows: list[tuple[tuple[int, int], int | None, int | None]],
) -> None:
    """In its relaxation already, or only in whole numbers."""
    outcome = best_of(program_of([(0, 1)] * 2, rows), (1, 1), (1, 0))
    assert outcome.status is Status.INFEASIBLE
    assert outcome.x is None
    assert outcome.levels == ()


def test_ties_that_no_key_breaks_are_not_called_optimal() -> None:
    """Two lists alike in every word: each level is proven, the list is not."""
    program = program_of([(0, 1)] * 2, [((1, 1), 1, 1)])
    puzzle = Puzzle(program, [Objective("number", {}, np.ones(2, np.int64))], 2, np.zeros(2, int))
    key = Objective("key", {"word": 1}, np.zeros(2, np.int64), "min")
    outcome = maximise(
        program,
        puzzle.objectives,
        puzzle.group,
        unlimited(),
        Silent(),
        tie_breaks=lambda _: [key],
        difference=puzzle.difference,
    )
    assert outcome.status is Status.FEASIBLE
    assert all(level.proven for level in outcome.levels)
    assert "unique" not in {level.code for level in outcome.levels}


def test_further_words_are_taken_until_the_list_is_the_only_one() -> None:
    """The first word ties, the second decides, the third is not asked for."""
    program = program_of([(0, 1)] * 3, [((1, 1, 1), 1, 1)])
    asked = []

    def words() -> Iterator[Objective]:
        for word, key in enumerate([(4, 4, 9), (7, 5, 0), (1, 2, 3)], 1):
            asked.append(word)
            yield Objective("key", {"word": word}, -np.array(key), "min")

    puzzle = Puzzle(program, [Objective("number", {}, np.ones(3, np.int64))], 3, np.zeros(3, int))
    outcome = maximise(
        program,
        puzzle.objectives,
        puzzle.group,
        unlimited(),
        Silent(),
        tie_breaks=lambda _: words(),
        difference=puzzle.difference,
    )
    assert outcome.status is Status.OPTIMAL
    assert outcome.x is not None
    assert outcome.x.tolist() == [0, 1, 0]
    assert asked == [1, 2]


# Ended early


def early(puzzle: Puzzle, budget: Budget, complete: Ints | None = None) -> Outcome:
    """Maximise a puzzle within a budget, falling back on the point given."""
    return maximise(
        puzzle.program,
        puzzle.objectives,
        puzzle.group,
        budget,
        Silent(),
        tie_breaks=lambda _: tie_breaks(puzzle, 0),
        difference=puzzle.difference,
        complete=lambda x: complete if x is None else x,
    )


def assert_honest(puzzle: Puzzle, outcome: Outcome, points: Ints) -> None:
    """Check that the point is lawful, its values its own and bounds hold given those above."""
    assert outcome.x is not None
    assert puzzle.program.is_feasible(outcome.x)
    levels = [level for level in outcome.levels if level.code not in ("key", "unique")]
    assert len(levels) == len(puzzle.objectives)
    for level, objective in zip(levels, puzzle.objectives, strict=True):
        assert level.value == objective.value(outcome.x)
        reached = points @ objective.coefficients
        assert level.bound >= reached.max()
        assert level.proven == (level.route != "open" and level.bound == level.value)
        points = points[reached >= level.value]


def test_a_time_limit_of_nothing_keeps_the_fallback_with_open_levels() -> None:
    """No level is settled; each carries the value of the point and a bound that holds."""
    for seed in range(30):
        puzzle = random_puzzle(np.random.default_rng(seed))
        points = feasible_points(puzzle.program)
        if len(points):
            budget = Budget(time.monotonic(), lambda: False)
            outcome = early(puzzle, budget, points[seed % len(points)])
            assert outcome.status is Status.FEASIBLE
            assert {level.route for level in outcome.levels} == {"open"}
            assert not any(level.proven for level in outcome.levels)
            assert_honest(puzzle, outcome, points)


def test_a_time_limit_of_nothing_without_a_fallback_has_no_point() -> None:
    """Then nothing is claimed of any level."""
    outcome = best_of(
        program_of([(0, 1)], []), (1,), budget=Budget(time.monotonic(), lambda: False)
    )
    assert (outcome.status, outcome.x, outcome.levels) == (Status.FEASIBLE, None, ())


@pytest.mark.parametrize("first_seed", range(0, 20, 5))
def test_a_person_may_stop_the_search_at_any_time(first_seed: int) -> None:
    """After each possible number of questions ``should_stop``; the best point is kept."""
    for seed in range(first_seed, first_seed + 5):
        puzzle = random_puzzle(np.random.default_rng(seed))
        points = feasible_points(puzzle.program)
        if not len(points):
            continue
        for patience in range(0, 60, 3):
            asked = iter(range(patience))
            budget = Budget(None, lambda asked=asked: next(asked, None) is None)  # type: ignore[misc]
            outcome = early(puzzle, budget, points[0])
            assert_honest(puzzle, outcome, points)
            if outcome.status is not Status.STOPPED:
                assert outcome.status is Status.OPTIMAL
                break


class Listener(Silent):
    """Remembers the levels it hears of and asks for a stop after some of them."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.heard: list[tuple[str, int | None, int | None, Mapping[str, object]]] = []

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        self.heard.append((level, value, bound, params))

    def should_stop(self) -> bool:
        return len(self.heard) >= self.patience


def test_settled_levels_take_the_values_of_the_point_that_is_kept() -> None:
    """The labels of a kept list may be bettered after the end: its levels say so."""
    program = program_of([(0, 1)] * 2, [])
    objectives = [
        Objective("a", {}, np.array([10**6, 0])),
        Objective("b", {}, np.array([0, 10**6])),
    ]
    listener = Listener(1)
    outcome = maximise(
        program,
        objectives,
        np.full(2, -1, dtype=np.int64),
        Budget(None, listener.should_stop),
        listener,
        complete=lambda _: np.array([0, 1]),
    )
    assert outcome.status is Status.STOPPED
    assert [(level.value, level.bound, level.proven) for level in outcome.levels] == [
        (0, 10**6, False),
        (10**6, 10**6, False),
    ]


def test_progress_hears_of_every_settled_level() -> None:
    """Value and bound as people see them, in the order of the levels."""
    program = program_of([(0, 1)] * 2, [((1, 1), None, 1)])
    objectives = [
        Objective("reserve_shortfall", {"kind": "stall"}, np.array([1, 0]), "min", 2),
        Objective("number", {}, np.array([1, 1])),
    ]
    listener = Listener(9)
    maximise(program, objectives, np.full(2, -1), unlimited(), listener)
    assert listener.heard == [
        ("reserve_shortfall", 1, 1, {"kind": "stall"}),
        ("number", 1, 1, {}),
    ]


def test_progress_hears_of_a_level_while_it_is_searched() -> None:
    """Five sites in a ring, each too near to two others: the relaxation opens half of each."""
    ring = [tuple(int(i in (k, (k + 1) % 5)) for i in range(5)) for k in range(5)]
    program = program_of([(0, 1)] * 5, [(row, None, 1) for row in ring])
    listener = Listener(9)
    maximise(
        program,
        [Objective("number", {}, np.ones(5, dtype=np.int64))],
        np.full(5, -1),
        unlimited(),
        listener,
    )
    assert listener.heard[0] == ("number", None, 2, {})
    assert listener.heard[-1] == ("number", 2, 2, {})


def test_a_level_too_large_to_be_exact_is_refused() -> None:
    """Coefficients that add up to 2^50 leave floating point no room; fixed ones do not count."""
    with pytest.raises(AllocationError) as error:
        best_of(program_of([(0, 1)] * 2, []), (2**49, 2**49))
    assert error.value.code == "level_too_large"
    outcome = best_of(program_of([(0, 1), (1, 1)], []), (2**49, 2**49))
    assert outcome.levels[0].value == 2**50


def market_level(bits: int, seed: int) -> tuple[int, Outcome]:
    """Let three people want either of two places; return the greatest sum, and the outcome."""
    people = [tuple(int(j // 2 == i) for j in range(6)) for i in range(3)]
    places = [tuple(int(j % 2 == p) for j in range(6)) for p in range(2)]
    program = program_of([(0, 1)] * 6, [(row, None, 1) for row in (*people, *places)])
    c = 2**bits // 2 + np.random.default_rng(seed).integers(0, 6, 6)
    most = max(sum(c[x > 0].tolist()) for x in feasible_points(program))
    level = Objective("level", {}, c)
    return most, maximise(program, [level], np.arange(6) // 2, unlimited(), Silent())


@pytest.mark.parametrize("seed", range(4))
def test_a_level_of_a_market_is_proven_in_integers_or_refused(seed: int) -> None:
    """Whatever is beyond the certificates' integers is not left to a solver's word."""
    most, outcome = market_level(51, seed)
    assert [(level.value, level.bound) for level in outcome.levels] == [(most, most)]
    for bits in (60, 62):
        with pytest.raises(AllocationError) as error:
            market_level(bits, seed)
        assert error.value.code == "level_too_large"


def test_bounds_of_minimised_open_levels_are_never_negative() -> None:
    """A shortfall cannot be less than nothing, however weak the bound."""
    program = program_of([(0, 5)], [])
    shortfall = Objective("reserve_shortfall", {}, np.array([1]), "min", 2)
    outcome = maximise(
        program,
        [shortfall],
        np.array([-1]),
        Budget(time.monotonic(), lambda: False),
        Silent(),
        complete=lambda _: np.array([0]),
    )
    (level,) = outcome.levels
    assert (level.value, level.bound, level.route) == (2, 0, "open")


def test_the_certificate_of_a_level_can_be_repeated_by_hand() -> None:
    """A level result claims no more than integer arithmetic confirms."""
    program = program_of([(0, 1)] * 3, [((1, 1, 1), None, 2)])
    level = best_of(program, (3, 2, 1)).levels[0]
    certificate = certify(program, np.array([3, 2, 1]), np.array([1.0]))
    assert certificate is not None
    assert level.bound == certificate.bound == 5
