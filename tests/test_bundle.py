"""The offline bundle: what its check of wheels finds, and what its scripts say."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pip
import pytest

from tests.patience import PATIENCE_S
from tools.bundle import scripts, start
from tools.bundle.scripts import FIRST_PAGE, texts, write_scripts
from tools.bundle.wheels import PLATFORMS, Target, Wheel, closure, read_folder, read_wheel

LINUX = Target("linux-x64", (3, 11))
WINDOWS = Target("windows-x64", (3, 11))


def wheel(folder: Path, stem: str, tag: str, requires: Sequence[str] = ()) -> Path:
    """Write a wheel that holds nothing but its metadata."""
    path = folder / f"{stem}-{tag}.whl"
    name, version = stem.split("-")
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {line}" for line in requires]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n\nRequires-Dist: no\n")
    return path


def missing(wheels: Iterable[Wheel], roots: Sequence[str], target: Target) -> list[str]:
    """List what no wheel gives."""
    return list(closure(wheels, roots, target).lacking)


def test_a_wheel_tells_its_requirements(tmp_path: Path) -> None:
    read = read_wheel(wheel(tmp_path, "My_Tool-1.2", "py3-none-any", ["other>=2"]))
    assert (read.name, str(read.version)) == ("my-tool", "1.2")
    assert [str(asked) for asked in read.requires] == ["other>=2"]


def test_nothing_is_missing_where_every_requirement_is_met(tmp_path: Path) -> None:
    wheel(tmp_path, "tool-1.0", "py3-none-any", ["Core_Part>=2,<3"])
    wheel(tmp_path, "core_part-2.5", "cp311-cp311-manylinux_2_17_x86_64")
    assert missing(read_folder(tmp_path), ["tool"], LINUX) == []


@pytest.mark.parametrize(
    ("stem", "tag"),
    [
        ("part-3.0", "py3-none-any"),
        ("part-2.5", "cp312-cp312-manylinux_2_17_x86_64"),
        ("part-2.5", "cp311-cp311-manylinux_2_34_x86_64"),
        ("part-2.5", "cp311-cp311-manylinux_2_17_aarch64"),
        ("part-2.5", "cp311-cp311-musllinux_1_2_x86_64"),
        ("part-2.5", "cp312-abi3-manylinux_2_17_x86_64"),
        ("part-2.5", "cp311-cp311-win_amd64"),
    ],
)
def test_a_wheel_for_something_else_does_not_count(tmp_path: Path, stem: str, tag: str) -> None:
    wheel(tmp_path, "tool-1.0", "py3-none-any", ["part>=2,<3"])
    wheel(tmp_path, stem, tag)
    assert missing(read_folder(tmp_path), ["tool"], LINUX) == ["part<3,>=2"]


@pytest.mark.parametrize("tag", ["cp311-cp311-win_amd64", "cp39-abi3-win_amd64", "py3-none-any"])
def test_a_wheel_for_windows_counts_there(tmp_path: Path, tag: str) -> None:
    wheel(tmp_path, "tool-1.0", tag)
    assert missing(read_folder(tmp_path), ["tool"], WINDOWS) == []


def test_markers_are_judged_by_the_target_not_by_this_machine(tmp_path: Path) -> None:
    asked = [
        'colorama; platform_system == "Windows"',
        'tzdata; sys_platform == "win32"',
        'wmi; os_name == "nt"',
        'uvloop; sys_platform != "win32"',
        'tomli; python_version < "3.11"',
    ]
    wheel(tmp_path, "tool-1.0", "py3-none-any", asked)
    assert missing(read_folder(tmp_path), ["tool"], WINDOWS) == ["colorama", "tzdata", "wmi"]
    assert missing(read_folder(tmp_path), ["tool"], LINUX) == ["uvloop"]


def test_only_the_extras_asked_for_are_needed(tmp_path: Path) -> None:
    asked = ['page; extra == "app"', 'check; extra == "dev"', 'tool[app]; extra == "dev"']
    wheel(tmp_path, "tool-1.0", "py3-none-any", asked)
    assert missing(read_folder(tmp_path), ["tool"], LINUX) == []
    assert missing(read_folder(tmp_path), ["tool[app]"], LINUX) == ["page"]
    assert missing(read_folder(tmp_path), ["tool[dev]"], LINUX) == ["check", "page"]


def test_requirements_in_a_circle_end(tmp_path: Path) -> None:
    wheel(tmp_path, "one-1.0", "py3-none-any", ["two"])
    wheel(tmp_path, "two-1.0", "py3-none-any", ["one", "three"])
    assert missing(read_folder(tmp_path), ["one"], LINUX) == ["three"]


def test_the_wheels_of_a_target_are_pinned_to_the_file(tmp_path: Path) -> None:
    wheel(tmp_path, "tool-1.0", "py3-none-any", ['part; sys_platform == "win32"', "core"])
    wheel(tmp_path, "core-2.0", "cp311-cp311-manylinux_2_17_x86_64")
    wheel(tmp_path, "core-2.0", "cp311-cp311-win_amd64")
    wheel(tmp_path, "part-3.0", "py3-none-any")
    folder = read_folder(tmp_path)
    needed = closure(folder, ["tool"], LINUX).wheels
    assert [one.path.name.split("-")[0] for one in needed] == ["core", "tool"]
    assert {one.name for one in closure(folder, ["tool"], WINDOWS).wheels} == {
        "core",
        "part",
        "tool",
    }
    content = (tmp_path / "core-2.0-cp311-cp311-manylinux_2_17_x86_64.whl").read_bytes()
    assert needed[0].pin == f"core==2.0 --hash=sha256:{hashlib.sha256(content).hexdigest()}"


def test_windows_files_are_such_that_cmd_and_notepad_read_them() -> None:
    files = texts("windows-x64", [(3, 11)])
    batch = files["start.bat"].decode("ascii")
    assert batch.startswith("@echo off\r\n")
    assert files[FIRST_PAGE].startswith(b"\xef\xbb\xbf")
    # cmd shows this one in the console's own code page unless it is UTF-16.
    assert files["support/no-python.txt"].startswith(b"\xff\xfe")
    for name, encoding in (
        ("start.bat", "ascii"),
        (FIRST_PAGE, "utf-8-sig"),
        ("support/no-python.txt", "utf-16"),
    ):
        assert "\n" not in files[name].decode(encoding).replace("\r\n", ""), name


def test_the_batch_file_jumps_to_labels_it_has() -> None:
    lines = texts("windows-x64", [(3, 11), (3, 12)])["start.bat"].decode("ascii").splitlines()
    labels = {line[1:] for line in lines if line.startswith(":")}
    jumps = {found for line in lines for found in re.findall(r"\bgoto (\w+)", line)}
    assert jumps == labels
    # Paths with blanks and brackets: every use of one stands in quotation marks.
    for line in lines:
        assert re.search(r'(?<!")%(FOUND|~dp0|LocalAppData|ProgramFiles)%', line) is None, line


def test_the_shell_script_is_one(tmp_path: Path) -> None:
    script = tmp_path / "start.sh"
    script.write_bytes(texts("linux-x64", [(3, 11), (3, 12)])["start.sh"])
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert 'start.py "$@"' in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_file_names_the_versions_of_python(name: str) -> None:
    for file, content in texts(name, [(3, 11), (3, 13)]).items():
        is_wide = content.startswith(b"\xff\xfe")
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
        assert "3.11" in text, file
        assert "3.13" in text, file


def test_without_a_python_the_start_says_so(tmp_path: Path) -> None:
    write_scripts(tmp_path, {Target("linux-x64", (3, 99)): ()})
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("dirname", "cat"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    done = subprocess.run(
        [str(shutil.which("sh")), str(tmp_path / "start.sh")],
        env={"PATH": str(tools)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "没有找到 Python 3.99" in done.stderr.decode()


def test_a_python_of_another_version_is_told_apart(tmp_path: Path) -> None:
    write_scripts(tmp_path, {Target("linux-x64", (3, 99)): ()})
    done = subprocess.run([str(tmp_path / "start.sh")], capture_output=True, check=False)
    assert done.returncode == 1
    assert "没有找到 Python 3.99" in done.stderr.decode()
    direct = subprocess.run(
        [sys.executable, str(tmp_path / "support" / "start.py")], capture_output=True, check=False
    )
    assert direct.returncode == 1
    assert "本系统需要 3.99 版" in direct.stdout.decode()


def source_of_start() -> str:
    return (scripts.HERE / "start.py").read_text(encoding="utf-8")


def test_the_starter_needs_nothing_but_python() -> None:
    """Nothing is installed yet when it runs."""
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source_of_start()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


def test_an_old_python_can_read_the_starter() -> None:
    """It is the one that says what is wrong."""
    ast.parse(source_of_start(), feature_version=(3, 7))


HERE = sys.version_info[:2]
FAKE = {
    "allocation/__init__.py": "",
    "allocation/__main__.py": "import sys; print('served', *sys.argv[1:])",
    "allocation-0.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: allocation\nVersion: 0.1\n",
    "allocation-0.1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
    "allocation-0.1.dist-info/RECORD": "",
}


def fake_bundle(folder: Path, files: Mapping[str, str] = FAKE) -> Path:
    """Write a bundle of a program that only says how it was called; return its wheel."""
    wheels = folder / "wheels"
    (wheels / "pip-0.whl").mkdir(parents=True, exist_ok=True)
    link = wheels / "pip-0.whl" / "pip"
    if not link.exists():
        link.symlink_to(Path(pip.__file__).parent)
    own = wheels / "allocation-0.1-py3-none-any.whl"
    with zipfile.ZipFile(own, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    shutil.rmtree(folder / scripts.SUPPORT, ignore_errors=True)
    write_scripts(folder, {Target("linux-x64", HERE): [read_wheel(own)]})
    return own


def started(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Start a bundle in a terminal with nothing in its environment."""
    done = subprocess.run(
        ["sh", str(folder / "start.sh"), *arguments],
        env={"PATH": "/usr/bin:/bin", "ALLOCATION_PYTHON": sys.executable, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the bundle is one for Linux")
class TestLife:
    """What becomes of a bundle from the first start on."""

    def test_it_installs_once_and_again_when_it_is_another(self, tmp_path: Path) -> None:
        folder = tmp_path / "日照 名额 (试用)"
        fake_bundle(folder)
        hostile = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_TARGET": str(tmp_path / "else")}
        code, said = started(folder, "--port", "8600", PYTHONPATH="/nowhere", **hostile)
        assert (code, "正在安装" in said) == (0, True), said
        assert f"served app --home {folder} --port 8600" in said

        code, said = started(folder)
        assert (code, said) == (0, f"served app --home {folder}\n")

        moved = folder.rename(tmp_path / "moved")
        code, said = started(moved)
        assert (code, said) == (0, f"served app --home {moved}\n")

        fake_bundle(moved, {**FAKE, "allocation/__main__.py": "print('new')"})
        code, said = started(moved)
        assert (code, "正在安装" in said, said.endswith("new\n")) == (0, True, True), said

    def test_a_damaged_file_is_not_installed(self, tmp_path: Path) -> None:
        own = fake_bundle(tmp_path)
        own.write_bytes(own.read_bytes().replace(b"served", b"SERVED"))
        code, said = started(tmp_path)
        assert code == 1
        assert "重新复制整个文件夹" in said
        assert "Traceback" not in said
        fake_bundle(tmp_path)
        assert started(tmp_path)[0] == 0


class TestStarter:
    """What the starter refuses, in words."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(start, "LOCK", tmp_path / "installing")
        monkeypatch.setattr(start, "VENV", tmp_path / ".venv")

    def test_a_python_that_lacks_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(start, "MODULES", ("zlib", "_no_such_part"))
        monkeypatch.setattr(platform, "system", lambda: "Linux")
        monkeypatch.setattr(platform, "machine", lambda: "x86_64")
        facts = {"platform": "linux-x64", "pythons": [list(HERE)]}
        with pytest.raises(start.Refusal, match="缺少：_no_such_part"):
            start.check_machine(facts)

    @pytest.mark.parametrize("machine", ["aarch64", "i686"])
    def test_another_machine(self, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(platform, "machine", lambda: machine)
        with pytest.raises(start.Refusal, match="x86-64"):
            start.check_machine({"platform": "linux-x64", "pythons": [list(HERE)]})

    def test_a_full_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
        start.check_room({"installed_bytes": 10**9, "longest_path": 0})
        with pytest.raises(start.Refusal, match=r"磁盘空间不足：安装需要 1\.5 GB，现有 1\.0 GB"):
            start.check_room({"installed_bytes": 15 * 10**8, "longest_path": 0})

    def test_a_folder_too_deep_for_windows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        facts = {"installed_bytes": 0, "longest_path": 250}
        start.check_room(facts)
        monkeypatch.setattr(start, "ON_WINDOWS", True)
        monkeypatch.setattr(start, "has_long_paths", lambda: True)
        start.check_room(facts)
        monkeypatch.setattr(start, "has_long_paths", lambda: False)
        with pytest.raises(start.Refusal, match="路径太长"):
            start.check_room(facts)

    def test_a_folder_that_cannot_be_written_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(start, "LOCK", tmp_path / "gone" / "installing")
        with pytest.raises(start.Refusal, match="无法写入本文件夹"), start.alone():
            pass

    def test_a_second_window_waits(self, capsys: pytest.CaptureFixture[str]) -> None:
        other = sqlite3.connect(start.LOCK, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        entered = threading.Event()

        def enter() -> None:
            with start.alone():
                entered.set()

        waiting = threading.Thread(target=enter)
        waiting.start()
        said = ""
        until = time.monotonic() + PATIENCE_S
        while "另一个窗口正在安装" not in said and time.monotonic() < until:
            said += capsys.readouterr().out
            time.sleep(0.01)
        assert "另一个窗口正在安装" in said
        assert not entered.is_set()
        other.execute("COMMIT")
        other.close()
        waiting.join(PATIENCE_S)
        assert entered.is_set()


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_bundle_knows_what_it_needs(name: str, tmp_path: Path) -> None:
    wheel(tmp_path, "tool-1.0", "py3-none-any")
    wheels = read_folder(tmp_path)
    write_scripts(tmp_path, {Target(name, python): wheels for python in ((3, 11), (3, 12))})
    facts = json.loads((tmp_path / "support" / "bundle.json").read_text(encoding="utf-8"))
    assert facts["pythons"] == [[3, 11], [3, 12]]
    assert facts["longest_path"] == len("tool-1.0.dist-info/METADATA")
    for version in ("3.11", "3.12"):
        listed = (tmp_path / "support" / f"wheels-{version}.txt").read_text(encoding="ascii")
        assert listed == f"{wheels[0].pin}\n"
