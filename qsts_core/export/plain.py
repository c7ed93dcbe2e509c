"""A trace as JSON, and back: the schema is that of `Trace.to_dict`.

What is read is data and stays data. The formula in it is read as any formula is, the run is made
again, and its numbers are held against those of the file, so that a file cannot show a step that
the formula does not take.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from qsts_core.errors import ArgumentError
from qsts_core.export.choices import Choices
from qsts_core.expression import Expression
from qsts_core.graph import SHARINGS
from qsts_core.trace import SCHEMA, Trace

__all__ = ["MOST_BYTES", "read_trace", "write"]

MOST_BYTES = 64_000_000
"""How large a file is read: a trace of about 100,000 nodes."""

MOST_STEPS = 1_000_000

AGREE = 1e-9
"""How far, relatively, the numbers of another machine's mathematics may lie from ours."""


def write(trace: Trace, choices: Choices) -> str:
    """Return the trace as one line of JSON, of the schema that `Trace.to_dict` documents."""
    return json.dumps(trace.to_dict(), allow_nan=False) + "\n"


def read_trace(text: str | bytes) -> Trace:
    """Return the trace that a file of JSON tells.

    Raises
    ------
    ArgumentError
        If it is no trace, of a newer schema, too large, or tells other numbers than its formula.
    FormulaError, PointError, TooLargeError
        If its formula is none, or its values do not fit it.

    Examples
    --------
    >>> trace = Expression("x*y").trace({"x": 2, "y": 3}, build=True)
    >>> read_trace(write(trace, Choices())) == trace
    True
    """
    if len(text) > MOST_BYTES:
        raise ArgumentError(f"it is too large: traces of up to {MOST_BYTES:,} bytes are read")
    try:
        content = json.loads(text, parse_constant=_refuse, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise ArgumentError(f"it is no JSON: {str(error) or 'too deep'}") from error
    _check_form(content)
    trace = _trace_again(content)
    _compare(content, trace)
    return trace


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is none of its words")


def _integer(digits: str) -> int | float:
    """Read a whole number; one of very many digits would take time quadratic in them."""
    return int(digits) if len(digits) < 20 else float(digits)


def _check_form(content: Any) -> None:
    """Refuse what is no trace of a schema that is known here."""
    schema = content.get("schema") if isinstance(content, dict) else None
    if not isinstance(schema, int) or isinstance(schema, bool):
        raise ArgumentError('it is no trace: it has no number "schema"')
    if schema > SCHEMA:
        raise ArgumentError(
            f"it is of schema {schema}, and this version of qsts reads up to {SCHEMA}: "
            "pip install --upgrade qsts"
        )
    forms = {"expression": str, "sharing": str, "at": dict, "gradient": dict, "steps": list}
    for name, form in forms.items():
        if not isinstance(content.get(name), form):
            raise ArgumentError(f'it is no trace: its "{name}" is missing, or no {form.__name__}')
    if content["sharing"] not in SHARINGS:
        raise ArgumentError(f'it is no trace: its "sharing" is none of {", ".join(SHARINGS)}')
    if len(content["steps"]) > MOST_STEPS:
        raise ArgumentError(f"it is too large: it has {len(content['steps']):,} steps")
    if not all(isinstance(step, dict) for step in content["steps"]):
        raise ArgumentError("it is no trace: a step is none")


def _trace_again(content: Mapping[str, Any]) -> Trace:
    """Run the formula of a file as the file says it was run."""
    expression = Expression(content["expression"], content["sharing"])
    at = {name: _number(number) for name, number in content["at"].items()}
    first = content["steps"][0] if content["steps"] else {}
    if first.get("phase") != "reset":
        return expression.trace(at, build=first.get("phase") == "build")
    values = first.get("values")
    nodes = expression.graph.nodes
    if not isinstance(values, list) or len(values) != len(nodes):
        raise ArgumentError("it is no trace: its reset has not one value for each node")
    after = {node.name: _number(values[i]) for i, node in enumerate(nodes) if node.name}
    return expression.trace(at, after={**at, **after})


def _number(number: Any) -> float:
    """Return a number of a file; what is not finite is one of three words."""
    if isinstance(number, str) and number in ("nan", "inf", "-inf"):
        return float(number)
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        try:
            return float(number)
        except OverflowError:
            pass
    raise ArgumentError(f"it is no trace: {str(number)[:40]!r} is no number")


def _compare(content: Mapping[str, Any], trace: Trace) -> None:
    """Refuse a file whose steps are not those of its formula."""
    told, own = content["steps"], trace.to_dict()["steps"]
    if len(told) != len(own):
        raise ArgumentError(f"its {len(told):,} steps are not the {len(own):,} of its formula")
    for number, (one, other) in enumerate(zip(told, own, strict=True), 1):
        for name, ours in other.items():
            if not _agree(one.get(name), ours):
                raise ArgumentError(
                    f'step {number} is not that of its formula: "{name}" is '
                    f"{str(one.get(name))[:40]}, and should be {str(ours)[:40]}"
                )


def _agree(one: Any, other: Any) -> bool:
    """Whether a part of a step in the file tells what ours does."""
    if isinstance(other, list):
        same_length = isinstance(one, list) and len(one) == len(other)
        return same_length and all(map(_agree, one, other))
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, float) and not isinstance(one, bool):
        return math.isclose(float(one), other, rel_tol=AGREE, abs_tol=1e-300)
    return bool(one == other)
