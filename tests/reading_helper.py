"""A small, flawless set of input tables, and ways to write it as offices do."""

from __future__ import annotations

import csv
from copy import deepcopy
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
from stdnum.iso7064 import mod_11_2

from allocation import tables
from allocation.scenario.models import ColumnRule, DataCrs, DataSource, KindName, Space

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from allocation.read import Tables

Row = dict[str, str]
Town = dict[str, list[Row]]
Box = tuple[float, float, float, float]

PREFIX = "371199"
"""Of synthetic people: no such place exists."""


def identity(birth: str, number: int) -> str:
    """Make an identity number with a valid check digit; odd numbers are men's."""
    body = f"{PREFIX}{birth}{number:03d}"
    return body + mod_11_2.calc_check_digit(body)


ANN = identity("19800215", 12)
BOB = identity("19911103", 7)

_TOWN: Town = {
    "applicants": [
        {
            "申请人编号": "A1",
            "受理回执号": "R-71",
            "姓名": "安某",
            "申请人类别": "残疾人",
            "身份证号": ANN,
            "残疾人证号": f"{ANN}43",
            "残疾类别": "肢体",
            "残疾等级": "三级",
            "出生日期": "1980-02-15",
            "性别": "女",
            "区县": "东港区",
            "乡镇街道": "石臼街道",
            "居住月数": "120",
            "低保": "是",
            "久站": "辅助下能",
            "经度": "119.5301",
            "纬度": "35.3902",
        },
        {
            "申请人编号": "A2",
            "受理回执号": "R-15",
            "姓名": "卜某",
            "申请人类别": "一般申请人",
            "身份证号": BOB,
            "残疾人证号": "",
            "残疾类别": "",
            "残疾等级": "",
            "出生日期": "1991-11-03",
            "性别": "男",
            "区县": "东港区",
            "乡镇街道": "石臼街道",
            "居住月数": "",
            "低保": "",
            "久站": "",
            "经度": "",
            "纬度": "",
        },
        {
            "申请人编号": "A3",
            "受理回执号": "R-88",
            "姓名": "蔡某",
            "申请人类别": "残疾人家庭成员",
            "身份证号": "",
            "残疾人证号": "",
            "残疾类别": "",
            "残疾等级": "",
            "出生日期": "1975-07-01",
            "性别": "男",
            "区县": "东港区",
            "乡镇街道": "石臼街道",
            "居住月数": "36",
            "低保": "否",
            "久站": "能",
            "经度": "119.5288",
            "纬度": "35.4011",
        },
    ],
    "places": [
        {
            "名额编号": "P1",
            "名额类型": "摊位",
            "名额数": "2",
            "名称": "石臼早市东排",
            "候选点": "否",
            "场所编号": "V1",
            "区县": "东港区",
            "乡镇街道": "石臼街道",
            "区域类别": "城区",
            "月费(元)": "120.5",
            "需久站": "是",
            "经度": "119.5310",
            "纬度": "35.3921",
        },
        {
            "名额编号": "P2",
            "名额类型": "福利彩票站点",
            "名额数": "1",
            "名称": "海滨路口",
            "候选点": "是",
            "场所编号": "",
            "区县": "东港区",
            "乡镇街道": "石臼街道",
            "区域类别": "镇区",
            "月费(元)": "",
            "需久站": "",
            "经度": "119.5402",
            "纬度": "35.3990",
        },
    ],
    "applications": [
        {
            "申请人编号": applicant,
            "名额编号": place,
            "志愿序号": rank,
            "受理时间": f"2023-11-2{rank} 09:30:1{rank}",
        }
        for applicant, place, rank in [
            ("A1", "P1", "1"),
            ("A1", "P2", "2"),
            ("A2", "P1", "1"),
            ("A3", "P2", "1"),
        ]
    ],
    "existing_outlets": [
        {
            "网点编号": "O1",
            "名额类型": "福利彩票站点",
            "区域类别": "城区",
            "持有人类别": "一般申请人",
            "经度": "119.5500",
            "纬度": "35.4000",
        }
    ],
    "venues": [{"场所编号": "V1", "场所类型": "早市", "名称": "石臼早市", "剩余可办数": "0"}],
    "townships": [{"名称": "石臼街道", "区县": "东港区", "人口": "61000"}],
    "measured_distances": [
        {"名额编号甲": "P2", "名额编号乙": "O1", "实测距离(米)": "291.4", "测量日期": "2023-10-9"}
    ],
    "held_awards": [
        {
            "申请人编号": "A2",
            "名额编号": "OLD",
            "名额类型": "摊位",
            "授予日期": "2022-01-01",
            "有效期至": "",
        }
    ],
}


def town() -> Town:
    """Return a fresh copy of the flawless tables, with Chinese headers and labels."""
    return deepcopy(_TOWN)


def write_csv(path: Path, rows: list[Row], encoding: str = "utf-8") -> None:
    """Write rows as a CSV file the way a spreadsheet does."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_folder(folder: Path, rows: Town, encoding: str = "utf-8") -> Path:
    """Write tables as CSV files named in English."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in rows.items():
        write_csv(folder / f"{name}.csv", table, encoding)
    return folder


def _exact(bounds: Box) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    west, south, east, north = (Fraction(str(side)) for side in bounds)
    return west, south, east, north


def scenario(
    data: Path,
    *,
    crs: Mapping[str, str] | None = None,
    kinds: Mapping[str, tuple[str, str]] | None = None,
    bounds: Box | None = None,
    columns: tuple[ColumnRule, ...] = (),
) -> Any:
    """Stand in for a scenario: the few settings that reading asks for."""
    names = {kind: KindName(zh=zh, en=en) for kind, (zh, en) in (kinds or {}).items()}
    return SimpleNamespace(
        data=DataSource(
            folder=data if data.is_dir() else None,
            workbook=None if data.is_dir() else data,
            crs=DataCrs(**(crs or {})),
        ),
        kinds=names,
        columns=columns,
        space=Space(bounds=None if bounds is None else _exact(bounds)),
    )


def same(one: Tables, other: Tables) -> bool:
    """Compare all tables, dtypes included."""
    for name in tables.INPUT_TABLES:
        pd.testing.assert_frame_equal(one.frames[name], other.frames[name])
    return True
