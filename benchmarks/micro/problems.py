"""How the problems of the micro-benchmarks are made."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from allocation import build_instance, load_scenario, read_tables
from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import Certificate, certify
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.solving import LpSolution, solve_lp
from benchmarks.field.instances import write_tables
from benchmarks.field.plain import Kind, generate

UNLIMITED = Budget(None, lambda: False)


class Level(NamedTuple):
    """A program, one objective of it, its relaxation, and a bound."""

    program: Program
    objective: Ints
    relaxed: LpSolution
    certificate: Certificate


def build(folder: Path, kind: Kind, text: str) -> Instance:
    """Build the problem of a kind at the size of a city under a scenario."""
    write_tables(generate(1, kind), folder)
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    scenario = load_scenario(folder / "scenario.toml")
    return build_instance(read_tables(scenario), scenario)


def relax(program: Program, objective: Ints) -> Level:
    """Relax one objective of a program and certify its bound."""
    relaxed = solve_lp(program, objective.astype(float), UNLIMITED)
    assert relaxed is not None
    certificate = certify(program, objective, relaxed.duals)
    assert certificate is not None
    return Level(program, objective, relaxed, certificate)
