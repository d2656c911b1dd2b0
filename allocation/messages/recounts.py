"""Texts of the checker about what stands beside the awards: the waitlist."""

from __future__ import annotations

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
}
