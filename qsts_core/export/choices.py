"""What may be asked of an export beside its kind."""

from __future__ import annotations

from dataclasses import dataclass

from qsts_core.trace import State, Trace

__all__ = ["Choices"]


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is to be made; a kind that has no use for one passes over it.

    Attributes
    ----------
    step
        After how many steps it is drawn; `None` is after all of them.
    dark
        Whether it is drawn for a dark page.
    tests
        Whether a program comes with tests of its numbers.
    """

    step: int | None = None
    dark: bool = False
    tests: bool = False

    def state(self, trace: Trace) -> State:
        """Return what is known of a trace after the step that is drawn.

        Raises
        ------
        IndexError
            If there are not that many steps.
        """
        return trace.state(len(trace) if self.step is None else self.step)
