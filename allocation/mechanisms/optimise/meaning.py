"""What the columns and rows of a formulation mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocation.instance import Ints
from allocation.mechanisms.optimise.program import Program

RULES = (
    "award",
    "household",
    "capacity",
    "clique",
    "number",
    "opened_units",
    "label",
    "reserve",
    "hard_reserve",
    "quota",
    "used",
)
"""What a row is about, by the number that :attr:`Formulation.row_rule` holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Columns v of one signature, and the columns x of its awards."""

    reserves: tuple[int, ...]
    tier: int
    columns: Ints
    awards: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Formulation:
    """A program and the meaning of its columns.

    Attributes
    ----------
    applications
        Application of each of the first columns x.
    group
        Shape (columns,): row of the applicant's first exclusive group, -1 for none.
    labels
        One entry a signature.
    linear_units
        Reserve number -> column holding its number of units (base ``opened``).
    gaps
        Name of an elastic quota -> its gap columns.
    row_rule, row_item
        Shape (rows,): the rule a row writes, as an index into :data:`RULES`, and its
        applicant, household, place, clique, limit, signature, reserve, quota or
        indicator.
    row_group
        Shape (rows,): exclusive group of the rows of people and households, else -1.
    row_number
        Shape (rows,): number among the rows that write the same rule for the same item,
        from 0.
    cliques
        Nodes (place, holder class) of each clique, as ``place * 8 + class``.
    indicators
        Place of each indicator, what it indicates, and the columns x it stands for.
    """

    program: Program
    applications: Ints
    group: Ints
    labels: tuple[Labels, ...]
    linear_units: Mapping[int, int]
    gaps: Mapping[str, Ints]
    row_rule: Ints
    row_item: Ints
    row_group: Ints
    row_number: Ints
    cliques: tuple[tuple[int, ...], ...]
    indicators: tuple[tuple[int, str, Ints], ...]

    def awards(self, x: Ints) -> Ints:
        """Return the awarded applications of a point, ascending."""
        n = len(self.applications)
        return np.sort(self.applications[x[:n] > 0])


def numbers_in_item(about: Ints) -> Ints:
    """Give numbers to the rows that write the same rule for the same item, from 0.

    Parameters
    ----------
    about
        Shape (3, rows): rule, item and group of each row.
    """
    starts = np.ones(about.shape[1], dtype=np.bool_)
    starts[1:] = (about[:, 1:] != about[:, :-1]).any(axis=0)
    number = np.arange(about.shape[1])
    return number - np.maximum.accumulate(np.where(starts, number, 0))
