"""Each local derivative of the table against two methods that know nothing of the table."""

import math
from collections.abc import Iterator
from itertools import product

import pytest

from qsts_core import rules
from qsts_core.ops import OPERATIONS
from qsts_core.rules import local_function, local_graph
from qsts_core.sweep import Tape, run
from tests import independent

LINE = (-2.3, -0.7, 0.4, 1.9)
POSITIVE = (0.05, 0.4, 1.9, 30.0)
INSIDE = (-0.95, -0.3, 0.2, 0.8)
DOMAINS = {
    "asin": INSIDE, "acos": INSIDE, "log": POSITIVE, "log2": POSITIVE, "log10": POSITIVE,
    "sqrt": POSITIVE, "sigmoid": (*LINE, -30.0, 9.0), "softplus": (*LINE, -30.0, 30.0),
    "tanh": (*LINE, -9.0, 9.0), "atanh": INSIDE, "logit": (0.05, 0.3, 0.6, 0.9),
    "acosh": (1.05, 1.9, 30.0),
    "log1p": (-0.9, *POSITIVE), "expm1": (*LINE, -9.0, 9.0),
}  # fmt: skip
OF_TWO = [(1.3, 0.7), (0.2, 2.9), (3.1, -1.7), (-2.1, 3.0), (-0.3, -2.0)]
RULES = [
    (row.name, slot)
    for row in OPERATIONS.values()
    if not row.internal
    for slot in range(row.arity)
    if row.differentiable[slot]
]


def states(op: str, slot: int) -> Iterator[tuple[float, ...]]:
    """Yield inputs at which `op` is differentiable in `slot`."""
    if OPERATIONS[op].arity == 1:
        yield from ((a,) for a in DOMAINS.get(op, LINE))
    elif op == "unless":
        yield from ((0.0, b) for _, b in OF_TWO)
    else:
        yield from (
            pair for pair in OF_TWO if op != "^" or pair[0] > 0 or (slot == 0 and whole(pair))
        )


def whole(pair: tuple[float, float]) -> bool:
    return pair[1].is_integer()


def text_of(op: str) -> str:
    if op == "neg":
        return "-a"
    if OPERATIONS[op].precedence is not None:
        return f"a {op} b"
    return f"{op}(a)" if OPERATIONS[op].arity == 1 else f"{op}(a, b)"


def local(op: str, slot: int, state: tuple[float, ...]) -> float:
    return local_function(op, slot)(state[0], state[-1], OPERATIONS[op].compute(*state))


def check(op: str, slot: int) -> None:
    """Compare a rule with the complex step and with differences of the row's own function."""
    for state in states(op, slot):
        at = dict(zip("ab", state, strict=False))
        stepped = independent.derivative(text_of(op), at, "ab"[slot])
        tolerance = (
            1e-7 if op in ("erf", "erfc") else 1e-12
        )  # erf of a complex number is itself a difference
        assert local(op, slot, state) == pytest.approx(stepped, rel=tolerance, abs=1e-12), state

        def along(x: float, state: tuple[float, ...] = state) -> float:
            return float(OPERATIONS[op].compute(*state[:slot], x, *state[slot + 1 :]))

        difference = independent.slope(along, state[slot], 1e-3 * min(1, abs(state[slot])))
        assert local(op, slot, state) == pytest.approx(difference, rel=1e-7, abs=1e-9), state


each_rule = pytest.mark.parametrize(("op", "slot"), RULES, ids=lambda part: str(part))


@each_rule
def test_a_rule_is_the_derivative(op: str, slot: int) -> None:
    check(op, slot)


@each_rule
def test_a_wrong_rule_is_found(op: str, slot: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = local_function

    def wrong(name: str, at: int) -> rules.Local:
        return lambda a, b, z: right(name, at)(a, b, z) * (1 + 2e-6) + 1e-6

    monkeypatch.setitem(globals(), "local_function", wrong)
    with pytest.raises(AssertionError):
        check(op, slot)


@each_rule
def test_the_graph_of_a_rule_is_what_its_text_means(op: str, slot: int) -> None:
    """The oracle reads the row's own text; the package must get the same from it."""
    text = OPERATIONS[op].locals[slot]
    if any(name in text for name in ("step", "wins", "xlogy", "xtimesy")):
        return  # not of the language; their values stand in test_ops
    for state in states(op, slot):
        at = {"a": state[0], "b": state[-1], "z": OPERATIONS[op].compute(*state)}
        assert local(op, slot, state) == pytest.approx(independent.value(text, at), rel=1e-12)


@each_rule
def test_a_rule_as_a_function_is_its_graph_swept(op: str, slot: int) -> None:
    tape = Tape(local_graph(op, slot))
    for state in product((1.5, -2.5, 3.0, 0.0, -0.0, math.inf, math.nan), repeat=3):
        swept = run(tape, dict(zip("abz", state, strict=True))).value
        assert repr(local_function(op, slot)(*state)) == repr(swept), state


def test_a_rule_is_read_once() -> None:
    assert local_function("*", 0) is local_function("*", 0)
    assert local_graph("*", 0) is local_graph("*", 0)


def test_a_rule_never_raises_because_of_a_value() -> None:
    assert local_function("/", 0)(1.0, 0.0, math.inf) == math.inf
    assert math.isnan(local_function("/", 1)(0.0, 0.0, math.nan))
