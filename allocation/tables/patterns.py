"""What a text or an id may not look like: rules on whole columns.

The patterns use neither look-around nor back-references, so that they run in the
linear-time engine behind pandas' strings.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LONGEST_ID = 64
LONGEST_TEXT = 200

_CONTROL = r"[\x00-\x1f\x7f-\x9f\x{2028}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]"
_FORMULA_ID = r"^[=+\-@]"
_FORMULA_TEXT = r"^[=@]"

# What a spreadsheet makes of a long number: 3.71102E+17.
_DAMAGED_NUMBER = r"^\d(?:\.\d+)?E\+\d+$"

_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY_18 = r"\d{17}[\dXx]"
_IDENTITY_15 = rf"[1-9]\d{{5}}\d{{2}}{_DAY}\d{{3}}"
_CERTIFICATE = rf"{_IDENTITY_18}\d{{2}}(?:[Bb]\d+)?"
_PHONE = r"(?:\+?86)?1[3-9]\d{9}"
# Inside a longer id only a number with a plausible date of birth counts: a receipt
# number may well hold eighteen random digits.
_IDENTITY_INSIDE = rf"[1-9]\d{{5}}(?:19|20)\d{{2}}{_DAY}\d{{3}}[\dXx]"
_SEPARATORS = r"[\s\-_.]"

PERSONAL_NUMBER = rf"^(?:{_CERTIFICATE}|{_IDENTITY_18}|{_IDENTITY_15}|{_PHONE})$|{_IDENTITY_INSIDE}"
"""An id, blanks and hyphens taken out, that is an official or a phone number."""

_PERSONAL_ID = re.compile(PERSONAL_NUMBER)
_ANYWHERE = re.compile(rf"{_IDENTITY_18}|{_IDENTITY_15}|1[3-9]\d{{9}}")
# What an office writes where it names nobody: these words and nothing besides them.
_NO_PERSON = re.compile(
    r"(?:[\W\d_]|本|该|系统|自动|程序|计算机|电脑|算法|机器人?|软件|人工智能|智能|平台|后台|管理员|"
    r"用户|审批|审核|批准|生成|处理|运行|无|ai|automatic(?:ally)?|auto|approv(?:ed|al)|system|admin(?:istrator)?|"
    r"root|user|ro?bot|program|computer|software|algorithm|script|server|cron|daemon|nobody|none|"
    r"null|unknown|test|the|by)*"
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_SHORTEST_NAME = 2
_PHONE_ALONE = re.compile(rf"(?:^|\D){_PHONE}(?:\D|$)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on texts: the code of the finding and the pattern that must not occur."""

    code: str
    pattern: str = ""
    longest: int = 0
    compact: bool = False

    def passes(self, values: pd.Series) -> pd.Series:
        """Tell for each text whether it keeps the rule; null keeps every rule."""
        if self.longest:
            return ~(values.str.len() > self.longest)
        texts = values.str.replace(_SEPARATORS, "", regex=True) if self.compact else values
        return ~texts.str.contains(self.pattern, regex=True).astype(bool)


_CONTROL_RULE = Rule("control_characters", _CONTROL)
_DAMAGED_RULE = Rule("number_damaged", _DAMAGED_NUMBER)

ID_RULES = (
    Rule("personal_number", PERSONAL_NUMBER, compact=True),
    Rule("formula_like", _FORMULA_ID),
    _DAMAGED_RULE,
    _CONTROL_RULE,
    Rule("text_too_long", longest=LONGEST_ID),
)
CODE_RULES = (_DAMAGED_RULE, _CONTROL_RULE, Rule("text_too_long", longest=LONGEST_ID))
TEXT_RULES = (
    Rule("formula_like", _FORMULA_TEXT),
    _CONTROL_RULE,
    Rule("text_too_long", longest=LONGEST_TEXT),
)


def is_personal_number(text: str) -> bool:
    """Tell whether an id is an identity, certificate or phone number: the rule for ids."""
    return bool(_PERSONAL_ID.search(_compact(text)))


def holds_personal_number(text: str) -> bool:
    """Tell whether a text holds what could be an identity, certificate or phone number.

    Wider than the rule for ids, because it decides what may be shown.
    """
    return bool(_ANYWHERE.search(_compact(text)))


def reference_holds_personal_number(text: str) -> bool:
    """Tell whether the number of a record holds an identity, certificate or phone number.

    The rule for ids, and a phone number that stands by itself.  Narrower than the rule for
    texts: a notary's number may be a long run of digits of its own.
    """
    return is_personal_number(text) or bool(_PHONE_ALONE.search(_compact(text)))


def names_a_person(text: str) -> bool:
    """Tell whether a signature could be somebody's name, with or without an office.

    ``系统（市残联）`` or ``auto-approved by system`` is nobody.  It cannot tell a name from an
    invented one.
    """
    name = _IN_BRACKETS.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
    return sum(map(str.isalpha, name)) >= _SHORTEST_NAME and not _NO_PERSON.fullmatch(name)


def _compact(text: str) -> str:
    """Take out separators; a number in full-width digits is the same number."""
    return re.sub(_SEPARATORS, "", unicodedata.normalize("NFKC", text))
