"""Write folders that install and start the app on machines without internet.

    python -m tools.bundle [--platform linux-x64] [--python 3.11] [--out dist]

Each folder holds the program and all it needs as wheels, start scripts, the demonstration
data and a finished run of it.  Downloads wheels, so it runs where a registry is in reach.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tools.bundle.scripts import write_scripts
from tools.bundle.wheels import PLATFORMS, PythonVersion, Target, closure, collect, read_folder

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = "rizhao-2023-18"
COPIED = (
    "app.py",
    ".streamlit/config.toml",
    "data",
    "scenarios",
    "docs",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
)
KEPT_PRIVATE = 0o700


def main(arguments: Sequence[str] | None = None) -> None:
    """Write one folder per platform and say how large each is."""
    chosen = _parse(arguments)
    pythons: list[PythonVersion] = chosen.python or [sys.version_info[:2]]
    with tempfile.TemporaryDirectory() as scratch:
        own = _own_wheel(Path(scratch))
        demo = _demo_run(Path(scratch)) if chosen.run is None else chosen.run
        for platform in chosen.platform or PLATFORMS:
            folder = chosen.out / f"allocation-{own.name.split('-')[1]}-{platform}"
            write_bundle(folder, [Target(platform, python) for python in pythons], own, demo)
            print(f"{folder}  {_megabytes(folder):.0f} MB")


def write_bundle(folder: Path, targets: Sequence[Target], own: Path, demo: Path) -> None:
    """Write the folder of one platform, for all its versions of Python.

    Parameters
    ----------
    own
        Wheel of this program.
    demo
        Finished run to look at.
    """
    if (folder / ".venv").exists():
        raise SystemExit(f"{folder} has been started and may hold somebody's runs; move it away")
    if folder.exists():
        shutil.rmtree(folder)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    shutil.copy(own, wheels)
    program = f"allocation[app]=={own.name.split('-')[1]}"
    for target in targets:
        # pip comes along: some systems ship Python without it.
        collect(wheels, (program, f"pip=={version('pip')}"), target, ROOT / "constraints.txt")
    fetched = read_folder(wheels)
    needs = {target: closure(fetched, [program], target).wheels for target in targets}
    for name in COPIED:
        _copy(ROOT / name, folder / name)
    _copy(demo, folder / "runs" / demo.name)
    (folder / "runs").chmod(KEPT_PRIVATE)
    write_scripts(folder, needs)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__)
    parser.add_argument("--platform", action="append", choices=PLATFORMS)
    parser.add_argument(
        "--python",
        action="append",
        type=_python_version,
        metavar="3.N",
        help="version of Python it installs on, may be repeated; default: the one running",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--run", type=Path, help="finished run to show; default: a fresh one")
    return parser.parse_args(arguments)


def _python_version(text: str) -> PythonVersion:
    major, _, minor = text.partition(".")
    if major != "3" or not minor.isdigit() or int(minor) < 11:
        raise argparse.ArgumentTypeError("3.11 or newer")
    return int(major), int(minor)


def _own_wheel(scratch: Path) -> Path:
    subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--wheel-dir", str(scratch), str(ROOT)),
        ],
        check=True,
    )
    return next(scratch.glob("allocation-*.whl"))


def _demo_run(scratch: Path) -> Path:
    """Run the demonstration with the program as it is now."""
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "allocation", "run", f"scenarios/{SCENARIO}.toml"),
            *("--out", str(scratch / "runs"), "--quiet"),
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Path(done.stdout.strip().splitlines()[-1])


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    else:
        shutil.copy(source, target)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
