"""The methods of descent, one row each: how a slope and what is remembered become a move.

A slope goes in, a direction comes out; the learning rate times the direction is the move. The
rules are arithmetic on one variable at a time, so the same rule serves a number (one start) and
an array (many starts).

Sources: A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées",
Comptes rendus 25 (1847), 536–538; B. T. Polyak, "Some methods of speeding up the convergence of
iteration methods", USSR Computational Mathematics and Mathematical Physics 4 (1964), 1–17;
D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["LETTERS", "METHODS", "Memory", "Method", "Real", "choose_letters"]

Real: TypeAlias = Any
"""A float, or an array of them: one for each start."""

Memory: TypeAlias = tuple[Real, Real]
"""What a rule remembers of one variable from step to step; at first (0.0, 0.0)."""

KEPT = 0.9
"""How much of the last move momentum keeps."""

FIRST_DECAY, SECOND_DECAY, LEAST_DIVISOR = 0.9, 0.999, 1e-8
"""The constants that Kingma and Ba propose."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of descent.

    Attributes
    ----------
    name, source
        What it is called, and who described it.
    rule
        The rule in symbols, as a format over the keys of `LETTERS`.
    direct
        (memory, slope, number of the step from 1) to (memory, direction).
    """

    name: str
    source: str
    rule: str
    direct: Callable[[Memory, Real, int], tuple[Memory, Real]]


def _steepest(memory: Memory, slope: Real, count: int) -> tuple[Memory, Real]:
    return memory, -slope


def _heavy_ball(memory: Memory, slope: Real, count: int) -> tuple[Memory, Real]:
    velocity = KEPT * memory[0] - slope
    return (velocity, 0.0), velocity


def _adam(memory: Memory, slope: Real, count: int) -> tuple[Memory, Real]:
    """Remember the root of the mean square: the square of a slope may overflow, or vanish."""
    mean = FIRST_DECAY * memory[0] + (1 - FIRST_DECAY) * slope
    size = _hypot(SECOND_DECAY**0.5 * memory[1], (1 - SECOND_DECAY) ** 0.5 * slope)
    correction = (1 - SECOND_DECAY**count) ** 0.5
    ratio = mean / (size + LEAST_DIVISOR * correction)
    return (mean, size), -ratio * (correction / (1 - FIRST_DECAY**count))


def _hypot(a: Real, b: Real) -> Real:
    if isinstance(b, float):
        return math.hypot(a, b)
    import numpy as np

    return np.hypot(a, b)


METHODS = {
    method.name: method
    for method in (
        Method("gradient descent", "Cauchy 1847", "{point} ← {point} − {rate}·{slope}", _steepest),
        Method(
            "momentum",
            "Polyak 1964",
            f"{{velocity}} ← {KEPT}·{{velocity}} − {{rate}}·{{slope}};  "
            "{point} ← {point} + {velocity}",
            _heavy_ball,
        ),
        Method(
            "Adam",
            "Kingma and Ba 2015",
            "{point} ← {point} − {rate}·{mean} / (√{square} + {least}), "
            "{mean} and {square} the running means of {slope} and {slope}²",
            _adam,
        ),
    )
}

LETTERS = {
    "point": "xθp", "rate": "αηλ", "slope": "gdh", "velocity": "vuw", "mean": "mμk",
    "square": "sνq", "least": "εδι",
}  # fmt: skip
"""What stands for what in a rule: the first letter that the program does not use itself."""


def choose_letters(taken: Collection[str]) -> dict[str, str]:
    """Return the letters of the rules, none of which is a name of the program.

    Examples
    --------
    >>> letters = choose_letters({"x", "α"})
    >>> METHODS["gradient descent"].rule.format(**letters)
    'θ ← θ − η·g'
    """
    used = set(taken)
    chosen = {}
    for part, letters in LETTERS.items():
        more = (letters[0] + "′" * count for count in range(1, len(used) + 2))
        chosen[part] = next(name for name in (*letters, *more) if name not in used)
        used.add(chosen[part])
    return chosen
