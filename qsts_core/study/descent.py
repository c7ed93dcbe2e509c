"""Descent: from a start, step after step along what the gradient says.

In go an expression, a start, and the variables that move (the others are held); out comes an
iterator of frozen steps, the last of which says in words why it is the last. Values and gradients
come from the engines: `function` for one start, `batch` for many at once.

======================= ======================================================================
`descend`               one start
`descend_together`      many starts, as arrays
`gradient_work`         what one gradient costs by each sharing, counted without building trees
======================= ======================================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qsts_core.expression import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import show
from qsts_core.reading.postfix import read
from qsts_core.study.methods import METHODS, Memory
from qsts_core.study.size import Count
from qsts_core.study.size import count as count_work

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from qsts_core.engine.batch import Numbers

__all__ = [
    "FAR",
    "Cloud",
    "Drift",
    "Settings",
    "Step",
    "Walk",
    "begin_drift",
    "begin_walk",
    "descend",
    "descend_together",
    "drift_on",
    "gradient_work",
    "walk_on",
]

FAR = 1e15
"""A coordinate beyond this has left every picture."""

STILL = 10
"""After so many moves that change nothing, nothing will."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to descend.

    Raises
    ------
    ValueError
        If the method is unknown, the rate is no positive number, or there are fewer than 0 steps.
    """

    method: str = "gradient descent"
    rate: float = 0.1
    steps: int = 100

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method is one of {', '.join(METHODS)}, not {self.method!r}")
        if not (0 < self.rate < math.inf):
            raise ValueError(f"the learning rate is a positive number, not {self.rate!r}")
        if self.steps < 0:
            raise ValueError(f"the number of steps is at least 0, not {self.steps!r}")


@dataclass(frozen=True, slots=True)
class Step:
    """One state on the way.

    Attributes
    ----------
    index
        How many moves led here; 0 is the start.
    point
        The variables that move, in the order they were named in.
    value, slopes
        The value here, and its derivatives by those variables.
    ending
        Why this is the last step, as a sentence; "" while it goes on.
    """

    index: int
    point: tuple[float, ...]
    value: float
    slopes: tuple[float, ...]
    ending: str = ""

    @property
    def size(self) -> float:
        """The length of the gradient, over the variables that move."""
        return math.hypot(*self.slopes)


def descend(
    expression: Expression,
    start: Mapping[str, float],
    moving: Sequence[str],
    settings: Settings = Settings(),
) -> Iterator[Step]:
    """Yield the start and the state after every move.

    `start` has a value for every variable; those that are not in `moving` keep it. What is not
    finite ends the descent and is said, never raised.

    Raises
    ------
    PointError
        If `start` lacks a variable, or has an unknown one.
    ValueError
        If `moving` names no variable, one twice, or one that is not in the formula.

    Examples
    --------
    >>> e = Expression("x^2 + 10*y^2")
    >>> steps = list(descend(e, {"x": 1, "y": 1}, ("x", "y"), Settings(rate=0.05, steps=2)))
    >>> [step.point for step in steps]
    [(1.0, 1.0), (0.9, 0.0), (0.81, 0.0)]
    >>> steps[-1].ending
    'All 2 steps are taken.'
    """
    walk = begin_walk(expression, start, moving)
    return walk_on(expression, walk, moving, settings)


@dataclass(slots=True)
class Walk:
    """Where a descent stands: all that the next move depends on, so that it can go on elsewhere.

    Attributes
    ----------
    state
        A value for each variable of the formula.
    memories, moves
        What the method remembers of each variable that moves, and how far it was last moved.
    stirred
        Whether it ever changed.
    index, still
        How many moves led here, and how many of them in a row changed nothing.
    """

    state: list[float]
    memories: list[Memory]
    moves: list[float]
    stirred: list[bool]
    index: int = 0
    still: int = 0


def begin_walk(expression: Expression, start: Mapping[str, float], moving: Sequence[str]) -> Walk:
    """Return a walk that stands at its start; errors as for `descend`."""
    count = len(_places(expression, moving))
    state = list(expression.point(start).values())
    return Walk(state, [(0.0, 0.0)] * count, [0.0] * count, [False] * count)


def walk_on(
    expression: Expression, walk: Walk, names: Sequence[str], settings: Settings
) -> Iterator[Step]:
    """Yield the state where `walk` stands and after every further move; it walks along."""
    function = expression.function()
    places = _places(expression, names)
    while True:
        index = walk.index
        value, gradient = function(*walk.state)
        point = tuple(walk.state[place] for place in places)
        slopes = tuple(gradient[place] for place in places)
        ending = _broken(index, value, slopes, names)
        if not ending and index == settings.steps:
            ending = f"All {index:,} steps are taken.{_tell_stuck(walk, point, slopes, names)}"
        if not ending:
            _move(walk, places, slopes, settings)
            moved = tuple(walk.state[place] for place in places)
            ending = _gone(index, moved, names) or _standing(walk, moved, slopes, names)
        walk.index += 1
        yield Step(index, point, value, slopes, ending)
        if ending:
            return


def _move(walk: Walk, places: Sequence[int], slopes: Sequence[float], settings: Settings) -> None:
    direct = METHODS[settings.method].direct
    still = True
    for k, place in enumerate(places):
        walk.memories[k], direction = direct(walk.memories[k], slopes[k], walk.index + 1)
        walk.moves[k] = settings.rate * direction
        before = walk.state[place]
        walk.state[place] += walk.moves[k]
        if walk.state[place] != before:
            walk.stirred[k] = True
            still = False
    walk.still = walk.still + 1 if still else 0


def _broken(index: int, value: float, slopes: Sequence[float], names: Sequence[str]) -> str:
    """Say what is not finite at a state, if anything is, and what may help."""
    way_out = "A smaller learning rate may keep away." if index else "Start somewhere else."
    if not math.isfinite(value):
        return f"Stopped at step {index:,}: the value there is {show(value)}. {way_out}"
    for name, slope in zip(names, slopes, strict=True):
        if not math.isfinite(slope):
            return f"Stopped at step {index:,}: ∂f/∂{name} there is {show(slope)}. {way_out}"
    return ""


def _gone(index: int, moved: Sequence[float], names: Sequence[str]) -> str:
    """Say which coordinate has left, if any has."""
    for name, coordinate in zip(names, moved, strict=True):
        if not abs(coordinate) <= FAR:
            return (
                f"Diverged: the move after step {index:,} takes {name} to {show(coordinate)}. "
                "A smaller learning rate may hold it."
            )
    return ""


def _standing(
    walk: Walk, point: Sequence[float], slopes: Sequence[float], names: Sequence[str]
) -> str:
    if walk.still < STILL:
        return ""
    since = f"The point stands still since step {walk.index - walk.still + 1:,}"
    if not any(slopes):
        return f"{since}: the gradient is 0."
    return f"{since}.{_tell_lost(walk, point, slopes, names, [True] * len(names))}"


def _tell_stuck(
    walk: Walk, point: Sequence[float], slopes: Sequence[float], names: Sequence[str]
) -> str:
    """Say which variable never moved though it should have, while others did."""
    stuck = [not stirred for stirred in walk.stirred]
    return _tell_lost(walk, point, slopes, names, stuck) if walk.index else ""


def _tell_lost(
    walk: Walk,
    point: Sequence[float],
    slopes: Sequence[float],
    names: Sequence[str],
    asked: Sequence[bool],
) -> str:
    """Say of the first variable asked for whose move is lost which number is to blame."""
    lost = [k for k, slope in enumerate(slopes) if asked[k] and slope]
    if not lost:
        return ""
    k = lost[0]
    name, move, at = names[k], walk.moves[k], point[k]
    more = f" So it is with {len(lost) - 1:,} more." if len(lost) > 1 else ""
    if move == 0:
        why = f"its derivative {show(slopes[k])} makes a move that is below every float64"
        return f" {name} cannot move: {why}.{more}"
    return (
        f" {name} cannot move: a move of {show(move)} is lost beside {show(at)}, "
        f"where the next float64 is {show(math.ulp(at))} away.{more}"
    )


def _places(expression: Expression, moving: Sequence[str]) -> list[int]:
    unknown = [name for name in moving if name not in expression.variables]
    if unknown or not moving or len(set(moving)) < len(moving):
        raise ValueError(
            f"what moves is one or more of {', '.join(expression.variables)}, each once; "
            f"not {', '.join(moving) or 'nothing'}"
        )
    return [expression.variables.index(name) for name in moving]


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Many states on their way together.

    Attributes
    ----------
    index
        How many moves led here.
    points, values
        Arrays of shapes (moving, starts) and (starts,).
    moving
        For each start whether it still moves; where a value, a derivative or a coordinate is not
        finite it stays where it was.
    """

    index: int
    points: Numbers
    values: Numbers
    moving: NDArray[np.bool_]


