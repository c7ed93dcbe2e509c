"""Random programs, as plain trees beside their text, and random texts that are mostly no programs.

A *tree* is a number, a name, or a tuple (operation, tree, ...). It is made here and written here,
so what the package makes of the text can be held against it.
"""

import string
from collections.abc import Mapping
from typing import Any, TypeAlias

from hypothesis import strategies as st

from qsts_core.ops import FUNCTIONS

Tree: TypeAlias = "float | str | tuple[Any, ...]"

NAMES = ("x", "y", "w", "x1", "θ")

# What is differentiable everywhere, and grows no faster than its inputs: a comparison with an
# oracle then says something about the rules, and nothing about rounding.
GENTLE = (
    "sin",
    "cos",
    "atan",
    "tanh",
    "sigmoid",
    "softplus",
    "erf",
    "erfc",
    "asinh",
    "silu",
    "gelu",
    "mish",
    "elu",
    "selu",
    "leakyrelu",
    "softsign",
    "logsigmoid",
    "normcdf",
    "normpdf",
)
GUARDED = {  # f, and what makes any input one that f takes
    "sqrt": "1 + {}^2", "log": "1 + {}^2", "log2": "2 + {}^2", "log10": "1.5 + {}^2",
    "ln": "3 + {}^2", "cbrt": "1 + {}^2", "asin": "sin({})/2", "acos": "cos({})/2",
    "tan": "sin({})", "exp": "sin({})", "sinh": "cos({})", "cosh": "tanh({})", "square": "sin({})",
    "sec": "sin({})", "csc": "1 + {}^2", "cot": "1 + {}^2", "logit": "sigmoid({})",
    "expm1": "sin({})", "log1p": "0.5 + {}^2", "acosh": "2 + {}^2", "atanh": "sin({})/2",
}  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "^")
ASKING = ("<", "<=", ">", ">=", "==", "!=", "and", "or")
GATES = ("when", "unless")
KINKED = ("abs", "relu", "sign", "step", "floor", "ceil", "round")
OF_TWO = ("min", "max", "atan2", "hypot", "logaddexp")

numbers = st.sampled_from([0.5, 1.0, 2.0, 3.0, 0.1, 1.25, 10.0])
leaves: st.SearchStrategy[Tree] = st.sampled_from(NAMES) | numbers


def every_operation() -> set[str]:
    """Return the operations that random trees are made of, by the names of their rows."""
    written = {*OPERATORS, *ASKING, *GATES, "not", "neg", *GENTLE, *GUARDED, *KINKED, *OF_TWO}
    return {FUNCTIONS.get(name, name) for name in written}


