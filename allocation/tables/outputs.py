"""Schemas of the tables a run writes; here for their headers and labels."""

from __future__ import annotations

from allocation.tables.columns import Column, Table
from allocation.tables.kinds import KIND_COLUMN


def _id(name: str, zh: str, about: tuple[str, str]) -> Column:
    return Column(name, zh, "id", about)


def _whole(name: str, zh: str, about: tuple[str, str], unit: str = "") -> Column:
    return Column(name, zh, "integer", about, unit=unit)


_APPLICANT = _id("applicant_id", "申请人编号", ("见申请人表", "See applicants"))
_PLACE = _id("place_id", "名额编号", ("见名额表", "See places"))
_STAGE = Column("stage", "阶段", "text", ("方案中的阶段", "Stage of the scenario"))
_PREFERENCE = _whole("preference_rank", "志愿序号", ("1为第一志愿", "1 is the first wish"))
_TIER = _whole("priority_tier", "优先层级", ("1为最先", "1 comes first"))
_DRAW = _whole("draw_number", "抽签号", ("1为最先", "1 comes first"))

AWARDS = Table(
    "awards",
    "分配结果",
    ("每行一个授予的名额", "One award a row"),
    (
        _APPLICANT,
        _PLACE,
        KIND_COLUMN,
        _STAGE,
        _PREFERENCE,
        _TIER,
        _DRAW,
        _whole("distance_m", "距离(米)", ("住址到名额的距离", "Home to place"), "m"),
        Column(
            "reserve_used",
            "占用预留",
            "text",
            ("占用的预留名额，空为普通名额", "Reserve whose unit is used; empty: an open unit"),
        ),
    ),
    key=("applicant_id", "place_id"),
)

WAITLIST = Table(
    "waitlist",
    "轮候名单",
    ("每行一名申请人在一个名额的轮候", "One applicant waiting for one place a row"),
    (
        _PLACE,
        _whole("waitlist_rank", "轮候序号", ("1为最先", "1 comes first")),
        _APPLICANT,
        KIND_COLUMN,
        _STAGE,
        _PREFERENCE,
        _TIER,
        _DRAW,
    ),
    key=("place_id", "waitlist_rank"),
)

REFUSALS = Table(
    "refusals",
    "未获名额",
    ("每行一个未获准的志愿及其原因", "One refused application with its reason a row"),
    (
        _APPLICANT,
        _PLACE,
        Column("reason_code", "原因代码", "text", ("原因的代码", "Code of the reason")),
        Column("params", "原因参数", "text", ("JSON 文本", "As JSON")),
    ),
    key=("applicant_id", "place_id"),
)

CHANCES = Table(
    "chances",
    "中签机会",
    ("每行一名申请人抽签前公布的机会", "One applicant's chance before the draw a row"),
    (
        _STAGE,
        _APPLICANT,
        Column("chance", "机会", "number", ("0至1，按小数", "Between 0 and 1, as a decimal")),
        _whole("numerator", "机会分子", ("准确的机会", "The exact chance")),
        _whole("denominator", "机会分母", ("准确的机会", "The exact chance")),
        _TIER,
        _whole(
            "tight_set",
            "同机会组",
            ("lottery.json 中的组号，由 0 起", "Number of the set in lottery.json, from 0"),
        ),
    ),
    key=("stage", "applicant_id"),
)

VIOLATIONS = Table(
    "violations",
    "核查问题",
    ("每行一处核查发现的问题", "One thing the checker found a row"),
    (
        Column("code", "问题代码", "text", ("问题的代码", "Code of the violation")),
        _APPLICANT,
        _PLACE,
        Column("params", "问题参数", "text", ("JSON 文本", "As JSON")),
    ),
    key=("code", "applicant_id", "place_id"),
)

PROOFS = Table(
    "proofs",
    "最优性证明",
    (
        "每行一个乘数：各级目标已达最优的整数证明，供核查逐步复算",
        "One multiplier a row: integer proofs of the levels, for the checker to work out",
    ),
    (
        _STAGE,
        _whole("step", "步骤", ("证明的步骤，从1起", "Step of the proof, from 1")),
        _whole("level", "目标序号", ("从1起；0为最多可分配数", "From 1; 0 is the most awards")),
        Column("claim", "结论", "text", ("这一步证明什么", "What the step proves")),
        Column("rule", "规则", "text", ("所用的规则", "The rule that is used")),
        Column("item", "对象", "text", ("规则针对的对象", "What the rule is about")),
        Column("multiplier", "乘数", "text", ("整数", "An integer")),
        _whole(
            "part",
            "部分",
            (
                "互不相关的部分，从1起；0为整体",
                "Part tied to no other, from 1; 0 is the whole",
            ),
        ),
    ),
    key=("stage", "step", "rule", "item"),
)
