"""Why each application was refused: one certificate that can be checked."""

from __future__ import annotations

from allocation.reasons.explain import explain_awards

__all__ = ["explain_awards"]
