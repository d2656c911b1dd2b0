"""Time the stable match on generated markets: CPU seconds of every step, peak memory.

python benchmarks/stable.py [APPLICANTS LENGTH PLACES SEATS_PER_APPLICANT [overlap]]

Without arguments: 50,000 applicants with lists of 35 and a million with lists of 10, each
with a reserve for a fifth of them and one for some of those; then with one for another
fifth, which overlaps without being nested.  Lists lean towards popular places; a place
sees its own condition band, then the tier, then the draw.  Only the arrays are
generated: the steps are those of a run, from the instance to the labels.

Measured on a shared cloud machine (AMD EPYC), CPU of the whole stage on one core and peak
memory, the generated arrays included:

===============  ==========  =======  =======  ====================
size             reserves    CPU      peak     awards
===============  ==========  =======  =======  ====================
50,000 × 35      nested       0.70 s  0.44 GB  45,000 (all units)
1,000,000 × 10   nested       9.9 s   1.6 GB   900,000 (all units)
50,000 × 35      overlap      1.8 s   0.44 GB  45,000 (all units)
1,000,000 × 10   overlap     39 s     1.7 GB   900,000 (all units)
1,000,000 × 10,
a seat each      nested      13.8 s   1.7 GB   994,470 of 1,000,000
===============  ==========  =======  =======  ====================
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np

from allocation.instance import (
    Applicants,
    Applications,
    Conflicts,
    Instance,
    Places,
    PoolPriority,
    Reserve,
    Stage,
)
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.stable import deferred, market, maximum, solve_stable
from allocation.progress import Silent

NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Size:
    """How large a market is."""

    applicants: int
    length: int
    places: int
    seats: float
    overlap: bool = False


SIZES = tuple(
    Size(*size, overlap)
    for overlap in (False, True)
    for size in ((50_000, 35, 2_000, 0.9), (1_000_000, 10, 20_000, 0.9))
)


def generate(size: Size) -> Instance:
    """Generate a market."""
    rng = np.random.default_rng(1)
    n, m = size.applicants, size.places
    applicant, place, rank = _lists(rng, size)
    k = len(place)
    zeros = np.zeros(k, dtype=np.int64)
    disabled = rng.random(n) < 0.2
    some = rng.random(n)
    severe = some < 0.2 if size.overlap else disabled & (some < 0.4)
    capacity = rng.multinomial(int(n * size.seats), np.full(m, 1 / m)).astype(np.int64)
    names, blank = np.arange(n).astype(str).astype(object), np.full(m, "", dtype=object)
    draw = SimpleNamespace(seed="benchmark", round="1")
    scenario: Any = SimpleNamespace(draw=draw, seed=draw.seed)
    return Instance(
        scenario=scenario,
        tables=SimpleNamespace(),  # type: ignore[arg-type]
        applicants=Applicants(
            id=names,
            receipt_no=names,
            group=np.where(disabled, "disabled", "general").astype(object),
            draw_number=rng.permutation(n) + 1,
            tier=rng.integers(1, 6, n),
            household=np.full(n, -1),
            hard_to_employ=np.zeros(n, dtype=np.bool_),
            holds=np.zeros((n, 1), dtype=np.bool_),
        ),
        places=Places(
            id=np.arange(m).astype(str).astype(object),
            kind=np.full(m, "stall", dtype=object),
            venue=blank,
            township=blank,
            district=blank,
            zone=blank,
            capacity=capacity,
            is_candidate=np.zeros(m, dtype=np.bool_),
            x=np.zeros(m),
            y=np.zeros(m),
        ),
        applications=Applications(
            applicant=applicant,
            place=place,
            preference_rank=rank,
            priority_rank=zeros,
            band=rng.integers(1, 4, k),
            holder_class=zeros,
            accepted_order=zeros,
            distance_m=zeros,
            distance_source=zeros,
            eligible=np.ones(k, dtype=np.bool_),
            needs_accommodation=np.zeros(k, dtype=np.bool_),
        ),
        conflicts=Conflicts(NONE, NONE, NONE, NONE, NONE, NONE, NONE.astype(np.bool_)),
        limits=(),
        reserves=tuple(
            _reserve(name, who, int(share * capacity.sum()), m)
            for name, who, share in (("stall", disabled, 0.1), ("severe", severe, 0.05))
        ),
        quotas=(),
        priorities={"stall": PoolPriority(("band", "tier", "draw"), ("band", "draw"))},
        stages=(Stage("all", ("stall",), "stable", (), np.arange(k)),),
        exclusive_groups=(("stall",),),
        household_max=0,
        barred=np.zeros((m, 3), dtype=np.bool_),
        exclusions={},
        n_tiers=5,
        notices=(),
    )


def _lists(
    rng: np.random.Generator, size: Size
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Draw lists: each place at most once, popular ones more often and sooner."""
    weight = np.arange(1, size.places + 1) ** -0.5
    reach = np.cumsum(weight) / weight.sum()
    drawn = np.searchsorted(reach, rng.random((size.applicants, size.length)))
    places = rng.permutation(size.places)[drawn].ravel()
    applicant = np.repeat(np.arange(size.applicants), size.length)
    rank = np.tile(np.arange(1, size.length + 1), size.applicants)
    _, first = np.unique(applicant * size.places + places, return_index=True)
    first.sort()
    return applicant[first], places[first], rank[first]


