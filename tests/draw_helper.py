"""A draw held for tests: sealed on the first of December, drawn a week later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allocation.draw.moments import BEIJING
from allocation.draw.sources import Announcement, announce
from allocation.official import Official, commit_draw, reveal_draw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SEALED_AT = datetime(2023, 12, 1, 9, tzinfo=BEIJING)
ANNOUNCED_AT = datetime(2023, 12, 8, 10, tzinfo=BEIJING)
DRAWN_AT = ANNOUNCED_AT + timedelta(minutes=5)

DIGITS = announce("digits", ANNOUNCED_AT, "市民中心一楼大厅")
VALUE = "386712"
WITNESSES = ("张三（市残联）", "李四（公证处）")


def hold_draw(
    scenario: Path,
    folder: Path,
    announced: Announcement | None = DIGITS,
    value: str = VALUE,
    overrides: Sequence[str] = (),
    **order: Any,
) -> Official:
    """Seal, reveal and approve; the files are ``draw.json`` and ``draw.reveal.json``."""
    committed = commit_draw(
        scenario, announced, SEALED_AT, folder / "draw.json", overrides=overrides
    )
    reveal = None
    if announced is not None:
        reveal = reveal_draw(
            committed.file, value, DRAWN_AT, witnesses=WITNESSES, record_no="2023-17"
        ).file
    return approved(committed.file, reveal, **order)


def approved(commit: Path | None, reveal: Path | None, **changes: Any) -> Official:
    """Hand over a draw with a person's approval."""
    given = {"approver": "王五（市残联）", "reason": "名单经集体研究通过"}
    return Official(commit, reveal, **{**given, **changes})
