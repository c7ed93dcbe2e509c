"""What a caller gives for the variables, as floats; or what is wrong with it, and a way out.

A value is whatever is a real number: an int, a float, numpy's, a Fraction, a Decimal. What Python
would make a number of without a word is refused: a truth value, a text, a complex number whose
imaginary part would be dropped, a masked element.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, SupportsFloat, SupportsIndex, TypeAlias

from .errors import PointError

__all__ = ["Real", "describe_misfit", "read_number", "read_point"]

Real: TypeAlias = SupportsFloat | SupportsIndex
"""Whatever is a real number."""

_MOST_NAMES = 8
"""How many names an error lists."""


def read_point(at: Mapping[str, Real], variables: tuple[str, ...]) -> dict[str, float]:
    """Return the values in `at` as floats, in the order of `variables`.

    Raises
    ------
    PointError
        If `at` is no mapping, lacks a variable, has an unknown one, or a value that is not a real
        number.

    Examples
    --------
    >>> from fractions import Fraction
    >>> read_point({"y": Fraction(1, 2), "x": 3}, ("x", "y"))
    {'x': 3.0, 'y': 0.5}
    """
    if not isinstance(at, Mapping):
        at = _by_name(at, variables)
    missing = [name for name in variables if name not in at]
    if missing or len(at) > len(variables):
        raise PointError(describe_misfit(at, variables, missing))
    return {name: read_number(name, at[name]) for name in variables}


def _by_name(at: Any, variables: tuple[str, ...]) -> Mapping[str, Any]:
    """Return what has keys, as a row of a data frame has, as a mapping; show the form otherwise."""
    if hasattr(at, "keys") and hasattr(at, "__getitem__"):
        return {name: at[name] for name in at.keys()}  # noqa: SIM118  # iterating may give values
    given = at if isinstance(at, (list, tuple)) and len(at) == len(variables) else None
    shown = variables[:_MOST_NAMES]
    pairs = [
        f"{name!r}: {given[i]!r}" if given else f"{name!r}: 1.0" for i, name in enumerate(shown)
    ]
    form = "{" + ", ".join([*pairs, *["…"] * (len(shown) < len(variables))]) + "}"
    raise PointError(f"values are given by name, not as {_type_name(at)}: {form}")


def describe_misfit(given: Iterable[Any], variables: tuple[str, ...], missing: list[str]) -> str:
    """Say which names are missing and which are not in the formula; guess what was meant."""
    known = set(variables)
    unknown = [str(name) for name in given if name not in known]
    close = [difflib.get_close_matches(name, missing or variables, n=1) for name in unknown[:1]]
    guess = f" Did you mean '{close[0][0]}'?" if close and close[0] else ""
    if missing and not guess:
        return f"no value is given for {_list_names(missing)}"
    listed = _list_names(variables) if variables else "none"
    verb = "is" if len(unknown) == 1 else "are"
    return f"{_list_names(unknown)} {verb} not in the formula; its variables: {listed}.{guess}"


def read_number(name: str, value: Any) -> float:
    """Return the value of a variable as a float.

    Raises
    ------
    PointError
        If it is no real number, or does not fit a float64.
    """
    if type(value) is float:
        return value
    fault = _fault(value)
    if fault:
        raise PointError(f"the value of '{name}' is {fault}")
    try:
        return float(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise PointError(f"the value of '{name}' does not fit a float64: {error}") from error


def _fault(value: Any) -> str:
    """Say why a value is no real number; "" where it seems to be one.

    numpy's numbers and arrays are told by their own attributes, so that it need not be loaded.
    """
    if getattr(value, "shape", ()) != ():
        return f"an array of shape {tuple(value.shape)}, not a number; `batch` takes many states"
    if getattr(value, "mask", False):
        return "masked: there is no number"
    kind = getattr(getattr(value, "dtype", None), "kind", "f")
    is_number = hasattr(value, "__float__") or hasattr(value, "__index__")
    if isinstance(value, (str, bytes, bytearray, bool, complex)) or kind not in "iuf":
        is_number = False
    return "" if is_number else f"not a number: {value!r}"


def _type_name(thing: object) -> str:
    return "None" if thing is None else f"a {type(thing).__name__}"


def _list_names(names: Iterable[str]) -> str:
    listed = [f"'{name}'" for name in names]
    more = len(listed) - _MOST_NAMES
    return ", ".join(listed[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
