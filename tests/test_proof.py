"""Proofs of the levels: what the checker confirms is true, and what is changed it refuses.

By default 150 random instances; ``ALLOCATION_ORACLE_CASES=2000`` runs more.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import CheckReport, check_awards
from allocation.checker.check import own_pairs
from allocation.checker.levels import LevelValues
from allocation.checker.numbers import recount_caps
from allocation.checker.proof import confirm_levels
from allocation.checker.proof.objective import level_objective
from allocation.checker.proof.relaxation import write_rules
from allocation.checker.proof.replay import Replay
from allocation.checker.proof.rows import Relaxation
from allocation.checker.proof.rules import Rules as Written
from allocation.checker.proof.steps import CASE, Step, Supposition, read_steps
from allocation.checker.space import Space
from allocation.checker.standing import Standing
from allocation.instance import Instance, Ints
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.naming import row_names
from allocation.records import award_table, proof_table
from allocation.result import Status
from tests import oracle
from tests.instances_helper import BY_TIER, Person, Rules, Spot, Wish, make_instance, make_quota
from tests.random_instances import random_instance
from tests.solved import codes

CASES = int(os.environ.get("ALLOCATION_ORACLE_CASES", "150"))
CHUNK = 50

Change = Callable[[pd.DataFrame], pd.DataFrame]


class Case:
    """A problem, its best list, and the proof the mechanism gives."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.index = len(instance.stages) - 1
        self.stage = instance.stages[self.index]
        self.result = solve(instance)
        self.is_solved = self.result.stages[-1].status is Status.OPTIMAL
        self.record = result_record(instance, self.result)
        self.proofs = proof_table(self.result)
        self.earlier = self.result.awards[~np.isin(self.result.awards, self.stage.applications)]
        self.awards = np.setdiff1d(self.result.awards, self.earlier)
        space = Space(instance)
        self.pairs, self.caps = own_pairs(space), recount_caps(space)

    def states(self, awards: Ints, proofs: pd.DataFrame) -> tuple[str, ...]:
        """Return what each level of a list of the last stage rests on."""
        rows = np.union1d(self.earlier, awards)
        standing = Standing.of(self.instance, self.stage, rows)
        record = self.record["stages"][self.index]
        return confirm_levels(standing, self.pairs, self.caps, proofs, record).states

    def written(self, proofs: pd.DataFrame) -> tuple[Written, Relaxation]:
        """Return the checker's own rows for the last stage."""
        before = Standing.of(self.instance, self.stage, self.earlier)
        steps = read_steps(proofs, self.stage.name)
        named = {name for step in steps for name in step.names}
        return write_rules(before, self.pairs, self.caps, named)

    def checked(self, proofs: pd.DataFrame | None, record: Any = None) -> CheckReport:
        """Check the whole run with other proofs."""
        awards = award_table(self.instance, self.result)
        return check_awards(self.instance, awards, record or self.record, proofs)


@cache
def random_case(seed: int) -> Case:
    """Return a random problem, solved."""
    return Case(random_instance(np.random.default_rng(seed), n_applicants=5))


def optimal_cases(first_seed: int) -> list[tuple[int, Case]]:
    """Return the solved problems of a chunk whose last stage has levels."""
    found = [(seed, random_case(seed)) for seed in range(first_seed, first_seed + CHUNK)]
    return [(seed, c) for seed, c in found if c.is_solved and c.stage.mechanism == "optimal"]


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_every_level_of_a_random_problem_is_confirmed(first_seed: int) -> None:
    """Routes that claim a certificate have one, and nothing is found against the run."""
    for seed, case in optimal_cases(first_seed):
        report = case.checked(case.proofs)
        assert not codes(report), (seed, report.violations)
        routes = [level.route for level in case.result.stages[-1].levels]
        states = report.assurance[case.stage.name].levels
        mine = case.proofs[case.proofs["stage"] == case.stage.name]
        on_word = mine["level"][mine["claim"] == "same_people"].min()  # NaN where there is none
        for number, (route, state) in enumerate(zip(routes, states, strict=True), 1):
            trusted = route == "mip" or number >= on_word
            assert state == ("solver" if trusted else "certified"), seed


