"""Functional profiles (职业能力评估): what a person can do, drawn from type and level.

A profile is drawn once and belongs to the person: rules compare it with what a
place needs and never look at the type of disability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.demo.chance import Bools, Strings, flag

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
FUNCTIONS = (
    "can_stand", "can_climb", "can_see", "can_hear", "can_travel", "has_civil_capacity",
)  # fmt: skip
REQUIREMENTS = (
    "requires_standing", "requires_climbing", "requires_sight", "requires_hearing",
    "requires_travel", "requires_civil_capacity",
)  # fmt: skip
"""What a place may need, in the order of :data:`FUNCTIONS`."""
# Rows as TYPES, columns as FUNCTIONS: how far the type bears on the function.
BEARING = np.array(
    [
        [0.05, 0.55, 0.90, 0.00, 0.60, 0.00],
        [0.00, 0.00, 0.00, 0.90, 0.05, 0.00],
        [0.00, 0.00, 0.00, 0.20, 0.05, 0.00],
        [0.70, 0.80, 0.00, 0.00, 0.45, 0.00],
        [0.05, 0.10, 0.00, 0.00, 0.35, 0.80],
        [0.05, 0.05, 0.00, 0.00, 0.25, 0.60],
        [0.50, 0.60, 0.40, 0.40, 0.60, 0.40],
    ]
)
UNABLE_BY_LEVEL = np.array([0.95, 0.55, 0.20, 0.05])
AIDED_BY_LEVEL = np.array([0.80, 0.65, 0.50, 0.30])
NOT_ASSESSED = 0.06


def make_profiles(rng: np.random.Generator, types: pd.Series, levels: pd.Series) -> Strings:
    """Return one row per applicant, one column per function; empty without a disability."""
    position = {name: row for row, name in enumerate(TYPES)}
    row = types.map(position).fillna(-1).to_numpy(dtype=np.int64)
    level = levels.fillna(1).to_numpy(dtype=np.int64) - 1
    shape = (len(row), len(FUNCTIONS))
    bearing = BEARING[row]
    unable = rng.random(shape) < bearing * UNABLE_BY_LEVEL[level][:, None]
    aided = rng.random(shape) < bearing * AIDED_BY_LEVEL[level][:, None]
    profile = np.select([unable, aided], ["unable", "aided"], "able").astype(object)
    whole = flag(rng, NOT_ASSESSED, len(row))
    profile[whole] = "unknown"
    profile[(rng.random(shape) < 0.015) & ~whole[:, None]] = None
    profile[row < 0] = None
    return profile


def unable_functions(people: pd.DataFrame) -> Bools:
    """Return which functions each applicant cannot do, shape (n, 6)."""
    return np.asarray(people[list(FUNCTIONS)].to_numpy(dtype=object) == "unable", dtype=np.bool_)
