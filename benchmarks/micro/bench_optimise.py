"""Inner loops of ``optimal``: rows, cliques, certificates, cases, the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from allocation.draw.keys import key_matrix
from allocation.instance import Instance, Ints
from allocation.mechanisms.optimise.certificate import certify, reach
from allocation.mechanisms.optimise.cliques import maximal_cliques
from allocation.mechanisms.optimise.closing import close_gap
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.proof import ProofLog
from benchmarks.micro.problems import UNLIMITED, Level

Bench = Any
"""The fixture of pytest-benchmark, which has no type to import."""


def test_formulate_a_city(benchmark: Bench, city: Callable[[str], Instance]) -> None:
    instance = city("spacing")
    none = np.empty(0, dtype=np.int64)
    found = benchmark(formulate, instance, instance.stages[0], none)
    assert len(found.applications) == 120_000


def test_maximal_cliques_of_3000_sites_of_degree_8(benchmark: Bench) -> None:
    pairs = _crowded(8)
    assert benchmark(maximal_cliques, pairs)


def test_maximal_cliques_of_3000_sites_of_degree_28(benchmark: Bench) -> None:
    pairs = _crowded(28)
    assert benchmark(maximal_cliques, pairs)


def test_certify_a_level_of_a_city(benchmark: Bench, draw_level: Level) -> None:
    program, objective, relaxed, _ = draw_level
    assert benchmark(certify, program, objective, relaxed.duals) is not None


def test_cut_a_city_down_to_a_face(benchmark: Bench, draw_level: Level) -> None:
    program, _, _, certificate = draw_level
    found = benchmark(reach, program, certificate, certificate.bound)
    assert found.program.is_free.sum() < program.is_free.sum()


def test_close_a_gap_by_cases(benchmark: Bench, gap: tuple[Level, Ints]) -> None:
    (program, objective, relaxed, certificate), x = gap

    def close() -> object:
        proof = ProofLog(len(program.row_lower))
        return close_gap(program, objective, x, certificate, proof, 0, 0, UNLIMITED, relaxed.basis)

    assert benchmark(close)[1] is not None


def test_key_words_of_a_city(benchmark: Bench, city: Callable[[str], Instance]) -> None:
    instance = city("spacing")
    app = instance.applications
    people = instance.applicants.id[app.applicant].tolist()
    places = instance.places.id[app.place].tolist()
    assert benchmark(key_matrix, "benchmark", people, places, 1).shape == (120_000, 1)


def _crowded(degree: int) -> list[tuple[int, int]]:
    """Give the pairs of 3,000 uniform sites that are near enough for a mean degree."""
    n = 3_000
    at = np.random.default_rng(1).random((n, 2))
    pairs = cKDTree(at).query_pairs(np.sqrt(degree / (n * np.pi)), output_type="ndarray")
    return [(int(a), int(b)) for a, b in pairs]
