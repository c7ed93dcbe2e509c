"""Machine code on machines that this one can pretend to be: narrower vectors, no vector library."""

import gc
import weakref
from dataclasses import replace

import llvmlite.binding as llvm
import numpy as np
import pytest

from qsts_core import Expression
from qsts_core.engine import native
from qsts_core.engine.dialects import LLVM, C
from qsts_core.engine.llvm import FOLLOWED, TILE, Machine, write_module
from qsts_core.engine.lowering import lower
from qsts_core.ops import FUNCTIONS, OPERATIONS
from tests.engine import agreement

HERE = native._host().machine
LIBMVEC = bool(HERE.vector_functions)

MACHINES = {
    "8 lanes, no vector library": Machine(8),
    "4 lanes, no vector library": Machine(4),
    "2 lanes, no vector library": Machine(2),
    "1 lane": Machine(1),
}
if LIBMVEC:
    MACHINES |= {
        f"{lanes} lanes of libmvec": Machine(lanes, f"_ZGV{isa}N{lanes}v", HERE.vector_functions)
        for lanes, isa in ((2, "b"), (4, "d"))
        if lanes <= HERE.lanes
    }

EVERY = "; ".join(
    f"r{k} = {name}({', '.join(['x + y', 'y'][: OPERATIONS[FUNCTIONS[name]].arity])})"
    for k, name in enumerate(agreement.NAMES)
) + "; " + " + ".join(f"r{k}*w" for k in range(len(agreement.NAMES)))  # fmt: skip


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return another machine, after having pretended to be it."""
    other = MACHINES[request.param]
    host = replace(native._host(), machine=other)
    monkeypatch.setattr(native, "_host", lambda: host)
    return other


def check(e: Expression, states: np.ndarray) -> None:
    """Compare machine code with the sweep at every state."""
    values, gradient = np.empty(states.shape[1]), np.empty(states.shape)
    native.compile_native(e.tape).fill(states, values, gradient)
    for k, point in enumerate(states.T.tolist()):
        agreement.check(e, point, [float(values[k]), *gradient[:, k].tolist()])


@pytest.mark.parametrize("count", [1, 7, 8, 19])
def test_every_function_on_every_machine(machine: Machine, count: int) -> None:
    states = np.random.default_rng(count).uniform(0.05, 0.45, (3, count))
    check(Expression(EVERY), states)


def test_infinities_on_every_machine(machine: Machine) -> None:
    states = np.array(agreement.SPECIAL)[None, :]
    for name in agreement.NAMES:
        if OPERATIONS[FUNCTIONS[name]].arity == 1:
            check(Expression(f"{name}(x) + x"), states)


def test_many_rows_and_many_tiles_on_every_machine(machine: Machine) -> None:
    n = max(FOLLOWED, TILE)
    e = Expression("+".join(f"sin(x{i})*x{i + 1}" for i in range(n)) + "+ x0^2*x3")
    check(e, np.random.default_rng(0).uniform(-2, 2, (n + 1, 5)))


def test_what_is_called_is_said(machine: Machine) -> None:
    e = Expression("sin(x) + relu(x)")
    listing = lower(e.tape, LLVM | C)
    called = write_module(listing, machine).called
    assert called == {*native.find_symbols(called)}
    assert any("sin" in symbol for symbol in called)
    assert not any("relu" in symbol for symbol in called)


def test_a_function_that_the_library_lacks_is_an_error() -> None:
    with pytest.raises(LookupError, match="the C library has no sinofx"):
        native.find_symbols(["sinofx"])


def test_a_module_that_is_gone_leaves_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """In as many compilers as the modules fill, each gone with the last of its modules."""
    made: list[weakref.ref[object]] = []
    create = llvm.create_lljit_compiler

    def creating(*words: object, **named: object) -> object:
        compiler = create(*words, **named)
        made.append(weakref.ref(compiler))
        return compiler

    monkeypatch.setattr(llvm, "create_lljit_compiler", creating)
    first = Expression("x*x + sin(x)").tape
    kept = native.compile_native(first)
    for _ in range(5 * native.MODULES):
        native.compile_native(first)
    gc.collect()
    assert len(made) >= 5
    assert sum(ref() is not None for ref in made) <= 4
    values, gradient = np.empty(9), np.empty((1, 9))
    kept.fill(np.zeros((1, 9)), values, gradient)  # its compiler is gone, and it is not
    assert gradient.tolist() == [[1.0] * 9]
