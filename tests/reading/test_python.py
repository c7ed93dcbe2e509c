"""Python as it is pasted: what is passed over, what is renamed, and that places stay."""

import pytest

from qsts_core import Expression, FormulaError
from qsts_core.reading.python import tokenize_python
from qsts_core.reading.scripts import script_of


@pytest.mark.parametrize(
    ("python", "plain"),
    [
        ("math.sin(x) * np.exp(-x**2)", "sin(x)*exp(-x^2)"),
        ("torch.relu(x) + torch.nn.functional.softplus(x)", "relu(x) + softplus(x)"),
        ("F.softplus(x) + jax.nn.sigmoid(x)", "softplus(x) + sigmoid(x)"),
        ("np.arctan2(y, x) + np.arcsin(x)", "atan2(y, x) + asin(x)"),
        ("np.power(x, 2) + np.maximum(x, y)", "pow(x, 2) + max(x, y)"),
        ("tf.math.log(x) * np.pi", "log(x)*pi"),
        ("math.e**x", "exp(x)"),
        ("lambda x, y: x**2 * y + y", "x^2*y + y"),
        ("f = lambda x: x**2", "x^2"),
        ("return x*y", "x*y"),
        ("def f(x):\n    return x**2", "x^2"),
        ("def f(x: float, y) -> float:\n    return x*y\nf(a, 2)", "a; a*2"),
        ("import numpy as np\ny = np.sin(x)\ny*y", "y = sin(x); y*y"),
        ("from math import sin, exp\nreturn sin(x)", "sin(x)"),
        ("def f(x, y):\n    t = x*y  # twice\n    return t + t", "t = x*y; t + t"),
        ("def f(x):\n    # its square\n    return x*x\nf(2*y)", "f(x) = x*x; f(2*y)"),
        ("np.multiply(x, np.add(y, 1)) - np.negative(x)", "x*(y + 1) - -x"),
        ("torch.special.expit(x) + np.fmax(x, y)", "sigmoid(x) + max(x, y)"),
        ("F.leaky_relu(x) + F.silu(y)", "leakyrelu(x) + silu(y)"),
        ("1.5e-3*math.cos(x) + 2.*y", "1.5e-3*cos(x) + 2*y"),
    ],
)
def test_what_a_piece_of_python_means(python: str, plain: str) -> None:
    assert script_of(python) == "python"
    assert str(Expression(python)) == str(Expression(plain))


@pytest.mark.parametrize("text", ["x.y", "importance + x", "returns*2", "defect", "f + F", "1.*x"])
def test_what_is_no_python(text: str) -> None:
    assert script_of(text) == "plain"


def test_the_places_stay_where_they_were() -> None:
    text = "import math\nlambda x: math.sin(x)"
    token = next(token for token in tokenize_python(text) if token.text == "sin")
    assert text[token.start : token.end] == "sin"
    graph = Expression(text).graph
    assert [text[slice(*first)] for first, *_ in graph.places] == ["x", "sin(x)"]


def test_an_error_shows_what_was_typed() -> None:
    with pytest.raises(FormulaError, match="unknown function 'foo'") as raised:
        Expression("2*np.foo(x)")
    assert raised.value.caret() == "2*np.foo(x)\n     ^^^"
    with pytest.raises(FormulaError, match="not part of the language") as raised:
        Expression("np.sin(x) @ y")
    assert raised.value.text == "np.sin(x) @ y"


def test_how_it_was_read_is_told() -> None:
    assert Expression("np.sin(x)").notes == ("Read as Python.",)
    assert Expression("import math\nmath.sin(x)").notes == (
        "Read as Python; what is imported is passed over.",
    )


def test_a_function_of_several_statements_cannot_be_called() -> None:
    with pytest.raises(FormulaError, match="'loss' has several statements") as raised:
        Expression("def loss(x):\n    t = x*x\n    return t + 1\nloss(3*y)")
    assert raised.value.caret().splitlines()[-1].strip() == "^^^^"
    assert Expression("def loss(t): return t*t\nloss(3*y)").value({"y": 1}) == 9


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("sum([x, y, 2])", "x + y + 2"),
        ("np.sum([x, y])*max([x, y])", "(x + y)*max(x, y)"),
        ("np.linalg.norm([x - y, y])", "hypot(x - y, y)"),
        ("np.mean([x, w[1]])", "(x + w_1)/2"),
    ],
)
def test_the_inputs_of_a_call_may_stand_in_a_list(text: str, plain: str) -> None:
    assert str(Expression(text)) == str(Expression(plain))


@pytest.mark.parametrize("text", ["[x, y]", "2*([x])", "sum([x, y], 2)", "sum([x, y)"])
def test_a_list_is_nothing_else(text: str) -> None:
    with pytest.raises(FormulaError):
        Expression(text)
