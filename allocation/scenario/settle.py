"""Filling what a scenario leaves out because it follows from other keys.

This happens on the merged plain tree, before it is validated, so that the models can
state what always holds a value.  Malformed tables are left alone; validation names
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from allocation.messages.problems import similarity
from allocation.scenario import keys
from allocation.scenario.keys import Node, Parts
from allocation.scenario.layers import Leaf, Tree, plain
from allocation.scenario.vocabulary import (
    CITY_KINDS,
    DEFAULT_LEVELS,
    LEVELLED_MECHANISMS,
    SEVERAL_LEVELS,
)

_LOOKS_LIKE = 0.8
"""Similarity from which an undeclared kind is taken for a misspelt known one."""


def declared_kinds(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """List the kinds of the city and those the scenario declares in ``[kind]``."""
    return (*CITY_KINDS, *(kind for kind in table(tree, "kind") if kind not in CITY_KINDS))


def staged_kinds(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """List the kinds that stages name, in order."""
    stages = (table(stage) for stage in table(tree, "stage").values())
    return tuple(kind for stage in stages for kind in _words(stage.get("kinds")))


def known_kinds(tree: Mapping[str, Any]) -> tuple[str, ...]:
    """List every kind a scenario may name.

    A stage declares a kind by naming it, unless it looks like a misspelt known one.
    """
    declared = declared_kinds(tree)
    new = (kind for kind in staged_kinds(tree) if not _is_misspelt(kind, declared))
    return tuple(dict.fromkeys((*declared, *new)))


def _is_misspelt(kind: str, declared: Iterable[str]) -> bool:
    return any(similarity(kind, other) >= _LOOKS_LIKE for other in declared)


def drop_idle_quotas(tree: Tree) -> Tree:
    """Drop quotas of the profile about kinds that no stage gives out.

    A profile serves many scenarios; its 3,000 posts are no shortfall of a run that
    gives out stalls only.  A quota the scenario itself touches stays.
    """
    quotas = tree.get("quota")
    if not isinstance(quotas, dict):
        return tree
    staged = set(staged_kinds(plain(tree)))
    kept: Tree = {name: quota for name, quota in quotas.items() if not _is_idle(quota, staged)}
    return {**tree, "quota": kept}


def drop_left_out(tree: Tree, above: Parts = ()) -> Tree:
    """Drop what a layer takes back with the word ``none``.

    A scenario cannot delete a key of the one it extends or of the profile;
    ``max_total_months = "none"`` says that there is to be no such limit.
    """
    kept: Tree = {}
    for key, value in tree.items():
        parts = (*above, key)
        if isinstance(value, dict):
            kept[key] = drop_left_out(value, parts)
            continue
        node = keys.find(parts, "") if value.value == "none" else None
        if not (isinstance(node, Node) and node.may_be_none):
            kept[key] = value
    return kept


def _is_idle(quota: Leaf | Tree, staged: set[str]) -> bool:
    if not isinstance(quota, dict):
        return False
    place = quota.get("place")
    selector = table(place.value) if isinstance(place, Leaf) else {}
    kinds = set(_words(selector.get("kind")))
    own = any(
        isinstance(leaf, Leaf) and leaf.source.status == "scenario" for leaf in quota.values()
    )
    return bool(kinds) and not kinds & staged and not own


def settle(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Fill what follows from other keys and turn named tables into lists.

    ``exclusive.groups``
        One group of all kinds outside queues and one per queue kind; kinds that the
        scenario's own groups leave out get a group each.
    ``column.*.zh``, ``column.*.en``
        The name of the column.
    ``stage.*.levels``
        Empty for mechanisms without levels.
    ``reserve.*.kind``, ``spacing.*.group``
        The key of the table.
    ``reserve.*.planned``
        For base ``new``, the most that may open of the kind.
    ``reserve.*.split_to``
        ``place`` for a wider scope where ``stable`` gives out the kind, because there
        the rule that chooses is a place's.
    ``spacing.*.disabled_first_factor``
        ``disabled_factor``.
    ``priority.tiers``
        An empty last tier for everybody else.
    """
    settled = dict(tree)
    groups = _groups(tree)
    settled["stage"] = _listed(tree, "stage", lambda stage: _stage(stage, groups)) or None
    settled["column"] = _columns(tree)
    settled["quota"] = _listed(tree, "quota", dict)
    settled["openings_joint"] = _listed(tree, "openings_joint", dict)
    settled["overruling"] = _listed(tree, "overruling", dict)
    settled["exclusive"] = {**table(tree, "exclusive"), "groups": groups}
    for key, fill in (("reserve", _reserve), ("spacing", _spacing)):
        if isinstance(tree.get(key), Mapping):
            settled[key] = {
                name: fill(name, item, tree) if isinstance(item, Mapping) else item
                for name, item in tree[key].items()
            }
    if isinstance(tree.get("priority"), Mapping):
        settled["priority"] = _priority(tree["priority"])
    return {key: value for key, value in settled.items() if value is not None}


