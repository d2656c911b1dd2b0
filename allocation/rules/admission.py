"""Rules about whom a kind of place is for: group, disability, residence, status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.rules import columns
from allocation.rules.age import day_of
from allocation.rules.case import Case, Finding
from allocation.rules.facts import any_fact
from allocation.rules.queue import queue_kinds
from allocation.rules.registration import first_registration
from allocation.rules.selectors import select

if TYPE_CHECKING:
    from allocation.instance import Bools


def group_not_admitted(case: Case) -> Finding | None:
    """Refuse a group of applicants the kind is not for: 日政办字〔2023〕18号 第7、12—14条."""
    admitted = case.settings.groups
    if admitted is None:
        return None
    group = case.text("group")
    not_said = pd.isna(group)
    group[not_said] = "general"
    return Finding(
        refuses=~(case.is_word("group", *admitted) | (not_said & ("general" in admitted))),
        unknown=_nobody(case),
        params={"group": group, "basis": case.basis("groups", "日政办字〔2023〕18号")},
    )


def place_disabled_only(case: Case) -> Finding | None:
    """Refuse everybody else a place set aside for disabled people.

    山东省实施《中华人民共和国残疾人保障法》办法 第三十四条: the share of posts set aside
    for disabled people.  The place says so itself, so the rule needs no policy profile.
    """
    only = columns.flags(case.places, "disabled_only")[case.place]
    return Finding(
        refuses=only & ~case.is_word("group", "disabled"),
        unknown=_nobody(case),
        params={"basis": "山东省实施《中华人民共和国残疾人保障法》办法第三十四条"},
    )


def disability_not_served(case: Case) -> Finding | None:
    """Refuse a disability the home is not for: 日政办字〔2023〕18号 第12条.

    如康家园 serves intellectual, mental and severe physical disability.  The only rule
    that looks at the type of a disability, because the measure itself does; everything
    else asks what a person can do (残疾人就业条例 第四条).
    """
    if not case.settings.disability:
        return None
    concerned = case.is_word("group", "disabled")
    for column in ("disability_type", "disability_level"):
        case.require(column, "disability_not_served", concerned)
    served = _served(case, case.applicants)
    # A level that is not known may yet be severe, and then the person may be served.
    heaviest = case.applicants["disability_level"].fillna(1)
    perhaps = _served(case, case.applicants.assign(disability_level=heaviest))
    unknown = ~served & (perhaps | pd.isna(case.text("disability_type")))
    return Finding(
        refuses=~served & ~unknown,
        unknown=unknown,
        params={"basis": case.basis("disability", "日政办字〔2023〕18号第12条")},
    )


def residence(case: Case) -> Finding | None:
    """Refuse whoever neither is registered here nor has lived here long enough.

    With ``hukou_or_residence`` registration suffices, and without a number of months
    nothing else does; otherwise only the months count (安丘, 兰山: seen; Rizhao's own rule
    is a placeholder until 日人社规〔2024〕1号 is loaded).
    """
    settings = case.settings
    required = settings.residence_months_min
    if not settings.hukou_or_residence and not required:
        return None
    months = case.numbers("residence_months")
    long_enough = (months >= required) & (required > 0)
    long_unknown = np.isnan(months) & (required > 0)
    registered, registration_unknown = _nobody(case), _nobody(case)
    if settings.hukou_or_residence:
        case.require("hukou_local", "residence")
        registered = case.is_word("hukou_local", "yes")
        registration_unknown = ~registered & ~case.is_word("hukou_local", "no")
        lacking = "hukou_and_months" if required else "hukou"
    else:
        case.require("residence_months", "residence")
        lacking = "months"
    passes = registered | long_enough
    unknown = ~passes & (registration_unknown | long_unknown)
    return Finding(
        refuses=~passes & ~unknown,
        unknown=unknown,
        params={
            "lacking": lacking,
            "months": np.nan_to_num(months).astype(np.int64),
            "required": required,
            "basis": case.basis("residence_months_min" if required else "hukou_or_residence"),
        },
    )


def employment_excluded(case: Case) -> Finding | None:
    """Refuse people whose status excludes them: students, employed, pensioners.

    公益性岗位 "托底线、救急难、临时性" (人社部、财政部 2019-12, seen); each status has
    its own basis, some of them placeholders.
    """
    excluded = case.settings.excluded_employment
    if not excluded:
        return None
    case.require("employment_status", "employment_excluded")
    status = case.text("employment_status")
    return Finding(
        refuses=case.is_word("employment_status", *excluded),
        unknown=pd.isna(status),
        params={"status": status, "basis": case.basis("excluded_employment")},
    )


def terms_used(case: Case) -> Finding | None:
    """Refuse whoever has used up the time or the number of placements in posts.

    山东省就业促进条例 第四十六条: three years, those near retirement until retirement.
    Members of ``repeat_groups`` may be placed again after that, but for everybody the
    number of placements is limited (人社部 answers: 大龄, 零就业家庭, 重度残疾人, in
    principle twice in all; seen).
    """
    settings = case.settings
    if settings.max_total_months is None and settings.max_placements is None:
        return None
    months, placements = case.numbers("post_months_used"), case.numbers("post_placements")
    too_long, too_often = _nobody(case), _nobody(case)
    if settings.max_total_months is not None:
        case.require("post_months_used", "terms_used")
        again = any_fact(settings.repeat_groups, case.applicants, case.scenario)
        too_long = (months >= settings.max_total_months) & ~again[case.applicant]
    if settings.max_placements is not None:
        case.require("post_placements", "terms_used")
        too_often = placements >= settings.max_placements
    return Finding(
        refuses=too_long | too_often,
        # An empty cell means that no term is on record.
        unknown=_nobody(case),
        params={
            "limited": np.where(too_often, "placements", "months").astype(object),
            "used": np.nan_to_num(np.where(too_often, placements, months)).astype(np.int64),
            "limit": np.where(
                too_often, settings.max_placements or 0, settings.max_total_months or 0
            ),
            "basis": np.where(
                too_often,
                case.basis("max_placements"),
                case.basis("max_total_months", "山东省就业促进条例第四十六条"),
            ).astype(object),
        },
    )


def licence_held(case: Case) -> Finding | None:
    """Refuse a licence holder where the scenario excludes them.

    A licence is never refused because of an award; an award may be refused because of a
    licence (setting of the scenario, placeholder).
    """
    if not case.settings.exclude_licence_holders:
        return None
    case.require("holds_licence", "licence_held")
    on_record = _holds_award_of(case, queue_kinds(case.scenario))
    said = case.text("holds_licence")
    unknown = (pd.isna(said) | (said == "unknown")) & ~on_record
    return Finding(
        refuses=(said == "yes") | on_record,
        unknown=unknown.astype(np.bool_),
        params={"basis": case.basis("exclude_licence_holders")},
    )


def _nobody(case: Case) -> Bools:
    return np.zeros(len(case.applicant), dtype=np.bool_)


def _served(case: Case, applicants: pd.DataFrame) -> Bools:
    served = np.zeros(len(applicants), dtype=np.bool_)
    for selector in case.settings.disability:
        served |= select(applicants, selector, case.scenario)
    return served[case.applicant]


def _holds_award_of(case: Case, kinds: list[str]) -> Bools:
    """Tell who holds an award of these kinds on the decision date, by the record.

    An award under another registration of the same person counts.
    """
    held = case.held_awards
    if held.empty:
        return _nobody(case)
    live = np.isin(columns.text(held, "kind").astype(str), kinds)
    if case.scenario.decision_date is not None:
        valid_to = columns.dates(held, "valid_to")
        live &= np.isnat(valid_to) | (valid_to >= day_of(case.decision_date))
    holders = columns.text(held, "applicant_id")[live]
    ids = columns.text(case.applicants, "applicant_id").astype(str)
    person = first_registration(case.applicants)
    return np.isin(person, person[np.isin(ids, holders.astype(str))])[case.applicant]
