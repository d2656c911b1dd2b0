"""The seven pages in the order of the work, and the handbook beside them."""

from __future__ import annotations

from dataclasses import dataclass

RUN_SECTION = "run.section"
"""Where the session keeps which section the page Run shows."""


@dataclass(frozen=True, slots=True)
class View:
    """One page: its file, and whether it shows a finished run."""

    name: str
    shows_run: bool = False
    is_first: bool = False
    is_listed: bool = True

    @property
    def file(self) -> str:
        """Script of the page, relative to this one."""
        return f"views/{self.name}.py"


VIEWS = (
    View("data"),
    View("scenario"),
    View("run", is_first=True),
    View("map", shows_run=True),
    View("awards", shows_run=True),
    View("compare", shows_run=True),
    View("handout", shows_run=True),
    View("handbook", is_listed=False),
)