def table(value: Mapping[str, Any] | Any, key: str | None = None) -> Mapping[str, Any]:
    """Return a table, or the table under a key; empty where there is none."""
    if key is not None:
        value = table(value).get(key)
    return value if isinstance(value, Mapping) else {}


def _words(value: Any) -> Iterator[str]:
    values = value if isinstance(value, list | tuple) else (value,)
    return (item for item in values if isinstance(item, str))


def _listed(tree: Mapping[str, Any], key: str, fill: Any) -> Any:
    value = tree.get(key)
    if not isinstance(value, Mapping):
        return value
    return [{**fill(item), "name": name} for name, item in value.items()]


def _columns(tree: Mapping[str, Any]) -> Any:
    listed = _listed(tree, "column", dict)
    if not isinstance(listed, list):
        return listed
    return [{"zh": column["name"], "en": column["name"], **column} for column in listed]


def _stage(stage: Mapping[str, Any], groups: Any) -> dict[str, Any]:
    if "levels" in stage:
        return dict(stage)
    if stage.get("mechanism", "optimal") not in LEVELLED_MECHANISMS:
        return {**stage, "levels": []}
    kinds = set(_words(stage.get("kinds")))
    listed = groups if isinstance(groups, list | tuple) else ()
    n_groups = sum(not kinds.isdisjoint(_words(group)) for group in listed)
    return {**stage, "levels": list(SEVERAL_LEVELS if n_groups > 1 else DEFAULT_LEVELS)}


def _groups(tree: Mapping[str, Any]) -> Any:
    queued, joint = [], []
    for stage in table(tree, "stage").values():
        kinds = list(_words(table(stage).get("kinds")))
        if table(stage).get("mechanism") == "queue":
            queued += [[kind] for kind in kinds]
        else:
            joint += kinds
    groups = table(tree, "exclusive").get("groups")
    if groups is None:
        return ([joint] if joint else []) + queued
    if not isinstance(groups, list | tuple):
        return groups
    named = {kind for group in groups for kind in _words(group)}
    return [*groups, *([kind] for kind in staged_kinds(tree) if kind not in named)]


def _reserve(name: str, rule: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    filled = {"kind": name, **rule}
    if filled.get("base") == "new" and "planned" not in filled:
        planned = table(table(tree, "openings"), str(filled["kind"])).get("max")
        filled |= {"planned": planned} if planned is not None else {}
    if filled.get("scope", "city") != "place" and filled["kind"] in _matched_kinds(tree):
        filled = {"split_to": "place", **filled}
    return filled


def _matched_kinds(tree: Mapping[str, Any]) -> set[str]:
    """Name the kinds that ``stable`` gives out by the choice rules of places."""
    stages = [table(stage) for stage in table(tree, "stage").values()]
    return {
        kind
        for stage in stages
        if stage.get("mechanism") == "stable" and stage.get("premises", "offered") == "offered"
        for kind in _words(stage.get("kinds"))
    }


def _spacing(name: str, rule: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    del tree
    return {"group": name, "disabled_first_factor": rule.get("disabled_factor", 1), **rule}


def _priority(priority: Mapping[str, Any]) -> dict[str, Any]:
    tiers = priority.get("tiers")
    # A last tier that is not empty would leave some applicants without a tier.
    if isinstance(tiers, list | tuple) and (not tiers or tiers[-1]):
        tiers = [*tiers, []]
    return {**priority, **({"tiers": tiers} if tiers is not None else {})}
