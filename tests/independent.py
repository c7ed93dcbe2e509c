"""An oracle that shares nothing with the package: recursive descent over complex numbers.

A derivative is taken by the complex step (Squire and Trapp, 1998): where f is analytic,
Im f(x + ih) / h is f'(x) without subtraction, so h can be so small that nothing of order h^2 is
left. It evaluates while it reads; there is no graph, no postfix and no table of derivatives.
"""

import cmath
import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise

STEP = 1e-100

Function = Callable[..., complex]


def value(text: str, at: Mapping[str, float]) -> float:
    return evaluate(text, {name: complex(number) for name, number in at.items()}).real


def gradient(text: str, at: Mapping[str, float]) -> dict[str, float]:
    return {name: derivative(text, at, name) for name in at}


def derivative(text: str, at: Mapping[str, float], name: str) -> float:
    point = {other: complex(number) for other, number in at.items()}
    point[name] += complex(0.0, STEP)
    return evaluate(text, point).imag / STEP


def slope(function: Callable[[float], float], x: float, width: float = 1e-3) -> float:
    """Differentiate a real function: central differences, extrapolated twice (Richardson)."""
    table = [(function(x + h) - function(x - h)) / (2 * h) for h in (width, width / 2, width / 4)]
    once = [(4 * fine - coarse) / 3 for coarse, fine in pairwise(table)]
    return (16 * once[1] - once[0]) / 15


def evaluate(text: str, at: Mapping[str, complex]) -> complex:
    """Evaluate a program: numbers, names, + - * / ^, calls, products implied, statements."""
    names = dict(at)
    result = 0j
    for statement in re.split("[;\n]", re.sub("#.*", "", text)):
        name, equals, body = statement.rpartition("=")
        if body.strip():
            result = _Reader(body, names).whole()
            if equals:
                names[name.strip()] = result
    return result


class _Reader:
    """One statement, read by one method a level of precedence."""

    def __init__(self, text: str, names: Mapping[str, complex]) -> None:
        self.names = names
        number = r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
        self.words = [*re.findall(rf"{number}|\w+|\S", text), ""]

    def whole(self) -> complex:
        result = self.sum()
        assert self.words == [""], self.words
        return result

    def sum(self) -> complex:
        result = self.product()
        while self.words[0] in ("+", "-"):
            sign = 1 if self.words.pop(0) == "+" else -1
            result += sign * self.product()
        return result

    def product(self) -> complex:
        result = self.negation()
        while self.words[0] in ("*", "/") or re.match(r"[\w(]", self.words[0]):
            divides = self.words[0] == "/"
            if self.words[0] in ("*", "/"):
                self.words.pop(0)
            factor = self.negation()
            result = divide(result, factor) if divides else result * factor
        return result

    def negation(self) -> complex:
        if self.words[0] != "-":
            return self.power()
        self.words.pop(0)
        return -self.negation()

    def power(self) -> complex:
        base = self.atom()
        if self.words[0] != "^":
            return base
        self.words.pop(0)
        return power(base, self.negation())

    def atom(self) -> complex:
        word = self.words.pop(0)
        if word == "(":
            return self.inputs()[0]
        if word in FUNCTIONS and self.words[0] == "(":
            self.words.pop(0)
            return FUNCTIONS[word](*self.inputs())
        if word in self.names:
            return self.names[word]
        return complex(math.pi if word == "pi" else float(word))

    def inputs(self) -> list[complex]:
        inputs = [self.sum()]
        while self.words[0] == ",":
            self.words.pop(0)
            inputs.append(self.sum())
        assert self.words.pop(0) == ")"
        return inputs


def divide(a: complex, b: complex) -> complex:
    return a / b if b else complex(math.nan, math.nan)


def power(a: complex, b: complex) -> complex:
    """Raise as real numbers do: a whole exponent takes any base, another only positive ones."""
    if b.imag == 0 and b.real.is_integer() and abs(b.real) < 1000:
        whole = math.prod([a] * abs(int(b.real)), start=1 + 0j)
        return whole if b.real >= 0 else divide(1 + 0j, whole)
    try:
        return cmath.exp(b * logarithm(a))
    except OverflowError:  # too large: there is nothing to compare with
        return complex(math.nan, math.nan)


def logarithm(a: complex) -> complex:
    return cmath.log(a) if a.real > 0 else complex(math.nan, math.nan)


def square_root(a: complex) -> complex:
    return cmath.sqrt(a) if a.real >= 0 else complex(math.nan, math.nan)


