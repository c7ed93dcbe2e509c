"""A graph back to text.

`write_program` gives a text that parses to the same graph, node by node and in the same order.
`write_nodes` gives, for each node, the subexpression that it stands for.
"""

from __future__ import annotations

import re
from decimal import Decimal
from math import pi
from typing import NamedTuple

from .graph import CONSTANT, VARIABLE, Graph, Node
from .notation import spell
from .ops import ATOM, GATES, OPERATIONS
from .reading.latex import COMMANDS, GREEK

__all__ = ["LONGEST", "write_latex", "write_nodes", "write_program"]

_COMPARED, _SPACED = OPERATIONS["<"].precedence or 0, OPERATIONS["+"].precedence or 0

LONGEST = 120
"""How many characters a subexpression may have before its inputs are called by their names."""


class _Piece(NamedTuple):
    """A written subexpression, and how tightly its outermost operation binds.

    It holds the pieces that it is made of, and is joined once, when it is complete: a text that
    is copied for each operation around it would take time quadratic in its length.
    """

    parts: tuple[str | _Piece, ...]
    precedence: int
    gate: tuple[str, _Piece, _Piece] | None = None
    """Of a gate: its name, its condition, and what it lets through."""

    def text(self) -> str:
        """Join all parts, in time linear in the text."""
        joined: list[str] = []
        waiting: list[str | _Piece] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                joined.append(part)
            else:
                waiting += reversed(part.parts)
        return "".join(joined)


def write_nodes(graph: Graph, longest: int = LONGEST) -> tuple[str, ...]:
    """Write the subexpression of each node; a long one in terms of its inputs' names.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> write_nodes(Expression("(x+y) + x(x+y)").graph)
    ('x', 'y', 'x + y', 'x*(x + y)', 'x + y + x*(x + y)')
    """
    pieces: list[_Piece] = []
    texts: list[str] = []
    for node in graph.nodes:
        piece = _combine(node, *(pieces[i] for i in node.inputs))
        text = piece.text()
        if len(text) > longest:
            piece = _combine(node, *(_atom(graph.name_node(i)) for i in node.inputs))
            text = piece.text()
        pieces.append(_Piece((text,), piece.precedence, piece.gate))
        texts.append(text)
    return tuple(texts)


def write_program(graph: Graph) -> str:
    """Write a text that parses to `graph`, with the sharing it was built with.

    A node that is used twice becomes a statement of its own, so the text is linear in the graph.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> write_program(Expression("(x+y) + x(x+y)").graph)
    'z3 = x + y; z3 + x*z3'
    """
    return _Writer(graph).write()


def write_latex(graph: Graph) -> str:
    r"""Write LaTeX that parses to `graph`, with the sharing it was built with.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> print(write_latex(Expression("sin(x)^2/(1 + x_max)").graph))
    \frac{\sin\left(x\right)^{2}}{1 + x_{max}}
    """
    return _LatexWriter(graph).write()


