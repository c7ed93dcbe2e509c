"""Each kind of file, opened by what it is for, and its numbers held against the trace."""

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pygraphviz
import pytest

from qsts_core import ArgumentError, Expression, QstsError, Trace
from qsts_core.__main__ import main
from qsts_core.export.choices import Choices
from qsts_core.export.kinds import KINDS, make, save
from qsts_core.export.mermaid import MOST_EDGES
from qsts_core.export.plain import read_trace
from qsts_core.ops import OPERATIONS
from tests.export.hostile import HOSTILE, hostile

SEED = "(x+y) + x*(x+y)"
AT = {"x": 2.0, "y": 3.0}


def seed(**how: Any) -> Trace:
    return Expression(SEED).trace(AT, **how)


def text(trace: Trace, kind: str, **choices: Any) -> str:
    return make(trace, kind, Choices(**choices)).decode()


# JSON, and back


@pytest.mark.parametrize("how", [{}, {"build": True}, {"after": {"x": 1, "y": math.inf}}], ids=str)
def test_json_is_the_plain_form_and_is_read_back(how: dict[str, Any]) -> None:
    written = text(seed(**how), ".json")
    assert json.loads(written) == seed(**how).to_dict()
    assert read_trace(written) == seed(**how)


def test_numbers_that_are_not_finite_come_back() -> None:
    trace = Expression("log(x)/x").trace({"x": 0})
    assert read_trace(text(trace, ".json")) == trace


def changed(**fields: Any) -> str:
    return json.dumps(seed().to_dict() | fields)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("NaN", "NaN is none of its words"),
        ("[]", 'it has no number "schema"'),
        (changed(schema=99), "it is of schema 99, and this version of qsts reads up to 1"),
        (changed(steps={}), '"steps" is missing, or no list'),
        (changed(sharing="all"), "is none of none, variables, unique"),
        (changed(at={"x": "2", "y": 3}), "'2' is no number"),
        (changed(steps=[{"phase": "reset"}]), "not one value for each node"),
        (changed(steps=[]), "its 0 steps are not the 12 of its formula"),
        (changed(expression="x*y"), "steps are not the"),
        (changed(at={"x": 2, "y": 4}), 'step 2 is not that of its formula: "value" is 3.0'),
        (changed(at={"x": "HUGE"}).replace('"HUGE"', "9" * 100_000), "no value is given for 'y'"),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_trace_is_refused_with_a_reason(content: str, said: str) -> None:
    with pytest.raises(QstsError) as refused:
        read_trace(content)
    assert said in str(refused.value)


def test_what_is_too_large_is_refused_unread() -> None:
    with pytest.raises(ArgumentError, match="too large"):
        read_trace(b" " * 64_000_001)


# The table


def test_the_ledger_has_every_step_with_all_digits() -> None:
    trace = Expression("sin(x)/y").trace({"x": 0.1, "y": 3}, build=True)
    rows = list(csv.DictReader(io.StringIO(text(trace, ".csv"))))
    assert len(rows) == len(trace)
    for row, step in zip(rows, trace.to_dict()["steps"], strict=True):
        assert row["phase"] == step["phase"]
        for name in ("value", "local", "contribution", "after"):
            if name in step:
                assert float(row[name]) == step[name]


def test_no_spreadsheet_runs_a_text_of_the_ledger() -> None:
    rows = csv.DictReader(io.StringIO(text(Expression("-x").trace({"x": 1}), ".csv")))
    assert [row["text"] for row in rows] == ["x", "'-x", "'-x", "x"]


# The graph


def test_graphviz_reads_the_graph_with_both_edges() -> None:
    trace = Expression("x*x").trace({"x": 3})
    read = pygraphviz.AGraph(text(trace, ".dot", step=4))
    assert sorted(read.edges()) == [("z1", "z2"), ("z1", "z2")]
    assert read.get_node("z1").attr["label"] == r"x · z₁\nvalue 3\nadjoint 3 (1 of 2)"
    read.layout(prog="dot")


def test_graphviz_reads_hostile_names_as_labels() -> None:
    read = pygraphviz.AGraph(text(hostile(), ".dot"))
    assert len(read.nodes()) == 7
    svg = read.draw(format="svg", prog="dot").decode()
    assert "<img" not in svg
    assert "&lt;img" in svg


def test_mermaid_has_quoted_labels_and_its_own_limits() -> None:
    assert text(seed(), ".mmd", step=0).splitlines()[:3] == [
        "flowchart LR", '  z1["x #183; z₁"]', '  z2["y #183; z₂"]',
    ]  # fmt: skip
    long = Expression("+".join(["x"] * 300)).trace({"x": 1})
    with pytest.raises(ArgumentError, match=f"up to {MOST_EDGES} edges, and this graph has 598"):
        text(long, ".mmd")
    labels = [line.split('"')[1] for line in text(hostile(), ".mmd").splitlines() if '["' in line]
    assert len(labels) == 4
    assert not any(set("<>$`\\'") & set(label.replace("<br>", "")) for label in labels)


