"""Measures what the post claims in time, and writes it where the page on the post reads it.

    python tests/benchmarks/post.py

Ratios only, taken in turns and round by round; the file says when and where they were taken.
"""

from __future__ import annotations

import json
import platform
import sys
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from qsts_core.graph import Sharing  # noqa: E402  # the path comes first
from qsts_core.study.cost import Cost  # noqa: E402
from qsts_core.study.families import FAMILIES, POST  # noqa: E402
from qsts_core.study.measure import measure_cost  # noqa: E402
from qsts_core.study.verdict import OPPONENTS, repaid_after  # noqa: E402

ROUNDS = 201
SHORT: dict[Sharing, str] = {"none": "tree", "variables": "threaded"}
FORMULAS = {
    "post": POST,
    "five nodes": "x*y + z",
    "product": FAMILIES["Speelpenning's product"].write(100),
    "squares": FAMILIES["nested squares"].write(3),
}


def measure() -> dict[str, Any]:
    costs = {name: cost_of(text) for name, text in FORMULAS.items()}
    repaid = repaid_after(costs["post"])
    reset, gradient = (costs["post"].timing(q, "unique") for q in ("reset", "gradient"))
    assert repaid is not None
    assert reset
    assert gradient
    return {
        "when": date.today().isoformat(),
        "where": f"CPython {platform.python_version()}, {platform.system()}, {platform.machine()}",
        "rounds": ROUNDS,
        "build": {
            name: {"unique / tree": ratio(costs[name], "build", "unique", "none")}
            for name in ("post", "five nodes", "product")
        },
        "repaid after gradients": None if repaid == float("inf") else round(repaid, 2),
        "reset share": round(reset.median / gradient.median, 3),
        "gradient": {
            name: {
                f"{SHORT[sharing]} / unique": ratio(costs[name], "gradient", sharing, "unique")
                for sharing in OPPONENTS
            }
            for name in ("post", "squares")
        },
    }


def cost_of(text: str) -> Cost:
    *_, cost = measure_cost(text, quantities=("build", "reset", "gradient"), rounds=ROUNDS)
    return cost


def ratio(cost: Cost, quantity: str, one: Sharing, other: Sharing) -> float:
    compared = cost.compare(quantity, one, other)
    assert compared
    return round(compared.median, 3)


if __name__ == "__main__":
    figures = json.dumps(measure(), indent=1)
    (ROOT / "assets" / "measured.json").write_text(figures + "\n", encoding="utf-8")
    print(figures)
