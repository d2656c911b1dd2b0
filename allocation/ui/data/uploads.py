"""Sources of input tables as files: naming them, taking uploads in, throwing them away.

An upload becomes a folder of its own, readable by nobody else.  Its files bear the names
of tables and no others: what a person called a file may name a person.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from allocation.export.inputs import keep_tables
from allocation.messages import InputError
from allocation.read.recognise import recognise_table
from allocation.read.sources import ENDINGS, may_hold_table
from allocation.read.sources import table_named as named_table
from allocation.read.workbooks import OLE_MARK, WORKBOOKS, ZIP_MARK
from allocation.tables import Table
from allocation.ui.workspace import Workspace

UPLOAD_ENDINGS = tuple(ending.removeprefix(".") for ending in ENDINGS)
"""Endings the uploader offers."""

_STAMP = re.compile(r"(\d{8}-\d{6})-[0-9a-f]{8}")
_MOMENT = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came in: its name, and all of it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of an upload.

    Attributes
    ----------
    path
        Its folder; ``None`` where no file could be used.
    recognised
        Files known by their headers: name as it came, name of the table.
    unknown
        Names, as they came, of the files that were not taken.
    kept
        Tables taken over from the source before.
    """

    path: Path | None
    recognised: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def is_upload(home: Workspace, path: Path) -> bool:
    """Tell whether a source came in through the app."""
    return path.parent == home.uploads


def uploaded_at(path: Path) -> datetime | None:
    """Return when an upload came in; ``None`` for any other source."""
    found = _STAMP.fullmatch(path.name)
    return datetime.strptime(found[1], _MOMENT) if found else None


def source_files(path: Path) -> tuple[Path, ...]:
    """List the files of a source that are looked at."""
    if path.is_dir():
        return tuple(sorted(filter(may_hold_table, path.iterdir())))
    return (path,)


def stamp_of(path: Path) -> str:
    """Tell one state of a source from another without reading it all."""
    facts = [
        (file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in source_files(path)
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def take_in(home: Workspace, files: Sequence[UploadedFile], base: Path | None = None) -> Intake:
    """Store an upload, whole or not at all.

    Parameters
    ----------
    base
        Source whose other tables are taken over; ``None`` for none.
    """
    home.uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{datetime.now().strftime(_MOMENT)}-{secrets.token_hex(4)}"
    fresh = home.uploads / f".{name}"
    fresh.mkdir(mode=0o700)
    try:
        intake = _store(fresh, files)
        if not any(fresh.iterdir()):
            return Intake(None, unknown=intake.unknown)
        kept = keep_tables(fresh, base) if base is not None else ()
        for path in fresh.iterdir():
            path.chmod(0o600)
        final = fresh.rename(home.uploads / name)
        return Intake(final, intake.recognised, intake.unknown, kept)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def throw_away(home: Workspace, path: Path) -> None:
    """Delete an upload.

    Raises
    ------
    InputError
        ``data_missing`` where the path is no upload of this workspace.
    """
    if not is_upload(home, path) or uploaded_at(path) is None or path.is_symlink():
        raise InputError("data_missing", name=path.name)
    shutil.rmtree(path)


def _store(folder: Path, files: Sequence[UploadedFile]) -> Intake:
    recognised: list[tuple[str, str]] = []
    unknown: list[str] = []
    for file in files:
        suffix = _suffix(file)
        table = named_table(PurePath(file.name).stem)
        if suffix not in ENDINGS:
            unknown.append(file.name)
            continue
        here = folder / f"new{suffix}"
        here.touch(mode=0o600)
        here.write_bytes(file.content)
        if table is None and (table := recognise_table(here)) is not None:
            recognised.append((file.name, table.name))
        if table is None and suffix not in WORKBOOKS:
            here.unlink()
            unknown.append(file.name)
            continue
        here.rename(_free_name(folder, table, suffix))
    return Intake(folder, tuple(recognised), tuple(unknown))


def _suffix(file: UploadedFile) -> str:
    """Return the ending a file is stored under: a workbook called ``.csv`` is a workbook."""
    suffix = PurePath(file.name).suffix.casefold()
    if suffix == ".csv" and file.content.startswith(ZIP_MARK):
        return ".xlsx"
    return ".xls" if suffix == ".csv" and file.content.startswith(OLE_MARK) else suffix


def _free_name(folder: Path, table: Table | None, suffix: str) -> Path:
    """Find a name that says the table; two files of one table both stay, and are told later."""
    if table is None:
        names = ["workbook", *(f"workbook-{number}" for number in range(2, 1_000))]
    else:
        names = [
            table.name,
            table.zh,
            *table.also,
            *(f"{table.name}{'_' * n}" for n in range(1, 99)),
        ]
    return next(path for name in names if not (path := folder / f"{name}{suffix}").exists())
