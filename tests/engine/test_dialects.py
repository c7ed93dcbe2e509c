"""Every dialect covers every row of the table, by what it writes and by what that leads to."""

import pytest

from qsts_core.engine.dialects import LLVM, LOWERED, MPMATH, NUMPY, PYTHON, C, Dialect
from qsts_core.graph import CONSTANT, VARIABLE, build
from qsts_core.ops import INTERNAL_FUNCTIONS, OPERATIONS
from qsts_core.reading.postfix import read

DIALECTS: dict[str, Dialect] = {"numpy": NUMPY, "machine code": LLVM | C, "mpmath": MPMATH}

each_dialect = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def uncovered(op: str, dialect: Dialect) -> set[str]:
    """Return the operations that a value leads to and that the dialect has no way to write."""
    if op in dialect:
        return set()
    if op not in LOWERED or not LOWERED[op].value:
        return {op}
    return {name for inner in operations(LOWERED[op].value) for name in uncovered(inner, dialect)}


def operations(text: str) -> set[str]:
    graph = build(read(text, INTERNAL_FUNCTIONS))
    return {node.op for node in graph.nodes} - {VARIABLE, CONSTANT}


@each_dialect
@pytest.mark.parametrize("op", OPERATIONS)
def test_a_dialect_covers_a_row_and_its_locals(op: str, dialect: Dialect) -> None:
    assert uncovered(op, dialect) == set()
    better = LOWERED[op].locals if op in LOWERED else ()
    for text in filter(None, better or OPERATIONS[op].locals):
        assert {name for inner in operations(text) for name in uncovered(inner, dialect)} == set()


def test_a_row_that_a_dialect_forgets_is_found() -> None:
    assert uncovered("sin", {op: text for op, text in NUMPY.items() if op != "sin"}) == {"sin"}
    assert "expm1" in uncovered("tanh", {"abs": "", "*": "", "neg": ""})


@pytest.mark.parametrize("dialect", [PYTHON, NUMPY, LLVM, C, LOWERED, MPMATH])
def test_a_dialect_writes_nothing_but_rows(dialect: dict[str, object]) -> None:
    assert dialect.keys() <= OPERATIONS.keys()


def test_better_locals_are_one_for_each_input() -> None:
    for op, lowered in LOWERED.items():
        assert len(lowered.locals) in (0, OPERATIONS[op].arity)
