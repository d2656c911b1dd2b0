"""Install the bundle into .venv at the first start, then serve the app.

Needs nothing but Python itself, and says what is wrong to a Python that is too old for it.
What follows ``start.sh`` or ``start.bat`` goes to ``allocation app``.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ON_WINDOWS = os.name == "nt"

ROOT = Path(__file__).resolve().parent.parent
SUPPORT = ROOT / "support"
WHEELS = ROOT / "wheels"
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"
LOCK = SUPPORT / "installing"

MODULES = ("_bz2", "_ctypes", "_lzma", "_sqlite3", "_ssl", "zlib")
"""Parts of Python that one built from source may lack."""
LONGEST_PATH = 259
"""Characters of a path on Windows, unless its long paths are switched on."""
INSTALL_S = 1800


class Refusal(Exception):
    """What keeps the app from starting, in both languages."""


def main(arguments: list[str]) -> int:
    """Install where needed and start."""
    os.chdir(str(ROOT))
    facts = json.loads((SUPPORT / "bundle.json").read_text(encoding="utf-8"))
    try:
        check_machine(facts)
        if not is_installed():
            with alone():
                # Another window may have installed it while this one waited.
                if not is_installed():
                    install(facts)
    except Refusal as refusal:
        say(*refusal.args)
        return 1
    command = [str(python()), "-m", "allocation", "app", "--home", str(ROOT), *arguments]
    if not ON_WINDOWS:
        os.execve(command[0], command, surroundings())  # noqa: S606 - our own command
    child = subprocess.Popen(command, env=surroundings())  # noqa: S603 - our own command
    while True:
        # Ctrl-C reaches the app too, which ends in its own time.
        with contextlib.suppress(KeyboardInterrupt):
            return child.wait()


def say(chinese: str, english: str) -> None:
    """Print a sentence in both languages."""
    print(chinese + "\n  " + english, flush=True)


def check_machine(facts: dict[str, Any]) -> None:
    """Refuse a Python or a machine that the bundle was not made for."""
    known = [".".join(map(str, version)) for version in facts["pythons"]]
    if here() not in known:
        raise Refusal(
            "这个 Python 是 {} 版，本系统需要 {} 版。".format(here(), "、".join(known)),
            "This is Python {}; the bundle needs {}.".format(here(), " or ".join(known)),
        )
    system = {"linux-x64": "Linux", "windows-x64": "Windows"}[facts["platform"]]
    is_x64 = platform.machine().lower() in ("x86_64", "amd64") and sys.maxsize > 2**32
    if platform.system() != system or not is_x64:
        raise Refusal(
            f"本文件夹只能用于 {system} x86-64（64 位 Python）。",
            f"This bundle is for {system} x86-64 with a 64 bit Python.",
        )
    lacking = [name for name in MODULES if importlib.util.find_spec(name) is None]
    if lacking:
        raise Refusal(
            "这个 Python 不完整，缺少：{}。请安装完整的 Python。".format("、".join(lacking)),
            "This Python is not whole; it lacks {}.".format(", ".join(lacking)),
        )


def here() -> str:
    """Return the version of this Python, such as ``3.11``."""
    return "{}.{}".format(*sys.version_info[:2])


def python() -> Path:
    """Return the path of the installed Python."""
    return VENV / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")


def wanted() -> Path:
    """Return the list of wheels for this Python, each with its version and hash."""
    return SUPPORT / f"wheels-{here()}.txt"


def edition() -> str:
    """Name what is to be installed: the list of wheels and the version of Python."""
    return here() + " " + hashlib.sha256(wanted().read_bytes()).hexdigest() + "\n"


def is_installed() -> bool:
    """Tell whether this bundle is installed and its Python still works."""
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != edition():
        return False
    with contextlib.suppress(OSError):
        return subprocess.call([str(python()), "-c", ""]) == 0  # noqa: S603 - our own Python
    return False


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one window at a time install; another waits."""
    import sqlite3  # it may be lacking, which is said before

    try:
        with contextlib.closing(sqlite3.connect(str(LOCK), isolation_level=None)) as lock:
            try:
                lock.execute("PRAGMA busy_timeout = 0")
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                say("另一个窗口正在安装，请稍候……", "Another window is installing…")
                lock.execute(f"PRAGMA busy_timeout = {INSTALL_S * 1000}")
                lock.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.OperationalError:
        raise _read_only() from None


def install(facts: dict[str, Any]) -> None:
    """Install from the folder ``wheels``, and from nowhere else."""
    check_room(facts)
    say(
        "正在安装（第一次启动或换了新版本，不需要联网），约需一两分钟，请稍候……",
        "Installing, as at the first start of a version; no network needed…",
    )
    try:
        if VENV.exists():
            shutil.rmtree(str(VENV))
        # Without pip: some systems ship Python without it, and the bundle brings its own.
        venv.EnvBuilder(with_pip=False, symlinks=not ON_WINDOWS).create(str(VENV))
    except OSError:
        raise _read_only() from None
    pip = next(WHEELS.glob("pip-*.whl")) / "pip"
    command = [str(python()), str(pip), "--isolated", "install", "--quiet", "--no-index"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", "--no-deps"]
    command += ["--find-links", str(WHEELS), "--require-hashes", "--requirement", str(wanted())]
    if subprocess.call(command, env=surroundings()) != 0:  # noqa: S603 - our own command
        raise Refusal(
            "安装没有成功。请重新复制整个文件夹后再试；仍不成功的，请把上面的文字交给技术人员。",
            "The installation failed. Copy the whole folder again and retry.",
        )
    STAMP.write_text(edition(), encoding="utf-8")


def check_room(facts: dict[str, Any]) -> None:
    """Refuse a disk too full and, on Windows, a folder too deep to install into."""
    free, needed = shutil.disk_usage(str(ROOT)).free, facts["installed_bytes"]
    if free < needed:
        raise Refusal(
            f"磁盘空间不足：安装需要 {needed / 1e9:.1f} GB，现有 {free / 1e9:.1f} GB。",
            f"Too little disk space: {needed / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free.",
        )
    longest = len(str(VENV / "Lib" / "site-packages")) + 1 + facts["longest_path"]
    if ON_WINDOWS and longest > LONGEST_PATH and not has_long_paths():
        raise Refusal(
            "文件夹的路径太长。请把整个文件夹移到较短的路径，例如 D:\\allocation，再启动。",
            "The folder lies too deep. Move it to a shorter path, such as D:\\allocation.",
        )


def has_long_paths() -> bool:
    """Tell whether this Windows takes paths of any length."""
    import winreg

    key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
            return bool(winreg.QueryValueEx(opened, "LongPathsEnabled")[0])
    except OSError:
        return False


def surroundings() -> dict[str, str]:
    """Return the environment without what could lead Python or pip astray."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    # An office's own settings for pip, such as an index or a target, do not hold here.
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"}


def _read_only() -> Refusal:
    return Refusal(
        "无法写入本文件夹。请把整个文件夹复制到本机磁盘上自己有写入权限的位置，再启动。",
        "This folder cannot be written to. Copy it to a disk of this machine and start again.",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
