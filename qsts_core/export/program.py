"""A formula and its gradient as a program of Python that a person reads: one line a step.

It needs nothing but Python, and gives the numbers of the sweep to the last bit, at any state: where
Python's own functions raise, those of the table of operations answer, and their source comes along.
Names in it are made of ASCII letters and digits, and texts are string literals, whatever the
formula holds.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Iterator

from qsts_core import ops
from qsts_core.engine.python import name_parameters
from qsts_core.export.choices import Choices
from qsts_core.graph import CONSTANT, VARIABLE, Graph, Node
from qsts_core.ops import ATOM, OPERATIONS
from qsts_core.rules import local_graph
from qsts_core.trace import Trace

__all__ = ["write", "write_number"]

_SIGNS = {"+": (1, "{} + {}"), "-": (1, "{} - {}"), "*": (2, "{} * {}"), "neg": (3, "-{}"),
          **{op: (8, f"float({{}} {op} {{}})") for op in ("<", "<=", ">", ">=", "==", "!=")},
          "and": (8, "float({} != 0 and {} != 0)"), "or": (8, "float({} != 0 or {} != 0)"),
          "not": (8, "float({} == 0)"), "when": (0, "{1} if {0} != 0 else 0.0"),
          "unless": (0, "{1} if {0} == 0 else 0.0")}  # fmt: skip
"""What Python writes as it computes it: how tightly it binds, and its form."""

_NAMES = {"/": "divide", "^": "power", "abs": "abs", "min": "smaller", "max": "larger"}
"""What a function is called in the program, where its row has no name that Python could read."""

_MADE = {
    **{name: f"total(math.{name})" for name in ("sin", "cos", "tan", "asin", "acos")},
    **{name: f"logarithm(math.{name})" for name in ("log", "log2", "log10")},
    **{name: f"math.{name}" for name in (
        "atan", "tanh", "asinh", "cbrt", "erf", "erfc", "atan2", "hypot", "copysign",
    )},
    **{name: f"whole(math.{name})" for name in ("floor", "ceil")},
    "round": "whole(round)",
    "atanh_inside": "total(math.atanh)",
}  # fmt: skip
"""Functions that are made of those of `math`; all others have a source of their own."""

_MAKERS = {name: f"_{name}" for name in ("total", "logarithm", "whole")}
"""What they are made by."""

_SOURCES = {
    "/": "_divide", "^": "_power", "exp": "_exp", "expm1": "_expm1", "log1p": "_log1p",
    "sinh": "_sinh", "cosh": "_cosh", "sqrt": "_sqrt", "sign": "_sign", "sigmoid": "_sigmoid",
    "softplus": "_softplus", "relu": "_relu", "min": "_smaller", "max": "_larger",
    "wins": "_wins", "step": "_step", "xlogy": "_xlogy", "xtimesy": "_xtimesy",
    **{name: f"_{name}" for name in (
        "acosh", "atanh", "silu", "gelu", "normcdf", "normpdf", "elu", "selu", "mish", "logit",
        "logaddexp",
    )},
}  # fmt: skip
"""The function of the table of operations whose source comes along."""

_RETURNED = {
    "square": "a * a",
    "sec": "divide(1.0, total(math.cos)(a))",
    "csc": "divide(1.0, total(math.sin)(a))",
    "cot": "divide(1.0, total(math.tan)(a))",
    "leakyrelu": "larger(a, 0.01 * a)",
    "softsign": "divide(a, 1 + abs(a))",
    "logsigmoid": "-softplus(-a)",
}
"""What the rows return whose function has no name; a test holds the numbers to theirs."""

_OPERATION = {
    _NAMES.get(op, op): op for op in (*_MAKERS, *_MADE, *_SOURCES, *_RETURNED) if op != "abs"
}
"""For each function of the program what it computes, or helps to."""


def write(trace: Trace, choices: Choices) -> str:
    """Return the program; with `choices.tests` a file of tests instead, of every adjoint."""
    return _Program(trace).write(choices.tests)


class _Program:
    """Writes the program of one trace."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._graph = trace.tape.graph
        self._used: set[str] = set()
        nodes = range(len(self._graph.nodes))
        taken = {*map(self._name, nodes), *map(self._bar, nodes), *_NAMES.values(), *OPERATIONS}
        taken |= {
            "math",
            "add",
            "sum_of",
            "sweep",
            *_MAKERS,
            "atanh_inside",
            "FORMULA",
            "AT",
            "EXPECTED",
            "alike",
            "gradient",
            "adjoints",
        }
        plain = [re.sub(r"[\x00-\x7f]", _letter, name) for name in trace.tape.names]
        given = name_parameters((*sorted(taken), *plain))[-len(plain) :] if plain else []
        self._parameters = [name if name.isidentifier() else f"x_{name}" for name in given]

    def write(self, tests: bool) -> str:
        body = ["    # forward", *self._forward(), "", "    # backward", *self._backward()]
        head = [
            '"""The value and the gradient of a formula: one forward and one backward sweep."""',
            "",
            "import math",
            "",
            f"FORMULA = {self._trace.text!a}",
            f"AT = {self._dictionary(self._trace.at.values())}",
            "",
        ]
        sweep = [
            "",
            f"def sweep({', '.join(self._parameters)}):",
            '    """Return the value, the derivative in each variable, and every adjoint."""',
            *body,
            *self._result(),
            "",
            "",
        ]
        return "\n".join([*head, *self._functions(), *sweep, *(_end(self, tests))]) + "\n"

    def expected(self) -> Iterator[tuple[str, str]]:
        """Yield the name of every node that has an adjoint, and that."""
        for index, adjoint in enumerate(self._trace.run.adjoints):
            if adjoint is not None:
                yield self._name(index), write_number(adjoint)

    @property
    def value(self) -> str:
        """The value of the output."""
        return write_number(self._trace.run.value)

    def _name(self, index: int) -> str:
        return self._graph.name_node(index)

    def _bar(self, index: int) -> str:
        return f"{self._name(index)}_bar"

    def _dictionary(self, numbers: Iterable[float]) -> str:
        pairs = zip(self._parameters, numbers, strict=True)
        return "{" + ", ".join(f"{name!r}: {write_number(number)}" for name, number in pairs) + "}"

    def _forward(self) -> Iterator[str]:
        parameters = dict(zip(self._trace.tape.names, self._parameters, strict=True))
        for index, node in enumerate(self._graph.nodes):
            if node.op == VARIABLE:
                text = parameters[node.name]
            else:
                text = self._write(node, [(self._name(i), ATOM) for i in node.inputs])[0]
            yield f"    {self._name(index)} = {text}"

    def _backward(self) -> Iterator[str]:
        """Write one line for each edge, in the order of the sweep."""
        if self._trace.tape.gates:
            yield from self._gated_backward()
            return
        tape, reached = self._trace.tape, {self._graph.output}
        yield f"    {self._bar(self._graph.output)} = 1.0"
        for edge in tape.edges:
            op = self._graph.nodes[edge.parent].op
            names = {"a": edge.left, "b": edge.right, "z": edge.parent}
            local = self._local(local_graph(op, edge.slot), names)
            sign = "+=" if edge.child in reached else "="
            reached.add(edge.child)
            line = f"    {self._bar(edge.child)} {sign} {self._bar(edge.parent)} * {local}"
            side = "ab"[edge.slot]
            yield f"{line}  # d({_of(op)})/d{side} = {OPERATIONS[op].locals[edge.slot]}"

    def _gated_backward(self) -> Iterator[str]:
        """Write the same where an edge may be blocked: what is not reached is None, and not 0."""
        tape = self._trace.tape
        children = sorted({edge.child for edge in tape.edges})
        yield f"    {' = '.join(map(self._bar, children))} = None"
        yield f"    {self._bar(self._graph.output)} = 1.0"
        always = {self._graph.output}
        for place, edge in enumerate(tape.edges):
            op = self._graph.nodes[edge.parent].op
            names = {"a": edge.left, "b": edge.right, "z": edge.parent}
            local = self._local(local_graph(op, edge.slot), names)
            parent, child = self._bar(edge.parent), self._bar(edge.child)
            passes = [] if edge.parent in always else [f"{parent} is not None"]
            if place in tape.gates:
                condition, holds = tape.gates[place]
                passes.append(f"{self._name(condition)} {'!=' if holds else '=='} 0")
            if passes:
                yield f"    if {' and '.join(passes)}:"
            else:
                always.add(edge.child)
            line = f"    {'    ' if passes else ''}{child} = add({child}, {parent} * {local})"
            yield f"{line}  # d({_of(op)})/d{'ab'[edge.slot]} = {OPERATIONS[op].locals[edge.slot]}"

    def _local(self, graph: Graph, names: dict[str, int]) -> str:
        """Write a rule over the names of the nodes that it speaks of."""
        texts: list[tuple[str, int]] = []
        for node in graph.nodes:
            if node.op == VARIABLE:
                texts.append((self._name(names[node.name]), ATOM))
            else:
                texts.append(self._write(node, [texts[i] for i in node.inputs]))
        return _enclose(texts[graph.output], 3)

    def _write(self, node: Node, inputs: list[tuple[str, int]]) -> tuple[str, int]:
        """Write an operation over written inputs, and say how tightly it binds."""
        if node.op == CONSTANT:
            return write_number(node.number), ATOM if node.number >= 0 else 3
        if node.op in _SIGNS:
            own, form = _SIGNS[node.op]
            least = [own, own + 1] if len(inputs) == 2 else [own]
            return form.format(*map(_enclose, inputs, least)), own
        self._used.add(node.op)
        return f"{_NAMES.get(node.op, node.op)}({', '.join(text for text, _ in inputs)})", ATOM

    def _result(self) -> Iterator[str]:
        """Write what is returned; a variable that stands in several nodes has their sum."""
        sums: dict[str, list[str]] = {name: [] for name in self._trace.tape.names}
        for index, name in self._trace.tape.variables:
            if self._trace.tape.due[index]:
                sums[name].append(self._bar(index))
        gated = bool(self._trace.tape.gates)
        if gated:
            sums = {n: [f"sum_of({', '.join(bars)})"] if bars else [] for n, bars in sums.items()}
        pairs = zip(self._parameters, sums.values(), strict=True)
        gradient = ", ".join(f"{name!r}: {' + '.join(bars) or '0.0'}" for name, bars in pairs)
        yield f"    gradient = {{{gradient}}}"
        yield "    adjoints = {"
        names = [self._name(i) for i, due in enumerate(self._trace.tape.due) if due]
        yield from (f"        {name!r}: {name}_bar," for name in names)
        yield "    }"
        if gated:
            yield "    adjoints = {name: it for name, it in adjoints.items() if it is not None}"
        yield f"    return {self._name(self._graph.output)}, gradient, adjoints"

    def _functions(self) -> Iterator[str]:
        """Write the functions that are used, and those that these use; what makes others first."""
        if self._trace.tape.gates:
            yield from ("", *_ADD, "")
        texts: dict[str, list[str]] = {}
        waiting = sorted(self._used - {"abs"}, reverse=True)
        while waiting:
            op = waiting.pop()
            if op not in texts:
                texts[op] = _define(op)
                called = re.findall(r"(?<![.\w])\w+(?=\()", "\n".join(texts[op]))
                waiting += [_OPERATION[name] for name in called if name in _OPERATION]
        if "selu" in texts:
            yield f"SELU, SELU_ALPHA = {ops.SELU}, {ops.SELU_ALPHA}"
        for op in sorted(texts, key=lambda op: (op not in _MAKERS, op not in _MADE, op)):
            yield from texts[op] if op in _MADE else ("", *texts[op], "")
            if op in _MAKERS:
                yield ""


