"""Which file or sheet holds which table: a folder of files, or one workbook of sheets.

One workbook is accepted wherever a folder is, and lies in a folder as well as alone.  A
workbook is read by the names of its sheets, and its own name does not matter then; only
where no sheet bears the name of a table does the file's name say which table its one
filled sheet is.  Every other file of a folder is read by its own name.  A table found in
two places is an error, never a choice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from allocation import tables
from allocation.messages import LANGS, InputError, text
from allocation.read.datasets import LAYERS
from allocation.read.findings import Finding, Notice
from allocation.read.layers import read_layer
from allocation.read.raw import Origin, RawTable, Reading, whole_file
from allocation.read.textfiles import read_csv
from allocation.read.workbooks import (
    OLE_MARK,
    WORKBOOKS,
    ZIP_MARK,
    only_sheet,
    open_workbook,
    read_sheet,
)
from allocation.tables import Table, token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ENDINGS = (".csv", *WORKBOOKS, *LAYERS)
"""Endings of the files that can hold a table."""

# What this program's own workbooks hold beside tables is nothing to speak about.
_OWN_SHEETS = {
    token(text(code, lang)) for code in ("sheet_guide", "sheet_errors") for lang in LANGS
}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A table found somewhere, not read yet.

    Attributes
    ----------
    origin
        Its file, and its sheet where it is one of a workbook.
    workbook
        The opened workbook it is a sheet of.
    fault
        Code of a finding that says why it cannot be read, with its parameters.
    """

    table: Table
    path: Path
    origin: Origin
    workbook: CalamineWorkbook | None = None
    fault: tuple[str, dict[str, object]] | None = None

    @property
    def place(self) -> str:
        """File, and sheet in brackets."""
        sheet = self.origin.sheet
        return f"{self.origin.file} [{sheet}]" if sheet else self.origin.file

    def read(self) -> Reading:
        """Read it, or say why it cannot be read."""
        if self.fault is not None:
            code, params = self.fault
            return Reading(None, (whole_file(self.table, self.origin, code, **params),))
        if self.workbook is not None:
            return read_sheet(self.table, self.workbook, self.origin.sheet, self.origin)
        if self.path.suffix.casefold() in LAYERS:
            return read_layer(self.table, self.path, self.origin)
        return read_csv(self.table, self.path, self.origin)


@dataclass(slots=True)
class Sources:
    """What some folders and workbooks hold, and what is wrong with their files."""

    found: dict[str, list[Found]] = field(default_factory=dict)
    raw: dict[str, RawTable] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def add(self, found: Found) -> None:
        """Note a table."""
        self.found.setdefault(found.table.name, []).append(found)


def read_sources(
    *places: Path | None, schemas: Mapping[str, Table] = tables.INPUT_TABLES
) -> Sources:
    """Find and read every table of some folders and workbooks.

    Parameters
    ----------
    *places
        Each a folder of files or one workbook; ``None`` for nothing.
    schemas
        The input tables by name, where a scenario adds columns to them.

    Raises
    ------
    InputError
        ``data_missing`` when one of them is not there.
    """
    sources = list_sources(*places)
    for name, table in schemas.items():
        found = sources.found.get(name, [])
        if len(found) > 1:
            files = sorted({one.place for one in found})
            sources.findings.append(Finding("table_twice", name, params={"files": files}))
        elif found:
            reading = replace(found[0], table=table).read()
            sources.findings += reading.findings
            if reading.raw is not None:
                sources.raw[name] = reading.raw
        elif table.required and not _said(sources, name):
            names = [f"{table.name}.csv", f"{table.zh}.xlsx"]
            sources.findings.append(Finding("missing_table", name, params={"names": names}))
    return sources


def list_sources(*places: Path | None) -> Sources:
    """Find every table of some folders and workbooks, without reading any.

    Raises
    ------
    InputError
        ``data_missing`` when one of them is not there.
    """
    sources = Sources()
    for place in places:
        if place is None:
            continue
        if place.is_file():
            _list_workbook(place, table_named(place.stem), sources)
            continue
        for path in table_files(place):
            _list_file(path, sources)
    return sources


