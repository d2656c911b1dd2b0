"""The public draw: orders anybody can repeat, and the protocol that makes one official.

``order``, ``rfc3797`` and ``methods`` number the applicants; ``keys`` breaks the last
ties of an award list.  ``sources`` and ``beacon`` turn a public value into a seed,
``seal`` and ``records`` fix beforehand what the seed is drawn for.  All of it is plain
functions of text; clocks, files and people are in :mod:`allocation.official`.
"""

from __future__ import annotations

from allocation.draw.keys import key_matrix, key_words
from allocation.draw.methods import Entrants, number_entrants
from allocation.draw.order import draw_numbers

__all__ = ["Entrants", "draw_numbers", "key_matrix", "key_words", "number_entrants"]
