"""What may be asked of an export beside its kind."""

from __future__ import annotations

from dataclasses import dataclass

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
