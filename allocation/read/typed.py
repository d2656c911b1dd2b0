"""From the text of a table to its canonical columns, with a finding for each bad cell.

Each distinct text of a column is read once, however many rows hold it; afterwards the
table's pandera schema looks at the typed columns, all failures at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from allocation.read.cells import BadCell, plain, reader_of
from allocation.read.encodings import DAMAGED
from allocation.read.findings import Finding, Notice, displayed
from allocation.tables import Column, patterns, token
from allocation.tables.schemas import schema_of

if TYPE_CHECKING:
    from allocation.read.raw import Bools, Ints, RawTable

Params = Mapping[str, Any]

_NONE: Params = {}
_OPEN_TYPES = ("id", "text", "code", "integer", "number")
_TEXT_TYPES = ("id", "text", "code", "geometry")


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A table with canonical columns, still in the order of the file.

    Attributes
    ----------
    frame
        Every column of the schema, typed; null where missing or bad.
    index
        Position in ``raw.cells`` of each row of ``frame``.
    positions
        Canonical name -> column in ``raw.cells``, for the columns the file has.
    bad
        Canonical name -> cells that a finding already speaks about.
    """

    raw: RawTable
    frame: pd.DataFrame
    index: Ints
    positions: Mapping[str, int]
    bad: Mapping[str, Bools]

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.raw.table.name

    @property
    def rows(self) -> Ints:
        """Row in the file of each row of the frame."""
        return self.raw.rows[self.index]

    def has(self, column: str) -> bool:
        """Tell whether the file has a column."""
        return column in self.positions

    def is_bad(self, column: str) -> Bools:
        """Cells of a column that a finding already speaks about."""
        return self.bad.get(column, np.zeros(len(self.frame), dtype=bool))

    def with_frame(self, frame: pd.DataFrame) -> Draft:
        """Return the draft with other values in the same rows."""
        return replace(self, frame=frame)

    def take(self, keep: Bools) -> Draft:
        """Return the draft with some of its rows."""
        frame = self.frame[keep].reset_index(drop=True)
        bad = {name: cells[keep] for name, cells in self.bad.items()}
        return replace(self, frame=frame, index=self.index[keep], bad=bad)


@dataclass(frozen=True, slots=True, eq=False)
class Drafted:
    """What became of a raw table: a draft, findings and notices."""

    draft: Draft
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]


def cell_findings(
    draft: Draft,
    column: str,
    where: Bools,
    code: str,
    params: Params | Callable[[int], Params] = _NONE,
) -> list[Finding]:
    """Make a finding for each cell of a column where a mask holds.

    Parameters
    ----------
    where
        One flag for each row of the draft's frame.
    params
        Fields of the message, the same for all cells or by row position.
    """
    origin, schema = draft.raw.origin, draft.raw.table.by_name[column]
    position = draft.positions.get(column)
    header = schema.zh if position is None else draft.raw.headers[position]
    rows, made = draft.rows, []
    for i in np.flatnonzero(where):
        cell = None if position is None else draft.raw.cells.iat[draft.index[i], position]
        value, hidden = displayed(cell if isinstance(cell, str) else "", personal=schema.personal)
        made.append(
            Finding(
                code,
                draft.name,
                origin.file,
                origin.sheet,
                int(rows[i]),
                header,
                column,
                value,
                hidden,
                params(int(i)) if callable(params) else params,
            )
        )
    return made


def draft_table(raw: RawTable, kinds: Mapping[str, str]) -> Drafted:
    """Read every cell of a table.

    Parameters
    ----------
    kinds
        Further accepted writings (as :func:`token`) of kinds, with the kind's id.
    """
    positions, findings, notices = _match_headers(raw)
    frame: dict[str, pd.Series] = {}
    problems: dict[str, dict[int, BadCell]] = {}
    n_rows = len(raw.cells)
    for column in raw.table.columns:
        if column.name in positions:
            more = kinds if column.open_values else {}
            cells = raw.cells[positions[column.name]]
            frame[column.name], problems[column.name] = _read_column(column, cells, more)
        else:
            frame[column.name] = _missing_column(column, n_rows)
    bad = {name: _mask(n_rows, found) for name, found in problems.items() if found}
    draft = Draft(raw, pd.DataFrame(frame), np.arange(n_rows), positions, bad)
    for name, found in problems.items():
        findings += _bad_cells(draft, name, found)
    return Drafted(draft, tuple(findings), tuple(notices))


def check_schema(draft: Draft) -> tuple[Draft, list[Finding]]:
    """Check the typed columns against the table's pandera schema, all at once.

    Returns
    -------
    The draft, which knows its bad cells now, and the findings.
    """
    # What the file lacks has been said, and a value from a list was found in the list.
    present = tuple(
        column.name
        for column in draft.raw.table.columns
        if draft.has(column.name) and (column.must_be_filled or column.type in _OPEN_TYPES)
    )
    try:
        schema_of(draft.raw.table, present).validate(draft.frame[list(present)], lazy=True)
    except SchemaErrors as errors:
        failures = errors.failure_cases[["column", "check", "index"]]
    else:
        return draft, []
    findings: list[Finding] = []
    bad = dict(draft.bad)
    for (name, check), cases in failures.groupby(["column", "check"], sort=False):
        where = _mask(len(draft.frame), cases["index"].to_numpy(dtype=np.int64))
        column = draft.raw.table.by_name[str(name)]
        code = "empty_cell" if check == "not_nullable" else str(check)
        findings += cell_findings(
            draft, column.name, where & ~draft.is_bad(column.name), code, _limits(column)
        )
        bad[column.name] = bad.get(column.name, np.zeros(len(draft.frame), dtype=bool)) | where
    return replace(draft, bad=bad), findings