# The program


def ran(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "program"}
    exec(compile(source, "program.py", "exec"), space)
    return space


STATES = (0.3, -0.7, 0.0, -0.0, 2.0, 800.0, math.inf, math.nan)
FORMULAS = [
    row.name + "(x, y)" if row.arity == 2 else row.name + "(x)"
    for row in OPERATIONS.values()
    if row.precedence is None and not row.internal
]  # fmt: skip


@pytest.mark.parametrize(
    "formula",
    [
        *FORMULAS,
        "where(x > 0, sqrt(x), 0)*y + x",
        "t = 1/x; where(x >= 0 and x != y, t, y) + where(not x == 2 or y > 1, t*y, 2)",
        "(x < y) + (x <= y) - (x > y)*x",
        SEED,
        "x^y",
        "-x/y - (x - y)",
        "2^-x*pi",
        "x + 1e308*10",
        "3",
        "lambda*sin_y",
    ],
)
def test_the_program_gives_the_numbers_of_the_sweep_at_every_state(formula: str) -> None:
    e = Expression(formula)
    sweep = ran(text(e.trace(dict.fromkeys(e.variables, 0.5)), ".py"))["sweep"]
    for x in STATES:
        for y in STATES:
            trace = e.trace(dict(zip(e.variables, (x, y), strict=False)))
            value, gradient, adjoints = sweep(*trace.at.values())
            own = [it for it in trace.run.adjoints if it is not None]
            told = [value, *gradient.values(), *adjoints.values()]
            assert list(map(repr, told)) == list(
                map(repr, [trace.run.value, *trace.run.gradient().values(), *own])
            )


def test_a_tree_gives_the_sum_over_the_occurrences() -> None:
    trace = Expression(SEED, sharing="none").trace(AT)
    assert ran(text(trace, ".py"))["sweep"](2.0, 3.0)[1] == {"x": 8.0, "y": 3.0}


def test_the_program_runs_alone_and_prints_the_gradient(tmp_path: Path) -> None:
    save(seed(), tmp_path / "seed.py", Choices())
    words = [sys.executable, "-I", str(tmp_path / "seed.py")]
    printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert printed.split("\n") == ["value 15.0", "d/d x 8.0", "d/d y 3.0", ""]


def test_the_tests_pass_and_can_fail(tmp_path: Path) -> None:
    source = text(seed(), ".py", tests=True)

    def status(source: str) -> int:
        (tmp_path / "test_seed.py").write_text(source, encoding="utf-8")
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_seed.py"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True).returncode

    assert status(source) == 0
    assert status(source.replace("z3_bar += ", "z3_bar = ")) == 1


def test_hostile_texts_are_strings_in_the_program() -> None:
    space = ran(text(hostile(), ".py"))
    assert space["FORMULA"] == "\n".join(HOSTILE)
    assert space["sweep"](*space["AT"].values())[0] == 16.0


# Places


def test_an_ending_of_no_kind_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, said in (("a.dott", "Did you mean .dot?"), ("a", "the ending says which kind")):
        assert main(["export", "x", "x=1", "--to", str(tmp_path / name)]) == 2
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.csv").mkdir()
    for place in (tmp_path / "none" / "a.csv", tmp_path / "folder.csv"):
        assert main(["export", "x", "x=1", "--to", str(place)]) == 2
        assert f"{place} cannot be written: " in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_nothing_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a.csv"
    place.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArgumentError, match="No space left"):
        save(seed(), place, Choices())
    assert place.read_text() == "before"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_writes_what_save_writes(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / f"one{kind}", tmp_path / f"other{kind}"
    assert main(["export", SEED, "x=2", "y=3", "--to", str(one), "--step", "7"]) == 0
    assert KINDS[kind][1] in capsys.readouterr().out
    seed().save(other, step=7)
    assert one.read_bytes() == other.read_bytes()


def test_a_step_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", SEED, "x=2", "y=3", "--to", str(tmp_path / "a.dot"), "--step"]
    for step in ("13", "-1", "²", "all"):
        assert main([*words, step]) == 2
        assert "--step is a number from 0 to 12" in capsys.readouterr().err
    with pytest.raises(IndexError, match="no state after 13"):
        seed().save(tmp_path / "a.dot", step=13)


def test_play_prints_what_trace_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = str(tmp_path / "seed.json")
    seed(build=True).save(place)
    assert main(["trace", SEED, "x=2", "y=3", "--build"]) == 0
    shown = capsys.readouterr().out
    assert main(["play", place]) == 0
    assert capsys.readouterr().out == shown
    Path(place).write_text("{}")
    assert main(["play", place]) == 2
    assert (
        'seed.json is not played: it is no trace: it has no number "schema"'
        in capsys.readouterr().err
    )
