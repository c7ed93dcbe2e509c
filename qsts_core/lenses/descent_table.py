"""What the charts of a descent show, in words and as a table: for who does not see them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qsts_core.notation import show
from qsts_core.study.landscape import Axis
from qsts_core.study.path import Path

__all__ = ["path_table", "tell_course", "tell_ground"]

MOST_ROWS = 20
"""How many steps the table has, spread evenly from the first to the last."""


def tell_ground(axes: Sequence[Axis], path: Path, output: str = "f") -> str:
    """Say what the ground shows; `output` is the letter of what is descended.

    Examples
    --------
    >>> path = Path([4.0, 1.0], [4.0, 2.0], [(2.0,), (1.0,)], [(4.0,), (2.0,)], {1: (1.0,)})
    >>> tell_ground([Axis("x", -1, 3)], path)
    'f over x from −1 to 3, with the path from x = 2 to x = 1'
    """
    over = " and ".join(f"{axis.name} from {show(axis.low)} to {show(axis.high)}" for axis in axes)
    first, last = (
        ", ".join(f"{axis.name} = {show(at)}" for axis, at in zip(axes, point, strict=False))
        for point in (path.points[0], path.points[-1])
    )
    return f"{output} over {over}, with the path from {first} to {last}"


def tell_course(path: Path, output: str = "f") -> str:
    """Say what the course shows; `output` is the letter of what is descended.

    Examples
    --------
    >>> tell_course(Path([4.0, 1.0], [4.0, 2.0], [(2.0,), (1.0,)], [(4.0,), (2.0,)], {}))
    'by step, from 0 to 1: f from 4 to 1, the length of the gradient from 4 to 2'
    """
    (f_first, *_, f_last), (g_first, *_, g_last) = (
        [show(numbers[0]), show(numbers[-1])] for numbers in (path.values, path.sizes)
    )
    return (
        f"by step, from 0 to {len(path.values) - 1:,}: {output} from {f_first} to {f_last}, "
        f"the length of the gradient from {g_first} to {g_last}"
    )


def path_table(path: Path, names: Sequence[str], output: str = "f") -> str:
    """Return some steps of a path as an HTML table, the first and the last among them.

    `output` is the letter of what is descended: none of its variables.

    Examples
    --------
    >>> table = path_table(Path([4.0], [4.0], [(2.0,)], [(4.0,)], {}), ["x"])
    >>> table.count("<tr>"), '<th scope="col">x</th>' in table
    (2, True)
    """
    last = len(path.values) - 1
    rows = min(last, MOST_ROWS - 1)
    chosen = [round(k * last / rows) for k in range(rows + 1)] if rows else [0]
    head = ["step", output, "|gradient|", *names]
    cells = [
        [f"{k:,}", *map(show, (path.values[k], path.sizes[k], *path.points[k]))] for k in chosen
    ]
    return (
        '<table data-qsts="path-table"><thead><tr>'
        + "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
        + "</tr></thead><tbody>"
        + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
        + "</tbody></table>"
    )
