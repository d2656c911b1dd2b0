"""Revealing the seed: record the public value that was announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allocation.draw.protocol import reveal_value
from allocation.draw.records import Reveal, file_text
from allocation.messages import DrawError, Lang
from allocation.official import files
from allocation.official.notices import reveal_notice

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Revealed:
    """A reveal record and its files."""

    reveal: Reveal
    file: Path
    notice: Path


def reveal_draw(
    commit: Path,
    value: str,
    now: datetime,
    drawn_at: datetime | None = None,
    witnesses: Sequence[str] = (),
    record_no: str = "",
    out: Path | None = None,
    lang: Lang = "zh",
) -> Revealed:
    """Record the value drawn for a commitment and write record and notice, both or none.

    Parameters
    ----------
    commit
        The office's file of the commitment.
    drawn_at
        When the value came; ``now`` where it is not said.
    out
        Name of the record, which stays in the folder of the commitment: there it is
        looked for when somebody reveals again.

    Raises
    ------
    DrawError
        For a value of the wrong form or time, one not signed, too few witnesses, and for a
        second value of one commitment.
    """
    sealed = files.read_commitment(commit)
    reveal = reveal_value(sealed, value, drawn_at or now, now, witnesses, record_no)
    file = out or files.beside(commit, files.REVEAL)
    if file.parent.resolve() != commit.parent.resolve():
        raise DrawError("draw_reveal_elsewhere", folder=str(commit.parent))
    files.refuse_second_reveal(reveal.commitment, commit.parent)
    notice = files.beside(file, files.REVEAL_NOTICE)
    files.write_new({notice: reveal_notice(reveal, lang), file: file_text(reveal.content)})
    return Revealed(reveal, file, notice)
