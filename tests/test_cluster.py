"""A batch on a real scheduler with real worker processes on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from allocation.batch import BadMembers, Here, Row, load_batch, run_batch
from allocation.batch.batch import Listener, State, exit_code
from allocation.batch.crew import Job
from allocation.batch.parcels import Parcel, pack_folder
from allocation.cli import app
from allocation.messages import AllocationError, ClusterError
from allocation.pipeline import package_versions
from allocation.progress import Silent
from allocation.runs import WORK_FOLDER, Run, WorkFolder, create_work, load_run
from tests.test_batch import CLASH, LISTS, StopAfter, said, spoil, write_province_file
from tests.town import SCENARIO

distributed = pytest.importorskip("distributed")

from allocation.batch import away as aways  # noqa: E402
from allocation.batch import cluster as clusters  # noqa: E402 - needs Dask
from allocation.batch.away import Errand, installed, read_away, version_differences  # noqa: E402
from tools.machines import PATIENCE_S, ROOT, Machines, free_port, started  # noqa: E402

TOWNS = ["north", "east", "west"]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Start a scheduler and two workers, each a process that is started again when it dies."""
    with started(2, tmp_path_factory.mktemp("machines")) as found:
        yield found


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a province of three towns that differ in their rules."""
    folder = tmp_path_factory.mktemp("province")
    shares = {town: f"share = 0.{number}" for number, town in enumerate(TOWNS, 3)}
    scenarios = {town: SCENARIO.replace("share = 0.5", share) for town, share in shares.items()}
    return write_province_file(folder, TOWNS, **scenarios)


@pytest.fixture(scope="module")
def here(province: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Run it in one process."""
    rows, _ = run_batch(load_batch([province]), tmp_path_factory.mktemp("here"), Here(Silent()))
    return {row.member.name: row.run for row in rows if row.run is not None}


def away(
    path: Path, out: Path, machines: Machines, progress: Any = None, listener: Any = None
) -> Sequence[Row]:
    """Run a batch on the cluster."""
    with clusters.join_cluster(machines.address, progress or Silent()) as crew:
        rows, aborted = run_batch(load_batch([path]), out, crew, listener)
    assert not aborted
    return rows


