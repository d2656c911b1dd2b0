"""How well a value is founded, in the same words wherever it is shown.

``basis.STATUS`` is the word for a status of :data:`allocation.policy.Status`, or for
``default``; ``basis_is.STATUS`` says the same in a sentence.
"""

from __future__ import annotations

_WORDS: dict[str, tuple[str, str]] = {
    "law": ("法定", "law"),
    "seen": ("待核原文", "to be checked"),
    "placeholder": ("示例值", "placeholder"),
    "scenario": ("方案设定", "set by the scenario"),
    "default": ("默认值", "default"),
    "": ("—", "—"),
}

_SENTENCES: dict[str, tuple[str, str]] = {
    "law": ("法定：法律法规或文件明文规定", "law: stated by the law or document"),
    "seen": (
        "待核原文：见于公开资料，尚未核对原文",
        "to be checked: seen in public sources, not yet in the original",
    ),
    "placeholder": (
        "示例值：没有文件依据，待主管部门确认",
        "placeholder: without a legal basis, to be confirmed by the authority",
    ),
    "scenario": ("方案设定", "set by the scenario"),
    "default": ("默认值", "default"),
}

TEXTS: dict[str, tuple[str, str]] = {
    **{f"basis.{status}": word for status, word in _WORDS.items()},
    **{f"basis_is.{status}": sentence for status, sentence in _SENTENCES.items()},
    "basis_mark": ("〔{word}〕", " [{word}]"),
    "basis_others": ("另有{word}", "others: {word}"),
}
