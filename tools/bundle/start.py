"""Install the bundle into .venv at the first start, then serve the app and open a browser.

Needs nothing but Python itself.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import webbrowser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.txt"
ADDRESS = VENV / "address.txt"
PORTS = range(8501, 8541)
START_S = 120


def main() -> int:
    """Install where needed, start, and wait until the app is stopped."""
    os.chdir(str(ROOT))
    facts = json.loads((ROOT / "support" / "bundle.json").read_text(encoding="utf-8"))
    check_machine(facts)
    running = running_address()
    if running:
        say("系统已经在运行，请在浏览器中打开：" + running, "Already running at " + running)
        show(running)
        return 0
    if not is_installed():
        install()
    return serve()


def say(chinese: str, english: str) -> None:
    """Print a sentence in both languages."""
    print(chinese + "\n  " + english, flush=True)


def check_machine(facts: dict[str, Any]) -> None:
    """End with a sentence where Python or the machine is not what the bundle was made for."""
    known = [".".join(map(str, version)) for version in facts["pythons"]]
    here = "{}.{}".format(*sys.version_info[:2])
    if here not in known:
        say(
            "这个 Python 是 {} 版，本系统需要 {} 版。".format(here, "、".join(known)),
            "This is Python {}; the bundle needs {}.".format(here, " or ".join(known)),
        )
        sys.exit(1)
    system = {"linux-x64": "Linux", "windows-x64": "Windows"}[facts["platform"]]
    is_x64 = platform.machine().lower() in ("x86_64", "amd64") and sys.maxsize > 2**32
    if platform.system() != system or not is_x64:
        say(
            f"本文件夹只能用于 {system} x86-64（64 位 Python）。",
            f"This bundle is for {system} x86-64 with a 64 bit Python.",
        )
        sys.exit(1)


def python() -> Path:
    """Return the path of the installed Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def edition() -> str:
    """Say what is installed: the program's wheel and the version of Python."""
    own = next((ROOT / "wheels").glob("allocation-*.whl"))
    return "{} {}.{}.{}\n".format(own.name, *sys.version_info[:3])


def is_installed() -> bool:
    """Tell whether this bundle is installed and its Python still works."""
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != edition():
        return False
    return subprocess.call([str(python()), "-c", ""]) == 0  # noqa: S603 - our own Python


def install() -> None:
    """Install from the folder ``wheels``, and from nowhere else."""
    say(
        "第一次启动：正在安装（不需要联网），请稍候……",
        "First start: installing, no network needed…",
    )
    if VENV.exists():
        shutil.rmtree(str(VENV))
    # Without pip: some systems ship Python without it, and the bundle brings its own.
    venv.EnvBuilder(with_pip=False).create(str(VENV))
    pip = next((ROOT / "wheels").glob("pip-*.whl"))
    command = [str(python()), str(pip / "pip"), "install", "--quiet", "--no-index"]
    command += ["--disable-pip-version-check", "--no-warn-script-location"]
    command += ["--find-links", str(ROOT / "wheels"), "allocation[app]"]
    if subprocess.call(command) != 0:  # noqa: S603 - our own command
        say(
            "安装没有成功。请把上面的文字交给技术人员；删除 .venv 文件夹后可以重试。",
            "The installation failed. Delete the folder .venv to try again.",
        )
        sys.exit(1)
    STAMP.write_text(edition(), encoding="utf-8")


def running_address() -> str:
    """Return the address of the app where this folder already serves it, else nothing."""
    if ADDRESS.is_file():
        address = ADDRESS.read_text(encoding="utf-8").strip()
        if answers(address):
            return address
    return ""


def answers(address: str) -> bool:
    """Tell whether the app answers."""
    try:
        with urllib.request.urlopen(address + "/healthz", timeout=2) as answer:  # noqa: S310 - our own
            return bool(answer.read() == b"ok")
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return the first free port."""
    for port in PORTS:
        with socket.socket() as probe:
            if os.name == "posix":
                # A port just given back is free; on Windows the option means another thing.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    say("没有空闲的端口。", "No port is free.")
    sys.exit(1)


def serve() -> int:
    """Start the server, open the browser once it answers, and wait for the server's end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(python()), "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--logger.hideWelcomeMessage", "true"]
    server = subprocess.Popen(command)  # noqa: S603 - our own command
    try:
        until = time.monotonic() + START_S
        while server.poll() is None and not answers(address) and time.monotonic() < until:
            time.sleep(0.3)
        if server.poll() is None:
            ADDRESS.write_text(address, encoding="utf-8")
            say(
                "系统已启动：" + address + "　关闭本窗口（或按 Ctrl-C）即停止。",
                "Started at " + address + "; close this window or press Ctrl-C to stop.",
            )
            show(address)
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return 0
    finally:
        if ADDRESS.is_file():
            ADDRESS.unlink()


def show(address: str) -> None:
    """Open the address in the browser."""
    if not os.environ.get("ALLOCATION_NO_BROWSER"):
        webbrowser.open(address)


if __name__ == "__main__":
    sys.exit(main())
