"""A listing as the text of an LLVM module: one loop over the states, a vector of states at a time.

In goes a `Listing`; out comes text. The listing is cut into *tiles* of so many operations, each a
function, because the time to compile a function grows faster than its length. What a later tile
needs of an earlier one lies in a scratch buffer, in slots that are used again when their value is
not needed any more. The driver runs all tiles over a few vectors of states before the next few, so
the scratch buffer stays in the cache.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from qsts_core.engine.lowering import Listing
from qsts_core.engine.schedule import last_uses
from qsts_core.graph import CONSTANT, VARIABLE, Node
from qsts_core.ops import OPERATIONS

__all__ = ["Machine", "Source", "write_module"]

TILE = 500
"""Operations in a tile."""

SCRATCH = 256 * 1024
"""Bytes that the scratch buffer may take before fewer vectors are run at a time."""

MOST_VECTORS = 16
"""Vectors of states that each tile runs through in one call."""

AHEAD = 4
"""So many vectors before they are needed, the numbers of a row are asked for.

There are more rows than a processor follows by itself: without this, 300 rows take three times as
long."""

FAR = 24
"""A variable is read again after so many operations, rather than kept in a register."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the text is written for.

    Attributes
    ----------
    lanes
        How many float64 a vector has.
    vector_prefix
        How the C library calls its vector functions of one input ("_ZGVeN8v_"), "" for none.
    vector_functions
        Which of them there are.
    """

    lanes: int
    vector_prefix: str = ""
    vector_functions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a module.

    Attributes
    ----------
    text
        The module; its function `run` takes pointers to the states, the distance of their rows,
        pointers to values and gradient, the distance of its rows, the count of *vectors*, and the
        scratch buffer.
    scratch
        How many float64 that has.
    called
        The functions of the C library that it calls, by their symbols.
    """

    text: str
    scratch: int
    called: frozenset[str]


_ARGUMENTS = (
    "ptr noalias %x, i64 %xs, ptr noalias %v, ptr noalias %g, i64 %gs, i64 %n, ptr noalias %w"
)


def write_module(listing: Listing, machine: Machine) -> Source:
    """Write the module of a listing.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.engine.lowering import lower
    >>> e = Expression("x*x")
    >>> source = write_module(lower(e.tape, e.variables), Machine(lanes=4))
    >>> "%z1 = fmul <4 x double> %z0, %z0" in source.text
    True
    """
    return _Writer(listing, machine).source()