_ADD = [
    "def add(sum_so_far, contribution):",
    "    return contribution if sum_so_far is None else sum_so_far + contribution",
    "",
    "",
    "def sum_of(*adjoints):",
    '    """Add what is known; where nothing is, the derivative is 0."""',
    "    known = [adjoint for adjoint in adjoints if adjoint is not None]",
    "    total = known[0] if known else 0.0",
    "    for adjoint in known[1:]:",
    "        total += adjoint",
    "    return total",
]
"""What adds adjoints of which some may be unknown."""


def _define(op: str) -> list[str]:
    """Return the lines that define a function."""
    if op in _MADE:
        return [f"{op} = {_MADE[op]}"]
    if op in _RETURNED:
        return [f"def {op}(a):", f"    return {_RETURNED[op]}"]
    return _source(_MAKERS.get(op) or _SOURCES[op])


def _end(program: _Program, tests: bool) -> Iterator[str]:
    """Write what the file does when it is run."""
    if not tests:
        yield from (
            'if __name__ == "__main__":',
            "    value, gradient, adjoints = sweep(*AT.values())",
            '    print("value", value)',
            "    for name, derivative in gradient.items():",
            '        print("d/d", name, derivative)',
        )
        return
    yield from (
        "EXPECTED = {",
        *(f"    {name!r}: {adjoint}," for name, adjoint in program.expected()),
        "}",
        "",
        "",
        "def alike(one, other):",
        '    """Whether two numbers are equal but for the mathematics of another machine."""',
        "    if math.isnan(other):",
        "        return math.isnan(one)",
        "    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-300)",
        "",
        "",
        "def test_the_value():",
        f"    assert alike(sweep(*AT.values())[0], {program.value})",
        "",
        "",
        "def test_no_adjoint_is_left_out():",
        "    assert list(sweep(*AT.values())[2]) == list(EXPECTED)",
    )
    for name, _ in program.expected():
        yield from (
            "",
            "",
            f"def test_the_adjoint_of_{name}():",
            f"    assert alike(sweep(*AT.values())[2][{name!r}], EXPECTED[{name!r}])",
        )


def _source(name: str) -> list[str]:
    """Return the source of a function of the table, without types and leading underscores."""
    source = inspect.getsource(getattr(ops, name)).rstrip()
    source = re.sub(r": (float|Callable\[\[float\], float\])(?=[,)])", "", source)
    source = re.sub(r" -> [^\n]*:\n", ":\n", source)
    source = re.sub(r"\b_(?=[a-z])", "", source)
    source = re.sub(r"(?<![\w.-])(inf|nan)\b", r"math.\1", source)
    return source.replace("-inf", "-math.inf").split("\n")


def _letter(found: re.Match[str]) -> str:
    return found[0] if found[0].isalnum() or found[0] == "_" else "_"


def _of(op: str) -> str:
    """Write an operation over a and b, for a comment."""
    row = OPERATIONS[op]
    if op == "neg":
        return "-a"
    if row.precedence is None:
        return f"{op}({', '.join('ab'[: row.arity])})"
    return f"a {op} b"


def _enclose(written: tuple[str, int], least: int) -> str:
    text, precedence = written
    return text if precedence >= least else f"({text})"


def write_number(number: float) -> str:
    """Write a number as Python reads it, one that is not finite too."""
    return repr(number) if math.isfinite(number) else f"float({str(number)!r})"
