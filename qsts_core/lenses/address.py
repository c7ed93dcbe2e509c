"""What the address bar says, read and written.

The address holds the whole state of a page: `f`, the formula; `at`, the values, as "x=2,y=3";
`sharing`; `build`, 1 where the film begins with the building of the graph; `after`, the state
before, where it begins with the reset; `step`. What only one lens asks for has a module of its own,
as `descent_address`. Whatever an address brings is checked like anything typed; what cannot be used
is left out, and a sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from qsts_core.errors import FormulaError, TooLargeError
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notes import read_blanks_as_plus
from qsts_core.reading.postfix import read
from qsts_core.values import read_value

__all__ = [
    "LARGEST_VALUE",
    "SEED",
    "SEED_AT",
    "Address",
    "excerpt",
    "read_address",
    "shortest",
    "write_values",
]

SEED = "(x+y) + x*(x+y)"
"""The formula that a first visit begins with: the one of the post this project descends from."""

SEED_AT = {"x": 2.0, "y": 3.0}

LARGEST_VALUE = 1e15
"""Values beyond this are not shown here: a slider could not reach them."""

LONGEST_TYPED = 2_000
"""How long a formula may be, in characters, that is taken for typed into an address by hand."""

LONGEST_EXCERPT = 60
"""How much of an address a sentence about it repeats, in characters."""


@dataclass(frozen=True, slots=True)
class Address:
    """A state of the page.

    Attributes
    ----------
    formula, at, sharing, step, build, after
        What the address asks for, or what a first visit begins with.
    complaints
        One sentence for each thing in it that could not be used.
    """

    formula: str
    at: dict[str, float]
    sharing: Sharing
    step: int
    build: bool = False
    after: dict[str, float] | None = None
    complaints: tuple[str, ...] = ()

    def complain_of_names(self, variables: Collection[str]) -> Iterator[str]:
        """Yield a sentence for each value whose name is not in the formula."""
        known = set(variables)
        for name in self.at:
            if name not in known:
                yield f"The address gives a value for {excerpt(name)}, which is not in the formula."
        lacking = known - self.after.keys() if self.after is not None else ()
        if lacking:
            yield (
                f"The state before, which the address gives, lacks {excerpt(min(lacking))}: "
                "the film begins without a reset."
            )


def read_address(parameters: Mapping[str, str]) -> Address:
    """Read the parameters of an address.

    Examples
    --------
    >>> read_address({"f": "x*y", "at": "x=2,y=oops", "step": "3"})
    ... # doctest: +NORMALIZE_WHITESPACE
    Address(formula='x*y', at={'x': 2.0}, sharing='unique', step=3,
        build=False, after=None,
        complaints=("The address gives 'y=oops', which is not a value such as x=2.",))
    """
    complaints: list[str] = []
    formula = _read_formula(parameters.get("f", SEED), complaints)
    default = SEED_AT if formula == SEED else {}
    return Address(
        formula,
        {**default, **_read_values(parameters.get("at", ""), complaints)},
        _read_sharing(parameters.get("sharing", "unique"), complaints),
        _read_step(parameters.get("step", "0"), complaints),
        _read_build(parameters.get("build", "0"), complaints),
        _read_values(parameters["after"], complaints) if "after" in parameters else None,
        tuple(complaints),
    )


def _read_formula(text: str, complaints: list[str]) -> str:
    """Return the formula, with the plus signs that an address typed by hand has lost."""
    summed = read_blanks_as_plus(text, _is_formula) if len(text) <= LONGEST_TYPED else None
    if summed is None:
        return text
    complaints.append(
        f"In an address + stands for a blank: {excerpt(text)} is read as {excerpt(summed)}."
    )
    return summed


def _is_formula(text: str) -> bool:
    try:
        return bool(read(text))
    except FormulaError:
        return False
    except TooLargeError:
        return True


def write_values(at: Mapping[str, float]) -> str:
    """Write values for the address; reading them gives the same numbers.

    Examples
    --------
    >>> write_values({"x": 2.0, "y": 0.1})
    'x=2,y=0.1'
    """
    return ",".join(f"{name}={shortest(number)}" for name, number in at.items())


def shortest(number: float) -> str:
    """Write a number so that reading it gives the same one.

    Examples
    --------
    >>> shortest(2.0), shortest(0.1)
    ('2', '0.1')
    """
    return repr(int(number)) if number.is_integer() else repr(number)


def excerpt(text: str) -> str:
    """Quote what an address gives, as much of it as a sentence has room for.

    Examples
    --------
    >>> excerpt("x=two")
    "'x=two'"
    """
    return f"'{text[:LONGEST_EXCERPT]}…'" if len(text) > LONGEST_EXCERPT else f"'{text}'"


_NEXT_VALUE = re.compile(r",(?=[^,=]*=)")
"""Where one value ends and the next begins; the comma within 2,5 is none of these."""


def _read_values(text: str, complaints: list[str]) -> dict[str, float]:
    at: dict[str, float] = {}
    for part in filter(None, _NEXT_VALUE.split(text)):
        name, _, number = (piece.strip() for piece in part.partition("="))
        try:
            value = read_value(number)
        except FormulaError:
            name = ""
        if not name:
            complaints.append(
                f"The address gives {excerpt(part)}, which is not a value such as x=2."
            )
        elif abs(value) <= LARGEST_VALUE:
            at[name] = value
        else:
            complaints.append(
                f"The address gives {excerpt(part)}; up to {LARGEST_VALUE:g} can be shown."
            )
    return at


def _read_sharing(text: str, complaints: list[str]) -> Sharing:
    for sharing in SHARINGS:
        if text == sharing:
            return sharing
    complaints.append(
        f"The address gives the sharing {excerpt(text)}; it is one of {', '.join(SHARINGS)}."
    )
    return "unique"


def _read_step(text: str, complaints: list[str]) -> int:
    if text.isascii() and text.isdigit() and len(text) < 9:
        return int(text)
    complaints.append(
        f"The address gives step {excerpt(text)}, which is not a whole number from 0."
    )
    return 0


def _read_build(text: str, complaints: list[str]) -> bool:
    if text not in ("0", "1"):
        complaints.append(f"The address gives build {excerpt(text)}; it is 1 or 0.")
    return text == "1"
