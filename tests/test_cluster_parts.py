"""Parts of one scenario on a real scheduler with real worker processes on this machine."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation.batch import Here, load_batch, run_batch
from allocation.cli import app
from allocation.mechanisms.network import parts
from allocation.mechanisms.network.parts import independent_parts
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.settling import Settled, Task, settle_here
from allocation.messages import AllocationError, ClusterError
from allocation.progress import Progress, Silent
from allocation.result import Status
from allocation.runs import Run, load_run
from tests.programs_helper import unlimited
from tests.test_parts import NOTHING, side_by_side

distributed = pytest.importorskip("distributed")

from distributed.scheduler import KilledWorker  # noqa: E402

from allocation.batch import sharing as shared  # noqa: E402 - needs Dask
from tests.test_cluster import assert_same, until  # noqa: E402
from tools.machines import PATIENCE_S, ROOT, Machines, started  # noqa: E402

SCENARIO = """
name = "counties"
title = "几个县"
[data]
folder = "."
[[stage]]
name = "joint"
kinds = ["stall"]
mechanism = "optimal"
levels = ["number", "preference"]
"""
N_COUNTIES = 6


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Start a scheduler and two workers, each a process that is started again when it dies."""
    with started(2, tmp_path_factory.mktemp("machines")) as found:
        yield found


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one table of counties that nothing ties; return the scenario."""
    folder = tmp_path_factory.mktemp("counties")
    rng = np.random.default_rng(5)
    n_people, n_places, n_wishes = 300, 90, 4
    who = [f"C{c}A{i:03d}" for c in range(N_COUNTIES) for i in range(n_people)]
    where = [f"C{c}P{p:03d}" for c in range(N_COUNTIES) for p in range(n_places)]
    wishes = [
        (f"C{c}A{i:03d}", f"C{c}P{p:03d}", rank)
        for c in range(N_COUNTIES)
        for i in range(n_people)
        for rank, p in enumerate(rng.choice(n_places, n_wishes, replace=False), 1)
    ]
    tables = {
        "applicants": pd.DataFrame({"applicant_id": who}),
        "places": pd.DataFrame({"place_id": where, "kind": "stall", "capacity": 2}),
        "applications": pd.DataFrame(
            wishes, columns=["applicant_id", "place_id", "preference_rank"]
        ).assign(priority_rank=1),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "counties.toml").write_text(SCENARIO, encoding="utf-8")
    return folder / "counties.toml"


@pytest.fixture(scope="module")
def here(counties: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run it in one process."""
    rows, _ = run_batch(load_batch([counties]), tmp_path_factory.mktemp("here"), Here(Silent()))
    (row,) = rows
    assert row.run is not None
    assert row.run.result["stages"][0]["n_parts"] == N_COUNTIES
    return row.run


def command(counties: Path, machines: Machines, out: Path) -> subprocess.Popen[bytes]:
    """Start the run on the cluster."""
    words = ["run", str(counties), "--out", str(out), "--quiet", "--cluster", machines.address]
    return subprocess.Popen(
        [sys.executable, "-m", "allocation", *words], cwd=ROOT, stdout=subprocess.PIPE
    )


def finished(watcher: Any, begun: float) -> list[dict[str, Any]]:
    """Return the tasks that were begun since and are done; Dask's own choice is a rough one."""
    tasks: list[dict[str, Any]] = watcher.get_task_stream(start=begun)
    return [t for t in tasks if min(part["start"] for part in t["startstops"]) >= begun]


def test_parts_go_to_all_workers_and_give_the_same_bytes(
    counties: Path, here: Run, machines: Machines, tmp_path: Path
) -> None:
    with distributed.Client(machines.address, set_as_default=False) as watcher:
        watcher.get_task_stream()
        begun = time.time()
        printed, _ = command(counties, machines, tmp_path).communicate(timeout=PATIENCE_S)
        done = finished(watcher, begun)
    run = load_run(Path(printed.decode().split()[0]))
    assert_same(run, here)
    settled = [task for task in done if task["key"].startswith("settle_away")]
    assert len(settled) == N_COUNTIES
    assert len({task["worker"] for task in settled}) == 2
    checked = CliRunner().invoke(app, ["check", str(run.path)])
    assert checked.exit_code == 0, checked.output


