"""One state: a formula and its gradient as one straight-line Python function, compiled once.

In goes a `Tape`; out comes a callable on positional floats, after the object that it is bound to.
The source is made of the dialect, never of what a person typed: variables are named by number.
Python's operators and `math` round as the sweep does, so where they give a number it is the sweep's
to the last bit. Where they raise instead (1/0, log(0), exp(1000)), or where an argument is no plain
float, the sweep itself answers.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import Any, TypeAlias

from qsts_core.engine.dialects import PYTHON
from qsts_core.engine.lowering import Listing, lower
from qsts_core.errors import ArgumentError
from qsts_core.graph import CONSTANT, VARIABLE, Node
from qsts_core.ops import OPERATIONS
from qsts_core.point import read_number
from qsts_core.sweep import Tape, run

__all__ = [
    "DOCSTRING",
    "Answer",
    "Function",
    "compile_function",
    "name_parameters",
    "sweep_function",
    "write_source",
]

Answer: TypeAlias = tuple[float, tuple[float, ...]]
"""The value, and the derivative in each variable."""

Function: TypeAlias = Callable[..., Answer]

DOCSTRING = "Return the value of the formula, and the tuple of its derivatives."

MOST_NAMES = 8
"""How many variables an error lists."""

DEEPEST = 12
"""How many operations are nested in one line before a name is given; parsers have limits."""


def compile_function(tape: Tape) -> Function:
    """Return a function of as many floats as there are variables.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("x/y")
    >>> f = compile_function(e.tape)
    >>> f(None, 1.0, 4.0)
    (0.25, (0.25, -0.0625))
    >>> f(None, 1.0, 0.0)  # where Python raises, the sweep answers
    (inf, (inf, -inf))
    """
    listing = lower(tape, exact=True)
    namespace: dict[str, Any] = {
        **{name: getattr(math, name) for name in dir(math) if not name.startswith("_")},
        **{_own_name(op): row.compute for op, row in OPERATIONS.items()},
        "sweep": sweep_function(tape),
        "missing": _MISSING,
    }
    exec(compile(write_source(listing), "<gradient>", "exec"), namespace)
    return _describe(namespace["gradient"], tape)


def sweep_function(tape: Tape) -> Function:
    """Return what `compile_function` returns, made of the sweep.

    It also says what is wrong with a point, for every engine.
    """
    names = tape.names

    def gradient(_: object, *point: Any) -> Answer:
        given = [number for number in point if number is not _MISSING]
        if len(given) != len(names):
            raise ArgumentError(_wrong_count(names, len(given)))
        result = run(tape, dict(zip(names, map(read_number, names, given), strict=True)))
        slopes = result.gradient()
        return result.value, tuple(slopes[name] for name in names)

    return _describe(gradient, tape)


class _Missing:
    def __repr__(self) -> str:
        return "missing"


_MISSING = _Missing()
"""What an argument is that was not given."""


def _wrong_count(names: tuple[str, ...], given: int) -> str:
    listed = ", ".join(names) if len(names) <= MOST_NAMES else f"{', '.join(names[:3])}, …"
    wanted = f"{len(names)} number{'s' * (len(names) != 1)}"
    return f"the function takes {wanted}{f' ({listed})' if names else ''}, not {given}"


def _describe(function: Callable[..., Answer], tape: Tape) -> Function:
    """Give a function its name, its docstring and its variables' names."""
    first, *others = name_parameters(tape.names)
    function.__name__ = function.__qualname__ = "gradient"
    function.__doc__ = DOCSTRING
    function.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.POSITIONAL_ONLY) for name in (first, *others)]
    )
    return function


def name_parameters(names: tuple[str, ...]) -> list[str]:
    """Return the names of the function's parameters, of the object that it is bound to first.

    They are the variables' own, but no keywords, and of ASCII: CPython reads no other signature of
    machine code.

    Examples
    --------
    >>> name_parameters(("x", "lambda", "θ", "theta"))
    ['self', 'x', 'lambda_', 'theta', 'theta_']
    """
    parameters: dict[str, None] = {}
    for name in ("self", *names):
        parameter = "".join(c if c.isascii() else _spell(c) for c in name)
        while parameter in parameters or iskeyword(parameter):
            parameter += "_"
        parameters[parameter] = None
    return list(parameters)


