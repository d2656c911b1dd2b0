"""Names and units of the levels of ``optimal``, for everybody who shows one.

``level.CODE`` is the plain name, ``level_CODE`` the name with what the level is about
(``kind``, ``quota``, ``tier``, ``word``), ``level_unit.CODE`` the unit of its value.
"""

from __future__ import annotations

_NAMES: dict[str, tuple[str, str]] = {
    "reserve_shortfall": ("预留名额缺额", "reserve shortfall"),
    "quota_shortfall": ("数量要求缺额", "quota shortfall"),
    "tier": ("优先层级获配数", "awards by priority tier"),
    "number": ("分配名额总数", "number of awards"),
    "place_priority": ("名额单位排序", "ranking by the places"),
    "draw": ("抽签顺序", "order of the draw"),
    "preference_by_tier": ("志愿满足程度（逐层级）", "preferences, tier by tier"),
    "preference": ("志愿满足程度", "preferences"),
    "distance": ("就近安排", "nearness to home"),
    "plan_opened": ("布点方案开放点位数", "sites opened by the plan"),
    "plan_reserve": ("布点方案预留名额缺额", "reserve units without a site"),
    "plan_kept": ("布点方案专留残疾人的点位数", "sites kept for disabled holders"),
    "plan_asked": ("布点方案有人申请的名额数", "opened units that somebody asked for"),
    "plan_townships": ("布点方案新覆盖的乡镇街道数", "townships newly served"),
    "people": ("获配人员随机码次序", "key order of the people"),
    "unique_people": ("获配人员唯一性", "uniqueness of the people served"),
    "preference_serial": ("依次选择名额", "places chosen in turn"),
    "key": ("公开随机码次序", "public key order"),
    "unique": ("结果唯一性", "uniqueness of the list"),
}

_ABOUT: dict[str, tuple[str, str]] = {
    "reserve_shortfall": ("{kind}预留名额缺额", "reserve shortfall, {kind}"),
    "quota_shortfall": ("数量要求“{quota}”缺额", "shortfall of quota {quota}"),
    "tier": ("第{tier}优先层级获配数", "awards in priority tier {tier}"),
    "preference_by_tier": ("第{tier}优先层级志愿满足程度", "preferences in priority tier {tier}"),
    "people": ("获配人员随机码次序（第{word}字）", "key order of the people, word {word}"),
    "key": ("公开随机码次序（第{word}字）", "public key order, word {word}"),
}

_UNITS: dict[str, tuple[str, str]] = {
    "reserve_shortfall": ("个", "units"),
    "quota_shortfall": ("个", "awards"),
    "tier": ("个", "awards"),
    "number": ("个", "awards"),
    "place_priority": ("位次", "ranks"),
    "draw": ("位次", "places in the draw"),
    "preference_by_tier": ("位次", "ranks"),
    "preference": ("位次", "ranks"),
    "distance": ("米", "metres"),
    "plan_opened": ("个", "sites"),
    "plan_reserve": ("个", "units"),
    "plan_kept": ("个", "sites"),
    "plan_asked": ("个", "units"),
    "plan_townships": ("个", "townships"),
    "people": ("", ""),
    "unique_people": ("", ""),
    "preference_serial": ("位次", "ranks"),
    "key": ("", ""),
    "unique": ("", ""),
}

TEXTS: dict[str, tuple[str, str]] = {
    **{f"level.{code}": name for code, name in _NAMES.items()},
    **{f"level_{code}": _ABOUT.get(code, name) for code, name in _NAMES.items()},
    **{f"level_unit.{code}": unit for code, unit in _UNITS.items()},
}