def _limits(column: Column) -> Params:
    limits = {"minimum": column.minimum, "maximum": column.maximum}
    found: dict[str, Any] = {name: f"{x:g}" for name, x in limits.items() if x is not None}
    longest = patterns.LONGEST_TEXT if column.type == "text" else patterns.LONGEST_ID
    return {**found, "longest": longest}


def _match_headers(raw: RawTable) -> tuple[dict[str, int], list[Finding], list[Notice]]:
    """Find the column of each header; say what is double, missing or not known."""
    positions: dict[str, int] = {}
    findings: list[Finding] = []
    unknown: dict[str, str] = {}
    for position, header in enumerate(raw.headers):
        name = raw.table.by_header.get(token(header))
        if name in positions or (name is None and header and token(header) in unknown):
            shown, hidden = displayed(header, personal=False)
            findings.append(
                _header_finding(raw, "duplicate_header", name or "", shown, hidden=hidden)
            )
        elif name is None:
            unknown[token(header)] = displayed(header, personal=False)[0]
        else:
            positions[name] = position
    for column in raw.table.columns:
        if (
            column.must_be_there
            and column.name not in positions
            and not _from_geometry(raw, column)
        ):
            findings.append(
                _header_finding(
                    raw, "missing_column", column.name, column.zh, names=[column.zh, column.name]
                )
            )
    if not unknown:
        return positions, findings, []
    shown_names = [name for name in unknown.values() if name]
    notice = Notice(
        "columns_ignored",
        {"table": raw.table.name, "file": raw.origin.file, "columns": shown_names},
    )
    return positions, findings, [notice]


def _header_finding(
    raw: RawTable, code: str, name: str, header: str, *, hidden: bool = False, **params: Any
) -> Finding:
    origin = raw.origin
    return Finding(
        code,
        raw.table.name,
        origin.file,
        origin.sheet,
        column=header,
        field=name,
        hidden=hidden,
        params=params,
    )


def _from_geometry(raw: RawTable, column: Column) -> bool:
    return raw.geometry is not None and column.type == "geometry"


def _read_column(
    column: Column, cells: pd.Series, more: Mapping[str, str]
) -> tuple[pd.Series, dict[int, BadCell]]:
    """Read a column; return its values and the bad cells by row position."""
    damaged = cells.str.contains(DAMAGED, regex=False).astype(bool) & cells.notna()
    problems = dict.fromkeys(map(int, np.flatnonzero(damaged)), BadCell("undecodable"))
    if problems:
        cells = cells.mask(damaged)
    if column.type in _TEXT_TYPES:
        return _with_default(column, _read_text(column, cells)), problems
    codes, texts = pd.factorize(cells)
    read = reader_of(column, more)
    values: list[Any] = []
    bad: dict[int, BadCell] = {}
    for code, text in enumerate(texts.tolist()):
        try:
            values.append(read(text))
        except BadCell as problem:
            values.append(None)
            bad[code] = problem
    typed = pd.Series(_array(values, column.dtype).take(codes, allow_fill=True))
    if bad:
        for i in np.flatnonzero(np.isin(codes, list(bad))):
            problems[int(i)] = bad[codes[i]]
    return _with_default(column, typed, leave=_mask(len(cells), problems)), problems


def _read_text(column: Column, cells: pd.Series) -> pd.Series:
    """Read texts: ids and codes in full width become plain, names stay as written."""
    if column.type == "geometry":
        return cells.astype("object")
    wide = cells.notna() & ~cells.str.isascii().astype(bool)
    if column.type == "text" or not wide.any():
        return cells
    return cells.mask(wide, cells[wide].map(plain))


def _with_default(column: Column, values: pd.Series, leave: Bools | None = None) -> pd.Series:
    """Fill empty cells with what an empty cell of the column means."""
    if column.empty is None:
        return values
    empty = values.isna() if leave is None else values.isna() & ~leave
    return values.mask(empty, column.empty)


def _missing_column(column: Column, n_rows: int) -> pd.Series:
    """Make a column the file lacks: its default, else null."""
    if column.type == "geometry":
        return pd.Series([None] * n_rows, dtype="object")
    return pd.Series([column.default] * n_rows, dtype=column.dtype)


def _array(values: list[Any], dtype: str) -> Any:
    if dtype.startswith("datetime64"):
        return pd.array(np.array(values, dtype="datetime64[s]").astype(dtype))
    return pd.Series(values, dtype=dtype).array


def _mask(n_rows: int, positions: Any) -> Bools:
    mask = np.zeros(n_rows, dtype=bool)
    mask[list(positions)] = True
    return mask


def _bad_cells(draft: Draft, name: str, problems: Mapping[int, BadCell]) -> list[Finding]:
    by_code: dict[str, list[int]] = {}
    for position, problem in problems.items():
        by_code.setdefault(problem.code, []).append(position)
    made: list[Finding] = []
    for code, positions in by_code.items():
        mask = _mask(len(draft.frame), positions)
        made += cell_findings(draft, name, mask, code, lambda i: problems[i].params)
    return made