class _Writer:
    def __init__(self, listing: Listing, machine: Machine) -> None:
        self._listing = listing
        self._machine = machine
        self._vector = f"<{machine.lanes} x double>"
        self._mask = f"<{machine.lanes} x i1>"
        self._places = {name: i for i, name in enumerate(listing.variables)}
        self._rows: dict[int, list[int]] = {}  # node -> rows of the answer, the value's is -1
        for row, output in enumerate(listing.outputs, start=-1):
            self._rows.setdefault(output, []).append(row)
        self._last = last_uses(listing)
        self._slots: dict[int, int] = {}  # node -> slot, while it waits
        self._free: list[int] = []
        self._count = 0  # of slots
        self._called: dict[str, str] = {}  # symbol -> its declaration
        self._lines: list[str] = []
        self._names: dict[int, str] = {}  # what stands for a node in the current tile
        self._read_at: dict[int, int] = {}  # when a variable was last read in it
        self._position = 0

    def source(self) -> Source:
        operations = [i for i, node in enumerate(self._listing.nodes) if node.inputs]
        tiles = [operations[i : i + TILE] for i in range(0, len(operations), TILE)] or [[]]
        bodies = [self._tile(tile, first=not k) for k, tile in enumerate(tiles)]
        lanes = self._machine.lanes
        vectors = MOST_VECTORS
        if self._count:
            vectors = max(1, min(vectors, SCRATCH // (8 * lanes * self._count)))
        functions = [
            _TILE.format(
                name=k,
                arguments=_ARGUMENTS,
                body=_place_slots(body, vectors * lanes),
                lanes=lanes,
            )
            for k, body in enumerate(bodies)
        ]
        driver = _DRIVER.format(
            arguments=_ARGUMENTS,
            lanes=lanes,
            # One tile needs no scratch buffer: it runs through all vectors in one call.
            vectors=vectors if len(tiles) > 1 else 1 << 62,
            calls="\n".join(_CALL.format(name=k) for k in range(len(tiles))),
        )
        text = "\n".join([*self._called.values(), *functions, driver])
        return Source(text, self._count * vectors * lanes, frozenset(self._called))

    # One tile -----------------------------------------------------------------------------------

    def _tile(self, operations: list[int], first: bool) -> str:
        self._lines, self._names, self._read_at = [], {}, {}
        if first:
            for index, rows in self._rows.items():
                if not self._listing.nodes[index].inputs:
                    self._store(index, rows)
        end = operations[-1] if operations else 0
        for index in operations:
            self._position = index
            self._operation(index)
            self._store(index, self._rows.get(index, []))
            if self._last[index] > end:
                self._slots[index] = self._new_slot()
                self._lines.append(
                    f"store {self._vector} {self._names[index]}, ptr {self._slot(index)}, align 8"
                )
        for index in [i for i in self._slots if self._last[i] <= end]:
            self._free.append(self._slots.pop(index))
        return "\n".join(self._lines)

    def _operation(self, index: int) -> None:
        node = self._listing.nodes[index]
        inputs = [self._operand(i) for i in node.inputs]
        row = OPERATIONS[node.op]
        name = f"%z{index}"
        v = self._vector
        if not row.llvm:
            given = ", ".join(f"{v} {text}" for text in inputs)
            line = f"{name} = call {v} @{self._function(row.c, len(inputs))}({given})"
        elif row.llvm.startswith("@"):
            line = f"{name} = call {v} {row.llvm}.v{self._machine.lanes}f64({v} {inputs[0]})"
        elif row.llvm.isidentifier():
            line = f"{name} = {row.llvm} {v} {inputs[0]}, {inputs[1]}"
        else:
            temporaries = {k: f"%{k}{index}" for k in "tuwki"}
            line = row.llvm.format(
                a=inputs[0],
                b=inputs[-1],
                z=name,
                v=v,
                m=self._mask,
                n=self._machine.lanes,
                **temporaries,
            )
        self._lines.append(line)
        self._names[index] = name

    def _operand(self, index: int) -> str:
        """Return what stands for a node here, after reading it from where it lies if need be."""
        node = self._listing.nodes[index]
        if node.op == CONSTANT:
            return f"splat (double {_hexadecimal(float(node.content))})"  # type: ignore[arg-type]
        if node.op == VARIABLE:
            if self._position - self._read_at.get(index, -FAR) >= FAR:
                self._names[index] = self._read(index, node)
            self._read_at[index] = self._position
        elif index not in self._names:
            name = f"%z{index}"
            place = self._slot(index)
            self._lines.append(f"{name} = load {self._vector}, ptr {place}, align 8")
            self._names[index] = name
        return self._names[index]

    def _read(self, index: int, node: Node) -> str:
        name = f"%z{index}" if index not in self._names else f"%z{index}.{len(self._lines)}"
        pointer = self._row("x", self._places[str(node.content)])
        self._lines.append(f"{name} = load {self._vector}, ptr {pointer}, align 8")
        return name

    def _store(self, index: int, rows: list[int]) -> None:
        for row in rows:
            pointer = "%vi" if row < 0 else self._row("g", row)
            text = self._operand(index)
            self._lines.append(f"store {self._vector} {text}, ptr {pointer}, align 8")

    def _row(self, array: str, row: int) -> str:
        """Return a pointer to this vector of states in a row."""
        name = f"%p{len(self._lines)}"
        self._lines.append(f"{name}o = mul i64 %{array}s, {row}")
        self._lines.append(f"{name} = getelementptr double, ptr %{array}i, i64 {name}o")
        ahead, write = AHEAD * self._machine.lanes, int(array == "g")
        self._lines.append(f"{name}q = getelementptr double, ptr {name}, i64 {ahead}")
        self._lines.append(f"call void @llvm.prefetch.p0(ptr {name}q, i32 {write}, i32 3, i32 1)")
        return name

    def _new_slot(self) -> int:
        if self._free:
            return self._free.pop()
        self._count += 1
        return self._count - 1

    def _slot(self, index: int) -> str:
        name = f"%p{len(self._lines)}"
        # The distance of two slots is known once all slots are counted.
        offset = f"@{self._slots[index]}@"
        self._lines.append(f"{name} = getelementptr double, ptr %wi, i64 {offset}")
        return name

    # What is called -----------------------------------------------------------------------------

    def _function(self, name: str, arity: int) -> str:
        """Return what computes a function of the C library for a vector, declared or defined."""
        v, lanes, vector = self._vector, self._machine.lanes, f"vector_{name}"
        if name in self._machine.vector_functions:
            vector = symbol = f"{self._machine.vector_prefix}{'v' * (arity - 1)}_{name}"
            text = f"declare {v} @{symbol}({', '.join([v] * arity)})"
        else:
            symbol = name
            body = "\n".join(_lane_by_lane(name, arity, lanes))
            parameters = ", ".join(f"{v} %{k}" for k in "ab"[:arity])
            text = (
                f"declare double @{symbol}({', '.join(['double'] * arity)})\n"
                f"define internal {v} @{vector}({parameters}) noinline {{\n{body}\n}}"
            )
        self._called[symbol] = text
        return vector


def _place_slots(body: str, distance: int) -> str:
    """Write offsets into the scratch buffer for the numbers of slots."""
    return re.sub(r"@(\d+)@", lambda match: str(int(match[1]) * distance), body)


def _lane_by_lane(name: str, arity: int, lanes: int) -> Iterator[str]:
    """Write a call for each lane of a vector."""
    v = f"<{lanes} x double>"
    for k in range(lanes):
        for p in "ab"[:arity]:
            yield f"%{p}{k} = extractelement {v} %{p}, i32 {k}"
        inputs = ", ".join(f"double %{p}{k}" for p in "ab"[:arity])
        yield f"%c{k} = call double @{name}({inputs})"
        before = f"%r{k - 1}" if k else "poison"
        yield f"%r{k} = insertelement {v} {before}, double %c{k}, i32 {k}"
    yield f"ret {v} %r{lanes - 1}"


def _hexadecimal(number: float) -> str:
    """Write a number as LLVM does, to the last bit."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016X}"


_TILE = """define internal void @tile{name}({arguments}) noinline {{
entry:
br label %loop
loop:
%i = phi i64 [ 0, %entry ], [ %next, %loop ]
%s = mul i64 %i, {lanes}
%xi = getelementptr double, ptr %x, i64 %s
%vi = getelementptr double, ptr %v, i64 %s
%gi = getelementptr double, ptr %g, i64 %s
%wi = getelementptr double, ptr %w, i64 %s
{body}
%next = add i64 %i, 1
%more = icmp ult i64 %next, %n
br i1 %more, label %loop, label %done
done:
ret void
}}"""

_DRIVER = """define void @run({arguments}) {{
entry:
br label %loop
loop:
%i = phi i64 [ 0, %entry ], [ %next, %loop ]
%left = sub i64 %n, %i
%few = icmp ult i64 %left, {vectors}
%count = select i1 %few, i64 %left, i64 {vectors}
%s = mul i64 %i, {lanes}
%xi = getelementptr double, ptr %x, i64 %s
%vi = getelementptr double, ptr %v, i64 %s
%gi = getelementptr double, ptr %g, i64 %s
{calls}
%next = add i64 %i, %count
%more = icmp ult i64 %next, %n
br i1 %more, label %loop, label %done
done:
ret void
}}"""

_CALL = "call void @tile{name}(ptr %xi, i64 %xs, ptr %vi, ptr %gi, i64 %gs, i64 %count, ptr %w)"
