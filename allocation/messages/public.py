"""Texts of the lists that leave the office."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "public_title": ("名额分配结果公示名单", "Award list for publication"),
    "public_title_trial": (
        "名额分配结果名单（试算稿，不得公示）",
        "Award list (trial, not for publication)",
    ),
    "public_mark_trial": ("试算稿　不得公示", "TRIAL, NOT FOR PUBLICATION"),
    "public_sheet": ("公示名单", "awards"),
    "public_sheet_counts": ("分类统计", "counts"),
    "public_file": ("公示名单", "public-list"),
    "public_file_trial": ("试算稿", "trial"),
    "public_col_name": ("姓名（隐去部分字）", "masked_name"),
    "public_col_number": ("个数", "number"),
    "public_result": ("拟获批", "to be awarded"),
    "public_result_trial": ("试算稿", "trial"),
    "public_withheld": ("不公开", "withheld"),
    "public_scenario": ("方案", "Scenario"),
    "public_round": ("轮次", "Round"),
    "public_decision_date": ("决定日期", "Decision date"),
    "public_period": ("公示期", "Period of publication"),
    "public_number": ("名额数", "Awards"),
    "public_order": ("排列", "Order"),
    "public_order_is": (
        "依次按名额类型、区县、名额编号、受理回执号排列，与优先次序、抽签次序无关。",
        "By kind, district, place and receipt number; it says nothing about priority or draw.",
    ),
    "public_hash": ("名单校验码", "Checksum of the list"),
    "public_hash_is": (
        "SHA-256 {digest}（CSV 文件）",
        "SHA-256 {digest} (CSV file)",
    ),
    "public_footer": ("第 &P 页，共 &N 页", "Page &P of &N"),
}
