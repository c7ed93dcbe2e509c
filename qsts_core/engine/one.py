"""One state at a time: which function `Expression.function` gives.

In goes a `Tape`; out comes a callable on positional floats, made by `python` or by `call`.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import Literal, TypeAlias, get_args

from qsts_core.engine.python import Function, compile_function
from qsts_core.errors import EngineWarning
from qsts_core.sweep import Tape

__all__ = ["ENGINES", "OneEngine", "function_of"]

OneEngine: TypeAlias = Literal["auto", "python", "native"]
ENGINES: tuple[OneEngine, ...] = get_args(OneEngine)

LARGE = 50
"""Nodes beyond which machine code saves more than compiling it takes, after some 10,000 calls."""


def function_of(tape: Tape, variables: tuple[str, ...], engine: OneEngine = "auto") -> Function:
    """Return a function of as many floats as there are variables.

    Raises
    ------
    ValueError
        If `engine` is none of those there are.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine!r}")
    large = len(tape.graph.nodes) > LARGE and find_spec("llvmlite") is not None
    if engine == "native" or (engine == "auto" and large):
        try:
            from qsts_core.engine.call import compile_call

            return compile_call(tape, variables)
        except ImportError:
            reason = "the native engine needs llvmlite (pip install 'qsts[native]')"
        except Exception as error:
            reason = f"the native engine cannot compile here ({error})"
        if engine == "native":
            warnings.warn(f"{reason}: Python computes instead", EngineWarning, stacklevel=3)
    return compile_function(tape, variables)
