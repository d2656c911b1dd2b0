"""How time grows with size, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pandas as pd

from benchmarks.field.suite import Row
from benchmarks.field.table import TITLES
from benchmarks.field.ways import OURS, WAYS

_COLOURS = {
    OURS: "#c0392b",
    "flow": "#2c7fb8",
    "flows": "#41b6c4",
    "highs": "#238b45",
    "rows": "#74c476",
    "cp-sat": "#e6a700",
    "scipy-dense": "#8856a7",
    "scipy-sparse": "#c994c7",
    "networkx": "#7f7f7f",
    "matching": "#8c510a",
    "spopt": "#bf812d",
}


_FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"


def growth(rows: Sequence[Row], file: Path) -> None:
    """Draw seconds by number of applicants, a panel a kind of problem.

    A hollow mark is a way that was not done at its time limit.  A kind measured at one
    size shows no growth and is left out.
    """
    points = pd.DataFrame(_points(rows))
    sizes = points.groupby("kind", sort=False)["applicants"].nunique()
    used = [way for way in _COLOURS if way in set(points["name"])]
    labels, colours = [WAYS[way].label for way in used], [_COLOURS[way] for way in used]
    panels = [
        _panel(points[points["kind"] == kind], str(kind), labels, colours)
        for kind in sizes.index[sizes > 1]
    ]
    pairs = [panels[first : first + 2] for first in range(0, len(panels), 2)]
    sheet = alt.vconcat(*(alt.hconcat(*pair, spacing=24) for pair in pairs))
    (
        sheet.configure(background="white", font=_FONT)
        .configure_axis(gridColor="#e4e4e4", domainColor="#999", tickColor="#999")
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=12)
        .save(file)
    )


def _points(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return a mark a row, ours last so that it lies on top."""
    return [
        {
            "kind": row.kind,
            "name": row.way,
            "way": WAYS[row.way].label,
            "applicants": row.n_applicants,
            "seconds": row.median_s if row.outcome == "done" else row.limit_s,
            "done": row.outcome == "done",
            "width": 3.0 if row.way == OURS else 1.5,
        }
        for row in sorted(rows, key=lambda row: row.way == OURS)
        if row.outcome in ("done", "limit")
    ]


def _panel(
    points: pd.DataFrame, kind: str, labels: list[str], colours: list[str]
) -> alt.LayerChart | alt.FacetChart:
    zh, en = TITLES[kind][:2]
    sizes = sorted({int(size) for size in points["applicants"]})
    decades = [10.0**power for power in range(-4, 4)]
    base = alt.Chart(points, title=f"{zh} {en}").encode(
        x=alt.X("applicants:Q", title="申请人 applicants")
        .scale(type="log", nice=False)
        .axis(format=",", values=sizes),
        y=alt.Y("seconds:Q", title="秒 seconds")
        .scale(type="log", nice=False)
        .axis(format="~g", values=decades),
        color=alt.Color("way:N", title=None).scale(domain=labels, range=colours),
    )
    lines = base.mark_line().encode(strokeWidth=alt.StrokeWidth("width:Q").scale(None).legend(None))
    done = base.transform_filter("datum.done").mark_point(filled=True, size=45, opacity=1)
    late = base.transform_filter("!datum.done").mark_point(
        fill="white", size=60, opacity=1, strokeWidth=1.5
    )
    return alt.layer(lines, done, late).properties(width=380, height=280)
