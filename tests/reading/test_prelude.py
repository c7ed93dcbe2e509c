"""The prelude: what its functions stand for, and that a name of one's own goes before it."""

import math

import pytest

from qsts_core import Expression
from qsts_core.reading.prelude import _MARKS, PRELUDE


@pytest.mark.parametrize(
    ("text", "at", "value", "gradient"),
    [
        ("reciprocal(x)", {"x": 4}, 0.25, {"x": -0.0625}),
        ("rsqrt(x)", {"x": 4}, 0.5, {"x": -0.0625}),
        ("expit(x)", {"x": 0}, 0.5, {"x": 0.25}),
        ("deg2rad(x)", {"x": 180}, math.pi, {"x": math.pi / 180}),
        ("rad2deg(x)", {"x": math.pi}, 180, {"x": 180 / math.pi}),
        ("mod(x, y)", {"x": 7.5, "y": 2}, 1.5, {"x": 1, "y": -3}),
        ("mod(x, 3)", {"x": -1}, 2, {"x": 1}),
        ("heaviside(x, y)", {"x": 0, "y": 0.5}, 0.5, {"x": 0, "y": 1}),
        ("heaviside(x, y)", {"x": 2, "y": 0.5}, 1, {"x": 0, "y": 0}),
        ("sinc(x)", {"x": 0}, 1, {"x": 0}),
        ("sinc(x)", {"x": 2}, math.sin(2) / 2, {"x": math.cos(2) / 2 - math.sin(2) / 4}),
        ("np.sinc(x)", {"x": 0.5}, 2 / math.pi, {"x": -4 / math.pi}),
        ("torch.rsqrt(x) + float(x)", {"x": 1}, 2, {"x": 0.5}),
        ("f(t) = mod(t, 2)*t; f(x) + f(3)", {"x": 5}, 8, {"x": 6}),
    ],
)
def test_a_function_of_the_prelude(
    text: str, at: dict[str, float], value: float, gradient: dict[str, float]
) -> None:
    e = Expression(text)
    assert e.value(at) == pytest.approx(value, rel=1e-15)
    assert e.gradient(at) == pytest.approx(gradient, rel=1e-13)
    assert Expression(str(e)) == e
    assert e.variables == tuple(at)


def test_a_name_of_ones_own_goes_before_it() -> None:
    assert Expression("mod(t) = t*t; mod(x)").gradient({"x": 3}) == {"x": 6}
    assert Expression("mod(t) = t*t; mod(x)").notes == ()
    assert Expression("sinc = 3; sinc*x").gradient({"x": 3}) == {"x": 3}
    assert Expression("mod*x").variables == ("mod", "x")


def test_a_note_says_what_was_read() -> None:
    assert Expression("mod(x, 2)").notes == ("mod(s, t) is read as s - t*floor(s/t).",)


def test_every_name_has_a_mark_by_which_a_text_is_told() -> None:
    assert all(any(mark in name for mark in _MARKS) for name in PRELUDE)
