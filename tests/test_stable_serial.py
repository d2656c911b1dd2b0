"""Premises that applicants bring: one common order on the conflict graph, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
import pytest

from allocation.checker import check_awards, check_refusals, confirm_reasons
from allocation.instance import Instance, PoolPriority
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.reasons import explain_awards
from allocation.records import award_table
from tests import oracle
from tests.builders import city, site, spaced
from tests.instances_helper import Person, Rules, Spot, Wish, award_frame, make_instance
from tests.random_instances import random_instance
from tests.solved import codes
from tests.stable_markets import as_stable

KIND = "kiosk"
ORDER = PoolPriority(("tier", "draw"), ("tier", "draw"))
Outcome = dict[int, int]
"""Applicant -> premises."""


def brought(instance: Instance) -> Instance:
    """Give the joint stage to ``stable`` with premises of the applicants' own."""
    common = {kind: ORDER for kind in instance.priorities}
    groups = instance.exclusive_groups
    if len({kind for group in groups for kind in group}) < sum(map(len, groups)):
        # No scenario lets a kind stand in two groups.
        groups = (tuple(common),)
    changed = replace(instance, reserves=(), quotas=(), priorities=common, exclusive_groups=groups)
    return as_stable(changed, premises="brought")


def awarded(instance: Instance) -> Outcome:
    app, awards = instance.applications, solve(instance).stages[-1].awards
    return {int(app.applicant[j]): int(app.place[j]) for j in awards}


@pytest.mark.parametrize("seed", range(60))
def test_people_choose_in_turn_what_is_still_lawful(seed: int) -> None:
    """Against the plain definition: spacing, caps, households, what people hold."""
    instance = brought(random_instance(np.random.default_rng(seed), queue=False))
    (stage,) = instance.stages
    app, people = instance.applications, instance.applicants
    granted: list[int] = []
    rows = [j for j in stage.applications if oracle._may_be_awarded(instance, int(j), ())]
    for j in sorted(
        rows,
        key=lambda j: (
            people.tier[app.applicant[j]],
            people.draw_number[app.applicant[j]],
            app.preference_rank[j],
            j,
        ),
    ):
        row = np.zeros((1, len(app.place)), dtype=np.bool_)
        row[0, [*granted, j]] = True
        if len(oracle._lawful(instance, row, ())):
            granted.append(int(j))
    assert solve(instance).awards.tolist() == sorted(granted)


def random_town(rng: np.random.Generator) -> Instance:
    """Draw premises within a square kilometre, with outlets, a window and a cap."""
    n, m = int(rng.integers(2, 8)), int(rng.integers(2, 6))
    stage = {
        "name": "own",
        "kinds": ["welfare_lottery"],
        "mechanism": "stable",
        "premises": "brought",
    }
    lists = {f"a{i}": " ".join(f"p{p}" for p in rng.permutation(m)[: rng.integers(1, m + 1)])
             for i in range(n)}  # fmt: skip
    return city(
        applicants={i: {"group": str(rng.choice(["disabled", "general"]))} for i in lists},
        places={
            f"p{p}": site(*rng.integers(0, 1000, 2).tolist(), is_candidate=bool(rng.random() < 0.5))
            for p in range(m)
        },
        applications=lists,
        existing_outlets={"x": {"at": rng.integers(0, 1000, 2).tolist()}},
        scenario={
            "stage": [stage],
            "draw": {"seed": str(rng.integers(10**6))},
            "density": {
                "welfare_lottery": {"window_m": 400, "window_max": 2, "extra_number_disabled": 1}
            },
            "openings": {"welfare_lottery": {"max": int(rng.integers(1, 4))}},
            **spaced(300, disabled_factor=0.5),
        },
    ).instance


@pytest.mark.parametrize("seed", range(40))
def test_the_checker_bears_it_out(seed: int) -> None:
    """No false alarm, one true reason each; and an award dropped is found."""
    instance = random_town(np.random.default_rng(seed))
    result = solve(instance)
    frame, record = award_table(instance, result), result_record(instance, result)
    assert check_awards(instance, frame, record).violations == []
    refusals = explain_awards(instance, result)
    assert check_refusals(instance, frame, refusals, record) == []
    if len(frame):
        assert "check_turn_passed_over" in codes(check_awards(instance, frame.iloc[1:]))


def test_an_award_out_of_turn_is_found() -> None:
    people = [Person(draw=1), Person(draw=2)]
    instance = brought(make_instance(people, [Spot(KIND)], [Wish(0, 0), Wish(1, 0)]))
    assert awarded(instance) == {0: 0}
    found = codes(check_awards(instance, award_frame(instance, [1])))
    assert found == {"check_turn_passed_over", "check_turn_out_of_turn"}