def test_a_killed_worker_costs_its_part_again(
    counties: Path, here: Run, machines: Machines, tmp_path: Path
) -> None:
    with distributed.Client(machines.address, set_as_default=False) as watcher:
        pids: dict[str, int] = watcher.run(os.getpid)
        watcher.get_task_stream()
        begun = time.time()
        running = command(counties, machines, tmp_path)

        def helpers() -> dict[str, list[str]]:
            """Return the parts at workers that do not run the scenario itself."""
            busy = watcher.processing().items()
            return {
                who: [key for key in keys if "settle_away" in key]
                for who, keys in busy
                if not any("run_away" in key for key in keys)
            }

        def frozen() -> str | None:
            """Freeze one with a part, so that it cannot be done before it is killed."""
            for who in [who for who, keys in helpers().items() if keys]:
                os.kill(pids[who], signal.SIGSTOP)
                time.sleep(0.2)
                if helpers().get(who):
                    return who
                os.kill(pids[who], signal.SIGCONT)
            return None

        os.kill(pids[until(frozen)], signal.SIGKILL)
        printed, _ = running.communicate(timeout=PATIENCE_S)
        done = [task["key"] for task in finished(watcher, begun)]
    assert running.returncode == 0
    assert_same(load_run(Path(printed.decode().split()[0])), here)
    # The scenario was run once, and every part was finished once.
    assert len([key for key in done if "run_away" in key]) == 1
    assert len(done) == len(set(done))
    assert len([key for key in done if "settle_away" in key]) == N_COUNTIES


def test_logs_of_the_machines_tell_nothing(machines: Machines) -> None:
    log = machines.log.read_text(encoding="utf-8")
    for word in ("C0A0", "C1P0", "counties"):
        assert word not in log


# What a worker sends, without a cluster


class Workers:
    """Two workers that do at once what they are sent, by way of bytes."""

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[Any] = []
        self._error = error

    def nthreads(self) -> dict[str, int]:
        return {"tcp://127.0.0.1:1": 1, "tcp://127.0.0.1:2": 1}

    def submit(self, away: Callable[[Any], Any], errand: Any, **options: Any) -> Any:
        self.sent.append(errand)
        return pickle.loads(pickle.dumps(away(pickle.loads(pickle.dumps(errand)))))  # noqa: S301

    def gather(self, futures: list[Any]) -> list[Any]:
        if self._error is not None:
            raise self._error
        return futures


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """Return the parts of two towns, a task each."""
    monkeypatch.setattr(parts, "_LEAST", 1)
    instance = side_by_side()
    (stage,) = instance.stages
    found = independent_parts(formulate(instance, stage, NOTHING))
    return [Task(instance, stage, part.formulation) for part in found]


def share(
    monkeypatch: pytest.MonkeyPatch,
    workers: Workers,
    tasks: list[Task],
    budget: Budget | None = None,
    away: Any = None,
    progress: Progress | None = None,
) -> list[Settled]:
    """Settle tasks by way of workers."""
    monkeypatch.setattr(shared, "worker_client", lambda: nullcontext(workers))
    settle = shared.sharing("batch", {}, away or (lambda errand: errand.settle(Silent())))
    return settle(tasks, budget or unlimited(), progress or Silent())


def test_what_comes_back_is_what_is_found_here(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = settle_here(tasks, unlimited(), Silent())
    away = share(monkeypatch, Workers(), tasks)
    assert len(here) == len(away) == 2
    for one, other in zip(here, away, strict=True):
        assert one.awards.tolist() == other.awards.tolist()
        assert [level.value for level in one.levels] == [level.value for level in other.levels]
        assert [step.rows.tolist() for step in one.steps] == [
            step.rows.tolist() for step in other.steps
        ]


def test_a_single_part_stays_here(tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Workers()
    assert len(share(monkeypatch, workers, tasks[:1])) == 1
    assert share(monkeypatch, workers, []) == []
    assert not workers.sent


def test_no_more_is_sent_than_parts_need_and_it_shows_nothing(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers()
    share(monkeypatch, workers, tasks)
    for errand in workers.sent:
        assert repr(errand) == "<PartErrand>"
        assert "A00" not in repr(errand.task)
        assert all(frame.empty for frame in errand.task.instance.tables.frames.values())


def test_the_wait_for_parts_counts_as_the_levels(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    phases = []

    class Hears(Silent):
        def phase(self, code: str, **params: object) -> None:
            phases.append((code, params))

    share(monkeypatch, Workers(), tasks, progress=Hears())
    assert phases == [("phase_optimise", {"stage": tasks[0].stage.name})]


def test_as_many_parts_as_workers_may_take_all_the_time(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers()
    share(monkeypatch, workers, tasks, Budget(time.monotonic() + 100, lambda: False))
    assert [90 < errand.seconds <= 100 for errand in workers.sent] == [True, True]
    more = Workers()
    share(monkeypatch, more, tasks * 2, Budget(time.monotonic() + 100, lambda: False))
    assert [45 < errand.seconds <= 50 for errand in more.sent] == [True] * 4
    late = share(monkeypatch, Workers(), tasks, Budget(time.monotonic() - 1, lambda: False))
    assert {each.status for each in late} == {Status.FEASIBLE}


def test_what_goes_wrong_with_a_part_is_the_scenarios(
    tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AllocationError, match="level_too_large"):
        share(
            monkeypatch,
            Workers(),
            tasks,
            away=lambda _: AllocationError("level_too_large", level="draw"),
        )
    lost = KilledWorker("settle_away-1", None, 3)
    with pytest.raises(ClusterError) as caught:
        share(monkeypatch, Workers(lost), tasks)
    assert (caught.value.code, caught.value.params) == ("cluster_member_lost", {"n": 4})
