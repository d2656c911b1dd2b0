"""The encoding of a CSV file: UTF-8 with or without a mark, or GB 18030.

A file is read in the one encoding that fits all of it.  Where none does, lines in
the other encoding are decoded by themselves and reported, and bytes that belong to
neither become U+FFFD, which the reader reports cell by cell.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "gb18030"]

DAMAGED = "\ufffd"
"""Stands for bytes that could not be decoded."""

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# A line of ASCII and Chinese in UTF-8, with some Chinese.  By accident a GB 18030
# line looks like this once in millions, since the bytes would have to come in threes.
_CHINESE_UTF8_LINE = re.compile(
    rb"^[\x00-\x09\x0b-\x7f]*"
    rb"(?:(?:\xe3[\x80-\xbf]|[\xe4-\xe9][\x80-\xbf]|\xef[\xbc-\xbf])[\x80-\xbf]"
    rb"[\x00-\x09\x0b-\x7f]*)+$",
    re.MULTILINE,
)
_EVERYDAY = re.compile(
    r"[\x00-\x7f\u00b7\u2014\u2018-\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]*"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file.

    Attributes
    ----------
    text
        The text, with U+FFFD for bytes that belong to no encoding.
    other_lines
        Lines (from 1) that stand in the other encoding.
    """

    text: str
    other_lines: tuple[int, ...] = ()


def decode(data: bytes) -> Decoded | None:
    """Decode a file; ``None`` when it is not in an encoding this program reads."""
    if data.startswith(_UTF16_MARKS) or b"\x00" in data[:4]:
        return None
    marked = data.startswith(codecs.BOM_UTF8)
    if marked:
        data = data[len(codecs.BOM_UTF8) :]
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if not marked and not _CHINESE_UTF8_LINE.search(data):
        try:
            return Decoded(data.decode("gb18030"))
        except UnicodeDecodeError:
            pass
    return _line_by_line(data, marked=marked)


def _line_by_line(data: bytes, *, marked: bool) -> Decoded:
    """Decode a file that no encoding fits as a whole, in the one that fits most lines."""
    lines = data.split(b"\n")
    n_utf8 = sum(bool(_CHINESE_UTF8_LINE.match(line)) for line in lines)
    n_gb = sum(_fits(line, "gb18030") and not _fits(line, "utf-8") for line in lines)
    main: Encoding = "utf-8" if marked or n_utf8 >= n_gb else "gb18030"
    texts, elsewhere = [], []
    for number, line in enumerate(lines, start=1):
        suspect = not _fits(line, main) or (main == "gb18030" and _is_other(line, main))
        if not suspect:
            texts.append(line.decode(main))
            continue
        # No sign of either encoding holds the byte of a comma.
        cells = [_decode_cell(cell, main) for cell in line.split(b",")]
        texts.append(",".join(text for text, _ in cells))
        if any(is_other for _, is_other in cells):
            elsewhere.append(number)
    return Decoded("\n".join(texts), tuple(elsewhere))


def _decode_cell(cell: bytes, main: Encoding) -> tuple[str, bool]:
    """Decode a cell of a suspect line; tell whether it is in the other encoding."""
    if _is_other(cell, main):
        return cell.decode("gb18030" if main == "utf-8" else "utf-8"), True
    return cell.decode(main, errors="replace"), False


def _is_other(part: bytes, main: Encoding) -> bool:
    """Tell whether bytes are Chinese in the encoding that is not the main one."""
    if main == "gb18030":
        return _CHINESE_UTF8_LINE.match(part) is not None
    if _fits(part, "utf-8") or not _fits(part, "gb18030"):
        return False
    return _EVERYDAY.fullmatch(part.decode("gb18030")) is not None


def _fits(line: bytes, encoding: Encoding) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
