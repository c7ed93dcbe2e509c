"""A graph back to text.

`write_program` gives a text that parses to the same graph, node by node and in the same order.
`write_nodes` gives, for each node, the subexpression that it stands for.
"""

from __future__ import annotations

from typing import NamedTuple

from .graph import CONSTANT, VARIABLE, Graph, Node
from .notation import spell
from .ops import ATOM, OPERATIONS

__all__ = ["LONGEST", "write_nodes", "write_program"]

LONGEST = 120
"""How many characters a subexpression may have before its inputs are called by their names."""


class _Piece(NamedTuple):
    """A written subexpression, and how tightly its outermost operation binds.

    It holds the pieces that it is made of, and is joined once, when it is complete: a text that
    is copied for each operation around it would take time quadratic in its length.
    """

    parts: tuple[str | _Piece, ...]
    precedence: int

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
        pieces.append(_Piece((text,), piece.precedence))
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


class _Writer:
    """Replays the stack machine, with pieces of text on the stack.

    A piece is *pending* until an operation takes it up. What cannot stay pending (a node used
    twice, or one that an operation finds buried) is flushed: everything pending becomes a
    statement, in order, which keeps the order of creation.
    """

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
                self._names[index] = node.name
            elif self._uses[index] > 1:
                self._flush()
        self._close_with_output()
        first = [node.name for node in self._graph.nodes[: self._named_first]]
        return "; ".join([*first, *self._statements])

    def _piece(self, node: Node) -> _Piece:
        pieces = self._take(node)
        if pieces is None:
            self._flush()
            pieces = [_atom(self._names[i]) for i in node.inputs]
        return _combine(node, *pieces)

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
                self._names[index] = self._graph.name_node(index)
                self._statements.append(f"{self._names[index]} = {piece.text()}")
        self._pending.clear()

    def _close_with_output(self) -> None:
        """End with the output, which is pending, unless it is a variable that is not the last."""
        output = self._graph.output
        last = self._pending.pop() if self._pending and self._pending[-1][0] == output else None
        self._flush()
        self._statements.append(last[1].text() if last else self._names[output])


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
        return _Piece((row.name, "(", *between, ")"), ATOM)
    own = row.precedence
    if row.arity == 1:
        return _Piece(("-", _enclose(inputs[0], own)), own)
    # e^x would be read as exp(x): a variable of that name stands in parentheses.
    least = ATOM + 1 if node.op == "^" and inputs[0] == _atom("e") else own + row.right
    left = _enclose(inputs[0], least)
    right = _enclose(inputs[1], own + (not row.right))
    space = " " if own == OPERATIONS["+"].precedence else ""
    return _Piece((left, f"{space}{row.name}{space}", right), own)


def _atom(text: str) -> _Piece:
    return _Piece((text,), ATOM)


def _enclose(piece: _Piece, least: int) -> _Piece:
    return piece if piece.precedence >= least else _Piece(("(", piece, ")"), ATOM)
