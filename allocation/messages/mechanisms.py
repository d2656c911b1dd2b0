"""Texts of the phases and outcomes of the mechanisms."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "phase_formulate": ("建立数学模型", "Writing the program"),
    "phase_optimise": ("逐级求最优", "Optimising level by level"),
    "phase_site_plan": ("编制布点方案", "Planning the sites"),
    "phase_match": ("按志愿和次序匹配", "Matching"),
    "phase_chances": ("计算中签机会", "Finding the chances"),
    "phase_draw": ("按公开种子抽签", "Drawing from the public seed"),
    "phase_places": ("获配人员依次选择名额", "Those served choose their places"),
    "lottery_coupled": (
        "阶段“{stage}”：间距或互相交叉的数量要求使 {n} 条申请互相牵连，"
        "未能求得机会准确的抽签方案；请将该阶段改用 optimal 或 stable，或拆分为多个阶段。",
        "Stage {stage}: spacing or crossing quotas couple {n} applications so that no lottery with "
        "exact chances was found; give the stage to optimal or stable, or make several of it.",
    ),
    "phase_maximum": ("求最大可授予数", "Finding the most awards possible"),
    "level_too_large": (
        "目标“{level}”的数值超出可精确计算的范围；请减少申请数量，或将方案拆分为多个阶段。",
        "Level “{level}” exceeds what can be computed exactly; split the stage.",
    ),
    "clash_quota": (
        "硬性要求“{quota}”无法满足：与名额数、申请资格等规定及其他硬性要求相冲突"
        "（无法同时满足的硬性要求：{together}）。请放宽其中一项，或改为弹性要求。",
        "Hard requirement “{quota}” cannot be met beside units, eligibility and the other hard "
        "requirements (those that cannot hold together: {together}). Relax one or make it elastic.",
    ),
}