def two_near_sites(*wishes: Wish, people: Sequence[Person] = ()) -> Instance:
    """Two premises too near to both open, but for two disabled holders."""
    pairs = [(0, h, 1, k) for h in range(3) for k in range(3) if not (h and k)]
    crowd = people or [Person("general"), Person("general")]
    rules = Rules(conflicts=pairs)
    return brought(make_instance(crowd, [Spot(KIND), Spot(KIND)], wishes, rules))


def test_whoever_is_too_near_to_an_earlier_one_is_told_so() -> None:
    instance = two_near_sites(Wish(0, 0), Wish(1, 1))
    result = solve(instance)
    (refusal,) = explain_awards(instance, result).to_dict("records")
    assert (refusal["reason_code"], json.loads(refusal["params"])["place"]) == ("spacing", "P001")


def test_whoever_comes_later_to_the_same_premises_is_told_by_what() -> None:
    for people, criterion, own in (
        ([Person(tier=2, draw=1), Person(tier=1, draw=2)], "tier", 2),
        ([Person(draw=2), Person(draw=1)], "draw", 2),
    ):
        instance = brought(make_instance(people, [Spot(KIND)], [Wish(0, 0), Wish(1, 0)]))
        result = solve(instance)
        refusals = explain_awards(instance, result)
        params = json.loads(refusals["params"][0])
        assert refusals["reason_code"].tolist() == ["outranked"]
        assert (params["criterion"], params["own"], params["receipt_no"]) == (
            criterion,
            own,
            "R002",
        )
        frame = award_table(instance, result)
        assert confirm_reasons(instance, frame, refusals) == []
        for wrong in ({"own": 7}, {"criterion": "band"}, {"n": 2}, {"receipt_no": "R001"}):
            false = refusals.assign(params=[json.dumps(params | wrong)])
            assert confirm_reasons(instance, frame, false) == [0]


# Why one common order.


@dataclass(frozen=True)
class Sites:
    """Sites on a conflict graph: everybody's list, and each site's own order of people."""

    lists: dict[int, list[int]]
    near: frozenset[tuple[int, int, int, int]]
    orders: tuple[tuple[int, ...], ...]
    holder_class: tuple[int, ...]

    def is_feasible(self, outcome: Outcome) -> bool:
        if len(set(outcome.values())) < len(outcome):
            return False
        used = {(p, self.holder_class[i]) for i, p in outcome.items()}
        return not any((a, h) in used and (b, k) in used for a, h, b, k in self.near)

    def outcomes(self) -> Iterator[Outcome]:
        people = list(self.lists)
        for chosen in product(*([None, *self.lists[i]] for i in people)):
            outcome = {i: p for i, p in zip(people, chosen, strict=True) if p is not None}
            if self.is_feasible(outcome):
                yield outcome

    def prefers(self, i: int, p: int, outcome: Outcome) -> bool:
        mine = outcome.get(i)
        return mine != p and (mine is None or self.lists[i].index(p) < self.lists[i].index(mine))

    def has_envy(self, outcome: Outcome) -> bool:
        """Somebody before j at p prefers p and could have it if j did not."""
        return any(
            self.prefers(i, p, outcome)
            and self.orders[p].index(i) < self.orders[p].index(j)
            and self.is_feasible(_without(outcome, i, j) | {i: p})
            for j, p in outcome.items()
            for i in self.lists
            if p in self.lists[i]
        )

    def has_waste(self, outcome: Outcome) -> bool:
        """Somebody prefers a site they could move to with everybody else as they are."""
        return any(
            self.prefers(i, p, outcome) and self.is_feasible(_without(outcome, i) | {i: p})
            for i in self.lists
            for p in self.lists[i]
        )


def _without(outcome: Outcome, *people: int) -> Outcome:
    return {i: p for i, p in outcome.items() if i not in people}


def test_orders_of_each_site_may_admit_no_fair_outcome() -> None:
    """Impossibility: a wants s1 then s2, b the reverse; s1 ranks b over a, s2 a over b.

    The two sites are too near to both open.  Of the 5 feasible outcomes each has envy or
    waste.
    """
    near = frozenset({(0, 0, 1, 0)})
    sites = Sites({0: [0, 1], 1: [1, 0]}, near, ((1, 0), (0, 1)), (0, 0))
    outcomes = list(sites.outcomes())
    assert len(outcomes) == 5
    assert all(sites.has_envy(outcome) or sites.has_waste(outcome) for outcome in outcomes)


