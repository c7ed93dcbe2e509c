"""The post that this project descends from, statement by statement, and where each can be seen.

Nothing goes in; out come statements in our own words, each with what became of it, why, and a place
in the app that shows it. `post_facts` has the reasons with their numbers, none of them typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlencode

from qsts_core.expression import Expression
from qsts_core.graph import Sharing
from qsts_core.notation import show, spell
from qsts_core.study import post_facts as facts
from qsts_core.study.families import DESCENDED, POST
from qsts_core.study.post_facts import MOMENTS, REASONS

__all__ = ["ADDRESS", "STATEMENTS", "WORDS", "Claim", "Place", "Statement", "Word", "told"]

ADDRESS = "https://downandoutinswansea.blogspot.com/2020/05/the-magic-behind-deep-learning.html"
"""Where the post stands; its programs are public under the names prsr and qsts."""

Claim: TypeAlias = Literal["right", "wrong", "left open", "measured"]


class Word(NamedTuple):
    """One of the post's words, and what it is called here."""

    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the app: a lens, a formula, a state, a step.

    Attributes
    ----------
    lens
        "backward", "duplicates", "cost" or "descent".
    moment
        What happens in the film when it is shown, a name in `MOMENTS`; `None` where the lens has
        no film.
    after
        The state before, where the film begins with the reset.
    more
        What else the address of the lens says.
    """

    lens: str
    formula: str
    at: Mapping[str, float]
    moment: str | None = None
    sharing: Sharing = "unique"
    build: bool = False
    after: Mapping[str, float] | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def step(self) -> int | None:
        """The number of the step, found in the trace itself."""
        if self.moment is None:
            return None
        trace = Expression(self.formula, self.sharing).trace(
            self.at, build=self.build, after=self.after
        )
        return MOMENTS[self.moment](trace)

    @property
    def address(self) -> str:
        """Where it is, relative to the app."""
        query = {
            "f": self.formula,
            "at": _write(self.at),
            **({"sharing": self.sharing} if self.sharing != "unique" else {}),
            **({"build": "1"} if self.build else {}),
            **({"after": _write(self.after)} if self.after is not None else {}),
            **({"step": str(self.step)} if self.step is not None else {}),
            **self.more,
        }
        page = "" if self.lens == "backward" else self.lens
        return f"./{page}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the post.

    Attributes
    ----------
    key
        A short name, unique.
    says
        What the post states, in our words.
    claim
        What became of it.
    place
        Where the app shows it.
    """

    key: str
    says: str
    claim: Claim
    place: Place


def _write(at: Mapping[str, float]) -> str:
    return ",".join(f"{name}={spell(number)}" for name, number in at.items())


# The statements ---------------------------------------------------------------------------------

STATEMENTS = (
    Statement("function", "Its example is f(x, y) = (x + y) + x·(x + y), a graph of five nodes.",
              "right", Place("backward", POST, facts.AT, "values")),
    Statement("seed", "Going backward, the output begins with 1 and every other node with 0.",
              "right", Place("backward", POST, facts.AT, "seed")),
    Statement("sum", "What a node's derivative amounts to is a sum over its parents.",
              "right", Place("backward", POST, facts.AT, "z3 final")),
    Statement("rules", "Each of +, × and ÷ has a rule for what it passes on to its inputs.",
              "right", Place("backward", facts.QUOTIENT, {"x": 3.0, "y": 2.0}, "z3 to y")),
    Statement("worked", "At x = 2, y = 3 the gradient is worked out step by step.",
              "right", Place("backward", POST, facts.AT, "end")),
    Statement("slip", "One of these steps adds z₅'s derivative times the value of z₃ to z₄.",
              "wrong", Place("backward", POST, facts.AT, "z5 to z4")),
    Statement("tree", "A parser gives a tree of the expression.",
              "right", Place("backward", POST, facts.AT, "values", sharing="none")),
    Statement("threaded", "Threading the tree makes one node of a variable: x has three parents.",
              "right", Place("duplicates", POST, facts.AT, "start")),
    Statement("apart", "The tree will not do: it is also the tree of a function of five variables.",
              "right", Place("duplicates", POST, facts.AT, "end", more={"compare": facts.APART})),
    Statement("postfix", "Infix becomes postfix before anything is built.",
              "right", Place("backward", POST, facts.AT, "queued", build=True)),
    Statement("prefix", "Its small example of postfix puts the sign before the names.",
              "wrong", Place("backward", "x+y", facts.AT, "built", build=True)),
    Statement("expression", "A stack turns the postfix into the expression.",
              "right", Place("backward", POST, facts.AT, "built", build=True)),
    Statement("unique", "With a stack that holds nothing twice, no duplicate is ever made.",
              "right", Place("backward", POST, facts.AT, "operation found", build=True)),
    Statement("order", "A node is a triple; triples have an order, and so are found fast.",
              "right", Place("duplicates", POST, facts.AT, "start")),
    Statement("labels", "Two triples are the same if operation, left and right child agree.",
              "left open", Place("duplicates", facts.ALIKE, facts.ALIKE_AT, "start")),
    Statement("factored", "(x + 1)·(x + y) is the same function and another graph.",
              "right", Place("duplicates", POST, facts.AT, "end",
                             more={"compare": facts.FACTORED})),
    Statement("generating", "Generating the graph costs more with unique nodes.",
              "measured", Place("cost", facts.FIVE_NODES, facts.START)),
    Statement("memory", "It needs half the memory that prsr needs.",
              "measured", Place("cost", POST, facts.AT)),
    Statement("reset", "Resetting before the next gradient is cheaper.",
              "measured", Place("duplicates", POST, facts.NEXT, "reset", after=facts.AT)),
    Statement("states", "One graph serves many states.",
              "right", Place("descent", POST, facts.AT, more={"starts": "60"})),
    Statement("speed", "Descent becomes twice as efficient.",
              "measured", Place("cost", DESCENDED, facts.START)),
    Statement("descent", "Its program goes down (x+y)·x·z·(x+y) from 1, 1, 1.",
              "right", Place("descent", DESCENDED, facts.START, more={
                  "rate": show(facts.RATE), "steps": str(facts.STEPS), "all": "1",
                  "step": str(facts.STEPS)})),
)  # fmt: skip
"""The post's statements, in its order; the last is found in the repository that it links to."""

WORDS = (
    Word("cumulative gradient", "adjoint: ∂f/∂zᵢ, as far as it has been summed up"),
    Word("top node", "output"),
    Word("child", "input: a node that this one uses"),
    Word("parent", "parent: a node that uses this one"),
    Word("state, values", "the values of the variables; and what each node computes from them"),
    Word("infix, postfix", "the text; its tokens in the order in which a stack machine runs them"),
    Word("tree, threaded graph", "the same: two of the three sharings"),
    Word("unique stack", "the table of triples in which a node is looked up before it is made"),
    Word("reset", "values and adjoints made anew before a run"),
    Word("prsr", "its first program: makes the tree, then threads it"),
    Word("qsts", "its second program, by which this one is named: makes unique nodes at once"),
)
"""The post's words, and ours."""


@cache
def told(key: str) -> str:
    """Say why a statement is what it is, with its numbers.

    Examples
    --------
    >>> told("tree")
    '9 nodes, a leaf for each occurrence.'
    >>> told("sum")
    'z₃ has 2 parents: 1 + 2 = 3.'
    """
    return REASONS[key]()
