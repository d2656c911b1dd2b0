"""Texts of the phases and outcomes of the mechanisms."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "phase_formulate": ("建立数学模型", "Writing the program"),
    "phase_optimise": ("逐级求最优", "Optimising level by level"),
    "phase_maximum": ("求最大可授予数", "Finding the most awards possible"),
    "level_too_large": (
        "目标“{level}”的数值超出可精确计算的范围；请减少申请数量，或将方案拆分为多个阶段。",
        "Level “{level}” exceeds what can be computed exactly; split the stage.",
    ),
    "clash_quota": (
        "以下硬性要求无法同时满足：{together}；其中“{quota}”是其中之一。请放宽其一或改为弹性要求。",
        "These hard requirements cannot hold together: {together}; “{quota}” is one of them. "
        "Relax one or make it elastic.",
    ),
}
