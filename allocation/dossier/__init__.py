"""The dossier of one applicant: every wish, every rule, in words a citizen understands.

Command line, page and letter say the same because they all read this.  It holds the
applicant's own values; of others only receipt numbers and the criterion that decided.
What is for the office alone (tiers, type and level of a disability, income) stays out,
the applicant's own tier included.
"""

from __future__ import annotations

from allocation.dossier.applicant import (
    SHOWN_RECEIPTS,
    Dossier,
    RuleLine,
    Wish,
    open_dossier,
)
from allocation.dossier.words import Words

__all__ = ["SHOWN_RECEIPTS", "Dossier", "RuleLine", "Wish", "Words", "open_dossier"]
