"""Values and columns that several tables share."""

from __future__ import annotations

from allocation.tables.columns import Column

KINDS = {
    "public_welfare_post": "公益性岗位",
    "stall": "摊位",
    "kiosk": "便民服务网点",
    "welfare_lottery": "福利彩票站点",
    "sports_lottery": "体育彩票站点",
    "tobacco": "烟草零售点",
    "rukang_seat": "如康家园名额",
}
"""Kinds of the city; a scenario may declare others."""

GROUPS = {
    "disabled": "残疾人",
    "household_member": "残疾人家庭成员",
    "general": "一般申请人",
}

ZONES = {"urban": "城区", "town": "镇区", "rural": "乡村"}

KIND_COLUMN = Column(
    "kind",
    "名额类型",
    "choice",
    ("可由方案增加类型", "A scenario may declare further kinds"),
    values=KINDS,
    also={
        "公益岗位": "public_welfare_post",
        "城乡公益性岗位": "public_welfare_post",
        "报刊亭": "kiosk",
        "便民网点": "kiosk",
        "福彩站点": "welfare_lottery",
        "体彩站点": "sports_lottery",
        "如康家园": "rukang_seat",
    },
    headers=("类型",),
    required=True,
    open_values=True,
)

ZONE_COLUMN = Column(
    "zone", "区域类别", "choice", ("间距标准所依区域", "Zone a spacing rule goes by"), values=ZONES
)


def position(*, personal: bool = False) -> tuple[Column, Column]:
    """Return the columns of a position, in EPSG:4490 degrees once read."""
    return (
        Column(
            "lon",
            "经度",
            "number",
            ("坐标系由方案[data.crs]声明", "In the system the scenario declares in [data.crs]"),
            headers=("longitude", "lng", "easting", "东坐标", "横坐标"),
            unit="degree",
            personal=personal,
        ),
        Column(
            "lat",
            "纬度",
            "number",
            ("坐标系由方案[data.crs]声明", "In the system the scenario declares in [data.crs]"),
            headers=("latitude", "northing", "北坐标", "纵坐标"),
            unit="degree",
            personal=personal,
        ),
    )


def area(*, village: bool = False) -> tuple[Column, ...]:
    """Return the columns that say in which administrative area something stands."""
    columns = (
        Column("district", "区县", "text", ("所在区县", "District")),
        Column(
            "township",
            "乡镇街道",
            "text",
            ("所在乡镇或街道", "Township"),
            headers=("乡镇", "乡镇(街道)", "街道"),
        ),
    )
    if not village:
        return columns
    return (
        *columns,
        Column("village", "村居", "text", ("所在村或社区", "Village"), headers=("村(居)", "社区")),
    )
