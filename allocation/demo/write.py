"""Write the input folder: Chinese headers and values, UTF-8 with a mark, LF."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from allocation.tables import Column, header, labels, table_of

if TYPE_CHECKING:
    from pathlib import Path

ENCODING = "utf-8-sig"
HOME_DECIMALS = 5
PLACE_DECIMALS = 6
DISTANCE_DECIMALS = 1


def write_table(folder: Path, table: str, frame: pd.DataFrame) -> None:
    """Write one table: those of its columns that the frame has, in their usual order."""
    columns = [column for column in table_of(table).columns if column.name in frame.columns]
    out = pd.DataFrame(
        {
            header(table, column.name): _worded(table, column, frame[column.name])
            for column in columns
        }
    )
    decimals = {"applicants": HOME_DECIMALS, "measured_distances": DISTANCE_DECIMALS}
    out.to_csv(
        folder / f"{table}.csv",
        index=False,
        encoding=ENCODING,
        lineterminator="\n",
        float_format=f"%.{decimals.get(table, PLACE_DECIMALS)}f",
        date_format="%Y-%m-%d %H:%M:%S" if table == "applications" else "%Y-%m-%d",
    )


def _worded(table: str, column: Column, values: pd.Series) -> pd.Series:
    """Return a column in the office's words; what is unknown stays empty."""
    if column.type == "boolean":
        # Only a yes is written down: that is how such sheets come in.
        return values.map({True: "是"})
    if not column.labels:
        return values
    if column.type == "integer":
        values = values.astype("string")
    return labels(table, column.name, values)


def write_districts(folder: Path, source: str) -> None:
    """Write the outlines with the headers of the table, one district per line."""
    document = json.loads(source)
    code, name = header("districts", "district_code"), header("districts", "name")
    lines = []
    for feature in document["features"]:
        properties = feature["properties"]
        feature["properties"] = {code: properties["code"], name: properties["name"]}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    crs = json.dumps(document["crs"])
    text = (
        '{"type":"FeatureCollection","name":"districts","crs":' + crs + ',"features":[\n'
        + ",\n".join(lines) + "\n]}\n"
    )  # fmt: skip
    (folder / "districts.geojson").write_text(text, encoding="utf-8", newline="\n")