def cube_root(a: complex) -> complex:
    return cmath.exp(cmath.log(a) / 3) if a.real > 0 else -cube_root(-a) if a else 0j


def within_one(function: Function, a: complex) -> complex:
    return function(a) if abs(a.real) <= 1 else complex(math.nan, math.nan)


def magnitude(a: complex) -> complex:
    return a if a.real >= 0 else -a


def sigmoid(a: complex) -> complex:
    return 1 / (1 + cmath.exp(-a)) if a.real >= 0 else 1 - sigmoid(-a)


def softplus(a: complex) -> complex:
    return cmath.log(1 + cmath.exp(-magnitude(a))) + (a if a.real >= 0 else 0)


def error_function(a: complex) -> complex:
    return complex(math.erf(a.real), a.imag * slope(math.erf, a.real))


def normal(a: complex) -> complex:
    """Return the area to the left under the normal distribution."""
    return (1 + error_function(a / math.sqrt(2))) / 2


def choose(wins: Callable[[float, float], bool], a: complex, b: complex) -> complex:
    """Return the one that wins; halfway between them at a tie."""
    return (a + b) / 2 if a.real == b.real else a if wins(a.real, b.real) else b


def angle(y: complex, x: complex) -> complex:
    """Return the angle of the point (x, y), from the arc tangent of the smaller quotient."""
    if abs(y.real) <= abs(x.real):
        turn = 0.0 if x.real > 0 else math.copysign(math.pi, y.real)
        return turn + cmath.atan(y / x)
    return math.copysign(math.pi / 2, y.real) - cmath.atan(x / y)


FUNCTIONS: dict[str, Function] = {
    "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "atan": cmath.atan,
    "asin": partial(within_one, cmath.asin), "acos": partial(within_one, cmath.acos),
    "sinh": cmath.sinh, "cosh": cmath.cosh, "tanh": cmath.tanh, "exp": cmath.exp,
    "log": logarithm, "ln": logarithm, "sqrt": square_root, "cbrt": cube_root,
    "log2": lambda a: logarithm(a) / math.log(2),
    "log10": lambda a: logarithm(a) / math.log(10),
    "abs": magnitude, "relu": lambda a: a if a.real > 0 else 0j,
    "sign": lambda a: complex((a.real > 0) - (a.real < 0)),
    "step": lambda a: complex(a.real > 0),
    "sigmoid": sigmoid, "softplus": softplus, "square": lambda a: a * a, "erf": error_function,
    "erfc": lambda a: complex(math.erfc(a.real), -error_function(a).imag),
    "asinh": cmath.asinh, "acosh": lambda a: cmath.acosh(a) if a.real > 1 else complex(math.nan),
    "atanh": partial(within_one, cmath.atanh),
    "expm1": lambda a: cmath.exp(a) - 1, "log1p": lambda a: logarithm(1 + a),
    "sec": lambda a: 1 / cmath.cos(a), "csc": lambda a: 1 / cmath.sin(a),
    "cot": lambda a: cmath.cos(a) / cmath.sin(a),
    "silu": lambda a: a * sigmoid(a), "mish": lambda a: a * cmath.tanh(softplus(a)),
    "gelu": lambda a: a * normal(a), "normcdf": normal,
    "normpdf": lambda a: cmath.exp(-a * a / 2) / math.sqrt(2 * math.pi),
    "elu": lambda a: a if a.real > 0 else cmath.exp(a) - 1,
    "selu": lambda a: 1.0507009873554805
    * (a if a.real > 0 else 1.6732632423543772 * (cmath.exp(a) - 1)),
    "leakyrelu": lambda a: a if a.real > 0 else a / 100,
    "softsign": lambda a: a / (1 + magnitude(a)),
    "logsigmoid": lambda a: -softplus(-a), "logit": lambda a: logarithm(a / (1 - a)),
    "floor": lambda a: complex(math.floor(a.real)), "ceil": lambda a: complex(math.ceil(a.real)),
    "round": lambda a: complex(round(a.real)),
    "logaddexp": lambda a, b: cmath.log(cmath.exp(a) + cmath.exp(b)),
    "min": partial(choose, float.__lt__), "max": partial(choose, float.__gt__),
    "when": lambda a, b: b if a else 0j, "unless": lambda a, b: 0j if a else b,
    "pow": power, "atan2": angle, "hypot": lambda a, b: cmath.sqrt(a * a + b * b),
}  # fmt: skip
