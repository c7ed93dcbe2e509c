"""The command line: what it prints, and how it refuses."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from qsts_core import Expression
from qsts_core.__main__ import main
from qsts_core.graph import SHARINGS, Sharing

Capture = pytest.CaptureFixture[str]

SEED = "(x+y) + x*(x+y)"
DOUBLED = "t = x*x" + "; t = t*t" * 999


def answer(capsys: Capture, *words: str) -> str:
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refusal(capsys: Capture, *words: str) -> str:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def strict(text: str) -> Any:
    """Read JSON in which NaN and Infinity are errors."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.mark.parametrize("sharing", SHARINGS)
def test_grad_as_json(capsys: Capture, sharing: Sharing) -> None:
    out = answer(capsys, "grad", SEED, "x=2", "y=3", "--sharing", sharing, "--json")
    assert out.count("\n") == 1
    assert strict(out) == {
        "expression": SEED,
        "at": {"x": 2.0, "y": 3.0},
        "value": 15.0,
        "gradient": {"x": 8.0, "y": 3.0},
        "nodes": {"none": 9, "variables": 6, "unique": 5},
        "warnings": [],
    }


@pytest.mark.parametrize("sharing", SHARINGS)
def test_trace_as_json_is_the_traces_own(capsys: Capture, sharing: Sharing) -> None:
    out = answer(capsys, "trace", SEED, "x=2", "y=3", f"--sharing={sharing}", "--json")
    assert strict(out) == Expression(SEED, sharing).trace({"x": 2, "y": 3}).to_dict()


def test_grad_as_a_table(capsys: Capture) -> None:
    assert answer(capsys, "grad", SEED, "x=2", "y=3").splitlines() == [
        "value             15",
        "∂/∂x              8",
        "∂/∂y              3",
        "nodes, none       9",
        "nodes, variables  6",
        "nodes, unique     5",
    ]


def test_trace_as_a_table(capsys: Capture) -> None:
    lines = answer(capsys, "trace", SEED, "x=2", "y=3").splitlines()
    assert lines[:6] == [
        "node  stands for", "z₁    x", "z₂    y", "z₃    x + y", "z₄    x*(x + y)",
        "z₅    x + y + x*(x + y)",
    ]  # fmt: skip
    words = [line.split() for line in lines]
    assert words[-15] == ["step", "node", "value"]
    assert words[-10] == ["5", "z₅", "15"]
    assert " ".join(words[-8]) == "step node input local derivative contribution adjoint arrived"
    assert " ".join(words[-7]) == "6 z₅ seed 1 1 of 1"
    assert " ".join(words[-6]) == "7 z₅ → z₃ left 1 1 1 1 of 2"
    assert " ".join(words[-3]) == "10 z₄ → z₃ right 2 2 3 2 of 2"
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize("command", ["grad", "trace"])
@pytest.mark.parametrize(
    ("words", "gradient"),
    [
        (["-x^2", "x=3"], {"x": -6.0}),
        (["--x", "x=3"], {"x": 1.0}),
        (["-(x)", "x=-3"], {"x": -1.0}),
        (["-h", "h=2"], None),  # the one formula that asks for help instead
        (["-1/x", "x=.5"], {"x": 4.0}),
        (["-j", "j=1"], {"j": -1.0}),
        (["x=-3", "x=2"], {}),
        (["x*y", "y=-1e3", "x=1e-3"], {"x": -1000.0, "y": 0.001}),
        (["x", "x = 4"], {"x": 1.0}),
        (["θ²", "θ=3"], {"θ": 6.0}),
        (["2+3"], {}),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_formulas_and_values_that_look_like_something_else(
    capsys: Capture, command: str, words: list[str], gradient: dict[str, float] | None
) -> None:
    if gradient is None:
        assert f"qsts {command}" in answer(capsys, command, *words)
        return
    if words == ["x=-3", "x=2"]:
        assert "'x' is not in the formula; its variables: none" in refusal(capsys, command, *words)
        return
    assert strict(answer(capsys, command, *words, "--json"))["gradient"] == gradient
    assert strict(answer(capsys, command, "--json", *words))["gradient"] == gradient


def test_the_text_is_kept_as_it_was_typed(capsys: Capture) -> None:
    for text in ("-x", " -x", "  x  "):
        assert strict(answer(capsys, "grad", text, "x=1", "--json"))["expression"] == text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["2 * sine(x)", "x=1"],
         "2 * sine(x)\n    ^^^^\nunknown function 'sine'. Did you mean 'sin'?\n"),
        (["", "x=1"], "\n^\nthere is nothing here yet. Try x*y + sin(x)\n"),
        (["-x y", "x=1"], "-x y\n ^^^\nan operator is missing here. For a product, write x*y\n"),
        (["x*y", "x=1"], "no value is given for 'y'\n"),
        (["x", "x=1", "q=2"], "'q' is not in the formula; its variables: 'x'.\n"),
        (["x", "x=one"], "the value of 'x' is not a number: 'one'\n"),
        (["x", "x="], "the value of 'x' is not a number: ''\n"),
        (["x", "x"], "'x' is not a value: write NAME=NUMBER, as in x=2\n"),
        (["x", "=1"], "'=1' is not a value: write NAME=NUMBER, as in x=2\n"),
        (["x", "-1"], "'-1' is not a value: write NAME=NUMBER, as in x=2\n"),
        (["x", "x=1", "x=2"], "'x' is given twice\n"),
        ([DOUBLED, "x=1", "--sharing", "none"],
         "as a tree, this formula has about 2.14e301 nodes, and at most 2,000,000 are built. "
         "With sharing='unique' nothing is repeated.\n"),
    ],
    ids=lambda part: " ".join(part)[:30] if isinstance(part, list) else "",
)  # fmt: skip
@pytest.mark.parametrize("command", ["grad", "trace"])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_bad_input_is_told_on_standard_error(
    capsys: Capture, command: str, form: list[str], words: list[str], message: str
) -> None:
    assert refusal(capsys, command, *words, *form) == message


