"""Exceptions: a code, parameters, never personal data.

Infeasible problems are results, not exceptions; these are for bad files, bad
scenarios and bugs.  They survive :mod:`pickle`, because runs are child processes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self


class AllocationError(Exception):
    """Base of all errors of this package.

    Parameters
    ----------
    code
        A key of the message catalogue.
    **params
        The template's fields.  Never an identity number, a certificate number, a
        name or any other personal datum.
    """

    exit_code = 3

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.code, self.params)

    def __str__(self) -> str:
        fields = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({fields})"

    @classmethod
    def restore(cls, code: str, params: dict[str, Any]) -> Self:
        """Rebuild an error that crossed a process boundary."""
        return cls(code, **params)


class ClusterError(AllocationError):
    """The machines that were to do the work cannot, or not all of it."""

    exit_code = 2


def internal_error(error: Exception) -> AllocationError:
    """Say where a bug struck; its own message could quote personal data and is left out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "?"
    if trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return AllocationError("internal_error", kind=type(error).__name__, place=place)


def _restore(kind: type[AllocationError], code: str, params: dict[str, Any]) -> AllocationError:
    return kind.restore(code, params)


class InputError(AllocationError):
    """A file cannot be read or holds bad cells."""

    exit_code = 2


class ScenarioError(AllocationError):
    """A scenario or policy profile cannot be used."""

    exit_code = 2


class DrawError(AllocationError):
    """A draw or an official run cannot go on: a record, a value or an approval is wrong."""

    exit_code = 2


class RunError(AllocationError):
    """A run folder is missing, incomplete or damaged."""

    exit_code = 2
