"""The queue of runs, with real child processes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from allocation.canonical import read_json
from allocation.processes import marked_process
from allocation.runs import RunState, list_runs, load_run
from allocation.ui.jobs import child_process
from allocation.ui.jobs.files import JOBS_FOLDER, Job, JobFiles, JobState, Order
from allocation.ui.jobs.queue import JobQueue
from allocation.ui.jobs.thread import Dispatcher
from tests.patience import PATIENCE_S
from tests.town import write_town

WAITS = """
import sys, time
from pathlib import Path
import allocation.pipeline as pipeline

build = pipeline.build_instance
runs = Path(sys.argv[sys.argv.index("--out") + 1])

def slowly(tables, scenario):
    while not (runs / "go").exists() and not list(runs.glob(".work/*/stop")):
        time.sleep(0.02)
    return build(tables, scenario)

pipeline.build_instance = slowly
from allocation.cli import main
main()
"""
"""The run command, which waits in its second phase for the file ``go`` or for a stop."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture
def order(town: Path) -> Order:
    return Order(town, "town", lang="en")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def queue(runs: Path) -> Iterator[JobQueue]:
    queue = JobQueue(runs)
    yield queue
    for job in queue.active():
        queue.abort(job.job_id)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children wait for ``go`` or a stop, with the command line they always have."""
    command = child_process.command

    def waiting(order: Order, runs: Path) -> list[str]:
        line = command(order, runs)
        return [line[0], "-c", WAITS, *line[3:]]

    monkeypatch.setattr(child_process, "command", waiting)


def until(queue: JobQueue, holds: Callable[[Job], bool], job: Job) -> Job:
    """Step a queue until something holds of a job."""
    end = time.monotonic() + PATIENCE_S
    while True:
        queue.step()
        now = queue.job(job.job_id)
        assert now is not None
        if holds(now):
            return now
        assert time.monotonic() < end, f"waited too long; {now.state} {queue.failure(now)}"
        time.sleep(0.02)


def ended(job: Job) -> bool:
    return not job.is_active


def linked(job: Job) -> bool:
    return bool(job.run_id)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_jobs_run_one_after_the_other(queue: JobQueue, order: Order) -> None:
    first, second = queue.submit(order), queue.submit(replace(order, overrides=("draw.round=2",)))
    third = queue.submit(order)
    queue.step()
    states = [job.state for job in queue.jobs()]
    assert states == [JobState.RUNNING, JobState.QUEUED, JobState.QUEUED]
    assert [job.job_id for job in queue.jobs()] == [first.job_id, second.job_id, third.job_id]
    assert queue.cancel(third.job_id)
    done = until(queue, ended, first)
    until(queue, ended, second)
    queue.step()
    one, two, three = queue.jobs()
    assert (one.state, two.state, three.state) == (
        JobState.DONE,
        JobState.DONE,
        JobState.CANCELLED,
    )
    assert two.started_at is not None
    assert done.ended_at is not None
    assert two.started_at >= done.ended_at
    assert [info.run_id for info in list_runs(queue.runs)] == [one.run_id, two.run_id]
    assert load_run(queue.runs / two.run_id).manifest["overrides"] == ["draw.round=2"]


@pytest.mark.skipif(os.name == "nt", reason="no modes")
def test_the_queue_is_for_its_owner_alone(queue: JobQueue, order: Order) -> None:
    job = queue.submit(order)
    queue.step()
    folder = queue.runs / JOBS_FOLDER
    assert mode(folder) == mode(folder / job.job_id) == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 4  # the lock, the record, two files of the child
    assert {mode(path) for path in files} == {0o600}


@pytest.mark.usefixtures("slow")
def test_a_running_job_shows_its_progress_and_stops_with_the_best_kept(
    queue: JobQueue, order: Order
) -> None:
    job = queue.submit(order)
    assert not queue.stop(job)
    job = until(queue, linked, job)
    job = until(queue, lambda now: queue.progress(now).get("phase") == "phase_build", job)
    assert [step["phase"] for step in queue.progress(job)["steps"]] == [
        "phase_read",
        "phase_build",
    ]
    assert "phase_read" in queue.log(job)
    assert not queue.is_stopping(job)
    assert queue.stop(job)
    assert queue.is_stopping(job)
    job = until(queue, ended, job)
    assert job.state is JobState.DONE
    result = read_json(queue.runs / job.run_id / "result.json")
    assert result["status"] == "stopped"
    assert not queue.stop(job)


@pytest.mark.usefixtures("slow")
def test_an_aborted_job_leaves_nothing(queue: JobQueue, order: Order) -> None:
    job = until(queue, linked, queue.submit(order))
    assert not queue.cancel(job.job_id)
    assert queue.abort(job.job_id)
    assert marked_process(job.process) is None
    assert list_runs(queue.runs) == ()
    assert until(queue, ended, job).state is JobState.CANCELLED
    assert not queue.abort(job.job_id)


@pytest.mark.usefixtures("slow")
def test_a_later_server_takes_over_children_and_queue(
    queue: JobQueue, order: Order, runs: Path
) -> None:
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from allocation.ui.jobs import child_process
        from allocation.ui.jobs.queue import JobQueue
        from allocation.ui.jobs.files import Order
        command = child_process.command
        child_process.command = lambda order, runs: [
            sys.executable, "-c", sys.argv[3], *command(order, runs)[3:]
        ]
        queue = JobQueue(Path(sys.argv[1]))
        for _ in range(2):
            queue.submit(Order(Path(sys.argv[2]), "town"))
        queue.step()
        """
    )
    earlier = [sys.executable, "-c", code, str(runs), str(order.scenario), WAITS]
    subprocess.run(earlier, check=True)
    first, second = queue.jobs()
    assert (first.state, second.state) == (JobState.RUNNING, JobState.QUEUED)
    adopted = until(queue, linked, first)
    assert adopted.process == first.process
    assert marked_process(first.process) is not None
    assert [info.state for info in list_runs(runs)] == [RunState.RUNNING]
    (runs / "go").touch()
    adopted = until(queue, ended, adopted)
    assert (adopted.state, adopted.exit_code) == (JobState.DONE, None)
    assert until(queue, ended, second).state is JobState.DONE
    assert len(list_runs(runs)) == 2


