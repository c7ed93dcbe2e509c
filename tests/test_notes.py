"""The notes: what is said about how a text was read, and that what they offer works."""

import re

import pytest
from hypothesis import given

from qsts_core import Expression, FormulaError
from qsts_core.notes import MOST, read_blanks_as_plus
from tests import strategies

NOTES = [
    # text, its notes
    ("(x+y) + x*(x+y)", []),
    ("t = x*y; t + t", []),
    ("c = x; c = c + 1; c", []),
    ("a = 2; b = a + x; b", ["a is bound to a number in the text, so it is no variable."]),
    ("x = 3; x*x", ["x is bound to a number in the text, so it is no variable."]),
    ("x^2; y^2", ["x^2 is not used: the last statement is the output."]),
    ("a = x; y", ["a = x is not used: the last statement is the output."]),
    ("p; q; r; s", ["p, q, r are not used: the last statement is the output."]),
    ("xy", []),
    ("xy + x", ["xy is one name; for the product write x*y."]),
    ("y*xy", ["xy is one name; for the product write x*y."]),
    ("xyz + x*y*z", ["xyz is one name; for the product write x*y*z."]),
    ("x_max + x", []),
    ("sin(x)*xmax", []),
    ("x2 + x", ["x2 is one name; for the power write x^2."]),
    ("x1 + x2", []),
    ("0x10", ["0x10 is read as 0*x10; for the number write 16."]),
    ("0xff + 1", ["0xff is read as 0*xff; for the number write 255."]),
    ("0b101", ["0b101 is read as 0*b101; for the number write 5."]),
    ("0xyz", []),
    ("0 x10", []),
    ("PI*x", ["PI is read as the constant pi; to use it as a name, bind it: PI = 1."]),
    ("π*x + pi", []),
    ("Pi = 3; Pi*x", ["Pi is bound to a number in the text, so it is no variable."]),
    ("1/2x", ["…/2x is read as (…/2)*x; to divide by the product write …/(2*x)."]),
    (
        "a/2sin(b)",
        ["…/2sin(…) is read as (…/2)*sin(…); to divide by the product write …/(2*sin(…))."],
    ),
    ("1/2*x", []),
    ("e^x", []),
    (
        "e^x + e",
        ["e is a variable here, for it does not stand as a base alone; for e^x write exp(x)."],
    ),
    ("sin x", []),
    ("sin 2x", ["sin 2x is read as sin(2x)."]),
    ("sin x^2 + 1", ["sin x^2 is read as sin(x^2)."]),
    ("sin²(x)", []),
    ("√x y", []),
    ("x(y+1)", ["x(…) is read as the product x*(…)."]),
    ("x*\u200by", ["Passed over, for it cannot be seen: ZERO WIDTH SPACE (U+200B)."]),
    (
        "\ufeffx*y\u00ad\u202e",
        [
            "Passed over, for it cannot be seen: ZERO WIDTH NO-BREAK SPACE (U+FEFF), "
            "SOFT HYPHEN (U+00AD), RIGHT-TO-LEFT OVERRIDE (U+202E)."
        ],
    ),
    (
        "x + \u0445",
        [
            "Two variables have names that look alike: x (LATIN SMALL LETTER X) and "
            "\u0445 (CYRILLIC SMALL LETTER HA) are two letters."
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "notes"), NOTES, ids=[ascii(text) for text, _ in NOTES])
def test_the_notes_on_a_text(text: str, notes: list[str]) -> None:
    assert list(Expression(text).notes) == notes


def test_a_note_names_what_can_be_typed() -> None:
    """What a note offers is another formula than the one that was read."""
    offered = [
        (text, found[1])
        for text, notes in NOTES
        for note in notes
        if (found := re.search(r"write ([^…;]+)\.$", note))
    ]
    assert len(offered) >= 6
    for text, way_out in offered:
        assert Expression(way_out) != Expression(text)
        assert Expression(way_out).notes == ()


def test_there_are_never_many_notes() -> None:
    letters = "abcdfghjkmpquvwz"
    notes = Expression("+".join([*letters, *(a + b for a in letters for b in letters)])).notes
    assert len(notes) == MOST + 1
    assert notes[-1] == f"There are {16 * 16 - MOST} more notes of this kind."


@given(text=strategies.anything)
def test_notes_are_sentences_whatever_the_text(text: str) -> None:
    try:
        notes = Expression(text).notes
    except FormulaError:
        return
    assert all(note.endswith(".") for note in notes)


def is_formula(text: str) -> bool:
    try:
        return bool(Expression(text))
    except FormulaError:
        return False


@pytest.mark.parametrize(
    ("arrived", "read"),
    [
        ("x y", "x+y"),
        ("(x y) x*(x y)", "(x+y)+x*(x+y)"),
        ("x + y", None),  # is a formula as it stands
        ("2 x", None),
        ("x  y", "x++y"),
        ("x $ y", None),
        ("x", None),
        ("sin( x", None),
    ],
)
def test_an_address_typed_by_hand_has_blanks_for_its_plus_signs(
    arrived: str, read: str | None
) -> None:
    assert read_blanks_as_plus(arrived, is_formula) == read
