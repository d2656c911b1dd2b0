"""Rules about the disability certificate, for applicants of the group ``disabled``.

残疾人证管理办法 (残联发〔2017〕34号): the number is the identity number, one digit for
the type and one for the level, and a suffix ``B`` and digits on a reissued card; the
certificate is valid for ten years (第十九条).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.rules.age import day_of
from allocation.rules.case import Case, Finding
from allocation.rules.columns import Cells, number_text

if TYPE_CHECKING:
    from allocation.instance import Bools, Strings

BASIS = "残联发〔2017〕34号"

TYPE_DIGITS = {
    "visual": "1",
    "hearing": "2",
    "speech": "3",
    "physical": "4",
    "intellectual": "5",
    "mental": "6",
    "multiple": "7",
}
"""Digit 19 of a certificate number by type (GB/T 26341-2010)."""

CERTIFICATE_FORM = r"\d{17}[\dX][1-7][1-4](?:B\d+)?"


def certificate_missing(case: Case) -> Finding | None:
    """Refuse a disabled applicant who filed no certificate: 残联发〔2017〕34号.

    The one document whose absence refuses: without it nobody is known to be disabled.
    """
    if not case.settings.certificate_required:
        return None
    concerned = _concerned(case)
    case.require("certificate_no", "certificate_missing", concerned)
    missing = case.people.once(_number).isna().to_numpy(dtype=np.bool_)[case.applicant]
    return Finding(concerned & missing, _nobody(case), {"basis": _basis(case)})


def certificate_mismatch(case: Case) -> Finding | None:
    """Refuse a certificate number that contradicts its holder: 残联发〔2017〕34号.

    Its first 18 digits are the identity number, the next two the declared type and
    level.  Reading checks this too; the rule refuses what reading let through.  The
    reason names the field, never a digit.
    """
    if not case.settings.certificate_required:
        return None
    field = case.people.once(_contradicted)[case.applicant]
    return Finding(
        refuses=_concerned(case) & (field != ""),
        unknown=_nobody(case),
        params={"field": field, "basis": _basis(case)},
    )


def _contradicted(people: Cells) -> Strings:
    """Name the field each certificate number contradicts; empty for none, or no number."""
    number = people.once(_number)
    well_formed = number.str.fullmatch(CERTIFICATE_FORM).fillna(False).to_numpy(dtype=np.bool_)
    identity = pd.Series(people.text("identity_no"), dtype="str").str.strip().str.upper()
    declared_type = pd.Series(people.text("disability_type"), dtype="str").map(TYPE_DIGITS)
    level = pd.Series(people.numbers("disability_level"))
    declared_level = level.astype("Int64").astype("str").where(level.notna())
    field = np.full(len(number), "", dtype=object)
    for name, said, printed in (
        ("disability_level", declared_level, number.str[19]),
        ("disability_type", declared_type, number.str[18]),
        ("identity_no", identity, number.str[:18]),
    ):
        contradicts = said.notna().to_numpy() & (said.to_numpy() != printed.to_numpy())
        field[contradicts.astype(np.bool_)] = name
    field[~well_formed] = "certificate_no"
    field[number.isna().to_numpy(dtype=np.bool_)] = ""
    return field


def certificate_not_valid(case: Case) -> Finding | None:
    """Refuse a frozen or cancelled certificate: 残联发〔2017〕34号.

    A certificate recorded as expired is left to :func:`certificate_expired`.
    """
    if not case.settings.certificate_required:
        return None
    concerned = _concerned(case)
    case.require("certificate_status", "certificate_not_valid", concerned)
    status = case.text("certificate_status")
    return Finding(
        refuses=concerned & case.is_word("certificate_status", "frozen", "cancelled"),
        unknown=concerned & pd.isna(status),
        params={"status": status, "basis": _basis(case)},
    )


def certificate_expired(case: Case) -> Finding | None:
    """Refuse a certificate that has run out on the decision date: 残联发〔2017〕34号 第十九条.

    Its last day counts as valid.  A certificate recorded as expired is refused whatever
    its date says.
    """
    if not case.settings.certificate_required or case.scenario.decision_date is None:
        return None
    concerned = _concerned(case)
    case.require("certificate_valid_to", "certificate_expired", concerned)
    valid_to = case.dates("certificate_valid_to")
    recorded = case.is_word("certificate_status", "expired")
    past = valid_to < day_of(case.decision_date)
    return Finding(
        refuses=concerned & (past | recorded),
        unknown=concerned & np.isnat(valid_to) & ~recorded,
        params={
            "valid_to": valid_to,
            "decision_date": case.decision_date.isoformat(),
            "basis": _basis(case, "第十九条"),
        },
    )


def _concerned(case: Case) -> Bools:
    return case.is_word("group", "disabled")


def _nobody(case: Case) -> Bools:
    return np.zeros(len(case.applicant), dtype=np.bool_)


def _number(people: Cells) -> pd.Series[str]:
    return number_text(people.frame, "certificate_no")


def _basis(case: Case, article: str = "") -> str:
    return case.basis("certificate_required", BASIS + article)
