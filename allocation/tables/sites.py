"""Schemas of the tables about what stands in the city: places, outlets, schools, markets."""

from __future__ import annotations

from allocation.tables.columns import Column, Table
from allocation.tables.kinds import GROUPS, KIND_COLUMN, ZONE_COLUMN, area, position


def _requirement(name: str, zh: str, about: tuple[str, str]) -> Column:
    return Column(name, zh, "boolean", about)


_MANAGER = Column("manager_org", "管理单位", "text", ("负责管理的单位", "Who manages it"))


def _money(name: str, zh: str, about: tuple[str, str]) -> Column:
    return Column(name, zh, "number", about, minimum=0, maximum=1e7, unit="yuan/month")


PLACES = Table(
    "places",
    "名额",
    ("每行一个岗位、摊位、网点、站点或席位", "One post, stall, outlet or seat a row"),
    (
        Column(
            "place_id",
            "名额编号",
            "id",
            ("本轮内唯一", "Unique in the round"),
            required=True,
        ),
        KIND_COLUMN,
        Column(
            "capacity",
            "名额数",
            "integer",
            ("可安置人数", "How many people it can take"),
            required=True,
            minimum=0,
            maximum=100_000,
        ),
        Column("name", "名称", "text", ("名额名称", "Name")),
        Column(
            "is_candidate",
            "候选点",
            "boolean",
            ("尚未设立，授予后方设立", "Not open yet: opens when it is awarded"),
            default=False,
            empty=False,
        ),
        Column("venue_id", "场所编号", "id", ("见场所表", "See venues"), refers=("venues",)),
        *area(village=True),
        ZONE_COLUMN,
        Column("post_kind", "岗位工种", "text", ("公益性岗位的工种", "Job of a post")),
        Column(
            "duty_category",
            "岗位类别",
            "choice",
            ("公益性岗位的类别", "Category of a post"),
            values={
                "public_management": "公共管理类",
                "public_service": "公共服务类",
                "social_undertaking": "社会事业类",
                "facility_maintenance": "设施维护类",
                "social_governance": "社会治理类",
            },
        ),
        Column("disabled_only", "专项安排残疾人", "boolean", ("仅安排残疾人", "Disabled only")),
        Column(
            "time_slot",
            "经营时段",
            "choice",
            ("摊位的经营时段", "When a stall trades"),
            values={"morning": "早市", "day": "日间", "night": "夜市", "all_day": "全天"},
        ),
        Column("trade_type", "经营类别", "text", ("摊位的经营类别", "What a stall sells")),
        _money("monthly_pay", "月补贴(元)", ("岗位补贴标准", "Pay of a post")),
        Column(
            "daily_hours",
            "日工时",
            "number",
            ("每日工作小时数", "Hours a day"),
            minimum=0,
            maximum=24,
            unit="h/day",
        ),
        _money("fee", "月费(元)", ("摊位费或租金", "Fee or rent")),
        _money("fee_after_reduction", "减免后月费(元)", ("减免后的月费", "Fee after reduction")),
        Column(
            "term_months",
            "期限(月)",
            "integer",
            ("协议或合同期限", "Term of the contract"),
            minimum=0,
            maximum=1200,
            unit="month",
        ),
        _requirement("requires_standing", "需久站", ("工作须长时间站立", "Standing for long")),
        _requirement("requires_climbing", "需坡地行走", ("工作须在坡地行走", "Walking on slopes")),
        _requirement("requires_sight", "需视力操作", ("工作须凭视力操作", "Work by sight")),
        _requirement("requires_hearing", "需听辨", ("工作须听辨言语", "Understanding speech")),
        _requirement("requires_travel", "需独立出行", ("工作须独立出行", "Travelling alone")),
        _requirement(
            "requires_civil_capacity",
            "需完全民事行为能力",
            ("须具有完全民事行为能力", "Full civil capacity"),
        ),
        _MANAGER,
        *position(),
    ),
    key=("place_id",),
    required=True,
    also=("名额表", "岗位", "岗位表"),
)

EXISTING_OUTLETS = Table(
    "existing_outlets",
    "现有网点",
    ("每行一个已设立的站点或网点", "One outlet that is already open a row"),
    (
        Column("outlet_id", "网点编号", "id", ("全市唯一", "Unique"), required=True),
        KIND_COLUMN,
        Column("name", "名称", "text", ("网点名称", "Name")),
        *area(),
        ZONE_COLUMN,
        Column(
            "holder_group",
            "持有人类别",
            "choice",
            ("现持有人类别", "Group of the holder"),
            values=GROUPS,
            personal=True,
        ),
        *position(),
    ),
    key=("outlet_id",),
    also=("现有网点表", "现有站点"),
)

PROTECTED_SITES = Table(
    "protected_sites",
    "保护点",
    ("每行一所学校或幼儿园", "One school or kindergarten a row"),
    (
        Column("site_id", "保护点编号", "id", ("全市唯一", "Unique"), required=True),
        Column(
            "site_type",
            "类型",
            "choice",
            ("学校类型", "Kind of school"),
            values={
                "primary_school": "小学",
                "middle_school": "中学",
                "kindergarten": "幼儿园",
                "special_school": "特殊教育学校",
                "vocational_school": "中等职业学校",
            },
            headers=("保护点类型", "学校类型"),
        ),
        Column("name", "名称", "text", ("学校名称", "Name")),
        *area(),
        *position(),
    ),
    key=("site_id",),
    also=("保护点表", "学校", "中小学幼儿园"),
)

VENUES = Table(
    "venues",
    "场所",
    ("每行一个市场、街区、市场单元或如康家园", "One market, street, cell or home a row"),
    (
        Column("venue_id", "场所编号", "id", ("全市唯一", "Unique"), required=True),
        Column(
            "venue_type",
            "场所类型",
            "choice",
            ("场所的类型", "Kind of venue"),
            values={
                "farm_market": "农贸市场",
                "morning_market": "早市",
                "night_market": "夜市",
                "pedestrian_street": "商业步行街",
                "market_cell": "烟草市场单元",
                "rukang_home": "如康家园",
            },
            also={"步行街": "pedestrian_street", "市场单元": "market_cell"},
            headers=("类型",),
        ),
        Column("name", "名称", "text", ("场所名称", "Name")),
        *area(),
        Column(
            "remaining_number",
            "剩余可办数",
            "integer",
            ("烟草市场单元内尚可新办的数量", "Licences a cell can still take"),
            minimum=0,
            maximum=100_000,
        ),
        _MANAGER,
        *position(),
    ),
    key=("venue_id",),
    also=("场所表", "市场"),
)
