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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = ["METHODS", "Memory", "Method", "Real"]

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
        The rule in symbols: α is the learning rate, g the gradient.
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
    mean = FIRST_DECAY * memory[0] + (1 - FIRST_DECAY) * slope
    square = SECOND_DECAY * memory[1] + (1 - SECOND_DECAY) * (slope * slope)
    unbiased = mean / (1 - FIRST_DECAY**count)
    size = (square / (1 - SECOND_DECAY**count)) ** 0.5
    return (mean, square), -unbiased / (size + LEAST_DIVISOR)


METHODS = {
    method.name: method
    for method in (
        Method("gradient descent", "Cauchy 1847", "x ← x − α·g", _steepest),
        Method("momentum", "Polyak 1964", f"v ← {KEPT}·v − α·g;  x ← x + v", _heavy_ball),
        Method(
            "Adam",
            "Kingma and Ba 2015",
            "x ← x − α·m / (√s + ε), m and s the running means of g and g²",
            _adam,
        ),
    )
}
