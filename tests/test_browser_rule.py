"""A browser is installed where that may be done; where there is none, everybody hears of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NO_BROWSER

ROOT = Path(__file__).resolve().parents[1]
ROOT_USER, SOMEBODY = 0, 1000
INSTALL = "install -y -qq --no-install-recommends"


class Machine:
    """A machine with a few commands: who one is, an installer, fonts."""

    def __init__(self, folder: Path, user: int) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.asked = folder / "asked.txt"
        (self.bin / "cat").symlink_to(str(shutil.which("cat")))
        self.put("id", f"echo {user}")
        self.put("fc-list", "echo Noto")

    def put(self, name: str, script: str = "true") -> None:
        """Put a command on the machine."""
        command = self.bin / name
        command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        command.chmod(0o755)

    def put_installer(self, first: str = "") -> None:
        """Put ``apt-get`` there, which notes what it is asked and makes what it installs."""
        chromium = self.bin / "chromium"
        made = f"printf '#!/bin/sh' >{chromium}; /bin/chmod +x {chromium}"
        makes = f"case $* in *chromium*) {made};; esac"
        self.put("apt-get", f'echo "$@" >>{self.asked}\n{first}\n{makes}')

    def install(self, **env: str) -> tuple[str, list[str]]:
        """Run the script; return its warnings and what the installer was asked."""
        done = subprocess.run(
            ["/bin/sh", str(ROOT / "tests" / "browser" / "install.sh")],
            env={"PATH": str(self.bin), **env},
            capture_output=True,
            text=True,
            check=True,
        )
        asked = self.asked.read_text("utf-8").splitlines() if self.asked.exists() else []
        return done.stderr, asked


class TestInstall:
    """``make browser``, and so ``make test``, before anything else."""

    def test_root_gets_a_browser(self, tmp_path: Path) -> None:
        machine = Machine(tmp_path, ROOT_USER)
        machine.put_installer()
        assert machine.install() == ("", [f"{INSTALL} chromium"])

    def test_without_lists_of_packages_they_are_fetched_first(self, tmp_path: Path) -> None:
        machine = Machine(tmp_path, ROOT_USER)
        machine.put_installer(first=f"[ $(/usr/bin/wc -l <{machine.asked}) = 1 ] && exit 1")
        asked = [f"{INSTALL} chromium", "update -qq", f"{INSTALL} chromium"]
        assert machine.install() == ("", asked)

    def test_others_are_told_loudly(self, tmp_path: Path) -> None:
        machine = Machine(tmp_path, SOMEBODY)
        machine.put_installer()
        told, asked = machine.install()
        assert NO_BROWSER in told
        assert asked == []

    def test_a_browser_that_is_there_is_enough(self, tmp_path: Path) -> None:
        machine = Machine(tmp_path, ROOT_USER)
        machine.put_installer()
        machine.put("google-chrome")
        assert machine.install() == ("", [])

    def test_a_browser_named_wrongly_is_told_and_not_installed(self, tmp_path: Path) -> None:
        machine = Machine(tmp_path, ROOT_USER)
        machine.put_installer()
        machine.put("google-chrome")
        told, asked = machine.install(ALLOCATION_BROWSER="/nowhere/chromium")
        assert NO_BROWSER in told
        assert asked == []


@pytest.mark.parametrize("is_ci", [False, True])
def test_without_a_browser_tests_are_skipped_loudly_and_fail_under_ci(is_ci: bool) -> None:
    env = {name: value for name, value in os.environ.items() if name != "CI"}
    env |= {"ALLOCATION_BROWSER": "/nowhere/chromium"} | ({"CI": "true"} if is_ci else {})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:cov"]
    done = subprocess.run(
        [*command, "tests/browser/test_outside.py"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) is is_ci
    said = ["6 errors"] if is_ci else ["6 skipped", f"* {NO_BROWSER} *", "6 tests were skipped: "]
    assert [words for words in said if words not in done.stdout] == []