class _Writer:
    """Replays the stack machine, with pieces of text on the stack.

    A piece is *pending* until an operation takes it up. What cannot stay pending (a node used
    twice, or one that an operation finds buried) is flushed: everything pending becomes a
    statement, in order, which keeps the order of creation.
    """

    _between = "; "

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._pending: list[tuple[int, _Piece]] = []
        self._statements: list[str] = []
        self._written = -1  # the last node that the statements make
        self._named_first = 0  # the variable up to which all are named before anything else
        self._names: dict[int, str] = {}
        others = (i for i, node in enumerate(graph.nodes) if node.op != VARIABLE)
        self._leading = next(others, len(graph.nodes))  # so many variables come before all else
        self._uses = [0] * len(graph.nodes)
        for node in graph.nodes:
            for i in node.inputs:
                self._uses[i] += 1

    def write(self) -> str:
        for index, node in enumerate(self._graph.nodes):
            self._pending.append((index, self._piece(node)))
            if node.op == VARIABLE:
                self._names[index] = self._spell(node.name)
            elif self._uses[index] > 1:
                self._flush()
        self._close_with_output()
        first = [self._spell(node.name) for node in self._graph.nodes[: self._named_first]]
        return self._between.join([*first, *self._statements])

    def _piece(self, node: Node) -> _Piece:
        pieces = self._take(node)
        if pieces is None:
            self._flush()
            pieces = [_atom(self._names[i]) for i in node.inputs]
        return self._combine(node, *pieces)

    @staticmethod
    def _spell(name: str) -> str:
        """Return a name as it is written."""
        return name

    @staticmethod
    def _combine(node: Node, *inputs: _Piece) -> _Piece:
        return _combine(node, *inputs)

    def _take(self, node: Node) -> list[_Piece] | None:
        """Take the inputs from the pending pieces, the last first; `None` if one is buried."""
        taken, depth = [], len(self._pending)
        for i in reversed(node.inputs):
            if depth and self._pending[depth - 1][0] == i:
                depth -= 1
                taken.append(self._pending[depth][1])
            elif i in self._names and (not taken or self._keeps_order(i, depth)):
                taken.append(_atom(self._names[i]))
            else:
                return None
        del self._pending[depth:]
        return taken[::-1]

    def _keeps_order(self, variable: int, depth: int) -> bool:
        """Whether a variable may be named left of the piece at `depth`, which may be older.

        If only variables are older, naming them in statements of their own makes it so.
        """
        newest = self._pending[depth - 1][0] if depth else self._written
        if variable <= max(newest + 1, self._named_first):
            return True
        if variable > self._leading:
            return False
        self._named_first = variable
        return True

    def _flush(self) -> None:
        if self._pending:
            self._written = self._pending[-1][0]
        for index, piece in self._pending:
            if index in self._names:
                self._statements.append(piece.text())
            else:
                self._names[index] = self._spell(self._graph.name_node(index))
                self._statements.append(f"{self._names[index]} = {piece.text()}")
        self._pending.clear()

    def _close_with_output(self) -> None:
        """End with the output, which is pending, unless it is a variable that is not the last."""
        output = self._graph.output
        last = self._pending.pop() if self._pending and self._pending[-1][0] == output else None
        self._flush()
        self._statements.append(last[1].text() if last else self._names[output])


class _LatexWriter(_Writer):
    """The same in LaTeX."""

    _between = r" \\ "

    @staticmethod
    def _spell(name: str) -> str:
        return _spell_latex(name)

    @staticmethod
    def _combine(node: Node, *inputs: _Piece) -> _Piece:
        return _combine_latex(node, *inputs)


def _combine(node: Node, *inputs: _Piece) -> _Piece:
    """Write a node over its written inputs, with parentheses where they are needed."""
    if node.op == VARIABLE:
        return _atom(node.name)
    if node.op == CONSTANT:
        return _atom(spell(node.number))
    row = OPERATIONS[node.op]
    if row.precedence is None:
        between: tuple[str | _Piece, ...] = (
            (inputs[0], ", ", inputs[1]) if row.arity == 2 else inputs
        )
        return _Piece((row.name, "(", *between, ")"), ATOM, _gate_of(node.op, inputs))
    if node.op == "+" and (case := _case_of(*inputs)):
        condition, value, other = case
        return _Piece(("where(", condition, ", ", value, ", ", other, ")"), ATOM)
    own = row.precedence
    if row.arity == 1:
        sign = "-" if node.op == "neg" else f"{node.op} "
        return _Piece((sign, _enclose(inputs[0], own)), own)
    # e^x would be read as exp(x): a variable of that name stands in parentheses.
    least = ATOM + 1 if node.op == "^" and inputs[0] == _atom("e") else own + row.right
    left = _enclose(inputs[0], least + (own == _COMPARED))
    right = _enclose(inputs[1], own + (not row.right))
    space = " " if own <= _SPACED else ""
    return _Piece((left, f"{space}{row.name}{space}", right), own)


def _gate_of(op: str, inputs: tuple[_Piece, ...]) -> tuple[str, _Piece, _Piece] | None:
    return (op, inputs[0], inputs[1]) if op in GATES else None


