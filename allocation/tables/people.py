"""Schemas of the tables about people: applicants, their applications, awards they hold."""

from __future__ import annotations

from typing import Any

from allocation.tables.columns import Column, Table
from allocation.tables.kinds import GROUPS, KIND_COLUMN, position

FUNCTION_VALUES = {"able": "能", "aided": "辅助下能", "unable": "不能", "unknown": "未评估"}


def _fact(name: str, zh: str, about: tuple[str, str], **more: Any) -> Column:
    """Make a fact that may be unknown: empty means so, and unknown never scores."""
    return Column(name, zh, "ternary", about, empty="unknown", personal=True, **more)


def _function(name: str, zh: str, about: tuple[str, str]) -> Column:
    """One line of the functional profile."""
    return Column(name, zh, "choice", about, values=FUNCTION_VALUES, empty="unknown", personal=True)


_WHO = (
    Column(
        "applicant_id",
        "申请人编号",
        "id",
        ("内部编号，不得使用身份证号、残疾人证号或手机号", "Internal id, never an official number"),
        required=True,
    ),
    Column(
        "receipt_no",
        "受理回执号",
        "id",
        (
            "每轮随机编发，公示与抽签用；未填时取申请人编号",
            "Random, one per round; default: the id",
        ),
        headers=("回执号",),
    ),
    Column("name", "姓名", "text", ("仅供内部核对", "For internal checks only"), personal=True),
    Column(
        "group",
        "申请人类别",
        "choice",
        ("残疾人、残疾人家庭成员或一般申请人；缺此列时为一般申请人", "Default: general"),
        values=GROUPS,
        also={"持证残疾人": "disabled", "家庭成员": "household_member", "一般": "general"},
        filled=True,
        default="general",
        personal=True,
    ),
    Column(
        "identity_no",
        "身份证号",
        "code",
        ("18位公民身份号码", "Citizen identity number, 18 characters"),
        headers=("身份证号码", "公民身份号码", "身份证"),
        personal=True,
    ),
    Column(
        "certificate_no",
        "残疾人证号",
        "code",
        ("20位：身份证号18位、类别1位、等级1位", "20 characters: identity number, type, level"),
        headers=("残疾证号", "残疾人证号码", "残疾人证编号"),
        personal=True,
    ),
    Column(
        "certificate_valid_to",
        "残疾人证有效期至",
        "date",
        ("有效期最后一日", "Last valid day"),
        headers=("残疾人证有效期", "证件有效期至"),
        personal=True,
    ),
    Column(
        "certificate_status",
        "残疾人证状态",
        "choice",
        ("决定日之前的最新状态", "Latest known status"),
        values={"valid": "有效", "frozen": "冻结", "cancelled": "注销", "expired": "过期"},
        personal=True,
    ),
    Column(
        "disability_type",
        "残疾类别",
        "choice",
        ("残疾人证所载类别", "Type on the certificate"),
        values={
            "visual": "视力",
            "hearing": "听力",
            "speech": "言语",
            "physical": "肢体",
            "intellectual": "智力",
            "mental": "精神",
            "multiple": "多重",
        },
        also={
            "视力残疾": "visual",
            "听力残疾": "hearing",
            "言语残疾": "speech",
            "肢体残疾": "physical",
            "智力残疾": "intellectual",
            "精神残疾": "mental",
            "多重残疾": "multiple",
        },
        personal=True,
    ),
    Column(
        "disability_level",
        "残疾等级",
        "integer",
        ("一级最重，四级最轻", "1 is the most severe, 4 the least"),
        values={"1": "一级", "2": "二级", "3": "三级", "4": "四级"},
        also={
            **{"一": "1", "二": "2", "三": "3", "四": "4"},
            **{f"{level}级": str(level) for level in range(1, 5)},
        },
        minimum=1,
        maximum=4,
        personal=True,
    ),
    Column("birth_date", "出生日期", "date", ("公历", "Gregorian"), personal=True),
    Column(
        "sex",
        "性别",
        "choice",
        ("男或女", "Male or female"),
        values={"male": "男", "female": "女"},
        also={"男性": "male", "女性": "female", "m": "male", "f": "female"},
        personal=True,
    ),
    Column(
        "retirement_class",
        "退休年龄类别",
        "choice",
        ("计算法定退休年龄用", "Decides the statutory retirement age"),
        values={
            "male": "男职工",
            "female_55": "女干部(原55岁)",
            "female_50": "女工人(原50岁)",
            "resident": "城乡居民",
        },
        also={"女干部": "female_55", "女工人": "female_50"},
        personal=True,
    ),
)

