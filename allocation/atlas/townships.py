"""How well each township is served: coverage, need, and the area a map colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from allocation.geo import coordinates
from allocation.geo.areas import areas_by_outline
from allocation.messages.reasons import TEXTS as OUTCOMES
from allocation.rules import columns
from allocation.tables.membership import is_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from allocation.instance import Bools, Floats, Ints
    from allocation.runs import Run

    Shapes = NDArray[np.object_]

SMALLEST_SHOWN = 5
"""Fewer people than this are not counted out for a township: they could be told apart."""

_STEPS = (1, 2, 5)


def township_facts(run: Run) -> pd.DataFrame:
    """Count the disabled applicants of every township and those who got an award.

    A person counts as eligible with at least one application that no rule refused, or
    with an award.  Whoever holds an award from an earlier round and got none in this one
    is not in need and not counted.

    Returns
    -------
    pandas.DataFrame
        By ``district`` and ``township``: ``n_eligible``, ``n_served`` (of these, with an
        award of this run), ``n_unserved``, ``coverage`` (0-1), ``is_shown`` (enough
        people to be shown).
    """
    applicants = run.tables.applicants
    eligible, served = _people(run)
    disabled = columns.is_word(applicants, "group", "disabled")
    rows = pd.DataFrame(
        {
            "district": ["" if cell is None else cell for cell in _text(applicants, "district")],
            "township": ["" if cell is None else cell for cell in _text(applicants, "township")],
            "n_eligible": (eligible & disabled).astype(np.int64),
            "n_served": (served & disabled).astype(np.int64),
        }
    )
    facts = rows[rows["township"] != ""].groupby(["district", "township"], as_index=False).sum()
    return facts.assign(
        n_unserved=facts["n_eligible"] - facts["n_served"],
        coverage=facts["n_served"] / facts["n_eligible"].where(facts["n_eligible"] > 0),
        is_shown=facts["n_eligible"] >= SMALLEST_SHOWN,
    )


def city_shapes(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the outlines a map stands on, in degrees.

    Returns
    -------
    tuple of pandas.DataFrame
        Districts (``name``, ``shape``) and townships (``district``, ``township``,
        ``lon``, ``lat``, ``shape``, which is None where there is no area).  A township
        lies in the outline of its own district or, where that has none, such as a
        development zone, in the one its point is in.
    """
    districts, townships = run.tables.districts, run.tables.townships
    outlines = districts["geometry"].to_numpy(dtype=object)
    names = _text(districts, "name")
    lon, lat = columns.numbers(townships, "lon"), columns.numbers(townships, "lat")
    crs = run.scenario.space.crs
    x, y = coordinates.from_stored(lon, lat, crs)
    areas = areas_by_outline(
        x, y, _outline_of(townships, lon, lat, names, outlines), _transformed(outlines, crs)
    )
    return (
        pd.DataFrame({"name": names, "shape": outlines}),
        pd.DataFrame(
            {
                "district": _text(townships, "district"),
                "township": _text(townships, "name"),
                "lon": lon,
                "lat": lat,
                "shape": _transformed(areas, crs, back=True),
            }
        ),
    )


def class_breaks(values: Floats, most: int = 6, unit: float = 1.0) -> tuple[float, ...]:
    """Choose round bounds that put values into a few classes of equal width.

    Parameters
    ----------
    values
        Numbers of 0 and more; NaN does not count.
    most
        Most classes.
    unit
        Smallest width of a class, such as 1 person or 0.01.

    Returns
    -------
    tuple of float
        Ascending bounds, one more than there are classes; every value lies between the
        first and the last.  Empty where there are no values.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return ()
    low, high = float(known.min()) / unit, float(known.max()) / unit
    width = 1
    for power in range(12):
        for step in _STEPS:
            width = step * 10**power
            start = int(np.floor(low / width + 1e-9))
            stop = max(int(np.ceil(high / width - 1e-9)), start + 1)
            if stop - start <= most:
                return tuple(row * width * unit for row in range(start, stop + 1))
    raise ValueError("values too far apart")


def _people(run: Run) -> tuple[Bools, Bools]:
    """Tell of each applicant whether they are eligible for something, and whether awarded."""
    ids, refusals = run.tables.applicants["applicant_id"], run.refusals

    def among(rows: pd.DataFrame) -> Bools:
        return is_among(ids, rows["applicant_id"])

    served = among(run.awards)
    waiting = among(refusals[["applicant_id"]][refusals["reason_code"].isin(list(OUTCOMES))])
    holders = among(refusals[["applicant_id"]][refusals["reason_code"] == "held_award"])
    return (waiting & ~holders) | served, served


def _outline_of(
    townships: pd.DataFrame, lon: Floats, lat: Floats, names: Any, outlines: Shapes
) -> Ints:
    """Tell in which outline each township lies."""
    own: Any = pd.Index(names, dtype=object).get_indexer(_text(townships, "district"))
    found = np.asarray(own, dtype=np.int64).copy()
    known: Bools = np.isfinite(lon) & np.isfinite(lat)
    for row in np.flatnonzero((found < 0) & known):
        inside = [
            index
            for index, outline in enumerate(outlines)
            if outline is not None and outline.covers(shapely.Point(lon[row], lat[row]))
        ]
        found[row] = inside[0] if inside else -1
    return found


def _transformed(shapes: Sequence[Any] | Shapes, crs: str, *, back: bool = False) -> Shapes:
    """Bring shapes from degrees to metres, or back."""
    convert = coordinates.to_stored if back else coordinates.from_stored

    def moved(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(convert(points[:, 0], points[:, 1], crs))

    result = np.full(len(shapes), None, dtype=object)
    result[:] = shapely.transform(np.asarray(shapes, dtype=object), moved)
    return result


def _text(frame: pd.DataFrame, column: str) -> Any:
    return columns.text(frame, column)
