"""How a text was read, where it could have meant something else.

In goes a program; out come sentences. None of them is an error or changes a number. They say what
a person who typed the text may not expect: that `xy` is one name, that a statement is not used,
that a character was passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from .graph import needed_statements
from .ops import FUNCTIONS
from .reading.characters import TWINS, make_plain, name_character
from .reading.expansion import is_parameter
from .reading.postfix import Program, Statement
from .reading.prelude import PRELUDE, called_of_prelude
from .reading.python import skips_imports
from .reading.scripts import tokenize
from .reading.tokens import Token

__all__ = ["MOST", "read_blanks_as_plus", "write_notes"]

MOST = 12
"""How many notes there are at most; past these, one says how many more."""

LONGEST_EXCERPT = 40
"""How many characters of a statement a note repeats."""


def write_notes(program: Program) -> tuple[str, ...]:
    """Return what is to be said about how a text was read, in whole sentences.

    Examples
    --------
    >>> from qsts_core.reading.postfix import read
    >>> write_notes(read("x*y + xy"))
    ('xy is one name; for the product write x*y.',)
    >>> write_notes(read("x = 3; x*x"))
    ('x is bound to a number in the text, so it is no variable.',)
    """
    tokens = tokenize(program.text, program.script)
    if program.script == "latex":
        notes = ["Read as LaTeX: letters side by side are a product."]
        return (*notes, *_last_case(program, tokens), *_unused(program, tokens))
    makers = (
        _python,
        _last_case,
        _prelude,
        _skipped,
        _prefixed_numbers,
        _capitals,
        _euler,
        _divisors,
        _applied,
        _calls,
        _names,
        _prefix,
        _look_alikes,
    )
    notes = [note for make in makers for note in make(program, tokens)]
    notes += _numbers_bound(program)
    notes += _unused(program, tokens)
    notes = list(dict.fromkeys(notes))
    if len(notes) > MOST:
        notes[MOST:] = [f"There are {len(notes) - MOST} more notes of this kind."]
    return tuple(notes)


def read_blanks_as_plus(text: str, is_formula: Callable[[str], bool]) -> str | None:
    """Return the text with "+" for its blanks, if it is a formula so and not as it stands.

    Whoever types `?f=x+y` into an address bar gets `x y`: there "+" stands for a blank. A blank
    beside another sign was a blank.

    Examples
    --------
    >>> from qsts_core import Expression, FormulaError
    >>> def is_formula(text):
    ...     try:
    ...         return bool(Expression(text))
    ...     except FormulaError:
    ...         return False
    >>> read_blanks_as_plus("x y", is_formula), read_blanks_as_plus("(x y) x*(x y)", is_formula)
    ('x+y', '(x+y)+x*(x+y)')
    >>> read_blanks_as_plus("x + y", is_formula), read_blanks_as_plus("x $ y", is_formula)
    (None, None)
    """
    if " " not in text or is_formula(text):
        return None
    summed = text.replace(" ", "+")
    return summed if is_formula(summed) else None


# One kind of note each --------------------------------------------------------------------------


def _prelude(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """Say what a function of the prelude stands for."""
    for name in called_of_prelude(program.text, tokens):
        parameters, body = PRELUDE[name]
        if not re.search(rf"\b{re.escape(name)}\s*\([^()]*\)\s*=(?!=)", program.text):
            yield f"{name}({parameters}) is read as {body}."


def _last_case(program: Program, _: tuple[Token, ...]) -> Iterator[str]:
    """Say that the condition of the last case is not asked."""
    text = program.text
    asked = ("{cases}" in text and not re.search("otherwise|else", text)) or (
        "Piecewise" in text and "True" not in text
    )
    if asked:
        yield "The last case is taken wherever none before it holds; its condition is not asked."


def _python(program: Program, _: tuple[Token, ...]) -> Iterator[str]:
    """Tell that the text is Python, and that lines that import are passed over."""
    if program.script == "python":
        skipped = "; what is imported is passed over" if skips_imports(program.text) else ""
        yield f"Read as Python{skipped}."


def _skipped(program: Program, _: tuple[Token, ...]) -> Iterator[str]:
    """Characters that nobody sees."""
    skipped = make_plain(program.text).skipped
    if skipped:
        names = ", ".join(map(name_character, skipped))
        yield f"Passed over, for it cannot be seen: {names}."


def _prefixed_numbers(_: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`0x10` is 0 times x10."""
    for zero, name in pairwise(tokens):
        if zero.text == "0" and name.start == zero.end and name.kind == "name":
            digits = name.text.lower()
            base = {"x": 16, "o": 8, "b": 2}.get(digits[0])
            try:
                number = int(digits[1:], base or 10)
            except ValueError:
                continue
            if base:
                yield f"0{name.text} is read as 0*{name.text}; for the number write {number}."


