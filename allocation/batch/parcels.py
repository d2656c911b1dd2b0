"""What travels between machines: files as bytes, which no log can quote."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from allocation.read import Tables, load_sealed_tables


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """Some files in one zip archive.

    Attributes
    ----------
    content
        The archive.  It holds personal data, so a parcel shows its size alone.
    """

    content: bytes

    def __repr__(self) -> str:
        """Show nothing of the content: arguments of a failed task end up in logs."""
        return f"<{type(self).__name__}: {len(self.content)} bytes>"

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def unpack(self, folder: Path) -> None:
        """Write the files into a folder that is there."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            archive.extractall(folder)


def pack_files(files: Iterable[tuple[str, Path]], *, compress: bool = True) -> Parcel:
    """Pack files under the names given.

    Parameters
    ----------
    compress
        Off for files that are compressed already.
    """
    content = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(content, "w", method, compresslevel=1) as archive:
        for name, path in files:
            archive.write(path, name)
    return Parcel(content.getvalue())


def pack_folder(folder: Path, *, compress: bool = True) -> Parcel:
    """Pack everything below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return pack_files(
        ((path.relative_to(folder).as_posix(), path) for path in files), compress=compress
    )


def pack_tables(tables: Tables, scratch: Path | None = None) -> Parcel:
    """Pack input tables as a run folder keeps them.

    Parameters
    ----------
    scratch
        Folder to work in; the system's for temporary files when not given.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        tables.save(Path(folder))
        return pack_folder(Path(folder), compress=False)


def unpack_tables(parcel: Parcel, scratch: Path | None = None) -> Tables:
    """Read back what :func:`pack_tables` packed."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        parcel.unpack(Path(folder))
        return load_sealed_tables(Path(folder))
