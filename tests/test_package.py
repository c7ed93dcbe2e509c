"""What the package promises as a whole: its wheel, its layers, what it loads, what it needs."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")

# From the text to the page; who stands later may import who stands earlier, never the other way.
LAYERS = (
    {"collector", "errors", "files", "glossary", "notation", "ops", "point"},
    {"reading"},
    {"graph"},
    {"construction", "notes", "printer", "rules"},
    {"sweep"},
    {"trace", "values"},
    {"engine", "network"},  # takes a graph; the face loads it when it is asked for many states
    {"expression"},
    {"recording"},
    {"math"},
    {"study"},
    {"draw"},
    {"export"},
    {"lenses", "serving"},
    {"command"},
    {"app"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FACES = {"qsts_core", "__main__"}  # they present the layers and stand outside them
MODULES = [*sorted((ROOT / "qsts_core").rglob("*.py")), ROOT / "app.py"]


def git(*words: str) -> list[str]:
    try:
        answer = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if answer.returncode:
        pytest.skip("not a git checkout: nothing tells which files belong to the project")
    return answer.stdout.splitlines()


def python(*words: str, path: Path = ROOT) -> str:
    """Run a fresh interpreter that finds `qsts_core` in `path`; return what it printed."""
    answer = subprocess.run(
        [sys.executable, *words],
        cwd=path,
        env=os.environ | {"PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked."""
    built, unpacked = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("unpacked")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built)]
    answer = subprocess.run([*build, str(ROOT)], cwd=built, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        archive.extractall(unpacked)
    return unpacked


def test_the_wheel_carries_the_app_its_assets_and_its_settings(wheel: Path) -> None:
    bundle = wheel / "qsts_core" / "_bundle"
    for name in ("app.py", ".streamlit/config.toml"):
        assert (bundle / name).read_bytes() == (ROOT / name).read_bytes()
    assets = {file.relative_to(ROOT) for file in (ROOT / "assets").rglob("*") if file.is_file()}
    pictures = {file for file in assets if file.parts[1] == "tour"}
    assert pictures, "the README shows none"
    carried = {file.relative_to(bundle) for file in bundle.rglob("assets/**/*") if file.is_file()}
    assert carried == assets - pictures


def test_the_wheel_carries_nothing_else_beside_the_package(wheel: Path) -> None:
    assert {re.sub(r"-.*", "", path.name) for path in wheel.iterdir()} == {"qsts_core", "qsts"}
    assert not list(wheel.rglob("*.pyc"))


def test_the_unpacked_wheel_finds_its_own_app(wheel: Path) -> None:
    found = python("-c", "from qsts_core import files; print(files.app())", path=wheel)
    assert Path(found.strip()) == wheel / "qsts_core" / "_bundle" / "app.py"


def test_the_wheel_needs_nothing_but_what_its_extras_bring(wheel: Path) -> None:
    metadata = next(wheel.glob("*.dist-info/METADATA")).read_text(encoding="utf-8")
    needed = re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)
    assert needed
    assert [line for line in needed if "extra ==" not in line] == []


def test_the_unpacked_wheel_answers_on_the_command_line(wheel: Path) -> None:
    said = python("-m", "qsts_core", "grad", "x*y", "x=2", "y=3", path=wheel)
    assert re.search(r"\bx\b.*\b3", said)
    assert re.search(r"\by\b.*\b2", said)


def test_the_unpacked_wheel_brings_its_streamlit_settings(wheel: Path, tmp_path: Path) -> None:
    """Streamlit reads them from beside the script, wherever it is started from.

    Its own name for "the script that runs" is private; the range in pyproject.toml covers that.
    """
    ask = (
        "import os; from qsts_core import files; from streamlit import config;"
        f"os.chdir({str(tmp_path)!r});"
        "config._main_script_path = str(files.app());"
        "print(config.get_option('browser.gatherUsageStats'), config.get_option('server.address'))"
    )
    assert python("-c", ask, path=wheel).split() == ["False", "127.0.0.1"]


# The checkout


def test_the_top_level_is_the_agreed_one() -> None:
    agreed = {"pyproject.toml", "README.md", "app.py", "qsts_core", "tests", "assets"}
    top = {name.split("/")[0] for name in git("ls-files")}
    assert {name for name in top if not name.startswith(".")} == agreed


def test_there_is_no_lock_file() -> None:
    locks = re.compile(r"(^|/)([^/]*\.lock|[^/]*-lock\.(json|yaml)|pylock\..*toml)$")
    assert [name for name in git("ls-files") if locks.search(name)] == []


# Imports


def layer_of(module: Path) -> str:
    """Return the name by which LAYERS knows a file: its module or the folder that it lies in."""
    parts = module.relative_to(ROOT).with_suffix("").parts
    return parts[0] if len(parts) == 1 or parts[1] == "__init__" else parts[1]


