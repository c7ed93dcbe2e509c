"""The package with none of the libraries: what works, and what is said where one is missing.

An environment without them is one that was made without pip: it has Python and nothing else.
"""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SEED = "(x+y) + x*(x+y)"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python without any library."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def run(bare: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [bare, "-X", "utf8", *words],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def test_it_is_bare(bare: Path) -> None:
    assert "No module named 'numpy'" in run(bare, "-c", "import numpy").stderr


def test_formulas_gradients_and_traces_need_nothing(bare: Path) -> None:
    answered = run(
        bare,
        "-c",
        "from qsts_core import Expression\n"
        f"e = Expression({SEED!r})\n"
        "at = {'x': 2, 'y': 3}\n"
        "print(e.value(at), e.gradient(at), len(e.trace(at, build=True)), e.count_nodes())\n"
        "print(e.function()(2.0, 3.0), [e.gradient(at) for _ in range(100)][-1], e)",
    )
    assert answered.stderr == ""
    assert answered.stdout.splitlines() == [
        "15.0 {'x': 8.0, 'y': 3.0} 35 {'none': 9, 'variables': 6, 'unique': 5}",
        "(15.0, (8.0, 3.0)) {'x': 8.0, 'y': 3.0} z3 = x + y; z3 + x*z3",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["grad", SEED, "x=2", "y=3"],
        ["grad", SEED, "x=2", "y=3", "--json"],
        ["trace", SEED, "x=1/2", "y=3", "--build"],
        ["cost", "x*y"],
        ["help"],
        ["help", "app"],
        ["completion", "bash"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_the_command_line_needs_nothing(bare: Path, words: list[str]) -> None:
    answered = run(bare, "-m", "qsts_core", *words)
    assert (answered.returncode, answered.stderr) == (0, "")
    assert answered.stdout


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("from qsts_core import Expression; Expression('x').batch([[1.0]])",
         'Expression.batch needs numpy: pip install "qsts[batch]"'),
        ("import qsts_core.draw", 'drawing needs networkx: pip install "qsts[draw]"'),
        ("from qsts_core import Expression; Expression('x').trace({'x': 1}).figure()",
         'drawing needs networkx: pip install "qsts[draw]"'),
    ],
)  # fmt: skip
def test_what_is_missing_is_one_sentence(bare: Path, code: str, message: str) -> None:
    answered = run(bare, "-c", code)
    assert answered.returncode == 1
    assert answered.stderr.splitlines()[-1] == f"qsts_core.errors.LibraryError: {message}"


def test_the_app_says_what_brings_its_libraries(bare: Path) -> None:
    answered = run(bare, "-m", "qsts_core", "app", "--port", "8600")
    assert answered.returncode == 2
    assert answered.stdout == ""
    assert answered.stderr == 'the app needs streamlit: pip install "qsts[app]"\n'
