"""What many changes to an award list do to its levels, by differences.

Most levels are sums over awards.  Quotas look only at counts.  Reserve units and the
tiers that go by them depend on a labelling; there, changes that look alike (same
classes of awards, same sites opened) are valued once, and only in the connected part
of the reserves they touch.  :mod:`allocation.checker.levels` says what it all means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.hard import quota_gaps
from allocation.checker.levels import (
    Level,
    elastic_quotas,
    key_words,
    people_words,
    rewards,
    stage_levels,
    turn_of,
)
from allocation.checker.pools import PoolValue
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    from allocation.checker.standing import Exchanges, Standing
    from allocation.instance import Ints

N_KEY_WORDS = 8
"""Words of the key compared after the last level; no two lists ever tie on so many."""


class Valuation:
    """Levels of one stage around one award list.

    Attributes
    ----------
    levels
        The stage's levels in order, the words of the people's key before a choice in turn,
        then the words of the key.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        instance, stage = standing.instance, standing.stage
        listed = stage_levels(instance, stage)
        self._in_turn = tuple(level for level in listed if level.code == IN_TURN)
        self._base_levels = tuple(level for level in listed if level.code != IN_TURN)
        words = range(1, N_KEY_WORDS + 1)
        people = [Level("people", {"word": word}, "min") for word in words]
        key = [Level("key", {"word": word}, "min") for word in words]
        choice = (*people, *self._in_turn) if self._in_turn else ()
        self.levels: tuple[Level, ...] = (*self._base_levels, *choice, *key)
        self._pools = {kind: PoolValue(standing, kind) for kind in stage.kinds}
        self._turn = turn_of(instance) if self._in_turn else np.empty(0, dtype=np.int64)

    def gains(self, exchanges: Exchanges) -> Ints:
        """Return by how much each change betters each level; shape (e, levels).

        Positive is better, for levels that are minimised too.  Below the scenario's sums
        (who is served by the people's key, who chooses in turn, the words of the key) a
        gain stays 0 where a level above it changes.
        """
        gains = np.zeros((len(exchanges), len(self.levels)), dtype=np.int64)
        gains[:, : len(self._base_levels)] = self.sums(exchanges)
        below = [self._people_gains, self._turn_gains] if self._in_turn else []
        start = len(self._base_levels)
        # These decide, and are worth their hashes, only where nothing above does.
        for gain_of in (*below, self._key_gains):
            tied = ~(gains != 0).any(axis=1)
            found = gain_of(exchanges.take(tied))
            gains[tied, start : start + found.shape[1]] = found
            start += found.shape[1]
        return gains

    def sums(self, exchanges: Exchanges) -> Ints:
        """Return the gains of the levels above a choice in turn and the key alone."""
        columns = [self._level_gain(level, exchanges) for level in self._base_levels]
        return np.stack(columns, axis=1) if columns else np.empty((len(exchanges), 0), np.int64)

    def labelled_gain(self, exchanges: Exchanges) -> Ints:
        """Return how many more awards of the stage would use a reserve unit."""
        gain = np.zeros(len(exchanges), dtype=np.int64)
        for pool in self._pools.values():
            gain += pool.labelled_gain(exchanges)
        return gain

    def _level_gain(self, level: Level, exchanges: Exchanges) -> Ints:
        instance, stage = self._standing.instance, self._standing.stage
        if level.code == "reserve_shortfall":
            return self._pools[level.params["kind"]].shortfall_gain(exchanges)
        if level.code == "tier":
            gain = np.zeros(len(exchanges), dtype=np.int64)
            for pool in self._pools.values():
                gain += pool.tier_gain(exchanges, int(level.params["tier"]))
            return gain
        if level.code == "quota_shortfall":
            gain = np.zeros(len(exchanges), dtype=np.int64)
            for quota in elastic_quotas(instance, stage):
                if quota.name == level.params["quota"]:
                    after, before, _ = quota_gaps(self._standing, quota, exchanges)
                    gain += before - after
            return gain
        each = rewards(instance, stage, level)
        if each is None:
            raise ValueError(level.code)
        return np.append(each, 0)[exchanges.columns] @ exchanges.signs

    def _people_gains(self, exchanges: Exchanges) -> Ints:
        """Words of the people's own key, for those who come and those who go."""
        instance = self._standing.instance
        applicant = np.append(instance.applications.applicant, -1)[exchanges.columns]
        people, at = np.unique(applicant, return_inverse=True)
        words = np.zeros((len(people), N_KEY_WORDS), dtype=np.int64)
        words[people >= 0] = people_words(instance, people[people >= 0], N_KEY_WORDS)
        gains: Ints = -np.einsum("ecw,c->ew", words[at.reshape(applicant.shape)], exchanges.signs)
        return gains

    def _turn_gains(self, exchanges: Exchanges) -> Ints:
        """Return what the first in turn gains of those whose rank changes; shape (e, 1)."""
        instance, stage = self._standing.instance, self._standing.stage
        reward = rewards(instance, stage, self._in_turn[0])
        if reward is None:
            raise ValueError(IN_TURN)
        columns = exchanges.columns
        moved = np.append(reward, 0)[columns] * exchanges.signs
        applicant = np.append(instance.applications.applicant, -1)[columns]
        same = applicant[:, :, None] == applicant[:, None, :]
        own = np.einsum("ecd,ed->ec", same, moved)
        turn = np.append(self._turn, np.iinfo(np.int64).max)[applicant]
        turn[own == 0] = np.iinfo(np.int64).max
        first = turn.argmin(axis=1) if columns.shape[1] else np.zeros(len(columns), np.int64)
        gains: Ints = np.take_along_axis(own, first[:, None], axis=1)
        return gains

    def _key_gains(self, exchanges: Exchanges) -> Ints:
        columns = exchanges.columns
        rows, at = np.unique(columns, return_inverse=True)
        words = np.zeros((len(rows), N_KEY_WORDS), dtype=np.int64)
        words[rows >= 0] = key_words(self._standing.instance, rows[rows >= 0], N_KEY_WORDS)
        gains: Ints = -np.einsum("ecw,c->ew", words[at.reshape(columns.shape)], exchanges.signs)
        return gains


def first_change(gains: Ints) -> tuple[Ints, Ints]:
    """Return the first level each change moves, and by how much.

    Returns
    -------
    tuple
        Column of ``gains`` (-1 where nothing changes) and the gain there.
    """
    moved = gains != 0
    rows = np.arange(len(gains))
    level = moved.argmax(axis=1) if gains.shape[1] else np.zeros(len(gains), dtype=np.int64)
    any_moved = moved.any(axis=1)
    amount = gains[rows, level] if gains.shape[1] else np.zeros(len(gains), dtype=np.int64)
    return np.where(any_moved, level, -1), np.where(any_moved, amount, 0)