@pytest.mark.parametrize("seed", range(40))
def test_who_is_served_is_proven_where_people_choose_in_turn(seed: int) -> None:
    """Levels, the people's key and that no other people do; the choice is judged by moves."""
    instance = random_instance(np.random.default_rng(seed), n_applicants=5, queue=False)
    (stage,) = instance.stages
    if len(instance.exclusive_groups) > 1:
        pytest.skip("people choose in turn among places of which they get one")
    levels = ("tier", "number", "preference_serial")
    case = Case(replace(instance, stages=(replace(stage, levels=levels),)))
    if not case.is_solved:
        pytest.skip("hard quotas clash")
    report = case.checked(case.proofs)
    assert not codes(report)
    *sums, in_turn = report.assurance["joint"].levels
    assert set(sums) <= {"certified"}
    open_wishes = report.counts["n_better_wishes_open"]
    assert in_turn == ("solver" if open_wishes else "certified")


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_no_proof_makes_a_worse_list_the_best(first_seed: int) -> None:
    """At the first level where a lawful list is worse, nothing confirms it."""
    for seed, case in optimal_cases(first_seed):
        lawful = oracle.lawful_lists(case.instance, case.index, case.earlier.tolist())
        best = np.isin(np.arange(lawful.shape[1]), case.awards)
        rng = np.random.default_rng(seed)
        levels = [(lv.code, dict(lv.params)) for lv in case.result.stages[-1].levels]
        for other in lawful[rng.permutation(len(lawful))[:4]]:
            both = np.stack([best, other])
            differs = [_value(case, *level, both) for level in levels]
            worse = next((n for n, (a, b) in enumerate(differs) if a != b), None)
            states = case.states(np.flatnonzero(other), case.proofs)
            assert worse is None or states[worse] != "certified", seed


def _value(case: Case, code: str, params: dict[str, Any], rows: Any) -> tuple[int, int]:
    if code == "unique":
        return 0, int((rows[0] != rows[1]).sum())
    if code == "key":
        a, b = oracle.key_sums(case.instance, params["word"], rows).tolist()
    else:
        a, b = oracle.evaluate(case.instance, case.stage, code, params, rows).tolist()
    return a, b


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_any_multipliers_at_all_bound_every_lawful_list(first_seed: int) -> None:
    """Random numbers on random rows: what they prove is true of the enumeration."""
    for seed, case in optimal_cases(first_seed):
        rng = np.random.default_rng(seed)
        rules, relaxation = case.written(case.proofs)
        lawful = oracle.lawful_lists(case.instance, case.index, case.earlier.tolist())
        served = np.zeros(len(relaxation.row_lower), dtype=np.int64)
        names = sorted(relaxation.row_of)
        for level in case.result.stages[-1].levels:
            if level.code in ("unique", "key"):
                continue
            shown = oracle.evaluate(
                case.instance, case.stage, level.code, dict(level.params), lawful
            )
            values = LevelValues(case.instance, case.stage, case.awards)
            objective = level_objective(
                rules, level.code, level.params, values, relaxation.upper > 0
            )
            assert objective is not None
            low = replace(objective, value=-(10**12))  # so that nothing seems impossible
            some = rng.integers(len(names), size=6) if names else ()
            chosen = {names[n]: int(rng.integers(-3, 4)) for n in some}
            step = Step("bound", 1, int(rng.integers(1, 4)), chosen, {})
            replay = Replay(relaxation, served, np.empty(0, np.int64))
            bound = replay.bound(1, low, [step])
            assert bound is not None
            limits = objective.sign * (shown - objective.offset)
            assert bound >= limits.max(), (seed, level.code)


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_any_cases_at_all_bound_every_lawful_list(first_seed: int) -> None:
    """Random cases with random numbers: neither they nor what they limit excludes a list."""
    n_bounds = 0
    for seed, case in optimal_cases(first_seed):
        rng = np.random.default_rng(seed)
        rules, relaxation = case.written(case.proofs)
        if not relaxation.row_of:
            continue
        lawful = oracle.lawful_lists(case.instance, case.index, case.earlier.tolist())
        served = np.zeros(len(relaxation.row_lower), dtype=np.int64)
        level = case.result.stages[-1].levels[0]
        if level.code in ("unique", "key"):
            continue
        about = level.code, dict(level.params)
        shown = oracle.evaluate(case.instance, case.stage, *about, lawful)
        free = relaxation.upper > 0
        values = LevelValues(case.instance, case.stage, case.awards)
        objective = level_objective(rules, *about, values, free)
        number = level_objective(rules, "number", {}, values, free)
        assert objective is not None
        assert number is not None
        reached = objective.sign * (shown - objective.offset)
        assert objective.value == reached.max()
        replay = Replay(relaxation, served, np.empty(0, np.int64))
        bound = replay.bound(1, objective, _random_cases(rng, relaxation, ()))
        assert bound is None or bound >= reached.max(), seed
        n_bounds += bound is not None
        low = replace(number, value=-(10**12))
        most = replay.bound(2, low, [Step("bound", 2, 1, _random_rows(rng, relaxation), {})])
        assert most is not None
        assert most >= lawful[reached == reached.max()].sum(axis=1).max(), seed
    assert n_bounds