_WHERE = (
    Column("district", "区县", "text", ("现居住区县", "District of residence")),
    Column(
        "township",
        "乡镇街道",
        "text",
        ("现居住乡镇或街道", "Township of residence"),
        headers=("乡镇", "乡镇(街道)", "街道"),
    ),
    Column(
        "village",
        "村居",
        "text",
        ("现居住村或社区", "Village of residence"),
        headers=("村(居)", "村", "社区"),
        personal=True,
    ),
    Column(
        "hukou_local",
        "本市户籍",
        "ternary",
        ("是否本市户籍", "Household register of the city"),
        empty="unknown",
        personal=True,
    ),
    Column(
        "residence_months",
        "居住月数",
        "integer",
        ("在本市连续居住的整月数", "Whole months of residence in the city"),
        minimum=0,
        maximum=1800,
        unit="month",
        personal=True,
    ),
    Column(
        "household_id",
        "户号",
        "id",
        ("同户人员填同一编号", "The same for members of one household"),
        personal=True,
    ),
    Column(
        "household_disabled_count",
        "户内残疾人数",
        "integer",
        (
            "户内持证残疾人数，含未申请的；不填则按同户申请人计",
            "Certified members of the household, applying or not; else applicants are counted",
        ),
        minimum=0,
        maximum=100,
        personal=True,
    ),
)

_FACTS = (
    _fact("min_livelihood", "低保", ("最低生活保障对象", "Receives minimum livelihood aid")),
    _fact("extreme_hardship", "特困", ("特困供养人员", "Supported in extreme hardship")),
    _fact("near_min_livelihood", "低保边缘", ("低保边缘家庭成员", "Just above minimum livelihood")),
    _fact(
        "antipoverty_monitored",
        "防止返贫监测对象",
        ("脱贫不稳定、边缘易致贫或突发严重困难户", "Monitored against falling back into poverty"),
        headers=("监测对象",),
    ),
    _fact("zero_employment_household", "零就业家庭", ("经认定的零就业家庭成员", "As certified")),
    _fact(
        "elderly_supporting_disabled",
        "老养残",
        ("由老年父母供养的残疾人", "Disabled person supported by elderly parents"),
    ),
    Column(
        "graduate_status",
        "高校毕业生状态",
        "choice",
        ("市场渠道确难就业的须有证明", "last_resort needs evidence"),
        values={
            "none": "非毕业生",
            "graduate": "高校毕业生",
            "last_resort": "市场渠道确难就业毕业生",
        },
        personal=True,
    ),
    Column(
        "employment_status",
        "就业状态",
        "choice",
        ("人社部门核查结果", "As checked by the labour department"),
        values={
            "unemployed": "未就业",
            "employed": "已就业",
            "student": "在校学生",
            "pensioner": "享受养老待遇",
            "fiscal_payroll": "财政供养",
        },
        also={"失业": "unemployed"},
        personal=True,
    ),
    Column(
        "post_months_used",
        "公益岗位累计月数",
        "integer",
        ("已在公益性岗位工作的累计月数", "Months already spent in public-welfare posts"),
        minimum=0,
        maximum=1200,
        unit="month",
        personal=True,
    ),
    Column(
        "post_placements",
        "公益岗位安置次数",
        "integer",
        ("已安置公益性岗位的次数", "Number of earlier placements"),
        minimum=0,
        maximum=100,
        personal=True,
    ),
    _fact("holds_licence", "已持烟草证", ("持有有效烟草专卖零售许可证", "Holds a tobacco licence")),
    _fact(
        "first_tobacco_application",
        "首次申请烟草证",
        ("此前未申请过烟草专卖零售许可证", "Never applied for one before"),
    ),
)

