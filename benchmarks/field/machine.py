"""The machine and the libraries, without anything that names the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

TOOLS = ("ortools", "scipy", "networkx", "matching", "spopt", "numpy")


def described() -> dict[str, str]:
    """Return kind of processor, cores, memory, the versions that matter, and how busy it is."""
    return {
        "load": f"{os.getloadavg()[0]:.1f}",
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "system": platform.system(),
        "Python": platform.python_version(),
        **{tool: _version(tool) for tool in TOOLS},
    }


def _processor() -> str:
    """Return the model of the processor, as Linux tells it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _version(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return "-"
