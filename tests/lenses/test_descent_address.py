"""What the address says of a descent: what it may not say, and that writing it loses nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.lenses.descent_address import PARAMETERS, read_choices, write_choices
from qsts_core.lenses.descent_choices import (
    OPTIONS,
    Choices,
    Reach,
    choose,
    examples,
    first_choices,
    fit_axis,
)
from qsts_core.study.landscape import Axis

XYZ = ("x", "y", "z_1")


def written(choices: Choices) -> dict[str, str]:
    query = write_choices(choices, XYZ)
    return {name: text for name, text in query.items() if text is not None}


def test_what_the_lens_begins_with_is_not_in_the_address() -> None:
    assert read_choices({}, XYZ) == (first_choices(XYZ), ())
    assert write_choices(first_choices(XYZ), XYZ) == dict.fromkeys(PARAMETERS)


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ({"method": "Adam"}, {"method": "Adam"}),
        ({"rate": 1e-6, "steps": 9}, {"rate": "1e-06", "steps": "9"}),
        ({"starts": 80}, {"starts": "80"}),
        ({"drawn": (Reach("x", -2.0, 2.0), Reach("y"))}, {"draw": "x=-2..2,y"}),
        ({"drawn": (Reach("x", None, 2.5), Reach("y", 0.0))}, {"draw": "x=..2.5,y=0.."}),
        ({"all": True}, {"all": "1"}),
        ({"all": True, "slice": "end"}, {"all": "1", "slice": "end"}),
        ({"levels": "linear"}, {"levels": "linear"}),
        ({"points": 500}, {"points": "500"}),
        ({"arrows": True}, {"arrows": "1"}),
        ({"surface": True}, {"surface": "1"}),
    ],
)
def test_only_what_differs_is_in_the_address(
    change: dict[str, object], query: dict[str, str]
) -> None:
    assert written(replace(first_choices(XYZ), **change)) == query  # type: ignore[arg-type]  # the table is right


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("method", "SGD"),
        ("rate", "0.3"),
        ("rate", "nan"),
        ("rate", "-0.1"),
        ("rate", ""),
        ("steps", "0"),
        ("steps", "5001"),
        ("steps", "1e3"),
        ("steps", "²"),
        ("steps", "9" * 5000),
        ("starts", "501"),
        ("points", "100000"),
        ("levels", "cubic"),
        ("all", "yes"),
        ("slice", "middle"),
        ("arrows", "2"),
        ("surface", "true"),
        ("draw", "q"),
        ("draw", "x,x"),
        ("draw", "x,y,z_1"),
        ("draw", "x=2"),
        ("draw", "x=2..2"),
        ("draw", "x=3..2"),
        ("draw", "x=nan..2"),
        ("draw", "x=0..inf"),
        ("draw", "x=0..1e300"),
        ("draw", "x=0..5e-324"),
        ("draw", "x=1..1.0000000000000002"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(name: str, text: str) -> None:
    choices, (complaint,) = read_choices({name: text}, XYZ)
    assert choices == first_choices(XYZ)
    assert name in complaint
    assert (text if name != "draw" else text.split(",")[-1])[:60] in complaint


def test_what_can_be_used_beside_it_is() -> None:
    choices, complaints = read_choices({"draw": "q=1..2,y=0..1", "starts": "7"}, XYZ)
    assert choices.drawn == (Reach("y", 0, 1), Reach("x"))
    assert choices.starts == 7
    assert len(complaints) == 1


def test_a_curve_has_no_levels_arrows_or_surface() -> None:
    query = {"levels": "linear", "arrows": "1", "surface": "1", "all": "1", "slice": "end"}
    assert read_choices(query, ("x",)) == (first_choices(("x",)), ())


NUMBERS = st.floats(-LARGEST_VALUE, LARGEST_VALUE)


@st.composite
def choices_of(draw: st.DrawFn, variables: tuple[str, ...]) -> Choices:
    names = draw(st.permutations(variables))[:2]
    ends = st.lists(NUMBERS, min_size=2, max_size=2, unique=True).map(sorted)
    reach = ends.map(lambda pair: Axis("", *pair)).filter(lambda axis: axis.is_wide_enough)
    drawn = tuple(
        Reach(name, *(end if draw(st.booleans()) else None for end in draw(reach)[1:]))
        for name in names
    )
    chosen = {option.name: draw(st.sampled_from(option.values)) for option in OPTIONS}
    return choose(drawn, chosen, variables)


@given(st.data(), st.integers(1, 3))
def test_choices_survive_the_address(data: st.DataObject, count: int) -> None:
    variables = XYZ[:count]
    choices = data.draw(choices_of(variables))
    query = write_choices(choices, variables)
    kept = {name: text for name, text in query.items() if text is not None}
    assert read_choices(kept, variables) == (choices, ())


ODD = st.text() | st.text("xyz_1=.,-0123456789e", max_size=12) | st.integers().map(str)


@given(st.dictionaries(st.sampled_from(PARAMETERS), ODD), st.integers(1, 3))
def test_no_address_is_too_odd(parameters: dict[str, str], count: int) -> None:
    choices, _ = read_choices(parameters, XYZ[:count])
    for option in OPTIONS:
        assert getattr(choices, option.name) in option.values
    assert len({reach.name for reach in choices.drawn}) == min(count, 2)
    for reach in choices.drawn:
        axis = fit_axis(reach, 2.0, [2.0, 3.0])
        assert -LARGEST_VALUE <= axis.low <= axis.high <= LARGEST_VALUE


@given(NUMBERS, st.lists(NUMBERS, max_size=4))
def test_a_range_as_the_path_needs_holds_its_start(value: float, further: list[float]) -> None:
    _, low, high = axis = fit_axis(Reach("x"), value, [value, *further])
    assert -LARGEST_VALUE <= low <= value <= high <= LARGEST_VALUE
    assert axis.is_wide_enough


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ([6.0, 2.0, -1.0, 0.0], -3.4, 8.4),
        ([6.0, 6.0], 5.55, 6.45),  # it stands still: its surroundings
        ([6.0, 1e9], -3.0, 15.0),  # it runs away: around the start
    ],
)
def test_a_range_is_the_extent_of_the_path_and_a_margin(
    path: list[float], low: float, high: float
) -> None:
    assert fit_axis(Reach("x"), 6.0, path) == Axis("x", low, high)


@pytest.mark.parametrize(
    ("reach", "axis"),
    [
        (Reach("x", low=9.0), Axis("x", 9.0, 27.0)),
        (Reach("x", high=-5.0), Axis("x", -23.0, -5.0)),
        (Reach("x", low=0.0), Axis("x", 0.0, 8.4)),
        (Reach("x", 7.0, 1.0), Axis("x", 1.0, 7.0)),
    ],
)
def test_an_end_that_is_given_stands(reach: Reach, axis: Axis) -> None:
    assert fit_axis(reach, 6.0, [6.0, -1.0]) == axis


def test_of_two_variables_the_earlier_name_goes_across() -> None:
    assert [reach.name for reach in first_choices(("y", "x")).drawn] == ["x", "y"]
    assert [reach.name for reach in read_choices({"draw": "y"}, ("y", "x"))[0].drawn] == ["y", "x"]


def test_the_examples_choose_what_there_is() -> None:
    for case in examples().values():
        for option in OPTIONS:
            assert case.get(option.name, option.first) in option.values
