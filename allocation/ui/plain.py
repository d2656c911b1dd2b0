"""Text that came with the data, shown as it is."""

from __future__ import annotations

_MARKDOWN = frozenset("\\`*_{}[]()#+-.!$~:<>|&\"'=@^/")


def plain(text: str) -> str:
    """Keep Markdown from reading a text as formatting, a link, an icon or a formula."""
    escaped = "".join(f"\\{char}" if char in _MARKDOWN else char for char in text)
    return " ".join(escaped.split())


def plain_lines(text: str) -> str:
    """Keep the lines of a text besides, each as it is."""
    return "  \n".join(map(plain, text.splitlines()))
