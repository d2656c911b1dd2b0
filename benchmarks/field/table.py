"""The measured rows as a page in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.field.suite import Row
from benchmarks.field.ways import OURS, WAYS

BEGIN, END = "<!-- field: begin -->", "<!-- field: end -->"

TITLES = {
    "assignment": (
        "没有间距冲突",
        "Without conflicts",
        "岗位和摊位。各级：优先层级 1–6、分配总数、抽签、各层级志愿、距离，共 15 级。",
        "Posts and stalls. Levels: tiers 1–6, number, draw, preference of each tier, distance: 15.",
    ),
    "spacing": (
        "有间距冲突",
        "With conflicts",
        "另有候选点，相距不足 500 米的不能同时设立。费用流、SciPy、NetworkX 没有这种约束，不参加。",
        "Candidate sites as well; two nearer than 500 m exclude each other. Flows, SciPy and"
        " NetworkX have no such rule and take no part.",
    ),
    "stable": (
        "稳定匹配",
        "Stable matching",
        "同样的岗位和摊位，按优先层级、抽签排序，申请人一方提出。",
        "The same posts and stalls, in order of tier and draw, the applicants proposing.",
    ),
    "sites": (
        "只有候选点",
        "Sites alone",
        "每个候选点一名申请人。各级：设点总数、优先层级 1–6。`spopt` 没有“保持间距、点数最多”的"
        "模型，最接近的是“p 个点相距最远”，只能求第一级。",
        "One applicant a site. Levels: number, tiers 1–6. `spopt` has no model of most sites under"
        " a spacing; its nearest, p sites as far apart as can be, answers the first level only.",
    ),
}

_HEAD = (
    "| 申请人 applicants | 做法 way | 秒 seconds | 倍数 ratio | 求解器内 in solver |"
    " 内存 memory MB | 达到的级 levels reached | 同一名单 same list |\n"
    "|---:|---|---:|---:|---:|---:|---:|---|"
)


def page(rows: Sequence[Row], machine: Mapping[str, str]) -> str:
    """Return tables of all rows, a section a kind of problem, and what the ways are."""
    parts = [", ".join(f"{name} {value}" for name, value in machine.items()) + "."]
    parts += [
        "\n".join(_section(kind, list(own)))
        for kind, own in groupby(rows, key=lambda row: row.kind)
    ]
    parts.append("\n".join(_ways(rows)))
    return "\n\n".join(parts) + "\n"


def replace_part(file: Path, text: str) -> None:
    """Put a text between the marks of a page."""
    old = file.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(BEGIN) + ".*" + re.escape(END), re.S)
    if not pattern.search(old):
        raise ValueError(f"{file.name} has no marks for the table")
    new = pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n{END}", old)
    file.write_text(new, encoding="utf-8")


def _section(kind: str, rows: Sequence[Row]) -> Iterator[str]:
    zh, en, about_zh, about_en = TITLES[kind]
    yield f"### {zh} / {en}\n\n{about_zh}\n{about_en}\n"
    yield _HEAD
    for _, own in groupby(rows, key=lambda row: row.scale):
        size = list(own)
        ours = next((row for row in size if row.way == OURS), None)
        for number, row in enumerate(size):
            yield _line(row, ours, "" if number else _size(row))


def _size(row: Row) -> str:
    conflicts = f" · {row.n_conflicts:,} 对冲突 conflicts" if row.n_conflicts else ""
    return f"{row.n_applicants:,}{conflicts}"


def _line(row: Row, ours: Row | None, size: str) -> str:
    label = f"**{OURS}**" if row.way == OURS else WAYS[row.way].label
    cells = [size, label, _seconds(row), _ratio(row, ours), _in_solver(row)]
    cells += [_number(row.peak_mb) if row.peak_mb else "", _levels(row), _list(row)]
    return "| " + " | ".join(cells) + " |"


def _seconds(row: Row) -> str:
    if row.outcome == "not tried":
        return "未试 not tried"
    if row.outcome == "limit":
        return f"> {row.limit_s:g}"
    if row.outcome == "died":
        return "中止 died"
    if row.outcome == "unproven":
        return f"{_number(row.median_s)} 未证明 unproven"
    if row.outcome != "done":
        return row.outcome
    return f"{_number(row.median_s)} ({len(row.runs)})"


def _ratio(row: Row, ours: Row | None) -> str:
    if ours is None or ours.outcome != "done" or row.outcome not in ("done", "limit"):
        return ""
    if row.outcome == "limit":
        return f"> {_number(row.limit_s / ours.median_s)}"
    return _number(row.median_s / ours.median_s)


def _in_solver(row: Row) -> str:
    return "" if row.call_s is None or row.outcome != "done" else _number(row.call_s)


def _levels(row: Row) -> str:
    if not row.n_levels or not row.runs:
        return ""
    broken = f" ({', '.join(row.faults)})" if row.faults else ""
    asked = "" if row.n_asked >= row.n_levels else f"，求 asked {row.n_asked}"
    return f"{row.n_reached} / {row.n_levels}{asked}{broken}"


def _list(row: Row) -> str:
    if row.way == OURS or row.same is None:
        return ""
    return "是 yes" if row.same else "否 no"


def _number(value: float) -> str:
    """Write a number with as many digits as a measured one has."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _ways(rows: Sequence[Row]) -> Iterator[str]:
    yield "### 做法 / Ways\n"
    yield "| 做法 way | 说明 what is done |"
    yield "|---|---|"
    used = {row.way for row in rows}
    for name, way in WAYS.items():
        if name in used:
            yield f"| {way.label} | {way.zh} {way.en} |"
