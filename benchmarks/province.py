"""A province in one process and on two workers, one of them killed on the way.

    python -m benchmarks.province [PROVINCE.toml] [--workers N]

Every process computes with one thread.  The worker with the most to do is killed when a
third of the cities are done.  CPU seconds are those of all processes of a way, the killed
one's too as far as it was seen at work; those of the busiest process alone say what a way
would take with a processor for each, whatever else this machine does.  It fails (1) unless
every list of every city is the same in all three.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from distributed import Client

from allocation.batch import load_batch
from allocation.runs import Run, list_runs, load_run
from tools.demo_province import PROVINCE
from tools.machines import Machines, started

LISTS = ("awards.csv", "waitlist.csv", "refusals.csv", "proofs.csv")
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way took and made."""

    seconds: float
    cpu_seconds: float
    busiest_cpu_seconds: float
    runs: dict[str, Run]


class CpuMeter(threading.Thread):
    """Adds up the CPU seconds of this process's offspring, those that die included."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._spent: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self._done = threading.Event()
        self._look(self._before)

    def run(self) -> None:
        """Look twice a second."""
        while not self._done.wait(0.5):
            self._look(self._spent)

    def seconds(self) -> list[float]:
        """Stop, and return the seconds of each process since the start."""
        self._look(self._spent)
        self._done.set()
        return [spent - self._before.get(pid, 0.0) for pid, spent in self._spent.items()]

    def _look(self, into: dict[int, float]) -> None:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                into[process.pid] = times.user + times.system


def measured(province: Path, out: Path, *options: str) -> Outcome:
    """Run the province by a command of its own."""
    meter = CpuMeter()
    meter.start()
    begun = time.monotonic()
    command = [sys.executable, "-m", "allocation", "run", str(province), "--out", str(out)]
    subprocess.run([*command, *options, "--quiet"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    seconds = time.monotonic() - begun
    runs = [load_run(info.path) for info in list_runs(out)]
    spent = meter.seconds()
    named = {str(run.result["name"]): run for run in runs}
    return Outcome(seconds, sum(spent), max(spent), named)


@contextlib.contextmanager
def killer(machines: Machines, out: Path, after: int) -> Iterator[Callable[[], str]]:
    """Kill a worker at work once so many runs are in place."""
    told: list[str] = []

    def kill() -> None:
        with Client(machines.address, set_as_default=False) as client:
            pids = client.run(os.getpid)
            while len(list(out.glob("*/manifest.json"))) < after:
                time.sleep(0.2)
            busy = client.processing()
            victim = max(busy, key=lambda worker: len(busy[worker]))
            os.kill(pids[victim], signal.SIGKILL)
            told.append(f"{victim} killed with {len(busy[victim])} tasks")

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    yield lambda: told[0] if told else "nobody was killed"


def n_same_bytes(one: Outcome, other: Outcome) -> int:
    """Count the lists of all cities that are the same byte by byte."""
    pairs = [
        (one.runs[name].path / file, other.runs[name].path / file)
        for name in one.runs
        if name in other.runs
        for file in LISTS
    ]
    return sum(a.read_bytes() == b.read_bytes() for a, b in pairs)


def main() -> int:
    """Print a table, the time of one process as the unit; return 1 where lists differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("province", type=Path, nargs="?", default=PROVINCE)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    os.environ.update(ONE_THREAD)
    n_members = len(load_batch([given.province]).members)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = measured(given.province, folder / "one")
        with started(given.workers, folder) as machines:
            many = measured(given.province, folder / "many", "--cluster", machines.address)
            with killer(machines, folder / "killed", n_members // 3) as told:
                killed = measured(given.province, folder / "killed", "--cluster", machines.address)
        counts = [run.result["counts"] for run in one.runs.values()]
        people = sum(count["n_applicants"] for count in counts)
        wishes = sum(count["n_applications"] for count in counts)
        print(f"{n_members} cities, {people:,} applicants, {wishes:,} applications")
        print(f"{told()}\n")
        print("| way | seconds | faster | CPU seconds | busiest process | same bytes |")
        print("|---|---:|---:|---:|---:|---|")
        ways = {
            "one process": one,
            f"{given.workers} workers": many,
            f"{given.workers} workers, one killed": killed,
        }
        n_lists = n_members * len(LISTS)
        same = {way: n_same_bytes(one, found) for way, found in ways.items()}
        for way, found in ways.items():
            numbers = (found.seconds, one.seconds / found.seconds, found.cpu_seconds)
            cells = [f"{value:.2f}" for value in (*numbers, found.busiest_cpu_seconds)]
            print(f"| {way} | {' | '.join(cells)} | {same[way]} of {n_lists} |")
    return int(any(n < n_lists for n in same.values()))


if __name__ == "__main__":
    sys.exit(main())