def _case_of(left: _Piece, right: _Piece) -> tuple[_Piece, _Piece, _Piece] | None:
    """Return condition and values of a sum of two gates that are open in turn; else `None`."""
    if left.gate is None or right.gate is None:
        return None
    (one, condition, value), (other_one, other_condition, other) = left.gate, right.gate
    if (one, other_one) != ("when", "unless") or condition.text() != other_condition.text():
        return None
    return condition, value, other


def _atom(text: str) -> _Piece:
    return _Piece((text,), ATOM)


def _enclose(piece: _Piece, least: int) -> _Piece:
    return piece if piece.precedence >= least else _Piece(("(", piece, ")"), ATOM)


# LaTeX ------------------------------------------------------------------------------------------

_COMMANDS = {letter: f"\\{name}" for name, letter in reversed(GREEK.items())} | {"l": "l"}
_WRITTEN = {
    **{f"a{name}": f"\\arc{name}" for name in ("sin", "cos", "tan")},
    "log": r"\ln", "log2": r"\log_{2}", "log10": r"\log_{10}",
}  # fmt: skip
_BETWEEN = {
    "+": " + ", "-": " - ", "*": r" \cdot ", "<": " < ", ">": " > ", "<=": r" \le ",
    ">=": r" \ge ", "==": r" \equiv ", "!=": r" \ne ", "and": r" \land ", "or": r" \lor ",
}  # fmt: skip
_AROUND = {
    "sqrt": (r"\sqrt{", "}"), "cbrt": (r"\sqrt[3]{", "}"),
    "abs": (r"\left|", r"\right|"),
}  # fmt: skip
_FRACTION = OPERATIONS["neg"].precedence or 0
"""A fraction needs no parentheses but below a power."""


def _spell_latex(name: str) -> str:
    """Write a name, its index below it; a number that ends the name of a node is one."""
    indexed = re.fullmatch(r"([^\W\d_])(?:_(\w[^\W_]*))?", name)
    if indexed is None or "_" in (indexed[2] or ""):
        return rf"\mathrm{{{name}}}"
    letter = _COMMANDS.get(indexed[1], indexed[1])
    return f"{letter}_{{{indexed[2]}}}" if indexed[2] else letter


def _combine_latex(node: Node, *inputs: _Piece) -> _Piece:
    """Write a node over its written inputs, as `_combine` does."""
    if node.op == VARIABLE:
        return _atom(_spell_latex(node.name))
    if node.op == CONSTANT:
        number = node.number
        return _atom(r"\pi" if number == pi else f"{Decimal(spell(number)):f}")
    row, left, right = OPERATIONS[node.op], inputs[0], inputs[-1]
    if node.op == "/":
        return _Piece((r"\frac{", left, "}{", right, "}"), _FRACTION)
    if node.op == "^":
        base = _enclose_latex(left, ATOM + (left == _atom("e")))
        return _Piece((base, "^{", right, "}"), row.precedence or ATOM)
    if node.op in _AROUND:
        before, after = _AROUND[node.op]
        return _Piece((before, left, after), ATOM)
    own = row.precedence
    if own is None:
        known = f"\\{row.name}" if row.name in COMMANDS else rf"\operatorname{{{row.name}}}"
        name = _WRITTEN.get(row.name, known)
        between = (left, ", ", right) if row.arity == 2 else (left,)
        gate = _gate_of(node.op, inputs)
        return _Piece((name, r"\left(", *between, r"\right)"), ATOM, gate)
    if node.op == "+" and (case := _case_of(left, right)):
        condition, value, other = case
        rows = (value, " & ", condition, r" \\ ", other, r" & \text{otherwise} \end{cases}")
        return _Piece((r"\begin{cases} ", *rows), ATOM)
    if row.arity == 1:
        sign = "-" if node.op == "neg" else r"\lnot "
        return _Piece((sign, _enclose_latex(left, own)), own)
    right = _enclose_latex(right, own + 1)
    return _Piece((_enclose_latex(left, own + (own == _COMPARED)), _BETWEEN[node.op], right), own)


def _enclose_latex(piece: _Piece, least: int) -> _Piece:
    return piece if piece.precedence >= least else _Piece((r"\left(", piece, r"\right)"), ATOM)
