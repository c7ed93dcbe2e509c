"""One step of a trace as a picture in SVG: the app's own places, plates and colours, text as text.

The elements are made by an XML library, which escapes every text; there is no script, no style
sheet and no address in the file, so that it shows the same wherever it is put.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as Tree

from qsts_core.draw.bezier import svg_path
from qsts_core.draw.colours import THEMES
from qsts_core.draw.figure import arrowhead, shorten
from qsts_core.draw.layout import Edge, Mark, Picture, lay_out
from qsts_core.draw.plates import Box, Plate, place_box, width_of
from qsts_core.draw.still import is_moving, tell
from qsts_core.export.choices import Choices
from qsts_core.export.words import single_line
from qsts_core.notation import show
from qsts_core.trace import Trace, label_of

__all__ = ["Drawing", "write"]

MARGIN, TITLE = 18.0, 46.0
"""Points kept free around all, and for the sentence above."""

CHARACTER = 0.6
"""How wide a character is, as a share of the size of its font."""

MOST_CHARACTERS = 120
LEAST_WIDTH = 520.0
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def write(trace: Trace, choices: Choices) -> str:
    """Return the picture after a step, by default after all of them."""
    return Drawing(trace, dark=choices.dark).draw(choices.step)


class Drawing:
    """A graph laid out once, to be drawn after any step."""

    def __init__(self, trace: Trace, *, dark: bool = False) -> None:
        self._trace = trace
        self._graph = trace.tape.graph
        known = (*trace.run.values, *(it for it in trace.run.adjoints if it is not None))
        self._picture: Picture = lay_out(self._graph, characters=width_of(known))
        self._colours: Mapping[str, str] = {name: pair[dark] for name, pair in THEMES.items()}

    def draw(self, step: int | None = None, sentence: str = "") -> str:
        """Return the text of the file after `step` steps, above it what that step does.

        A `sentence` stands there in place of that.

        Raises
        ------
        IndexError
            If there are not that many steps.
        """
        root = self.element(step, sentence)
        Tree.indent(root, " ")
        return Tree.tostring(root, encoding="unicode") + "\n"

    def element(self, step: int | None = None, sentence: str = "") -> Tree.Element:
        """Return the picture as elements: the same ones in the same order after every step.

        Raises
        ------
        IndexError
            If there are not that many steps.
        """
        taken = len(self._trace) if step is None else step
        self._state = self._trace.state(taken)
        sentence = sentence or f"step {taken} of {len(self._trace)} · {tell(self._trace, taken)}"
        sentence = shorten(single_line(sentence), MOST_CHARACTERS)
        left, right, bottom, top = self._picture["bounds"]
        middle, least = (left + right) / 2, max(LEAST_WIDTH, len(sentence) * 17 * CHARACTER)
        width = max(right - left, least) + 2 * MARGIN
        height = top - bottom + 2 * MARGIN + TITLE
        x, y = middle - width / 2, -top - MARGIN - TITLE
        root = Tree.Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "role": "img", "font-family": FONT,
            "viewBox": f"{x:.2f} {y:.2f} {width:.2f} {height:.2f}",
            "width": f"{width:.0f}", "height": f"{height:.0f}",
        })  # fmt: skip
        Tree.SubElement(root, "title").text = sentence
        box = {"x": x, "y": y, "width": width, "height": height}
        self._add(root, "rect", fill="card", **box)
        self._write(root, sentence, x + MARGIN, y + 30, 17, "ink", anchor="start")
        for edge in self._picture["edges"]:
            self._edge(root, edge, is_moving(self._trace, taken, edge))
        self._output(root)
        for mark in self._picture["marks"]:
            self._mark(root, mark)
        return root

    def _add(self, parent: Tree.Element, tag: str, **attributes: object) -> Tree.Element:
        """Add an element; colours are given by their names, lengths as numbers."""
        written = {
            name.replace("_", "-"): self._colours.get(it, it)
            if isinstance(it, str)
            else f"{it:.2f}"
            for name, it in attributes.items()
        }
        return Tree.SubElement(parent, tag, written)

    def _write(
        self, parent: Tree.Element, text: str, x: float, y: float, size: float, colour: str,
        *, anchor: str = "middle", weight: str = "400",
    ) -> None:  # fmt: skip
        element = self._add(
            parent, "text", x=x, y=y, font_size=size, fill=colour, text_anchor=anchor,
            font_weight=weight, dominant_baseline="central" if anchor == "middle" else "auto",
        )  # fmt: skip
        element.text = single_line(text)

    def _edge(self, root: Tree.Element, edge: Edge, moves: bool) -> None:
        path = [(x, -y) for x, y in edge["path"]]
        back = self._state.arrived[edge["from"]] > 0 and moves
        path = path[::-1] if back else path  # the head is where the number goes
        colour = "edge" if not moves else "adjoint" if back else "value"
        dash = {"stroke_dasharray": "9 5"} if back else {}
        self._add(
            root, "path", d=svg_path(path), fill="none", stroke=colour,
            stroke_width=5.0 if moves else 1.8, **dash,
        )  # fmt: skip
        self._add(root, "path", d=arrowhead(path, 0.42 * self._picture["radius"]), fill=colour)

    def _output(self, root: Tree.Element) -> None:
        """Draw the arrow out of the graph, with the name of what comes out."""
        mark, radius = self._picture["marks"][self._graph.output], self._picture["radius"]
        start, y = mark["x"] + mark["half"][0], -mark["y"]
        path = [
            (start, y),
            (start + radius * 0.3, y),
            (start + radius * 0.6, y),
            (start + radius, y),
        ]
        self._add(root, "path", d=svg_path(path), fill="none", stroke="edge", stroke_width=1.8)
        self._add(root, "path", d=arrowhead(path, 0.42 * radius), fill="edge")
        name = self._graph.letters.output
        self._write(root, name, start + 1.4 * radius, y, 0.58 * radius, "ink")

    def _mark(self, root: Tree.Element, mark: Mark) -> None:
        node, (half_x, half_y) = mark["node"], mark["half"]
        x, y = mark["x"], -mark["y"]
        reached = self._state.adjoints[node] is not None
        known = self._state.values[node] is not None
        final = reached and self._state.arrived[node] == self._trace.tape.due[node]
        look: dict[str, object] = {
            "fill": "adjoint-paper" if final else "value-paper" if known else "card",
            "stroke": "adjoint" if reached else "value" if known else "edge",
            "stroke_width": 2.5,
        }
        if reached and not final:
            look["stroke_dasharray"] = "6 4"
        if mark["shape"] == "square":
            box = {"x": x - half_x, "y": y - half_y, "width": 2 * half_x, "height": 2 * half_y}
            self._add(root, "rect", rx=0.46 * half_y, **box, **look)
        elif mark["shape"] == "circle":
            self._add(root, "circle", cx=x, cy=y, r=half_x, **look)
        else:
            d = f"M{x + half_x:.2f},{y:.2f}l{-half_x:.2f},{half_y:.2f}l{-half_x:.2f},{-half_y:.2f}"
            self._add(root, "path", d=f"{d}l{half_x:.2f},{-half_y:.2f}Z", **look)
        label = shorten(single_line(label_of(self._graph.nodes[node])))
        size = min(0.9 * half_y, 1.65 * half_x / (CHARACTER * max(len(label), 1)))
        plate = self._picture["plate"]
        if plate is None and mark["shape"] != "diamond":
            self._write(root, label, x, y - 0.38 * half_y, 0.62 * size, "ink")
        else:
            self._write(root, label, x, y, size, "ink")
        if plate is not None and mark["side"]:
            self._plate(root, mark, plate)
        elif plate is None:
            self._inside(root, mark)

    def _numbers(self, node: int) -> tuple[str, str, str]:
        """Return a node's value, its adjoint, and how many of its contributions have arrived."""
        value, adjoint = self._state.values[node], self._state.adjoints[node]
        arrived, due = self._state.arrived[node], self._trace.tape.due[node]
        waits = due > 0 and self._state.arrived[self._graph.output] > 0
        return (
            "" if value is None else show(value, 4),
            ("–" if waits else "") if adjoint is None else show(adjoint, 4),
            f"{arrived} of {due}" if adjoint is not None and arrived < due else "",
        )

    def _plate(self, root: Tree.Element, mark: Mark, plate: Plate) -> None:
        """Draw the name, and the cells of the value and the adjoint, where the layout left room."""
        node, half = mark["node"], (mark["half"][0], mark["half"][1])
        tallied = self._trace.tape.due[node] > 1
        box = place_box(plate, mark["side"], half, tallied)
        left, top = mark["x"] + box.x - box.half_width, -mark["y"] - box.y - box.half_height
        if mark["side"] == "n" and tallied:
            top += plate["tally"]
        name, cell, height = plate["name"], plate["cell"], plate["height"]
        value, adjoint, part = self._numbers(node)
        across = 0.0 if plate["stacked"] else name
        down = name if plate["stacked"] else 0.0
        step_x, step_y = (0.0, height) if plate["stacked"] else (cell, 0.0)
        room = (cell, name) if plate["stacked"] else (name, height)
        self._write(
            root, self._graph.show_node(node), left + room[0] / 2, top + room[1] / 2,
            min(0.7 * room[1], 0.8 * height), "mute",
        )  # fmt: skip
        for place, (text, colour) in enumerate(((value, "value"), (adjoint, "adjoint"))):
            x, y = left + across + place * step_x, top + down + place * step_y
            inside = Box(x + cell / 2, y + height / 2, cell / 2, height / 2)
            self._cell(root, inside, text, colour)
        if tallied:
            below = top + plate["tally"] * -0.5 if mark["side"] == "n" else None
            end = top + down + height + (height if plate["stacked"] else 0.0)
            y = end + plate["tally"] * 0.55 if below is None else below
            self._write(root, part, left + box.half_width, y, 0.5 * height, "adjoint")

    def _cell(self, root: Tree.Element, box: Box, text: str, colour: str) -> None:
        self._add(
            root, "rect", x=box.x - box.half_width, y=box.y - box.half_height,
            width=2 * box.half_width, height=2 * box.half_height,
            fill="card" if text in ("", "–") else f"{colour}-paper",
            stroke="line", stroke_width=1.0,
        )  # fmt: skip
        size = min(
            1.24 * box.half_height, (2 * box.half_width - 6) / (CHARACTER * max(len(text), 1))
        )
        self._write(root, text, box.x, box.y, size, colour, weight="600")

    def _inside(self, root: Tree.Element, mark: Mark) -> None:
        """Write the value and the adjoint into a node that has no plate, its name at its rim."""
        x, y, node = mark["x"], -mark["y"], mark["node"]
        value, adjoint, part = self._numbers(node)
        told = f"{adjoint} {part}" if part else adjoint
        for text, colour, below in ((value, "value", 0.22), (told, "adjoint", 0.56)):
            if mark["shape"] != "diamond":
                size = min(11.0, 1.6 * mark["half"][0] / (CHARACTER * max(len(text), 1)))
                self._write(root, text, x, y + below * mark["half"][1], size, colour, weight="600")
        name = self._graph.show_node(node)
        self._write(root, name, x - mark["half"][0], y - mark["half"][1], 10, "mute")
