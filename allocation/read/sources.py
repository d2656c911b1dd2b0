"""Which file or sheet holds which table: a folder of files, or one workbook of sheets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from allocation import tables
from allocation.messages import InputError
from allocation.read.findings import Finding, Notice
from allocation.read.layers import LAYERS, read_layer
from allocation.read.raw import Origin, RawTable, Reading, whole_file
from allocation.read.textfiles import read_csv
from allocation.read.workbooks import WORKBOOKS, open_workbook, read_sheet, sheet_of
from allocation.tables import Table, token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENDINGS = (".csv", *WORKBOOKS, *LAYERS)


@dataclass(slots=True)
class Sources:
    """All tables as the files have them, and what was wrong with the files."""

    raw: dict[str, RawTable] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_sources(folder: Path | None, workbook: Path | None) -> Sources:
    """Find and read every table of a folder, of a workbook, or of both together.

    Raises
    ------
    InputError
        ``data_missing`` when the folder or the workbook is not there.
    """
    sources = Sources()
    held: dict[str, list[Reading]] = {}
    if workbook is not None:
        if not workbook.is_file():
            raise InputError("data_missing", name=workbook.name)
        _read_workbook(workbook, held, sources)
    if folder is not None:
        if not folder.is_dir():
            raise InputError("data_missing", name=folder.name)
        _read_folder(folder, held, sources)
    for name, table in tables.INPUT_TABLES.items():
        readings = held.get(name, [])
        if len(readings) > 1:
            files = sorted({file for reading in readings for file in _places(reading)})
            sources.findings.append(Finding("table_twice", name, params={"files": files}))
        elif readings:
            sources.findings += readings[0].findings
            if readings[0].raw is not None:
                sources.raw[name] = readings[0].raw
        elif table.required and not _said(sources, name):
            names = [f"{table.name}.csv", f"{table.zh}.xlsx"]
            sources.findings.append(Finding("missing_table", name, params={"names": names}))
    return sources


def _said(sources: Sources, name: str) -> bool:
    """Tell whether a finding already says why a table could not be read."""
    return any(finding.table in (name, "") for finding in sources.findings)


def _places(reading: Reading) -> Iterator[str]:
    origins = [(finding.file, finding.sheet) for finding in reading.findings]
    if reading.raw is not None:
        origins.append((reading.raw.origin.file, reading.raw.origin.sheet))
    for file, sheet in origins:
        yield f"{file} [{sheet}]" if sheet else file


def _read_folder(folder: Path, held: dict[str, list[Reading]], sources: Sources) -> None:
    by_token = {name: table for table in tables.INPUT_TABLES.values() for name in table.names}
    for path in sorted(folder.iterdir()):
        # Lock files of open spreadsheets and hidden files are not tables.
        if path.suffix.casefold() not in _ENDINGS or path.name.startswith(("~$", ".")):
            continue
        table = by_token.get(token(path.stem))
        if table is None:
            sources.notices.append(_unknown(path, list(by_token)))
            continue
        held.setdefault(table.name, []).append(_read_file(table, path))


def _unknown(path: Path, known: list[str]) -> Notice:
    near = get_close_matches(token(path.stem), known, n=1)
    return Notice("file_ignored", {"file": path.name, "nearest": near[0] if near else ""})


def _read_file(table: Table, path: Path) -> Reading:
    suffix = path.suffix.casefold()
    origin = Origin(path.name, "", _sha256(path))
    if suffix == ".csv":
        return read_csv(table, path, origin)
    if suffix in LAYERS:
        return read_layer(table, path, origin)
    workbook = open_workbook(path)
    if not isinstance(workbook, CalamineWorkbook):
        return Reading(None, (whole_file(table, origin, workbook),))
    sheet = sheet_of(table, workbook)
    if sheet is None:
        sheets = workbook.sheet_names
        return Reading(None, (whole_file(table, origin, "sheet_unclear", sheets=sheets),))
    return read_sheet(table, workbook, sheet, Origin(path.name, sheet, origin.sha256))


def _read_workbook(path: Path, held: dict[str, list[Reading]], sources: Sources) -> None:
    workbook = open_workbook(path)
    sha256 = _sha256(path)
    if not isinstance(workbook, CalamineWorkbook):
        sources.findings.append(Finding(workbook, file=path.name))
        return
    by_token = {name: table for table in tables.INPUT_TABLES.values() for name in table.names}
    for sheet in workbook.sheet_names:
        table_here = by_token.get(token(sheet))
        if table_here is None:
            notice = Notice("sheet_ignored", {"file": path.name, "sheet": sheet})
            sources.notices.append(notice)
            continue
        origin = Origin(path.name, sheet, sha256)
        held.setdefault(table_here.name, []).append(read_sheet(table_here, workbook, sheet, origin))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
