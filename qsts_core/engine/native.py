"""Many states as machine code: LLVM from the graph, compiled when asked for.

In goes a `Tape`; out comes a `Native`, which fills arrays of values and gradients. It takes the
vector mathematics of the C library where there is one (libmvec, on x86-64 Linux; at most 4 units in
the last place off), else calls its functions number by number.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import platform
import sys
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count

import llvmlite.binding as llvm
import numpy as np

from qsts_core.engine.arrays import SMALL, Numbers, aligned_empty
from qsts_core.engine.dialects import LLVM, C
from qsts_core.engine.llvm import Machine, write_module
from qsts_core.engine.lowering import Listing, lower
from qsts_core.engine.schedule import reorder
from qsts_core.engine.skeleton import ROWS
from qsts_core.ops import ARITIES
from qsts_core.sweep import Tape

__all__ = ["Native", "compile_module", "compile_native", "find_symbols", "lower_for_machine"]


MODULES = 64
"""Modules that one compiler makes: it keeps some 10 KB of each, beyond the module's own end."""

PIECE = 4096
"""States that are copied at a time where they do not lie side by side."""


def compile_native(tape: Tape) -> Native:
    """Make a formula ready to run as machine code."""
    return Native(lower_for_machine(tape))


def lower_for_machine(tape: Tape) -> Listing:
    """Lower a formula to what the processor and the C library can do."""
    return reorder(lower(tape, LLVM | C))


def compile_module(
    text: str, entry: str, symbols: Mapping[str, int], level: int = 0
) -> llvm.orcjit.ResourceTracker:
    """Compile the text of a module; indexed by `entry`, the result says where that function is.

    The code lasts as long as the result is kept.

    Parameters
    ----------
    text, entry
        The module, and which of its functions is wanted.
    symbols
        Where the functions are that it calls.
    level
        The optimisation level, from 0 to 3: with more, the code may be better and takes several
        times as long to make.
    """
    builder = llvm.JITLibraryBuilder().add_ir(text).export_symbol(entry)
    for name, address in symbols.items():
        builder.import_symbol(name, address)
    with _COMPILING:
        number = next(_NUMBERS)
        return builder.link(_compiler(level, number // MODULES), f"module {number}")


class Native:
    """A formula and its gradient as machine code for any number of states.

    Attributes
    ----------
    operations
        How many operations a state takes.
    """

    def __init__(self, listing: Listing) -> None:
        self.operations = listing.operations
        host = _host()
        source = write_module(listing, host.machine)
        self._lanes = host.machine.lanes
        self._scratch = _Scratch(source.scratch)
        self._code = compile_module(source.text, "run", find_symbols(source.called))
        self._run = _SIGNATURE(self._code["run"])

    def fill(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        """Compute `values` (states,) and `gradient` (variables, states) at `states`.

        `values` and `gradient` are contiguous along the states; `states` is copied piece by
        piece where it is not.
        """
        count = len(values)
        if states.strides[1] == 8 and states.strides[0] % 8 == 0:
            self._fill_rows(states, values, gradient)
            return
        for first in range(0, count, PIECE):
            piece = slice(first, min(first + PIECE, count))
            self._fill_rows(states[:, piece].copy(), values[piece], gradient[:, piece])

    def _fill_rows(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        count, lanes = len(values), self._lanes
        if count < lanes:
            self._fill_few(states, values, gradient)
            return
        self._call(states, values, gradient, count // lanes)
        if count % lanes:  # the last vector once more, ending with the last state
            last = slice(count - lanes, count)
            self._call(states[:, last], values[last], gradient[:, last], 1)

    def _fill_few(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        """Fill up a vector with ones, and take from it what was asked for."""
        count = len(values)
        padded = np.ones((len(states), self._lanes))
        padded[:, :count] = states
        some_values, some_gradient = np.empty(self._lanes), np.empty_like(padded)
        self._call(padded, some_values, some_gradient, 1)
        values[:] = some_values[:count]
        gradient[:] = some_gradient[:, :count]

    def _call(self, states: Numbers, values: Numbers, gradient: Numbers, vectors: int) -> None:
        self._run(
            states.ctypes.data, states.strides[0] // 8, values.ctypes.data, gradient.ctypes.data,
            gradient.strides[0] // 8, self._scratch.address, vectors,
        )  # fmt: skip


class _Scratch(threading.local):
    """A buffer of float64 for each thread that asks for its address."""

    def __init__(self, count: int) -> None:
        self._buffer = aligned_empty((max(count, SMALL),))  # a small one would not be aligned
        self.address = self._buffer.ctypes.data


_POINTER, _INTEGER = ctypes.c_void_p, ctypes.c_int64
_SIGNATURE = ctypes.CFUNCTYPE(
    None, _POINTER, _INTEGER, _POINTER, _POINTER, _INTEGER, _POINTER, _INTEGER
)
_COMPILING = threading.Lock()
_NUMBERS = count()

_NEAR = sys.platform != "win32"
"""Whether code, constants and stubs lie in one piece of memory, which short jumps can span."""


def find_symbols(called: Iterable[str]) -> dict[str, int]:
    """Return where these functions of the C library and of `ROWS` are.

    Raises
    ------
    LookupError
        If there is no such function.
    """
    return {symbol: _host().address(symbol) for symbol in called}


@dataclass(frozen=True)
class _Host:
    """The machine this runs on."""

    machine: Machine
    cpu: str
    features: str
    libraries: tuple[ctypes.CDLL, ...]

    def address(self, symbol: str) -> int:
        """Return where a function of the C library or of `ROWS` is."""
        if symbol.startswith("qsts_"):
            return int(_rows(symbol)[symbol])
        for library in self.libraries:
            if hasattr(library, symbol):
                return ctypes.cast(getattr(library, symbol), ctypes.c_void_p).value or 0
        raise LookupError(f"the C library has no {symbol}")


@lru_cache(4)  # of all levels: who compiled the modules before lasts as long as they do
def _compiler(level: int, generation: int) -> llvm.LLJIT:
    """Return what compiles modules at an optimisation level, another one for each generation."""
    host = _host()
    target = llvm.Target.from_default_triple().create_target_machine(
        host.cpu,
        host.features,
        opt=level,
        reloc="pic",
        # The fast selector takes calls and constants only where code is "small".
        codemodel="small" if _NEAR else "jitdefault",
        jit=True,
    )
    return llvm.create_lljit_compiler(target, use_jit_link=_NEAR)


@cache
def _rows(entry: str) -> llvm.orcjit.ResourceTracker:
    return compile_module(ROWS, entry, {}, level=2)


@cache
def _host() -> _Host:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features()
    libraries = [ctypes.CDLL(ctypes.util.find_library("m"))]
    lanes, isa = 2, "b"
    if features.get("avx512f"):
        lanes, isa = 8, "e"
    elif features.get("avx2"):
        lanes, isa = 4, "d"
    found: set[str] = set()
    prefix = f"_ZGV{isa}N{lanes}v"
    if sys.platform == "linux" and platform.machine() == "x86_64":
        with suppress(OSError):
            libraries.append(ctypes.CDLL("libmvec.so.1"))
        for op, name in C.items():
            symbol = f"{prefix}{'v' * (ARITIES[op] - 1)}_{name}"
            if any(hasattr(library, symbol) for library in libraries):
                found.add(name)
    machine = Machine(lanes, prefix, frozenset(found))
    return _Host(machine, llvm.get_host_cpu_name(), features.flatten(), tuple(libraries))
