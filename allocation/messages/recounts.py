"""Texts of the checker about what stands beside the awards: waitlist, record, manifest."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: dict[str, tuple[str, str]] = {
    "check_waitlist_line": (
        "轮候名单第{line}行的申请人没有申请该名额，或编号不存在。",
        "Line {line} of the waitlist names nobody who applied for that place.",
    ),
    "check_waitlist_missing": (
        "{applicant_id}应在名额{place_id}轮候，轮候名单中却没有。",
        "{applicant_id} should be on the waitlist of {place_id} and is not.",
    ),
    "check_waitlist_extra": (
        "{applicant_id}不应在名额{place_id}轮候，却列入轮候名单。",
        "{applicant_id} is on the waitlist of {place_id} and should not be.",
    ),
    "check_waitlist_twice": (
        "{applicant_id}在名额{place_id}的轮候名单中重复列出。",
        "{applicant_id} stands on the waitlist of {place_id} more than once.",
    ),
    "check_waitlist_ranks": (
        "名额{place_id}的轮候序号不是由1起连续编排。",
        "The ranks of the waitlist of {place_id} are not 1, 2, 3 and so on.",
    ),
    "check_waitlist_order": (
        "名额{place_id}的轮候次序与公布的次序不符：第{rank}位应为{applicant_id}，却是{other_id}。",
        "The waitlist of {place_id} is not in the published order: number {rank} should be "
        "{applicant_id} and is {other_id}.",
    ),
    "check_waitlist_cell": (
        "{applicant_id}在名额{place_id}轮候一行的“{header}”（{column}）列为{listed}，应为{expected}。",
        "The line of {applicant_id} on the waitlist of {place_id} has {listed} in column {column}; "
        "it should be {expected}.",
    ),
    "check_stage_status": (
        "阶段“{stage}”的状态“{status}”与其机制、目标或分配结果不符。",
        "The status {status} of stage {stage} does not go with its mechanism, levels or awards.",
    ),
    "check_run_status": (
        "结果记录的状态“{status}”与各阶段的状态不符。",
        "The status {status} of the record is not the worst of its stages.",
    ),
    "check_run_reproducible": (
        "结果记录是否可重现的说法与各阶段的状态不符。",
        "Whether the run can be reproduced is not what its stages say.",
    ),
    "check_maximum": (
        "阶段“{stage}”记录的最多可分配数{most}（上限{bound}）不成立：已授予{n}个，有人申请的名额共{units}个。",
        "Stage {stage} reports at most {most} awards (bound {bound}); {n} are given, and {units} "
        "units were asked for.",
    ),
    "check_manifest_differs": (
        "运行清单（manifest.json）的“{what}”与所封存的内容不符。",
        "The manifest does not fit what it seals: {what}.",
    ),
}

COUNTS: Mapping[str, tuple[str, str]] = {
    "n_applicants": ("申请人", "applicants"),
    "n_applications": ("志愿", "applications"),
    "n_eligible": ("符合条件的志愿", "eligible applications"),
    "n_places": ("名额项", "places"),
    "n_units": ("已设名额", "units open"),
    "n_candidate_sites": ("候选点", "candidate sites"),
    "n_waitlist": ("轮候名单行数", "rows of the waitlist"),
    "n_refusals": ("未获名额行数", "rows of the refusals"),
    "n_violations": ("核查问题", "violations"),
    "n_reserve_units_short": ("预留缺额", "reserve units short"),
    "capacity": ("已设名额", "units open"),
    "candidates": ("候选点", "candidate sites"),
    "n_certain": ("必得名额的申请人", "applicants served for certain"),
    "n_without": ("机会为0的申请人", "applicants with chance 0"),
    "smallest": ("最小的机会", "smallest chance"),
    "smallest_positive": ("最小的机会（不计0）", "smallest chance above 0"),
    "expected_awards": ("平均授予数", "awards on average"),
    "n_tight_sets": ("同机会组", "tight sets"),
    "n_proven": ("已证明的同机会组", "proven tight sets"),
    "largest_gap": ("机会与界的最大差距", "largest gap between chance and bound"),
    "parts": ("分别抽签的部分", "parts drawn one by one"),
    "is_drawn": ("已抽签", "drawn"),
}
"""Names of the numbers that are counted again."""

SEALED: Mapping[str, tuple[str, str]] = {
    "awards": ("分配结果", "the award list"),
    "name": ("方案名称", "the name of the scenario"),
    "run_id": ("运行编号", "the id of the run"),
    "official": ("是否正式", "whether it is official"),
    "not_reproducible": ("是否可重现", "whether it can be reproduced"),
}
"""What a manifest says of the record beside it."""