def _random_rows(rng: np.random.Generator, relaxation: Relaxation) -> dict[tuple[str, str], int]:
    names = sorted(relaxation.row_of)
    some = rng.integers(len(names), size=4)
    return {names[n]: int(rng.integers(-2, 4)) for n in some}


def _random_cases(
    rng: np.random.Generator, relaxation: Relaxation, path: tuple[Supposition, ...]
) -> list[Step]:
    """Split rows at random, and give every leaf numbers at random."""
    if path and rng.random() < 0.3 * len(path):
        chosen = _random_rows(rng, relaxation)
        if rng.random() < 0.5:  # often enough a contradiction
            last = path[-1]
            chosen = {last.row: last.sign}
        return [Step(CASE, 1, int(rng.integers(0, 3)), chosen, {}, path)]
    names = sorted(relaxation.row_of)
    name = names[int(rng.integers(len(names)))]
    limit = int(rng.integers(relaxation.row_lower[relaxation.row_of[name]] - 2, 3))
    one = Supposition(name, 1, limit)
    sides = [one, one.opposite] if rng.random() < 0.5 else [one.opposite, one]
    return [step for side in sides for step in _random_cases(rng, relaxation, (*path, side))]


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_both_sides_write_the_same_rows(first_seed: int) -> None:
    """Row by row: limits, and what the awards count for."""
    for seed, case in optimal_cases(first_seed):
        formulation = formulate(case.instance, case.stage, case.earlier)
        program = formulation.program
        rows = np.flatnonzero(np.diff(program.matrix.indptr)).tolist()
        names = row_names(case.instance, formulation, rows)
        cliques = pd.DataFrame(
            [(case.stage.name, 1, 1, "bound", *name, "1", 0) for name in names.values()],
            columns=list(case.proofs.columns) if len(case.proofs) else _COLUMNS,
        )
        scale = pd.DataFrame(
            [(case.stage.name, 1, 1, "bound", "scale", "", "1", 0)], columns=cliques.columns
        )
        rules, relaxation = case.written(pd.concat([scale, cliques]))
        position = np.searchsorted(case.stage.applications, formulation.applications)
        # What a single row leaves a column is worked out on both sides.
        assert (relaxation.upper[position] <= program.upper[: len(position)]).all(), seed
        for row, name in names.items():
            own = relaxation.row_of[name]
            assert relaxation.row_lower[own] == program.row_lower[row], (seed, name)
            assert relaxation.row_upper[own] == program.row_upper[row], (seed, name)
            theirs = program.matrix[[row]].toarray()[0]
            mine = relaxation.matrix[[own]].toarray()[0]
            assert (mine[position] == theirs[: len(position)]).all(), (seed, name)
            aux = [
                sorted(part[part != 0])
                for part in (mine[len(rules.rows) :], theirs[len(position) :])
            ]
            assert aux[0] == aux[1], (seed, name)


