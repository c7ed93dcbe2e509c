"""`qsts app`: what its options become, and where the server listens."""

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from qsts_core.__main__ import main
from qsts_core.command import app, listening
from qsts_core.command.words import WordsError

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The settings with which the server would have been started."""
    all_settings: list[dict[str, str]] = []
    monkeypatch.setattr(app, "start", lambda settings, _: all_settings.append(dict(settings)))
    return all_settings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([], {}),
        (["--port", "8600"], {"server.port": "8600"}),
        (["--port=8600", "--host=localhost"],
         {"server.port": "8600", "server.address": "localhost"}),
        (["--no-browser"], {"server.headless": "true"}),
        (["--server.port=8600", "--theme.base", "dark"],
         {"server.port": "8600", "theme.base": "dark"}),
        (["--theme.base=dark", "--no-browser", "--port", "8600"],
         {"theme.base": "dark", "server.headless": "true", "server.port": "8600"}),
    ],
    ids=lambda part: " ".join(part),
)  # fmt: skip
def test_options_become_settings(words: list[str], settings: dict[str, str]) -> None:
    assert app.settings_of(app.APP.read(words)) == settings


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["8600"], "'8600' is no option"),
        (["--port", "8600", "x*y"], "'x*y' is no option"),
        (["--prot", "8600"], "there is no option --prot. Did you mean --port?"),
        (["--no-brwoser"], "Did you mean --no-browser?"),
        (["-p", "8600"], "there is no option -p. There are --port, --host, --no-browser, --"),
        (["--server.prot=8600"], "no option --server.prot. Did you mean --server.port?"),
        (["--server.port"], "--server.port needs a value"),
        (["--server.headless", "--port=8600"], "--server.headless needs a value"),
        (["--port"], "--port needs a value: --port PORT"),
        (["--no-browser=1"], "--no-browser takes no value"),
        (["--port", "99999"], "a port is a number up to 65,535, not '99999'"),
        (["--server.port=99999"], "a port is a number up to 65,535, not '99999'"),
        (["--port", "-1"], "a port is a number up to 65,535, not '-1'"),
        (["--port", "٨"], "a port is a number up to 65,535, not '٨'"),
        (["--host", "no such host", "--port", "8600"], "nothing can listen at 'no such host'"),
        (["--host", "192.0.2.1", "--port", "8600"], "nothing can listen at '192.0.2.1'"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)  # fmt: skip
def test_what_cannot_be_started_is_refused(
    capsys: Capture, started: list[dict[str, str]], words: list[str], message: str
) -> None:
    assert main(["app", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert not started


def test_a_taken_port_gives_way_to_the_next_free_one(
    capsys: Capture, started: list[dict[str, str]], taken: int
) -> None:
    assert main(["app", "--port", str(taken), "--host", "127.0.0.1"]) == 0
    [settings] = started
    assert int(settings["server.port"]) > taken
    assert settings["server.address"] == "127.0.0.1"
    told = f"port {taken} is taken: the app takes {settings['server.port']}\n"
    assert capsys.readouterr().err == told


def test_where_no_port_is_free_that_is_said(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST_TRIED", 1)
    with pytest.raises(WordsError, match=f"all ports of 127.0.0.1 from {taken} on are taken"):
        listening.find_place({"server.port": str(taken), "server.address": "127.0.0.1"})


def test_a_port_that_the_system_keeps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(WordsError, match="keeps port 80 to itself: take one from 1024 on"):
        listening.find_place({"server.port": "80"})


def test_a_port_is_taken_from_where_streamlit_takes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "nobody"))
    assert listening.find_place({}).asked == 8501
    file = tmp_path / ".streamlit" / "config.toml"
    file.parent.mkdir()
    file.write_text("[server]\nport = 0\naddress = '::1'\n")
    assert listening.find_place({})[:2] == ("127.0.0.1", 0), "the app's own address goes before"
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "0x")
    with pytest.raises(WordsError, match="not '0x'"):
        listening.find_place({})
    file.write_text("[server")
    monkeypatch.delenv("STREAMLIT_SERVER_PORT")
    with pytest.raises(WordsError, match=r"config\.toml cannot be read"):
        listening.find_place({})