def imports_of(module: Path) -> Iterator[str]:
    """Yield the full dotted name of everything that a file imports, at its top or inside."""
    package = module.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            origin = ".".join([*above, *(node.module or "").split(".")]).rstrip(".")
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def own_layers(module: Path) -> Iterator[str]:
    for name in imports_of(module):
        top, *rest = name.split(".")
        if top == "qsts_core":
            yield rest[0] if rest and (rest[0] in RANK or rest[0] in FACES) else "qsts_core"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_imports_point_down_the_layers(module: Path) -> None:
    here = layer_of(module)
    if here in FACES:
        return
    assert here in RANK, f"{here} has no place in the layers"
    wrong = {there for there in own_layers(module) if not may_import(here, there)}
    assert wrong == set(), f"{here} imports {wrong}"


CALLED_FOR = {
    ("trace", "draw"),
    ("trace", "export"),
    ("expression", "export"),
    ("expression", "study"),
}
"""Who loads what stands above it, in a method that is asked for that alone."""


def may_import(here: str, there: str) -> bool:
    if (here, there) in CALLED_FOR:
        return True
    if there in FACES:  # the public names may be used where everything below them is
        return there == "qsts_core" and RANK[here] > RANK["expression"]
    return RANK[there] <= RANK[here]


@pytest.mark.parametrize(
    ("module", "at_home"),
    [
        ("streamlit", {"app", "lenses", "serving", "command"}),
        ("plotly", {"draw", "trace"}),
        ("networkx", {"draw", "expression", "network"}),
    ],
)
def test_a_library_stays_where_it_is_at_home(module: str, at_home: set[str]) -> None:
    users = {
        layer_of(file)
        for file in MODULES
        for name in imports_of(file)
        if name.split(".")[0] == module
    }
    assert users <= at_home


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("qsts_core", {"networkx", "plotly", "streamlit", "numpy", "pygraphviz"}),
        ("qsts_core.draw", {"streamlit"}),
    ],
)
def test_an_import_loads_no_more_than_promised(module: str, absent: set[str]) -> None:
    loaded = python("-c", f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded
    assert absent.intersection(loaded) == set()


# What it needs


def test_this_python_is_one_of_those_promised() -> None:
    promised = SpecifierSet(PROJECT["requires-python"])
    assert ".".join(map(str, sys.version_info[:3])) in promised
    assert "3.11" in promised
    assert "3.10" not in promised


EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
DECLARED = [
    Requirement(text) for name, texts in EXTRAS.items() if name != "bench" for text in texts
]


@pytest.mark.parametrize("needed", [one for one in DECLARED if one.name != "qsts"], ids=str)
def test_every_dependency_has_a_floor_and_is_satisfied(needed: Requirement) -> None:
    assert [bound for bound in needed.specifier if bound.operator == ">="], "no lower bound"
    assert needed.specifier.contains(version(needed.name), prereleases=True)


def test_everything_that_is_imported_is_brought_by_an_extra() -> None:
    brought = {needed.name for needed in DECLARED}
    foreign = {name.split(".")[0] for file in MODULES for name in imports_of(file)}
    brought |= {"starlette"}  # Streamlit's own server
    assert foreign - set(sys.stdlib_module_names) - {"qsts_core"} <= brought
    assert PROJECT["dependencies"] == []


def test_every_extra_that_an_error_names_is_there() -> None:
    said = "".join(file.read_text(encoding="utf-8") for file in MODULES)
    named = set(re.findall(r'needing\("\w+", "(\w+)"', said))
    named |= set(re.findall(r"qsts\[(\w+)\]", said))
    assert {"app", "batch", "draw"} <= named
    assert named <= set(EXTRAS)


# The README


def command(name: str) -> str:
    """Return the README's command after the marker that .ci/run looks for."""
    found = re.search(rf"<!-- command: {name} -->\n```sh\n(python3 .+)\n```\n", README)
    assert found, f"the README has no command marked {name}"
    return found[1]


def test_the_readme_has_the_two_commands() -> None:
    start = "python3 -m venv .venv && .venv/bin/pip install -e "
    assert command("app") == start + '".[app]" && .venv/bin/qsts app'
    assert command("test") == start + '".[test]" && .venv/bin/pytest -n 2'


@pytest.mark.parametrize("name", ["app", "test"])
def test_ci_runs_the_commands_of_the_readme(name: str) -> None:
    """It reads them with its own function, so ask that one."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    reader = re.search(r"^command_of\(\) \{.*?^\}$", script, re.MULTILINE | re.DOTALL)
    assert reader
    assert f"$(command_of {name} " in script
    answer = subprocess.run(
        ["bash", "-c", f"{reader[0]}\ncommand_of {name} .venv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == command(name)


def test_the_readme_shows_pictures_that_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []
