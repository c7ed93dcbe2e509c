"""The browser of tests/browser, and a way to show figures."""

import sys
from collections.abc import Callable, Sequence

import pytest

from tests.benchmarks.stopwatch import table
from tests.browser.conftest import browser, new_page, open_app, page, server

__all__ = ["browser", "new_page", "open_app", "page", "report", "server"]


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[Sequence[tuple[str, ...]]], None]:
    """Print a table, whatever pytest captures."""

    def write(rows: Sequence[tuple[str, ...]]) -> None:
        with capsys.disabled():
            sys.stdout.write(table(rows))

    return write
