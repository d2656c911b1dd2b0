"""`allocation` itself, through its public function."""

from __future__ import annotations

from allocation import solve
from allocation.instance import Instance

# `solve` loads a mechanism when it is asked for; loading libraries is not timed here.
from allocation.mechanisms import optimal as _optimal  # noqa: F401
from allocation.mechanisms import stable as _stable  # noqa: F401
from allocation.result import Status
from benchmarks.field.answer import Answer


def ours(instance: Instance, limit_s: float) -> Answer:
    """Solve the instance as a run does: all levels, the key, and proof of each."""
    result = solve(instance, time_limit_s=limit_s)
    (stage,) = result.stages
    routes = list(dict.fromkeys(level.route for level in stage.levels))
    is_proven = stage.status in (Status.OPTIMAL, Status.COMPLETE)
    n_asked = sum(level.code not in ("key", "unique") for level in stage.levels)
    return Answer(result.awards, is_proven, n_asked, None, "+".join(routes))
