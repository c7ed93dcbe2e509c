"""Reverse-mode automatic differentiation that can be watched.

A text becomes tokens, the tokens postfix, the postfix a graph of unique nodes; values run
forward, then adjoints accumulate backward, one contribution at a time.

>>> from qsts_core import Expression
>>> e = Expression("(x+y) + x*(x+y)")
>>> e.gradient({"x": 2, "y": 3})
{'x': 8.0, 'y': 3.0}

Each contribution is a step. Here the sum x+y, which two nodes use, gets its second one:

>>> trace = e.trace({"x": 2, "y": 3})
>>> step = trace[9]
>>> step.before, step.contribution, step.after, f"{step.arrived} of {step.due}"
(1.0, 2.0, 3.0, '2 of 2')

A tree, in which every occurrence is a node of its own, has the same gradient and more nodes:

>>> Expression("(x+y) + x*(x+y)", sharing="none").gradient({"x": 2, "y": 3})
{'x': 8.0, 'y': 3.0}
>>> e.count_nodes()
{'none': 9, 'variables': 6, 'unique': 5}
"""

from .construction import BuildStep
from .errors import (
    ArgumentError,
    EngineWarning,
    FormulaError,
    LibraryError,
    PointError,
    QstsError,
    TooLargeError,
)
from .expression import Expression
from .graph import Graph, Node, Sharing
from .recording import Recorded, RecordError, SourceLine, record
from .trace import BackwardStep, ForwardStep, ResetStep, SeedStep, State, Step, Trace

__version__ = "0.1.0"

__all__ = [
    "ArgumentError",
    "BackwardStep",
    "BuildStep",
    "EngineWarning",
    "Expression",
    "FormulaError",
    "ForwardStep",
    "Graph",
    "LibraryError",
    "Node",
    "PointError",
    "QstsError",
    "RecordError",
    "Recorded",
    "ResetStep",
    "SeedStep",
    "Sharing",
    "SourceLine",
    "State",
    "Step",
    "TooLargeError",
    "Trace",
    "__version__",
    "record",
]
