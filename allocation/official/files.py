"""Files of a draw: read whole, written all or none, never over one another."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from allocation import canonical
from allocation.draw.records import REVEAL_FORMAT, Commitment, Reveal, Sealed
from allocation.draw.records import reveal_of as parsed_reveal
from allocation.draw.records import sealed_of as parsed_commitment
from allocation.messages import DrawError

FOLDER = Path("draws")
"""Default folder of the files of draws."""

PUBLIC = ".public.json"
RECEIPTS = ".receipts.txt"
NOTICE = ".notice.txt"
REVEAL = ".reveal.json"
REVEAL_NOTICE = ".reveal.txt"
OFFICIAL_RUN = ".run.json"

_DRAWN = ("list_sha256", "seed", "method", "round", "commitment")
"""What of a draw says whether it is the same one."""

_Record = TypeVar("_Record", Sealed, Reveal)


def beside(path: Path, ending: str) -> Path:
    """Name a file that belongs to another one, by its ending."""
    stem = path.name.removesuffix(REVEAL).removesuffix(path.suffix)
    return path.with_name(stem + ending)


def read_commitment(path: Path) -> Sealed:
    """Read the office's file of a commitment.

    Raises
    ------
    DrawError
        ``draw_file_missing``, or what is wrong with it.
    """
    return parsed_commitment(_read(path))


def read_reveal(path: Path) -> Reveal:
    """Read a reveal record.

    Raises
    ------
    DrawError
        ``draw_file_missing``, or what is wrong with it.
    """
    return parsed_reveal(_read(path))


@dataclass(frozen=True, slots=True)
class Held:
    """A commitment in a folder, with the reveal records made for it, the newest first."""

    file: Path
    sealed: Sealed
    reveals: tuple[Path, ...]


def held_draws(folder: Path) -> tuple[Held, ...]:
    """List the commitments of a folder, the newest first; other files are passed over."""
    commitments, reveals = _records(folder)
    return tuple(
        Held(
            path,
            sealed,
            tuple(
                file
                for file, reveal in _newest_first(reveals, lambda reveal: reveal.recorded_at)
                if reveal.commitment == sealed.drawn_for
            ),
        )
        for path, sealed in _newest_first(
            commitments, lambda sealed: sealed.commitment.committed_at
        )
    )


def refuse_second_commitment(sealed: Sealed, folder: Path) -> None:
    """Refuse a commitment for what a folder holds another one for, unless it corrects that.

    Whoever could seal the same list twice could choose between two seeds.

    Raises
    ------
    DrawError
        ``draw_commitment_second``.
    """
    corrected = {each.sha256 for each in sealed.earlier}
    for path, other in _records(folder)[0].items():
        held = other.commitment
        if held.sha256 not in corrected and held.same_occasion(sealed.commitment):
            raise DrawError("draw_commitment_second", file=path.name)


def refuse_second_reveal(drawn_for: Commitment, folder: Path) -> None:
    """Refuse a value for a commitment that has one.

    Raises
    ------
    DrawError
        ``draw_reveal_second``.
    """
    for path, reveal in _records(folder)[1].items():
        if reveal.commitment.sha256 == drawn_for.sha256:
            raise DrawError("draw_reveal_second", file=path.name)


def official_runs(folder: Path) -> tuple[dict[str, Any], ...]:
    """Read what is kept of the official runs of a folder's commitments; see :func:`enter_run`.

    Raises
    ------
    DrawError
        ``draw_register_damaged``: what cannot be read may not count as never run.
    """
    entries = []
    for path in sorted(folder.glob(f"*{OFFICIAL_RUN}")) if folder.is_dir() else ():
        try:
            entry = canonical.read_json(path)
            draw = entry["draw"]
            found = {key: str(entry[key]) for key in ("run_id", "name")}
            commitment = {"commitment": str(draw["commitment"]["commitment"])}
            kept = {key: draw[key] for key in _DRAWN}
            entries.append(found | {"draw": kept | {"commitment": commitment}})
        except (OSError, ValueError, KeyError, TypeError):
            raise DrawError("draw_register_damaged", file=path.name) from None
    return tuple(entries)


def enter_run(commit: Path, manifest: Mapping[str, Any]) -> None:
    """Keep beside a commitment that an official run was made of it, wherever the run lies.

    Raises
    ------
    DrawError
        ``draw_file_exists`` or ``draw_file_unwritable``.
    """
    entry = {key: manifest[key] for key in ("run_id", "name", "approval")}
    draw = manifest["draw"]
    commitment = {"commitment": draw["commitment"]["commitment"]}
    entry["draw"] = {key: draw[key] for key in _DRAWN} | {"commitment": commitment}
    path = beside(commit, f".{manifest['run_id']}{OFFICIAL_RUN}")
    write_new({path: canonical.dump_json(entry, indent=2) + "\n"})


def _records(folder: Path) -> tuple[dict[Path, Sealed], dict[Path, Reveal]]:
    """Read commitments and reveals of a folder by what they are, whatever their names."""
    commitments: dict[Path, Sealed] = {}
    reveals: dict[Path, Reveal] = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        with contextlib.suppress(DrawError):
            record = _read(path)
            if record.get("format") == REVEAL_FORMAT:
                reveals[path] = parsed_reveal(record)
            else:
                commitments[path] = parsed_commitment(record)
    return commitments, reveals


def _newest_first(
    records: Mapping[Path, _Record], moment: Callable[[_Record], datetime]
) -> list[tuple[Path, _Record]]:
    return sorted(records.items(), key=lambda item: moment(item[1]), reverse=True)


def write_new(texts: Mapping[Path, str]) -> None:
    """Write files that are not there yet, all of them or none, readable by the office alone.

    Raises
    ------
    DrawError
        ``draw_file_exists`` or ``draw_file_unwritable``.
    """
    for path in texts:
        if path.exists():
            raise DrawError("draw_file_exists", file=str(path))
    mark = secrets.token_hex(4)
    fresh = {path: path.with_name(f".{path.name}.{mark}") for path in texts}
    moved: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(fresh[path], text)
        for path in texts:
            fresh[path].replace(path)
            moved.append(path)
    except OSError as error:
        for path in moved:
            path.unlink(missing_ok=True)
        raise DrawError("draw_file_unwritable", file=str(next(iter(texts)))) from error
    finally:
        for path in fresh.values():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        return canonical.read_json(path)
    except (OSError, ValueError):
        raise DrawError("draw_file_missing", file=str(path)) from None


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
