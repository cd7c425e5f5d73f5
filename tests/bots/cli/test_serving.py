"""`--without`, `--port-of` and `--cors-origin`: which interfaces for tasks are served, where, and to whose pages."""

import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main, serve
from tasktalk.bots.dialects.mounting import CHAT, EVERY, Serving
from tests.bots.cli.test_serve import served
from tests.patience import PATIENCE

HOSTING = (Path(__file__).parents[3] / "docs" / "HOSTING.md").read_text(encoding="utf-8")


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["serve", "--port", "1", *arguments])
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--without", "chatbotkti"], "there is no interface for tasks 'chatbotkti'; did you mean chatbotkit?"),
        (["--without", "xyz"], "there is no interface for tasks 'xyz'; there are general_bots, "),
        (["--port-of", "chatbotkti=1"], "there is no interface for tasks 'chatbotkti'; did you mean chatbotkit?"),
        (["--port-of", "chatbotkit"], "expected DIALECT=PORT, such as bytebot=9991, got 'chatbotkit'"),
        (["--port-of", "chatbotkit=70000"], "expected the port of chatbotkit to be 0 to 65535, got '70000'"),
        (["--port-of", "chatbotkit=x"], "expected the port of chatbotkit to be 0 to 65535, got 'x'"),
        (["--port-of", "chatbotkit=2", "--port-of", "chatbotkit=3"], "chatbotkit has one port only, got 2 and 3"),
        (
            ["--port-of", "chatbotkit=2", "--port-of", "general_bots=2"],
            "--port-of chatbotkit and --port-of general_bots are both 2: give each a port of its own",
        ),
        (["--port-of", "chatbotkit=1"], "--port and --port-of chatbotkit are both 1: give each a port of its own"),
        (
            ["--without", "chatbotkit", "--port-of", "chatbotkit=2"],
            "--without chatbotkit and --port-of chatbotkit: leave one of the two out",
        ),
        (["--cors-origin", "*"], "any page could use the tasks of whoever reads it: name the sites, one by one"),
        (["--cors-origin", "desk.example.org"], "expected a site such as https://desk.example.org"),
        (["--cors-origin", "https://desk.example.org/path"], "expected a site such as https://desk.example.org"),
        (["--cors-origin", "null"], "expected a site such as https://desk.example.org"),
        (
            ["--cors-origin", "chatbotkti=https://a.example"],
            "there is no interface for tasks 'chatbotkti'; did you mean",
        ),
    ],
)
def test_x_05_06_what_is_wrong_is_said(arguments: list[str], message: str) -> None:
    code, err = said(*arguments)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "serving"),
    [
        ([], Serving([], {}, {})),
        (["--without", "General-Bots", "--without", "chatbotkit"], Serving(["general_bots", "chatbotkit"], {}, {})),
        (["--port-of", "chatbotkit=9991"], Serving([], {"chatbotkit": 9991}, {})),
        (
            ["--port-of", "chatbotkit=0", "--port-of", "general_bots=0", "--port", "0"],
            Serving([], {"chatbotkit": 0, "general_bots": 0}, {}),
        ),
        (
            ["--cors-origin", "https://Desk.example.org/", "--cors-origin", "chatbotkit=http://localhost:5173"],
            Serving([], {}, {EVERY: ["https://desk.example.org"], "chatbotkit": ["http://localhost:5173"]}),
        ),
        (["--cors-origin", "chat=https://www.example.com"], Serving([], {}, {CHAT: ["https://www.example.com"]})),
    ],
)
def test_x_05_06_what_is_said_is_what_is_served(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], serving: Serving
) -> None:
    served: list[Serving] = []
    monkeypatch.setattr(serve, "run", lambda *_, serving, **__: served.append(serving))
    assert said(*arguments) == (0, "")
    assert served == [serving]


def test_x_05_a_port_that_is_taken_is_named_with_its_option(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(
            main,
            ["serve", "--db", str(tmp_path / "x.db"), "--port", "0", "--port-of", f"chatbotkit={port}"],
        )
    assert result.exit_code == 1
    assert f"port {port} of 127.0.0.1 is in use" in result.stderr
    assert "give another with --port-of chatbotkit=" in result.stderr
    assert not (tmp_path / "x.db").exists()


def test_x_05_a_dialect_listens_at_its_own_port(tmp_path: Path) -> None:
    (tmp_path / "bots" / "ask").mkdir(parents=True)
    (tmp_path / "bots" / "ask" / "start.bas").write_text('HEAR x WITH "Who?"\n', encoding="utf-8")
    with served(tmp_path / "bots", "--port-of", "chatbotkit=0", "--without", "general_bots") as (_, lines, url):
        [told] = [line for line in lines if line.startswith("Tasks API")]
        own = told.removeprefix("Tasks API of chatbotkit alone: ")
        assert own.startswith("http://127.0.0.1:")
        assert [status(own, "/api/v1/task/list"), status(own, "/chat/ask"), status(own, "/gb/docs")] == [401, 404, 404]
        assert [status(url, "/api/v1/task/list"), status(url, "/chat/ask"), status(url, "/gb/docs")] == [401, 200, 404]


def status(url: str, path: str) -> int:
    """What a request for it is answered with."""
    try:
        with urllib.request.urlopen(url + path, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_the_options_are_in_the_manual() -> None:
    for option in ("--without", "--port-of", "--cors-origin"):
        assert f"`serve {option} " in " ".join(HOSTING.split())