def test_a_job_whose_server_died_while_starting_it_is_not_started_twice(
    queue: JobQueue, order: Order
) -> None:
    job = queue.submit(order)
    with JobFiles(queue.runs).locked():
        lost = replace(job, state=JobState.STARTING, server="999999999\n0\n")
        JobFiles(queue.runs).write(lost)
    queue.step()
    now = queue.job(job.job_id)
    assert now is not None
    assert now.state is JobState.FAILED
    assert queue.failure(now) == ""


def test_servers_on_one_folder_start_each_job_once(
    runs: Path, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []
    most = []
    start = child_process.start

    def counted(order: Order, runs: Path, folder: Path, root: Path) -> subprocess.Popen[bytes]:
        started.append(folder)
        most.append(sum(job.state is not JobState.QUEUED for job in JobQueue(runs).active()))
        return start(order, runs, folder, root)

    monkeypatch.setattr(child_process, "start", counted)
    monkeypatch.setattr(
        child_process, "command", lambda order, runs: [sys.executable, "-c", "pass"]
    )
    for _ in range(6):
        JobQueue(runs).submit(order)

    def serve() -> None:
        queue = JobQueue(runs)
        while queue.active():
            queue.step()

    servers = [threading.Thread(target=serve) for _ in range(4)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    assert len(started) == len(set(started)) == 6
    assert set(most) == {1}


def test_more_than_one_at_a_time_where_asked_for(
    runs: Path, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOCATION_JOBS", "2")
    monkeypatch.setattr(
        child_process, "command", lambda order, runs: [sys.executable, "-c", "input()"]
    )
    queue = JobQueue(runs)
    for _ in range(3):
        queue.submit(order)
    queue.step()
    states = [job.state for job in queue.jobs()]
    assert states == [JobState.RUNNING, JobState.RUNNING, JobState.QUEUED]


def test_bad_data_end_in_their_sentence(runs: Path, tmp_path: Path) -> None:
    bad = write_town(tmp_path / "bad", extra="A99,general,371199199001010000\n")
    queue = JobQueue(runs)
    job = until(queue, ended, queue.submit(Order(bad, "town", lang="zh")))
    assert (job.state, job.exit_code, job.run_id) == (JobState.FAILED, 2, "")
    sentence = queue.failure(job)
    assert "1 处问题" in sentence
    assert "371199" not in sentence
    assert not (runs / JOBS_FOLDER / job.job_id / "stdout.txt").exists()
    assert list_runs(runs) == ()


def test_a_killed_run_has_no_sentence(queue: JobQueue, order: Order) -> None:
    job = until(queue, lambda now: now.state is JobState.RUNNING, queue.submit(order))
    process = marked_process(job.process)
    assert process is not None
    process.kill()
    job = until(queue, ended, job)
    assert job.state is JobState.FAILED
    assert job.exit_code == -9
    assert queue.failure(job) == ""


def test_the_dispatcher_rests_when_nothing_is_left(queue: JobQueue, order: Order) -> None:
    finished: list[str] = []
    dispatcher = Dispatcher(queue, on_done=finished.append)
    job = dispatcher.submit(order)
    for thread in threading.enumerate():
        if thread.name == "allocation-jobs":
            thread.join(PATIENCE_S)
    now = queue.job(job.job_id)
    assert now is not None
    assert now.state is JobState.DONE
    assert finished == [now.run_id]
    assert not any(thread.name == "allocation-jobs" for thread in threading.enumerate())


def test_a_first_job_is_asked_for_once(queue: JobQueue, order: Order) -> None:
    assert queue.submit_first(order) is not None
    assert queue.submit_first(order) is None
    assert len(queue.jobs()) == 1


def test_records_of_long_ago_are_tidied_away(queue: JobQueue, order: Order) -> None:
    old, new = queue.submit(order), queue.submit(order)
    for job in (old, new):
        queue.cancel(job.job_id)
    files = JobFiles(queue.runs)
    with files.locked():
        files.write(replace(old, state=JobState.CANCELLED, ended_at=time.time() - 8 * 86_400))
    queue.tidy()
    assert [job.job_id for job in queue.jobs()] == [new.job_id]


@pytest.mark.parametrize("job_id", ["", "..", "../../etc", "20260101-000000-abcdef"])
def test_an_unknown_job_is_none(queue: JobQueue, job_id: str) -> None:
    assert queue.job(job_id) is None


def test_a_damaged_record_hides_no_other(queue: JobQueue, order: Order) -> None:
    damaged, good = queue.submit(order), queue.submit(order)
    (queue.runs / JOBS_FOLDER / damaged.job_id / "job.json").write_text("{", encoding="utf-8")
    assert [job.job_id for job in queue.jobs()] == [good.job_id]


def test_a_child_outlives_the_terminal_of_its_server(queue: JobQueue, order: Order) -> None:
    job = until(queue, lambda now: now.state is JobState.RUNNING, queue.submit(order))
    process = marked_process(job.process)
    assert isinstance(process, psutil.Process)
    if os.name != "nt":
        assert os.getsid(process.pid) != os.getsid(0)
