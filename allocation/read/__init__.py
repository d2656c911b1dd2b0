"""From files to tables: every encoding, header and writing that offices send.

Reading either gives whole, canonical :class:`Tables` or says everything that is wrong,
cell by cell; nothing is half-read.
"""

from __future__ import annotations

from allocation.read.findings import (
    HIDDEN,
    BadInput,
    Finding,
    Notice,
    findings_table,
)
from allocation.read.reading import read_tables, validate_tables
from allocation.read.review import Review, TableReview, review_tables
from allocation.read.sealed import Source, Tables, load_sealed_tables, make_tables

__all__ = [
    "HIDDEN",
    "BadInput",
    "Finding",
    "Notice",
    "Review",
    "Source",
    "TableReview",
    "Tables",
    "findings_table",
    "load_sealed_tables",
    "make_tables",
    "read_tables",
    "review_tables",
    "validate_tables",
]
