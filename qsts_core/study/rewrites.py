"""What to write instead: a table of rewrites in the project's own language, matched on the graph.

A rule is two formulas over a, b, which stand for any node; sums and products are matched in either
order, and `square(a)` stands for `a^2` and `a*a` too. A rewrite is offered only where the program
with it has more right digits *here* than without; it is held against the truth of the old one, so
a rule that changes the meaning gains nothing.

Most rules are those of Kahan and of Hamming, *Numerical Methods for Scientists and Engineers*,
2nd ed., chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import qsts_core.study.digits as counting
from qsts_core.errors import FormulaError
from qsts_core.expression import Expression
from qsts_core.graph import CONSTANT, VARIABLE, Graph, Node, build
from qsts_core.ops import FUNCTIONS
from qsts_core.printer import write_nodes, write_program
from qsts_core.reading.postfix import read

__all__ = ["RULES", "Rewrite", "Rule", "find_rewrites", "readable_rules"]


class Rule(NamedTuple):
    """One rewrite: what is found, and what to write instead, over a and b."""

    found: str
    better: str


RULES: tuple[Rule, ...] = tuple(
    Rule(*pair)
    for pair in (
        # Exponentials that overflow, and logarithms of them
        ("log(1 + exp(a))", "softplus(a)"),
        ("log(exp(a) + exp(b))", "logaddexp(a, b)"),
        ("log(exp(a) + exp(b))", "max(a, b) + softplus(-abs(a - b))"),
        ("log(sigmoid(a))", "-softplus(-a)"),
        ("log(1 - sigmoid(a))", "-softplus(a)"),
        ("1 - sigmoid(a)", "sigmoid(-a)"),
        ("log(1/(1 + exp(a)))", "-softplus(a)"),
        ("1/(1 + exp(-a))", "sigmoid(a)"),
        ("1/(1 + exp(a))", "sigmoid(-a)"),
        ("exp(a)/(1 + exp(a))", "sigmoid(a)"),
        ("exp(a)/(exp(a) + exp(b))", "sigmoid(a - b)"),
        ("exp(a)/exp(b)", "exp(a - b)"),
        ("exp(a)*exp(b)", "exp(a + b)"),
        ("log(exp(a))", "a"),
        ("exp(a) - 1", "expm1(a)"),
        ("exp(a) - 1", "2*sinh(a/2)*exp(a/2)"),
        ("exp(a) - exp(b)", "2*exp((a + b)/2)*sinh((a - b)/2)"),
        ("(exp(a) - exp(-a))/2", "sinh(a)"),
        ("(exp(a) - exp(-a))/(exp(a) + exp(-a))", "tanh(a)"),
        ("1 - square(tanh(a))", "1/cosh(a)^2"),
        ("1 - tanh(a)", "2*sigmoid(-2*a)"),
        # Logarithms
        ("log(1 + a)", "log1p(a)"),
        ("log(1 + a)", "softplus(log(a))"),
        ("log(a/b)", "log(a) - log(b)"),
        ("log(a*b)", "log(a) + log(b)"),
        ("log(a^b)", "b*log(a)"),
        ("log(a + b) - log(a)", "log1p(b/a)"),
        # Roots, squares and quotients
        ("sqrt(a + b) - sqrt(a)", "b/(sqrt(a + b) + sqrt(a))"),
        ("sqrt(a) - sqrt(b)", "(a - b)/(sqrt(a) + sqrt(b))"),
        ("sqrt(square(a) + square(b))", "hypot(a, b)"),
        ("sqrt(square(a))", "abs(a)"),
        ("sqrt(a*b)", "sqrt(a)*sqrt(b)"),
        ("square(a) - square(b)", "(a - b)*(a + b)"),
        ("square(a) - 1", "(a - 1)*(a + 1)"),
        ("1 - square(a)", "(1 - a)*(1 + a)"),
        ("square(a)/a", "a"),
        ("1/(a + b) - 1/a", "-b/(a*(a + b))"),
        ("1/a - 1/b", "(b - a)/(a*b)"),
        ("(a + b) - a", "b"),
        ("(a - b) - a", "-b"),
        # Angles
        ("1 - cos(a)", "2*sin(a/2)^2"),
        ("cos(a) - 1", "-2*sin(a/2)^2"),
        ("1 - square(cos(a))", "sin(a)^2"),
        ("1 - square(sin(a))", "cos(a)^2"),
        ("sin(a + b) - sin(a)", "2*cos(a + b/2)*sin(b/2)"),
        ("cos(a + b) - cos(a)", "-2*sin(a + b/2)*sin(b/2)"),
        ("sin(a) - sin(b)", "2*cos((a + b)/2)*sin((a - b)/2)"),
        ("cos(a) - cos(b)", "-2*sin((a + b)/2)*sin((a - b)/2)"),
        ("atan(a + b) - atan(a)", "atan2(b, 1 + a*(a + b))"),
        ("atan(a) - atan(b)", "atan2(a - b, 1 + a*b)"),
    )
)
"""A rule whose functions the language lacks is passed over: see `readable_rules`."""

MOST = 64
"""How many matches are tried; each costs a run in float64."""


class Rewrite(NamedTuple):
    """A rewrite that gains digits here.

    Attributes
    ----------
    found, better
        The subexpression, and what to write instead.
    program
        The whole formula, rewritten.
    digits_before, digits_after
        The right digits of the value or the derivative that gains most, without it and with it.
    """

    found: str
    better: str
    program: str
    digits_before: int
    digits_after: int

    def to_dict(self) -> dict[str, str | int]:
        """Return plain data."""
        return {
            "from": self.found,
            "to": self.better,
            "program": self.program,
            "digits_before": self.digits_before,
            "digits_after": self.digits_after,
        }


@cache
def readable_rules() -> tuple[tuple[Rule, Graph, Graph], ...]:
    """Return the rules whose functions the language has, with their graphs."""
    rules = []
    for rule in RULES:
        try:
            better = build(read(rule.better, FUNCTIONS))
        except FormulaError:
            continue
        rules.append((rule, build(read(rule.found, FUNCTIONS)), better))
    return tuple(rules)


def find_rewrites(expression: Expression, digits: counting.Digits) -> tuple[Rewrite, ...]:
    """Find the rewrites that gain digits at the state that was measured, the best first.

    Parameters
    ----------
    digits
        What `measure_digits` found of the same expression.

    Examples
    --------
    >>> e = Expression("(1-cos(x))/x^2")
    >>> digits = counting.measure_digits(e, {"x": 1e-7})
    >>> for rewrite in find_rewrites(e, digits)[:1]:
    ...     print(rewrite.found, "->", rewrite.better)
    ...     print(rewrite.program, rewrite.digits_before, "->", rewrite.digits_after)
    1 - cos(x) -> 2*sin(x/2)^2
    2*sin(x/2)^2/x^2 3 -> 16
    """
    if digits.fewest is None or digits.fewest >= counting.ENOUGH:
        return ()
    graph, texts = expression.graph, write_nodes(expression.graph)
    gained: dict[str, Rewrite] = {}
    for tried, (index, better, inputs) in enumerate(_matches(graph)):
        if tried == MOST:
            break
        program, text = _rewrite(graph, index, better, inputs)
        before, after = _gain(digits, counting.recount(Expression(program), digits))
        if after > before + 1 and program not in gained:
            gained[program] = Rewrite(texts[index], text, program, before, after)
    return tuple(sorted(gained.values(), key=lambda one: one.digits_before - one.digits_after))


def _gain(digits: counting.Digits, after: list[int | None]) -> tuple[int, int]:
    """Return the digits that gain most, before and after; none gain where any loses."""
    before = [digits.digits, *digits.gradient_digits.values()]
    pairs = [
        (old, new)
        for old, new in zip(before, after, strict=False)
        if old is not None and new is not None
    ]
    # Beyond 15 digits one more or less is the luck of a rounding.
    if any(min(old, 15) > new + 1 for old, new in pairs):
        return 0, 0
    return max(pairs, key=lambda pair: pair[1] - pair[0], default=(0, 0))


def _matches(graph: Graph) -> Iterator[tuple[int, Graph, dict[str, int]]]:
    for index, node in enumerate(graph.nodes):
        if not node.inputs:
            continue
        for _, found, better in readable_rules():
            inputs = next(_match(graph, index, found, found.output, {}), None)
            if inputs is not None:
                yield index, better, inputs


def _match(
    graph: Graph, index: int, rule: Graph, place: int, bound: dict[str, int]
) -> Iterator[dict[str, int]]:
    """Yield every way to bind the names of a rule so that it stands for a node."""
    wanted, node = rule.nodes[place], graph.nodes[index]
    if wanted.op == VARIABLE:
        if bound.get(wanted.name, index) == index:
            yield bound | {wanted.name: index}
    elif wanted.op == CONSTANT:
        if node.op == CONSTANT and node.number == wanted.number:
            yield bound
    else:
        for inputs in _readings(graph, node, wanted.op):
            ways: list[dict[str, int]] = [bound]
            for i, j in zip(inputs, wanted.inputs, strict=True):
                ways = [way for start in ways for way in _match(graph, i, rule, j, start)]
            yield from ways


def _readings(graph: Graph, node: Node, op: str) -> Iterator[tuple[int, ...]]:
    """Yield the inputs with which a node is an `op`, in every order in which it is."""
    if op == "square":
        base = _squared(graph, node)
        if base is not None:
            yield (base,)
    elif node.op == op:
        yield node.inputs
        if op in "+*" and node.left != node.right:
            yield node.inputs[::-1]


def _squared(graph: Graph, node: Node) -> int | None:
    """Return what a node is the square of, however that is written."""
    if node.op == "square":
        return node.left
    if node.op == "*" and node.left == node.right:
        return node.left
    if node.op == "^" and node.right is not None:
        exponent = graph.nodes[node.right]
        return node.left if exponent.op == CONSTANT and exponent.number == 2 else None
    return None


def _rewrite(graph: Graph, index: int, better: Graph, bound: dict[str, int]) -> tuple[str, str]:
    """Return the program with a node rewritten, and the text of what stands there now."""
    nodes: list[Node] = []
    seen: dict[Node, int] = {}

    def add(node: Node) -> int:
        place = seen.setdefault(node, len(nodes))
        if place == len(nodes):
            nodes.append(node)
        return place

    moved: list[int] = []
    for i, node in enumerate(graph.nodes):
        if i == index:
            moved.append(_splice(better, {name: moved[j] for name, j in bound.items()}, add))
        elif node.inputs:
            moved.append(add(Node.over(node.op, [moved[j] for j in node.inputs])))
        else:
            moved.append(add(node))
    program = _in_order(nodes, moved[graph.output])
    return write_program(program), write_nodes(_in_order(nodes, moved[index]))[-1]


def _splice(better: Graph, bound: dict[str, int], add: Callable[[Node], int]) -> int:
    places: list[int] = []
    for node in better.nodes:
        if node.op == VARIABLE:
            places.append(bound[node.name])
        elif node.inputs:
            places.append(add(Node.over(node.op, [places[j] for j in node.inputs])))
        else:
            places.append(add(node))
    return places[better.output]


def _in_order(nodes: list[Node], output: int) -> Graph:
    """Return the graph of an output in the order of the stack machine, and no constant shared.

    So it is written as a person would: a number stands where it is used.
    """
    kept: list[Node] = []
    place: dict[int, int] = {}
    inputs: list[int] = []
    waiting: list[tuple[int, bool]] = [(output, False)]
    while waiting:
        index, ready = waiting.pop()
        node = nodes[index]
        if ready:
            count = len(node.inputs)
            own, inputs = inputs[-count:], inputs[:-count]
            place[index] = len(kept)
            kept.append(Node.over(node.op, own))
        elif index in place:
            inputs.append(place[index])
            continue
        elif node.inputs:
            waiting.append((index, True))
            waiting.extend((i, False) for i in reversed(node.inputs))
            continue
        else:
            if node.op == VARIABLE:
                place[index] = len(kept)
            kept.append(node)
        inputs.append(len(kept) - 1)
    return Graph(tuple(kept), inputs[-1], ())
