"""The people behind an official run: who approved it and when, and what ran before (V9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from allocation.checker.report import Violation
from allocation.tables.patterns import names_a_person

Record = Mapping[str, Any]


def check_approval(manifest: Record, beside: Sequence[Record]) -> Iterator[Violation]:
    """Judge what an official run owes to people.

    Parameters
    ----------
    manifest
        Of a run that is official or was meant to be.
    beside
        Manifests of the other official runs in the folder of runs.
    """
    if not manifest["draw"].get("commitment"):
        yield Violation("check_official_unsealed", {})
    approval = manifest.get("approval") or {}
    approver, reason = (str(approval.get(field, "")) for field in ("approver", "reason"))
    if not reason.strip() or not names_a_person(approver):
        yield Violation("check_official_unapproved", {})
    elif _is_early(manifest, approval):
        yield Violation("check_approval_early", {})
    yield from _redraw(manifest, beside)


def _is_early(manifest: Record, approval: Record) -> bool:
    """Tell whether a run was approved before there was a seed, or nobody knows when."""
    approved = _moment(approval.get("at"))
    reveal = manifest["draw"].get("reveal") or {}
    drawn = [_moment(reveal.get(field)) for field in ("drawn_at", "recorded_at")]
    return approved is None or any(each is not None and approved < each for each in drawn)


def _redraw(manifest: Record, beside: Sequence[Record]) -> Iterator[Violation]:
    """Ask of a repeated run for its reason, and for every run it repeats."""
    redraw = manifest.get("redraw")
    named = set((redraw or {}).get("earlier") or ())
    if redraw is not None and not (named and str(redraw.get("reason", "")).strip()):
        yield Violation("check_redraw_reason", {})
    for other in beside:
        if _is_repeated(manifest, other) and other["run_id"] not in named:
            yield Violation("check_redraw_unnamed", {"run": other["run_id"]})


def _is_repeated(manifest: Record, other: Record) -> bool:
    """Tell whether another run was approved earlier for the same round or list."""
    mine, theirs = ((each["name"], each["draw"]["round"]) for each in (manifest, other))
    same_list = manifest["draw"]["list_sha256"] == other["draw"]["list_sha256"]
    ats = [_moment((each.get("approval") or {}).get("at")) for each in (manifest, other)]
    if ats[0] is None or ats[1] is None:
        return False
    # Approval is noted to the second; the id of a run tells which part of it came first.
    is_later = (ats[1], _part_of_second(other)) < (ats[0], _part_of_second(manifest))
    return (mine == theirs or same_list) and is_later


def _part_of_second(manifest: Record) -> tuple[str, str]:
    """Return the second a run was begun in and the part of it, from its id."""
    run_id = str(manifest.get("run_id", ""))
    return run_id[:15], run_id[-4:]


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
