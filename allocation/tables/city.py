"""Schemas of the tables about the city: townships, districts, measurements, employers."""

from __future__ import annotations

from allocation.tables.columns import Column, Table
from allocation.tables.kinds import position

TOWNSHIPS = Table(
    "townships",
    "乡镇街道",
    (
        "每行一个乡镇或街道，以区县加名称为准",
        "One township a row; district and name together are its key",
    ),
    (
        Column("township_code", "乡镇代码(统计)", "code", ("统计用区划代码", "Statistical code")),
        Column(
            "name",
            "名称",
            "text",
            ("乡镇或街道全称", "Full name"),
            headers=("乡镇街道", "township"),
            required=True,
        ),
        Column("district", "区县", "text", ("所属区县", "District"), required=True),
        Column("code_mca", "民政代码", "code", ("民政部门代码", "Code of civil affairs")),
        Column(
            "administering_unit",
            "管理单位",
            "text",
            ("实际管理的区县或功能区", "District or zone that administers it"),
        ),
        Column(
            "population",
            "人口",
            "integer",
            ("常住人口", "Residents"),
            minimum=0,
            maximum=100_000_000,
        ),
        Column("coord_source", "坐标来源", "text", ("坐标的出处", "Where the position is from")),
        *position(),
    ),
    key=("district", "name"),
    also=("乡镇", "乡镇街道表"),
)

DISTRICTS = Table(
    "districts",
    "区县",
    ("每行一个区县及其界线", "One district with its outline a row"),
    (
        Column("district_code", "区县代码", "code", ("行政区划代码", "Code"), headers=("code",)),
        Column("name", "名称", "text", ("区县全称", "Full name"), required=True),
        Column("geometry", "界线", "geometry", ("面", "Polygon in EPSG:4490 once read")),
    ),
    key=("name",),
    also=("区县界线", "区县表"),
)

MEASURED_DISTANCES = Table(
    "measured_distances",
    "实测距离",
    ("每行两点间一次实地测量", "One measurement between two points a row"),
    (
        Column(
            "place_id_a",
            "名额编号甲",
            "id",
            ("名额、现有网点或保护点的编号", "Id of a place, an outlet or a protected site"),
            required=True,
            refers=("places", "existing_outlets", "protected_sites"),
            headers=("起点编号", "编号甲"),
        ),
        Column(
            "place_id_b",
            "名额编号乙",
            "id",
            ("名额、现有网点或保护点的编号", "Id of a place, an outlet or a protected site"),
            required=True,
            refers=("places", "existing_outlets", "protected_sites"),
            headers=("终点编号", "编号乙"),
        ),
        Column(
            "distance_m",
            "实测距离(米)",
            "number",
            ("按公布的测量办法测得", "Measured by the published method"),
            required=True,
            minimum=0,
            maximum=1_000_000,
            positive=True,
            unit="m",
        ),
        Column("measured_by", "测量人", "text", ("测量人员", "Who measured"), personal=True),
        Column("measured_on", "测量日期", "date", ("测量之日", "Day of the measurement")),
    ),
    key=("place_id_a", "place_id_b"),
    also=("实测距离表",),
)

EMPLOYERS = Table(
    "employers",
    "用人单位",
    ("每行一个用人单位", "One employer a row"),
    (
        Column("employer_id", "单位编号", "id", ("全市唯一", "Unique"), required=True),
        Column("name", "名称", "text", ("单位名称", "Name"), headers=("单位名称",)),
        Column(
            "unit_type",
            "单位类型",
            "text",
            ("机关、事业单位、国有企业等", "Organ, institution, state enterprise..."),
        ),
        Column("district", "区县", "text", ("所在区县", "District")),
        Column("staff", "在职职工数", "integer", ("在职职工数", "Employees"), minimum=0),
        Column(
            "disabled_staff",
            "在职残疾职工数",
            "integer",
            ("在职残疾职工数", "Disabled employees"),
            minimum=0,
        ),
        Column("established_posts", "编制数", "integer", ("核定编制数", "Set posts"), minimum=0),
    ),
    key=("employer_id",),
    also=("用人单位表", "单位"),
)
