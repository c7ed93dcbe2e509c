"""One state at a time: the functions that `Expression.function` gives.

In goes a `Tape`; out comes a callable on positional floats, made by `python` or by `call`. It is a
bound method: what it is bound to knows the formula, so the function has a telling repr, names its
variables in its signature, and can be pickled, at no cost to its calls.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import MethodType
from typing import Any

from qsts_core.engine.choice import OneEngine, check_engine, choose, compile_by
from qsts_core.engine.python import Function
from qsts_core.errors import EngineWarning
from qsts_core.sweep import Tape

__all__ = ["Formula", "function_of", "restore"]


class Formula:
    """What a compiled function is bound to.

    Parameters
    ----------
    compiled
        The function; it is given this object first.
    expression
        What makes the expression anew: a class, and its arguments.
    engine
        The engine that was asked for.
    """

    __slots__ = ("_compiled", "_engine", "_expression")

    def __init__(
        self, compiled: Callable[..., Any], expression: tuple[Any, ...], engine: str
    ) -> None:
        self._compiled = compiled
        self._expression = expression
        self._engine = engine

    @property
    def gradient(self) -> Function:
        """The function itself."""
        return MethodType(self._compiled, self)

    def __repr__(self) -> str:
        make, arguments = self._expression
        words = ", ".join(map(repr, arguments))
        return f"{make.__name__}({words}), engine={self._engine!r}"

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (*self._expression, self._engine)


def restore(make: Callable[..., Any], arguments: tuple[Any, ...], engine: OneEngine) -> Formula:
    """Compile a formula anew, where it is unpickled."""
    formula: Formula = make(*arguments).function(engine).__self__
    return formula


def function_of(tape: Tape, expression: tuple[Any, ...], engine: OneEngine = "auto") -> Function:
    """Return a function of as many floats as there are variables.

    Parameters
    ----------
    tape
        The graph.
    expression
        What makes the expression anew: a class, and its arguments.
    engine
        The engine that is asked for.

    Raises
    ------
    ArgumentError
        If `engine` is none of those there are.
    """
    check_engine("one", engine)
    compiled = compile_by(choose("one", tape) if engine == "auto" else engine, "one", tape)
    if compiled.reason and engine != "auto":
        warnings.warn(compiled.reason, EngineWarning, stacklevel=3)
    return Formula(compiled.run, expression, engine).gradient
