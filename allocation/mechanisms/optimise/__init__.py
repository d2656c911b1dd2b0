"""Exact lexicographic optimisation: programs, levels, certificates and solvers.

The way from an instance to an optimal list::

    Instance ── formulation ─→ Program ── objectives ─→ levels
                                  └────── lexicographic ─→ point, level results

``program`` holds integers only; floating point lives in ``backend``, and nothing it
says is believed before ``certificate`` has confirmed it in integer arithmetic.
"""
