"""The input as people go through it before use: accepted rows, refused rows, stray points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from allocation import tables
from allocation.geo.metric import Metric
from allocation.read.findings import Finding, Notice, in_order
from allocation.read.reading import Examination, box_of, examine, sealed
from allocation.read.stray import stray_points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from allocation.read.raw import Bools, RawTable
    from allocation.read.sealed import Tables
    from allocation.read.typed import Draft
    from allocation.scenario import Scenario
    from allocation.tables import Table


@dataclass(frozen=True, slots=True, eq=False)
class TableReview:
    """What became of one input table.

    Attributes
    ----------
    raw
        The table as the file has it; ``None`` where it was not given or cannot be read.
    accepted
        The rows without an error, with canonical columns, in the order of the file; rows
        that repeat an earlier one in everything are merged.
    findings
        Its errors, in the order of the file.
    n_rows
        Rows below the header, blank ones left out.
    n_refused
        Rows with an error; all of them where a column or the whole file is wrong.
    """

    table: Table
    raw: RawTable | None
    accepted: pd.DataFrame
    findings: tuple[Finding, ...]
    n_rows: int
    n_refused: int

    @property
    def n_accepted(self) -> int:
        """Rows without an error, repeated ones included."""
        return self.n_rows - self.n_refused

    @property
    def is_given(self) -> bool:
        """Whether there is a file or a sheet of this table, readable or not."""
        return self.raw is not None or any(finding.file for finding in self.findings)

    @property
    def file(self) -> str:
        """Where it was read, or should have been; empty for a table not given."""
        if self.raw is not None:
            origin = self.raw.origin
            return f"{origin.file} [{origin.sheet}]" if origin.sheet else origin.file
        return next((finding.file for finding in self.findings if finding.file), "")

    def abridged(self, columns: Sequence[str]) -> TableReview:
        """Return it without the cells of a faultless table; see :meth:`Review.abridged`."""
        raw = self.raw
        if raw is not None and not self.findings:
            raw = replace(raw, cells=raw.cells.iloc[:0], rows=raw.rows[:0], geometry=None)
        # A copy, so that the whole frame is let go.
        return replace(self, raw=raw, accepted=self.accepted[list(columns)].copy())


@dataclass(frozen=True, slots=True, eq=False)
class Review:
    """Everything a person wants to know about the input before using it.

    Attributes
    ----------
    tables
        Every input table by name, those not given included.
    findings
        All errors in the order of the files.
    notices
        What is no error but worth knowing.
    stray
        Points outside the city; see :func:`allocation.read.stray.stray_points`.
    """

    tables: Mapping[str, TableReview]
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    stray: pd.DataFrame
    _seen: Examination | None

    @property
    def n_rows(self) -> int:
        """Rows of all tables."""
        return sum(table.n_rows for table in self.tables.values())

    @property
    def n_refused(self) -> int:
        """Rows with an error, of all tables."""
        return sum(table.n_refused for table in self.tables.values())

    def sealed(self) -> Tables:
        """Return the canonical tables without reading the files again.

        Raises
        ------
        BadInput
            ``bad_input`` where there are findings.
        ValueError
            For a review that is :meth:`abridged`.
        """
        if self._seen is None:
            raise ValueError("an abridged review holds no tables")
        return sealed(self._seen)

    def abridged(self, columns: Mapping[str, Sequence[str]]) -> Review:
        """Return what is worth keeping once the tables are checked.

        Cells stay of tables with errors alone, to be marked in them; of accepted rows,
        the named columns.

        Parameters
        ----------
        columns
            Table -> columns to keep; a table that is not named keeps none.
        """
        kept = {name: one.abridged(columns.get(name, ())) for name, one in self.tables.items()}
        return replace(self, tables=MappingProxyType(kept), _seen=None)


def review_tables(scenario: Scenario) -> Review:
    """Read the input of a scenario once and say what becomes of every row.

    Raises
    ------
    InputError
        ``data_missing`` when the folder or workbook does not exist.
    """
    seen = examine(scenario)
    found = tuple(in_order(seen.findings))
    reviews = {
        name: _review(table, seen.drafts.get(name), [f for f in found if f.table == name])
        for name, table in tables.INPUT_TABLES.items()
    }
    metric = Metric(scenario.space.crs, scenario.space.method)
    stray = stray_points(seen.drafts, box_of(scenario), metric)
    return Review(MappingProxyType(reviews), found, tuple(seen.notices), stray, seen)


def _review(table: Table, draft: Draft | None, findings: list[Finding]) -> TableReview:
    named = {finding.row for finding in findings if finding.row is not None}
    if draft is None:
        # Of a file without a readable header nothing is known but the rows complained of.
        frame = tables.empty_frame(table.name)
        return TableReview(table, None, frame, tuple(findings), len(named), len(named))
    rows = draft.raw.rows
    # Rows of another length are not among the cells, but they are rows of the file.
    n_rows = len(rows) + len(named - set(rows.tolist()))
    whole = any(finding.row is None for finding in findings)
    refused = n_rows if whole else len(named)
    good: Bools = np.full(len(draft.frame), not whole) & ~np.isin(draft.rows, list(named))
    accepted = draft.frame[good].reset_index(drop=True)
    return TableReview(table, draft.raw, accepted, tuple(findings), n_rows, refused)