def until(found: Callable[[], Any]) -> Any:
    """Wait until something is there."""
    end = time.monotonic() + PATIENCE_S
    while not (seen := found()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return seen


class TestRuns:
    """What comes back."""

    def test_same_bytes_as_one_process(
        self, province: Path, here: dict[str, Run], machines: Machines, tmp_path: Path
    ) -> None:
        rows = away(province, tmp_path / "runs", machines)
        assert exit_code(rows) == 0
        for row in rows:
            assert row.run is not None
            assert_same(row.run, here[row.member.name])
            checked = CliRunner().invoke(app, ["check", str(row.run.path)])
            assert checked.exit_code == 0, checked.output
            files = [file for file in row.run.path.rglob("*") if file.is_file()]
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        assert list((tmp_path / "runs" / WORK_FOLDER).iterdir()) == []
        assert not list(machines.scratch.rglob("*.parquet"))

    def test_a_killed_worker_costs_its_own_part_again(
        self, province: Path, here: dict[str, Run], machines: Machines, tmp_path: Path
    ) -> None:
        words = ["run", str(province), "--out", str(tmp_path / "runs"), "--quiet"]
        with distributed.Client(machines.address, set_as_default=False) as watcher:
            pids: dict[str, int] = watcher.run(os.getpid)
            watcher.get_task_stream()
            begun = time.time()
            command = subprocess.Popen(
                [sys.executable, "-m", "allocation", *words, "--cluster", machines.address],
                cwd=ROOT,
                stdout=subprocess.PIPE,
            )

            def at_work() -> dict[str, list[str]]:
                busy = watcher.processing().items()
                return {who: [key for key in keys if "run_away" in key] for who, keys in busy}

            def frozen() -> tuple[str, list[str]] | None:
                """Freeze a worker with a run, so that it cannot be done before it is killed."""
                for who in [who for who, keys in at_work().items() if keys]:
                    os.kill(pids[who], signal.SIGSTOP)
                    time.sleep(0.2)
                    if lost := at_work().get(who):
                        return who, lost
                    os.kill(pids[who], signal.SIGCONT)
                return None

            victim, lost = until(frozen)
            os.kill(pids[victim], signal.SIGKILL)
            printed, _ = command.communicate(timeout=PATIENCE_S)
            done = [task["key"] for task in watcher.get_task_stream(start=begun)]
            # What the killed one kept on disk goes when the next one starts.
            until(lambda: not list(machines.scratch.rglob("*.parquet")))
        assert command.returncode == 0
        # Every part was finished once: none that was done was done again.
        assert sorted({key.split("-")[0] for key in done}) == ["read_away", "run_away"]
        assert len(done) == len(set(done)) == 2 * len(TOWNS)
        assert set(lost) <= set(done)
        runs = [load_run(Path(line)) for line in printed.decode().split()[: len(TOWNS)]]
        for run in runs:
            assert_same(run, here[run.result["name"]])

    def test_a_clash_is_the_members_own(self, machines: Machines, tmp_path: Path) -> None:
        path = write_province_file(tmp_path, ["east", "west"], west=CLASH)
        rows = away(path, tmp_path / "runs", machines)
        found = {row.member.name: row.run.result["status"] for row in rows if row.run}
        assert found == {"east": "optimal", "west": "infeasible"}
        assert exit_code(rows) == 1

    def test_bad_input_of_any_member_keeps_all_from_running(
        self, machines: Machines, tmp_path: Path
    ) -> None:
        path = write_province_file(tmp_path, TOWNS)
        spoil(tmp_path / "west")
        (tmp_path / "east" / "data").rename(tmp_path / "gone")
        with pytest.raises(BadMembers) as caught:
            away(path, tmp_path / "runs", machines)
        assert said(caught.value) == [("east", "data_missing"), ("west", "bad_input")]
        with pytest.raises(BadMembers) as same:
            run_batch(load_batch([path]), tmp_path / "runs", Here(Silent()))
        findings = [caught.value.errors[1][1].findings, same.value.errors[1][1].findings]  # type: ignore[attr-defined]
        assert findings[0] == findings[1]
        assert not (tmp_path / "runs").exists()

    def test_a_stop_keeps_what_is_done(
        self, province: Path, machines: Machines, tmp_path: Path
    ) -> None:
        stop = StopAfter(1)
        rows = away(province, tmp_path / "runs", machines, stop, Listener(on_row=stop.row))
        states = [row.state for row in rows]
        assert State.DONE in states
        assert State.FAILED not in states
        for row in rows:
            # What was under way is kept as it was, or was done before it heard the stop.
            assert row.run is None or row.run.result["status"] in ("optimal", "stopped")
        assert list((tmp_path / "runs" / WORK_FOLDER).iterdir()) == []

    def test_logs_of_the_machines_tell_nothing(self, machines: Machines) -> None:
        log = machines.log.read_text(encoding="utf-8")
        for word in ("A01", "min_livelihood", "town.toml", *TOWNS):
            assert word not in log


class Ended:
    """A task that is over and sent nothing."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def cancelled(self) -> bool:
        """Whether it was taken back, as all are when the scheduler is gone."""
        return self._error is None

    def result(self) -> None:
        """Raise."""
        assert self._error is not None
        raise self._error


@pytest.mark.parametrize(
    ("error", "code", "params"),
    [
        (None, "cluster_lost", {}),
        (OSError(), "cluster_lost", {}),
        (distributed.CancelledError(), "cluster_lost", {}),
        (distributed.scheduler.KilledWorker("key", None, 3), "cluster_member_lost", {"n": 4}),
        (ValueError("A01"), "internal_error", {"kind": "ValueError", "place": "test_cluster.py"}),
    ],
)
def test_a_task_that_sends_nothing_says_why(
    error: Exception | None, code: str, params: dict[str, Any]
) -> None:
    found = clusters._result(Ended(error))
    assert isinstance(found, AllocationError)
    place = str(found.params.get("place", "")).partition(":")[0]
    assert (found.code, found.params | ({"place": place} if place else {})) == (code, params)


class TestRefusals:
    """What is refused before anything is sent."""

    @pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "10.0.0.5:8786", "ws://a.b:80"])
    def test_people_are_not_sent_in_the_clear(self, address: str) -> None:
        with pytest.raises(ClusterError, match="cluster_plain"):
            clusters.refuse_plain(address)

    @pytest.mark.parametrize(
        "address",
        ["tls://10.0.0.5:8786", "tcp://127.0.0.1:8786", "localhost:8786", "tcp://[::1]:8786"],
    )
    def test_but_here_or_encrypted(self, address: str) -> None:
        clusters.refuse_plain(address)

    def test_nobody_there(
        self, province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clusters, "CONNECT_S", 0.5)
        address = f"tcp://127.0.0.1:{free_port()}"
        done = CliRunner().invoke(
            app, ["run", str(province), "--out", str(tmp_path / "runs"), "--cluster", address]
        )
        assert done.exit_code == 2
        assert f"无法连接调度器 {address}" in done.stderr.replace("\n", "")
        assert not (tmp_path / "runs").exists()

    def test_workers_with_other_versions(
        self, province: Path, machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        theirs = installed()["scipy"]
        ours = {**package_versions(), "scipy": "0.1"}
        # Patched in this process alone: workers answer for themselves.
        monkeypatch.setattr(aways, "package_versions", lambda: ours)
        with pytest.raises(ClusterError, match="cluster_versions") as caught:
            away(province, tmp_path / "runs", machines)
        assert caught.value.params["packages"] == f"scipy 0.1 / {theirs}"

    def test_a_worker_that_came_later_looks_itself(self, machines: Machines) -> None:
        versions = {**installed(), "program": "of yesterday"}
        errand = Errand("b", versions, {}, "", (), Parcel(b"A01"))
        assert "A01" not in repr(errand)
        with distributed.Client(machines.address, set_as_default=False) as client:
            found = client.submit(read_away, errand, pure=False).result(timeout=PATIENCE_S)
        assert isinstance(found, ClusterError)
        assert found.code == "cluster_versions"

    def test_a_worker_of_several_threads_that_came_later(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = SimpleNamespace(nthreads=2)
        worker = SimpleNamespace(address="tcp://w", local_directory=tmp_path, state=state)
        monkeypatch.setattr(aways, "get_worker", lambda: worker)
        found = read_away(Errand("b", installed(), {}, "", (), Parcel(b"")))
        assert isinstance(found, ClusterError)
        assert (found.code, found.params["n"]) == ("cluster_threads", 2)

    @pytest.mark.parametrize(
        ("worker", "answer", "code"),
        [
            ("tcp://10.0.0.7:1", None, "cluster_plain"),
            ("tls://10.0.0.7:1", {"nthreads": 2}, "cluster_threads"),
            ("tls://10.0.0.7:1", ImportError(), "cluster_worker_lacks"),
        ],
    )
    def test_workers_behind_a_scheduler(self, worker: str, answer: Any, code: str) -> None:
        class Scheduler:
            def wait_for_workers(self, n: int, timeout: float) -> None: ...

            def nthreads(self) -> dict[str, int]:
                return {worker: 1}

            def run(self, work: Any, versions: Any, on_error: str) -> dict[str, Any]:
                if not isinstance(answer, dict):
                    return {worker: answer}
                state = SimpleNamespace(**answer)
                return {worker: work(versions, SimpleNamespace(address=worker, state=state))}

        with pytest.raises(ClusterError, match=code) as caught:
            clusters._refuse_unfit(Scheduler(), "tls://10.0.0.5:8786")
        assert worker in caught.value.params.values()

    def test_no_address(self) -> None:
        with pytest.raises(ClusterError, match="cluster_unreachable"):
            clusters.refuse_plain("tcp://[::1")

    def test_large_tables_are_nothing_to_warn_of(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with clusters._quiet():
                warnings.warn("Sending large graph of size 12 MiB.", stacklevel=1)

    def test_versions_that_only_one_has(self) -> None:
        assert version_differences({"a": "1", "b": "2"}, {"a": "1", "c": "3"}) == "b – / 2, c 3 / –"


@pytest.mark.parametrize("change", ["id", "scenario", "file"])
def test_another_run_than_asked_for_is_not_taken(
    province: Path, here: dict[str, Run], tmp_path: Path, change: str
) -> None:
    """Another id, another scenario or a changed file."""
    run = here["north"]
    member = load_batch([province], ["reserve.stall.share=0.9"] * (change == "scenario")).members[0]
    record = tmp_path / "record"
    shutil.copytree(run.path, record)
    if change == "file":
        (record / "awards.csv").write_text("applicant_id\n", encoding="utf-8")
    work = create_work(tmp_path / "runs", "north")
    run_id = work.run_id if change == "id" else run.run_id
    asked = WorkFolder(run_id, tmp_path / "others")
    asked.make()
    with pytest.raises(ClusterError, match="cluster_damaged"):
        clusters._placed(asked, Job(member, Parcel(b"")), pack_folder(record))
    assert not (tmp_path / "others" / run_id).exists()


def assert_same(run: Run, other: Run) -> None:
    """Compare what two runs gave out, and what they gave it out from, byte by byte."""
    files = [f"{name}.csv" for name in LISTS]
    files += [f"inputs/{file.name}" for file in (run.path / "inputs").iterdir()]
    for file in files:
        assert (run.path / file).read_bytes() == (other.path / file).read_bytes(), file
    assert run.manifest["scenario"] == other.manifest["scenario"]
