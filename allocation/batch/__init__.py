"""Several scenarios at once: a sweep, or the cities of a province, here or on other machines.

Every input is read and tried before anything is solved, so that a province runs whole or
is told everything that is wrong with it.  Who does the work is a :class:`Crew`: this
process, or the workers of a cluster.
"""

from __future__ import annotations

from allocation.batch.batch import BadMembers, Row, run_batch
from allocation.batch.crew import Crew, Here
from allocation.batch.members import Batch, Member, load_batch
from allocation.batch.record import write_province

__all__ = [
    "BadMembers",
    "Batch",
    "Crew",
    "Here",
    "Member",
    "Row",
    "load_batch",
    "run_batch",
    "write_province",
]
