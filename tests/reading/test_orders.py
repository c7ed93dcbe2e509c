"""Prefix and postfix are recognised where infix cannot be read, with a way out that works."""

import pytest

from qsts_core import Expression, FormulaError
from qsts_core.reading.orders import infix_hint


@pytest.mark.parametrize(
    ("text", "named", "infix"),
    [
        ("xy+", "postfix", "x + y"),
        ("x y +", "postfix", "x + y"),
        ("x y + x x y + * +", "postfix", "x + y + x*(x + y)"),
        ("+ x y", "prefix", "x + y"),
        ("* + x y z", "prefix", "(x + y)*z"),
        ("- x y", "prefix", "x - y"),
        ("x y - z -", "postfix", "x - y - z"),
        ("x y z - -", "postfix", "x - (y - z)"),
        ("x y z ^ ^", "postfix", "x^y^z"),
        ("x y ^ z ^", "postfix", "(x^y)^z"),
        ("2 3 +", "postfix", "2 + 3"),
    ],
)
def test_an_error_offers_the_infix_and_that_is_read(text: str, named: str, infix: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Expression(text)
    assert f"this is {named}," in str(caught.value)
    offered = str(caught.value).split("In infix it is ")[1]
    assert offered == infix
    Expression(offered)


@pytest.mark.parametrize("text", ["x y", "x +", "x + y z", "sin x y", "(x y +", "", "x * / y", "+"])
def test_what_is_neither_keeps_its_own_complaint(text: str) -> None:
    assert infix_hint(text) == ""


def test_a_sign_before_one_name_is_read_and_said() -> None:
    assert Expression("+xy").notes == (
        "xy is one name, with a sign before it; if it is prefix, in infix it is x + y.",
    )
    assert Expression("+x").notes == ()
    assert Expression("+pi*x").notes == ()
