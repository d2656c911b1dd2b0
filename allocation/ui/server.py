"""What the server does beside drawing pages: start-up and quiet errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from allocation.ui.frame import log_bug

SCRIPT = Path(__file__).with_name("main.py")


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any] | None]:
    """Make ready what a first visitor wants to see."""
    yield None


def handle_error(error: Exception) -> bool:
    """Log kind and place of an error that no page caught; its message stays unsaid."""
    log_bug(error)
    return True
