"""Make the data of the demonstration province: cities of their own sizes and seeds.

python -m tools.demo_province [PROVINCE.toml]
"""

from __future__ import annotations

import sys
from pathlib import Path

from allocation.batch import load_batch
from allocation.demo import make_demo_city

ROOT = Path(__file__).resolve().parent.parent
PROVINCE = ROOT / "scenarios" / "provinces" / "demo.toml"
FIRST_SEED = 2

DISABLED = (
    10_500, 9_500, 8_500, 8_000, 7_500, 7_000, 6_500,
    6_000, 5_500, 5_000, 4_500, 3_500, 2_500, 2_000, 1_500,
)  # fmt: skip
"""Disabled applicants of each city after the first, which is the demonstration city itself.

With its 12,000 they are 100,000; as many others apply beside them.
"""


def main() -> None:
    """Write what is not there yet."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PROVINCE
    members = load_batch([path]).members[1:]
    for number, (member, size) in enumerate(zip(members, DISABLED, strict=True)):
        folder = member.scenario.data.folder
        if folder is None or (folder / "made").exists():
            continue
        make_demo_city(folder, size, FIRST_SEED + number)
        (folder / "made").touch()
        print(folder)


if __name__ == "__main__":
    main()
