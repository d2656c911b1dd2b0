"""Text that came with the data, shown as it is."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
"""Not the wide blank of Chinese texts, which stands between things of one line."""
_MARKDOWN = frozenset("\\`*_{}[]#+-.!$~:<>|&@")
"""Round brackets and quotes mean something after a square bracket only.  A label of a field is
read out to the blind with its escapes, so that needless ones are left out."""


def plain(text: str) -> str:
    """Keep Markdown from reading a text as formatting, a link, an icon or a formula."""
    escaped = "".join(f"\\{char}" if char in _MARKDOWN else char for char in text)
    return _BLANKS.sub(" ", escaped).strip()


def plain_lines(text: str) -> str:
    """Keep the lines of a text besides, each as it is."""
    return "  \n".join(map(plain, text.splitlines()))
