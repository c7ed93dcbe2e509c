"""What the address says of a descent, read and written.

Beside what it says in every lens it holds the options where they differ from what the lens begins
with, and `draw`, the drawn variables with their ranges, as "x=-2..2,y": an end that is left out is
as far as the path needs. Its `step` is one of the path. Whatever it brings is held to the limits
of the widgets; what cannot be used is left out, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qsts_core.lenses.address import LARGEST_VALUE, excerpt, shortest
from qsts_core.lenses.descent_choices import OPTIONS, Choices, Reach, choose, first_choices
from qsts_core.study.landscape import Axis

__all__ = ["PARAMETERS", "read_choices", "write_choices"]

PARAMETERS = ("draw", *(option.name for option in OPTIONS))
"""What the address may say of a descent, in the order in which it does."""


def read_choices(
    parameters: Mapping[str, str], variables: Sequence[str]
) -> tuple[Choices, tuple[str, ...]]:
    """Read the choices, and one sentence for each thing that could not be used.

    Examples
    --------
    >>> query = {"method": "Adam", "draw": "y=-1..3", "steps": "many"}
    >>> choices, complaints = read_choices(query, ("x", "y"))
    >>> choices.drawn
    (Reach(name='y', low=-1.0, high=3.0), Reach(name='x', low=None, high=None))
    >>> choices.settings, complaints
    (Settings(method='Adam', rate=0.05, steps=100),
     ("The address gives steps 'many', which is not a whole number from 1 to 5000.",))
    """
    complaints: list[str] = []
    drawn = _read_drawn(parameters.get("draw", ""), variables, complaints)
    chosen = {}
    for option in OPTIONS:
        if (text := parameters.get(option.name)) is None:
            continue
        if (value := option.read(text)) is not None:
            chosen[option.name] = value
        else:
            complaints.append(_complaint(option.name, text, option.tell()))
    return choose(drawn, chosen, variables), tuple(complaints)


def write_choices(choices: Choices, variables: Sequence[str]) -> dict[str, str | None]:
    """Write the choices for the address, `None` for each that the lens begins with.

    Reading them with the same variables gives the same choices.

    Examples
    --------
    >>> choices, _ = read_choices({"draw": "x,y=-1..3", "rate": "0.010"}, ("x", "y"))
    >>> {name: text for name, text in write_choices(choices, ("x", "y")).items() if text}
    {'draw': 'x,y=-1..3', 'rate': '0.01'}
    """
    first, chosen = _texts(first_choices(variables)), _texts(choices)
    return {name: chosen[name] if chosen[name] != first[name] else None for name in PARAMETERS}


def _texts(choices: Choices) -> dict[str, str]:
    options = {option.name: option.write(getattr(choices, option.name)) for option in OPTIONS}
    return {"draw": ",".join(map(_reach_text, choices.drawn)), **options}


def _reach_text(reach: Reach) -> str:
    low, high = ("" if end is None else shortest(end) for end in reach[1:])
    return f"{reach.name}={low}..{high}" if low or high else reach.name


def _complaint(name: str, text: str, why: str) -> str:
    return f"The address gives {name} {excerpt(text)}{why}."


def _read_drawn(text: str, variables: Sequence[str], complaints: list[str]) -> tuple[Reach, ...]:
    """Read which variables are drawn; where too few can be, the first of the others are."""
    most = min(2, len(variables))
    drawn: dict[str, Reach] = {}
    parts = text.split(",", most)
    if len(parts) > most:
        why = f"; only {most} of the variables can be drawn"
        complaints.append(_complaint("draw", text, why))
    for part in filter(None, parts[:most]):
        name, _, ends = (piece.strip() for piece in part.partition("="))
        if name not in variables:
            complaints.append(_complaint("draw", part, ", which is not in the formula"))
        elif name in drawn:
            complaints.append(_complaint("draw", part, "; a variable is drawn once"))
        else:
            drawn[name] = _read_reach(name, ends, complaints)
    rest = [reach for reach in first_choices(variables).drawn if reach.name not in drawn]
    more = [Reach(name) for name in variables if name not in drawn]
    return tuple(list(dict.fromkeys([*drawn.values(), *rest, *more]))[:most])


def _read_reach(name: str, text: str, complaints: list[str]) -> Reach:
    """Read one range, as "-2..2", "-2.." or ".."; none is as far as the path needs."""
    low, dots, high = text.partition("..")
    reach = Reach(name, _end(low), _end(high))
    ends = Axis(
        name,
        -LARGEST_VALUE if reach.low is None else reach.low,
        LARGEST_VALUE if reach.high is None else reach.high,
    )
    ordered = -LARGEST_VALUE <= ends.low < ends.high <= LARGEST_VALUE
    if not text or (dots and ordered and ends.is_wide_enough):
        return reach
    why = "is too narrow to draw" if dots and ordered else "is not a range such as x=-2..2"
    complaints.append(_complaint("draw", f"{name}={text}", f", which {why}"))
    return Reach(name)


def _end(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return float("nan")