_COLUMNS = ["stage", "step", "level", "claim", "rule", "item", "multiplier", "part"]


# A small problem whose proof is known: two people want one stall, one of them another too.


@cache
def small() -> Case:
    """Return it; the number of awards is bounded by capacity and by people."""
    people = [Person("general", draw=2), Person("general", draw=1), Person("general", draw=3)]
    wishes = [Wish(0, 0), Wish(1, 0), Wish(2, 0), Wish(1, 1, 2)]
    rules = Rules(levels=("number", "draw"), priorities={"stall": BY_TIER})
    return Case(make_instance(people, [Spot(), Spot()], wishes, rules))


def hand_written(*steps: tuple[int, list[tuple[str, str, int]]]) -> pd.DataFrame:
    """Write bound steps as the file has them."""
    rows = [
        ("joint", number, level, "bound", *multiplier[:2], str(multiplier[2]), 0)
        for number, (level, multipliers) in enumerate(steps, 1)
        for multiplier in multipliers
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


NUMBER = [("scale", "", 1), ("capacity", "P001", 1), ("capacity", "P002", 1)]
DRAW = [
    ("scale", "", 1),
    ("capacity", "P001", 2),
    ("capacity", "P002", 2),
    ("award", "0/A002", 1),
]


def test_a_proof_written_by_hand_is_confirmed() -> None:
    """Two units, so two awards; the draw rewards 3 and 2 at best."""
    case = small()
    states = case.states(case.awards, hand_written((1, NUMBER), (2, DRAW)))
    assert states[:2] == ("certified", "certified")


def cases_written(*cases: tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]) -> Any:
    """Write the steps of level 1 as cases: what each supposes, and its multipliers."""
    frame = hand_written(*((1, [*numbers, *path]) for path, numbers in cases))
    return frame.assign(claim="case")


AT_MOST_0 = [("at_most", "1/capacity:P001", 0)]
AT_LEAST_1 = [("at_least", "1/capacity:P001", 1)]
PLACES = [("scale", "", 1), ("capacity", "P001", 1), ("capacity", "P002", 1)]


def test_cases_written_by_hand_are_confirmed() -> None:
    """With the first stall empty one award, else two: two at most."""
    frame = cases_written((AT_MOST_0, PLACES), (AT_LEAST_1, PLACES))
    assert small().states(small().awards, frame)[0] == "certified"
    # Whoever gets nothing cannot hold the second stall, which nobody else wants.
    nothing = ("at_most", "1/award:0/A002", 0)
    taken, empty = ("at_least", "2/capacity:P002", 1), ("at_most", "2/capacity:P002", 0)
    contradiction = [("scale", "", 0), ("award", "0/A002", 1), ("capacity", "P002", -1)]
    frame = cases_written(
        ([nothing, taken], contradiction),
        ([nothing, empty], PLACES),
        ([("at_least", "1/award:0/A002", 1)], PLACES),
    )
    assert small().states(small().awards, frame)[0] == "certified"
    # The lines of a step may stand in any order: what is supposed has its place by number.
    lines = frame.sort_values(["step", "rule", "item"], kind="stable")
    assert small().states(small().awards, lines)[0] == "certified"


