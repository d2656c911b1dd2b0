"""The manifest of a run as it may leave the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allocation import canonical
from allocation.runs import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.runs import Run

_PERSONAL = "overruling"
"""Table of the scenario that names applicants and says what they can do."""

_PRIVATE = "private"
"""Part of a commitment that stays in the office."""


def overrulings_left_out(run: Run) -> int:
    """Count the overrulings of a run, which its manifest outside the office lacks."""
    return len(run.manifest["scenario"].get(_PERSONAL) or ())


def write_manifest(run: Run, path: Path) -> None:
    """Write the manifest: byte for byte as sealed, unless something must stay inside."""
    left_out = [_PERSONAL] if overrulings_left_out(run) else []
    manifest = _impersonal(run.manifest) if left_out else run.manifest
    commitment = manifest["draw"].get("commitment")
    if commitment:
        # The salt and the bare hashes of the tables would let people test guesses.
        public = {key: value for key, value in commitment.items() if key != _PRIVATE}
        manifest = {**manifest, "draw": {**manifest["draw"], "commitment": public}}
        left_out.append(f"draw.commitment.{_PRIVATE}")
    if left_out:
        canonical.write_json(path, {**manifest, "left_out": left_out})
    else:
        path.write_bytes((run.path / MANIFEST).read_bytes())


def _impersonal(value: Any) -> Any:
    """Take the overrulings out wherever they are said again, with their sources too."""
    if isinstance(value, dict):
        return {key: _impersonal(item) for key, item in value.items() if not _is_personal(key)}
    if isinstance(value, list):
        return [_impersonal(item) for item in value if not _is_personal(str(item))]
    return value


def _is_personal(key: str) -> bool:
    return key.split(".", 1)[0] == _PERSONAL