def _reserve(name: str, who: np.ndarray[Any, Any], count: int, m: int) -> Reserve:
    return Reserve(
        name=name,
        rule=name,
        kind="stall",
        scope="city",
        scope_id="",
        places=np.arange(m),
        beneficiaries=who,
        count=count,
        linear=False,
        share=Fraction(0),
        rounding="ceil",
        base_existing=0,
        hard=False,
    )


def measure(size: Size) -> None:
    """Solve one market and print what it took."""
    instance = generate(size)
    before_mb = _peak_mb()
    spent: dict[str, float] = {}
    for module, name in (
        (market, "build_market"),
        (deferred, "match_agents"),
        (deferred, "label_matched"),
        (maximum, "find_maximum"),
    ):
        _time_calls(module, name, spent)
    begun = time.process_time()
    result = solve_stable(instance, instance.stages[0], NONE, Budget(None, lambda: False), Silent())
    total = time.process_time() - begun
    print(
        f"{size.applicants:,} applicants, {len(instance.applications.place):,} applications, "
        f"{size.places:,} places: {len(result.awards):,} awards of {result.max_awards:,}"
    )
    for name, seconds in spent.items():
        print(f"  {name:16s} {seconds:8.2f} s")
    print(f"  {'whole stage':16s} {total:8.2f} s CPU")
    print(f"  {'peak memory':16s} {_peak_mb():8.0f} MB ({before_mb:.0f} MB before)", flush=True)


def _time_calls(module: Any, name: str, spent: dict[str, float]) -> None:
    """Add up the CPU seconds of a step wherever the stage calls it."""
    from allocation.mechanisms.stable import solve as stage

    plain: Callable[..., Any] = getattr(module, name)

    def timed(*args: Any) -> Any:
        begun = time.process_time()
        try:
            return plain(*args)
        finally:
            spent[name] = spent.get(name, 0.0) + time.process_time() - begun

    setattr(stage, name, timed)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure every size in a process of its own, so that each has its own peak."""
    given = sys.argv[1:]
    own = []
    if given:
        n, length, m = (int(number) for number in given[:3])
        own = [Size(n, length, m, float(given[3]), overlap="overlap" in given)]
    for size in own or SIZES:
        child = multiprocessing.get_context("spawn").Process(target=measure, args=(size,))
        child.start()
        child.join()


if __name__ == "__main__":
    main()
