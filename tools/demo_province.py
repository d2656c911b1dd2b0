"""Make the data of the demonstration province: a city of its own size and seed per member.

python -m tools.demo_province [PROVINCE.toml]
"""

from __future__ import annotations

import sys
from pathlib import Path

from allocation.batch import load_batch
from allocation.demo import make_demo_city

ROOT = Path(__file__).resolve().parent.parent
PROVINCE = ROOT / "scenarios" / "provinces" / "demo.toml"
FIRST_SEED = 1

DISABLED = (
    12_000, 10_500, 9_500, 8_500, 8_000, 7_500, 7_000, 6_500,
    6_000, 5_500, 5_000, 4_500, 3_500, 2_500, 2_000, 1_500,
)  # fmt: skip
"""Disabled applicants of each city, 100,000 in all; as many others apply beside them."""


def main() -> None:
    """Write what is not there yet."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PROVINCE
    members = load_batch([path]).members
    for number, (member, size) in enumerate(zip(members, DISABLED, strict=True)):
        folder = member.scenario.data.folder
        if folder is None or (folder / "made").exists():
            continue
        make_demo_city(folder, size, FIRST_SEED + number)
        (folder / "made").touch()
        print(folder)


if __name__ == "__main__":
    main()
