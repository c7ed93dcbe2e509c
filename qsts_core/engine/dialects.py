"""The table of operations in the engines' languages: what each of them writes for a row.

A dialect holds the operations that its engine writes itself. What it lacks is expanded by
`LOWERED`, to operations that it has, or to the row's own text; a test holds that every dialect
covers every row in this way. Python alone needs no cover: what it does not write it calls.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from qsts_core.ops import SELU, SELU_ALPHA

__all__ = [
    "JAVASCRIPT",
    "LLVM",
    "LOWERED",
    "MPMATH",
    "NUMPY",
    "PYTHON",
    "C",
    "Dialect",
    "Lowered",
]

Dialect: TypeAlias = dict[str, str]
"""The name of an operation, and how it is written."""


class Lowered(NamedTuple):
    """An operation in simpler ones, for engines that are not held to the digits of `compute`.

    Attributes
    ----------
    value
        Its value, over a and b; "" where the engines write it themselves.
    locals
        Its local derivatives, over a, b and z; () where there is nothing better than the row's.
    """

    value: str = ""
    locals: tuple[str, ...] = ()


LOWERED: dict[str, Lowered] = {
    # The C library's tanh takes as long as all that is needed here, value and slope.
    "tanh": Lowered(
        "t = expm1(-2*abs(a)); copysign(t*(1/(2 + t)), a)",
        ("t = expm1(-2*abs(a)); 4*exp(-2*abs(a))*square(1/(2 + t))",),
    ),
    "sigmoid": Lowered(
        "t = exp(-abs(a)); max(t, step(a))/(1 + t)", ("t = exp(-abs(a)); t/(1 + t)^2",)
    ),
    "softplus": Lowered("relu(a) + log1p(exp(-abs(a)))"),
    "square": Lowered("a*a"),
    "sec": Lowered("1/cos(a)"),
    "csc": Lowered("1/sin(a)"),
    "cot": Lowered("1/tan(a)"),
    "silu": Lowered("a*sigmoid(a)"),
    "gelu": Lowered("a*erfc(-a/sqrt(2))/2"),
    "mish": Lowered("a*tanh(softplus(a))"),
    "elu": Lowered("max(a, 0) + expm1(min(a, 0))"),
    "selu": Lowered(f"{SELU}*(max(a, 0) + {SELU_ALPHA}*expm1(min(a, 0)))"),
    "leakyrelu": Lowered("max(a, 0.01*a)"),
    "softsign": Lowered("a/(1 + abs(a))"),
    "logsigmoid": Lowered("-softplus(-a)"),
    "logit": Lowered("log(a/(1 - a))"),
    "normcdf": Lowered("erfc(-a/sqrt(2))/2"),
    "normpdf": Lowered("exp(-a^2/2)/sqrt(2*pi)"),
    "logaddexp": Lowered("max(a, b) + softplus(-abs(a - b))"),
    "xlogy": Lowered("xtimesy(a, log(b))"),
    "not": Lowered("a == 0"),
    "and": Lowered("when(a, b != 0)"),
    "or": Lowered("when(a, 1) + when(a == 0, b != 0)"),
    "unless": Lowered("when(a == 0, b)"),
}

# Expressions over {a} and {b}. Where they raise (IEEE 754 has a number there) the sweep answers.
PYTHON: Dialect = {
    "+": "{a} + {b}",
    "-": "{a} - {b}",
    "*": "{a} * {b}",
    "/": "{a} / {b}",
    "neg": "-{a}",
    "^": "pow({a}, {b})",
    **{name: f"{name}({{a}})" for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
        "exp", "log", "log2", "log10", "cbrt", "abs", "erf",
        "asinh", "acosh", "atanh", "expm1", "log1p", "erfc",
    )},
    "sqrt": "sqrt({a} + 0.0)",
    "relu": "({a} if {a} > 0.0 or {a} != {a} else 0.0)",
    "square": "({a} * {a})",
    "min": "({a} if {a} < {b} or {a} != {a} else {b})",
    "max": "({a} if {a} > {b} or {a} != {a} else {b})",
    "atan2": "atan2({a}, {b})",
    "hypot": "hypot({a}, {b})",
    "step": "(1.0 if {a} > 0.0 else nan if {a} != {a} else 0.0)",
    "xlogy": "(0.0 if {a} == 0.0 else {a} * log({b}))",
    "xtimesy": "(0.0 if {a} == 0.0 else {a} * {b})",
    "<": "(1.0 if {a} < {b} else 0.0)",
    "<=": "(1.0 if {a} <= {b} else 0.0)",
    ">": "(1.0 if {a} > {b} else 0.0)",
    ">=": "(1.0 if {a} >= {b} else 0.0)",
    "==": "(1.0 if {a} == {b} else 0.0)",
    "!=": "(1.0 if {a} != {b} else 0.0)",
    "and": "(1.0 if {a} != 0.0 and {b} != 0.0 else 0.0)",
    "or": "(1.0 if {a} != 0.0 or {b} != 0.0 else 0.0)",
    "not": "(1.0 if {a} == 0.0 else 0.0)",
    "when": "({b} if {a} != 0.0 else 0.0)",
    "unless": "({b} if {a} == 0.0 else 0.0)",
    "through": "({b} if {a} != 0.0 else -0.0)",
}  # fmt: skip

# The name of a ufunc, or a statement over {a}, {b} and the array {z} that it fills.
NUMPY: Dialect = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "neg": "negative",
    # With one number for all exponents numpy takes a root, which -inf does not have.
    "^": "{z}[:] = {b}; power({a}, {z}, out={z})",
    **{name: name for name in (
        "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log2", "log10", "cbrt",
        "hypot", "log1p", "expm1", "copysign",
    )},
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "floor": "floor",
    "ceil": "ceil",
    "round": "rint",
    **{f"a{name}": f"arc{name}" for name in ("sinh", "cosh", "tanh")},
    "atan2": "arctan2",
    "abs": "absolute",
    "sqrt": "add({a}, 0.0, {z}); sqrt({z}, {z})",
    "sign": "sign({a}, {z}); copyto({z}, {a}, where={a} == 0.0)",
    "relu": "maximum({a}, 0.0, out={z}); add({z}, 0.0, {z})",  # no -0.0
    "erf": "{z}[:] = [erf(x) for x in {a}.tolist()]",  # numpy has none
    "erfc": "{z}[:] = [erfc(x) for x in {a}.tolist()]",
    "min": "copyto({z}, where(({a} < {b}) | ({a} != {a}), {a}, {b}))",
    "max": "copyto({z}, where(({a} > {b}) | ({a} != {a}), {a}, {b}))",
    "step": "heaviside({a}, 0.0, {z})",
    "wins": "copyto({z}, where({a} == {b}, 0.5, heaviside({a} - {b}, 0.5)))",
    "xtimesy": "multiply({a}, {b}, {z}); copyto({z}, 0.0, where={a} == 0.0)",
    "<": "less({a}, {b}, {z})",
    "<=": "less_equal({a}, {b}, {z})",
    ">": "greater({a}, {b}, {z})",
    ">=": "greater_equal({a}, {b}, {z})",
    "==": "equal({a}, {b}, {z})",
    "!=": "not_equal({a}, {b}, {z})",
    "when": "copyto({z}, where({a} != 0.0, {b}, 0.0))",
    "through": "copyto({z}, where({a} != 0.0, {b}, -0.0))",
}  # fmt: skip

_BETTER = """
{{t}} = fcmp uno {{v}} {{a}}, {{a}}
{{u}} = fcmp {} {{v}} {{a}}, {{b}}
{{w}} = or {{m}} {{t}}, {{u}}
{{z}} = select {{m}} {{w}}, {{v}} {{a}}, {{v}} {{b}}"""

_TRUTH = """
{{t}} = fcmp {} {{v}} {{a}}, {{b}}
{{z}} = select {{m}} {{t}}, {{v}} splat (double 1.0), {{v}} zeroinitializer"""

_GATE = """
{{t}} = fcmp une {{v}} {{a}}, zeroinitializer
{{z}} = select {{m}} {{t}}, {{v}} {{b}}, {{v}} {}"""

# An instruction, an intrinsic ("@llvm..."), or lines over {a}, {b}, {z}, temporaries {t} {u} {w}
# {k} {i}, and the types {v} of a vector of {n} numbers and {m} of a mask.
LLVM: Dialect = {
    "+": "fadd",
    "-": "fsub",
    "*": "fmul",
    "/": "fdiv",
    "neg": "fneg",
    "abs": "@llvm.fabs",
    "copysign": "@llvm.copysign",
    "floor": "@llvm.floor",
    "ceil": "@llvm.ceil",
    "round": "@llvm.rint",
    "sqrt": """
{t} = fadd {v} {a}, zeroinitializer
{z} = call {v} @llvm.sqrt.v{n}f64({v} {t})""",
    "sign": """
{t} = fcmp ogt {v} {a}, zeroinitializer
{u} = fcmp olt {v} {a}, zeroinitializer
{w} = fmul {v} {a}, zeroinitializer
{k} = select {m} {u}, {v} splat (double -1.0), {v} {w}
{z} = select {m} {t}, {v} splat (double 1.0), {v} {k}""",
    "relu": """
{t} = fcmp ugt {v} {a}, zeroinitializer
{z} = select {m} {t}, {v} {a}, {v} zeroinitializer""",
    "min": _BETTER.format("olt"),
    "max": _BETTER.format("ogt"),
    "step": """
{t} = fcmp ogt {v} {a}, zeroinitializer
{u} = fcmp uno {v} {a}, {a}
{w} = select {m} {u}, {v} {a}, {v} zeroinitializer
{z} = select {m} {t}, {v} splat (double 1.0), {v} {w}""",
    "wins": """
{t} = fcmp oeq {v} {a}, {b}
{u} = fcmp ogt {v} {a}, {b}
{w} = fcmp uno {v} {a}, {b}
{k} = select {m} {u}, {v} splat (double 1.0), {v} zeroinitializer
{i} = select {m} {t}, {v} splat (double 0.5), {v} {k}
{z} = select {m} {w}, {v} splat (double 0x7FF8000000000000), {v} {i}""",
    "xtimesy": """
{t} = fcmp oeq {v} {a}, zeroinitializer
{u} = fmul {v} {a}, {b}
{z} = select {m} {t}, {v} zeroinitializer, {v} {u}""",
    "<": _TRUTH.format("olt"),
    "<=": _TRUTH.format("ole"),
    ">": _TRUTH.format("ogt"),
    ">=": _TRUTH.format("oge"),
    "==": _TRUTH.format("oeq"),
    "!=": _TRUTH.format("une"),
    "when": _GATE.format("zeroinitializer"),
    "through": _GATE.format("splat (double -0.0)"),
}

# A function of the C library, which the machine code calls; there may be a vector version of it.
C: Dialect = {
    "^": "pow",
    **{name: name for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
        "exp", "log", "log2", "log10", "cbrt", "erf", "atan2", "hypot", "log1p", "expm1",
        "asinh", "acosh", "atanh", "erfc",
    )},
}  # fmt: skip

# Expressions over {a} and {b}, and the functions that `javascript.FUNCTIONS` defines.
JAVASCRIPT: Dialect = {
    "+": "{a} + {b}",
    "-": "{a} - {b}",
    "*": "{a} * {b}",
    "/": "{a} / {b}",
    "neg": "-{a}",
    "^": "power({a}, {b})",
    **{name: f"Math.{name}({{a}})" for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
        "exp", "log", "log2", "log10", "cbrt", "abs", "sign", "log1p", "expm1",
        "asinh", "acosh", "atanh",
    )},
    "sqrt": "Math.sqrt({a} + 0)",
    "sigmoid": "sigmoid({a})",
    "softplus": "softplus({a})",
    "relu": "({a} > 0 || {a} !== {a} ? {a} : 0)",
    "square": "{a} * {a}",
    "erf": "erf({a})",
    "erfc": "erfc({a})",
    "sec": "1 / Math.cos({a})",
    "csc": "1 / Math.sin({a})",
    "cot": "1 / Math.tan({a})",
    "silu": "{a} * sigmoid({a})",
    "gelu": "{a} * (erfc(-{a} * Math.SQRT1_2) / 2)",
    "mish": "{a} * Math.tanh(softplus({a}))",
    "elu": "({a} > 0 ? {a} : Math.expm1({a}))",
    "selu": f"{SELU} * ({{a}} > 0 ? {{a}} : {SELU_ALPHA} * Math.expm1({{a}}))",
    "leakyrelu": "Math.max({a}, 0.01 * {a})",
    "softsign": "{a} / (1 + Math.abs({a}))",
    "logsigmoid": "-softplus(-{a})",
    "logit": "logit({a})",
    "normcdf": "erfc(-{a} * Math.SQRT1_2) / 2",
    "normpdf": "Math.exp(-{a} * {a} / 2) / Math.sqrt(2 * Math.PI)",
    "logaddexp": "Math.max({a}, {b}) + softplus(-Math.abs({a} - {b}))",
    "floor": "Math.floor({a})",
    "ceil": "Math.ceil({a})",
    "round": "round({a})",
    "min": "({a} < {b} || {a} !== {a} ? {a} : {b})",
    "max": "({a} > {b} || {a} !== {a} ? {a} : {b})",
    "atan2": "Math.atan2({a}, {b})",
    "hypot": "hypot({a}, {b})",
    "step": "({a} > 0 ? 1 : {a} !== {a} ? NaN : 0)",
    "wins": "({a} > {b} ? 1 : {a} < {b} ? 0 : {a} === {b} ? 0.5 : NaN)",
    "xlogy": "({a} === 0 ? 0 : {a} * Math.log({b}))",
    "xtimesy": "({a} === 0 ? 0 : {a} * {b})",
    "copysign": "copysign({a}, {b})",
    "<": "({a} < {b} ? 1 : 0)",
    "<=": "({a} <= {b} ? 1 : 0)",
    ">": "({a} > {b} ? 1 : 0)",
    ">=": "({a} >= {b} ? 1 : 0)",
    "==": "({a} === {b} ? 1 : 0)",
    "!=": "({a} !== {b} ? 1 : 0)",
    "and": "({a} !== 0 && {b} !== 0 ? 1 : 0)",
    "or": "({a} !== 0 || {b} !== 0 ? 1 : 0)",
    "not": "({a} === 0 ? 1 : 0)",
    "when": "({a} !== 0 ? {b} : 0)",
    "unless": "({a} === 0 ? {b} : 0)",
    "through": "({a} !== 0 ? {b} : -0)",
}  # fmt: skip

# Expressions over {a}, {b} and a context {m} of mpmath. What mpmath answers with a complex number,
# or not at all, is left to the row's own `compute`. Each rounds as the context tells it, which is
# why tanh and expm1 are not mpmath's where they come near 1 and -1: those round to nearest.
MPMATH: Dialect = {
    "+": "{a} + {b}",
    "-": "{a} - {b}",
    "*": "{a} * {b}",
    "/": "{a} / {b}",
    "neg": "-{a}",
    "^": "m.power({a}, {b})",
    **{name: f"m.{name}({{a}})" for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
        "exp", "log", "log10", "sqrt", "erf", "log1p", "sign",
        "asinh", "acosh", "atanh", "erfc", "floor", "ceil",
    )},
    "round": "m.nint({a})",
    "tanh": "(m.tanh({a}) if abs({a}) < 1 else m.sign({a})*(1 - 2/(m.exp(2*abs({a})) + 1)))",
    "expm1": "(m.expm1({a}) if abs({a}) < 1 else m.exp({a}) - 1)",
    "log2": "m.log({a})/m.log(2)",
    "cbrt": "m.sign({a})*m.cbrt(abs({a}))",
    "abs": "abs({a})",
    "sigmoid": "1/(1 + m.exp(-{a}))",
    "softplus": "(max({a}, 0) + m.log1p(m.exp(-abs({a}))))",
    "relu": "max({a}, 0)",
    "square": "{a}*{a}",
    "min": "min({a}, {b})",
    "max": "max({a}, {b})",
    "atan2": "m.atan2({a}, {b})",
    "hypot": "m.hypot({a}, {b})",
    "step": "m.mpf({a} > 0)",
    "wins": "(m.mpf(({a} > {b}) + ({a} >= {b}))/2)",
    "xlogy": "({a}*m.log({b}) if {a} else m.zero)",
    "xtimesy": "({a}*{b} if {a} else m.zero)",
    "copysign": "(abs({a}) if {b} >= 0 else -abs({a}))",
    "<": "m.mpf({a} < {b})",
    "<=": "m.mpf({a} <= {b})",
    ">": "m.mpf({a} > {b})",
    ">=": "m.mpf({a} >= {b})",
    "==": "m.mpf({a} == {b})",
    "!=": "m.mpf({a} != {b})",
    **dict.fromkeys(("when", "through"), "({b} if {a} else m.zero)"),
}  # fmt: skip
