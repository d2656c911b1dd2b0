"""The page Run: result, live progress, new run, queue and history."""

from __future__ import annotations

import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import allocation
from allocation.canonical import read_json, write_json
from allocation.messages import text as words
from allocation.official import commit_draw, reveal_draw
from allocation.runs import RunState, create_work, list_runs
from allocation.scenario import load_scenario
from allocation.ui import server, store
from allocation.ui.jobs import child_process
from allocation.ui.jobs.files import JobFiles, JobState, Order
from allocation.ui.run import numbers, outcome
from allocation.ui.run.history import entries
from allocation.ui.run.live import STEPS, may_stop, stepped
from allocation.ui.run.wording import clock
from allocation.ui.sources import data_override
from tests.draw_helper import DIGITS, DRAWN_AT, SEALED_AT, VALUE, WITNESSES, hold_draw
from tests.patience import PATIENCE_S
from tests.scenario_helper import CITY
from tests.test_lottery_runs import write_panel
from tests.ui.conftest import OpenPage
from tests.ui.test_jobs import WAITS


@pytest.fixture(autouse=True)
def quiet_office(home: Path) -> Iterator[None]:
    """Leave no child process behind."""
    yield
    queue = server.desk().queue
    for job in queue.active():
        queue.cancel(job.job_id)
        queue.abort(job.job_id)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let children wait for the file ``go`` or a stop."""
    command = child_process.command
    monkeypatch.setattr(
        child_process,
        "command",
        lambda order, runs: [sys.executable, "-c", WAITS, *command(order, runs)[3:]],
    )


def said(page: AppTest) -> str:
    """Everything the page says in words."""
    kinds = ("markdown", "caption", "error", "warning", "success", "info", "text", "subheader")
    return "\n".join(str(getattr(item, "value", "")) for kind in kinds for item in page.get(kind))


def section(page: AppTest, name: str) -> AppTest:
    page.session_state["run.section"] = name
    return page.run()


def wait_for(page: AppTest, holds: Callable[[AppTest], bool]) -> AppTest:
    end = time.monotonic() + PATIENCE_S
    while not holds(page):
        assert time.monotonic() < end, said(page)
        time.sleep(0.1)
        page.run()
        assert not page.exception
    return page


def shown(page: AppTest, key: str) -> str:
    """Return what the address says; a value the page put there is no list."""
    value = page.query_params.get(key, "")
    return value if isinstance(value, str) else value[0]


def officially(page: AppTest) -> AppTest:
    """Choose an official run."""
    page.session_state["run.mode"] = True
    return page.run()


def approve(page: AppTest) -> AppTest:
    """Say who approves it and why."""
    page.text_input(key="run.approver").set_value("王五（市残联）").run()
    return page.text_input(key="run.reason").set_value("名单经集体研究通过").run()


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_the_section_is_told_at_every_drawing(open_page: OpenPage) -> None:
    """A busy browser may see the second of two drawings alone, and then knows no other choice."""
    page = open_page("run", scenario="town")
    for _ in range(2):
        section = page.segmented_control(key="run.section").proto
        assert section.set_value
        assert list(section.raw_values) == ["新运行"]
        page.run()


class TestResult:
    """The first thing a visitor sees."""

    def test_a_finished_run_with_its_numbers(self, open_page: OpenPage, home: Path) -> None:
        page = open_page("run")
        assert not page.exception
        result = read_json(next((home / "runs").glob("*/result.json")))
        metrics = {metric.label: metric for metric in page.metric}
        assert metrics["授予名额"].value == str(result["counts"]["n_awards"])
        assert metrics["授予名额"].delta == "已达最大可能"
        required = sum(row["required"] for row in result["reserves"])
        assert str(required) in metrics["预留名额已用"].delta
        assert metrics["Posts"].delta == "要求不少于 3"
        n_levels = sum(len(stage["levels"]) for stage in result["stages"])
        assert metrics["目标已证明"].value == f"{n_levels} / {n_levels}"
        assert metrics["目标已证明"].delta == "全部经核查复算"

    def test_one_row_per_kind_and_their_sum(self, open_page: OpenPage, home: Path) -> None:
        table = open_page("run").table[0].value
        assert list(table.iloc[:, 0]) == [
            "烟草零售点",
            "公益性岗位",
            "摊位",
            "福利彩票站点",
            "合计",
        ]
        result = read_json(next((home / "runs").glob("*/result.json")))
        assert table["授予"].iloc[-1] == result["counts"]["n_awards"]
        assert table["授予"].iloc[:-1].sum() == table["授予"].iloc[-1]

    def test_what_fell_short_is_said(self, open_page: OpenPage) -> None:
        """Three posts are asked for and there are two."""
        page = open_page("run")
        (warning,) = page.warning
        assert "posts" in warning.value
        assert "缺 1 个" in warning.value

    def test_levels_and_examples_are_folded_away(self, open_page: OpenPage) -> None:
        page = open_page("run", lang="en")
        assert any(expander.label.startswith("Levels") for expander in page.expander)

    def test_a_lottery_shows_its_chances(self, open_page: OpenPage, home: Path) -> None:
        (home / "panel").mkdir()
        run = allocation.run(write_panel(home / "panel"), out=home / "runs")
        page = open_page("run", run=run.name)
        assert "中签机会" in [expander.label for expander in page.expander]
        page.session_state["run.chances"] = True
        page.run()
        (facts,) = [table.value for table in page.table if "阶段" in table.value]
        assert "必得名额的申请人" in set(facts["项目"])

    def test_all_that_fell_short_can_be_read(
        self, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "run.shortfalls" not in open_page("run").session_state
        monkeypatch.setattr(outcome, "SHOWN_SHORTFALLS", 0)
        page = open_page("run")
        page.session_state["run.shortfalls"] = True
        page.run()
        label = words("app_run_short_all", "zh", n=1)
        assert label in [expander.label for expander in page.expander]
        (reasons,) = [table.value for table in page.table if "原因" in table.value]
        assert list(reasons["缺额"]) == [1]

    def test_placeholders_are_listed_in_words(self) -> None:
        def script(path: str) -> None:
            from allocation.scenario import load_scenario
            from allocation.ui.run.wording import placeholder_table

            placeholder_table(load_scenario(path))

        page = AppTest.from_function(script, args=(str(CITY),)).run()
        assert not page.table  # folded away, and not sent before it is asked for
        page.session_state["run.placeholders"] = True
        page.run()
        n = len(load_scenario(CITY).placeholders)
        assert [expander.label for expander in page.expander] == [f"使用中的示例值（{n} 项）"]
        values = page.table[0].value.set_index("设置")["数值"]
        assert values["摊位预留取整方式"] == "向上取整"
        assert values["烟草零售点间距（城区）"] == "50 米"
        assert not values.str.contains("_").any()

    def test_an_unknown_run_is_a_designed_state(self, open_page: OpenPage) -> None:
        page = open_page("run", run="20200101-000000-gone-0000")
        assert len(page.error) == 1
        assert labels(page)[-1] == "查看最近一次结果"

    def test_a_stopped_run_says_so(self, open_page: OpenPage, home: Path) -> None:
        path = next((home / "runs").glob("*/result.json"))
        result = read_json(path) | {"status": "stopped", "not_reproducible": True}
        write_json(path, result)
        page = open_page("run")
        assert any("不可重现" in warning.value for warning in page.warning)

    def test_a_clash_shows_no_empty_numbers(self, open_page: OpenPage, home: Path) -> None:
        path = next((home / "runs").glob("*/result.json"))
        result = read_json(path) | {"status": "infeasible", "not_reproducible": True}
        clash = {"code": "clash_quota", "params": {"quota": "posts", "together": "posts"}}
        result["stages"][1]["clash"] = [clash]
        write_json(path, result)
        page = open_page("run")
        assert "posts" in page.error[0].value
        assert not page.metric


class TestFirstVisit:
    """A workspace without a run."""

    def test_without_a_demonstration(self, open_page: OpenPage, home: Path) -> None:
        shutil.rmtree(home / "runs")
        page = open_page("run")
        assert not page.exception
        assert labels(page)[-1] == "去方案页"

    def test_the_demonstration_is_one_click_away(self, open_page: OpenPage, home: Path) -> None:
        shutil.rmtree(home / "runs")
        shutil.copy(home / "scenarios" / "town.toml", home / "scenarios" / "rizhao-2023-18.toml")
        page = open_page("run")
        assert labels(page)[-1] == "运行演示方案"
        page.button[-1].click().run()
        assert len(server.desk().queue.active()) == 1
        wait_for(page, lambda now: "job" not in now.query_params)
        assert page.metric

    def test_a_server_runs_the_demonstration_by_itself_once(self, home: Path) -> None:
        shutil.rmtree(home / "runs")
        shutil.copy(home / "scenarios" / "town.toml", home / "scenarios" / "rizhao-2023-18.toml")
        server.open_office()
        server.open_office()
        (job,) = server.desk().queue.jobs()
        assert job.order.scenario.name == "rizhao-2023-18.toml"

    def test_a_server_with_a_result_runs_nothing(self, home: Path) -> None:
        server.open_office()
        assert server.desk().queue.jobs() == ()


class TestLive:
    """A run under way."""

    @pytest.mark.usefixtures("slow")
    def test_progress_stop_and_result(self, open_page: OpenPage, home: Path) -> None:
        page = open_page("run")
        assert "再次运行（试算）" in labels(page)
        page.button(key="result.again").click().run()
        job_id = shown(page, "job")
        assert page.button(key="result.again").disabled
        wait_for(page, lambda now: "正在运行" in said(now) and "已完成：" in said(now))
        assert not page.button(key="live.stop").disabled
        # A reload finds the run again.
        again = open_page("run", job=job_id)
        assert "正在运行" in said(again)
        page.button(key="live.stop").click().run()
        assert "正在停止" in said(page)
        wait_for(page, lambda now: "job" not in now.query_params)
        job = server.desk().queue.job(job_id)
        assert job is not None
        assert shown(page, "run") == job.run_id
        assert any("不可重现" in warning.value for warning in page.warning)

    @pytest.mark.usefixtures("slow")
    def test_two_planners_do_not_disturb_each_other(self, open_page: OpenPage, home: Path) -> None:
        one, two = open_page("run"), open_page("run")
        one.button(key="result.again").click().run()
        two.button(key="result.again").click().run()
        first, second = shown(one, "job"), shown(two, "job")
        assert first != second
        wait_for(two, lambda now: "排队中" in said(now))
        section(two, "queue")
        assert "排在 town 之后" in said(two)
        two.button(key=f"queue.cancel.{second}").click().run()
        queue = server.desk().queue
        states = {job.job_id: job.state for job in queue.jobs()}
        assert states[second] is JobState.CANCELLED
        assert "job" not in two.query_params
        wait_for(one, lambda now: "正在运行" in said(now))
        (home / "runs" / "go").touch()
        wait_for(one, lambda now: "job" not in now.query_params)
        assert len(list_runs(home / "runs")) == 2

    @pytest.mark.usefixtures("slow")
    def test_a_stranger_looks_on(self, open_page: OpenPage, home: Path) -> None:
        """Nobody ends the run of somebody else, or takes it out of the queue, by a slip."""
        owners = [open_page("run"), open_page("run")]
        for owner in owners:
            owner.button(key="result.again").click().run()
        first, second = (shown(owner, "job") for owner in owners)
        wait_for(owners[0], lambda now: "正在运行" in said(now))
        stranger = section(open_page("run"), "queue")
        ends = ("live.stop", "live.abort", "live.cancel", "queue.cancel")
        keys = [str(button.key) for button in stranger.button]
        assert not [key for key in keys if key.startswith(ends)]
        assert [key for key in keys if ".follow." in key] == [
            f"live.follow.{first}",
            f"queue.follow.{first}",
            f"queue.follow.{second}",
        ]
        stranger.button(key=f"queue.follow.{second}").click().run()
        assert shown(stranger, "job") == second
        assert stranger.button(key=f"live.cancel.{second}")
        assert stranger.button(key=f"queue.follow.{first}")
        stranger.button(key=f"queue.follow.{first}").click().run()
        assert stranger.button(key="live.stop")

    @pytest.mark.usefixtures("slow")
    def test_abort_leaves_the_page_as_it_was(self, open_page: OpenPage, home: Path) -> None:
        page = open_page("run")
        before = shown(page, "run")
        page.button(key="result.again").click().run()
        wait_for(page, lambda now: "live.abort" in [button.key for button in now.button])
        page.button(key="live.abort").click().run()
        assert "job" not in page.query_params
        assert shown(page, "run") == before
        assert [info.state for info in list_runs(home / "runs")] == [RunState.FINISHED]

    def test_an_unknown_job_is_a_designed_state(self, open_page: OpenPage) -> None:
        page = open_page("run", job="20200101-000000-abcdef")
        assert len(page.error) == 1
        page.button(key="problem.app_run_job_unknown").click().run()
        assert page.metric

    def test_bad_data_lead_to_the_data_page(self, open_page: OpenPage, home: Path) -> None:
        table = home / "data" / "town" / "applicants.csv"
        header = table.read_text(encoding="utf-8").splitlines()[0].split(",")
        row = {"applicant_id": "A99", "group": "nonsense"}
        with table.open("a", encoding="utf-8") as file:
            file.write(",".join(row.get(name, "") for name in header) + "\n")
        page = open_page("run")
        page.button(key="result.again").click().run()
        wait_for(page, lambda now: bool(now.error))
        assert "1 处问题" in said(page)
        assert "nonsense" not in said(page)
        assert page.button(key="failed.mend").label == "去数据页"

    def test_a_process_that_vanished_can_be_started_again(
        self, open_page: OpenPage, home: Path
    ) -> None:
        queue = server.desk().queue
        order = Order(home / "scenarios" / "town.toml", "town")
        job = queue.submit(order)
        files = JobFiles(home / "runs")
        with files.locked():
            files.write(replace(job, state=JobState.FAILED, ended_at=1.0, exit_code=-9))
        page = open_page("run", job=job.job_id)
        assert "意外结束" in said(page)
        page.button(key="failed.again").click().run()
        assert len(queue.active()) == 1
        assert shown(page, "job") not in ("", job.job_id)

    def test_a_failure_can_be_put_away(self, open_page: OpenPage, home: Path) -> None:
        job = server.desk().queue.submit(Order(home / "scenarios" / "town.toml", "town"))
        files = JobFiles(home / "runs")
        with files.locked():
            files.write(replace(job, state=JobState.FAILED, ended_at=1.0, exit_code=2))
        page = open_page("run", job=job.job_id)
        assert page.error
        page.button(key="failed.away").click().run()
        assert not page.error
        assert "job" not in page.query_params
        # Its line in the history stays.
        assert "失败" in list(section(page, "queue").dataframe[0].value["state"])

    def test_steps_never_go_back(self) -> None:
        shares = [stepped({"phase": phase})[0] for phase in STEPS]
        assert shares == sorted(shares)
        assert stepped({}) == (0, 1)
        late = stepped({"phase": "phase_optimise", "level": "distance"})[0]
        assert stepped({"phase": "phase_optimise"})[0] < late < stepped({"phase": "phase_check"})[0]
        assert sum(STEPS.values()) == 100

    def test_a_stop_is_offered_while_it_can_help(self) -> None:
        assert not may_stop({})
        assert may_stop({"phase": "phase_optimise"})
        assert not may_stop({"phase": "phase_save"})

    def test_clock(self) -> None:
        assert [clock(value) for value in (0, 59.9, 61, 3600)] == [
            "00:00",
            "00:59",
            "01:01",
            "60:00",
        ]


class TestNew:
    """The choices before a run."""

    def test_numbers_come_by_themselves(self, open_page: OpenPage) -> None:
        page = section(open_page("run"), "new")
        wait_for(page, lambda now: bool(now.metric))
        metrics = {metric.label: metric for metric in page.metric}
        assert metrics["申请人"].value == "8"
        assert metrics["应留名额"].value == "2"
        assert metrics["间距冲突"].value == "1"
        (warning,) = page.warning
        assert "posts" in warning.value
        assert "至少缺 1 个" in warning.value
        assert list(page.table[0].value.iloc[:, 0]) == [
            "烟草零售点",
            "公益性岗位",
            "摊位",
            "福利彩票站点",
        ]

    def test_changed_data_are_counted_again(self, home: Path) -> None:
        scenario = load_scenario(home / "scenarios" / "town.toml")
        before = numbers.fingerprint(scenario)
        assert numbers.fingerprint(scenario) == before
        table = home / "data" / "town" / "places.csv"
        table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        assert numbers.fingerprint(scenario) != before

    def test_an_official_run_is_asked_for_by_its_name(
        self, open_page: OpenPage, home: Path
    ) -> None:
        given = hold_draw(home / "scenarios" / "town.toml", home / "draws")
        page = officially(section(open_page("run"), "new"))
        assert page.button(key="run.start").disabled
        approve(page)
        assert page.button(key="run.start").disabled
        page.text_input(key="run.name").set_value("village").run()
        assert page.button(key="run.start").disabled
        page.text_input(key="run.name").set_value("town").run()
        page.button(key="run.start").click().run()
        (job,) = server.desk().queue.jobs()
        assert job.order.approval == given
        assert not page.session_state["run.mode"]
        for key in ("run.name", "run.approver", "run.reason"):
            assert page.session_state[key] == ""
        wait_for(page, lambda now: "job" not in now.query_params)
        assert any(info.official for info in list_runs(server.desk().queue.runs))

    @pytest.mark.parametrize("key", ["run.approver", "run.reason"])
    def test_an_official_run_needs_approver_and_reason(
        self, open_page: OpenPage, home: Path, key: str
    ) -> None:
        hold_draw(home / "scenarios" / "town.toml", home / "draws")
        page = approve(officially(section(open_page("run"), "new")))
        page.text_input(key="run.name").set_value("town").run()
        assert not page.button(key="run.start").disabled
        page.text_input(key=key).set_value("  ").run()
        assert page.button(key="run.start").disabled

    def test_an_official_run_needs_a_draw(self, open_page: OpenPage, home: Path) -> None:
        page = officially(section(open_page("run"), "new"))
        assert "allocation draw commit" in said(page)
        page.text_input(key="run.name").set_value("town").run()
        assert page.button(key="run.start").disabled
        committed = commit_draw(
            home / "scenarios" / "town.toml", DIGITS, SEALED_AT, home / "draws" / "draw.json"
        )
        page = approve(page.run())
        label = page.selectbox(key="run.commit").options[0]
        assert committed.sealed.commitment.sha256[:12] in label
        assert page.selectbox(key="run.reveal").value is None
        assert page.button(key="run.start").disabled
        reveal_draw(committed.file, VALUE, DRAWN_AT, witnesses=WITNESSES)
        page.run()
        assert page.selectbox(key="run.reveal").value == "draw.reveal.json"
        assert not page.button(key="run.start").disabled

    def test_a_commitment_has_its_own_reveals_only(self, open_page: OpenPage, home: Path) -> None:
        scenario = home / "scenarios" / "town.toml"
        hold_draw(scenario, home / "draws")
        later = SEALED_AT + timedelta(days=1)
        # Sealed elsewhere: one folder takes one commitment for a list.
        other = commit_draw(scenario, DIGITS, later, home / "elsewhere" / "b.json")
        other.file.rename(home / "draws" / "b.json")
        page = officially(section(open_page("run"), "new"))
        assert page.selectbox(key="run.commit").value == other.file.name
        assert page.selectbox(key="run.reveal").options == []
        page.selectbox(key="run.commit").set_value("draw.json").run()
        assert page.selectbox(key="run.reveal").options == ["draw.reveal.json"]

    def test_a_second_official_run_asks_for_a_reason(self, open_page: OpenPage, home: Path) -> None:
        scenario = home / "scenarios" / "town.toml"
        given = hold_draw(scenario, home / "draws")
        allocation.run(scenario, out=home / "runs", official=given)
        page = approve(officially(section(open_page("run"), "new")))
        page.text_input(key="run.name").set_value("town").run()
        assert page.button(key="run.start").disabled
        page.text_input(key="run.redraw_reason").set_value("-重新出具").run()
        page.button(key="run.start").click().run()
        (job,) = server.desk().queue.jobs()
        assert job.order.approval == replace(given, redraw_reason="-重新出具")
        wait_for(page, lambda now: "job" not in now.query_params)
        assert sum(info.official for info in list_runs(home / "runs")) == 2

    def test_what_was_changed_since_is_said(self, open_page: OpenPage, home: Path) -> None:
        hold_draw(home / "scenarios" / "town.toml", home / "draws")
        table = home / "data" / "town" / "places.csv"
        text = table.read_text(encoding="utf-8")
        table.write_text(
            text.replace("public_welfare_post,2", "public_welfare_post,3"), encoding="utf-8"
        )
        page = approve(officially(section(open_page("run"), "new")))
        page.text_input(key="run.name").set_value("town").run()
        page.button(key="run.start").click().run()
        wait_for(page, lambda now: bool(now.error))
        assert "输入数据与封存时不一致（places）" in said(page)

    def test_an_official_run_without_a_seed_is_refused_beforehand(
        self, open_page: OpenPage, home: Path
    ) -> None:
        file = home / "scenarios" / "town.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('[draw]\nseed = "2023-12-01"', ""), encoding="utf-8")
        page = section(open_page("run"), "new")
        page.session_state["run.mode"] = True
        page.run()
        assert "seed" in page.error[0].value
        assert "run.start" not in [button.key for button in page.button]

    def test_a_broken_scenario_leads_to_the_scenario_page(
        self, open_page: OpenPage, home: Path
    ) -> None:
        file = home / "scenarios" / "town.toml"
        file.write_text(
            file.read_text(encoding="utf-8") + "\n[nonsense]\nx = 1\n", encoding="utf-8"
        )
        page = section(open_page("run"), "new")
        assert "nonsense" in page.error[0].value
        assert labels(page)[-1] == "去方案页"

    def test_data_that_cannot_be_read_lead_to_the_data_page(
        self, open_page: OpenPage, home: Path
    ) -> None:
        (home / "data" / "town" / "places.csv").unlink()
        page = section(open_page("run"), "new")
        wait_for(page, lambda now: bool(now.error))
        assert labels(page)[-1] == "去数据页"

    def test_other_data_are_handed_to_the_run(self, open_page: OpenPage, home: Path) -> None:
        shutil.copytree(home / "data" / "town", home / "uploads" / "2024 第一轮")
        page = section(open_page("run", data="uploads/2024 第一轮"), "new")
        page.button(key="run.start").click().run()
        (job,) = server.desk().queue.jobs()
        assert job.order.overrides == ('data.folder="../uploads/2024 第一轮"',)
        loaded = load_scenario(job.order.scenario, job.order.overrides)
        assert loaded.data.folder == home / "uploads" / "2024 第一轮"

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            ({"scenario": "no-such"}, "app_scenario_unknown"),
            ({"data": "uploads/gone"}, "app_data_unknown"),
        ],
    )
    def test_what_is_not_here_is_not_run(
        self, open_page: OpenPage, wanted: dict[str, str], said: str
    ) -> None:
        """Nor is anything else in its place, unless somebody says so."""
        page = open_page("run", **wanted)
        assert [error.value for error in page.error] == [words(said)]
        assert "run.start" not in [button.key for button in page.button]
        page.button(key=f"problem.{said}").click().run()
        assert not page.error
        page = section(page, "new")
        assert page.button(key="run.start")

    def test_the_data_of_the_scenario_may_be_named(self, open_page: OpenPage) -> None:
        page = open_page("run", data="data/town")
        assert not page.error
        assert page.selectbox(key="run.data").value == ""
        assert page.button(key="run.start")

    def test_a_workbook_replaces_the_folder(self, home: Path) -> None:
        book = home / "uploads" / "名单.xlsx"
        book.parent.mkdir()
        book.touch()
        file = home / "scenarios" / "town.toml"
        loaded = load_scenario(file, (data_override(book, file),))
        assert (loaded.data.workbook, loaded.data.folder) == (book, None)

    def test_what_was_chosen_elsewhere_is_what_is_run_next(
        self, open_page: OpenPage, home: Path
    ) -> None:
        """Who comes from the page Scenario or Data finds the start, a first visitor the result."""
        shutil.copy(home / "scenarios" / "town.toml", home / "scenarios" / "second.toml")
        page = open_page("run", scenario="second")
        assert page.selectbox(key="run.scenario").value == "second"
        section(page, "result")
        assert page.metric
        assert "run.start" not in [button.key for button in page.button]

    def test_no_scenarios(self, open_page: OpenPage, home: Path) -> None:
        (home / "scenarios" / "town.toml").unlink()
        page = section(open_page("run"), "new")
        assert labels(page)[-1] == "去方案页"


class TestHistory:
    """What became of the runs before."""

    def test_every_end_has_its_words(self, open_page: OpenPage, home: Path) -> None:
        failed = create_work(home / "runs", "town")
        write_json(failed.path / "progress.json", {"state": "failed", "error": "KeyError"})
        dead = create_work(home / "runs", "town")
        (dead.path / "pid").write_text("999999999\n0\n", encoding="ascii")
        queue = server.desk().queue
        queue.cancel(queue.submit(Order(home / "scenarios" / "town.toml", "town")).job_id)
        page = section(open_page("run"), "queue")
        table = page.dataframe[0].value
        assert sorted(table["state"]) == ["中断", "失败", "已取消", "最优，各级目标均已证明"]
        assert any("KeyError" in reason for reason in table["reason"])
        assert re.search("共 4 次", said(page))

    def test_newest_first(self, home: Path) -> None:
        allocation.run(home / "scenarios" / "town.toml", out=home / "runs")
        queue = server.desk().queue
        listed = entries(queue, list_runs(home / "runs"))
        assert [entry.run_id for entry in listed] == sorted(
            (info.run_id for info in list_runs(home / "runs")), reverse=True
        )


def test_a_finished_run_is_read_ahead(home: Path) -> None:
    """Outside of any page, and what pages open is the very same run."""
    run_id = store.finished_runs()[0].run_id
    reader = threading.Thread(target=server.warm, args=(run_id,))
    reader.start()
    reader.join()
    assert {"tables", "awards", "waitlist", "refusals"} <= set(vars(store.open_run(run_id)))
