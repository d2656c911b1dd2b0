"""Columns as arrays: empty cells, and columns that are not there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocation.rules import columns
from tests.rules_helper import people


def test_empty_cells() -> None:
    """Null text is None, null numbers NaN, null dates NaT, null flags false."""
    row = people({"sex": None, "disability_level": None, "birth_date": None})
    assert columns.text(row, "sex").tolist() == [None]
    assert np.isnan(columns.numbers(row, "disability_level")).all()
    assert np.isnat(columns.dates(row, "birth_date")).all()
    assert columns.is_word(row, "sex", "male").tolist() == [False]


def test_absent_column_reads_as_empty() -> None:
    """A frame may leave out what no rule of the scenario needs."""
    bare = pd.DataFrame(index=range(2))
    assert columns.text(bare, "sex").tolist() == [None, None]
    assert np.isnan(columns.numbers(bare, "disability_level")).all()
    assert np.isnat(columns.dates(bare, "birth_date")).all()
    assert np.isnat(columns.times(bare, "accepted_at")).all()
    assert columns.flags(bare, "disabled_only").tolist() == [False, False]
    assert columns.is_word(bare, "sex", "male").tolist() == [False, False]


def test_official_numbers_are_compared_without_blanks_and_case() -> None:
    """Two ways of writing one number are one."""
    rows = people({"identity_no": " 37119919800101001x "}, {"identity_no": " "})
    assert columns.number_text(rows, "identity_no").iloc[0] == "37119919800101001X"
    assert columns.number_text(rows, "identity_no").isna().tolist() == [False, True]


def test_columns_do_not_share_memory_with_the_table() -> None:
    """A rule that writes into its copy changes no table."""
    rows = people({"sex": "male"})
    columns.text(rows, "sex")[0] = "female"
    columns.is_word(rows, "sex", "male")[0] = False
    assert rows["sex"].tolist() == ["male"]
