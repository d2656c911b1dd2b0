"""Draw numbers, worked out again by a way of their own (V9).

Nothing here imports the code that drew: hashes are compared as hexadecimal texts, the
selection of RFC 3797 goes through an array of flags as its reference program does, and
acceptance is read from the tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.checker.report import Violation

if TYPE_CHECKING:
    from allocation.instance import Instance

_SEEDED = ("seed", "rfc3797")


def check_numbers(
    instance: Instance, record: Mapping[str, Any], listed: Sequence[pd.DataFrame] = ()
) -> list[Violation]:
    """Compare every draw number with its rank, and the sealed list with the people.

    Parameters
    ----------
    record
        ``draw`` of the manifest.
    listed
        Tables with ``applicant_id`` and ``draw_number``.
    """
    draw = instance.scenario.draw
    violations = []
    stated = {
        "method": draw.method if draw else "ids",
        "seed": draw.seed if draw else None,
        "round": draw.round if draw else "",
    }
    for what, value in stated.items():
        if record.get(what, value) != value:
            violations.append(Violation("check_draw_record", {"what": what}))
    receipts = [str(receipt) for receipt in instance.applicants.receipt_no]
    if record["list_sha256"] != list_hash(receipts) or record["n"] != len(receipts):
        violations.append(Violation("check_draw_list", {"n": len(receipts)}))
    expected = expected_numbers(instance)
    people = [str(applicant) for applicant in instance.applicants.id]
    used = dict(zip(people, instance.applicants.draw_number.tolist(), strict=True))
    wrong = {person for person in people if used[person] != expected[person]}
    for frame in listed:
        pairs = zip(frame["applicant_id"], frame["draw_number"], strict=True)
        wrong |= {str(person) for person, number in pairs if expected.get(person) != number}
    if wrong:
        params = {"n": len(wrong), "applicant_id": min(wrong)}
        violations.append(Violation("check_draw_number", params))
    return violations


def list_hash(receipts: Sequence[str]) -> str:
    """Hash a list of receipt numbers: sorted, one a line."""
    digest = hashlib.sha256()
    for receipt in sorted(receipts):
        digest.update(receipt.encode() + b"\n")
    return digest.hexdigest()


def expected_numbers(instance: Instance) -> dict[str, int]:
    """Return the draw number each applicant must have."""
    draw = instance.scenario.draw
    people = [str(applicant) for applicant in instance.applicants.id]
    receipts = [str(receipt) for receipt in instance.applicants.receipt_no]
    method = draw.method if draw else "ids"
    seed = draw.seed if draw else None
    if method == "acceptance":
        return _by_acceptance(instance)
    if method == "rfc3797" and seed is not None:
        ranked = _selected(sorted(receipts, key=str.encode), seed)
    else:
        lines = [seed, draw.round] if draw and seed is not None else []
        ranked = sorted(receipts, key=lambda receipt: _hex("\n".join([*lines, receipt])))
    rank = {receipt: number for number, receipt in enumerate(ranked, start=1)}
    return {person: rank[receipt] for person, receipt in zip(people, receipts, strict=True)}


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _selected(pool: Sequence[str], key: str) -> list[str]:
    """Select a whole pool as RFC 3797 section 4 says."""
    is_left = np.ones(len(pool), dtype=np.bool_)
    found = []
    for turn in range(len(pool)):
        mark = bytes((turn >> 8, turn & 0xFF))
        hashed = hashlib.new("md5", mark + key.encode() + mark, usedforsecurity=False)
        place = int(hashed.hexdigest(), 16) % (len(pool) - turn)
        chosen = int(np.flatnonzero(is_left)[place])
        is_left[chosen] = False
        found.append(pool[chosen])
    return found


def _by_acceptance(instance: Instance) -> dict[str, int]:
    """Rank by the first accepted application, then disabled people, then the office's order."""
    filed = instance.tables.applications[["applicant_id", "accepted_at", "accepted_seq"]]
    filed = filed.assign(accepted_at=filed["accepted_at"].dt.floor("s"))
    first = filed.sort_values(["accepted_at", "accepted_seq"]).groupby("applicant_id").head(1)
    group = instance.tables.applicants.set_index("applicant_id")["group"].fillna("general")
    first = first.assign(general=first["applicant_id"].map(group) != "disabled")
    ranked = first.sort_values(["accepted_at", "general", "accepted_seq"])["applicant_id"]
    return {str(person): number for number, person in enumerate(ranked, start=1)}
