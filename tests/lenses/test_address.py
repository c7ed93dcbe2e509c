"""The address bar: what it says, what it may not say, and that writing it loses nothing."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.lenses.address import LARGEST_VALUE, SEED, SEED_AT, read_address, write_values


def test_an_empty_address_is_a_first_visit() -> None:
    address = read_address({})
    assert (address.formula, address.at) == (SEED, SEED_AT)
    assert (address.sharing, address.step, address.complaints) == ("unique", 0, ())
    assert not address.build


def test_an_address_is_taken_up_whole() -> None:
    address = read_address({"f": "a*b", "at": "a=-1.5,b=2e-3", "sharing": "none", "step": "4"})
    assert (address.formula, address.at) == ("a*b", {"a": -1.5, "b": 0.002})
    assert (address.sharing, address.step, address.complaints) == ("none", 4, ())


def test_the_address_asks_for_the_building() -> None:
    assert read_address({"build": "1"}).build
    assert not read_address({"build": "0"}).build
    strange = read_address({"build": "yes"})
    assert not strange.build
    assert "'yes'" in strange.complaints[0]


def test_values_of_another_formula_do_not_mix_with_those_of_the_first_visit() -> None:
    assert read_address({"f": "x*q"}).at == {}


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"at": "x=two"}, "x=two"),
        ({"at": "x"}, "'x'"),
        ({"at": "=3"}, "=3"),
        ({"at": "x=nan"}, "x=nan"),
        ({"at": "x=inf"}, "x=inf"),
        ({"at": "x=1e300"}, "x=1e300"),
        ({"sharing": "all"}, "'all'"),
        ({"step": "-1"}, "'-1'"),
        ({"step": "1e3"}, "'1e3'"),
        ({"step": "²"}, "'²'"),
        ({"step": "9" * 5000}, "'999"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(parameters: dict[str, str], named: str) -> None:
    address = read_address({"f": "x", **parameters})
    assert (address.at, address.sharing, address.step) == ({}, "unique", 0)
    assert [named in complaint for complaint in address.complaints] == [True]


NAMES = st.sampled_from(["x", "y1", "θ", "long_name"])
NUMBERS = st.floats(-LARGEST_VALUE, LARGEST_VALUE)


@given(st.dictionaries(NAMES, NUMBERS))
def test_values_survive_the_address(at: dict[str, float]) -> None:
    assert read_address({"f": "x", "at": write_values(at)}).at == at


@given(st.dictionaries(st.sampled_from(["f", "at", "sharing", "step", "other"]), st.text()))
def test_no_address_is_too_odd(parameters: dict[str, str]) -> None:
    address = read_address(parameters)
    assert address.step >= 0
    assert all(abs(number) <= LARGEST_VALUE for number in address.at.values())


def test_a_formula_typed_into_the_address_keeps_its_plus_signs() -> None:
    address = read_address({"f": "x y"})
    assert address.formula == "x+y"
    assert address.complaints == ("In an address + stands for a blank: 'x y' is read as 'x+y'.",)
    for text in ("x + y", "2 x", "x $ y", "sin x"):
        assert (read_address({"f": text}).formula, read_address({"f": text}).complaints) == (
            text,
            (),
        )


def test_the_state_before_is_taken_up_and_what_it_lacks_is_named() -> None:
    assert read_address({"f": "x*y"}).after is None
    address = read_address({"f": "x*y", "at": "x=1,y=2", "after": "x=3"})
    assert address.after == {"x": 3.0}
    assert list(address.complain_of_names(["x"])) == [
        "The address gives a value for 'y', which is not in the formula."
    ]
    (told,) = address.complain_of_names(["x", "y"])
    assert "lacks 'y'" in told


@pytest.mark.parametrize("sharing", SHARINGS)
def test_the_address_of_an_expression_is_read_as_it(sharing: Sharing) -> None:
    at = {"x": 2.0, "größe": 1e-300, "a_1": -0.1}
    expression = Expression("x*größe + sin(a_1)^2 # & ?f=1", sharing)
    query = dict(parse_qsl(urlsplit(expression.url(at, base="http://host/app/")).query))
    address = read_address(query)
    assert (address.formula, address.at, address.sharing) == (expression.text, at, sharing)
    latex = Expression(r"\frac{x}{y}", script="latex")
    query = dict(parse_qsl(urlsplit(latex.url()).query))
    assert Expression(query["f"]).graph == latex.graph
