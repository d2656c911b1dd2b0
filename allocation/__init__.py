"""Give out reserved places fairly, and be able to defend every line of the list.

The line is straight, every arrow one function of this module::

    files ─ read_tables ─→ Tables ─ build_instance ─→ Instance ─ solve ─→ Result
          ─ check_awards ─→ violations ─ explain_awards ─→ reasons ─ run ─→ run folder

Names are imported when first used, because the solver and the geographic libraries
take seconds to load and most uses need only some of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from allocation.version import __version__

if TYPE_CHECKING:
    from allocation.build import build_instance
    from allocation.checker import check_awards
    from allocation.mechanisms import solve
    from allocation.pipeline import run
    from allocation.read import read_tables
    from allocation.reasons import explain_awards
    from allocation.scenario import load_scenario

_HOME = {
    "build_instance": "allocation.build",
    "check_awards": "allocation.checker",
    "explain_awards": "allocation.reasons",
    "load_scenario": "allocation.scenario",
    "read_tables": "allocation.read",
    "run": "allocation.pipeline",
    "solve": "allocation.mechanisms",
}

__all__ = [
    "__version__",
    "build_instance",
    "check_awards",
    "explain_awards",
    "load_scenario",
    "read_tables",
    "run",
    "solve",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
