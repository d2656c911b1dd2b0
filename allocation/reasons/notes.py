"""Certificates while they are found: a code and parameters per application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from allocation.instance import Ints

LIMIT_CODES = ("density", "area_number", "openings_max", "cell_number")
"""Reasons that are caps on opened sites; the code of a cap is the code of the reason."""


class Notes:
    """One certificate per application at most; the first one stands.

    Parameters
    ----------
    n
        Number of applications of the instance.
    """

    def __init__(self, n: int) -> None:
        self.codes: np.ndarray[tuple[int], np.dtype[np.object_]] = np.full(n, None, dtype=object)
        self.params: dict[int, Mapping[str, Any]] = {}
        self._is_noted = np.zeros(n, dtype=np.bool_)

    def add(self, row: int, code: str, params: Mapping[str, Any]) -> None:
        """Note a reason, unless the application has one."""
        if not self._is_noted[row]:
            self._is_noted[row] = True
            self.codes[row] = code
            self.params[row] = params

    def add_all(self, rows: Ints, code: str, params: Iterable[Mapping[str, Any]]) -> None:
        """Note one reason of many different applications, each with its own parameters."""
        is_open = ~self._is_noted[rows]
        self._is_noted[rows] = True
        self.codes[rows[is_open]] = code
        noted = zip(rows.tolist(), params, strict=True)
        self.params.update(compress(noted, is_open.tolist()))

    def open_of(self, rows: Ints) -> Ints:
        """Return those of the applications that have no reason yet."""
        return rows[~self._is_noted[rows]]
