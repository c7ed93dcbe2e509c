"""The command line: what it prints, and how it refuses."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from qsts_core import Expression, __version__
from qsts_core.__main__ import main
from qsts_core.command import formulas
from qsts_core.command.program import COMMANDS
from qsts_core.command.words import Command
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
        "script": "plain",
        "at": {"x": 2.0, "y": 3.0},
        "value": 15.0,
        "gradient": {"x": 8.0, "y": 3.0},
        "nodes": {"none": 9, "variables": 6, "unique": 5},
        "warnings": [],
        "notes": [],
    }


@pytest.mark.parametrize("sharing", SHARINGS)
def test_trace_as_json_is_the_traces_own_and_the_notes(capsys: Capture, sharing: Sharing) -> None:
    out = answer(capsys, "trace", SEED, "x=2", "y=3", f"--sharing={sharing}", "--json")
    own = Expression(SEED, sharing).trace({"x": 2, "y": 3}).to_dict()
    assert strict(out) == own | {"script": "plain", "notes": []}


@pytest.mark.parametrize("command", ["grad", "trace"])
@pytest.mark.parametrize(
    ("which", "script", "variables"),
    [("auto", "plain", ["ab"]), ("latex", "latex", ["a", "b"]), ("python", "python", ["ab"])],
)
def test_the_script_can_be_set_and_is_told(
    capsys: Capture, command: str, which: str, script: str, variables: list[str]
) -> None:
    words = [command, "ab", *(f"{name}=2" for name in variables), "--script", which]
    told = strict(answer(capsys, *words, "--json"))
    assert told["script"] == script
    assert list(told["at"]) == variables
    names = {"python": "Python", "latex": "LaTeX"}
    last = answer(capsys, *words).splitlines()[-1]
    assert (
        last.startswith(f"note: Read as {names[script]}") if script in names else "note" not in last
    )


@pytest.mark.parametrize("command", ["grad", "trace"])
def test_how_a_text_was_read_is_told(capsys: Capture, command: str) -> None:
    note = "xy is one name; for the product write x*y."
    words = [command, "x*y + xy", "x=2", "y=3", "xy=1"]
    assert strict(answer(capsys, *words, "--json"))["notes"] == [note]
    assert answer(capsys, *words).splitlines()[-1] == f"note: {note}"


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
        (["--", "-h", "h=2"], {"h": -1.0}),
        (["-h*h", "h=2"], {"h": -4.0}),
        (["--json", "--", "--json", "json=2"], {"json": 1.0}),
        (["-json", "json=2"], {"json": -1.0}),  # its name has a value
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
        (["-x y z", "x=1"],
         "-x y z\n ^^^\nan operator is missing here. For a product, write x*y\n"),
        (["x*y", "x=1"], "no value is given for 'y'\n"),
        (["x", "x=1", "q=2"], "'q' is not in the formula; its variables: 'x'.\n"),
        (["x", "x=one"],
         "x=one\n  ^^^\n'one' is a name, and a value is a number. "
         "Write one, as in 2.5, 1/2 or pi\n"),
        (["x", "x="], "x=\n  ^\na value is missing here. Write one, as in 2.5, 1/2 or pi\n"),
        (["x", "=1"], "=1\n^^\na name and its value are due here, as in x=2\n"),
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
    ("words", "message"),
    [
        (["grad"], "a formula is missing"),
        (["grad", "x", "x"], "'x' is not a value: write NAME=NUMBER, as in x=2"),
        (["grad", "x", "-1"], "'-1' is not a value: write NAME=NUMBER, as in x=2"),
        (["grad", "x*y", "x*y", "x=1"], "'x*y' is not a value"),
        (["grad", "x", "x=1", "--sharing", "uniqe"],
         "--sharing is one of none, variables, unique, not 'uniqe'. Did you mean unique?"),
        (["grad", "x", "--sharing"], "--sharing needs a value: --sharing HOW"),
        (["grad", "x", "--json=1"], "--json takes no value"),
        (["grad", "x*y", "x=1", "y=2", "--jsno"], "no option --jsno. Did you mean --json?"),
        (["grad", "--jsno", "x*y", "x=1", "y=2"], "no option --jsno. Did you mean --json?"),
        (["grad", "-json", "x=1"], "there is no option -json. Did you mean --json?"),
        (["grad", "--build", "x*y", "x=1"], "there is no option --build. There are --sharing,"),
        (["trace", "x", "x=1", "--biuld"], "there is no option --biuld. Did you mean --build?"),
        (["grad", "x", "-y"], "there is no option -y."),
        (["gradient", "x"], "there is no command 'gradient'. Did you mean grad?"),
        (["version"], "there is no command 'version'. Did you mean --version?"),
        (["help", "trcae"], "there is no command 'trcae'. Did you mean trace?"),
        (["-x^2", "x=3"], "For the gradient of a formula: qsts grad '-x^2' x=3"),
        (["x", "x=3"], "For the gradient of a formula: qsts grad x x=3"),
        (["completion"], "for which shell? One of bash, zsh, fish"),
        (["completion", "csh"], "for which shell? One of bash, zsh, fish"),
        (["cost", "--file", "no such file"], "no such file cannot be read: "),
        (["cost", "--file", "."], ". cannot be read: "),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)  # fmt: skip
def test_words_that_are_no_command_are_refused_with_a_way_out(
    capsys: Capture, words: list[str], message: str
) -> None:
    said = refusal(capsys, *words)
    assert message in said
    assert "qsts help" in said


@pytest.mark.parametrize("words", [[], ["help"], ["-h"], ["--help"]], ids=" ".join)
def test_help_names_every_command(capsys: Capture, words: list[str]) -> None:
    told = answer(capsys, *words)
    for command in COMMANDS:
        assert f"  {command.name} " in told
        assert command.examples[0][0] in told
    assert max(map(len, told.splitlines())) < 100


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_of_a_command_names_every_option(capsys: Capture, command: Command) -> None:
    told = answer(capsys, "help", command.name)
    assert told == answer(capsys, command.name, "--help") == answer(capsys, command.name, "-h")
    assert all(name in told for option in command.options for name in option.names)


@pytest.mark.parametrize("word", ["-V", "--version"])
def test_the_version_is_the_packages(capsys: Capture, word: str) -> None:
    assert answer(capsys, word) == f"qsts {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["grad", "--json", "x*y", "x=1", "y=2"],
        ["grad", "x*y", "--json", "x=1", "y=2"],
        ["grad", "x*y", "x=1", "--json", "y=2"],
        ["grad", "x*y", "x=1", "y=2", "--json"],
        ["--json", "grad", "x*y", "x=1", "y=2"],
        ["grad", "x*y", "x=1, y=2", "--json"],
        ["grad", "x*y", '{"x": 1, "y": "4/2"}', "--json"],
    ],
    ids=" ".join,
)
def test_options_stand_anywhere(capsys: Capture, words: list[str]) -> None:
    assert strict(answer(capsys, *words))["gradient"] == {"x": 2.0, "y": 1.0}


def test_a_formula_from_a_file_and_from_standard_input(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "+".join(["a_long_name"] * 12_000)  # a shell takes no word of more than 128 KiB
    file = tmp_path / "formula.txt"
    file.write_text(f"\ufeff{long}\n", encoding="utf-8")
    for words in (["--file", str(file)], [f"--file={file}"], ["-"], ["--file", "-"]):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{long}\n".encode())))
        assert strict(answer(capsys, "grad", *words, "a_long_name=2", "--json"))["value"] == 24_000
    assert "'x*y' is not a value" in refusal(capsys, "grad", "--file", str(file), "x*y")


def test_what_is_no_text_or_has_no_end_is_refused(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "formula.txt"
    file.write_bytes(b"\xff\xfe")
    assert "is no text of UTF-8" in refusal(capsys, "grad", "--file", str(file))
    monkeypatch.setattr(formulas, "MOST_BYTES", 1)
    assert "is too long: up to 1 bytes are read" in refusal(capsys, "grad", "--file", str(file))
    monkeypatch.setattr("sys.stdin", None)
    assert "standard input cannot be read: it is closed" in refusal(capsys, "grad", "-")


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


def test_a_double_dash_is_no_formula(capsys: Capture) -> None:
    assert strict(answer(capsys, "grad", "--", "-x", "x=1", "--json"))["expression"] == "-x"


def test_a_trace_fits_a_terminal(capsys: Capture) -> None:
    text = ";".join(["t=x*y", *["t=sin(t*x+y)*cos(t*y+x)"] * 4, "t"])
    lines = answer(capsys, "trace", text, "x=0.123456789", "y=2").splitlines()
    assert max(map(len, lines)) <= 80


def test_a_trace_may_begin_with_the_reset_of_the_run_before(capsys: Capture) -> None:
    words = ["trace", "x*x*y", "x=4", "y=1", "--after", "x=3,y=2"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "1     resets the 4 values and adjoints of the run at x=3, y=2\n" in out
    assert "\n2     z₁    4\n" in out
    assert main([*words, "--json"]) == 0
    trace = Expression("x*x*y").trace({"x": 4, "y": 1}, after={"x": 3, "y": 2})
    assert json.loads(capsys.readouterr().out)["steps"] == trace.to_dict()["steps"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--after", "y=3"], "--after: no value is given for 'x'"),
        (["--after", "x"], "--after: "),
        (["--after", "x=3", "--build"], "exclude each other"),
    ],
)
def test_a_state_before_that_cannot_be_is_refused(
    capsys: Capture, words: list[str], complaint: str
) -> None:
    assert main(["trace", "x*x", "x=4", *words]) == 2
    assert complaint in capsys.readouterr().err


def test_the_building_is_told_with_its_postfix_and_its_triples(capsys: Capture) -> None:
    lines = answer(capsys, "trace", SEED, "x=2", "y=3", "--build").splitlines()
    assert lines[:8] == [
        "postfix  x y + x x y + * +",
        "",
        "node  triple       stands for",
        "z₁                 x",
        "z₂                 y",
        "z₃    (+, z₁, z₂)  x + y",
        "z₄    (*, z₁, z₃)  x*(x + y)",
        "z₅    (+, z₃, z₄)  x + y + x*(x + y)",
    ]
    assert "20    z₃    looks up (+, z₁, z₂): seen before; stack: z₃ z₁ z₃" in lines
    steps = strict(answer(capsys, "trace", SEED, "x=2", "y=3", "--build", "--json"))["steps"]
    assert lines[-1].split()[:4] == [str(len(steps)), "z₃", "→", "z₂"]


def test_each_statement_has_its_postfix_and_nothing_is_looked_up_as_a_tree(capsys: Capture) -> None:
    text = "t = -x^2; t*t; " + "t" + "+t" * 60
    out = answer(capsys, "trace", text, "x=2", "--build", "--sharing", "none")
    assert out.startswith("postfix of t  x 2 ^ neg\npostfix       t t *\npostfix       t t + t +")
    assert "runs (neg, z₃): new" in out
    assert "looks up" not in out
    assert max(map(len, out.splitlines())) <= 80
