"""The lottery that was drawn, held against what was sealed of it before the seed (V9).

The seed is applied to a lottery; whoever could change that one under a known seed could
choose the winners, though every chance stayed as published.  Code of its own writes chances
and lottery in their one form again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from allocation.checker.report import Violation

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Instance

Record = Mapping[str, Any]


def own_lots(instance: Instance) -> tuple[list[str], list[dict[str, str]]]:
    """Sort the stages by lot by the order of stages alone.

    Returns
    -------
    tuple
        Those whose lottery can be known before the seed, and of the others which stage
        before them looks at it first, as a commitment says it.
    """
    seeded = ""
    pinned: list[str] = []
    unpinned: list[dict[str, str]] = []
    for stage in instance.stages:
        if stage.mechanism == "egalitarian":
            if seeded:
                unpinned.append({"stage": stage.name, "after": seeded})
            else:
                pinned.append(stage.name)
        if stage.mechanism != "queue":
            seeded = seeded or stage.name
    return pinned, unpinned


def check_pins(
    instance: Instance, manifest: Record, chances: pd.DataFrame | None, lottery: Record | None
) -> list[Violation]:
    """Hold chances and lottery against what the commitment of a run says of them.

    Parameters
    ----------
    chances, lottery
        As the run folder keeps them, ``None`` where they are missing.
    """
    sealed = manifest["draw"].get("commitment")
    if not sealed:
        return []
    said = sealed["public"].get("lots")
    pinned, unpinned = own_lots(instance)
    if said is None:
        return [_differs()] if pinned or unpinned else []
    try:
        names = [pin["stage"] for pin in said["pinned"]]
        if (names, said["unpinned"]) != (pinned, unpinned):
            return [_differs()]
        salt = sealed["private"]["salt"]
        return [each for pin in said["pinned"] for each in _judge(pin, salt, chances, lottery)]
    except (KeyError, TypeError, ValueError):
        return [_differs()]


def _judge(
    pin: Record, salt: str, chances: pd.DataFrame | None, lottery: Record | None
) -> Iterator[Violation]:
    stage = pin["stage"]
    found: dict[str, str | None] = {"chances": None, "lottery": None}
    if chances is not None:
        found["chances"] = _salted(salt, _chances_text(chances[chances["stage"] == stage]))
    for record in (lottery or {}).get("stages", ()):
        if record["stage"] == stage:
            found["lottery"] = _salted(salt, _undrawn_text(record))
    for what, digest in found.items():
        if digest != pin[what]:
            yield Violation("check_lottery_unsealed", {"stage": stage, "what": what})


def _chances_text(rows: pd.DataFrame) -> str:
    """Write rows of the chances as their file has them, header included."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows(zip(*(rows[name].tolist() for name in rows), strict=True))
    return text.getvalue()


def _undrawn_text(record: Record) -> str:
    """Write a lottery as it stood before its draw: sorted keys, no blanks."""
    left_out = {"drawn", "drawing"}
    content = {key: value for key, value in record.items() if key not in left_out}
    content["parts"] = [
        {key: value for key, value in part.items() if key not in left_out}
        for part in record["parts"]
    ]
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _salted(salt: str, text: str) -> str:
    return _hash(f"{salt}\n{_hash(text)}\n")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _differs() -> Violation:
    return Violation("check_commitment_differs", {"what": "lots"})
