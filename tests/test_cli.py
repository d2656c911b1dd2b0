"""The command line: exit codes, both languages, no personal data."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from allocation import pipeline
from allocation.cli import app
from allocation.runs import list_runs, load_run
from tests.patience import PATIENCE_S
from tests.town import SCENARIO, write_town

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("run", "validate", "check", "explain", "export", "template", "demo-data", "app")


def invoke(*args: object) -> Result:
    """Call the command line."""
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the town, with one finished run."""
    folder = tmp_path_factory.mktemp("town")
    pipeline.run(write_town(folder), folder / "runs")
    return folder


@pytest.fixture(scope="module")
def run_dir(town: Path) -> Path:
    """Find the finished run."""
    return list_runs(town / "runs")[0].path


class TestHelp:
    """Help is quick and bilingual."""

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_helps(self, command: str) -> None:
        """Chinese first, English second, and the language option."""
        shown = invoke(command, "--help")
        assert shown.exit_code == 0
        assert re.search("[\u4e00-\u9fff].*[A-Za-z]", shown.output, re.DOTALL)
        assert "--lang" in shown.output

    def test_help_loads_nothing_heavy(self) -> None:
        """``allocation --help`` must not wait for pandas or a solver."""
        code = (
            "import sys, allocation.cli;"
            "print([m for m in ('pandas', 'ortools', 'geopandas', 'pydantic', 'rich')"
            " if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout == "[]\n"

    @pytest.mark.parametrize("args", [(), ("walk",), ("run",), ("run", "x.toml", "--fast")])
    def test_usage_errors(self, args: tuple[str, ...]) -> None:
        """Wrong usage is exit 2."""
        assert invoke(*args).exit_code == 2


class TestRun:
    """``allocation run``."""

    def test_summary(self, town: Path, tmp_path: Path) -> None:
        """The summary shows awards, reserves, quotas, levels and the folder."""
        shown = invoke("run", town / "town.toml", "--out", tmp_path)
        assert shown.exit_code == 0
        for word in ("小镇方案", "公益性岗位", "预留名额", "posts", "已证明", "结果文件夹"):
            assert word in shown.stdout
        (info,) = list_runs(tmp_path)
        assert info.run_id in shown.stdout.replace("\n", "")

    def test_english(self, town: Path, tmp_path: Path) -> None:
        """``--lang en`` prints English."""
        shown = invoke("run", town / "town.toml", "--out", tmp_path, "--lang", "en")
        assert "Run folder:" in shown.stdout
        assert "public-welfare post" in shown.stdout

    def test_quiet_prints_the_folder_alone(self, town: Path, tmp_path: Path) -> None:
        """So that a script can use it."""
        shown = invoke("run", town / "town.toml", "--out", tmp_path, "--quiet")
        assert shown.exit_code == 0
        (info,) = list_runs(tmp_path)
        assert shown.stdout.strip() == str(info.path)

    def test_set(self, town: Path, tmp_path: Path) -> None:
        """``--set`` may be repeated."""
        shown = invoke(
            "run", town / "town.toml", "--out", tmp_path, "--quiet",
            "--set", "reserve.stall.share=0.1", "--set", "draw.seed=x",
        )  # fmt: skip
        assert shown.exit_code == 0
        (info,) = list_runs(tmp_path)
        assert load_run(info.path).manifest["draw"]["seed"] == "x"

    def test_misspelt_key(self, town: Path) -> None:
        """A wrong key is exit 2 and names the right one."""
        shown = invoke("run", town / "town.toml", "--set", "reserve.stall.shere=0.1")
        assert shown.exit_code == 2
        assert "share" in shown.stderr

    def test_missing_scenario(self, tmp_path: Path) -> None:
        """A missing file is exit 2."""
        assert invoke("run", tmp_path / "none.toml", "--out", tmp_path).exit_code == 2

    def test_official_without_seed(self, tmp_path: Path) -> None:
        """Refused with exit 2 before the work."""
        text = SCENARIO.replace('[draw]\nseed = "2023-12-01"\n', "")
        path = write_town(tmp_path, scenario=text)
        shown = invoke("run", path, "--official", "--out", tmp_path / "runs")
        assert shown.exit_code == 2
        assert not (tmp_path / "runs").exists()

    def test_infeasible_is_exit_1(self, tmp_path: Path) -> None:
        """Hard rules that clash are a result with exit 1."""
        text = SCENARIO.replace("min = 3", "min = 3\nhard = true")
        path = write_town(tmp_path, scenario=text)
        shown = invoke("run", path, "--out", tmp_path / "runs")
        assert shown.exit_code == 1
        (info,) = list_runs(tmp_path / "runs")
        assert info.status == "infeasible"
        assert "posts" in shown.stderr

    def test_bug_is_exit_3(
        self, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An internal error says where, and nothing a message could quote."""

        def broken(*args: Any, **kwargs: Any) -> None:
            raise KeyError("A01 secret")

        monkeypatch.setattr(pipeline, "solve", broken)
        shown = invoke("run", town / "town.toml", "--out", tmp_path, "--quiet")
        assert shown.exit_code == 3
        assert "KeyError" in shown.stderr
        assert "secret" not in shown.output

    def test_a_reader_who_leaves_is_no_bug(self, tmp_path: Path) -> None:
        """Behind ``| head`` the pipe is closed: no internal error, and no traceback."""
        code = (
            "import sys\n"
            "from allocation import cli\n"
            "def gone(*args):\n"
            "    raise BrokenPipeError(32, 'Broken pipe')\n"
            "sys.stdout.write = gone\n"
            "cli.main()\n"
        )
        command = [sys.executable, "-c", code, "validate", str(write_town(tmp_path))]
        shown = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert shown.returncode == 1
        assert shown.stderr == ""

    def test_interrupt_keeps_the_best(self, tmp_path: Path) -> None:
        """Ctrl-C once: exit 0, a whole run folder that says it was stopped."""
        scenario = write_town(tmp_path)
        code = (
            "import sys\n"
            "from allocation import cli, pipeline\n"
            "real = pipeline.build_instance\n"
            "def slow(*args):\n"
            "    print('busy', flush=True)\n"
            "    sys.stdin.readline()\n"
            "    return real(*args)\n"
            "pipeline.build_instance = slow\n"
            "cli.main()\n"
        )
        args = ["run", str(scenario), "--out", str(tmp_path / "runs"), "--quiet"]
        child = subprocess.Popen(
            [sys.executable, "-c", code, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "busy\n"
        child.send_signal(signal.SIGINT)
        # It goes on only now: it has the signal before it has the line.
        _, errors = child.communicate("go on\n", timeout=PATIENCE_S)
        assert child.returncode == 0, errors
        (info,) = list_runs(tmp_path / "runs")
        assert info.status == "stopped"
        assert load_run(info.path).result["not_reproducible"] is True


class TestValidate:
    """``allocation validate``."""

    def test_good(self, town: Path) -> None:
        """No errors, exit 0."""
        assert invoke("validate", town / "town.toml").exit_code == 0

    def test_bad(self, tmp_path: Path) -> None:
        """Every bad cell in the table and in errors.csv, exit 2, no run folder."""
        path = write_town(tmp_path)
        places = tmp_path / "data" / "places.csv"
        text = places.read_text(encoding="utf-8")
        text = text.replace("stall", "stahl").replace("public_welfare_post,2", "rukang_seat,-2")
        places.write_text(text, encoding="utf-8")
        shown = invoke("validate", path, "--out", tmp_path / "report")
        assert shown.exit_code == 2
        errors = pd.read_csv(tmp_path / "report" / "errors.csv")
        assert len(errors) == 3
        assert "stahl" in shown.output
        ran = invoke("run", path, "--out", tmp_path / "runs")
        assert ran.exit_code == 2
        assert "stahl" in ran.output
        assert list_runs(tmp_path / "runs") == ()


class TestCheck:
    """``allocation check``."""

    def test_good(self, run_dir: Path) -> None:
        """A clean run passes."""
        shown = invoke("check", run_dir)
        assert shown.exit_code == 0, shown.output
        assert "核查通过" in shown.output
        assert "的最优性经整数复算" in shown.output

    def test_altered_proof(self, tmp_path: Path) -> None:
        """A multiplier changed by hand is caught twice: by the hash and by arithmetic."""
        path = pipeline.run(write_town(tmp_path), tmp_path / "runs")
        proofs = path / "proofs.csv"
        text = proofs.read_text(encoding="utf-8")
        proofs.write_text(text.replace(",capacity,", ",household,"), encoding="utf-8")
        shown = invoke("check", path)
        assert shown.exit_code == 1
        assert "proofs.csv" in shown.output
        assert "没有可以复算的证明" in shown.output
        assert "未经复算" in shown.output

    @pytest.mark.parametrize(
        ("lang", "advice"), [("zh", "重新运行方案"), ("en", "run the scenario")]
    )
    def test_earlier_version(self, run_dir: Path, tmp_path: Path, lang: str, advice: str) -> None:
        """A table that lacks a column is of another version: what to do is said, exit 2."""
        path = tmp_path / "earlier"
        shutil.copytree(run_dir, path)
        proofs = path / "proofs.csv"
        pd.read_csv(proofs, dtype=str).drop(columns="claim").to_csv(proofs, index=False)
        shown = invoke("check", path, "--lang", lang)
        assert shown.exit_code == 2
        told = " ".join(shown.output.split())
        assert "proofs.csv" in told
        assert "claim" in told
        assert advice in told

    def test_altered_list(self, tmp_path: Path) -> None:
        """An award added by hand is caught, exit 1."""
        path = pipeline.run(write_town(tmp_path), tmp_path / "runs")
        awards = path / "awards.csv"
        lines = awards.read_text(encoding="utf-8").splitlines()
        awards.write_text("\n".join([*lines[:-1], ""]), encoding="utf-8")
        shown = invoke("check", path)
        assert shown.exit_code == 1
        assert "awards.csv" in shown.output

    def test_altered_reasons(self, tmp_path: Path) -> None:
        """A refusal that lost its reason is named, exit 1."""
        path = pipeline.run(write_town(tmp_path), tmp_path / "runs")
        refusals = path / "refusals.csv"
        lines = refusals.read_text(encoding="utf-8").splitlines()
        refusals.write_text("\n".join([lines[0], *lines[2:], ""]), encoding="utf-8")
        shown = invoke("check", path)
        assert shown.exit_code == 1
        assert "却没有说明原因" in shown.output

    def test_altered_waitlist(self, tmp_path: Path) -> None:
        """Two people who changed places on a waitlist are named, exit 1."""
        path = pipeline.run(write_town(tmp_path), tmp_path / "runs")
        waitlist = path / "waitlist.csv"
        lines = waitlist.read_text(encoding="utf-8").splitlines()
        second = next(at for at, line in enumerate(lines) if line.split(",")[1] == "2")
        place, _, person = lines[second - 1].split(",")[:3]
        other = lines[second].split(",")[2]
        lines[second - 1] = lines[second - 1].replace(person, other)
        lines[second] = lines[second].replace(other, person)
        waitlist.write_text("\n".join([*lines, ""]), encoding="utf-8")
        shown = invoke("check", path)
        assert shown.exit_code == 1
        words = "".join(shown.output.split())
        assert f"名额{place}的轮候次序与公布的次序不符：第1位应为{person}，却是{other}" in words

    def test_no_run(self, tmp_path: Path) -> None:
        """A folder that is no run is exit 2."""
        assert invoke("check", tmp_path).exit_code == 2


class TestExplain:
    """``allocation explain``."""

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_one_certificate_per_place(self, run_dir: Path, lang: str) -> None:
        """Every listed place is explained, for everybody, in both languages."""
        run = load_run(run_dir)
        codes = set(run.refusals["reason_code"])
        for applicant, rows in run.tables.applications.groupby("applicant_id"):
            shown = invoke("explain", run_dir, applicant, "--lang", lang)
            assert shown.exit_code == 0, shown.output
            assert all(place in shown.output for place in rows["place_id"])
            # A bare code would mean that a sentence could not be made.
            assert not [code for code in codes if re.search(rf"\b{code}\b", shown.output)]

    def test_unknown_id_is_not_repeated(self, run_dir: Path) -> None:
        """People also type identity numbers."""
        shown = invoke("explain", run_dir, "371199199001011234")
        assert shown.exit_code == 2
        assert "371199199001011234" not in shown.output


class TestExport:
    """``allocation export``."""

    @pytest.mark.parametrize("form", ["xlsx", "csv", "gpkg", "geojson"])
    def test_formats(self, run_dir: Path, tmp_path: Path, form: str) -> None:
        """Each format writes one file named after the run."""
        shown = invoke("export", run_dir, "--format", form, "--out", tmp_path)
        assert shown.exit_code == 0, shown.output
        assert (tmp_path / f"{run_dir.name}.{form}").stat().st_size > 0

    def test_public_pack(self, run_dir: Path, tmp_path: Path) -> None:
        """The digest to publish, where the codes are, and that a trial is one."""
        shown = invoke("export", run_dir, "--format", "public-pack", "--out", tmp_path)
        assert shown.exit_code == 0, shown.output
        assert (tmp_path / f"{run_dir.name}-public-pack.zip").stat().st_size > 0
        assert re.search(r"SHA-256）：[0-9a-f]{64}", shown.output)
        assert (run_dir / "pack-codes.csv").exists()
        assert "试算的复核包" in shown.stderr
        withheld = ("--withhold", "castle")
        refused = invoke("export", run_dir, "--format", "public-pack", *withheld)
        assert refused.exit_code == 2

    def test_audit_pack(self, run_dir: Path, tmp_path: Path) -> None:
        """Refused with everything that is missing; entered in the register otherwise."""
        args = ("export", run_dir, "--format", "audit-pack", "--out", tmp_path / "a.zip")
        refused = invoke(*args)
        assert refused.exit_code == 2
        assert "有 3 项不符" in refused.stderr
        assert not (tmp_path / "a.zip").exists()
        given = ("--confirm", "town", "--by", "赵六（市审计局）", "--reason", "核查")
        shown = invoke(*args, *given)
        assert shown.exit_code == 0, shown.output
        assert "register.jsonl" in shown.output
        assert (tmp_path / "a.zip").stat().st_size > 0
        assert invoke("export", run_dir, "--format", "csv", *given).exit_code == 2
        unused = ("--withhold", "stall")
        assert invoke("export", run_dir, "--format", "csv", *unused).exit_code == 2

    def test_unknown_format(self, run_dir: Path) -> None:
        """Exit 2."""
        assert invoke("export", run_dir, "--format", "shp").exit_code == 2


class TestOthers:
    """``allocation demo-data`` and ``allocation app``."""

    def test_demo_data(self, tmp_path: Path) -> None:
        """A small city is written."""
        shown = invoke("demo-data", tmp_path / "city", "--applicants", "200", "--seed", "1")
        assert shown.exit_code == 0, shown.output
        assert (tmp_path / "city" / "applicants.csv").exists()

    def test_app_is_said_to_be_missing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without app.py the command says so plainly."""
        from allocation import serving

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(serving, "__file__", str(tmp_path / "allocation" / "serving.py"))
        shown = invoke("app")
        assert shown.exit_code == 2
        assert "app.py" in shown.output
