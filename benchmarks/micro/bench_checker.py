"""Inner loops of the checker: spacing measured again, waste, the key's own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from allocation import check_awards
from allocation.checker.key import pair_words
from allocation.checker.space import Space
from allocation.instance import Instance, Ints

Bench = Any
"""The fixture of pytest-benchmark, which has no type to import."""


def test_measure_the_spacing_of_a_city_again(
    benchmark: Bench, city: Callable[[str], Instance]
) -> None:
    instance = city("spacing")
    found = benchmark(lambda: Space(instance).conflicts)
    assert len(found.place_a) >= len(instance.conflicts.place_a)


def test_key_words_of_a_list(
    benchmark: Bench, city: Callable[[str], Instance], awards: Ints
) -> None:
    instance = city("spacing")
    app = instance.applications
    people = instance.applicants.id[app.applicant[awards]].tolist()
    places = instance.places.id[app.place[awards]].tolist()
    assert benchmark(pair_words, "benchmark", people, places, 1).shape == (len(awards), 1)


def test_check_the_list_of_a_city(
    benchmark: Bench, city: Callable[[str], Instance], awards: Ints
) -> None:
    """Rules, envy and waste of a whole list, without the proof of its levels."""
    instance = city("spacing")
    app = instance.applications
    lines = pd.DataFrame(
        {
            "applicant_id": instance.applicants.id[app.applicant[awards]],
            "place_id": instance.places.id[app.place[awards]],
        }
    )
    assert not benchmark.pedantic(check_awards, (instance, lines), rounds=3).violations
