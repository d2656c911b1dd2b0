"""The catalogue: every code once, in both languages, with the same fields."""

from __future__ import annotations

import pickle
from collections import Counter
from string import Formatter

import pytest

from allocation import messages
from allocation.messages import (
    CATALOGUE,
    LANGS,
    AllocationError,
    InputError,
    Lang,
    RunError,
    ScenarioError,
    text,
)
from allocation.messages.labels import founded
from allocation.policy import STATUSES


def _fields(template: str) -> set[str]:
    return {
        name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(template) if name
    }


def test_a_code_stands_in_one_area_only() -> None:
    codes = Counter(code for area in messages._AREAS for code in area.TEXTS)
    assert [code for code, n in codes.items() if n > 1] == []


def test_both_languages_say_something() -> None:
    silent = [code for code, texts in CATALOGUE.items() if not all(texts)]
    # The key and uniqueness have no unit.
    assert [code for code in silent if not code.startswith("level_unit.")] == []


def test_both_languages_say_the_same_with_the_same_fields() -> None:
    fields = {code: (_fields(zh), _fields(en)) for code, (zh, en) in CATALOGUE.items()}
    assert [code for code, (zh, en) in fields.items() if not (en <= zh or zh <= en)] == []


@pytest.mark.parametrize("kind", [AllocationError, InputError, RunError, ScenarioError])
def test_errors_cross_a_process_boundary(kind: type[AllocationError]) -> None:
    error = kind("some_code", n=3, table="places")
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(restored) is kind
    assert (restored.code, restored.params) == (error.code, error.params)


ANOTHER_WORD = {
    "占位": "示例值",
    "见报道": "待核原文",
    "摇号": "抽签",
    "测算": "试算",
    "更正人": "复核人",
    "结论的更正": "结论的复核推翻",
    "已更正": "已复核推翻",
    "去改方案": "去方案页",
    "去设定方案": "去方案页",
    "配额": "数量要求",
    "缺口": "缺额",
    "候补": "轮候",
    "已分配": "已授予",
    "优先档次": "优先层级",
}
"""Words that must not be used, because the same thing bears another one everywhere."""


@pytest.mark.parametrize("word", ANOTHER_WORD)
def test_one_thing_has_one_word(word: str) -> None:
    said = [code for code, (chinese, _) in CATALOGUE.items() if word in chinese]
    assert said == [], f"say {ANOTHER_WORD[word]}"


@pytest.mark.parametrize("lang", LANGS)
def test_every_status_of_a_basis_has_a_word_and_a_sentence_with_it(lang: Lang) -> None:
    for status in STATUSES:
        assert text(f"basis.{status}", lang) in text(f"basis_is.{status}", lang)


@pytest.mark.parametrize(("lang", "mark"), [("zh", "〔示例值〕"), ("en", " [placeholder]")])
def test_a_placeholder_is_marked_and_law_is_not(lang: Lang, mark: str) -> None:
    assert founded("第14条", "placeholder", lang) == f"第14条{mark}"
    assert founded("第14条", "law", lang) == "第14条"
    assert founded("", "placeholder", lang) == text("basis.placeholder", lang)