def descend_together(
    expression: Expression,
    starts: ArrayLike,
    held: Mapping[str, float],
    moving: Sequence[str],
    settings: Settings = Settings(),
) -> Iterator[Cloud]:
    """Yield many starts and where they are after every move, `settings.steps` + 1 clouds.

    `starts` has the shape (moving, starts); `held` has a value for every variable, of which those
    that do not move are used.

    Raises
    ------
    PointError
        If `held` lacks a variable, or has an unknown one.
    ValueError
        If `moving` is not as for `descend`, or `starts` has not one row for each of it.

    Examples
    --------
    >>> e = Expression("x^2 + y^2")
    >>> *_, last = descend_together(e, [[1, 2], [1, 0]], {"x": 0, "y": 0}, ("x", "y"),
    ...                             Settings(rate=0.25, steps=2))
    >>> last.points.tolist()
    [[0.25, 0.5], [0.25, 0.0]]
    """
    drift = begin_drift(expression, starts, held, moving)
    return drift_on(expression, drift, moving, settings)


@dataclass(slots=True, eq=False)
class Drift:
    """Where many descents stand, as `Walk` for one: arrays of one column for each start."""

    states: Numbers
    memories: list[Memory]
    alive: NDArray[np.bool_]
    index: int = 0


def begin_drift(
    expression: Expression, starts: ArrayLike, held: Mapping[str, float], moving: Sequence[str]
) -> Drift:
    """Return many descents at their starts; errors as for `descend_together`."""
    import numpy as np

    places = _places(expression, moving)
    points = np.array(starts, dtype=np.float64)
    if points.ndim != 2 or points.shape[0] != len(places):
        raise ValueError(f"the starts have the shape {points.shape}, not ({len(places)}, starts)")
    states = np.empty((len(expression.variables), points.shape[1]))
    states.T[:] = list(expression.point(held).values())
    states[places] = points
    return Drift(states, [(0.0, 0.0)] * len(places), np.ones(points.shape[1], dtype=bool))