def _spell(character: str) -> str:
    """Return the last word of a character's name: that of a Greek letter is its own."""
    return re.sub(r"\W", "_", unicodedata.name(character, "_").split()[-1].lower())


def write_source(listing: Listing) -> str:
    """Write the source of the function.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("x*y + sin(x)")
    >>> print(write_source(lower(e.tape, exact=True)))
    def gradient(bound, v0=missing, v1=missing, /, *more):
      if more or not (v0.__class__ is v1.__class__ is float):
        return sweep(bound, v0, v1, *more)
      try:
        return (v0 * v1) + sin(v0), (v1 + cos(v0), v0,)
      except (ArithmeticError, ValueError):
        return sweep(bound, v0, v1)
    <BLANKLINE>
    """
    names = [f"v{i}" for i in range(len(listing.variables))]
    arguments = ", ".join(["bound", *names])
    parameters = "".join(f"{name}=missing, " for name in names)
    lines, texts = _Writer(listing).lines()
    value, *gradient = (_bare(texts[i]) for i in listing.outputs)
    body = [*lines, f"return {value}, ({''.join(f'{text}, ' for text in gradient)[:-1]})"]
    floats = " is ".join(f"{name}.__class__" for name in names)
    return "\n".join(
        [
            f"def gradient(bound, {parameters}/, *more):",
            f"  if more or not ({floats} is float):" if names else "  if more:",
            f"    return sweep({arguments}, *more)",
            "  try:",
            *(f"    {line}" for line in body),
            "  except (ArithmeticError, ValueError):",
            f"    return sweep({arguments})",
            "",
        ]
    )


class _Writer:
    """Writes operations as expressions, each in the place where it is used if there is but one."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._uses = [0] * len(listing.nodes)
        for node in listing.nodes:
            for i in node.inputs:
                self._uses[i] += _template(node).count("{a}" if i == node.left else "{b}")
                self._uses[i] += node.left == node.right
        for i in listing.outputs:
            self._uses[i] += 1

    def lines(self) -> tuple[list[str], list[str]]:
        """Return the assignments, and for each node the text that stands for it."""
        lines: list[str] = []
        texts: list[str] = []
        depths: list[int] = []
        places = {name: f"v{i}" for i, name in enumerate(self._listing.variables)}
        for index, node in enumerate(self._listing.nodes):
            depth = 0
            if node.op == VARIABLE:
                text = places[node.name]
            elif node.op == CONSTANT:
                text = _number(node.number)
            else:
                text = _template(node).format(a=texts[node.inputs[0]], b=texts[node.inputs[-1]])
                depth = 1 + max(depths[i] for i in node.inputs)
                if self._uses[index] > 1 or depth > DEEPEST:
                    lines.append(f"z{index} = {text}")
                    text, depth = f"z{index}", 0
                elif OPERATIONS[node.op].precedence is not None:
                    text = f"({text})"
            texts.append(text)
            depths.append(depth)
        return lines, texts


def _template(node: Node) -> str:
    """Return how an operation is written, over {a} and {b}."""
    inputs = ", ".join(("{a}", "{b}")[: len(node.inputs)])
    return PYTHON.get(node.op) or f"{_own_name(node.op)}({inputs})"


def _own_name(op: str) -> str:
    """Return the name under which the source finds the table's own function."""
    return "own_" + re.sub(r"\W", lambda match: f"{ord(match[0])}_", op)


def _number(number: float) -> str:
    """Write a number; `inf` and `nan` are names of the module math."""
    return f"({number!r})" if math.copysign(1.0, number) < 0 else repr(number)


def _bare(text: str) -> str:
    """Drop a pair of parentheses around the whole text."""
    if not text.startswith("("):
        return text
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if position == len(text) - 1 else text
    return text
