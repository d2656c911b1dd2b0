"""Ours beside the field: one generated problem, every way to solve it, in one run.

    python -m benchmarks.field [--quick]

The problem (:mod:`~benchmarks.field.plain`) is the plain core of the city's: people of six
tiers apply for posts, stalls and candidate sites, who is served goes by tier, number and
draw, and what they get by preference and distance.  It is solved at several sizes, without
conflicts and with them, by `allocation` through its public functions and by each other tool
that has the model (:mod:`~benchmarks.field.ways`), each in a process of its own.  The
answers are judged by code that belongs to none of them (:mod:`~benchmarks.field.judge`).
"""
