"""What the address says of a descent: what it may not say, and that writing it loses nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core.draw.levels import SCALES
from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.lenses.descent_address import PARAMETERS, read_choices, write_choices
from qsts_core.lenses.descent_choices import (
    MOST_STARTS,
    MOST_STEPS,
    POINTS,
    RATES,
    Choices,
    first_axis,
    first_choices,
)
from qsts_core.study.descent import Settings
from qsts_core.study.landscape import Axis
from qsts_core.study.methods import METHODS

XYZ = ("x", "y", "z_1")
AT = {"x": 2.0, "y": 3.0, "z_1": -4.0}


def written(choices: Choices) -> dict[str, str]:
    query = write_choices(choices, XYZ, AT)
    return {name: text for name, text in query.items() if text is not None}


def test_what_the_lens_begins_with_is_not_in_the_address() -> None:
    assert read_choices({}, XYZ, AT) == (first_choices(XYZ, AT), ())
    assert write_choices(first_choices(XYZ, AT), XYZ, AT) == dict.fromkeys(PARAMETERS)


@pytest.mark.parametrize(
    ("change", "query"),
    [
        ({"settings": Settings("Adam", 0.05, 100)}, {"method": "Adam"}),
        ({"settings": Settings("gradient descent", 1e-6, 9)}, {"rate": "1e-06", "steps": "9"}),
        ({"starts": 80}, {"starts": "80"}),
        ({"axes": (Axis("x", -2.0, 2.0), first_axis("y", 3.0))}, {"draw": "x=-2..2,y"}),
        ({"moving": XYZ}, {"all": "1"}),
        ({"moving": XYZ, "through_end": True}, {"all": "1", "slice": "end"}),
        ({"scale": "linear"}, {"levels": "linear"}),
        ({"points": 500}, {"points": "500"}),
        ({"arrows": True}, {"arrows": "1"}),
        ({"surface": True}, {"surface": "1"}),
    ],
)
def test_only_what_differs_is_in_the_address(
    change: dict[str, object], query: dict[str, str]
) -> None:
    assert written(replace(first_choices(XYZ, AT), **change)) == query  # type: ignore[arg-type]  # the table is right


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
    choices, (complaint,) = read_choices({name: text}, XYZ, AT)
    assert choices == first_choices(XYZ, AT)
    assert name in complaint
    assert (text if name != "draw" else text.split(",")[-1])[:60] in complaint


def test_what_can_be_used_beside_it_is() -> None:
    choices, complaints = read_choices({"draw": "q=1..2,y=0..1", "starts": "7"}, XYZ, AT)
    assert choices.axes == (Axis("y", 0, 1), first_axis("x", 2))
    assert choices.starts == 7
    assert len(complaints) == 1


def test_a_curve_has_no_levels_arrows_or_surface() -> None:
    query = {"levels": "linear", "arrows": "1", "surface": "1", "all": "1", "slice": "end"}
    assert read_choices(query, ("x",), {"x": 1.0}) == (first_choices(("x",), {"x": 1.0}), ())


NUMBERS = st.floats(-LARGEST_VALUE, LARGEST_VALUE)


@st.composite
def choices_of(draw: st.DrawFn, variables: tuple[str, ...]) -> Choices:
    names = draw(st.permutations(variables))[:2]
    ends = st.lists(NUMBERS, min_size=2, max_size=2, unique=True).map(sorted)
    reach = ends.map(lambda pair: Axis("", *pair)).filter(lambda axis: axis.is_wide_enough)
    axes = tuple(draw(reach)._replace(name=name) for name in names)
    everything = len(variables) > 2 and draw(st.booleans())
    plane = len(axes) == 2
    return Choices(
        axes=axes,
        moving=variables if everything else tuple(names),
        settings=Settings(
            draw(st.sampled_from(list(METHODS))),
            draw(st.sampled_from(RATES)),
            draw(st.integers(1, MOST_STEPS)),
        ),
        starts=draw(st.integers(1, MOST_STARTS)),
        points=draw(st.sampled_from(POINTS)),
        scale=draw(st.sampled_from(SCALES)) if plane else "auto",
        arrows=plane and draw(st.booleans()),
        through_end=everything and draw(st.booleans()),
        surface=plane and draw(st.booleans()),
    )


@given(st.data(), st.integers(1, 3), st.fixed_dictionaries(dict.fromkeys(XYZ, NUMBERS)))
def test_choices_survive_the_address(data: st.DataObject, count: int, at: dict[str, float]) -> None:
    variables = XYZ[:count]
    choices = data.draw(choices_of(variables))
    query = write_choices(choices, variables, at)
    kept = {name: text for name, text in query.items() if text is not None}
    assert read_choices(kept, variables, at) == (choices, ())


ODD = st.text() | st.text("xyz_1=.,-0123456789e", max_size=12) | st.integers().map(str)


@given(st.dictionaries(st.sampled_from(PARAMETERS), ODD), st.integers(1, 3))
def test_no_address_is_too_odd(parameters: dict[str, str], count: int) -> None:
    choices, _ = read_choices(parameters, XYZ[:count], AT)
    assert 1 <= choices.settings.steps <= MOST_STEPS
    assert 1 <= choices.starts <= MOST_STARTS
    assert choices.points in POINTS
    assert len({axis.name for axis in choices.axes}) == min(count, 2)
    assert all(-LARGEST_VALUE <= low < high <= LARGEST_VALUE for _, low, high in choices.axes)


@given(NUMBERS)
def test_a_first_range_is_one_that_the_address_can_give(value: float) -> None:
    _, low, high = first_axis("x", value)
    assert -LARGEST_VALUE <= low <= value <= high <= LARGEST_VALUE
    assert low < high