def drift_on(
    expression: Expression, drift: Drift, moving: Sequence[str], settings: Settings
) -> Iterator[Cloud]:
    """Yield the clouds from where `drift` stands to the last step; it drifts along."""
    import numpy as np

    direct = METHODS[settings.method].direct
    places = _places(expression, moving)
    states = drift.states
    while drift.index <= settings.steps:
        values, gradient = expression.batch(states, "numpy")  # all steps by one engine
        alive = drift.alive & np.isfinite(values) & np.isfinite(gradient[places]).all(axis=0)
        before = states[places]
        moved = before.copy()
        with np.errstate(all="ignore"):  # what is not finite is dealt with just below
            for k, place in enumerate(places):
                drift.memories[k], direction = direct(
                    drift.memories[k], gradient[place], drift.index + 1
                )
                moved[k] += settings.rate * direction
            drift.alive = alive & (np.abs(moved) <= FAR).all(axis=0)
        states[places] = np.where(drift.alive, moved, before)
        drift.index += 1
        yield Cloud(drift.index - 1, before, values, alive)


def gradient_work(expression: Expression) -> dict[Sharing, Count]:
    """Count for each sharing what one gradient takes: nodes reset, evaluations, contributions.

    Examples
    --------
    >>> work = gradient_work(Expression("(x+y) + x*(x+y)"))
    >>> [(sharing, w.nodes, w.evaluations, w.contributions) for sharing, w in work.items()]
    [('none', 9, 4, 8), ('variables', 6, 4, 8), ('unique', 5, 3, 6)]
    """
    program = read(expression.text, script=expression.script)
    return {sharing: count_work(program, sharing) for sharing in SHARINGS}
