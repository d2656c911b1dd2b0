"""Texts of the reasons that a solve brings: why an eligible application got no place.

A reason goes to the applicant it is about.  It names that person's own values; of
others only the criterion that decided and a receipt number.  :func:`localise` turns
plain values (a criterion, a level, a chain of moves) into words before a template is
filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allocation.messages import levels

TEXTS: dict[str, tuple[str, str]] = {
    "held_award": (
        "申请人此前已取得{kind}且仍在有效期内，按一人一项的规定，不再重复安排。",
        "The applicant already holds a place ({kind}) that is still valid; one person gets one "
        "place.",
    ),
    "earlier_stage": (
        "申请人已在前一阶段（{stage}）取得名额{place}（{kind}），按一人一项的规定，"
        "不再参加本志愿的分配。",
        "An earlier stage ({stage}) awarded the applicant place {place} ({kind}); one person gets "
        "one place.",
    ),
    "ranked_higher": (
        "申请人已取得志愿序号在前的名额{place}（第{rank}志愿），本志愿不再安排。",
        "The applicant was awarded a place ranked higher on the own list: {place} (wish {rank}).",
    ),
    "already_granted": (
        "申请人受理在先的另一项申请（名额{place}，第{rank}志愿）已获批准，本申请不再安排。",
        "Another application of the same person, accepted earlier, was granted: {place} (wish "
        "{rank}).",
    ),
    "household": (
        "同一户已取得的名额达到每户上限（{maximum}个），不再安排。",
        "The household has as many places as one household may have ({maximum}).",
    ),
    "spacing": (
        "该点位与已安排的点位{place}相距{distance_m:.3f}米（{how}），不足规定间距{required_m:g}米，"
        "两处不能同时设点。",
        "The site is {distance_m:.3f} m from awarded site {place} ({how}); {required_m:g} m are "
        "required, so the two cannot both open.",
    ),
    "density": (
        "该点位周边规定范围内的网点数量受限（现有{n}个，上限{maximum}个），不能再设点。",
        "The number of outlets around the site is limited (now {n}, at most {maximum}).",
    ),
    "area_number": (
        "所在区域（{label}）的网点数量受限（现有{n}个，上限{maximum}个），不能再设点。",
        "The number of outlets in the area ({label}) is limited (now {n}, at most {maximum}).",
    ),
    "openings_max": (
        "该点位本次未开放：本次新开点位已达上限（{maximum}个）。",
        "The site does not open: the number of new sites ({maximum}) is reached.",
    ),
    "cell_number": (
        "所在市场单元（{label}）本次最多可办理{maximum}个，按受理先后已无余量。",
        "Market cell {label} has {maximum} licence(s) to give this time; in order of acceptance "
        "none is left.",
    ),
    "not_opened": (
        "该名额本次没有可分配的数量。",
        "The place has no unit to give this time.",
    ),
    "site_not_planned": (
        "该点位未列入本次布点方案，不开放（布点方案按间距、密度和总数在分配前统一确定）。",
        "The site is not in the site plan, which was fixed beforehand by spacing, density and "
        "number.",
    ),
    "site_for_disabled": (
        "该点位按布点方案（间距放宽）专留残疾人，申请人登记类别不是残疾人。",
        "The site plan keeps this site, with relaxed spacing, for disabled holders; the applicant "
        "is not registered as disabled.",
    ),
    "outranked": ("{because}", "{because}"),
    "not_drawn": (
        "申请人未中签。抽签前公布的本人中签机会为{numerator}/{denominator}；"
        "抽签按公开种子进行，可逐步复核。",
        "The draw did not fall on the applicant, whose published chance was "
        "{numerator}/{denominator}; the draw from the public seed can be repeated step by step.",
    ),
    "no_chance": (
        "按公布的预留和优先层级，所有可行的分配名单均无法安排申请人，本人中签机会为0。",
        "Given the published reserves and priority tiers no lawful list could serve the applicant; "
        "the chance was 0.",
    ),
    "draw_pending": (
        "尚未抽签；已公布的本人中签机会为{numerator}/{denominator}。",
        "The draw is not held yet; the applicant's published chance is {numerator}/{denominator}.",
    ),
    "stage_waits": (
        "本阶段（{stage}）待前一阶段抽签后办理。",
        "Stage {stage} waits for the draw of the stage before it.",
    ),
    "taken_in_turn": ("{because}", "{because}"),
    "place_taken": (
        "该点位已由受理在先的申请（受理回执号{receipt_no}）取得。",
        "The premises went to an application accepted earlier (receipt {receipt_no}).",
    ),
    "hard_reserve": (
        "该名额属于必须预留的名额（{reserve}），如安排给申请人，预留对象的名额将不足规定数量。",
        "Giving the place to the applicant would leave the reserve {reserve} below its required "
        "number, which may not happen.",
    ),
    "hard_quota": (
        "如安排给申请人，将突破必须执行的数量要求“{quota}”。",
        "Giving the place to the applicant would break quota {quota}, which must hold.",
    ),
    "gave_way": (
        "如安排给申请人，须作如下调整：{moves}。调整后“{level}”一项变差{amount}，"
        "按公布的目标次序，以现有分配结果为优。",
        "Giving the place to the applicant would take these moves: {moves}. That makes the "
        'level "{level}" worse{amount}; in the published order of levels the present list is '
        "better.",
    ),
    "not_settled": (
        "计算在得出最优结论之前停止，本志愿能否安排尚无定论。",
        "The computation was stopped before the best list was proven; whether this wish could "
        "be met is not settled.",
    ),
    "stage_infeasible": (
        "本阶段（{stage}）必须执行的规定互相冲突，无法形成分配结果，名额均未分配。",
        "The binding rules of stage {stage} contradict each other; nothing was awarded.",
    ),
}

_CRITERIA: dict[str, tuple[str, str]] = {
    "band": ("条件档次", "condition band"),
    "tier": ("优先层级", "priority tier"),
    "draw": ("抽签号", "draw number"),
    "priority_rank": ("名额单位排序", "rank given by the place"),
    "disabled_first": ("残疾人优先", "disabled people first"),
    "hard_to_employ_first": ("就业困难人员优先", "people hard to employ first"),
}
_POOLS: dict[str, tuple[str, str]] = {
    "reserved": ("预留名额", "reserved units"),
    "open": ("普通名额", "open units"),
}
_FOR_OTHERS = (
    "该名额全部为预留名额，申请人不属于预留对象。",
    "All units of the place are reserved for others.",
)
_BEFORE = (
    "该名额（共{n}个）已按公布的次序分配完毕：按{pool}的次序，受理回执号{receipt_no}的申请人"
    "在“{criterion}”一项排在申请人之前{own}。",
    "All {n} unit(s) went to applicants before this one: in the order of the {pool}, receipt "
    "{receipt_no} comes first by {criterion}{own}.",
)
_TURN = (
    "中签人按优先层级、抽签号依次选定名额。该名额（共{n}个）已由选择在前的中签人选定，"
    "其中受理回执号{receipt_no}的申请人在“{criterion}”一项排在申请人之前{own}。",
    "Those drawn chose in turn, by tier and draw number. All {n} unit(s) went to people who chose "
    "before the applicant; receipt {receipt_no} comes first by {criterion}{own}.",
)
_OWN = ("（申请人本人：{own}）", " (own: {own})")
_UNRANKED = ("未列入排序", "not ranked")
_MOVE = (
    "受理回执号{receipt_no}由{from_place}改为{to_place}",
    "receipt {receipt_no} from {from_place} to {to_place}",
)
_NOWHERE = ("未获名额", "no place")


def localise(params: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Put the criterion, the level and the moves of a reason into words.

    Parameters
    ----------
    params
        Parameters of a reason, a violation or a finding.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    dict[str, Any]
        The same parameters, with what templates show besides.
    """
    column = int(lang == "en")
    words = dict(params)
    if "criterion" in params:
        words["because"] = (
            _because(params, column) if "pool" in params else _in_turn(params, column)
        )
    if "level_params" in params:
        words["level"] = _level(params, column)
        words["amount"] = _amount(params, column)
    if isinstance(params.get("chain"), list):
        words["moves"] = _moves(params["chain"], column)
    return words


