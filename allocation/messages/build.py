"""Texts of the codes of building an instance and of measuring distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ERRORS: dict[str, tuple[str, str]] = {
    "space_crs_not_metric": (
        "方案的 space.crs = {crs} 不是以米为单位的投影坐标系；日照市请用 EPSG:4549。",
        "space.crs = {crs} of the scenario is not a projected system in metres; "
        "use EPSG:4549 for Rizhao.",
    ),
    "measured_twice": (
        "实测距离表中 {place_a} 与 {place_b} 有两个不同的数值，按测量日期不能区分先后；"
        "请只保留有效的一条，或补填测量日期。",
        "The measured distances hold two lengths for {place_a} and {place_b}, and no date "
        "tells which is later; keep the valid one or fill in the dates.",
    ),
    "application_reference": (
        "申请表有 {count} 行的 {column} 在申请人表或名额表中查不到；请补齐或删除这些行。",
        "In {count} rows of applications the {column} is in no table; add it or delete the rows.",
    ),
    "place_area_missing": (
        "{kind} 按 {column} 限定数量，但有 {count} 个候选点未填 {column}：{places} 等；请补填。",
        "{kind} is limited in number by {column}, which {count} sites do not state "
        "({places}, ...); fill it in.",
    ),
    "quota_spans_stages": (
        "数量要求“{quota}”涉及多个阶段的名额（{stages}），无法由其中一个阶段保证；"
        "请用名额类型限定，或把这些类型并入同一阶段。",
        "Quota {quota} is about places of several stages ({stages}), none of which could "
        "keep it; name the kinds it is about, or give them out in one stage.",
    ),
}

REFUSALS: dict[str, tuple[str, str]] = {
    "kind_not_allocated": (
        "本方案不分配该类名额。",
        "This plan gives out no places of this kind.",
    ),
    "location_missing": (
        "该点未登记坐标，无法核对间距，本次不能安排；请管理单位补报坐标。",
        "The site has no coordinates on record, so its distances cannot be checked; "
        "its managing unit should supply them.",
    ),
    "school_buffer": (
        "该点距学校（幼儿园）{site} {distance_m:.3f} 米，不足规定的 {required_m:g} 米（{how}）。",
        "The site is {distance_m:.3f} m from school or kindergarten {site}, less than the "
        "{required_m:g} m required ({how}).",
    ),
    "spacing_outlet": (
        "该点距现有网点 {outlet} {distance_m:.3f} 米，不足规定间距 {required_m:g} 米（{how}）。",
        "The site is {distance_m:.3f} m from existing outlet {outlet}, less than the "
        "{required_m:g} m required ({how}).",
    ),
}
"""Reasons of single applications."""

_NOTICES: dict[str, tuple[str, str]] = {
    "stage_kind_without_places": (
        "阶段“{stage}”列有 {kind}，但名额表中没有该类名额。",
        "Stage {stage} names {kind}, but no place is of this kind.",
    ),
    "openings_unlimited": (
        "{kind} 有候选点，但方案未规定最多设立多少个（openings），按不限数量处理。",
        "{kind} has candidate sites but the scenario states no openings; any number may open.",
    ),
    "spacing_open_places": (
        "{kind} 有 {count} 个名额不是候选点，视为已设立，不再核对间距；如属新设，请填“候选点”。",
        "{count} places of {kind} are not candidate sites: they count as open already and "
        "their spacing is not checked; mark them as candidates if they are new.",
    ),
    "outlets_without_location": (
        "{count} 个现有网点没有坐标，只按实测距离核对间距。",
        "{count} existing outlets have no coordinates; only measured distances to them count.",
    ),
    "protected_without_location": (
        "{count} 个保护点没有坐标，只按实测距离核对距离。",
        "{count} protected sites have no coordinates; only measured distances to them count.",
    ),
    "held_kind_not_exclusive": (
        "{count} 个在持名额（{kind}）不属于本方案的任何互斥组，不影响本次分配。",
        "{count} held awards ({kind}) are in no exclusive group of this scenario and block "
        "nothing.",
    ),
    "home_from_township": (
        "{count} 名申请人没有住址坐标，距离从所在乡镇（街道）起算。",
        "{count} applicants have no home coordinates; they are measured from their township.",
    ),
    "home_unknown": (
        "{count} 名申请人没有住址坐标，所在乡镇（街道）也没有坐标，不计算距离。",
        "{count} applicants have neither home nor township coordinates; no distance is computed.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_ERRORS, **REFUSALS, **_NOTICES}

HOW: Mapping[str, tuple[str, str]] = {
    "computed": ("计算距离，拒绝前须实测", "computed; measure before refusing"),
    "measured": ("实测距离", "measured"),
}
"""How a distance came about; a computed one screens, a measured one decides."""


def localise(params: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Put the parameter ``how`` into words."""
    words = HOW.get(str(params.get("how")))
    return dict(params) if words is None else {**params, "how": words[lang == "en"]}
