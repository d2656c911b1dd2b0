"""What an official run demands: a draw held in public, and a person who answers for it.

``commit``, ``reveal`` and ``replay`` hold a draw; ``warrant`` lets a run be official, or
says everything that stands in its way.
"""

from __future__ import annotations

from allocation.official.commit import Committed, commit_draw
from allocation.official.replay import Replayed, replay_record, replay_run
from allocation.official.reveal import Revealed, reveal_draw
from allocation.official.warrant import Official, Warrant

__all__ = [
    "Committed",
    "Official",
    "Replayed",
    "Revealed",
    "Warrant",
    "commit_draw",
    "replay_record",
    "replay_run",
    "reveal_draw",
]
