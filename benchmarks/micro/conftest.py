"""Problems that the micro-benchmarks share: the generated city, and a crowd of sites."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from allocation import solve
from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.mechanisms.optimise.solving import solve_mip
from benchmarks.field.instances import scenario_text
from benchmarks.field.plain import Kind
from benchmarks.micro.problems import UNLIMITED, Level, build, relax

CROWDED_M = 2_000
"""Spacing at which a site has nine neighbours, and the relaxation is fractional."""


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Kind], Instance]:
    """Give the problem of a kind at the size of a city, each built once."""
    built: dict[Kind, Instance] = {}

    def of(kind: Kind) -> Instance:
        if kind not in built:
            built[kind] = build(tmp_path_factory.mktemp(kind), kind, scenario_text(kind))
        return built[kind]

    return of


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Give 400 sites alone, crowded."""
    return build(tmp_path_factory.mktemp("crowd"), "sites", scenario_text("sites", CROWDED_M))


@pytest.fixture(scope="session")
def draw_level(city: Callable[[Kind], Instance]) -> Level:
    """Relax the draw alone in the city with conflicts: it leaves most columns no choice."""
    instance = city("spacing")
    (stage,) = instance.stages
    formulation = formulate(instance, stage, np.empty(0, dtype=np.int64))
    levels = level_objectives(instance, stage, formulation)
    (draw,) = (level for level in levels if level.code == "draw")
    return relax(formulation.program, draw.coefficients)


@pytest.fixture(scope="session")
def gap(crowd: Instance) -> tuple[Level, Ints]:
    """Relax the crowd, its sites worth more by tier, and find the best point beside it."""
    (stage,) = crowd.stages
    formulation = formulate(crowd, stage, np.empty(0, dtype=np.int64))
    tier = crowd.applicants.tier[crowd.applications.applicant[formulation.applications]]
    objective = np.zeros(len(formulation.program.lower), dtype=np.int64)
    objective[: len(tier)] = 14 - tier
    level = relax(formulation.program, objective)
    best = solve_mip(level.program, objective.astype(float), UNLIMITED)
    assert best.x is not None
    assert level.certificate.bound > int(objective @ best.x)
    return level, best.x


@pytest.fixture(scope="session")
def awards(city: Callable[[Kind], Instance]) -> Ints:
    """Give the list of the city with conflicts."""
    return solve(city("spacing")).awards
