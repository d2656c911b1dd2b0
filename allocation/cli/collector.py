"""The garbage collector of a command: seldom at work, and not at all at its end.

A run makes millions of small objects that live as long as it does and hold each other in
no ring, so that what the collector looks for again and again is hardly ever there.
"""

from __future__ import annotations

import atexit
import gc

_NEW_OBJECTS = 500_000
"""Objects made, less those gone, before the youngest are looked through; Python's: 700."""

_ROUNDS = 20
"""How often one generation is looked through before the next is; Python's: 10."""


def collect_seldom() -> None:
    """Set the collector of this process, which is a command's from here to its end.

    Measured on the demonstration city: Python's own settings spend a fifteenth of a run on
    the search for rings, and half of that again at the end of the process, where all memory
    goes back to the machine anyway.  No more memory is needed without.
    """
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS, _ROUNDS)
    atexit.register(gc.freeze)
