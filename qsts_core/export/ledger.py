"""Every step of a trace as a row of comma-separated values, numbers with all their digits."""

from __future__ import annotations

import csv
import io
from typing import Any

from qsts_core.export.choices import Choices
from qsts_core.printer import write_nodes
from qsts_core.trace import Trace

__all__ = ["COLUMNS", "write"]

COLUMNS = (
    "step", "phase", "node", "from", "slot", "rule", "local", "contribution", "before", "after",
    "arrived", "due", "value", "born", "text",
)  # fmt: skip
"""As in `Trace.to_dict`; `node` is the one that receives, `text` what it stands for."""


def write(trace: Trace, choices: Choices) -> str:
    """Return one row for each step, of the building too; rows end as RFC 4180 has it."""
    graph, texts = trace.tape.graph, write_nodes(trace.tape.graph)
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, extrasaction="ignore")
    table.writeheader()
    for number, step in enumerate(trace, 1):
        row: dict[str, Any] = step.to_dict()
        node, sender = row.get("to", row.get("node")), row.get("from")
        row |= {
            "step": number,
            "node": "" if node is None else graph.name_node(node),
            "from": "" if sender is None else graph.name_node(sender),
            "born": " ".join(row.get("born", ())),
            "rule": _as_text(row.get("rule", "")),
            "text": "" if node is None else _as_text(texts[node]),
        }
        if row["phase"] == "build":
            row["text"] = row["text"] or _as_text(str(row["token"]["text"]).strip())
        table.writerow(row)
    return out.getvalue()


def _as_text(text: str) -> str:
    """Keep a spreadsheet from running a text: one that begins as its formulas do is quoted."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
