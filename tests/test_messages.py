"""The catalogue: every code once, in both languages, with the same fields."""

from __future__ import annotations

import pickle
from collections import Counter
from string import Formatter

import pytest

from allocation import messages
from allocation.messages import CATALOGUE, AllocationError, InputError, RunError, ScenarioError


def _fields(template: str) -> set[str]:
    return {
        name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(template) if name
    }


def test_a_code_stands_in_one_area_only() -> None:
    codes = Counter(code for area in messages._AREAS for code in area.TEXTS)
    assert [code for code, n in codes.items() if n > 1] == []


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_say_the_same_with_the_same_fields(code: str) -> None:
    chinese, english = CATALOGUE[code]
    if not code.startswith("level_unit."):  # the key and uniqueness have no unit
        assert chinese
        assert english
    assert _fields(english) <= _fields(chinese) or _fields(chinese) <= _fields(english)


@pytest.mark.parametrize("kind", [AllocationError, InputError, RunError, ScenarioError])
def test_errors_cross_a_process_boundary(kind: type[AllocationError]) -> None:
    error = kind("some_code", n=3, table="places")
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(restored) is kind
    assert (restored.code, restored.params) == (error.code, error.params)
