"""Heaviest independent sets of graphs of sites that exclude each other."""

from allocation.mechanisms.independent_set.search import (
    HeaviestSet,
    heaviest_independent_set,
    is_only_heaviest,
)

__all__ = ["HeaviestSet", "heaviest_independent_set", "is_only_heaviest"]