def _because(params: Mapping[str, Any], column: int) -> str:
    criterion = str(params["criterion"])
    if criterion == "reserved":
        return _FOR_OTHERS[column]
    own = ""
    if "own" in params:
        value = params["own"]
        is_unranked = criterion == "priority_rank" and value == 0
        own = _OWN[column].format(own=_UNRANKED[column] if is_unranked else value)
    return _BEFORE[column].format(
        n=params["n"],
        pool=_of(_POOLS, str(params["pool"]), column),
        receipt_no=params["receipt_no"],
        criterion=_of(_CRITERIA, criterion, column),
        own=own,
    )


def _in_turn(params: Mapping[str, Any], column: int) -> str:
    criterion = str(params["criterion"])
    return _TURN[column].format(
        n=params["n"],
        receipt_no=params["receipt_no"],
        criterion=_of(_CRITERIA, criterion, column),
        own=_OWN[column].format(own=params["own"]),
    )


def _level(params: Mapping[str, Any], column: int) -> str:
    """Name a level; a reason has a chain and must not tell whose tier or quota it costs."""
    plain = _of(levels.TEXTS, f"level.{params['level']}", column)
    if "chain" in params or f"level_{params['level']}" not in levels.TEXTS:
        return plain
    return levels.TEXTS[f"level_{params['level']}"][column].format(**params["level_params"])


def _amount(params: Mapping[str, Any], column: int) -> str:
    """Say by how much; a difference of keys means nothing to anybody."""
    if "delta" not in params or params["level"] in ("key", "people"):
        return ""
    unit = _of(levels.TEXTS, f"level_unit.{params['level']}", column)
    return f"{params['delta']}{unit}" if column == 0 else f" by {params['delta']} {unit}"


def _moves(chain: Sequence[Mapping[str, Any]], column: int) -> str:
    moves = [
        _MOVE[column].format(
            receipt_no=move["receipt_no"],
            from_place=move["from_place"] or _NOWHERE[column],
            to_place=move["to_place"] or _NOWHERE[column],
        )
        for move in chain
    ]
    return ("；", "; ")[column].join(moves)


def _of(table: Mapping[str, tuple[str, str]], code: str, column: int) -> str:
    return table[code][column] if code in table else code
