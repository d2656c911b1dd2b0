"""``egalitarian``: leximin chances of an award, and one award list drawn from them."""

from __future__ import annotations

from allocation.mechanisms.egalitarian.stage import Lottery, publish_lottery

__all__ = ["Lottery", "publish_lottery"]
