"""What a run says about each applicant, in one line that only a code opens.

A line holds the receipt number, the draw number, the group and the tier the rules
counted with, and the outcome of every wish.  The public pack holds of it only a salted
commitment; code and line go to the applicant alone, with the written notice.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from allocation.export.files import whole_file
from allocation.packs.container import csv_bytes
from allocation.packs.outcomes import application_outcomes
from allocation.packs.secret import code_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from allocation.runs import Run

CODES_FILE = "pack-codes.csv"


def applicant_lines(run: Run) -> dict[str, str]:
    """Write the line of every applicant; receipt number -> line, by receipt number.

    Fields stand apart by ``; ``: ``receipt``, ``draw``, ``group``, ``tier``, then a wish
    each as ``wish N PLACE=OUTCOME``, the outcome being ``awarded`` or the code of the
    reason that was given.
    """
    people = run.instance.applicants
    wishes = _wishes(run)
    lines = {}
    for applicant, receipt, draw, group, tier in zip(
        people.id,
        people.receipt_no,
        people.draw_number.tolist(),
        people.group,
        people.tier.tolist(),
        strict=True,
    ):
        fields = [f"receipt={receipt}", f"draw={draw}", f"group={group}", f"tier={tier}"]
        lines[str(receipt)] = "; ".join([*fields, *wishes[str(applicant)]])
    return dict(sorted(lines.items()))


def _wishes(run: Run) -> Mapping[str, list[str]]:
    """Say the outcome of every wish, in the order of the wishes."""
    instance = run.instance
    app = instance.applications
    outcomes = application_outcomes(instance, run.awards, run.refusals)
    found: dict[str, list[str]] = defaultdict(list)
    for person, place, rank, outcome in zip(
        instance.applicants.id[app.applicant],
        instance.places.id[app.place],
        app.preference_rank.tolist(),
        outcomes,
        strict=True,
    ):
        found[str(person)] += [f"wish {rank} {place}={code}" for code, _ in outcome]
    return found


def write_codes(path: Path, secret: bytes, lines: Mapping[str, str]) -> None:
    """Write what the office hands out: receipt number, code and line of everybody.

    Internal (0600): it holds group and tier of everybody.
    """
    rows = [(receipt, code_of(secret, receipt), line) for receipt, line in lines.items()]
    with whole_file(path) as fresh:
        fresh.touch(mode=0o600)
        fresh.write_bytes(csv_bytes(("receipt_no", "code", "line"), rows))
