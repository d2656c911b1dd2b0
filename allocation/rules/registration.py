"""Rules about the filing itself: they hold for every kind, with or without a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.rules import columns
from allocation.rules.case import Finding
from allocation.rules.facts import first_of, person_key

if TYPE_CHECKING:
    from allocation.instance import Ints


def first_registration(applicants: pd.DataFrame) -> Ints:
    """Return the row of each applicant's first registration, mostly their own row.

    What is on record under one registration of a person holds for all of them.
    """
    return first_of(person_key(applicants))


def double_registration(applicants: pd.DataFrame, applications: pd.DataFrame) -> Finding:
    """Refuse a second registration of one person; the smaller applicant id stays.

    One award for each person can be kept only when each person stands in the list once
    (rule of the filing; 珠海 2018 "一张有效身份证只可提交一次申请", seen).  The identity
    number is compared and never shown; the reason names the registration that stays.
    """
    first = first_registration(applicants)
    receipt = columns.text(applicants, "receipt_no")
    ids = columns.text(applicants, "applicant_id")
    receipt = np.where(pd.isna(receipt), ids, receipt)
    rows = columns.positions(applications, "applicant")
    # Rows stand in the order of ids, so the first row of a person has the smaller id.
    kept = first[rows]
    return Finding(
        refuses=kept != rows,
        unknown=np.zeros(len(rows), dtype=np.bool_),
        params={"kept_receipt_no": receipt[kept]},
    )


def duplicate_application(applicants: pd.DataFrame, applications: pd.DataFrame) -> Finding:
    """Refuse a place listed twice by one applicant; the better rank stays.

    Rule of the filing: a list of wishes names each place once.
    """
    pair = applications[["applicant", "place"]]
    # Rows of an applicant stand in the order of ranks, so the first one is the best.
    refuses = pair.duplicated().to_numpy(dtype=np.bool_)
    rank = columns.numbers(applications, "preference_rank")
    best = applications.groupby(["applicant", "place"])["preference_rank"].transform("min")
    return Finding(
        refuses=refuses,
        unknown=np.zeros(len(pair), dtype=np.bool_),
        params={
            "preference_rank": rank.astype(np.int64),
            "kept_rank": best.to_numpy(dtype=np.int64),
        },
    )