_PROFILE = (
    _function("can_stand", "久站", ("职业能力评估：能否长时间站立", "Can stand for long")),
    _function("can_climb", "坡地行走", ("职业能力评估：能否在坡地行走", "Can walk on slopes")),
    _function(
        "can_see", "视力操作", ("职业能力评估：能否完成需视力的操作", "Can do work by sight")
    ),
    _function("can_hear", "听辨", ("职业能力评估：能否听辨言语", "Can understand speech by ear")),
    _function("can_travel", "独立出行", ("职业能力评估：能否独立出行", "Can travel alone")),
    _function(
        "has_civil_capacity",
        "完全民事行为能力",
        ("职业能力评估：是否具有完全民事行为能力", "Has full civil capacity"),
    ),
)

APPLICANTS = Table(
    "applicants",
    "申请人",
    ("每行一名申请人", "One applicant a row"),
    (*_WHO, *_WHERE, *_FACTS, *_PROFILE, *position(personal=True)),
    key=("applicant_id",),
    required=True,
    also=("申请人表", "申请人信息"),
)

MOST_RANK = 1_000_000
"""Last rank a place may give.

A level adds up what ranks leave below the last one.  With ten million applications that is
10**13, well within the 2**50 in which every sum is exact, and a single one is no greater
than a draw number, which solvers' floating point tells apart.
"""

APPLICATIONS = Table(
    "applications",
    "申请",
    ("每行一名申请人对一个名额的一个志愿", "One applicant's wish for one place a row"),
    (
        Column(
            "applicant_id",
            "申请人编号",
            "id",
            ("见申请人表", "See applicants"),
            required=True,
            refers=("applicants",),
        ),
        Column(
            "place_id",
            "名额编号",
            "id",
            ("见名额表", "See places"),
            required=True,
            refers=("places",),
        ),
        Column(
            "preference_rank",
            "志愿序号",
            "integer",
            ("1为第一志愿；同一申请人不得重复", "1 is the first wish; no rank twice per applicant"),
            required=True,
            minimum=1,
            maximum=1000,
            headers=("志愿顺序", "志愿"),
        ),
        Column(
            "accepted_at",
            "受理时间",
            "timestamp",
            ("精确到秒", "To the second; a fraction is cut off"),
        ),
        Column(
            "accepted_seq",
            "受理序号",
            "integer",
            ("受理时间相同时由受理机关编定", "The office's order of equal times"),
            minimum=0,
        ),
        Column(
            "priority_rank",
            "名额排序",
            "integer",
            (
                "名额方给出的排序，1为最先，至多1000000",
                "The place's own order, 1 first, at most 1000000",
            ),
            minimum=1,
            maximum=MOST_RANK,
        ),
        Column(
            "condition_band",
            "条件档次",
            "integer",
            ("1为最好", "1 is the best"),
            minimum=1,
            maximum=100,
        ),
    ),
    key=("applicant_id", "preference_rank", "place_id"),
    unique=False,
    required=True,
    also=("申请表", "志愿", "志愿表"),
)

HELD_AWARDS = Table(
    "held_awards",
    "在持名额",
    ("每行一个此前授予的名额", "One award from before this run a row"),
    (
        Column("applicant_id", "申请人编号", "id", ("见申请人表", "See applicants"), required=True),
        Column("place_id", "名额编号", "id", ("可为往期名额", "May be of an earlier round")),
        KIND_COLUMN,
        Column("awarded_on", "授予日期", "date", ("授予之日", "Day of the award")),
        Column("valid_to", "有效期至", "date", ("未填表示仍有效", "Empty: still valid")),
    ),
    key=("applicant_id", "kind", "place_id", "awarded_on"),
    unique=False,
    also=("已持名额", "在持名额表"),
)
