"""Problems that the micro-benchmarks share: the generated city, and a crowd of sites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from allocation import build_instance, load_scenario, read_tables, solve
from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import Certificate, certify
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import LpSolution, solve_lp, solve_mip
from benchmarks.field.instances import scenario_text, write_tables
from benchmarks.field.plain import Kind, generate

UNLIMITED = Budget(None, lambda: False)
CROWDED_M = 2_000
"""Spacing at which a site has nine neighbours, and the relaxation is fractional."""


class Level(NamedTuple):
    """A program, one objective of it, its relaxation, and a bound."""

    program: Program
    objective: Ints
    relaxed: LpSolution
    certificate: Certificate


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Kind], Instance]:
    """Give the problem of a kind at the size of a city, each built once."""
    built: dict[Kind, Instance] = {}

    def of(kind: Kind) -> Instance:
        if kind not in built:
            built[kind] = _built(tmp_path_factory.mktemp(kind), kind, scenario_text(kind))
        return built[kind]

    return of


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Give 400 sites alone, crowded."""
    return _built(tmp_path_factory.mktemp("crowd"), "sites", scenario_text("sites", CROWDED_M))


def _built(folder: Path, kind: Kind, text: str) -> Instance:
    write_tables(generate(1, kind), folder)
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    scenario = load_scenario(folder / "scenario.toml")
    return build_instance(read_tables(scenario), scenario)


@pytest.fixture(scope="session")
def draw_level(city: Callable[[Kind], Instance]) -> Level:
    """Relax the draw alone in the city with conflicts: it leaves most columns no choice."""
    instance = city("spacing")
    (stage,) = instance.stages
    formulation = formulate(instance, stage, np.empty(0, dtype=np.int64))
    levels = level_objectives(instance, stage, formulation)
    (draw,) = (level for level in levels if level.code == "draw")
    return _relaxed(formulation.program, draw.coefficients)


@pytest.fixture(scope="session")
def gap(crowd: Instance) -> tuple[Level, Ints]:
    """Relax the crowd, its sites worth more by tier, and find the best point beside it."""
    (stage,) = crowd.stages
    formulation = formulate(crowd, stage, np.empty(0, dtype=np.int64))
    tier = crowd.applicants.tier[crowd.applications.applicant[formulation.applications]]
    objective = np.zeros(len(formulation.program.lower), dtype=np.int64)
    objective[: len(tier)] = 14 - tier
    level = _relaxed(formulation.program, objective)
    best = solve_mip(level.program, objective.astype(float), UNLIMITED)
    assert best.x is not None
    assert level.certificate.bound > int(objective @ best.x)
    return level, best.x


def _relaxed(program: Program, objective: Ints) -> Level:
    relaxed = solve_lp(program, objective.astype(float), UNLIMITED)
    assert relaxed is not None
    certificate = certify(program, objective, relaxed.duals)
    assert certificate is not None
    return Level(program, objective, relaxed, certificate)


@pytest.fixture(scope="session")
def awards(city: Callable[[Kind], Instance]) -> Ints:
    """Give the list of the city with conflicts."""
    return solve(city("spacing")).awards
