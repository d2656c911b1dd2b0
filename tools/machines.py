"""A scheduler and workers on this machine, for tests and timings of a cluster."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from distributed import Client

CONFIG = """
distributed:
  nanny:
    pre-spawn-environ:
      MALLOC_TRIM_THRESHOLD_: null
  worker:
    profile:
      enabled: false
"""
"""As docs/cluster.md has it: memory given back at once is cleared again at the next use,
which costs a fifth more time, and watching a worker's stack costs some."""

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Machines:
    """A running cluster.

    Attributes
    ----------
    address
        Of the scheduler.
    scratch
        Folder the workers work in.
    log
        What scheduler and workers say.
    """

    address: str
    scratch: Path
    log: Path


@contextlib.contextmanager
def started(n_workers: int, folder: Path) -> Iterator[Machines]:
    """Start a scheduler and workers of one thread; a worker that dies is started again.

    Parameters
    ----------
    folder
        Where they log and work.
    """
    config = folder / "dask" / "allocation.yaml"
    config.parent.mkdir()
    config.write_text(CONFIG, encoding="utf-8")
    environment = os.environ | {"DASK_CONFIG": str(config.parent)}
    port = free_port()
    found = Machines(f"tcp://127.0.0.1:{port}", folder / "scratch", folder / "log")
    listening = ("--host", "127.0.0.1", "--port", str(port))
    processes = [_dask(environment, found.log, "scheduler", *listening)]
    try:
        options = ("--nworkers", str(n_workers), "--nthreads", "1")
        place = ("--local-directory", str(found.scratch), "--preload", "allocation.batch.away")
        processes.append(_dask(environment, found.log, "worker", found.address, *options, *place))
        with Client(found.address, timeout=PATIENCE_S, set_as_default=False) as client:
            client.wait_for_workers(n_workers, timeout=PATIENCE_S)
        yield found
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(PATIENCE_S)


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _dask(environment: Mapping[str, str], log: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
    with log.open("ab") as file:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)  # noqa: S603 - ours