def _grow(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    operators = st.sampled_from([*OPERATORS, *OF_TWO, *ASKING, *GATES, "pow"])
    functions = st.sampled_from(["neg", "not", *GENTLE, *GUARDED, *KINKED])
    return st.tuples(operators, trees, trees) | st.tuples(functions, trees)


trees: st.SearchStrategy[Tree] = st.recursive(leaves, _grow, max_leaves=12)
"""Any tree: its value may well be NaN."""


def _grow_smooth(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*"]), trees, trees),
        st.tuples(st.sampled_from(["neg", *GENTLE]), trees),
        st.tuples(st.sampled_from(sorted(GUARDED)), trees).map(_guard),
        st.tuples(st.just("^"), trees, st.sampled_from([2.0, 3.0])),
        st.tuples(trees, trees).map(lambda pair: ("/", pair[0], _positive(pair[1]))),
        st.tuples(trees, trees).map(lambda pair: ("hypot", pair[0], _positive(pair[1]))),
        st.tuples(trees, trees).map(lambda pair: ("atan2", pair[0], _positive(pair[1]))),
        st.tuples(trees, trees).map(lambda pair: ("^", _positive(pair[0]), ("sin", pair[1]))),
    )


def _positive(tree: Tree) -> Tree:
    return ("+", 1.0, ("^", tree, 2.0))


def _guard(pair: tuple[str, Tree]) -> Tree:
    """Apply a function to what it takes, whatever the tree gives."""
    function, tree = pair
    guard = GUARDED[function].removesuffix("/2")
    if guard.endswith("^2"):
        inner: Tree = ("+", float(guard.split(" ")[0]), ("^", tree, 2.0))
    else:
        inner = (guard[: guard.index("(")], tree)
    return (function, ("/", inner, 2.0)) if function in ("asin", "acos") else (function, inner)


smooth_trees: st.SearchStrategy[Tree] = st.recursive(leaves, _grow_smooth, max_leaves=8)
"""Trees that have a derivative wherever the variables are."""


def write(tree: Tree) -> str:
    """Write a tree with every parenthesis, so that no precedence matters."""
    if not isinstance(tree, tuple):
        return tree if isinstance(tree, str) else f"{tree:g}"
    op, *inputs = tree
    texts = [write(tree) for tree in inputs]
    if op == "neg":
        return f"(-{texts[0]})"
    if op == "not":
        return f"(not {texts[0]})"
    return (
        f"({texts[0]} {op} {texts[1]})"
        if op in (*OPERATORS, *ASKING)
        else f"{op}({', '.join(texts)})"
    )


def expand(tree: Tree, bound: Mapping[str, Tree]) -> Tree:
    """Put what each name is bound to in its place."""
    if isinstance(tree, str):
        return bound.get(tree, tree)
    if not isinstance(tree, tuple):
        return tree
    return (tree[0], *(expand(part, bound) for part in tree[1:]))


@st.composite
def programs(draw: st.DrawFn, of: st.SearchStrategy[Tree] = trees) -> tuple[str, Tree]:
    """A program of up to four statements, and the one tree that it stands for."""
    bound: dict[str, Tree] = {}
    statements = []
    for name in draw(st.lists(st.sampled_from(["x", "t", "u", "y"]), max_size=3)):
        tree = draw(of)
        statements.append(f"{name} = {write(tree)}")
        bound[name] = expand(tree, bound)
    outputs = st.tuples(st.sampled_from(["+", "*"]), of, st.sampled_from([*bound, "x"]))
    output = draw(outputs | of)
    end = draw(st.sampled_from(["; ", "\n", ";  # a comment\n"]))
    return end.join([*statements, write(output)]), expand(output, bound)


@st.composite
def chains(draw: st.DrawFn) -> str:
    """A text whose meaning hangs on precedence: operators side by side, products implied."""
    text = draw(_factors)
    for operator in draw(st.lists(st.sampled_from([*"+-*/^", " - ", "*-", "^-", "("]), max_size=6)):
        factor = draw(_factors)
        text += f"({factor} + 1)" if operator == "(" else operator + factor
    return text


_factors = st.sampled_from(["x", "y", "2", "-x", "3x", "2(x+y)", "(x-y)", "(x)(y)", "x(y)", "--y"])

states = st.fixed_dictionaries({name: st.integers(-40, 40).map(lambda n: n / 16) for name in NAMES})
"""A value for every name that a program may use; see `restrict`."""


def restrict(at: Mapping[str, float], variables: tuple[str, ...]) -> dict[str, float]:
    return {name: at.get(name, 0.75) for name in variables}


NASTY = "xyz0123456789.eE+-*/^()=,;\n #×·÷−²³⁻½₁θ√|!'\"\\[]{}%&@~`?<>: \t\r\x00\u200b\u2028é̈漢🙂٣_"

_typed = st.text(NASTY) | st.text(string.printable) | st.text()
_snippets = st.lists(
    st.sampled_from(["x", "xy", "pi", "e", "2", "1e3", "1e999", "sin", "max", "sine", "(", ")", ",",
                     "=", ";", "\n", "+", "-", "**", "^", "²", " ", "# c\n", "t = ", "|", "√",
                     "sin²", "log_2", "[", "]", "..", "sum(i=1..2,", "w[", "f(t)=", "f(", "½", "ⁿ",
                     r"\frac", "{", "}", r"\sum_{i=1}^2", "np.", "lambda x:"]), max_size=12
).map("".join)  # fmt: skip


@st.composite
def _mutations(draw: st.DrawFn) -> str:
    """A valid program with one piece of it replaced."""
    text, _ = draw(programs())
    first = draw(st.integers(0, len(text)))
    last = draw(st.integers(first, min(len(text), first + 3)))
    return text[:first] + draw(st.text(NASTY, max_size=2)) + text[last:]


anything: st.SearchStrategy[str] = st.one_of(_typed, _snippets, _mutations())
"""What somebody could type or paste."""
