"""The seven pages in the order of the work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """One page: its file, and whether it shows a finished run."""

    name: str
    shows_run: bool
    is_first: bool = False

    @property
    def file(self) -> str:
        """Script of the page, relative to this one."""
        return f"views/{self.name}.py"


VIEWS = (
    View("data", shows_run=False),
    View("scenario", shows_run=False),
    View("run", shows_run=False, is_first=True),
    View("map", shows_run=True),
    View("awards", shows_run=True),
    View("compare", shows_run=True),
    View("handout", shows_run=True),
)
