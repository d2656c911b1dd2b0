"""Exports written in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def export_apart(run_path: Path, path: Path, form: str, *options: str) -> None:
    """Write an export in a process of its own.

    A million cells keep an interpreter busy for many seconds; in a thread of the server
    every other page would wait with them.
    """
    command = ["export", str(run_path), "--format", form, "--out", str(path), *options]
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "allocation", *command],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
