"""The asset is what the table says; what it computes is tested in a browser (tests/browser)."""

import re

from qsts_core import files
from qsts_core.engine.javascript import PATH, write_operations
from qsts_core.ops import OPERATIONS


def test_the_asset_is_that_of_the_table() -> None:
    written = files.asset(*PATH).read_text(encoding="utf-8")
    assert written == write_operations(), "run: python -m qsts_core.engine.javascript"


def test_every_operation_has_its_locals_and_their_texts() -> None:
    text = write_operations()
    for row in OPERATIONS.values():
        found = re.search(rf'^    "{re.escape(row.name)}": \{{(.*?)^    \}},$', text, re.M | re.S)
        assert found, row.name
        assert found[1].count("(a, b, z) =>") == sum(row.differentiable)
        assert all(f'"{rule}"' in found[1] for rule in row.locals)
