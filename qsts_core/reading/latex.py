r"""LaTeX to tokens: the same kind of token as of every script, with its place in the LaTeX text.

What LaTeX says by its form is said by tokens that take no room: `\frac{x}{y}` gives the tokens of
`((x)/(y))`. Letters side by side are a product; `\mathrm{loss}` is one name; a new line means
nothing, `\\` ends a statement. A sum reaches as far as the product behind it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, TypeAlias

from qsts_core.errors import FormulaError
from qsts_core.ops import FUNCTIONS
from qsts_core.reading.cases import write_chains
from qsts_core.reading.characters import make_plain
from qsts_core.reading.tokens import Kind, Token

__all__ = ["COMMANDS", "GREEK", "tokenize_latex"]


class _Piece(NamedTuple):
    text: str
    start: int
    end: int


_PIECES = re.compile(
    r"""
      \\ (?: [A-Za-z]++ \*? | . )             # a command,
    | % [^\n]*+                               # a comment,
    | [0-9]++ (?: \. [0-9]++ )? | \.[0-9]++   # a number,
    | \s++ | .                                # blanks, or one character
    """,
    re.VERBOSE | re.DOTALL,
)

_GREEK_NAMES = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau
upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon
vartheta varphi varrho varpi ell
"""
_GREEK_LETTERS = "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣ\N{GREEK CAPITAL LETTER UPSILON}ΦΨΩεθφρπl"
GREEK = dict(zip(_GREEK_NAMES.split(), _GREEK_LETTERS, strict=True))
COMMANDS = frozenset(
    ("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln", "log",
     "max", "min", "sec", "csc", "cot")
)  # fmt: skip
_SIGNS: dict[str, tuple[Kind, str]] = {
    **{sign: ("operator", sign) for sign in "+-*/<>"},
    **dict.fromkeys((r"\le", r"\leq", r"\leqslant"), ("operator", "<=")),
    **dict.fromkeys((r"\ge", r"\geq", r"\geqslant"), ("operator", ">=")),
    **dict.fromkeys((r"\ne", r"\neq"), ("operator", "!=")), r"\equiv": ("operator", "=="),
    r"\lt": ("operator", "<"), r"\gt": ("operator", ">"),
    **dict.fromkeys((r"\land", r"\wedge"), ("operator", "and")),
    **dict.fromkeys((r"\lor", r"\vee"), ("operator", "or")),
    **dict.fromkeys((r"\lnot", r"\neg"), ("operator", "not")),
    **dict.fromkeys((r"\cdot", r"\times", r"\ast"), ("operator", "*")), r"\div": ("operator", "/"),
    **dict.fromkeys(("(", "[", r"\{", r"\lbrace", r"\lbrack"), ("(", "(")),
    **dict.fromkeys((")", "]", r"\}", r"\rbrace", r"\rbrack"), (")", ")")),
    **dict.fromkeys(("|", r"\|", r"\vert", r"\Vert", r"\lvert", r"\rvert", r"\lVert", r"\rVert",
                     r"\mid"), ("|", "|")),
    ",": (",", ","), "=": ("=", "="), ";": ("end", ";"), r"\\": ("end", ";"),
    r"\dots": ("..", ".."), r"\ldots": ("..", ".."),
}  # fmt: skip
_NOTHING = frozenset(
    r"""\, \; \! \: \> \  \quad \qquad \left \right \big \Big \bigg \Bigg \bigl \Bigl \biggl \Biggl
    \bigr \Bigr \biggr \Biggr \bigm \displaystyle \textstyle \limits \nolimits \nonumber \notag
    \[ \] \( \) $ & ~ \middle""".split()  # noqa: SIM905
) | {"\\ "}
_PACKED = frozenset(
    ("aligned", "align", "align*", "equation", "equation*", "split", "gather", "math")
)
_CASES = frozenset(("cases", "dcases", "cases*", "dcases*"))
_LEADING = ("if", "for", "when", "where", "otherwise", "else", "and", "or")
"""The words of a condition; "otherwise" is none at all."""

_TEXTS = frozenset((r"\text", r"\mathrm", r"\textrm", r"\mbox", r"\operatorname", r"\textnormal"))
_UPRIGHT = frozenset((r"\mathrm", r"\text", r"\operatorname", r"\mathit", r"\textrm", r"\mathop",
                      r"\operatorname*", r"\textit", r"\mathsf"))  # fmt: skip
