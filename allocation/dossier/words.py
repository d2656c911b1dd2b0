"""Names for the ids in reasons, and reasons in sentences that a citizen understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allocation.certificates import reason_sentence
from allocation.messages import Lang
from allocation.summary import kind_names, quota_name, scope_name
from allocation.tables.naming import place_names

if TYPE_CHECKING:
    from allocation.runs import Run


class Words:
    """Names for the ids in reasons; ids stay beside them, as the published lists use them."""

    def __init__(self, run: Run, lang: Lang) -> None:
        self.run = run
        self.lang: Lang = lang
        self.kinds = kind_names(run.scenario, lang)
        self._places = place_names(run.tables.places, run.tables.venues)

    def place(self, place_id: str) -> str:
        """Name a place; a stall by its market too, as its own name is but a number."""
        return _named(self._places[place_id], place_id, self.lang)

    def sentence(self, code: str, params: Mapping[str, Any], *, tier: bool = False) -> str:
        """Put a reason into a sentence without its basis; with ``tier`` for the office."""
        told = {**params, "basis": ""}
        if told.get("criterion") == "tier" and not tier:
            told.pop("own", None)
        for key in ("place", "label"):
            if told.get(key) in self._places:
                told[key] = self.place(told[key])
        if isinstance(told.get("chain"), list):
            told["chain"] = [self._move(move) for move in told["chain"]]
        for key, name in (("outlet", "existing_outlets"), ("site", "protected_sites")):
            if key in told:
                told[key] = self._thing(name, f"{key}_id", told[key])
        if "reserve" in told:
            told["reserve"] = self._reserve(told["reserve"])
        if "quota" in told:
            told["quota"] = quota_name(self.run, told["quota"], self.lang)
        if told.get("label") in self.kinds:
            told["label"] = self.kinds[told["label"]]
        return reason_sentence(code, told, self.kinds, self.lang)

    def _move(self, move: Mapping[str, Any]) -> dict[str, Any]:
        """Name the places of a move; somebody may leave several at once."""
        named = dict(move)
        for key in ("from_place", "to_place"):
            if named[key]:
                named[key] = ", ".join(self.place(part) for part in named[key].split(", "))
        return named

    def _thing(self, table: str, key: str, thing_id: str) -> str:
        frame = getattr(self.run.tables, table)
        names = frame.loc[frame[key] == thing_id, "name"].dropna()
        return _named(str(names.iloc[0]) if len(names) else "", thing_id, self.lang)

    def _reserve(self, name: str) -> str:
        for record in self.run.result["reserves"]:
            if record["name"] == name:
                kind = self.kinds.get(record["kind"], record["kind"])
                where = scope_name(self.run, record["scope"], record["scope_id"])
                return f"{kind} · {where}" if where else kind
        return name


def _named(name: str, identifier: str, lang: Lang) -> str:
    if not name or name == identifier:
        return identifier
    return f"{name}（{identifier}）" if lang == "zh" else f"{name} ({identifier})"
