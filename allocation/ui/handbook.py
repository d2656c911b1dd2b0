"""The handbook as a page: Markdown of ``docs`` with its headings and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from allocation.messages import Lang
from allocation.ui.workspace import current_workspace

CLONE = Path(__file__).resolve().parents[2]
"""Folder of the program where it runs from its sources."""

CHAPTER = 2
"""Level of a chapter's heading; its sections are one below."""

_BREAK = re.compile(
    r"^(?:(?P<level>#{2,3}) (?P<heading>.+)|!\[(?P<alt>[^\]]*)\]\((?P<file>[\w./-]+)\))$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, a heading, or a picture with the text that stands for it.

    Attributes
    ----------
    level
        Of a heading, from :data:`CHAPTER`; else 0.
    """

    text: str
    picture: Path | None = None
    level: int = 0

    @property
    def anchor(self) -> str:
        """Where links to a heading lead, as hosts of Markdown files have it."""
        kept = re.sub(r"[^\w\- ]", "", self.text.strip().lower())
        return kept.replace(" ", "-")


def handbook_file(lang: Lang) -> Path:
    """Return the file of the handbook in one language, which may not be there.

    It lies beside the sources; in an offline bundle, where the program is installed
    elsewhere, beside the scenarios.
    """
    files = [home / "docs" / f"handbook.{lang}.md" for home in (CLONE, current_workspace().root)]
    return next((file for file in files if file.is_file()), files[0])


def parts(markdown: str, folder: Path) -> Iterator[Part]:
    """Split Markdown at its headings and where a picture stands alone on a line.

    The title of the whole is left out: the page has one.

    Parameters
    ----------
    folder
        Where relative pictures lie; a missing picture leaves its text.
    """
    body = re.sub(r"\A# .*\n", "", markdown)
    end = 0
    for found in _BREAK.finditer(body):
        if before := body[end : found.start()].strip():
            yield Part(before)
        if found["level"]:
            yield Part(found["heading"].strip(), level=len(found["level"]))
        else:
            picture = folder / found["file"]
            yield Part(found["alt"], picture if picture.is_file() else None)
        end = found.end()
    if rest := body[end:].strip():
        yield Part(rest)