@pytest.mark.parametrize(
    "cases",
    [
        ((AT_MOST_0, PLACES),),
        ((AT_LEAST_1, PLACES),),
        ((AT_MOST_0, PLACES), (AT_MOST_0, PLACES)),
        ((AT_MOST_0, PLACES), ([("at_least", "1/capacity:P001", 2)], PLACES)),
        ((AT_MOST_0, PLACES), ([("at_least", "1/capacity:P002", 1)], PLACES)),
        ((AT_MOST_0, PLACES), (AT_LEAST_1, [("scale", "", 0), ("capacity", "P001", 1)])),
        ((AT_MOST_0, PLACES), ([("at_least", "1/capacity:P001", 10**80)], PLACES)),
        (([("at_most", "1/capacity:P009", 0)], PLACES), (AT_LEAST_1, PLACES)),
        ((AT_MOST_0, PLACES), ([("at_least", "capacity", 1)], PLACES)),
        (([], PLACES),),
    ],
)
def test_cases_that_leave_a_list_out_prove_nothing(cases: Any) -> None:
    """One side missing, doubled, of another row or number, or no contradiction at all."""
    assert small().states(small().awards, cases_written(*cases))[0] == "solver"


def test_multipliers_of_any_size_are_summed_exactly() -> None:
    """Far beyond 64 bits the sums are the same."""
    huge = 10**40
    scaled = [[(rule, item, huge * n) for rule, item, n in step] for step in (NUMBER, DRAW)]
    case = small()
    states = case.states(case.awards, hand_written((1, scaled[0]), (2, scaled[1])))
    assert states[:2] == ("certified", "certified")


@pytest.mark.parametrize(
    "wrong",
    [
        [("scale", "", 1), ("capacity", "P002", 1)],
        [("scale", "", 1), ("capacity", "P001", 2), ("capacity", "P002", 1)],
        [("scale", "", 1), ("capacity", "P001", 1), ("capacity", "P003", 1)],
        [("scale", "", 1), ("capacity", "P001", 1), ("household", "P002", 1)],
        [("scale", "", 0), ("capacity", "P001", 1), ("capacity", "P002", 1)],
        [("scale", "", -1), ("capacity", "P001", -1), ("capacity", "P002", -1)],
        [("capacity", "P001", 1), ("capacity", "P002", 1)],
        [("scale", "", 1), ("capacity", "P001", 10**300), ("capacity", "P002", 1)],
        [*NUMBER, ("level", "2", 1)],
        [*NUMBER, ("clique", '[["P001",0],["P002",0]]', 1)],
        [*NUMBER, ("clique", "nonsense", 0)],
        [*NUMBER, ("clique", '[["P001",Infinity]]', 0)],
        [*NUMBER, ("clique", '[["P001",01]]', 0)],
        [*NUMBER, ("clique", "[" * 100_000, 0)],
    ],
)
def test_a_wrong_step_proves_nothing(wrong: list[tuple[str, str, int]]) -> None:
    """A multiplier, a row or a scale that is not right; a clique that is none."""
    case = small()
    assert case.states(case.awards, hand_written((1, wrong), (2, DRAW)))[0] == "solver"


def _numbers(frame: pd.DataFrame, change: Callable[[int], int], row: int) -> pd.DataFrame:
    numbers = frame["multiplier"].tolist()
    numbers[row] = str(change(int(numbers[row])))
    return frame.assign(multiplier=numbers)


