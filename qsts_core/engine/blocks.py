"""Many states with numpy: block after block, each operation one call on a block.

In goes a `Tape`; out comes a `Blocks`, which fills arrays of values and gradients. A block holds
as many states as leave what waits for a later operation in the cache, and a buffer is used again
as soon as its value is not needed any more: memory is that of the buffers, whatever the number of
states. The source of the run over one block is made of the table of operations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from qsts_core.engine.arrays import Numbers
from qsts_core.engine.lowering import Listing, lower
from qsts_core.engine.schedule import last_uses, reorder
from qsts_core.graph import CONSTANT, VARIABLE, Node
from qsts_core.ops import OPERATIONS
from qsts_core.sweep import Tape

__all__ = ["Blocks", "compile_blocks"]

CACHE = 512 * 1024
"""Bytes that the buffers of a block may take: half of what a core has for itself nowadays."""

SMALLEST, LARGEST = 1024, 8192
"""Limits on the states of a block: below, calls cost more than they compute."""


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
        writer = _Writer(listing)
        self.operations = listing.operations
        self.buffers = writer.buffers
        held = self.buffers + 4
        self.block = max(SMALLEST, min(LARGEST, CACHE // (8 * held) // 256 * 256))
        constants = {name: np.array(number) for name, number in writer.constants.items()}
        namespace: dict[str, Any] = {**_numpy_names(), **constants}
        exec(compile(writer.source, "<block>", "exec"), namespace)
        self._run: Callable[..., None] = namespace["block"]

    def fill(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        """Compute `values` (states,) and `gradient` (variables, states) at `states`.

        Examples
        --------
        >>> from qsts_core import Expression
        >>> e = Expression("x*y")
        >>> values, gradient = np.empty(2), np.empty((2, 2))
        >>> compile_blocks(e.tape, e.variables).fill(
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
                last = min(first + size, count)
                if last - first < size:
                    buffers = [buffer[: last - first] for buffer in buffers]
                self._run(states, values, gradient, buffers, slice(first, last))


def compile_blocks(tape: Tape, variables: tuple[str, ...]) -> Blocks:
    """Make a formula ready to run on blocks of states."""
    return Blocks(reorder(lower(tape, variables, lambda row: bool(row.numpy))))


class _Writer:
    """Writes the source of one block, and says which buffers and constants it needs."""

    def __init__(self, listing: Listing) -> None:
        self.buffers = 0
        self.constants: dict[str, float] = {}
        self._listing = listing
        self._places = {name: i for i, name in enumerate(listing.variables)}
        self._free: list[int] = []
        self._names: list[str] = []
        self._last = last_uses(listing)
        self._owner: dict[str, int] = {}
        rows = ["v[s]", *(f"g[{i}, s]" for i in range(len(listing.variables)))]
        self._rows: dict[int, list[str]] = {}
        for output, row in zip(listing.outputs, rows, strict=True):
            self._rows.setdefault(output, []).append(row)
        lines = [line for i in range(len(listing.nodes)) for line in self._node(i)]
        names = ", ".join(f"b{i}" for i in range(self.buffers))
        head = [f"[{names}] = b"] if names else []
        body = "".join(f"  {line}\n" for line in [*head, *lines])
        self.source = f"def block(x, v, g, b, s):\n{body}"

    def _node(self, index: int) -> list[str]:
        node = self._listing.nodes[index]
        rows = self._rows.get(index, [])
        if node.op == VARIABLE:
            place = self._places[str(node.content)]
            self._names.append(f"x{index}")
            return [f"x{index} = x[{place}, s]", *(f"{row} = x{index}" for row in rows)]
        if node.op == CONSTANT:
            name = f"c{len(self.constants)}"
            self.constants[name] = float(node.content)  # type: ignore[arg-type]
            self._names.append(name)
            return [f"{row} = {name}" for row in rows]
        inputs = [self._names[i] for i in node.inputs]
        written = OPERATIONS[node.op].numpy
        if written.isidentifier():  # a ufunc can write over its own input
            self._release(node, index)
        lines, name = self._target(index, rows)
        if written.isidentifier():
            lines.append(f"{written}({', '.join(inputs)}, out={name})")
        else:
            lines.append(written.format(a=inputs[0], b=inputs[-1], z=name))
            self._release(node, index)
        self._names.append(name)
        return [*lines, *(f"{row} = {name}" for row in rows[1:])]

    def _target(self, index: int, rows: list[str]) -> tuple[list[str], str]:
        """Return where a result goes: into its row of the answer, or into a buffer."""
        if rows:
            return [f"r{index} = {rows[0]}"], f"r{index}"
        if not self._free:
            self._free.append(self.buffers)
            self.buffers += 1
        number = self._free.pop()
        self._owner[f"b{number}"] = number
        return [], f"b{number}"

    def _release(self, node: Node, index: int) -> None:
        """Let the buffers of the inputs that are used here for the last time be used again."""
        for i in set(node.inputs):
            if self._last[i] == index and self._names[i] in self._owner:
                self._free.append(self._owner[self._names[i]])


def _numpy_names() -> dict[str, Any]:
    """Return the functions of numpy that the table calls, and what it takes from `math`."""
    from math import erf

    words = {word for row in OPERATIONS.values() for word in re.findall(r"[a-z]\w+", row.numpy)}
    return {word: getattr(np, word) for word in words if hasattr(np, word)} | {"erf": erf}