def _capitals(_: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`PI` and `Pi` are the constant, unless they are bound."""
    bound = {name.text for name, equals in pairwise(tokens) if equals.kind == "="}
    for name in ("PI", "Pi"):
        if name not in bound and any(token.text == name for token in tokens):
            yield f"{name} is read as the constant pi; to use it as a name, bind it: {name} = 1."


def _euler(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`e` as a variable beside `e^x`."""
    raised = any(e.text == "e" and sign.text == "^" for e, sign in pairwise(tokens))
    if "e" in program.variables and raised:
        yield "e is a variable here, for it does not stand as a base alone; for e^x write exp(x)."


def _applied(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`sin x^2` and `sin 2x`: how far a function without parentheses reaches."""
    written = {(entry.token.start, entry.start): entry for entry in program.entries}
    for name, following in pairwise(tokens):
        entry = written.get((name.start, name.start))
        if name.text not in FUNCTIONS or following.kind in ("(", "|") or entry is None:
            continue
        if entry.role == "operation" and entry.end > following.end:
            inner = program.text[following.start : entry.end]
            if len(inner) <= LONGEST_EXCERPT and following.text != "^":
                yield f"{name.text} {inner} is read as {name.text}({inner})."


def _divisors(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`1/2x` is (1/2)*x."""
    for divide, number, name in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if divide.text == "/" and number.kind == "number" and name.kind in ("name", "("):
            factor = name.text if name.kind == "name" else "(…)"
            if name.text in FUNCTIONS:
                factor = f"{name.text}(…)"
            written = program.text[number.start : number.end]
            yield (
                f"…/{written}{factor} is read as (…/{written})*{factor}; "
                f"to divide by the product write …/({written}*{factor})."
            )


def _calls(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`f(x+y)` is a product where f is a variable."""
    variables = set(program.variables)
    for name, opening in pairwise(tokens):
        if opening.kind == "(" and name.kind == "name" and name.text in variables:
            yield f"{name.text}(…) is read as the product {name.text}*(…)."


def _names(program: Program, _: tuple[Token, ...]) -> Iterator[str]:
    """`xy` is one name, though x or y is a name too; and so is `x2`."""
    names = {*program.variables, *(statement.name for statement in program.statements)} - {""}
    single = {name for name in names if len(name) == 1}
    for name in program.variables:
        if len(name) == 2 and name.isalpha() and single.intersection(name):
            yield f"{name} is one name; for the product write {name[0]}*{name[1]}."
        elif len(name) > 2 and name.isalpha() and single.issuperset(name):
            yield f"{name} is one name; for the product write {'*'.join(name)}."
        elif re.fullmatch(r"[^\W\d_][0-9]", name) and name[0] in single:
            yield f"{name} is one name; for the power write {name[0]}^{name[1]}."


def _prefix(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """`+xy` alone may be meant as prefix."""
    if [token.kind for token in tokens] != ["operator", "name", "end"]:
        return
    sign, name = tokens[0].text, tokens[1].text
    if sign in ("+", "-") and name in program.variables and len(name) == 2 and name.isalpha():
        infix = f"{name[0]} {sign} {name[1]}"
        yield f"{name} is one name, with a sign before it; if it is prefix, in infix it is {infix}."


def _look_alikes(program: Program, _: tuple[Token, ...]) -> Iterator[str]:
    """Two names that are different and look the same."""
    seen: dict[str, str] = {}
    for name in program.variables:
        other = seen.setdefault(name.translate(TWINS), name)
        if other != name:
            letters = next(pair for pair in zip(other, name, strict=True) if pair[0] != pair[1])
            told = " and ".join(f"{letter} ({unicodedata.name(letter)})" for letter in letters)
            yield f"Two variables have names that look alike: {told} are two letters."


def _numbers_bound(program: Program) -> Iterator[str]:
    """`x = 3` makes x a number, not a variable with the value 3."""
    for name, first, last in program.statements:
        if (
            name
            and not is_parameter(name)
            and all(entry.role != "variable" for entry in program.entries[first:last])
        ):
            if any(entry.role == "reference" for entry in program.entries[first:last]):
                continue
            yield f"{name} is bound to a number in the text, so it is no variable."


def _counts_a_sum(name: str, tokens: tuple[Token, ...]) -> bool:
    """Whether a name is an end of a range, as in `sum(i=1..n, …)`, or an index."""
    return any(
        name in (before.text, after.text)
        for before, sign, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if sign.kind in ("..", "[")
    )


def _unused(program: Program, tokens: tuple[Token, ...]) -> Iterator[str]:
    """Only the last statement is the output, and what it uses."""
    needed = needed_statements(program)
    unused = [
        statement
        for index, statement in enumerate(program.statements)
        if index not in needed
        and not is_parameter(statement.name)
        and not (statement.name and _counts_a_sum(statement.name, tokens))
    ]
    if unused:
        verb = "is" if len(unused) == 1 else "are"
        texts = ", ".join(_excerpts(program, unused))
        yield f"{texts} {verb} not used: the last statement is the output."


def _excerpts(program: Program, statements: Iterable[Statement]) -> Iterator[str]:
    for shown, (name, _, last) in enumerate(statements):
        if shown == 3:
            yield "…"
            return
        entry = program.entries[last - 1]
        text = " ".join(program.text[entry.start : entry.end].split())
        text = f"{name} = {text}" if name else text
        yield text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"
