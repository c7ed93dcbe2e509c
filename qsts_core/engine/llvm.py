"""A listing as the text of an LLVM module: one loop over the states, a vector of states at a time.

In goes a `Listing`; out comes text, written for LLVM's *fast* instruction selector, which takes one
instruction after the other. It knows arithmetic, loads and stores, but no comparison, selection or
constant of vectors; at the first of these it hands the rest of the block to the slow selector,
which takes five times as long. So constants are read from memory, and what is not arithmetic is
a function.

The listing is cut into *tiles* of so many operations, each a function, because the time to compile
a function grows faster than its length. What a later tile needs of an earlier one is spilled to a
scratch buffer, whose room is used again when the value is not needed any more. The driver runs all
tiles over a few vectors of states before the next few, so the scratch buffer stays in the cache.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qsts_core.engine import skeleton
from qsts_core.engine.dialects import LLVM, C
from qsts_core.engine.lowering import Listing
from qsts_core.engine.schedule import last_uses
from qsts_core.graph import CONSTANT, VARIABLE
from qsts_core.ops import ARITIES

__all__ = ["Machine", "Source", "write_module"]

TILE = 250
"""Operations in a tile."""

SCRATCH = 256 * 1024
"""Bytes that spilled values may take before fewer vectors are run at a time."""

MOST_VECTORS = 16
"""Vectors of states that each tile runs through in one call."""

AHEAD = 4
"""How many vectors before they are needed the numbers of a row are prefetched."""

FOLLOWED = 32
"""Rows that a processor prefetches by itself; without ours, 300 rows take thrice as long."""

TOGETHER = 16
"""Rows that are prefetched in one call."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the text is written for.

    Attributes
    ----------
    lanes
        How many float64 a vector has.
    vector_prefix
        How the C library calls its vector functions of one input ("_ZGVeN8v"), "" for none.
    vector_functions
        Which of them there are.
    packed
        Whether there is but one state, its numbers side by side in place of rows of states.
    """

    lanes: int
    vector_prefix: str = ""
    vector_functions: frozenset[str] = frozenset()
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a module.

    Attributes
    ----------
    text
        The module; its function `run` takes pointers to the states, the distance of their rows,
        pointers to values and gradient, the distance of its rows, the scratch buffer, and the
        count of *vectors*. Where the machine is packed, it takes a pointer to the variables, with
        room for the value and the derivatives after them, and the scratch buffer.
    scratch
        How many float64 that has.
    called
        The functions of the C library and of `ROWS` that it calls, by their symbols.
    """

    text: str
    scratch: int
    called: frozenset[str]


def write_module(listing: Listing, machine: Machine) -> Source:
    """Write the module of a listing.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.engine.lowering import lower
    >>> e = Expression("x*x")
    >>> source = write_module(lower(e.tape), Machine(lanes=4))
    >>> "%z1 = fmul <4 x double> %z0, %z0" in source.text
    True
    """
    return _Writer(listing, machine).source()


