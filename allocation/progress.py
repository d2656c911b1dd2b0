"""Progress of long work: what a reporter hears and how it asks for a stop.

The engine reports through this protocol and knows no terminal, file or page
behind it.  A reporter can ask for a stop; the engine then keeps the best it has.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receiver of progress."""

    def phase(self, code: str, **params: object) -> None:
        """Start a phase, named by a message code."""

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        """Report the best value and the bound of the level being solved."""

    def should_stop(self) -> bool:
        """Tell whether the best so far is to be kept and the work ended."""


class Silent:
    """A reporter that says nothing and never stops the work."""

    def phase(self, code: str, **params: object) -> None:
        """Ignore the phase."""

    def bound(self, level: str, value: int | None, bound: int | None, **params: object) -> None:
        """Ignore the bound."""

    def should_stop(self) -> bool:
        """Never stop."""
        return False
