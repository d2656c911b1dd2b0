"""Claims that a better wish cannot be granted at somebody's turn: true ones, and forged ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from allocation.instance import Instance
from allocation.mechanisms import settling, solve, turn_proof, turns
from allocation.mechanisms.network import parts
from allocation.mechanisms.optimise.backend import Interrupted
from allocation.records import proof_table
from allocation.result import Claim, Result, Status
from tests.instances_helper import (
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_quota,
    make_reserve,
)
from tests.random_instances import random_instance
from tests.test_turns import gets_one, in_turn, wishes
from tests.turns_helper import as_good, proven

N_SEEDS = 40
Change = Callable[[pd.DataFrame], pd.DataFrame]


@cache
def kept_apart() -> tuple[Instance, Result]:
    """Two people would exchange their places; a hard quota allows one of them only.

    Only halves of all awards could be exchanged, and no level above minds where people are.
    """
    people = [Person(draw=2), Person(draw=1), Person(draw=3)]
    plain = make_instance(people, [Spot()] * 3, wishes("10", "01", "2"))
    # The first wishes of the two are applications 0 and 2.
    one = make_quota("one", "max", [0, 2], 1, hard=True)
    instance = in_turn(replace(plain, quotas=(one,)))
    return instance, solve(instance)


@cache
def two_rings() -> tuple[Instance, Result]:
    """Of five in a ring no two neighbours get their first wish: halves of all would.

    Five first wishes and others count, so that the one who chooses first, with whom there
    are five, may not go elsewhere; the relaxation counts five halves of each ring.
    """
    people = [Person(draw=k + 2) for k in range(10)] + [Person(draw=1)]
    # The last ranks all places of the rings, which therefore have rows to split.
    ranked = [(k, 10 + k) for k in range(10)] + [(20, 21, *range(10))]
    asked = [Wish(i, p, rank) for i, of in enumerate(ranked) for rank, p in enumerate(of, 1)]
    plain = make_instance(people, [Spot()] * 22, asked)
    first = [asked.index(Wish(k, k, 1)) for k in range(10)]
    rows = {(wish.applicant, wish.place): k for k, wish in enumerate(asked)}
    pairs = [(r + k, r + (k + 1) % 5) for r in (0, 5) for k in range(5)]
    apart = [make_quota(f"{a}-{b}", "max", [first[a], first[b]], 1, hard=True) for a, b in pairs]
    five = make_quota("five", "min", [*first, rows[10, 21]], 5, hard=True)
    instance = in_turn(replace(plain, quotas=(*apart, five)))
    return instance, solve(instance)


def state(instance: Instance, result: Result, proofs: pd.DataFrame) -> str:
    """Tell what the choice rests on by other proofs."""
    return proven(instance, result, proofs=proofs).assurance["joint"].levels[-1]


def claims_of(frame: pd.DataFrame) -> pd.Series[bool]:
    """Tell which lines belong to claims about turns."""
    return frame["step"].isin(frame["step"][frame["rule"] == "turn"])


def test_a_claim_says_what_units_and_proofs_of_levels_do_not() -> None:
    instance, result = kept_apart()
    assert result.awards.tolist() == [1, 3, 4]
    frame = proof_table(result)
    assert frame["item"][frame["rule"] == "turn"].tolist() == ["A002"]
    report = proven(instance, result)
    assert report.violations == []
    assert report.counts["n_better_wishes_open"] == 0
    assert state(instance, result, frame) == "certified"
    bare = frame[~claims_of(frame)]
    assert state(instance, result, bare) == "solver"
    assert proven(instance, result, proofs=bare).counts["n_better_wishes_open"] == 1


def _in_claim(frame: pd.DataFrame, column: str, rule: str, value: object) -> pd.DataFrame:
    is_meant = claims_of(frame) & (frame["rule"] == rule)
    assert is_meant.any()
    return frame.assign(**{column: frame[column].mask(is_meant, value)})


FORGED: dict[str, Change] = {
    "a multiplier": lambda f: _in_claim(f, "multiplier", "quota", "-1"),
    "a multiplier of nothing": lambda f: _in_claim(f, "multiplier", "capacity", "0"),
    "a scale": lambda f: _in_claim(f, "multiplier", "scale", "1"),
    "no scale": lambda f: _in_claim(f, "multiplier", "scale", "0"),
    "another place": lambda f: _in_claim(f, "item", "capacity", "P002"),
    "a row there is not": lambda f: _in_claim(f, "item", "capacity", "P009"),
    "somebody later": lambda f: _in_claim(f, "item", "turn", "A001"),
    "somebody content": lambda f: _in_claim(f, "item", "turn", "A003"),
    "nobody": lambda f: _in_claim(f, "item", "turn", "A999"),
    "two people": lambda f: pd.concat(
        [f, f[f["rule"] == "turn"].assign(item="A001")], ignore_index=True
    ),
    "a claim without a proof": lambda f: f.assign(claim=f["claim"].mask(claims_of(f), "case")),
    "the word of a solver": lambda f: f.assign(claim=f["claim"].mask(claims_of(f), "same_people")),
    "another level": lambda f: f.assign(level=f["level"].mask(claims_of(f), 6)),
    "another stage": lambda f: f.assign(stage=f["stage"].mask(claims_of(f), "else")),
    "levels above that are not proven": lambda f: f[(f["level"] != 5)],
    "a level above by a solver's word": lambda f: f.assign(
        claim=f["claim"].mask(f["level"] == 3, "same_people")
    ),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_claim_is_not_confirmed(forged: str) -> None:
    instance, result = kept_apart()
    assert state(instance, result, FORGED[forged](proof_table(result))) == "solver"


def test_where_the_relaxation_grants_a_wish_in_part_cases_refuse_it() -> None:
    instance, result = two_rings()
    mine = [step for step in result.stages[0].proof if step.person == "A011"]
    assert {step.claim for step in mine} == {Claim.BOUND, Claim.CASE}
    frame = proof_table(result)
    assert state(instance, result, frame) == "certified"
    cases = frame["step"][(frame["claim"] == "case") & claims_of(frame)].unique()
    for case in cases:
        assert state(instance, result, frame[frame["step"] != case]) == "solver"


@pytest.mark.parametrize("first_seed", range(0, 2 * N_SEEDS, N_SEEDS))
def test_no_claim_at_all_certifies_a_choice_that_is_not_in_turn(first_seed: int) -> None:
    """Claims about everybody by rows and numbers at random, for lists as good but the turns."""
    tried = 0
    for seed in range(first_seed, first_seed + N_SEEDS):
        rng = np.random.default_rng(seed)
        instance = _crowded(rng) if seed % 3 else in_turn(random_instance(rng, queue=False))
        if not gets_one(instance):
            continue
        result = solve(instance)
        if result.stages[0].status is not Status.OPTIMAL:
            continue
        ranks = instance.applications.preference_rank
        for awards in as_good(instance, result)[:3]:
            if ranks[awards].tolist() != ranks[result.awards].tolist():
                frame = _with_claims(rng, instance, proof_table(result))
                report = proven(instance, result, awards, frame)
                assert report.assurance["joint"].levels[-1] == "solver", f"seed {seed}: {awards}"
                tried += 1
    assert tried > N_SEEDS // 2


def test_claims_made_for_another_order_of_turns_certify_nothing() -> None:
    """The same list and proof where people choose in another order, which it is not by."""
    tried = certified = 0
    for seed in range(N_SEEDS):
        rng = np.random.default_rng(seed)
        instance = _crowded(rng)
        result = solve(instance)
        people = instance.applicants
        order = rng.permutation(len(people.id)) + 1
        other = replace(instance, applicants=replace(people, draw_number=order))
        is_by_turns = solve(other).awards.tolist() == result.awards.tolist()
        said = proven(other, result).assurance["joint"].levels[-1]
        assert is_by_turns or said == "solver", f"seed {seed}"
        tried += not is_by_turns
        certified += said == "certified"
    assert tried > 5
    assert certified > 5


def _crowded(rng: np.random.Generator) -> Instance:
    """Draw people who all want the same places, and rules that tie some of them."""
    n = int(rng.integers(4, 7))
    ranked = ["".join(map(str, rng.permutation(n))) for _ in range(n)]
    people = [Person(str(rng.choice(["disabled", "general"])), draw=k + 1) for k in range(n)]
    entitled = [person.group == "disabled" for person in people]
    reserve = make_reserve("stall/0", "stall", [0, 1], entitled, 1)
    plain = make_instance(people, [Spot()] * n, wishes(*ranked), Rules(reserves=(reserve,)))
    pairs = [rng.choice(n * n, 3, replace=False).tolist() for _ in range(3)]
    quotas = tuple(make_quota(f"q{k}", "max", pair, 1) for k, pair in enumerate(pairs))
    return in_turn(replace(plain, quotas=quotas), n_levels=4)


def _with_claims(rng: np.random.Generator, instance: Instance, frame: pd.DataFrame) -> pd.DataFrame:
    names = [(str(r), str(i)) for r, i in zip(frame["rule"], frame["item"], strict=True)]
    names = sorted({(r, i) for r, i in names if r not in ("scale", "turn", "at_most", "at_least")})
    places = instance.places.id.tolist()
    names += [("capacity", str(place)) for place in places]
    level = frame["level"].max()
    lines = []
    for number, name in enumerate(instance.applicants.id.tolist(), int(frame["step"].max()) + 1):
        some = {names[k] for k in rng.integers(len(names), size=4)}
        told = [("scale", "", 1), ("turn", str(name), 1)]
        told += [(rule, item, int(rng.integers(-2, 3))) for rule, item in sorted(some)]
        lines += [("joint", number, level, "bound", r, i, str(n), 0) for r, i, n in told]
    return pd.concat([frame, pd.DataFrame(lines, columns=frame.columns)], ignore_index=True)


def test_whose_bound_is_not_worked_out_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, _ = kept_apart()
    monkeypatch.setattr(turn_proof, "_MOST_PEOPLE", 0)
    result = solve(instance)
    assert result.stages[0].status is Status.OPTIMAL
    report = proven(instance, result)
    assert report.violations == []
    assert report.counts["n_better_wishes_open"] == 1
    assert report.assurance["joint"].levels[-1] == "solver"


def test_of_many_who_take_cases_some_are_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    instance, whole = two_rings()
    told = {step.person for step in whole.stages[0].proof if step.person}
    monkeypatch.setattr(turn_proof, "_MOST_TREES", 0)
    result = solve(instance)
    assert {step.person for step in result.stages[0].proof if step.person} == told - {"A011"}
    assert proven(instance, result).counts["n_better_wishes_open"] == 1


def test_a_stop_while_bounds_are_worked_out_keeps_the_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise Interrupted(by_person=True)

    instance, whole = kept_apart()
    monkeypatch.setattr(turn_proof, "solve_lp", stop)
    result = solve(instance)
    assert result.awards.tolist() == whole.awards.tolist()
    assert result.stages[0].status is Status.OPTIMAL
    assert not any(step.person for step in result.stages[0].proof)


def test_where_people_and_places_are_all_the_rules_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turn_proof, "closes_circuit", None)
    people = [Person(draw=1), Person(draw=2)]
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("01", "0")))
    assert proven(instance, solve(instance)).assurance["joint"].levels[-1] == "certified"


def test_nothing_is_claimed_where_a_level_above_has_no_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance, _ = kept_apart()
    choose = turns.choose_all_places

    def by_search(*args: object) -> object:
        outcome, awards = choose(*args)  # type: ignore[arg-type]
        first, *rest = outcome.levels
        return replace(outcome, levels=(replace(first, route="mip"), *rest)), awards

    monkeypatch.setattr(settling, "choose_all_places", by_search)
    assert not any(step.person for step in solve(instance).stages[0].proof)


def test_claims_of_two_towns_are_worked_out_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both towns' are needed and confirmed; given to the other town they are not."""
    monkeypatch.setattr(parts, "_LEAST", 1)
    both = needed = tried = 0
    for seed in range(20):
        instance = _two_towns(np.random.default_rng(seed))
        result = solve(instance)
        assert result.stages[0].n_parts > 1
        report, frame = proven(instance, result), proof_table(result)
        assert not report.violations, seed
        claimed = frame[claims_of(frame)]
        both += claimed["part"].nunique() > 1
        for part in claimed["part"].unique().tolist():
            is_theirs = claims_of(frame) & (frame["part"] == part)
            is_needed = state(instance, result, frame[~is_theirs]) == "solver"
            other = frame["part"].mask(is_theirs, 3 - part)
            assert not is_needed or state(instance, result, frame.assign(part=other)) == "solver"
            needed += is_needed and report.assurance["joint"].levels[-1] == "certified"
        rank = instance.applications.preference_rank
        for awards in as_good(instance, result)[:4]:
            if rank[awards].tolist() != rank[result.awards].tolist():
                worse = proven(instance, result, awards, frame)
                assert worse.assurance["joint"].levels[-1] == "solver", seed
                tried += 1
    assert both
    assert needed > 2
    assert tried > 5


def _two_towns(rng: np.random.Generator) -> Instance:
    """Draw two towns of three people and places, each with rules of its own."""
    n = 3
    draws = (rng.permutation(2 * n) + 1).tolist()
    people = [Person(draw=draw) for draw in draws]
    asked = [
        Wish(town * n + i, town * n + int(p), rank)
        for town in range(2)
        for i in range(n)
        for rank, p in enumerate(rng.permutation(n), 1)
    ]
    plain = make_instance(people, [Spot()] * (2 * n), asked)
    # Of two first wishes, and of two others, only one.
    pairs = [(0, n), tuple(rng.choice(n * n, 2, replace=False).tolist())]
    quotas = [
        make_quota(f"q{t}/{a}-{b}", "max", [t * n * n + a, t * n * n + b], 1, hard=True)
        for t in range(2)
        for a, b in pairs
    ]
    return in_turn(replace(plain, quotas=tuple(quotas)))