_STYLES = frozenset((r"\mathbf", r"\boldsymbol", r"\bm", r"\mathcal", r"\mathbb", r"\vec"))
_ACCENTS = {r"\hat": "hat", r"\bar": "bar", r"\tilde": "tilde", r"\dot": "dot",
            r"\overline": "bar", r"\widehat": "hat", r"\widetilde": "tilde"}  # fmt: skip
_FRACTIONS = frozenset((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"))
_SERIES = {r"\sum": "sum", r"\prod": "prod"}


def tokenize_latex(text: str) -> tuple[Token, ...]:
    r"""Split a LaTeX text into tokens, in one pass.

    Raises
    ------
    FormulaError
        At a command or a character that is none of a formula.

    Examples
    --------
    >>> "".join(token.text for token in tokenize_latex(r"$\frac{x}{2y} + e^{-x}$"))
    '((x)/(2y))+e^(-x)'
    """
    return _Lexer(text).tokenize()


class _Lexer:
    """The pieces of a text, and a stack of what is still to be written instead of recursion."""

    def __init__(self, text: str) -> None:
        self._text = text
        plain = make_plain(text)
        self._pieces = [
            _Piece(found[0], *plain.place(*found.span()))
            for found in _PIECES.finditer(plain.text)
            if not (found[0].isspace() or found[0][0] == "%" or found[0] in _NOTHING)
            or (found[0] == "&" and "cases" in text)
        ]
        self._closings = self._match()
        self._work: list[Callable[[], None]] = []
        self._jobs: list[Callable[[], None]] = []  # of the construct that is being written
        self._depth = 0
        self._bars: list[int] = []  # the depth of each open bar
        self._series: list[tuple[int, str]] = []  # the depth of each open sum, and its index

    def tokenize(self) -> tuple[Token, ...]:
        tokens: list[Token] = []
        self._write(0, len(self._pieces), tokens)
        while self._work:
            self._work.pop()()
        self._end_series(tokens, len(self._text))
        return (*tokens, Token("end", "", len(self._text), len(self._text)))

    def _match(self) -> dict[int, int]:
        """Return what closes each brace."""
        closings: dict[int, int] = {}
        opened: list[int] = []
        for position, piece in enumerate(self._pieces):
            if piece.text == "{":
                opened.append(position)
            elif piece.text == "}":
                if not opened:
                    raise self._at("this '}' has no '{' before it: leave it out", piece)
                closings[opened.pop()] = position
        if opened:
            raise self._at("this '{' is never closed: write a '}'", self._pieces[opened[-1]])
        return closings

    # One stretch of pieces ----------------------------------------------------------------------

    def _write(self, first: int, last: int, to: list[Token]) -> None:
        """Write a stretch until something stands in braces; leave that and the rest as work."""
        position = first
        while position < last:
            piece = self._pieces[position]
            write = _WRITERS.get(piece.text) or self._writer_of(piece)
            position = write(self, position, last, to)
            if self._jobs:
                self._work.append(partial(self._write, position, last, to))
                self._work += reversed(self._jobs)
                self._jobs = []
                return

    @staticmethod
    def _writer_of(piece: _Piece) -> _Writer:
        if piece.text in _SIGNS:
            return _Lexer._write_sign
        is_number = piece.text[0] in ".0123456789" and piece.text != "."
        return _Lexer._write_number if is_number else _Lexer._name

    def _later(self, *jobs: Callable[[], None]) -> None:
        """Do these before the rest of the stretch, in their order."""
        self._jobs += jobs

    def _write_number(self, position: int, _: int, to: list[Token]) -> int:
        to.append(self._number(self._pieces[position]))
        return position + 1

    def _write_power(self, position: int, last: int, to: list[Token]) -> int:
        to.append(Token("operator", "^", self._pieces[position].start, self._pieces[position].end))
        return self._argument(position + 1, last, to, True)

    def _write_sign(self, position: int, _: int, to: list[Token]) -> int:
        piece = self._pieces[position]
        kind, text = _SIGNS[piece.text]
        opens, closes = kind == "(", kind == ")"
        is_between = self._is_between(to)
        closes_bar = kind == "|" and is_between and self._bars[-1:] == [self._depth]
        if closes_bar:
            self._bars.pop()
        elif kind == "|":
            self._bars.append(self._depth)
        signs = kind == "operator" and text not in "*/" and is_between
        if kind in (")", ",", "=", "end") or signs or closes_bar:
            self._end_series(to, piece.start)
        self._depth += opens - closes
        to.append(Token(kind, text, piece.start, piece.end))
        return position + 1

    @staticmethod
    def _is_between(to: list[Token]) -> bool:
        """Whether a sign that comes now stands between two values."""
        return bool(to) and to[-1].kind in ("number", "name", ")", "|", "]")

    def _end_series(self, to: list[Token], place: int) -> None:
        """Close the sums that were opened at this depth."""
        while self._series and self._series[-1][0] == self._depth:
            self._series.pop()
            to.append(Token(")", ")", place, place))

    def _number(self, piece: _Piece) -> Token:
        if math.isinf(float(piece.text)):
            raise self._at("this number is too large for a float64", piece)
        return Token("number", piece.text, piece.start, piece.end)

    # Arguments ----------------------------------------------------------------------------------

    def _argument(self, position: int, last: int, to: list[Token], power: bool = False) -> int:
        """Write one argument, between parentheses if it is a group; return what comes after it."""
        while power and position < last and self._pieces[position].text in ("-", "+"):
            to.append(self._plain(self._pieces[position]))
            position += 1
        if position >= last:
            before = self._pieces[position - 1]
            raise self._at(f"a value is missing after '{before.text}'. Write one, as in x", before)
        piece = self._pieces[position]
        if piece.text == "{":
            closing = self._closings[position]
            end = self._pieces[closing]
            if closing == position + 1:
                return closing + 1
            self._later(
                partial(self._open, piece.start, piece.end, to),
                partial(self._write, position + 1, closing, to),
                partial(self._close, end.start, end.end, to),
            )
            return closing + 1
        if piece.text.isdecimal() and len(piece.text) > 1:  # without braces, one digit
            start, middle = piece.start, piece.start + 1
            to.append(Token("number", piece.text[0], start, middle))
            self._pieces[position] = _Piece(piece.text[1:], middle, piece.end)
            return position
        if power and piece.text in _FRACTIONS:
            return self._fraction(position, last, to)
        if power and piece.text == r"\sqrt":
            return self._root(position, last, to)
        if piece.text.isdecimal():
            to.append(self._number(piece))
            return position + 1
        if piece.text in (*_SIGNS, *_FRACTIONS, *_SERIES, "^", "_", "}", r"\sqrt"):
            raise self._at(f"a value is missing before '{piece.text}'. Write one, as in x", piece)
        return self._name(position, last, to, False)

    def _open(self, start: int, end: int, to: list[Token]) -> None:
        self._depth += 1
        to.append(Token("(", "(", start, end))

    def _close(self, start: int, end: int, to: list[Token]) -> None:
        self._end_series(to, start)
        self._depth -= 1
        to.append(Token(")", ")", start, end))

    def _fraction(self, position: int, last: int, to: list[Token]) -> int:
        command = self._pieces[position]
        sign = Token("operator", "/", command.start, command.end)
        over: list[Token] = []
        under: list[Token] = []
        self._later(partial(self._open, command.start, command.start, to))
        position = self._argument(position + 1, last, over)
        self._later(partial(to.extend, over), partial(to.append, sign))
        position = self._argument(position, last, under)
        end = self._pieces[position - 1].end
        self._later(partial(to.extend, under), partial(self._close, end, end, to))
        return position

    def _root(self, position: int, last: int, to: list[Token]) -> int:
        command = self._pieces[position]
        position += 1
        degree = ""
        if position < last and self._pieces[position].text == "[":
            closing = position
            while closing < last and self._pieces[closing].text != "]":
                closing += 1
            degree = "".join(piece.text for piece in self._pieces[position + 1 : closing])
            if closing == last or not re.fullmatch(r"[0-9]{1,15}|[A-Za-z]", degree):
                raise self._at(r"a root is written \sqrt[3]{x}", command)
            position = closing + 1
        value: list[Token] = []
        position = self._argument(position, last, value)
        end = self._pieces[position - 1].end
        name = {"": "sqrt", "2": "sqrt", "3": "cbrt"}.get(degree, "")
        if name:
            self._later(partial(to.append, Token("name", name, command.start, command.end)))
        self._later(
            partial(self._open, command.start, command.start, to),
            partial(to.extend, value),
        )
        if not name:
            kind: Kind = "number" if degree.isdecimal() else "name"
            made: tuple[tuple[Kind, str], ...] = (
                ("operator", "^"), ("(", "("), ("number", "1"), ("operator", "/"),
                (kind, degree), (")", ")"),
            )  # fmt: skip
            self._later(partial(to.extend, [Token(*piece, end, end) for piece in made]))
        self._later(partial(self._close, end, end, to))
        return position

    # Sums ---------------------------------------------------------------------------------------

    def _sum(self, position: int, last: int, to: list[Token]) -> int:
        r"""Write `sum(i=1..3,` for `\sum_{i=1}^{3}`; it is closed where its product ends."""
        command = self._pieces[position]
        lower: list[_Piece] = []
        upper: list[_Piece] = []
        position += 1
        while position < last and self._pieces[position].text in ("_", "^"):
            limit = lower if self._pieces[position].text == "_" else upper
            position += 1
            if position < last and self._pieces[position].text == "{":
                closing = self._closings[position]
                limit += self._pieces[position + 1 : closing]
                position = closing + 1
            elif position < last:
                limit.append(self._pieces[position])
                position += 1
        if len(lower) < 3 or lower[1].text != "=" or not upper or position >= last:
            example = rf"{command.text}_{{i=1}}^{{3}} x^i"
            raise self._at(f"a range is due here: write {example}", command)
        name, start = _SERIES[command.text], command.start
        to += [Token("name", name, start, command.end), Token("(", "(", start, start)]
        to += [self._plain(piece) for piece in lower]
        to += [Token("..", "..", start, start), *map(self._plain, upper)]
        to.append(Token(",", ",", self._pieces[position].start, self._pieces[position].start))
        self._series.append((self._depth, self._plain(lower[0]).text))
        return position

    def _plain(self, piece: _Piece) -> Token:
        """Return the token of a piece that stands alone."""
        kind, text = _SIGNS.get(piece.text, ("name", piece.text))
        if piece.text.isdecimal():
            kind = "number"
        elif kind == "name":
            text = self._letter(piece)
        return Token(kind, text, piece.start, piece.end)

    # Names --------------------------------------------------------------------------------------

    def _name(self, position: int, last: int, to: list[Token], indexed: bool = True) -> int:
        """Write a letter, a function or a name of several letters, with its index."""
        piece = self._pieces[position]
        text, after = piece.text, position + 1
        if text in _UPRIGHT or text in _STYLES or text in _ACCENTS:
            text, after = self._group_text(after, last, piece)
            if piece.text in _ACCENTS:
                text += f"_{_ACCENTS[piece.text]}"
        elif text[1:] in COMMANDS and text[0] == "\\":
            text = text[1:]
        elif run := self._spelled_function(position, last):
            text, after = run, position + len(run)
        else:
            text = self._letter(piece)
        end = self._pieces[after - 1].end
        if indexed and after < last and self._pieces[after].text == "_":
            return self._index(Token("name", text, piece.start, end), after, last, to)
        to.append(Token("name", text, piece.start, end))
        return after

    def _spelled_function(self, position: int, last: int) -> str:
        r"""Return the function that letters side by side spell before a parenthesis: `sin(x)`."""
        run = ""
        ahead = self._pieces[position : min(position + 8, last)]
        for before, piece in zip([None, *ahead], ahead, strict=False):
            is_adjacent = before is None or before.end == piece.start
            if not (is_adjacent and len(piece.text) == 1 and piece.text.isalpha()):
                return run if run in FUNCTIONS and piece.text in ("(", "{", "^") else ""
            run += piece.text
        return ""

    def _letter(self, piece: _Piece) -> str:
        """Return the name that one piece is."""
        text = piece.text
        if text[0] == "\\" and text[1:] in GREEK:
            return GREEK[text[1:]]
        if len(text) == 1 and text.isalpha():
            return text
        if text[0] == "\\" and text[1:].isalpha():
            message = rf"'{text}' is not known here. For a name, write \mathrm{{{text[1:]}}}"
            raise self._at(message, piece)
        if text == "_":
            raise self._at("an index stands right after its name: write x_i^2", piece)
        raise self._at(f"'{text}' is not part of a formula. Leave it out.", piece)

    def _letters(self, piece: _Piece) -> str:
        """Return the letters or digits of a piece inside a name."""
        return piece.text if piece.text.isalnum() or piece.text == "_" else self._letter(piece)

    def _group_text(self, position: int, last: int, command: _Piece) -> tuple[str, int]:
        """Return the letters and digits of a group, and what comes after it."""
        if position >= last:
            raise self._at(f"a name is missing: write {command.text}{{x}}", command)
        if self._pieces[position].text != "{":
            return self._letter(self._pieces[position]), position + 1
        closing = self._closings[position]
        inner = self._pieces[position + 1 : closing]
        text = "".join(map(self._letters, inner))
        if not text or not (text[0].isalpha() or text[0] == "_"):
            raise self._at(f"a name is missing: write {command.text}{{x}}", command)
        return text, closing + 1

    def _index(self, name: Token, position: int, last: int, to: list[Token]) -> int:
        """Write a name with its index: as one name, or in brackets where a sum counts it."""
        first, closing = position + 1, position + 2
        if first >= last:
            raise self._at("an index is missing: write x_1", self._pieces[position])
        if self._pieces[first].text == "{":
            closing = self._closings[first] + 1
            first, stop = first + 1, closing - 1
        else:
            stop = closing
        inner = [p for p in self._pieces[first:stop] if p.text not in ("{", "}", *_UPRIGHT)]
        end = self._pieces[closing - 1].end
        counted = {index for _, index in self._series}
        if not counted.isdisjoint(p.text for p in inner) or any(p.text in "+-" for p in inner):
            to += [name, Token("[", "[", name.end, name.end)]
            for before, piece in zip([None, *inner], inner, strict=False):
                if before and before.text.isalnum() and piece.text.isalnum():
                    to.append(Token(",", ",", piece.start, piece.start))
                to.append(self._plain(piece))
            to.append(Token("]", "]", end, end))
            return closing
        written = "".join("_" if p.text == "," else self._letters(p) for p in inner)
        if not written:
            raise self._at("an index is missing: write x_1", self._pieces[position])
        to.append(Token("name", f"{name.text}_{written}", name.start, end))
        return closing

    def _environment(self, position: int, _: int, to: list[Token]) -> int:
        """Pass over the begin and the end of what only arranges lines."""
        command = self._pieces[position]
        closing = self._closings.get(position + 1)
        if closing is None:
            raise self._at(rf"a name is missing: write {command.text}{{aligned}}", command)
        name = self._name_of_environment(position)
        if name in _CASES and command.text == r"\begin":
            return self._cases(position, to)
        if name not in _PACKED:
            message = f"'{name}' is not read. Leave out {command.text}{{{name}}}."
            raise FormulaError(message, self._text, command.start, self._pieces[closing].end)
        return closing + 1

    def _name_of_environment(self, position: int) -> str:
        closing = self._closings.get(position + 1, position)
        return "".join(piece.text for piece in self._pieces[position + 2 : closing])

    def _pass_over(self, position: int, _: int, __: list[Token]) -> int:
        return position + 1

    # Cases --------------------------------------------------------------------------------------

    def _cases(self, position: int, to: list[Token]) -> int:
        r"""Write `Piecewise((a, x > 0), (b, True))` for the rows of `\begin{cases}`."""
        last, rows = self._rows(position)
        start, end = self._pieces[position].start, self._pieces[last].end
        opening = Token("name", "Piecewise", start, start)
        self._later(partial(to.append, opening), partial(self._open, start, start, to))
        for number, (begin, comma, stop) in enumerate(rows):
            place = self._pieces[begin].start
            if number:
                self._later(partial(to.append, Token(",", ",", place, place)))
            value_ends = comma
            while value_ends > begin and self._pieces[value_ends - 1].text in (",", ";"):
                value_ends -= 1
            self._later(
                partial(self._open, place, place, to),
                partial(self._write, begin, value_ends, to),
                partial(self._separate, self._pieces[comma - 1].end, to),
            )
            self._condition(comma, stop, to)
            closing = self._pieces[stop - 1].end
            self._later(partial(self._close, closing, closing, to))
        self._later(partial(self._close, end, end, to))
        return self._closings[last + 1] + 1

    def _rows(self, position: int) -> tuple[int, list[tuple[int, int, int]]]:
        """Return where an environment ends; of each row its value and its condition."""
        place = self._closings[position + 1] + 1
        begin, comma, depth = place, -1, 0
        rows: list[tuple[int, int, int]] = []
        while place < len(self._pieces):
            text = self._pieces[place].text
            ends = depth == 0 and text in (r"\\", r"\end")
            if ends and begin < place:
                rows.append((begin, comma if comma > begin else place, place))
            if ends and text == r"\end":
                break
            if ends:
                begin, comma = place + 1, -1
            elif place == begin and text == "&":
                raise self._at(
                    "a value is missing before '&'. Write one, as in x", self._pieces[place]
                )
            elif depth == 0 and comma < 0 and (text == "&" or self._is_word(place)):
                comma = place
            depth += (text in ("{", "(", r"\begin")) - (text in ("}", ")", r"\end"))
            place += 1
        if place == len(self._pieces) or not rows:
            example = r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}"
            raise self._at(f"cases have rows and an end: write {example}", self._pieces[position])
        return place, rows

    def _is_word(self, position: int) -> bool:
        r"""Whether a text stands here that begins a condition, as `\text{if }`."""
        return self._pieces[position].text in _TEXTS and self._word_at(position) != ""

    def _word_at(self, position: int) -> str:
        """Return the word of a condition that stands here, "" for none: a name is no word."""
        closing = self._closings.get(position + 1, position)
        inner = [piece.text for piece in self._pieces[position + 2 : closing]]
        word = "".join(text for text in inner if text.isalpha())
        if word in _LEADING:
            return word
        has_signs = any(text in _SIGNS or text[0] == "\\" for text in inner)
        return next((known for known in _LEADING if has_signs and word.startswith(known)), "")

    def _separate(self, place: int, to: list[Token]) -> None:
        """Write the comma between a value and its condition."""
        self._end_series(to, place)
        to.append(Token(",", ",", place, place))

    def _condition(self, first: int, stop: int, to: list[Token]) -> None:
        """Write the condition of a row; `True` where it has none."""
        written: list[Token] = []
        while stop > first and self._pieces[stop - 1].text in (",", ";", "."):
            stop -= 1
        stretches = list(self._stretches(first, stop))
        for start, end in stretches:
            self._later(partial(self._write, start, end, written))
            if end < stop and self._pieces[end].text in _TEXTS:
                word = self._word_at(end)
                if word in ("and", "or"):
                    piece = self._pieces[end]
                    sign = Token("operator", word, piece.start, piece.end)
                    self._later(partial(written.append, sign))
        place = self._pieces[stop - 1].end
        self._later(partial(self._take_condition, written, place, to))

    def _stretches(self, first: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield what of a condition is mathematics: all but its words."""
        begin = place = first
        while place < stop:
            text = self._pieces[place].text
            word = self._word_at(place) if text in _TEXTS else ""
            if word:
                yield begin, place
                closing = self._closings[place + 1]
                letters = place + 2 + len(word)
                if any(self._pieces[k].text not in (".", ",") for k in range(letters, closing)):
                    yield letters, closing  # \text{if $x > 0$}
                begin = place = closing + 1
            else:
                begin += text == "&" and begin == place
                place += 1
        yield begin, stop

    @staticmethod
    def _take_condition(written: list[Token], place: int, to: list[Token]) -> None:
        meant = [Token("operator", "==", t.start, t.end) if t.kind == "=" else t for t in written]
        to += write_chains(meant) or [Token("name", "True", place, place)]

    def _at(self, message: str, piece: _Piece) -> FormulaError:
        return FormulaError(message, self._text, piece.start, piece.end)


_Writer: TypeAlias = Callable[[_Lexer, int, int, list[Token]], int]
"""What writes the construct at a position, and returns what comes after it."""

_WRITERS: dict[str, _Writer] = {
    "^": _Lexer._write_power, "{": _Lexer._argument, r"\sqrt": _Lexer._root,
    **dict.fromkeys(_FRACTIONS, _Lexer._fraction), **dict.fromkeys(_SERIES, _Lexer._sum),
    **dict.fromkeys((r"\begin", r"\end"), _Lexer._environment), "&": _Lexer._pass_over,
}  # fmt: skip
