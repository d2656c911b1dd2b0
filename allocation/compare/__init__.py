"""Two or more runs side by side: settings, measures, who and what moved.

The first run is the base.  A :class:`Comparison` is plain data, codes and numbers, so
that command line, workbook and app all put the same facts into words.
"""

from __future__ import annotations

from allocation.compare.blocks import (
    about_name,
    comparison_blocks,
    difference_label,
    measure_name,
    note_text,
    price_block,
    run_label,
    run_title,
    setting_rows,
)
from allocation.compare.lists import in_words, n_better, people_block, place_words, wish_words
from allocation.compare.people import CHANGES
from allocation.compare.places import DIRECTIONS
from allocation.compare.records import Comparison, Measure, Moves, Note, RunHead, Setting
from allocation.compare.together import compare_runs, only_differences
from allocation.compare.values import kind_name, number_text, signed, value_text

__all__ = [
    "CHANGES",
    "DIRECTIONS",
    "Comparison",
    "Measure",
    "Moves",
    "Note",
    "RunHead",
    "Setting",
    "about_name",
    "compare_runs",
    "comparison_blocks",
    "difference_label",
    "in_words",
    "kind_name",
    "measure_name",
    "n_better",
    "note_text",
    "number_text",
    "only_differences",
    "people_block",
    "place_words",
    "price_block",
    "run_label",
    "run_title",
    "setting_rows",
    "signed",
    "value_text",
    "wish_words",
]
