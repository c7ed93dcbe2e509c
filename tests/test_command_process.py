"""The command line as a process: its streams, its signals, its encodings; and the help's examples.

What needs no process of its own is in test_main.py.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from qsts_core.__main__ import main
from qsts_core.command.program import COMMANDS

SEED = "(x+y) + x*(x+y)"


def strict(text: str) -> Any:
    """Read JSON in which NaN and Infinity are errors."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


FORMULAS_OF_HELP = [
    example
    for command in COMMANDS
    if command.name in {"grad", "trace", "cost"}
    for example, _ in command.examples
    if "<" not in example
]


@pytest.mark.parametrize("example", FORMULAS_OF_HELP)
def test_examples_of_the_help_work_as_they_are_typed(
    capsys: pytest.CaptureFixture[str], example: str
) -> None:
    assert main(shlex.split(example)[1:]) == 0
    said = capsys.readouterr()
    assert said.out
    assert said.err == ""


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
    assert process.returncode == 141, "as of a program that SIGPIPE has ended"


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of a shell in which `qsts` is the program."""
    program = shlex.join([sys.executable, "-m", "qsts_core"])
    return subprocess.run(
        ["sh", "-c", f'qsts() {{ {program} "$@"; }}; {command}'],
        capture_output=True,
        check=False,
        env=os.environ | environment,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["grad x x=1", "trace x x=1 --json", "--version", "help"])
def test_a_full_disk_is_one_sentence(words: str) -> None:
    answered = shell(f"qsts {words} > /dev/full")
    assert answered.stderr == b"the output is not complete: No space left on device\n"
    assert answered.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="its shells close no stream")
def test_closed_streams_are_one_sentence() -> None:
    answered = shell("qsts grad x x=1 >&-")
    assert answered.stderr == b"nothing can be printed: standard output is closed\n"
    assert answered.returncode == 1
    assert shell("qsts grad 'x y' 2>&-").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGINT for one process")
def test_whoever_interrupts_it_sees_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "qsts_core", "grad", "-", "x=1"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stderr
        process.stdin.write(b"x")
        process.stdin.flush()
        wait_until_it_sleeps(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
    assert process.returncode == 130


def wait_until_it_sleeps(pid: int) -> None:
    """Wait until a process waits for its input, as the system tells; elsewhere for a while."""
    deadline = time.monotonic() + 60
    place = Path(f"/proc/{pid}/wchan")
    if not place.exists():
        time.sleep(3)
        return
    while time.monotonic() < deadline and "pipe" not in place.read_text():
        time.sleep(0.02)


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


def test_rows_are_told_apart_in_any_encoding() -> None:
    answered = shell("qsts grad 'α*β' α=1 β=2; qsts trace α α=1", PYTHONIOENCODING="ascii")
    assert (answered.returncode, answered.stderr) == (0, b"")
    assert answered.stdout.decode("ascii").splitlines()[:9] == [
        "value             2",
        "d/d\\u03b1         2",
        "d/d\\u03b2         1",
        "nodes, none       3",
        "nodes, variables  3",
        "nodes, unique     3",
        "node  stands for",
        "z1    \\u03b1",
        "",
    ]


def test_a_caret_stands_under_its_place_in_any_encoding() -> None:
    answered = shell("qsts grad 'α*(β γ)'", PYTHONIOENCODING="ascii")
    assert answered.stderr.decode("ascii").splitlines()[:2] == ["?*(? ?)", "   ^^^"]
