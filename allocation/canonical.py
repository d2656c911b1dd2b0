"""One way to write JSON and CSV, so that equal content gives equal bytes.

Everything in a run folder goes through here: sorted keys, UTF-8 without a byte
order mark, LF, no locale and no clock.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

Dtypes = Mapping[str, str]
"""Column name -> dtype of a table, in file order."""

_MARK, _MARK_TEXT = "\0", r',"\u0000",'
"""What hardly any value holds, and how JSON writes it in the middle of a list."""

_AT_ONCE = 1000

_CHUNK = 1 << 20
_BLOCK = 1 << 24

_ROWS = 1 << 16

_TEXT = pa.large_string()
_EMPTY, _COMMA, _QUOTE, _LINE_END = (pa.scalar(sign, _TEXT) for sign in ("", ",", '"', "\n"))

_ARROW = {
    "str": pa.large_string(),
    "int64": pa.int64(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
}


def dump_json(value: object, *, indent: int | None = None) -> str:
    """Write a value as canonical JSON: sorted keys, Chinese unescaped, no NaN."""
    return _encoder(indent).encode(value)


def dump_each(values: Sequence[object]) -> list[str]:
    """Write many values as canonical JSON, a text each: as :func:`dump_json`, and sooner.

    Many at once, with a mark between them: to start the encoder takes longer than to write
    one small value.
    """
    parts = (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))
    return [text for part in parts for text in _dump_marked(part)]


def _dump_marked(values: Sequence[object]) -> list[str]:
    marked = [part for value in values for part in (value, _MARK)][:-1]
    texts = dump_json(marked)[1:-1].split(_MARK_TEXT)
    # A value that holds the mark itself makes one text too many.
    return texts if len(texts) == len(values) else [dump_json(value) for value in values]


@cache
def _encoder(indent: int | None) -> json.JSONEncoder:
    """Keep an encoder: to make one takes as long as to write a refusal's parameters."""
    return json.JSONEncoder(
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        indent=indent,
        separators=(",", ":") if indent is None else (",", ": "),
        default=_plain,
    )


def write_json(path: Path, value: object, indent: int | None = 2) -> None:
    """Write a value as a JSON file that ends in a line feed."""
    path.write_text(dump_json(value, indent=indent) + "\n", encoding="utf-8", newline="\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def write_csv(path: Path, frame: pd.DataFrame, columns: Dtypes) -> None:
    """Write the named columns of a table, in that order; null is an empty field."""
    with path.open("wb") as file:
        file.writelines(_csv_parts(frame, columns))


def csv_text(frame: pd.DataFrame, columns: Dtypes) -> str:
    """Return what :func:`write_csv` would write."""
    return b"".join(_csv_parts(frame, columns)).decode()


def _csv_parts(frame: pd.DataFrame, columns: Dtypes) -> Iterator[bytes | pa.Buffer]:
    """Write a table as CSV by columns: a row at a time takes six times as long."""
    yield (",".join(columns) + "\n").encode()
    named = frame.loc[:, list(columns)]
    for name, dtype in named.dtypes.items():
        if dtype.kind in "fb":
            # As Python writes it: of a decimal the shortest text that is the number.
            named[name] = named[name].map(repr, na_action="ignore").astype("str")
    table = pa.Table.from_pandas(named, preserve_index=False, nthreads=1)
    for batch in table.to_batches(max_chunksize=_ROWS):
        *fields, last = map(_field, batch.columns)
        rows = pc.binary_join_element_wise(*fields, _joined(last, _LINE_END), _COMMA)
        # The texts of a column lie one behind the other, as rows do in a file.
        yield rows.buffers()[-1]


def _field(cells: pa.Array) -> pa.Array:
    """Write cells as fields, in quotes where they hold what parts fields."""
    texts = cells.cast(_TEXT).fill_null(_EMPTY)
    parting = pc.match_substring_regex(texts, r'[,"\r\n]')
    if not pc.any(parting).as_py():
        return texts
    quoted = _joined(_QUOTE, pc.replace_substring(texts, '"', '""'), _QUOTE)
    return pc.if_else(parting, quoted, texts)


def _joined(*parts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _EMPTY)


def read_csv(path: Path, columns: Dtypes) -> pd.DataFrame:
    """Read a table written by :func:`write_csv`, with the same dtypes.

    Text stays text: an id such as ``NA`` or ``007`` is neither missing nor a number.

    Raises
    ------
    ValueError
        When it is not a table, or a number is none.
    """
    with path.open("rb") as file:
        header = next(csv.reader([file.readline().decode("utf-8")]), [])
    dtypes = {name: columns.get(name, "str") for name in header}
    # In blocks and threads of Arrow: a million refusals take half a second, not two, and
    # no more memory than their text.
    table = pacsv.read_csv(
        path,
        read_options=pacsv.ReadOptions(block_size=_BLOCK),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types={name: _ARROW[dtype] for name, dtype in dtypes.items()},
            null_values=[""],
            strings_can_be_null=False,
        ),
    )
    frame = pd.DataFrame({name: _series(table[name], dtypes[name]) for name in header}, copy=False)
    return frame.astype(dtypes)


def _series(cells: pa.ChunkedArray, dtype: str) -> pd.Series:
    # Without its own type a column with a missing number would pass through floats.
    mapper = (lambda _: pd.Int64Dtype()) if dtype == "Int64" else None
    series: pd.Series = cells.to_pandas(types_mapper=mapper)
    return series


def empty_table(columns: Dtypes) -> pd.DataFrame:
    """Build a table without rows."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def text_sha256(text: str) -> str:
    """Hash the UTF-8 bytes of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Hash the bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _plain(value: object) -> object:
    """Turn what :mod:`json` does not know into what it does."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Fraction | PurePath):
        return str(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
