"""Families of formulas that grow: a depth goes in, a text comes out.

The nested ones repeat themselves at every depth, so a tree of them is exponential in the depth;
the others show what sharing saves where little or nothing repeats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["DESCENDED", "FAMILIES", "POST", "Family"]

POST = "(x+y) + x*(x+y)"
"""The formula of the post that this project descends from."""

DESCENDED = "(x+y)*x*z*(x+y)"
"""The formula that the repository of its program goes down, as an example of gradients in use."""


@dataclass(frozen=True, slots=True)
class Family:
    """Formulas by depth.

    Attributes
    ----------
    name
        What it is called.
    depth
        What the depth counts, in the plural.
    write
        The text at a depth.
    smallest, usual, largest
        The depths that make sense; up to `usual`, most of it can be timed.
    value
        What every variable is given, such that no number overflows at any depth.
    grows_as_power
        Whether the tree grows as a power of the depth, not exponentially.
    source
        Where it comes from.
    """

    name: str
    depth: str
    write: Callable[[int], str]
    smallest: int
    usual: int
    largest: int
    value: float
    grows_as_power: bool
    source: str


def _squares(depth: int) -> str:
    return "; ".join(["t = x*x", *["t = t*t"] * (depth - 1)])


def _nested_post(depth: int) -> str:
    return "; ".join([f"x = {POST}"] * (depth - 1) + [POST])


def _rosenbrock(variables: int) -> str:
    return " + ".join(f"100*(x{i + 1} - x{i}^2)^2 + (1 - x{i})^2" for i in range(1, variables))


def _product(factors: int) -> str:
    return "*".join(f"x{i}" for i in range(1, factors + 1))


def _net(layers: int) -> str:
    """Write a net of two tanh neurons a layer, every weight and bias a variable of its own."""
    statements = []
    left, right = "x1", "x2"
    for k in range(1, layers + 1):
        statements += [f"{n}{k} = tanh(u{n}{k}*{left} + v{n}{k}*{right} + w{n}{k})" for n in "ab"]
        left, right = f"a{k}", f"b{k}"
    return "; ".join([*statements, f"{left} + {right}"])


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("nested squares", "squares", _squares, 1, 16, 60, 1.0, False,
               "the square of a square of a square, and so on"),
        Family("the post's formula in itself", "nestings", _nested_post, 1, 10, 40, -0.25, False,
               "in the place of x the formula itself, again and again"),
        Family("a tanh net", "layers", _net, 1, 12, 40, 0.25, False,
               "two neurons a layer, every weight and bias a variable"),
        Family("Rosenbrock's function", "variables", _rosenbrock, 2, 100, 500, 0.5, True,
               "Rosenbrock 1960, in n variables"),
        Family("Speelpenning's product", "variables", _product, 2, 200, 1000, 1.0, True,
               "Speelpenning 1980; nothing repeats in it"),
    )
}  # fmt: skip
"""By name: first those in which much repeats."""
