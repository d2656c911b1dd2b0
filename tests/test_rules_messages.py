"""Texts of the rules: complete, in both languages, and safe to render."""

from __future__ import annotations

import string
from typing import Any

import pytest

from allocation.messages import text
from allocation.messages.rules import TEXTS, localise


def fields(template: str) -> set[str]:
    """Return the names a template needs."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_use_the_same_fields(code: str) -> None:
    """A parameter shown in one language may not be missing from the other one by mistake."""
    chinese, english = TEXTS[code]
    only_chinese = {"header"} if code == "rule_needs_column" else set()
    assert fields(chinese) - only_chinese == fields(english)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_may_use_other_parameters(lang: Any) -> None:
    """The limit stands inside the words for what is exceeded."""
    params = {"age": 70, "exceeds": "years", "limit": 65, "retires_on": "-", "basis": ""}
    assert "65" in text("age_above", lang, **localise(params, lang))


def test_values_without_words_are_left_alone() -> None:
    """Other areas' parameters pass through."""
    params = {"kind": "stall", "status": "shiny", "n": 3}
    assert localise(params, "zh") == params


def test_notice_names_the_rule_in_words() -> None:
    """As an office reads it."""
    words = localise({"rule": "age_above", "count": 3}, "zh")
    assert text("unverified_facts", "zh", **words).startswith("3 条申请因信息未填或不详")
    assert "年龄上限" in text("unverified_facts", "zh", **words)
