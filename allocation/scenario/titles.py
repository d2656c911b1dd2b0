"""What a setting is called."""

from __future__ import annotations

from allocation.messages import CATALOGUE, LANGS, Lang, text
from allocation.messages.labels import spoken
from allocation.scenario.fields import Setting
from allocation.scenario.models import Scenario

_SUBJECT = (
    "阶段“{name}”的",
    "合并控制“{name}”的",
    "“{name}”的",
    "“{name}”",
    "stage {name}: ",
    "joint limit {name}: ",
    "{name}: ",
    "{name}",
)
"""How the words of a key begin that name what they are about."""
_BOUNDS = ("min", "min_share", "max", "max_share")


def setting_title(setting: Setting, scenario: Scenario, lang: Lang, *, short: bool = False) -> str:
    """Name a setting: as the policy profile does, else by what its key means.

    Parameters
    ----------
    short
        Leave out the kind of place where the words of the key begin with it.
    """
    source = scenario.sources.get(setting.key)
    if lang == "zh" and source is not None and source.title:
        return source.title
    code = f"setting.{'.'.join(setting.path)}"
    if code not in CATALOGUE:
        return setting.key
    template = CATALOGUE[code][LANGS.index(lang)]
    subject = next((start for start in _SUBJECT if template.startswith(start)), "")
    if short and subject:
        return template.removeprefix(subject)
    return text(code, lang, name=subject_name(setting, scenario, lang))


def subject_name(setting: Setting, scenario: Scenario, lang: Lang) -> str:
    """Name the kind of place that a setting is about, or the rule by its own name."""
    name = setting.name
    if setting.parts[0] == "reserve" and name in scenario.reserves:
        name = scenario.reserves[name].kind
    if setting.parts[0] == "quota" and lang == "zh":
        keys = (f"quota.{name}.{bound}" for bound in _BOUNDS)
        titles = (scenario.sources[key].title for key in keys if key in scenario.sources)
        return next(filter(None, titles), spoken(name))
    if setting.parts[0] in ("column", "stage", "quota", "openings_joint", "overruling"):
        return spoken(name)
    return kind_title(name, scenario, lang)


def kind_title(kind: str, scenario: Scenario, lang: Lang) -> str:
    """Name a kind of place; an unknown one stands for itself."""
    names = scenario.kinds.get(kind)
    return kind if names is None else (names.zh, names.en)[LANGS.index(lang)]
