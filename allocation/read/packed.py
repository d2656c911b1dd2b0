"""What a packed workbook would become in memory, found out before it is opened.

XLSX and ODS files are packed: a few kilobytes can unpack to gigabytes, and one stray cell
in the last row and column makes a reader lay out every cell before it, 17 thousand million
in a sheet.  A reader that asks for that much memory takes the whole program down, so the
parts are streamed through first, one piece of one part at a time.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

MOST_UNPACKED = 1 << 30
"""Bytes that all parts of a workbook may unpack to together."""

MOST_CELLS = 10_000_000
"""Rows times columns that one sheet may span, down to and across to its last filled cells."""

_PIECE_BYTES = 1 << 18
# Excel's binary workbooks are no input, and could not be looked through here.
_BINARY = "xl/workbook.bin"
_ODS_SHEETS = "content.xml"

# Rows, and cells with something in them; what is only formatted is left out by readers too.
_XLSX = re.compile(
    rb"<(?:\w+:)?(?:"
    rb"(row)\b(?:[^<]*?\sr\s*=\s*[\"']([0-9]{1,7})[\"'])?"
    rb"|c(?=[\s>])(?:[^<]*?\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'])?"
    rb"[^<]*(?<!/)>[^<]*<(?!/))"
)
_ODS = re.compile(rb"<(?:\w+:)?(table|table-row|table-cell|covered-table-cell|p)(?=[\s/>])([^<]*)")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]{1,7})")


class _TooLarge(Exception):
    """Ends the looking; carries the code of a finding."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Span(Protocol):
    """What follows the cells of one part."""

    def feed(self, markup: bytes) -> None:
        """Take the next piece, cut between two tags."""


def fault_of(path: Path) -> str | None:
    """Return the code of the finding that forbids opening a packed workbook, if any.

    Parameters
    ----------
    path
        A file that begins like a ZIP archive.
    """
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                if part.filename.casefold() == _BINARY:
                    return "file_damaged"
                with archive.open(part) as stream:
                    left -= _looked_through(stream, left, _spans(part.filename))
    except _TooLarge as error:
        return error.code
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return "file_damaged"
    except RuntimeError:
        # A password, or a way of packing that is not known.
        return "file_encrypted"
    return None


def _spans(part: str) -> list[_Span]:
    """Return what follows the cells of a part; the name of an XLSX sheet can be anything."""
    return [_XlsxSpan(), _OdsSpan()] if part == _ODS_SHEETS else [_XlsxSpan()]


def _looked_through(stream: IO[bytes], most: int, spans: list[_Span]) -> int:
    """Return the bytes of a part, having shown its tags to those who follow them."""
    n_bytes = 0
    rest = b""
    for piece in _pieces(stream):
        n_bytes += len(piece)
        if n_bytes > most:
            raise _TooLarge("workbook_too_large")
        whole = rest + piece
        cut = _last_cut(whole)
        for span in spans:
            span.feed(whole[:cut])
        rest = whole[cut:]
    for span in spans:
        span.feed(rest)
    return n_bytes


def _last_cut(markup: bytes) -> int:
    """Return where a piece can be cut without parting a cell's tag from what is in it."""
    cut = max(markup.rfind(b"</"), markup.rfind(b"/><") + 2 * (b"/><" in markup))
    # No cell is as long as that: it is a long text, or an attempt to slip through.
    return len(markup) if len(markup) - cut > 2 * _PIECE_BYTES else max(cut, 0)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE_BYTES):
        yield piece


def _check(rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise _TooLarge("sheet_too_large")


class _XlsxSpan:
    """The one sheet of an XLSX part: cells bear a reference, or follow the one before."""

    def __init__(self) -> None:
        self._letters: set[bytes] = set()
        self._rows = self._widest = 0
        self._row = self._column = 0

    def feed(self, markup: bytes) -> None:
        """Take the next piece."""
        numbers = set()
        for row, row_number, letters, number in _XLSX.findall(markup):
            if letters:
                self._letters.add(letters)
                numbers.add(number)
            elif row:
                self._row, self._column = int(row_number or self._row + 1), 0
            else:
                self._column += 1
                self._widest = max(self._widest, self._column)
                self._rows = max(self._rows, self._row)
        self._rows = max(self._rows, *map(int, numbers), 0)
        # A cell without a reference may follow the widest one that has it.
        _check(self._rows, max(map(_column_of, self._letters), default=0) + self._widest)


def _column_of(letters: bytes) -> int:
    """Return the number of a column, ``A`` being 1."""
    column = 0
    for letter in letters.upper():
        column = 26 * column + letter - ord("A") + 1
    return column


class _OdsSpan:
    """All sheets of an ODS file: rows and cells follow each other, with repetitions."""

    def __init__(self) -> None:
        self._rows = self._columns = 0
        self._row = self._column = 0

    def feed(self, markup: bytes) -> None:
        """Take the next piece."""
        for name, attributes in _ODS.findall(markup):
            if name == b"table":
                self._rows = self._columns = self._row = self._column = 0
            elif name == b"table-row":
                self._row, self._column = self._row + _repeated(attributes), 0
            elif name == b"p" or self._is_filled(attributes):
                self._rows = max(self._rows, self._row)
                self._columns = max(self._columns, self._column)
                _check(self._rows, self._columns)

    def _is_filled(self, attributes: bytes) -> bool:
        """Pass a cell, and tell whether it holds a value."""
        self._column += _repeated(attributes)
        return b"value-type" in attributes


def _repeated(attributes: bytes) -> int:
    match = _REPEATED.search(attributes)
    return int(match[1]) if match else 1