class _Writer:
    def __init__(self, listing: Listing, machine: Machine) -> None:
        self._listing = listing
        self._machine = machine
        self._vector = f"<{machine.lanes} x double>"
        # A row for each variable, then one for the value, then one for each derivative.
        self._inputs = {name: row for row, name in enumerate(listing.variables)}
        self._outputs: dict[int, list[int]] = {}
        for row, output in enumerate(listing.outputs, start=len(self._inputs)):
            self._outputs.setdefault(output, []).append(row)
        self._count_rows = len(self._inputs) + len(listing.outputs)
        self._last = last_uses(listing)
        self._spills: dict[int, int] = {}  # node -> where it is spilled to, while it waits
        self._free: list[int] = []
        self._count = 0  # of vectors that have room to be spilled to
        self._constants: dict[str, str] = {}  # number -> the name of where it lies
        self._functions: dict[str, str] = {}  # symbol -> its declaration or definition
        self._called: set[str] = set()
        self._prefetched: set[int] = set()  # rows, by the first of those in one call
        self._lines: list[str] = []
        self._names: dict[int, str] = {}  # what stands for a node in the current tile

    def source(self) -> Source:
        operations = [i for i, node in enumerate(self._listing.nodes) if node.left is not None]
        tiles = [operations[i : i + TILE] for i in range(0, len(operations), TILE)] or [[]]
        bodies = [self._tile(tile, first=not k) for k, tile in enumerate(tiles)]
        vectors, lanes = self._vectors(), self._machine.lanes
        head = [
            *(
                skeleton.CONSTANT.format(name=k, v=self._vector, x=x)
                for x, k in self._constants.items()
            ),
            *self._functions.values(),
        ]
        functions = [
            skeleton.TILE.format(
                name=k, body=_place_spills(body, vectors * lanes), lanes=lanes, ahead=AHEAD * lanes
            )
            for k, body in enumerate(bodies)
        ]
        calls = "\n".join(skeleton.CALL.format(name=k) for k in range(len(tiles)))
        table = 0 if self._machine.packed else -(-self._count_rows // 8) * 8
        driver = self._driver(calls, vectors, table)
        return Source(
            "\n".join([*head, *functions, driver]),
            table + self._count * vectors * lanes,
            frozenset(self._called),
        )

    def _vectors(self) -> int:
        """Return how many vectors each tile runs through in one call."""
        if self._machine.packed:
            return 1
        bytes_of_spills = 8 * self._machine.lanes * self._count
        return max(1, min(MOST_VECTORS, SCRATCH // max(1, bytes_of_spills)))

    def _driver(self, calls: str, vectors: int, table: int) -> str:
        if self._machine.packed:
            return skeleton.PACKED_DRIVER.format(calls=calls)
        self._called.add("qsts_lay")
        variables = len(self._inputs)
        return skeleton.DRIVER.format(
            calls=calls, vectors=vectors, table=table, variables=variables, first=variables + 1
        )

    # One tile -----------------------------------------------------------------------------------

    def _tile(self, operations: list[int], first: bool) -> str:
        self._lines, self._names = [], {}
        if first:
            for index, rows in self._outputs.items():
                if self._listing.nodes[index].left is None:
                    self._store(index, rows)
        end = operations[-1] if operations else 0
        for index in operations:
            self._operation(index)
            if index in self._outputs:
                self._store(index, self._outputs[index])
            if self._last[index] > end:
                self._spills[index] = self._new_spill()
                self._write(self._names[index], self._spill(index))
        for index in [i for i in self._spills if self._last[i] <= end]:
            self._free.append(self._spills.pop(index))
        return "\n".join(self._lines)

    def _operation(self, index: int) -> None:
        node = self._listing.nodes[index]
        inputs = [self._operand(i) for i in node.inputs]
        written = LLVM.get(node.op, "")
        v, name = self._vector, f"%z{index}"
        if written == "fneg":  # which the fast selector does not know; -0.0 - x is -x for every x
            line = f"{name} = fsub {v} {self._constant(-0.0)}, {inputs[0]}"
        elif written.isidentifier():
            line = f"{name} = {written} {v} {inputs[0]}, {inputs[1]}"
        else:
            given = ", ".join(f"{v} {text}" for text in inputs)
            line = f"{name} = call {v} @{self._function(node.op)}({given})"
        self._lines.append(line)
        self._names[index] = name

    def _operand(self, index: int) -> str:
        """Return what stands for a node here, after reading it from where it lies if need be."""
        name = self._names.get(index)
        if name is None:
            node = self._listing.nodes[index]
            if node.op == CONSTANT:
                return self._constant(node.number)
            name = self._names[index] = f"%z{index}"
            is_variable = node.op == VARIABLE
            place = self._row(self._inputs[node.name]) if is_variable else self._spill(index)
            self._lines.append(f"{name} = load {self._vector}, ptr {place}, align 8")
        return name

    def _constant(self, number: float) -> str:
        """Read a number, anew for every use: it needs no register in between."""
        text = _hexadecimal(number)
        place = self._constants.setdefault(text, f"c{len(self._constants)}")
        name = f"%k{len(self._lines)}"
        self._lines.append(f"{name} = load {self._vector}, ptr @{place}, align 64")
        return name

    def _store(self, index: int, rows: Sequence[int]) -> None:
        for row in rows:
            self._write(self._operand(index), self._row(row))

    def _write(self, text: str, place: str) -> None:
        self._lines.append(f"store {self._vector} {text}, ptr {place}, align 8")

    def _row(self, row: int) -> str:
        """Return a pointer to this vector of states in a row."""
        if self._machine.packed:
            return self._pointer("r", row)
        self._prefetch(row)
        n = len(self._lines)
        self._lines += (
            f"%q{n} = getelementptr ptr, ptr %r, i64 {row}",
            f"%o{n} = load ptr, ptr %q{n}",
            f"%p{n} = getelementptr double, ptr %o{n}, i64 %s",
        )
        return f"%p{n}"

    def _prefetch(self, row: int) -> None:
        """Prefetch the next vectors of this row and of its neighbours, where they are many."""
        first = row - row % TOGETHER
        if self._count_rows <= FOLLOWED or first in self._prefetched:
            return
        self._prefetched.add(first)
        self._called.add("qsts_prefetch")
        n, count = len(self._lines), min(TOGETHER, self._count_rows - first)
        self._lines += (
            f"%h{n} = getelementptr ptr, ptr %r, i64 {first}",
            f"call void @qsts_prefetch(ptr %h{n}, i64 {count}, i64 %a)",
        )

    def _new_spill(self) -> int:
        if self._free:
            return self._free.pop()
        self._count += 1
        return self._count - 1

    def _spill(self, index: int) -> str:
        # The distance of two vectors is known once all that are spilled are counted.
        return self._pointer("t", f"@{self._spills[index]}@")

    def _pointer(self, base: str, offset: int | str) -> str:
        name = f"%p{len(self._lines)}"
        self._lines.append(f"{name} = getelementptr double, ptr %{base}, i64 {offset}")
        return name

    # What is called -----------------------------------------------------------------------------

    def _function(self, op: str) -> str:
        """Return the name of a function of vectors, which is declared or defined if it is new."""
        v, lanes, arity = self._vector, self._machine.lanes, ARITIES[op]
        written = LLVM.get(op, "")
        if written.startswith("@"):
            symbol, defined = f"{written[1:]}.v{lanes}f64", False
        elif not written and C[op] in self._machine.vector_functions:
            symbol, defined = f"{self._machine.vector_prefix}{'v' * (arity - 1)}_{C[op]}", False
            self._called.add(symbol)
        else:
            name = re.sub(r"\W", lambda sign: f"{ord(sign[0])}_", C.get(op, op))
            symbol, defined = f"own.{name}", True
        if symbol not in self._functions:
            declared = f"declare {v} @{symbol}({', '.join([v] * arity)})"
            self._functions[symbol] = self._define(symbol, op) if defined else declared
        return symbol

    def _define(self, symbol: str, op: str) -> str:
        """Write a function of vectors: the lines of the dialect, or a call for each number."""
        v, lanes, arity = self._vector, self._machine.lanes, ARITIES[op]
        if op in LLVM:
            names = {name: f"%{name}" for name in "abztuwki"}
            before, body = "", LLVM[op].format(v=v, m=f"<{lanes} x i1>", n=lanes, **names)
        else:
            self._called.add(C[op])
            before = f"declare double @{C[op]}({', '.join(['double'] * arity)})\n"
            body = "\n".join(_lane_by_lane(C[op], arity, lanes))
        inputs = ", ".join(f"{v} %{name}" for name in "ab"[:arity])
        head = f"{before}define internal {v} @{symbol}({inputs}) noinline nounwind"
        return f"{head} {{\n{body}\nret {v} %z\n}}"


def _place_spills(body: str, distance: int) -> str:
    """Write offsets into the scratch buffer for the numbers of spilled vectors."""
    return re.sub(r"@(\d+)@", lambda match: str(int(match[1]) * distance), body)


def _lane_by_lane(name: str, arity: int, lanes: int) -> Iterator[str]:
    """Write a call for each lane of a vector."""
    v, before = f"<{lanes} x double>", "poison"
    for k in range(lanes):
        for p in "ab"[:arity]:
            yield f"%{p}{k} = extractelement {v} %{p}, i32 {k}"
        inputs = ", ".join(f"double %{p}{k}" for p in "ab"[:arity])
        yield f"%c{k} = call double @{name}({inputs})"
        after = "%z" if k == lanes - 1 else f"%r{k}"
        yield f"{after} = insertelement {v} {before}, double %c{k}, i32 {k}"
        before = after


def _hexadecimal(number: float) -> str:
    """Write a number as LLVM does, to the last bit."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016X}"
