"""The offline bundle: what its check of wheels finds, and what its scripts say."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.bundle import scripts
from tools.bundle.scripts import FIRST_PAGE, texts, write_scripts
from tools.bundle.wheels import PLATFORMS, Target, missing, read_folder, read_wheel

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


def test_windows_files_are_such_that_cmd_and_notepad_read_them() -> None:
    files = texts("windows-x64", [(3, 11)])
    batch = files["start.bat"].decode("ascii")
    assert batch.startswith("@echo off\r\n")
    assert "\n" not in batch.replace("\r\n", "")
    assert files[FIRST_PAGE].startswith(b"\xef\xbb\xbf")
    files["support/no-python.txt"].decode("utf-8")


def test_the_shell_script_is_one(tmp_path: Path) -> None:
    script = tmp_path / "start.sh"
    script.write_bytes(texts("linux-x64", [(3, 11), (3, 12)])["start.sh"])
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert 'start.py "$@"' in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_file_names_the_versions_of_python(platform: str) -> None:
    for name, content in texts(platform, [(3, 11), (3, 13)]).items():
        text = content.decode("utf-8-sig")
        assert "3.11" in text, name
        assert "3.13" in text, name


def test_without_a_python_the_start_says_so(tmp_path: Path) -> None:
    write_scripts(tmp_path, [Target("linux-x64", (3, 99))])
    shell = shutil.which("sh")
    dirname, cat = shutil.which("dirname"), shutil.which("cat")
    assert shell
    assert dirname
    assert cat
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in (dirname, cat):
        (tools / Path(tool).name).symlink_to(tool)
    done = subprocess.run(
        [shell, str(tmp_path / "start.sh")],
        env={"PATH": str(tools)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "没有找到 Python 3.99" in done.stderr.decode()


def test_a_python_of_another_version_is_told_apart(tmp_path: Path) -> None:
    write_scripts(tmp_path, [Target("linux-x64", (3, 99))])
    done = subprocess.run([str(tmp_path / "start.sh")], capture_output=True, check=False)
    assert done.returncode == 1
    assert "没有找到 Python 3.99" in done.stderr.decode()
    direct = subprocess.run(
        [sys.executable, str(tmp_path / "support" / "start.py")], capture_output=True, check=False
    )
    assert direct.returncode == 1
    assert "本系统需要 3.99 版" in direct.stdout.decode()


def test_the_starter_needs_nothing_but_python() -> None:
    """Nothing is installed yet when it runs."""
    source = (scripts.HERE / "start.py").read_text(encoding="utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
