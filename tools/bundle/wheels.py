"""The wheels of a bundle: what a target needs, whether a folder holds it, and how to get it.

pip judges requirements such as ``colorama; platform_system == "Windows"`` by the machine
it runs on, also when it downloads for another.  So the requirements are followed here,
with the markers of the target, and pip only fetches what is named.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cached_property
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

PythonVersion = tuple[int, int]

LINUX_MINOR = 28
"""Newest C library a Linux bundle may ask for, glibc 2.28: Debian 10, Kylin V10, UOS 20."""

_MARKERS: Mapping[str, Mapping[str, str]] = {
    "linux-x64": {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    },
    "windows-x64": {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
    },
}
PLATFORMS = tuple(_MARKERS)


@dataclass(frozen=True)
class Target:
    """A kind of machine with a version of Python."""

    platform: str
    python: PythonVersion

    @property
    def abi(self) -> str:
        """Binary interface of compiled packages, such as ``cp311``."""
        return f"cp{self.python[0]}{self.python[1]}"

    @cached_property
    def platform_tags(self) -> tuple[str, ...]:
        """Platforms whose wheels run there, best first."""
        if self.platform == "windows-x64":
            return ("win_amd64",)
        older = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
        tags = []
        for minor in range(LINUX_MINOR, 4, -1):
            tags.append(f"manylinux_2_{minor}_x86_64")
            if minor in older:
                tags.append(f"{older[minor]}_x86_64")
        return (*tags, "linux_x86_64")

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """All tags of wheels that run there."""
        return frozenset(
            (
                *cpython_tags(self.python, [self.abi], self.platform_tags),
                *compatible_tags(self.python, self.abi, self.platform_tags),
            )
        )

    def environment(self, extra: str = "") -> dict[str, str]:
        """Return the values that markers are judged by there."""
        version = f"{self.python[0]}.{self.python[1]}"
        return {
            **_MARKERS[self.platform],
            "implementation_name": "cpython",
            "implementation_version": f"{version}.0",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_version": "",
            "python_full_version": f"{version}.0",
            "python_version": version,
            "extra": extra,
        }


@dataclass(frozen=True)
class Wheel:
    """A wheel file: what it is, what it asks for, and what it unpacks to.

    Attributes
    ----------
    size
        Bytes of its files, unpacked.
    longest_path
        Characters of the longest path below the folder it is installed into, that of
        compiled files included.
    """

    path: Path
    name: str
    version: Version
    tags: frozenset[Tag]
    requires: tuple[Requirement, ...]
    size: int
    longest_path: int

    @property
    def pin(self) -> str:
        """Line of a requirements file that takes this file and no other."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"{self.name}=={self.version} --hash=sha256:{digest}"


@dataclass(frozen=True)
class Closure:
    """What a target needs: the wheels that give it, and what no wheel gives."""

    wheels: tuple[Wheel, ...]
    lacking: tuple[str, ...]


def read_wheel(path: Path) -> Wheel:
    """Read name, tags, requirements and sizes of a wheel file."""
    name, version, _, tags = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        metadata = next(
            entry for entry in entries if re.fullmatch(r"[^/]+\.dist-info/METADATA", entry.filename)
        )
        headers = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    return Wheel(
        path,
        name,
        version,
        tags,
        tuple(Requirement(line) for line in headers.get_all("Requires-Dist") or ()),
        sum(entry.file_size for entry in entries),
        max(len(entry.filename) + _compiled(entry.filename) for entry in entries),
    )


def _compiled(file: str) -> int:
    """Count by how much the path of a module's compiled file is longer than its own."""
    return len("__pycache__/.cpython-3xxc") if file.endswith(".py") else 0


def closure(wheels: Iterable[Wheel], roots: Iterable[str], target: Target) -> Closure:
    """Follow requirements, with the markers of the target, through a set of wheels.

    Parameters
    ----------
    roots
        Requirements to begin with, such as ``allocation[app]``.

    Returns
    -------
    The wheels by name, and what is lacking as ``name>=1,<2``.
    """
    usable: dict[str, list[Wheel]] = {}
    for wheel in wheels:
        if wheel.tags & target.tags:
            usable.setdefault(wheel.name, []).append(wheel)
    chosen: dict[str, Wheel] = {}
    lacking: set[str] = set()
    seen: set[tuple[str, str, frozenset[str]]] = set()
    pending = [Requirement(root) for root in roots]
    while pending:
        asked = pending.pop()
        name = canonicalize_name(asked.name)
        key = (name, str(asked.specifier), frozenset(asked.extras))
        if key in seen:
            continue
        seen.add(key)
        given = next(
            (
                wheel
                for wheel in usable.get(name, [])
                if asked.specifier.contains(wheel.version, prereleases=True)
            ),
            None,
        )
        if given is None:
            lacking.add(f"{name}{asked.specifier}")
        else:
            chosen[name] = given
            pending += _asked_by(given, asked.extras, target)
    return Closure(tuple(chosen[name] for name in sorted(chosen)), tuple(sorted(lacking)))


def _asked_by(wheel: Wheel, extras: Iterable[str], target: Target) -> Iterator[Requirement]:
    """Give the requirements of a wheel that hold on the target for some extras."""
    environments = [target.environment(extra) for extra in ("", *extras)]
    for asked in wheel.requires:
        if asked.marker is None or any(asked.marker.evaluate(each) for each in environments):
            yield asked


def collect(folder: Path, roots: tuple[str, ...], target: Target, constraints: Path) -> None:
    """Fetch wheels into a folder until it holds all that a target needs.

    Raises
    ------
    SystemExit
        Something is nowhere to be had as a wheel for the target.
    """
    while wanted := closure(read_folder(folder), roots, target).lacking:
        before = {path.name for path in folder.iterdir()}
        _download(folder, wanted, target, constraints)
        if before == {path.name for path in folder.iterdir()}:
            raise SystemExit(f"no wheels for {target.platform}: {', '.join(wanted)}")


def read_folder(folder: Path) -> list[Wheel]:
    """Read all wheels of a folder."""
    return [read_wheel(path) for path in sorted(folder.glob("*.whl"))]


def _download(folder: Path, wanted: Iterable[str], target: Target, constraints: Path) -> None:
    platforms = [f"--platform={tag}" for tag in target.platform_tags]
    subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary=:all:", "--implementation=cp"),
            *(f"--abi={abi}" for abi in (target.abi, "abi3", "none")),
            *(f"--python-version={target.python[0]}.{target.python[1]}", *platforms),
            *("--constraint", str(constraints), "--dest", str(folder)),
            *wanted,
        ],
        check=True,
    )