def test_one_order_for_both_sites_settles_it() -> None:
    near = frozenset({(0, 0, 1, 0)})
    sites = Sites({0: [0, 1], 1: [1, 0]}, near, ((1, 0), (1, 0)), (0, 0))
    fair = [o for o in sites.outcomes() if not (sites.has_envy(o) or sites.has_waste(o))]
    assert fair == [{1: 1}]


def random_sites(rng: np.random.Generator, n: int, m: int) -> tuple[Sites, Instance]:
    """Draw a conflict graph that relaxes for disabled holders, and the instance of it."""
    lists = {i: rng.permutation(m)[: int(rng.integers(1, m + 1))].tolist() for i in range(n)}
    disabled = rng.random(n) < 0.4
    near = []
    for a in range(m):
        for b in range(a + 1, m):
            # 0: no conflict; 1: but for two disabled; 2: but for one; 3: for everybody.
            strict = int(rng.integers(0, 4))
            near += [(a, h, b, k) for h in range(2) for k in range(2) if h + k < strict]
    order = tuple(rng.permutation(n).tolist())
    people = [
        Person("disabled" if disabled[i] else "general", draw=order.index(i) + 1) for i in range(n)
    ]
    wishes = [Wish(i, p, r) for i, listed in lists.items() for r, p in enumerate(listed, 1)]
    spots = [Spot(KIND, is_candidate=True)] * m
    instance = brought(make_instance(people, spots, wishes, Rules(conflicts=near)))
    sites = Sites(lists, frozenset(near), (order,) * m, tuple(disabled.astype(int).tolist()))
    return sites, instance


@pytest.mark.parametrize("seed", range(60))
def test_a_common_order_leaves_no_envy_and_no_waste(seed: int) -> None:
    """With distances that depend on the holder."""
    sites, instance = random_sites(np.random.default_rng(seed), 5, 4)
    outcome = awarded(instance)
    assert sites.is_feasible(outcome)
    assert not sites.has_envy(outcome)
    assert not sites.has_waste(outcome)


@pytest.mark.parametrize("seed", range(6))
def test_no_list_beats_the_truth(seed: int) -> None:
    """Each faces a fixed menu: every list over three sites, for everybody."""
    rng = np.random.default_rng(seed)
    sites, instance = random_sites(rng, 4, 3)
    truth = awarded(instance)
    for i, length in product(sites.lists, range(4)):
        for told in permutations(range(3), length):
            lists = {**sites.lists, i: list(told)}
            wishes = [Wish(j, p, r) for j, mine in lists.items() for r, p in enumerate(mine, 1)]
            got = awarded(_relisted(instance, wishes)).get(i)
            if got in sites.lists[i]:
                assert i in truth
                assert sites.lists[i].index(truth[i]) <= sites.lists[i].index(got)


def _relisted(instance: Instance, wishes: Sequence[Wish]) -> Instance:
    """Return the instance with other lists."""
    people = [
        Person(str(group), draw=int(draw))
        for group, draw in zip(
            instance.applicants.group, instance.applicants.draw_number, strict=True
        )
    ]
    near = instance.conflicts
    pairs = list(
        zip(
            near.place_a.tolist(),
            near.class_a.tolist(),
            near.place_b.tolist(),
            near.class_b.tolist(),
            strict=True,
        )
    )
    spots = [Spot(KIND, is_candidate=True)] * len(instance.places.id)
    return brought(make_instance(people, spots, wishes, Rules(conflicts=pairs)))


def test_a_scenario_says_that_premises_are_brought() -> None:
    """On the map: three points in a row, 250 m apart where 300 m are asked; no plan."""
    stage = {
        "name": "own",
        "kinds": ["welfare_lottery"],
        "mechanism": "stable",
        "premises": "brought",
    }
    places = {name: site(250 * n, is_candidate=False) for n, name in enumerate("pqr")}
    town = city(
        applicants={
            "a": {"group": "general"},
            "b": {"group": "general"},
            "c": {"group": "general"},
        },
        places=places,
        applications={"a": "p", "b": "q", "c": "r"},
        scenario={"stage": [stage], "draw": {"seed": "s"}, **spaced(300)},
    )
    instance = town.instance
    result = solve(instance)
    frame, record = award_table(instance, result), result_record(instance, result)
    assert check_awards(instance, frame, record).violations == []
    assert result.stages[0].plan is None
    first = int(np.argmin(instance.applicants.draw_number))
    assert str(instance.applicants.id[first]) in frame["applicant_id"].tolist()
    assert sorted(frame["place_id"]) in (["q"], ["p", "r"])
