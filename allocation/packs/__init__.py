"""Replication packs: a run that others can repeat, for the public and for an auditor.

Each is a zip with a ``verify.py`` that needs nothing but Python's standard library and
shares no code with this program.
"""

from __future__ import annotations

from allocation.packs.audit import write_audit_pack
from allocation.packs.public import write_public_pack
from allocation.packs.register import Handing, register_of

__all__ = ["Handing", "register_of", "write_audit_pack", "write_public_pack"]
