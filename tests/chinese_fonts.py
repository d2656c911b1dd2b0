"""Whether a letter can be set on this machine; under CI a missing font fails."""

from __future__ import annotations

import os

import typst

from allocation.export.letter import FONTS

HAS_FONT = bool(set(FONTS) & set(typst.Fonts().families()))
MAY_SKIP = not HAS_FONT and not os.environ.get("CI")
WHY = "no font with Chinese characters is installed"