def table_files(place: Path) -> tuple[Path, ...]:
    """List the files of a folder that can hold a table; a workbook by itself is one.

    Raises
    ------
    InputError
        ``data_missing`` when there is neither.
    """
    if place.is_file():
        return (place,)
    if not place.is_dir():
        raise InputError("data_missing", name=place.name)
    return tuple(path for path in sorted(place.iterdir()) if may_hold_table(path))


def may_hold_table(path: Path) -> bool:
    """Tell whether a file of a folder is looked at: by its ending, and by not being hidden."""
    # Lock files of open spreadsheets and hidden files are not tables.
    visible = not path.name.startswith(("~$", "."))
    return visible and path.suffix.casefold() in ENDINGS and path.is_file()


def table_named(name: str) -> Table | None:
    """Find the table that a file or a sheet is named after, in Chinese or in English."""
    wanted = token(name)
    return next((t for t in tables.INPUT_TABLES.values() if wanted in t.names), None)


def is_workbook(suffix: str, first_bytes: bytes) -> bool:
    """Tell a workbook by its ending, or by its first bytes whatever it is called."""
    suffix = suffix.casefold()
    marked = first_bytes.startswith((ZIP_MARK, OLE_MARK))
    return suffix in WORKBOOKS or (marked and suffix not in LAYERS)


def _said(sources: Sources, name: str) -> bool:
    """Tell whether a finding already says why a table could not be read."""
    return any(finding.table in (name, "") for finding in sources.findings)


def _list_file(path: Path, sources: Sources) -> None:
    table = table_named(path.stem)
    if is_workbook(path.suffix, _first_bytes(path)):
        _list_workbook(path, table, sources)
    elif table is None:
        sources.notices.append(_unknown(path))
    else:
        sources.add(Found(table, path, Origin(path.name, "", _sha256(path))))


def _unknown(path: Path) -> Notice:
    known = [name for table in tables.INPUT_TABLES.values() for name in table.names]
    near = get_close_matches(token(path.stem), known, n=1)
    return Notice("file_ignored", {"file": path.name, "nearest": near[0] if near else ""})


def _list_workbook(path: Path, own: Table | None, sources: Sources) -> None:
    """Note the sheets that are named after tables, or the one sheet of the file's own table."""
    workbook = open_workbook(path)
    whole = Origin(path.name, "", _sha256(path))
    if not isinstance(workbook, CalamineWorkbook):
        if own is None:
            sources.findings.append(Finding(workbook, file=path.name))
        else:
            is_text = workbook == "file_damaged" and _holds_text_of(own, path)
            sources.add(Found(own, path, whole, fault=None if is_text else (workbook, {})))
        return
    named = {sheet: table_named(sheet) for sheet in workbook.sheet_names}
    if own is not None and not any(named.values()):
        sources.add(_only_sheet(own, path, whole, workbook))
        return
    for sheet, table in named.items():
        if table is not None:
            origin = Origin(path.name, sheet, whole.sha256)
            sources.add(Found(table, path, origin, workbook))
        elif token(sheet) not in _OWN_SHEETS:
            notice = Notice("sheet_ignored", {"file": path.name, "sheet": sheet})
            sources.notices.append(notice)


def _only_sheet(own: Table, path: Path, whole: Origin, workbook: CalamineWorkbook) -> Found:
    sheet = only_sheet(workbook)
    if sheet is None:
        fault: dict[str, object] = {"sheets": workbook.sheet_names}
        return Found(own, path, whole, fault=("sheet_unclear", fault))
    return Found(own, path, Origin(path.name, sheet, whole.sha256), workbook)


def _holds_text_of(table: Table, path: Path) -> bool:
    """Tell whether a would-be workbook is a text with the table's headers.

    Some systems export a text and call it ``.xls``.
    """
    if _first_bytes(path).startswith((ZIP_MARK, OLE_MARK)):
        return False
    return read_csv(table, path, Origin(path.name, "", "")).raw is not None


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(OLE_MARK))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
