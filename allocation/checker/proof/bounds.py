"""What a proof, gone through, leaves to columns and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allocation.instance import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """``lower <= x <= upper`` and ``row_lower <= A x <= row_upper``.

    Attributes
    ----------
    lower, upper
        Shape (columns,).
    row_lower, row_upper
        Shape (rows,).
    """

    lower: Ints
    upper: Ints
    row_lower: Ints
    row_upper: Ints
