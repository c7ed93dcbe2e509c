"""The table of look-ups and the film of the building count the same look-ups."""

import pytest
from hypothesis import given

from qsts_core import Expression
from qsts_core.reading.postfix import read
from qsts_core.study.lookups import look_ups
from tests import strategies


def in_step(text: str) -> None:
    steps = [step for step in Expression(text).build_steps() if step.node is not None]
    table = look_ups(read(text))
    assert [(each.node, each.found) for each in table] == [
        (step.node, step.reused) for step in steps
    ]


@pytest.mark.parametrize("text", ["(x+y) + x*(x+y)", "t = x*y; t + sin(t)", "-2x^2 + 3", "x"])
def test_each_look_up_is_a_step(text: str) -> None:
    in_step(text)


@given(program=strategies.programs())
def test_each_look_up_of_any_program_is_a_step(program: tuple[str, object]) -> None:
    in_step(program[0])
