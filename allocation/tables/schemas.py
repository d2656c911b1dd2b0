"""The pandera schema of each table, made from its columns.

A schema speaks about a canonical frame: types are right already, and what is left to
check is what one column alone can tell.  The error of every check is the code of a
finding, so that all failures of a lazy validation can be reported at once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandera.pandas as pa

from allocation.tables import patterns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.tables.columns import Column, ColumnType, Table

_RULES: Mapping[ColumnType, tuple[patterns.Rule, ...]] = {
    "id": patterns.ID_RULES,
    "code": patterns.CODE_RULES,
    "text": patterns.TEXT_RULES,
}


@lru_cache(maxsize=64)  # tables with columns of a scenario come and go
def schema_of(table: Table, names: tuple[str, ...] | None = None) -> pa.DataFrameSchema:
    """Build the pandera schema of a table, or of some of its columns, for canonical frames.

    Failure cases of ``validate(frame, lazy=True)`` carry the code of a finding in
    ``check``, except nulls, which pandera names ``not_nullable``.
    """
    columns = {
        column.name: pa.Column(
            None if column.type == "geometry" else column.dtype,
            checks=_checks(column),
            nullable=not column.must_be_filled,
        )
        for column in table.columns
        if names is None or column.name in names
    }
    return pa.DataFrameSchema(columns, name=table.name, strict=True)


def _checks(column: Column) -> list[pa.Check]:
    if column.type in _RULES:
        return _text_checks(column)
    if column.type in ("choice", "ternary") and not column.open_values:
        return [pa.Check.isin(list(column.labels), error="unknown_value")]
    if column.type in ("integer", "number"):
        return _number_checks(column)
    return []


def _number_checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.positive:
        checks.append(pa.Check.gt(0, error="not_positive"))
    elif column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error="below_minimum"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error="above_maximum"))
    return checks


def _text_checks(column: Column) -> list[pa.Check]:
    # Of a reference it is enough that it is known: what is wrong with the id itself
    # is said once, in the table that defines it.
    if column.refers:
        return []
    return [pa.Check(rule.passes, error=rule.code) for rule in _RULES[column.type]]
