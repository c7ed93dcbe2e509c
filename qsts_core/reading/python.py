"""Python to tokens: a piece of a program as it is pasted, read as a formula.

Nothing is evaluated, and Python's own parser is not asked. What only Python writes is blanked or
replaced by as many characters, so that every place stays where it was; then the text is plain:

============================ ============================
``np.sin(x)``                ``   sin(x)``
``lambda x, y: x*y``         ``             x*y``
``def f(x):`` ``return x*x`` ``    f(x) =       x*x``
``import numpy as np``       a comment
============================ ============================
"""

from __future__ import annotations

import re

from qsts_core.errors import FormulaError
from qsts_core.reading.plain import tokenize
from qsts_core.reading.tokens import Token

__all__ = ["looks_like_python", "skips_imports", "tokenize_python"]

_LIBRARIES = (
    "np.linalg", "numpy.linalg", "jnp.linalg", "torch.linalg", "tf.linalg",
    "torch.nn.functional", "torch.special", "scipy.special", "jax.scipy.special", "jax.numpy",
    "jax.nn", "jax.lax", "tf.math", "tf.nn", "math", "numpy", "torch", "cmath", "jnp", "np", "tf",
    "F",
)  # fmt: skip
_NAMES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "power": "pow",
    "absolute": "abs", "fabs": "abs", "maximum": "max", "minimum": "min", "log_2": "log2",
    "fmax": "max", "fmin": "min", "expit": "sigmoid", "logistic": "sigmoid", "sgn": "sign",
    "logsigmoid": "log_sigmoid", "ndtr": "normcdf",
    **{name: f"np.{name}" for name in ("add", "subtract", "multiply", "divide", "negative")},
    "sinc": "np.sinc", "norm": "hypot", "reduce_mean": "mean", "reduce_sum": "sum",
}  # fmt: skip
"""The names of libraries for functions that have another one here."""

_PREFIXED = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, _LIBRARIES))})\.(?=[A-Za-z_])")
_IMPORT = re.compile(r"^[^\S\n]*(?:import|from)\b[^\n;]*", re.MULTILINE)
_DEFINITION = re.compile(
    r"\bdef\b([^\S\n]+\w+[^\S\n]*\()([^()\n]*)\)([^\n:]*):\s*(?:#[^\n]*\s*)*(return\b)?"
)
_LAMBDA = re.compile(r"\blambda\b[^:\n]*:")
_RETURN = re.compile(r"\breturn\b")
_ANNOTATION = re.compile(r":[^,]*")


def looks_like_python(text: str) -> bool:
    """Whether a text has what only Python writes."""
    if any(word in text for word in ("lambda", "return", "import", "def ")):
        return any(mark.search(text) for mark in (_LAMBDA, _RETURN, _IMPORT, _DEFINITION))
    return "." in text and _PREFIXED.search(text) is not None


def skips_imports(text: str) -> bool:
    """Whether there are lines that import, which are passed over."""
    return _IMPORT.search(text) is not None


def tokenize_python(text: str) -> tuple[Token, ...]:
    """Split a piece of Python into tokens.

    Raises
    ------
    FormulaError
        At a character that is not of the language.

    Examples
    --------
    >>> [token.text for token in tokenize_python("lambda x: np.arctan2(x, 2.)*np.pi")]
    ['atan2', '(', 'x', ',', '2.', ')', '*', 'pi', '']
    """
    called: dict[int, str] = {}
    for found in _PREFIXED.finditer(text):
        name = re.compile(r"\w*").match(text, found.end())
        if name is not None:
            called[found.end()] = "math.e" if name[0] == "e" else _NAMES.get(name[0], name[0])
    blanked = _IMPORT.sub(_blank, text)
    for definition in _DEFINITION.finditer(blanked):
        _check_body(definition, text)
    blanked = _DEFINITION.sub(_as_definition, blanked)
    for mark in (_LAMBDA, _RETURN, _PREFIXED):
        blanked = mark.sub(_blank, blanked)
    return tuple(
        token._replace(text=called[token.start]) if token.start in called else token
        for token in tokenize(blanked, text)
    )


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _check_body(definition: re.Match[str], text: str) -> None:
    """Refuse a call of a function whose body has more than what it returns."""
    name = definition[1].strip(" \t(")
    others = list(re.finditer(rf"\b{re.escape(name)}\b", text))
    if not definition[4] and len(others) > 1:
        raise FormulaError(
            f"'{name}' has several statements, and is called: write what it returns as one "
            f"formula, as in def {name}(t): return t*t",
            text,
            *others[-1].span(),
        )


def _as_definition(found: re.Match[str]) -> str:
    """Write `f(x) =` for `def f(x: float) -> float: return`, in as many characters."""
    name, parameters, result = found[1], found[2], found[3]
    if not found[4]:
        return _blank(found)  # its statements are the text's, what it returns is the output
    parameters = _ANNOTATION.sub(_blank, parameters)
    start = f"   {name}{parameters}){' ' * len(result)}="
    return start + " " * (len(found[0]) - len(start))
