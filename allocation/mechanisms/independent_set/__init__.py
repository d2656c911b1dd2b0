"""Heaviest independent sets of graphs of sites that exclude each other."""

from allocation.mechanisms.independent_set.graph import ConflictGraph, conflict_graph
from allocation.mechanisms.independent_set.incumbent import rounded
from allocation.mechanisms.independent_set.pace import paced
from allocation.mechanisms.independent_set.rows import clique_rows
from allocation.mechanisms.independent_set.search import (
    HeaviestSet,
    heaviest_independent_set,
    is_only_heaviest,
)

__all__ = [
    "ConflictGraph",
    "HeaviestSet",
    "clique_rows",
    "conflict_graph",
    "heaviest_independent_set",
    "is_only_heaviest",
    "paced",
    "rounded",
]
