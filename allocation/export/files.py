"""Writing an export whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

from allocation.messages import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` to write to and move it into place at the end.

    Raises
    ------
    RunError
        ``export_failed`` when the file cannot be written.
    """
    fresh = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Writers raise errors of their own; that nothing can be written shows here.
        fresh.touch()
        fresh.unlink()
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise RunError("export_failed", file=str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
