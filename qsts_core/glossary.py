"""The words of the screen, each with what it means; no page, table or sentence has another for it.

What is shown in letters and numbers (z₃, ∂f/∂z₃, 1.235·10⁶) is written by `notation`. The tests
hold the pages, the warnings and the command line to `Word.never`.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["GLOSSARY", "SHARINGS_SHOWN", "Word"]

SHARINGS_SHOWN = {"none": "tree", "variables": "threaded", "unique": "unique"}
"""What the three sharings are called where they are shown; by what they are called in a program."""


class Word(NamedTuple):
    """A word of the screen.

    Attributes
    ----------
    name
        The word.
    meaning
        What it means.
    never
        Other words for the same that would be taken for another thing, as regular expressions.
    """

    name: str
    meaning: str
    never: tuple[str, ...] = ()


GLOSSARY = (
    Word("node", "one entry of the graph: a variable, a constant, or an operation on its inputs; "
         "z₃ is the third that was made", (r"\bz\d", "vertex", "vertices")),
    Word("input", "a node that this one uses: of two the left and the right",
         (r"\bslot", "operand", "argument")),
    Word("parent", "a node that uses this one"),
    Word("value", "what is computed at a node, from the values of its inputs"),
    Word("adjoint", "∂f/∂zᵢ, the derivative of the output by a node; – as long as nothing has "
         "reached it", ("cumulative gradient", "cotangent")),
    Word("local derivative", "the derivative of one node by one of its inputs",
         ("local gradient", "partial derivative")),
    Word("contribution", "what one edge adds to an adjoint: adjoint × local derivative"),
    Word("blocked", "of an edge: it leads to a branch that is not taken, or from a node that "
         "nothing has reached, and brings nothing"),
    Word("final", "of an adjoint: all of its contributions have arrived"),
    Word("gradient", "the adjoints of all variables"),
    Word("tree", "every occurrence in the text is a node of its own", ("no sharing",)),
    Word("threaded", "each variable is one node, each operation as many as it is written",
         ("shared variables", "variables shared")),
    Word("unique", "nothing is twice in the graph: neither a variable nor an operation",
         ("deduplicated", "hash-consed")),
    Word("×, ÷, −", "times, divided by, minus: in what the app says; in a formula as it was typed",
         (r"\d \* \d", r"(?<![\w.-])\d+-\d+(?![\w-])")),
    Word("= and ≈", "= where what is printed checks on a calculator, ≈ where digits are left out"),
)  # fmt: skip
"""The words of the screen."""
