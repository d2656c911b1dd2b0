"""Proofs in parts: what holds is confirmed, and no division makes a worse list the best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.mechanisms.network import parts
from allocation.records import award_table
from tests import oracle
from tests.random_instances import random_instance
from tests.solved import codes
from tests.test_parts import side_by_side
from tests.test_proof import Case

SEEDS = range(100)


@pytest.fixture(autouse=True)
def smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even the smallest component be a part."""
    monkeypatch.setattr(parts, "_LEAST", 1)
    monkeypatch.setattr(parts, "_SHARE", 0.0)


@pytest.fixture
def towns() -> Case:
    """Two towns, a part each."""
    case = Case(side_by_side())
    assert sorted(case.proofs["part"].unique()) == [1, 2]
    return case


def in_parts() -> list[tuple[int, Case]]:
    """Return random problems that fall apart."""
    found = []
    for seed in SEEDS:
        case = Case(random_instance(np.random.default_rng(seed), queue=False))
        if case.is_solved and case.result.stages[-1].n_parts > 1:
            found.append((seed, case))
    assert len(found) > 15
    return found


def line(case: Case, part: int, rule: str) -> pd.Series[bool]:
    """Return which lines of a part's steps hold a rule."""
    is_line: pd.Series[bool] = (case.proofs["part"] == part) & (case.proofs["rule"] == rule)
    return is_line


def test_every_level_of_parts_is_confirmed() -> None:
    for seed, case in in_parts():
        report = case.checked(case.proofs)
        assert not codes(report), (seed, report.violations)
        assurance = report.assurance[case.stage.name]
        for level, state in zip(case.result.stages[-1].levels, assurance.levels, strict=True):
            assert state == ("solver" if level.route == "mip" else "certified"), seed
        assert assurance.max_awards == "certified"


def test_no_division_makes_a_worse_list_the_best() -> None:
    """Steps dealt out to parts at random, values at random: nothing false is confirmed."""
    for seed, case in in_parts():
        rng = np.random.default_rng(seed)
        lawful = oracle.lawful_lists(case.instance, case.index, case.earlier.tolist())
        best = np.isin(np.arange(lawful.shape[1]), case.awards)
        code, params = (lambda level: (level.code, dict(level.params)))(
            case.result.stages[-1].levels[0]
        )
        for other in lawful[rng.permutation(len(lawful))[:6]]:
            both = np.stack([best, other])
            first, second = oracle.evaluate(case.instance, case.stage, code, params, both).tolist()
            if first == second:
                continue
            for proofs in (case.proofs, dealt_out(case.proofs, rng)):
                states = case.states(np.flatnonzero(other), proofs)
                assert states[0] != "certified", seed


def dealt_out(proofs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give steps other parts, and parts other values."""
    changed = proofs.copy()
    if rng.random() < 0.5:
        part_of = dict(enumerate(rng.integers(0, 3, size=int(proofs["step"].max()) + 1).tolist()))
        changed["part"] = changed["step"].map(part_of).astype(changed["part"].dtype)
    is_value = changed["rule"] == "value"
    shift = rng.integers(-2, 3, size=len(changed))
    numbers = changed["multiplier"].map(int) + shift
    changed.loc[is_value, "multiplier"] = numbers[is_value].map(str)
    return changed


# Changes to a proof that is known


def is_refused(case: Case, proofs: pd.DataFrame) -> bool:
    """Tell whether a check finds other proofs wrong, and does not call every level certified."""
    report = case.checked(proofs)
    states = report.assurance["joint"].levels
    wrong = codes(report) & {"check_proof_missing", "check_proof_bound"}
    return bool(wrong) and states.count("certified") < len(states)


def test_a_row_in_two_parts_proves_nothing(towns: Case) -> None:
    """Even with multiplier 0."""
    theirs = towns.proofs[line(towns, 2, "capacity")].iloc[:1]
    step = towns.proofs[towns.proofs["part"] == 1].iloc[0]
    added = theirs.assign(step=step["step"], level=step["level"], part=1, multiplier="0")
    proofs = pd.concat([towns.proofs, added], ignore_index=True)
    assert is_refused(towns, proofs)
    assert "certified" not in towns.checked(proofs).assurance["joint"].levels


def test_a_part_left_out_leaves_its_people_unbounded(towns: Case) -> None:
    for number in (1, 2):
        proofs = towns.proofs[towns.proofs["part"] != number]
        assert is_refused(towns, proofs)


def test_a_row_left_out_leaves_its_columns_unbounded(towns: Case) -> None:
    for rule in ("capacity", "award"):
        proofs = towns.proofs[~line(towns, 1, rule)]
        assert is_refused(towns, proofs)


def test_a_step_of_another_part_is_none(towns: Case) -> None:
    proofs = towns.proofs.copy()
    step = proofs["step"][(proofs["part"] == 2) & (proofs["level"] == 1)].iloc[0]
    proofs.loc[proofs["step"] == step, "part"] = 1
    assert is_refused(towns, proofs)


def test_parts_called_one_are_two(towns: Case) -> None:
    for number in (0, 1):
        proofs = towns.proofs.assign(part=number)
        assert is_refused(towns, proofs)


@pytest.mark.parametrize("change", [1, -1])
def test_values_that_no_part_has_prove_nothing(towns: Case, change: int) -> None:
    """What one part is said to lack another is said to have: the sum is right, the parts not."""
    proofs = towns.proofs.copy()
    for part, by in ((1, change), (2, -change)):
        mine = line(towns, part, "value")
        numbers = proofs.loc[mine, "multiplier"].map(int) + by
        proofs.loc[mine, "multiplier"] = numbers.map(str)
    assert is_refused(towns, proofs)


def test_a_part_without_its_values_proves_nothing(towns: Case) -> None:
    assert is_refused(towns, towns.proofs[~line(towns, 1, "value")])


def test_steps_of_no_part_are_left_out(towns: Case) -> None:
    proofs = towns.proofs.copy()
    proofs.loc[proofs["part"] == 2, "part"] = -1
    assert is_refused(towns, proofs)


def test_levels_below_a_part_that_is_open_rest_on_the_solvers_word(towns: Case) -> None:
    """A level that says so itself is no violation, and nothing below it is certified."""
    proofs = towns.proofs[~((towns.proofs["part"] == 2) & (towns.proofs["level"] == 1))]
    record: Any = towns.record
    record["stages"][0]["levels"][0]["route"] = "mip"
    report = towns.checked(proofs, record)
    assert set(report.assurance["joint"].levels) == {"solver"}
    assert not codes(report)


def test_awards_are_the_same_bytes_apart_and_together(
    towns: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = award_table(towns.instance, towns.result).to_csv()
    monkeypatch.setattr(parts, "_LEAST", 1000)
    together = Case(side_by_side())
    assert set(together.proofs["part"]) == {0}
    assert award_table(together.instance, together.result).to_csv() == apart