MUTATIONS: dict[str, tuple[Change, str]] = {
    "a multiplier": (lambda f: _numbers(f, lambda n: 3 * n, 1), "check_proof_bound"),
    "a scale": (lambda f: _numbers(f, lambda n: 10 * n, 0), "check_proof_bound"),
    "the name of a row": (
        lambda f: f.assign(item=f["item"].where(f["rule"] != "capacity", "P999")),
        "check_proof_missing",
    ),
    "a rule": (
        lambda f: f.assign(rule=f["rule"].replace("capacity", "quota")),
        "check_proof_missing",
    ),
    "a claim": (lambda f: f.assign(claim="because"), "check_proof_missing"),
    "a number that is none": (lambda f: f.assign(multiplier="1.5"), "check_proof_missing"),
    "a level without its steps": (lambda f: f[f["level"] != 2], "check_proof_missing"),
    "no step at all": (lambda f: f[:0], "check_proof_missing"),
    "another stage": (lambda f: f.assign(stage="else"), "check_proof_missing"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_changed_proof_is_caught(mutation: str) -> None:
    """V12: what bounds a level no longer does, and the checker says so."""
    change, code = MUTATIONS[mutation]
    case = small()
    assert not codes(case.checked(case.proofs))
    assert code in codes(case.checked(change(case.proofs)))


def test_a_bound_of_the_most_awards_is_confirmed_and_its_loss_is_caught() -> None:
    """V12: once recorded as confirmed, the maximum must stay so."""
    case = small()
    assert case.checked(case.proofs).assurance["joint"].max_awards == "certified"
    record = {**case.record, "stages": [dict(stage) for stage in case.record["stages"]]}
    record["stages"][0]["max_awards_assurance"] = "certified"
    without = case.proofs[case.proofs["level"] != 0]
    assert codes(case.checked(without, record)) == {"check_most_awards"}
    too_few = {**record["stages"][0], "max_awards": 1, "max_awards_bound": 1}
    told = {**record, "stages": [too_few]}
    assert "check_most_awards" in codes(case.checked(case.proofs, told))


def test_a_list_with_another_value_is_not_confirmed() -> None:
    """One award less than the proof allows: the bound is there, the value is not."""
    case = small()
    assert case.states(case.awards[:1], case.proofs)[0] == "solver"


def test_what_rests_on_the_solver_is_told_and_no_violation() -> None:
    """A level settled by branch and bound, and one whose people a solver fixed."""
    case = small()
    record = {**case.record, "stages": [dict(stage) for stage in case.record["stages"]]}
    levels = [dict(level) for level in record["stages"][0]["levels"]]
    levels[-1]["route"] = "mip"
    record["stages"][0]["levels"] = levels
    report = case.checked(case.proofs[case.proofs["level"] != len(levels)], record)
    assert not codes(report)
    assert report.assurance["joint"].levels[-1] == "solver"
    word = hand_written((1, NUMBER), (2, DRAW), (2, [("scale", "", 1)]))
    word.loc[word["step"] == 3, "claim"] = "same_people"
    assert case.states(case.awards, word)[:2] == ("certified", "solver")


def test_nothing_below_a_claim_without_proof_is_certified() -> None:
    """Who is served is claimed at the first level; the draw then falls to the worse list."""
    case = small()
    app = case.instance.applications
    pairs = zip(app.applicant.tolist(), app.place.tolist(), strict=True)
    worse = np.array([row for row, pair in enumerate(pairs) if pair in ((2, 0), (1, 1))])
    served = [("award", "0/A001", 2), ("award", "0/A002", 3), ("award", "0/A003", 1)]
    word = hand_written((1, [("scale", "", 1)]), (2, [("scale", "", 1), *served]))
    word.loc[word["step"] == 1, "claim"] = "same_people"
    assert case.states(worse, word)[1] == "solver"


def test_a_level_that_is_open_ends_the_proof() -> None:
    """A run stopped before the end claims nothing for the rest."""
    case = small()
    record = {**case.record, "stages": [dict(stage) for stage in case.record["stages"]]}
    levels = [dict(level) for level in record["stages"][0]["levels"]]
    levels[1]["proven"] = False
    record["stages"][0]["levels"] = levels
    states = case.checked(case.proofs, record).assurance["joint"].levels
    assert states[0] == "certified"
    assert set(states[1:]) == {"open"}


def test_a_record_without_proofs_is_judged_as_before() -> None:
    """Runs made before proofs were kept claim none."""
    report = small().checked(None)
    assert not codes(report)
    assert not report.assurance


def test_a_quota_of_another_stage_is_no_row_of_this_one() -> None:
    """A hard minimum that counts nothing here would prove anything."""
    people = [Person("general"), Person("general")]
    wishes = [Wish(0, 0), Wish(1, 1, accepted_order=0)]
    quota = make_quota("licences", "min", [1], 1, hard=True)
    rules = Rules(quotas=[quota], queue_kinds=("tobacco",))
    case = Case(make_instance(people, [Spot(), Spot("tobacco")], wishes, rules))
    _, relaxation = case.written(case.proofs)
    assert not any(rule == "quota" for rule, _ in relaxation.row_of)
