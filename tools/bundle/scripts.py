"""The start scripts and first page of a bundle, filled in for its platform."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.bundle.wheels import PythonVersion, Target, Wheel

HERE = Path(__file__).parent
SUPPORT = "support"
FIRST_PAGE = "安装说明.txt"
NO_PYTHON = "no-python.txt"
EXECUTABLE = 0o755
GROWTH = 1.3
"""An installation against its unpacked wheels: compiled modules, whole blocks of the disk."""


class _Template(string.Template):
    # Shell and batch files are full of dollar and percent signs.
    delimiter = "@"


def write_scripts(folder: Path, needs: Mapping[Target, Sequence[Wheel]]) -> None:
    """Write first page, start script and what the start script needs into a bundle.

    Parameters
    ----------
    needs
        For each version of Python the wheels that are to be installed.
    """
    targets = list(needs)
    platform = targets[0].platform
    support = folder / SUPPORT
    support.mkdir()
    facts = {
        "platform": platform,
        "pythons": [list(target.python) for target in targets],
        "installed_bytes": max(
            (int(sum(wheel.size for wheel in wheels) * GROWTH) for wheels in needs.values()),
        ),
        "longest_path": max(
            (wheel.longest_path for wheels in needs.values() for wheel in wheels), default=0
        ),
    }
    (support / "bundle.json").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    for target, wheels in needs.items():
        pins = "".join(f"{wheel.pin}\n" for wheel in wheels)
        major, minor = target.python
        (support / f"wheels-{major}.{minor}.txt").write_text(pins, encoding="ascii")
    (support / "start.py").write_bytes((HERE / "start.py").read_bytes())
    for name, text in texts(platform, [target.python for target in targets]).items():
        path = folder / name
        path.write_bytes(text)
        if path.suffix == ".sh":
            path.chmod(EXECUTABLE)


def texts(platform: str, pythons: Sequence[PythonVersion]) -> dict[str, bytes]:
    """Return the bytes of each file by its name in the bundle.

    The first page is for Notepad: UTF-8 with a byte order mark.  ``start.bat`` is ASCII
    with CRLF, since ``cmd`` reads a batch file in the code page of the machine.  Its
    Chinese message stands in a file of its own, in UTF-16 with a byte order mark, which
    ``type`` shows rightly in every code page.
    """
    names = [f"{major}.{minor}" for major, minor in pythons]
    values = {
        "versions": "、".join(names),
        "versions_en": " or ".join(names),
        "dotted": " ".join(names),
        "joined": " ".join(f"{major}{minor}" for major, minor in pythons),
        "commands": " ".join(f"python{name}" for name in names),
        "tuples": str(list(pythons)),
        "script": "start.bat" if platform == "windows-x64" else "start.sh",
    }

    def filled(name: str) -> str:
        return _Template((HERE / name).read_text(encoding="utf-8")).substitute(values)

    def windows(text: str) -> str:
        return text.replace("\n", "\r\n")

    if platform == "windows-x64":
        return {
            FIRST_PAGE: windows(filled("first_page.windows.txt")).encode("utf-8-sig"),
            "start.bat": windows(filled("start.bat")).encode("ascii"),
            f"{SUPPORT}/{NO_PYTHON}": "\ufeff".encode("utf-16-le")
            + windows(filled("no_python.windows.txt")).encode("utf-16-le"),
        }
    return {
        FIRST_PAGE: filled("first_page.linux.txt").encode(),
        "start.sh": filled("start.sh").encode(),
        f"{SUPPORT}/{NO_PYTHON}": filled("no_python.linux.txt").encode(),
    }
