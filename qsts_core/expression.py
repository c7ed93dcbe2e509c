"""The face of the package: a text that can be evaluated, differentiated and watched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from .collector import collector_paused
from .construction import BuildStep, build_steps
from .errors import ArgumentError, needing
from .graph import SHARINGS, Graph, Sharing, build, predict_size
from .notes import write_notes
from .point import Real, read_point
from .printer import write_latex, write_program
from .reading.postfix import read
from .reading.scripts import SCRIPTS, Script
from .sweep import Tape, run
from .trace import Trace

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import ArrayLike

    from .engine.batch import Batch, Numbers
    from .engine.choice import ManyEngine, OneEngine
    from .engine.python import Function
    from .study.check import Check

__all__ = ["Expression"]

SWEEPS_BEFORE_COMPILING = 64
"""Compiling takes as long as about this many sweeps, whatever the size of the graph."""


class Expression:
    """A formula in one or more variables; it is a value, and cannot be changed.

    Parameters
    ----------
    text
        The formula, in the language of this package.
    sharing
        How alike nodes are merged: "unique", "variables" or "none". The value and the gradient
        are the same by each.
    script
        What the text is read as: "plain", "python" or "latex"; or "auto", which tells it from the
        text.

    Raises
    ------
    FormulaError
        If the text is not a formula; it says what, where, and what would work.
    TooLargeError
        If the graph would repeat nodes beyond what can be built.
    ArgumentError
        If `text` is no text, or `sharing` or `script` none of those.

    Examples
    --------
    >>> e = Expression("(x+y) + x*(x+y)")
    >>> e.variables
    ('x', 'y')
    >>> e.value({"x": 2, "y": 3})
    15.0
    >>> e.gradient({"x": 2, "y": 3})
    {'x': 8.0, 'y': 3.0}
    >>> len(e.graph.nodes)
    5
    >>> print(e)
    z3 = x + y; z3 + x*z3
    """

    def __init__(
        self, text: str, sharing: Sharing = "unique", script: Script | Literal["auto"] = "auto"
    ) -> None:
        if not isinstance(text, str):
            raise ArgumentError(f"a formula is a text, as in Expression('x*y'), not {text!r}")
        if not (isinstance(sharing, str) and sharing in SHARINGS):
            raise ArgumentError(f"sharing is one of {', '.join(SHARINGS)}, not {sharing!r}")
        if not (isinstance(script, str) and script in ("auto", *SCRIPTS)):
            raise ArgumentError(f"script is one of auto, {', '.join(SCRIPTS)}, not {script!r}")
        with collector_paused(len(text)):
            self._program = read(str(text), script=None if script == "auto" else script)
            self._graph = build(self._program, sharing)
        self._sharing: Sharing = sharing
        self._is_told = script != "auto"
        self._sweeps = 0
        self._functions: dict[OneEngine, Function] = {}

    @property
    def text(self) -> str:
        """The formula, as it was given."""
        return self._program.text

    @property
    def sharing(self) -> Sharing:
        """How alike nodes are merged."""
        return self._sharing

    @property
    def script(self) -> Script:
        r"""What the text was read as.

        Examples
        --------
        >>> Expression(r"\frac{x}{y}").script, Expression("ab", script="latex").variables
        ('latex', ('a', 'b'))
        """
        return self._program.script

    @property
    def graph(self) -> Graph:
        """The graph of the formula."""
        return self._graph

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables, in order of first appearance in the text."""
        return self._program.variables

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """How the text was read, where it could have meant something else, in sentences.

        Examples
        --------
        >>> Expression("x*y + xy").notes
        ('xy is one name; for the product write x*y.',)
        """
        return write_notes(self._program)

    def value(self, at: Mapping[str, Real]) -> float:
        """Return the value of the formula at one state.

        Raises
        ------
        PointError
            If `at` is no mapping, lacks a variable, has an unknown one, or a value that is not a
            real number.
        """
        point = self.point(at)
        return run(self.tape, point).value

    def gradient(self, at: Mapping[str, Real]) -> dict[str, float]:
        """Return d formula / d variable for each variable, by one forward and one backward sweep.

        Raises
        ------
        PointError
            If `at` is no mapping, lacks a variable, has an unknown one, or a value that is not a
            real number.
        """
        point = self.point(at)
        self._sweeps += 1
        if self._sweeps > SWEEPS_BEFORE_COMPILING:
            return dict(
                zip(self.variables, self.function("python")(*point.values())[1], strict=True)
            )
        return run(self.tape, point).gradient()

    def function(self, engine: OneEngine = "auto") -> Function:
        """Return a function of positional floats, in the order of `variables`, for many calls.

        It gives the value and the tuple of derivatives, and is compiled when it is asked for.

        Parameters
        ----------
        engine
            "sweep"; "python", the sweep's numbers to the last bit; "native", machine code (needs
            the extra `native`); or "auto", which takes that for large graphs where it can.

        Examples
        --------
        >>> f = Expression("x*y + y").function()
        >>> f(2.0, 3.0)
        (9.0, (3.0, 3.0))
        >>> f
        <bound method gradient of Expression('x*y + y', 'unique'), engine='auto'>
        """
        from .engine.one import function_of

        if engine not in self._functions:
            self._functions[engine] = function_of(self.tape, self.__reduce__(), engine)
        return self._functions[engine]

    def batch(
        self,
        states: ArrayLike | Mapping[str, ArrayLike],
        engine: ManyEngine = "auto",
        *,
        threads: int | None = None,
    ) -> tuple[Numbers, Numbers]:
        """Return the value and the gradient at many states.

        Parameters
        ----------
        states
            An array of shape (variables, states), rows in the order of `variables`; or a mapping
            or a data frame, which is read by name. It is computed with as float64, and never
            changed.
        engine
            "sweep"; "numpy", in blocks; "native", machine code (needs the extra `native`); or
            "auto", one of them by the size of the graph and the number of states. The last bits
            differ from engine to engine: name one where pieces of different sizes must agree to
            the bit, or where small batches are many (machine code is the fastest by far).
        threads
            How many threads; by default as many as pay, up to the cores of this process.

        Returns
        -------
        values, gradient
            Arrays of float64 of shapes (states,) and (variables, states).

        Raises
        ------
        PointError
            If `states` is no array of numbers, one row for each variable.
        ArgumentError
            If `engine` is none of those, or `threads` is no count.
        LibraryError
            If numpy (the extra `batch`) is not installed.

        Examples
        --------
        >>> values, gradient = Expression("x*y").batch([[1, 2, 3], [4, 5, 6]])
        >>> values.tolist()
        [4.0, 10.0, 18.0]
        >>> gradient.tolist()
        [[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]
        """
        return self._batch.run(states, engine, threads)

    @cached_property
    def _batch(self) -> Batch:
        with needing("numpy", "batch", "Expression.batch"):
            from .engine.batch import batch_of

        return batch_of(self.tape)

    def trace(
        self,
        at: Mapping[str, Real],
        *,
        build: bool = False,
        after: Mapping[str, Real] | None = None,
    ) -> Trace:
        """Return the steps of one forward and one backward sweep.

        With `build`, the steps in which the graph is built come first. With `after`, a state at
        which the same graph was run before, its reset comes first: the trace begins with the
        values and adjoints of that run, and nothing is built again.

        Raises
        ------
        ValueError
            If both are asked for: what is being built has not run before.
        PointError
            If `at` is no mapping, lacks a variable, has an unknown one, or a value that is not a
            real number. The same holds for `after`.

        Examples
        --------
        >>> trace = Expression("x*x").trace({"x": 4}, after={"x": 3})
        >>> trace[0]
        ResetStep(values=(3.0, 9.0), adjoints=(6.0, 1.0))
        >>> trace.state(0).values, trace.state(1).values
        ((3.0, 9.0), (None, None))
        """
        if build and after is not None:
            raise ValueError("a trace begins with the building or with a reset: leave one out")
        point = self.point(at)
        before = None if after is None else run(self.tape, self.point(after))
        with collector_paused(len(self.text)):
            building = tuple(self.build_steps()) if build else ()
            return Trace(self.text, self.sharing, point, run(self.tape, point), building, before)

    def show(self, at: Mapping[str, Real], *, build: bool = False) -> None:
        """Show the run at a state: in the cell of a notebook, else as a page in the browser.

        The page is a file of its own in the folder for temporary files; nothing is served. In a
        notebook a trace that is the last thing of a cell shows itself as well.

        Raises
        ------
        PointError
            If `at` does not fit the variables.
        ArgumentError
            If the run has too many steps for one page.
        LibraryError
            If the libraries of the extra `draw` are not installed.
        """
        from .export.cell import show_trace

        show_trace(self.trace(at, build=build))

    def check(self, at: Mapping[str, Real], gradient: Mapping[str, Real] | None = None) -> Check:
        """Check the adjoint of every node, or a gradient of your own, against differences.

        Printed it is a table; `to_dict` gives plain data. With mpmath (the extra `digits`) it can
        tell where differences in float64 cannot.

        Parameters
        ----------
        gradient
            Derivatives by name, to check in place of those of the sweep.

        Raises
        ------
        PointError
            If `at` does not fit the variables.
        ArgumentError
            If `gradient` has a name that is no variable.

        Examples
        --------
        >>> found = Expression("x*y").check({"x": 2, "y": 3}, gradient={"x": 3, "y": -2})
        >>> [(node.text, node.verdict) for node in found.nodes]
        [('x', 'right'), ('y', 'wrong'), ('x*y', 'right')]
        >>> found.wrong[0].reason
        'it is 2: its sign is turned'
        """
        from .study.check import check

        return check(self, at, gradient)

    def build_steps(self) -> Iterator[BuildStep]:
        """Yield the steps in which the text becomes the graph, without evaluating it.

        Examples
        --------
        >>> [step.node for step in Expression("x*x").build_steps() if step.node is not None]
        [0, 0, 1]
        """
        return build_steps(self.text, self.sharing, self.script)

    def url(
        self, at: Mapping[str, Real] | None = None, *, base: str = "http://127.0.0.1:8501"
    ) -> str:
        """Return the address at which the app shows this formula, at a state if one is given.

        `base` is where the app is served; by default where `qsts app` serves it.

        Raises
        ------
        PointError
            If `at` is given and does not fit the variables.

        Examples
        --------
        >>> Expression("x*y + 1").url({"x": 2, "y": 0.5})
        'http://127.0.0.1:8501/?f=x*y+%2B+1&at=x%3D2.0%2Cy%3D0.5'
        """
        from urllib.parse import urlencode

        # The address does not say which script was asked for; our own language needs no word.
        query = {"f": str(self) if self._is_told else self.text}
        if at is not None:
            query["at"] = ",".join(f"{name}={it!r}" for name, it in self.point(at).items())
        if self.sharing != "unique":
            query["sharing"] = self.sharing
        return f"{base.rstrip('/')}/?{urlencode(query, safe='*')}"

    def to_networkx(self, at: Mapping[str, Real] | None = None) -> nx.MultiDiGraph[int]:
        """Return the graph as a `networkx.MultiDiGraph`, its attributes plain numbers and texts.

        A node is its index; it has `name`, `operation` and `label`. An edge runs from an input to
        its parent, and has `slot`, which is its key too: `x*x` has two. At a state `at`, nodes
        have a `value` and, where a variable feeds them and the output uses them, an `adjoint`;
        edges that carry a contribution have `local`, the local derivative.

        Raises
        ------
        PointError
            If `at` is given and does not fit the variables.
        LibraryError
            If networkx is not installed.

        Examples
        --------
        >>> network = Expression("x*x").to_networkx({"x": 3})
        >>> list(network.edges(keys=True, data="local"))
        [(0, 1, 0, 3.0), (0, 1, 1, 3.0)]
        >>> network.nodes[0]["adjoint"]
        6.0
        """
        from .network import to_networkx

        return to_networkx(self.graph, None if at is None else run(self.tape, self.point(at)))

    def count_nodes(self) -> dict[Sharing, int]:
        """Count the nodes for each sharing, exactly, without building repeated ones.

        Examples
        --------
        >>> Expression("(x+y) + x*(x+y)").count_nodes()
        {'none': 9, 'variables': 6, 'unique': 5}
        """
        return dict(self._counts)

    @cached_property
    def _counts(self) -> dict[Sharing, int]:
        return {sharing: predict_size(self._program, sharing).nodes for sharing in SHARINGS}

    def point(self, at: Mapping[str, Real]) -> dict[str, float]:
        """Return `at` as floats in the order of `variables`, or say what is wrong with it.

        Raises
        ------
        PointError
            If `at` is no mapping, lacks a variable, has an unknown one, or a value that is not a
            real number.
        """
        return read_point(at, self.variables)

    @property
    def tape(self) -> Tape:
        """The graph made ready to run."""
        return self._tape

    @cached_property
    def _tape(self) -> Tape:
        with collector_paused(len(self.graph.nodes)):
            return Tape(self.graph, self.variables)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return (self.sharing, self.graph) == (other.sharing, other.graph)

    def __hash__(self) -> int:
        return hash((self.sharing, self.graph))

    def __str__(self) -> str:
        with collector_paused(len(self.graph.nodes)):
            return write_program(self.graph)

    def latex(self) -> str:
        r"""Return the formula in LaTeX; reading it as LaTeX gives the same graph.

        Examples
        --------
        >>> print(Expression("sqrt(x)/(2*y) + exp(-x)").latex())
        \frac{\sqrt{x}}{2 \cdot y} + \exp\left(-x\right)
        """
        with collector_paused(len(self.graph.nodes)):
            return write_latex(self.graph)

    def __repr__(self) -> str:
        told = f", script={self.script!r}" if self._is_told else ""
        return f"Expression({self.text!r}, sharing={self.sharing!r}{told})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the formula in the cell of a notebook: its text, and its graph as a picture."""
        from .export.cell import bundle_of_graph

        return bundle_of_graph(self)

    def __reduce__(self) -> tuple[Any, ...]:
        told = (self.script,) if self._is_told else ()
        return Expression, (self.text, self.sharing, *told)
