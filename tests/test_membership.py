"""Membership of texts: as plain sets have it."""

from __future__ import annotations

import pandas as pd
import pytest

from allocation.tables.membership import is_among


@pytest.mark.parametrize(
    ("values", "known"),
    [
        (["a", "b", None, "a"], ["a", "c"]),
        (["a", None], [None]),
        (["", "日照"], ["日照", ""]),
        ([], ["a"]),
        (["a"], []),
    ],
)
def test_as_a_set_has_it(values: list[str | None], known: list[str | None]) -> None:
    found = is_among(pd.Series(values, dtype="str"), pd.Series(known, dtype="str"))
    assert found.tolist() == [value is not None and value in set(known) for value in values]


def test_columns_of_several_chunks() -> None:
    parts = [pd.Series(["a", "b"], dtype="str"), pd.Series(["c", None], dtype="str")]
    values = pd.concat(parts, ignore_index=True)
    assert is_among(values, values[1:3]).tolist() == [False, True, True, False]
