"""Measure ours beside the field; write the raw figures, the table and the picture.

    python -m benchmarks.field [--quick]

The figures go to ``build/field/``; without ``--quick`` the table goes into
``docs/performance.md`` and the picture beside it.  ``--draw FILE`` only draws both again from
figures measured before.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.field import suite
from benchmarks.field.machine import described
from benchmarks.field.picture import growth
from benchmarks.field.suite import row_of
from benchmarks.field.table import page, replace_part

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "field"
DOCS = ROOT / "docs"


def main() -> None:
    """Measure, or draw what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="small sizes only, about 3 minutes")
    parser.add_argument("--draw", type=Path, metavar="FILE", help="figures measured before")
    given = parser.parse_args()
    name = "quick" if given.quick else "full"
    figures = given.draw or BUILD / f"{name}.json"
    if given.draw is None:
        measure(suite.QUICK if given.quick else suite.FULL, figures)
    content = json.loads(figures.read_text(encoding="utf-8"))
    rows = [row_of(row) for row in content["rows"]]
    text = page(rows, content["machine"])
    if given.quick:
        (BUILD / "quick.md").write_text(text, encoding="utf-8")
        growth(rows, BUILD / "quick.svg")
        print(text)
        return
    replace_part(DOCS / "performance.md", text)
    growth(rows, DOCS / "performance-growth.svg")


def measure(effort: suite.Effort, figures: Path) -> None:
    """Measure everything; the file is whole after every case."""
    figures.parent.mkdir(parents=True, exist_ok=True)
    begun, machine = time.perf_counter(), described()
    rows: list[dict[str, Any]] = []
    for found in suite.run(effort, BUILD / "problems", lambda line: print(line, flush=True)):
        rows += [asdict(row) for row in found]
        content = {
            "machine": machine,
            "seconds": round(time.perf_counter() - begun),
            "rows": rows,
        }
        figures.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
