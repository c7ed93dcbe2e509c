"""Many states with numpy: block after block, each operation one call on a block.

In goes a `Tape`; out comes a `Blocks`, which fills arrays of values and gradients. A block holds
as many states as leave what waits for a later operation in the cache, and a buffer is used again
as soon as its value is not needed any more: memory is that of the buffers, whatever the number of
states. What runs is a list of calls on numbered arrays; no source is written for it, as a Python
function of twenty thousand lines takes longer to compile than all the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from qsts_core.engine.arrays import Numbers
from qsts_core.engine.dialects import NUMPY
from qsts_core.engine.lowering import Listing, lower
from qsts_core.engine.schedule import last_uses, reorder
from qsts_core.graph import CONSTANT, VARIABLE, Node
from qsts_core.ops import ARITIES
from qsts_core.sweep import Tape

__all__ = ["Blocks", "compile_blocks"]

CACHE = 512 * 1024
"""Bytes that the buffers of a block may take: half of what a core has for itself nowadays."""

SMALLEST, LARGEST = 1024, 8192
"""Limits on the states of a block: below, calls cost more than they compute."""


Function: TypeAlias = Callable[..., object]
"""What fills its last argument from the others: a ufunc, or a row of the table made callable."""


class Call(NamedTuple):
    """One operation on a block: a function, and the places of its inputs and of its result."""

    function: Function
    left: int
    right: int | None
    result: int


class Blocks:
    """A formula and its gradient, ready to run on blocks of states.

    Attributes
    ----------
    buffers
        How many arrays of one block it works on beside the given ones.
    block
        How many states are in a block.
    operations
        How many calls are made for a block.
    """

    def __init__(self, listing: Listing) -> None:
        planner = _Planner(listing)
        self.operations = listing.operations
        self.buffers = planner.buffers
        held = self.buffers + 4
        self.block = max(SMALLEST, min(LARGEST, CACHE // (8 * held) // 256 * 256))
        self._constants = [np.array(number) for number in planner.constants]
        self._calls = planner.calls

    def fill(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        """Compute `values` (states,) and `gradient` (variables, states) at `states`.

        Examples
        --------
        >>> from qsts_core import Expression
        >>> e = Expression("x*y")
        >>> values, gradient = np.empty(2), np.empty((2, 2))
        >>> compile_blocks(e.tape).fill(
        ...     np.array([[1.0, 2.0], [3.0, 4.0]]), values, gradient
        ... )
        >>> values, gradient.tolist()
        (array([3., 8.]), [[3.0, 4.0], [1.0, 2.0]])
        """
        count = len(values)
        size = min(self.block, count)
        buffers = list(np.empty((self.buffers, size)))
        with np.errstate(all="ignore"):
            for first in range(0, count, size):
                part = slice(first, min(first + size, count))
                if part.stop - first < size:
                    buffers = [buffer[: part.stop - first] for buffer in buffers]
                given = (values[part], *states[:, part], *gradient[:, part])
                self._run([*given, *self._constants, *buffers])

    def _run(self, arrays: list[Numbers]) -> None:
        for function, left, right, result in self._calls:
            if right is None:
                function(arrays[left], arrays[result])
            else:
                function(arrays[left], arrays[right], arrays[result])


def compile_blocks(tape: Tape) -> Blocks:
    """Make a formula ready to run on blocks of states."""
    return Blocks(reorder(lower(tape, NUMPY)))


class _Planner:
    """Plans the calls for one block, on numbered arrays, its *places*.

    These are: the value, the variables, the derivatives, the constants, and the buffers.
    """

    def __init__(self, listing: Listing) -> None:
        self.calls: list[Call] = []
        self.constants = [node.number for node in listing.nodes if node.op == CONSTANT]
        self._listing = listing
        variables = len(listing.variables)
        self._variables = {name: 1 + i for i, name in enumerate(listing.variables)}
        self._rows: dict[int, list[int]] = {}  # node -> places in the answer
        derivatives = range(1 + variables, 1 + 2 * variables)
        for output, row in zip(listing.outputs, (0, *derivatives), strict=True):
            self._rows.setdefault(output, []).append(row)
        self._next_constant = 1 + 2 * variables
        self._first_buffer = self._next_constant + len(self.constants)
        self.buffers = 0
        self._free: list[int] = []  # places of buffers
        self._places: list[int] = []  # by node
        self._last = last_uses(listing)
        for index, node in enumerate(listing.nodes):
            self._places.append(self._plan(index, node))

    def _plan(self, index: int, node: Node) -> int:
        """Plan the calls for a node, and return its place."""
        rows = self._rows.get(index, [])
        if node.op == VARIABLE:
            place, copies = self._variables[node.name], rows
        elif node.op == CONSTANT:
            place, copies = self._next_constant, rows
            self._next_constant += 1
        else:
            place, copies = self._call(index, node, rows), rows[1:]
        self.calls += (Call(np.positive, place, None, row) for row in copies)
        return place

    def _call(self, index: int, node: Node, rows: list[int]) -> int:
        function = _function(node.op)
        inputs = [self._places[i] for i in node.inputs]
        writes_over = isinstance(function, np.ufunc)
        if writes_over:  # a ufunc can write over its own input
            self._release(node, index)
        place = rows[0] if rows else self._buffer()
        if not writes_over:
            self._release(node, index)
        right = inputs[1] if len(inputs) > 1 else None
        self.calls.append(Call(function, inputs[0], right, place))
        return place

    def _buffer(self) -> int:
        if self._free:
            return self._free.pop()
        self.buffers += 1
        return self._first_buffer + self.buffers - 1

    def _release(self, node: Node, index: int) -> None:
        """Let the buffers of the inputs that are used here for the last time be used again."""
        for i in set(node.inputs):
            if self._last[i] == index and self._places[i] >= self._first_buffer:
                self._free.append(self._places[i])


@cache
def _function(op: str) -> Function:
    """Return the row of an operation as a function of its inputs and the array that it fills."""
    text = NUMPY[op]
    if text.isidentifier():
        return getattr(np, text)  # type: ignore[no-any-return]
    names = ("a", "b")[: ARITIES[op]]
    body = text.format(a="a", b="b", z="z")
    namespace: dict[str, Any] = _numpy_names(text)
    # The source is made of this package's own table, never of what a person typed.
    exec(f"def fill({', '.join(names)}, z): {body}", namespace)
    return namespace["fill"]  # type: ignore[no-any-return]


def _numpy_names(text: str) -> dict[str, Any]:
    """Return the functions of numpy that a text calls, and what it takes from `math`."""
    from math import erf, erfc

    words = re.findall(r"[a-z]\w+", text)
    return {word: getattr(np, word) for word in words if hasattr(np, word)} | {
        "erf": erf,
        "erfc": erfc,
    }
