"""What only several rows or tables together can tell: repeats, keys, references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.read.findings import Finding, Notice
from allocation.read.typed import Draft, cell_findings
from allocation.tables.membership import is_among
from allocation.tables.patterns import ID_RULES

if TYPE_CHECKING:
    from allocation.read.raw import Bools
    from allocation.tables import Column

Drafts = Mapping[str, Draft]


def merge_repeats(draft: Draft) -> tuple[Draft, list[Notice]]:
    """Merge rows that repeat an earlier row in every column; only their number is kept."""
    key = list(draft.raw.table.key)
    if not draft.frame.duplicated(key).any():
        return draft, []
    compared = draft.frame.drop(columns="geometry", errors="ignore")
    repeated = compared.duplicated().to_numpy()
    # What is bad became null, and two bad cells are not the same for that.
    for cells in draft.bad.values():
        repeated = repeated & ~cells
    n = int(repeated.sum())
    if not n:
        return draft, []
    return draft.take(~repeated), [Notice("rows_merged", {"table": draft.name, "n": n})]


def fill_receipts(draft: Draft) -> Draft:
    """Give applicants without a receipt number their id for one."""
    frame = draft.frame
    receipts = frame["receipt_no"].mask(
        frame["receipt_no"].isna() & ~draft.is_bad("receipt_no"), frame["applicant_id"]
    )
    return draft.with_frame(frame.assign(receipt_no=receipts))


def check_keys(draft: Draft) -> list[Finding]:
    """Find rows that bear the key of an earlier row."""
    table = draft.raw.table
    findings: list[Finding] = []
    if table.unique:
        findings += _repeats(draft, table.key, "duplicate_key")
    if table.name == "applicants":
        # Whoever repeats an id without a receipt number repeats nothing else.
        ids = draft.frame["applicant_id"]
        own = (ids.duplicated() & (ids == draft.frame["receipt_no"])).to_numpy(dtype=bool)
        findings += _repeats(draft, ("receipt_no",), "duplicate_receipt", but=own)
    if table.name == "applications":
        findings += _repeats(
            draft, ("applicant_id", "preference_rank"), "duplicate_rank", at="preference_rank"
        )
    if table.name == "measured_distances":
        findings += _check_pairs(draft)
    if table.name == "held_awards":
        awarded, valid_to = draft.frame["awarded_on"], draft.frame["valid_to"]
        reversed_ = (valid_to < awarded).to_numpy(dtype=bool)
        findings += cell_findings(
            draft, "valid_to", reversed_, "dates_reversed", {"other_field": "awarded_on"}
        )
    return findings


def _repeats(
    draft: Draft, key: tuple[str, ...], code: str, at: str = "", but: Bools | None = None
) -> list[Finding]:
    """Find rows whose key stands in an earlier row; the finding names that row."""
    frame = draft.frame[list(key)]
    whole = frame.notna().all(axis="columns").to_numpy()
    for name in key:
        whole = whole & ~draft.is_bad(name)
    repeated = frame.duplicated().to_numpy() & whole
    if but is not None:
        repeated &= ~but
    if not repeated.any():
        return []
    group = frame.groupby(list(key), sort=False, dropna=False).ngroup().to_numpy()
    rows = draft.rows
    first = pd.Series(rows).groupby(group).transform("first").to_numpy()
    column = at or next(name for name in reversed(key) if draft.has(name) or name == key[0])
    return cell_findings(draft, column, repeated, code, lambda i: {"first_row": int(first[i])})


def _check_pairs(draft: Draft) -> list[Finding]:
    """Find measurements of a place to itself, and pairs measured twice the other way."""
    if draft.frame.empty:
        return []
    a = draft.frame["place_id_a"].to_numpy(dtype=object)
    b = draft.frame["place_id_b"].to_numpy(dtype=object)
    whole = np.array([isinstance(x, str) and isinstance(y, str) for x, y in zip(a, b, strict=True)])
    same = whole & (a == b)
    findings = cell_findings(draft, "place_id_b", same, "same_place")
    turned = np.array([w and x > y for w, x, y in zip(whole, a, b, strict=True)], dtype=bool)
    low, high = np.where(turned, b, a), np.where(turned, a, b)
    pairs = pd.DataFrame({"low": low, "high": high})
    twice = pairs.duplicated().to_numpy() & whole & ~same
    # The same pair written the same way is a repeated key, and said already.
    twice &= ~draft.frame.duplicated(["place_id_a", "place_id_b"]).to_numpy()
    first = pd.Series(draft.rows).groupby([low, high]).transform("first")
    findings += cell_findings(
        draft, "place_id_b", twice, "duplicate_key", lambda i: {"first_row": int(first.iloc[i])}
    )
    return findings


def check_references(drafts: Drafts) -> list[Finding]:
    """Find ids that no table defines, and ids of tables that are not there but bad."""
    findings: list[Finding] = []
    for draft in drafts.values():
        for column in draft.raw.table.columns:
            if column.refers and draft.has(column.name):
                findings += _check_reference(draft, column, drafts)
    return findings


def _check_reference(draft: Draft, column: Column, drafts: Drafts) -> list[Finding]:
    values = draft.frame[column.name]
    present = [drafts[name] for name in column.refers if name in drafts]
    if not present:
        # Nothing to compare with: then the id itself must be in order.
        findings: list[Finding] = []
        for rule in ID_RULES:
            wrong = ~rule.passes(values).to_numpy(dtype=bool)
            findings += cell_findings(draft, column.name, wrong, rule.code)
        return findings
    if any(not other.has(other.raw.table.key[0]) for other in present):
        # The table lacks its ids, which has been said.
        return []
    known = pd.concat([other.frame[other.raw.table.key[0]] for other in present])
    unknown = values.notna().to_numpy() & ~is_among(values, known)
    return cell_findings(
        draft,
        column.name,
        unknown & ~draft.is_bad(column.name),
        "unknown_reference",
        {"other_tables": [other.name for other in present]},
    )


def township_notices(drafts: Drafts) -> list[Notice]:
    """Count rows whose township is not in the list of townships."""
    # An empty sheet, as in a template, is no list.
    if "townships" not in drafts or drafts["townships"].frame.empty:
        return []
    townships = drafts["townships"].frame
    listed = townships["district"].str.cat(townships["name"], sep="/")
    notices: list[Notice] = []
    for name, draft in drafts.items():
        if name == "townships" or "township" not in draft.frame.columns:
            continue
        given: Bools = draft.frame[["district", "township"]].notna().all(axis="columns").to_numpy()
        here = draft.frame["district"].str.cat(draft.frame["township"], sep="/")
        n = int((given & ~is_among(here, listed)).sum())
        if n:
            notices.append(Notice("township_unknown", {"table": name, "n": n}))
    return notices


def holder_notices(drafts: Drafts) -> list[Notice]:
    """Count held awards of people who do not apply in this round."""
    if "held_awards" not in drafts or "applicants" not in drafts:
        return []
    holders = drafts["held_awards"].frame["applicant_id"]
    n = int((~is_among(holders, drafts["applicants"].frame["applicant_id"])).sum())
    return [Notice("holders_not_applying", {"n": n})] if n else []
