"""Write the reference pages that say what the code says: data, policy values, reasons.

    python docs/render.py            # writes docs/data.md, docs/policy.md, docs/reasons.md

A test compares the pages with what this renders, so they cannot go stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from allocation.messages import build, reasons, rules, text
from allocation.policy import Parameter, load_profile
from allocation.tables import INPUT_TABLES, OUTPUT_TABLES, Column, Table

DOCS = Path(__file__).resolve().parent
PROFILE = DOCS.parent / "scenarios" / "policies" / "rizhao-2023-18.toml"

_TYPES = {
    "id": "编号 id",
    "text": "文字 text",
    "code": "证件号 code",
    "integer": "整数 integer",
    "number": "数 number",
    "boolean": "是/否 boolean",
    "ternary": "是/否/不详 ternary",
    "choice": "选项 choice",
    "date": "日期 date",
    "timestamp": "时间 timestamp",
    "geometry": "界线 geometry",
}
_STATUS = {status: text(f"basis.{status}") for status in ("law", "seen", "placeholder")}


def pages() -> dict[str, str]:
    """Return the text of every page by file name."""
    return {"data.md": _data(), "policy.md": _policy(), "reasons.md": _reasons()}


def _data() -> str:
    parts = [
        "# 数据表 / Tables\n\n"
        "由 `docs/render.py` 从 `allocation.tables` 生成。表头可用中文或英文（可混用）；"
        "**粗体**列每次运行都必须有，其余按需要提供，某条规则缺少所需的列时会指出列名。\n"
        "Rendered from `allocation.tables`. Headers may be Chinese or English; bold columns are "
        "needed in every run, the others where a rule needs them.\n\n"
        "方案可用 `[[column]]` 为申请人和名额增加自己的列（文字、整数或是/否），供选择条件使用，见"
        "[用于其他分配问题](other-problems.md)。\n"
        "A scenario may add columns of its own to applicants and places with `[[column]]`; see "
        "[other problems](other-problems.md).\n"
    ]
    for title, tables in (
        ("输入 / Input", INPUT_TABLES.values()),
        ("输出 / Output", OUTPUT_TABLES.values()),
    ):
        parts.append(f"## {title}\n")
        parts += [_table(table) for table in tables]
    return "\n".join(parts)


def _table(table: Table) -> str:
    rows = [_column(column) for column in table.columns]
    header = ("中文表头", "列名 column", "类型 type", "单位", "取值 values", "说明 about")
    return f"### {table.zh} `{table.name}`\n\n{_grid(header, rows)}\n"


def _column(column: Column) -> Sequence[str]:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    values = "、".join(f"{zh} `{value}`" for value, zh in column.values.items())
    about = f"{column.about[0]} {column.about[1]}".strip()
    return column.zh, name, _TYPES[column.type], column.unit, values, about


def _policy() -> str:
    profile = load_profile(PROFILE)
    rows = [_parameter(row) for row in profile.parameters]
    count = {status: sum(r.status == status for r in profile.parameters) for status in _STATUS}
    header = ("参数", "设置项 key", "取值 value", "单位", "依据 basis", "状态", "说明")
    told = "，".join(f"{_STATUS[status]} {n} 项" for status, n in count.items())
    return (
        "# 政策参数 / Policy values\n\n"
        "由 `docs/render.py` 从 `scenarios/policies/rizhao-2023-18.toml` 生成。"
        f"共 {len(rows)} 项：{told}。示例值没有文件依据，须由主管部门确认后替换；"
        "方案可用 `--set 设置项=值` 或方案文件覆盖。\n"
        "Rendered from the profile. 法定 `law`: in force and read; 待核原文 `seen`: seen in public "
        "sources, to be checked; 示例值 `placeholder`: without basis, to be confirmed before "
        "use.\n\n"
        f"{_grid(header, rows)}\n"
    )


def _parameter(row: Parameter) -> Sequence[str]:
    basis = f"{row.legal_basis} {row.article}".strip()
    value = f"`{row.value}`"
    return row.title, f"`{row.name}`", value, row.unit, basis, _STATUS[row.status], row.note


def _reasons() -> str:
    parts = [
        "# 理由代码 / Reasons\n\n"
        "由 `docs/render.py` 从 `allocation.messages` 生成。每个未获批的志愿恰有一条理由，"
        "写入 `refusals.csv`（代码和参数），显示时化为下列句子。\n"
        "Rendered from `allocation.messages`: each refused application has exactly one.\n"
    ]
    for title, texts in (
        ("资格规则 / Eligibility", rules.TEXTS),
        ("空间规则 / Space", {k: build.TEXTS[k] for k in _SPATIAL}),
        ("分配 / Allocation", reasons.TEXTS),
    ):
        rows = [(f"`{code}`", zh, en) for code, (zh, en) in texts.items() if "." not in code]
        parts.append(f"## {title}\n\n{_grid(('代码 code', '中文', 'English'), rows)}\n")
    return "\n".join(parts)


_SPATIAL = ("location_missing", "school_buffer", "spacing_outlet", "kind_not_allocated")


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return (
            "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"
        )

    def lines() -> Iterator[str]:
        yield line(header)
        yield "|" + "---|" * len(header)
        for row in rows:
            yield line(row)

    return "\n".join(lines())


if __name__ == "__main__":
    for name, page in pages().items():
        (DOCS / name).write_text(page, encoding="utf-8")
