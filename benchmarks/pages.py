"""Time the pages of the app on a finished run, as a person at a browser meets them.

    python -m benchmarks.pages [--home DIR] [--run RUN_ID] [--times 5] [--applicants N]

With ``--applicants`` a demonstration city of N disabled applicants, who are half of all, is
made in the workspace and run by ``stable`` where there is no finished run yet; 50000 makes
100,000 applicants and takes some minutes.

For each page: seconds until it is drawn when the server opens the run for the first time,
then by its address in a fresh window, then by a click from another page, and the seconds
its script takes on the server; medians but for the first.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from allocation import run
from allocation.demo import DEFAULT_SEED, make_demo_city
from allocation.messages import text
from allocation.runs import RunState, list_runs
from allocation.ui.navigation import VIEWS, View
from allocation.ui.workspace import ROOT_VARIABLE
from tools.browsing import Planner, find_browser, open_browser, sit_down, start_server

ROOT = Path(__file__).resolve().parents[1]
SHOWN = tuple(view for view in VIEWS if view.is_listed)
SCRIPTS_FLAG = "--scripts"
LIMIT_S = 100


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table of seconds per page."""
    chosen = _parse(arguments)
    home = chosen.home.resolve()
    if chosen.applicants is not None:
        prepare(home, chosen.applicants)
    run_id = chosen.run or _newest(home)
    if chosen.scripts:
        print(json.dumps(time_scripts(run_id, chosen.times)))
        return
    path = find_browser()
    if path is None:
        raise SystemExit("no browser: install chromium, or name one in ALLOCATION_BROWSER")
    scripts = _scripts_apart(home, run_id, chosen.times)
    with tempfile.TemporaryDirectory() as scratch:
        server = start_server(home, Path(scratch) / "server.log")
        try:
            with open_browser(path) as browser:
                planner = sit_down(server, browser)
                _row("page", "first", "by address", "by click", "script")
                for view in SHOWN:
                    first = by_address(planner, view, run_id)
                    again = [by_address(planner, view, run_id) for _ in range(chosen.times)]
                    clicks = [by_click(planner, view, run_id) for _ in range(chosen.times)]
                    seconds = (first, statistics.median(again), statistics.median(clicks))
                    _row(view.name, *(f"{each:.2f} s" for each in (*seconds, scripts[view.name])))
        finally:
            server.stop()


def prepare(home: Path, applicants: int) -> None:
    """Make a city of a size in a workspace, and run it, unless it has a finished run."""
    if home == ROOT:
        raise SystemExit("--applicants needs a workspace of its own: --home DIR")
    if _finished(home):
        return
    make_demo_city(home / "data" / "rizhao", applicants, DEFAULT_SEED)
    shutil.copytree(ROOT / "scenarios", home / "scenarios", dirs_exist_ok=True)
    scenario = home / "scenarios" / "rizhao-stable.toml"
    # The most awards possible are a program of their own, and no page waits for its proof.
    run(scenario, home / "runs", [f"solver.time_limit_s={LIMIT_S}"])


def by_address(planner: Planner, view: View, run_id: str) -> float:
    """Open a page by its address; seconds from the request until it is drawn."""
    planner.goto(_path(view), run=run_id)
    return planner.rest_began()


def by_click(planner: Planner, view: View, run_id: str) -> float:
    """Go to a page from another one; seconds from the click until it is drawn."""
    other = next(each for each in SHOWN if each != view)
    page = planner.goto(_path(other), run=run_id)
    link = page.get_by_role("link", name=text(f"app_page_{view.name}", "zh"), exact=True)
    link.hover()
    begun = float(page.evaluate("performance.now() / 1000"))
    link.click()
    planner.settled()
    return planner.rest_began() - begun


def time_scripts(run_id: str, times: int) -> dict[str, float]:
    """Run the scripts of all pages without a browser; median seconds of each, run open."""
    from streamlit.testing.v1 import AppTest

    seconds = {}
    for view in SHOWN:
        page = AppTest.from_file(str(ROOT / "allocation/ui/main.py"), default_timeout=300)
        page.query_params["run"] = run_id
        page.switch_page(f"views/{view.name}.py").run()
        while page.get("skeleton"):  # something is still being worked out
            time.sleep(0.5)
            page.run()
        taken = []
        for _ in range(times):
            begun = time.perf_counter()
            page.run()
            taken.append(time.perf_counter() - begun)
        seconds[view.name] = statistics.median(taken)
    return seconds


def _scripts_apart(home: Path, run_id: str, times: int) -> dict[str, float]:
    """Time the scripts in a process of their own, which works in the workspace."""
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "benchmarks.pages", SCRIPTS_FLAG),
            *("--home", str(home), "--run", run_id, "--times", str(times)),
        ],
        cwd=ROOT,
        env={**os.environ, ROOT_VARIABLE: str(home)},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--home", type=Path, default=ROOT, help="workspace with a finished run")
    parser.add_argument("--run", help="id of the run; default: the newest finished one")
    parser.add_argument("--applicants", type=int, help="make a city of this size in --home")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument(SCRIPTS_FLAG, action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _newest(home: Path) -> str:
    finished = _finished(home)
    if not finished:
        raise SystemExit(f"no finished run in {home / 'runs'}")
    return finished[-1]


def _finished(home: Path) -> list[str]:
    return [i.run_id for i in list_runs(home / "runs") if i.state is RunState.FINISHED]


def _path(view: View) -> str:
    return "" if view.is_first else view.name


def _row(name: str, *cells: str) -> None:
    print(f"{name:10s}" + "".join(f"{cell:>12s}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