@pytest.mark.parametrize(
    "words",
    [["grad"], ["gradient", "x"], ["grad", "x", "x=1", "--sharing", "all"]],
    ids=" ".join,
)
def test_words_that_are_no_command_end_with_status_two(capsys: Capture, words: list[str]) -> None:
    assert "qsts help" in refusal(capsys, *words)


@pytest.mark.parametrize(
    ("words", "value", "gradient"),
    [
        (["log(x)", "x=-1"], "nan", {"x": -1.0}),
        (["exp(x)", "x=1000"], "inf", {"x": "inf"}),
        (["-1/x", "x=0"], "-inf", {"x": "inf"}),
        (["x", "x=inf"], "inf", {"x": 1.0}),
        (["x*0", "x=nan"], "nan", {"x": 0.0}),
        (["sqrt(x)", "x=0"], 0.0, {"x": "inf"}),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_is_not_finite_is_a_string_and_a_warning(
    capsys: Capture, words: list[str], value: Any, gradient: dict[str, Any]
) -> None:
    form = strict(answer(capsys, "grad", *words, "--json"))
    assert (form["value"], form["gradient"]) == (value, gradient)
    assert form["warnings"]
    assert strict(answer(capsys, "trace", *words, "--json"))["warnings"] == form["warnings"]
    for command in ("grad", "trace"):
        lines = answer(capsys, command, *words).splitlines()
        told = [line for line in lines if line.startswith("warning: ")]
        assert told == [f"warning: {warning}" for warning in form["warnings"]]


def test_a_count_of_any_size_is_an_exact_integer(capsys: Capture) -> None:
    form = strict(answer(capsys, "grad", DOUBLED, "x=1", "--json"))
    assert form["nodes"] == {"none": 2**1001 - 1, "variables": 2**1000, "unique": 1001}
    assert "about 2.14e301" in answer(capsys, "grad", DOUBLED, "x=1")


def test_a_count_of_more_digits_than_python_prints_unasked(capsys: Capture) -> None:
    text = "t = x*x" + "; t = t*t" * 19_999
    out = answer(capsys, "grad", text, "x=1", "--json")
    assert f'"none": {2**20_001 - 1}, ' in out


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qsts_core", *words],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip


def test_the_program_in_a_process_of_its_own() -> None:
    good = run("grad", SEED, "x=2", "y=3", "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert strict(good.stdout)["gradient"] == {"x": 8.0, "y": 3.0}
    bad = run("grad", "2 * sine(x)", "x=2")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.splitlines()[1] == "    ^^^^"
    assert "Traceback" not in bad.stderr


def test_a_reader_that_stops_early_sees_no_traceback() -> None:
    long = "+".join(["x"] * 20_000)
    with subprocess.Popen(
        [sys.executable, "-m", "qsts_core", "trace", long, "x=1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_output_that_is_not_utf8_ends_nothing(form: list[str]) -> None:
    answered = subprocess.run(
        [sys.executable, "-m", "qsts_core", "trace", "θ*y", "θ=1", "y=2", *form],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
    )
    assert (answered.returncode, answered.stderr) == (0, b"")
    if form:
        assert json.loads(answered.stdout)["at"] == {"θ": 1.0, "y": 2.0}


def test_a_double_dash_is_no_formula(capsys: Capture) -> None:
    assert strict(answer(capsys, "grad", "--", "-x", "x=1", "--json"))["expression"] == "-x"


def test_a_trace_fits_a_terminal(capsys: Capture) -> None:
    text = ";".join(["t=x*y", *["t=sin(t*x+y)*cos(t*y+x)"] * 4, "t"])
    lines = answer(capsys, "trace", text, "x=0.123456789", "y=2").splitlines()
    assert max(map(len, lines)) <= 80
