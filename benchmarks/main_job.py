"""Time the main job: seconds of every step, median over some runs, and peak memory.

python benchmarks/main_job.py [SCENARIO.toml] [RUNS]
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def _steps(result: dict[str, Any]) -> list[tuple[str, float]]:
    return [(row["step"], float(row["seconds"])) for row in result["seconds"]]


def main() -> None:
    """Run the scenario several times, each in a process of its own, and print a table."""
    scenario = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "scenarios/rizhao-2023-18.toml"
    n_runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(n_runs):
            begun = time.monotonic()
            done = subprocess.run(  # noqa: S603 - our own command
                [
                    sys.executable,
                    "-m",
                    "allocation",
                    "run",
                    str(scenario),
                    "--out",
                    folder,
                    "--quiet",
                ],
                check=True,
                capture_output=True,
                text=True,
            )
            wall = time.monotonic() - begun
            run_dir = Path(done.stdout.strip().splitlines()[-1])
            result = json.loads((run_dir / "result.json").read_text(encoding="utf-8"))
            for step, spent in [*_steps(result), ("whole process", wall)]:
                seconds.setdefault(step, []).append(spent)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    for step, values in seconds.items():
        print(f"{step:24s} {statistics.median(values):8.2f} s")
    print(f"{'peak memory':24s} {peak_mb:8.0f} MB")


if __name__ == "__main__":
    main()
