"""`tasktalk serve` as a process: what it prints, how it ends, and what it says when it cannot begin."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.cli._hosting import passwords
from tasktalk.bots.cli.serve import _welcome
from tasktalk.runtime.bots import Bots
from tests.ordinary import as_ordinary_user
from tests.patience import PATIENCE

SERVE = [sys.executable, "-m", "tasktalk.bots.cli", "serve"]


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    (tmp_path / "bots" / "ask").mkdir(parents=True)
    (tmp_path / "bots" / "ask" / "start.bas").write_text('HEAR x WITH "Who?"\nTALK "Hello, ${x}."\n', encoding="utf-8")
    return tmp_path / "bots"


@contextmanager
def served(bots: Path, *options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], list[str], str]]:
    """The process, what it printed before it served, and its address."""
    command = [*SERVE, "--bots", str(bots), "--db", str(bots.parent / "talks.db"), "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    assert process.stdout
    lines: list[str] = []
    try:
        while not lines or lines[-1] != "Ctrl-C stops it.":
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            lines.append(line.rstrip("\n"))
        yield process, lines, lines[1].split()[1].removesuffix("/chat/ask")
    finally:
        process.kill()
        process.communicate()


def post(url: str, body: object) -> object:
    request = urllib.request.Request(url, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def cannot(bots: Path, *options: str) -> tuple[int, str]:
    command = [*SERVE, "--bots", str(bots), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=bots.parent)
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_to_talk_and_stops_cleanly(bots: Path, number: signal.Signals) -> None:
    with served(bots) as (process, lines, url):
        assert lines == [
            f"TaskTalk serves 1 bot from {bots}:",
            f"  ask  {url}/chat/ask",
            f"Webhooks: POST {url}/webhook/BOT",
            f"Tasks API: {url}/api/v1/tasks (make a token with: tasktalk token create)",
            f"Database: {bots.parent / 'talks.db'} (new)",
            "Ctrl-C stops it.",
        ]
        answer = post(f"{url}/webhook/ask", {"contact": "ana", "text": "hi", "message_id": "1"})
        assert answer == {"replies": [{"text": "Who?"}]}
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, err.count("\n")) == (0, "", 1)
        assert err.endswith(" INFO tasktalk.server: Stopping …\n")


def test_a_talk_goes_on_after_a_restart(bots: Path) -> None:
    with served(bots) as (process, _, url):
        post(f"{url}/webhook/ask", {"contact": "ana", "text": "hi", "message_id": "1"})
        process.kill()
    with served(bots) as (_, _, url):
        answer = post(f"{url}/webhook/ask", {"contact": "ana", "text": "Ana", "message_id": "2"})
        assert answer == {"replies": [{"text": "Hello, Ana."}]}


def test_a_script_with_mistakes_is_shown_and_the_others_serve(bots: Path) -> None:
    (bots / "broken").mkdir()
    (bots / "broken" / "start.bas").write_text("IF 1 THEN\n", encoding="utf-8")
    with served(bots) as (process, _, url):
        body = {"contact": "ana", "text": "hi", "message_id": "1"}
        assert post(f"{url}/webhook/ask", body) == {"replies": [{"text": "Who?"}]}
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
    assert "broken/start.bas:1:1: error: " in err
    assert "    1 | IF 1 THEN\n      | ^" in err


def test_a_script_that_may_not_be_read_is_shown_and_the_others_serve(
    bots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bots / "closed").mkdir()
    (bots / "closed" / "start.bas").touch(0)
    loaded = as_ordinary_user(lambda: Bots.load(bots, language()))
    _welcome(loaded, bots, "http://here", {}, takes_webhooks=True)
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "  ask     http://here/chat/ask",
        "  closed  http://here/chat/closed  (a script cannot be read: see above)",
    ]


def test_a_folder_of_scripts_that_is_no_bot_is_told(bots: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bots / "tell").mkdir()
    (bots / "tell" / "main.bas").touch()
    _welcome(Bots.load(bots, language()), bots, "http://here", {}, takes_webhooks=True)
    assert capsys.readouterr().out.splitlines()[1:3] == [
        "  ask  http://here/chat/ask",
        "  tell is not served: a bot begins with start.bas, which is not there",
    ]


def test_a_bot_that_is_taken_for_the_folder_of_bots_shows_the_way_out(
    bots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = bots / "ask"
    (bot / "parts").mkdir()
    (bot / "parts" / "main.bas").touch()
    _welcome(Bots.load(bot, language()), bot, "http://here", {}, takes_webhooks=True)
    shown = capsys.readouterr().out
    assert f"none yet; this folder is a bot itself: serve --bots {bots.resolve()}" in shown
    assert "is not served" not in shown


def test_webhooks_are_off_beyond_loopback_without_a_secret(bots: Path) -> None:
    with served(bots, "--host", "0.0.0.0") as (_, lines, _):
        off = "Webhooks are off: others than this machine reach the server, and TASKTALK_WEBHOOK_SECRET is not set."
        assert off in lines
    with served(bots, "--host", "0.0.0.0", TASKTALK_WEBHOOK_SECRET="sesame") as (_, lines, url):
        assert f"Webhooks: POST {url}/webhook/BOT" in lines


def test_webhooks_are_off_for_the_world_without_a_secret(bots: Path) -> None:
    (bots.parent / "tasktalk.toml").write_text('public_url = "https://bots.example.com"\n', encoding="utf-8")
    with served(bots, "--config", str(bots.parent / "tasktalk.toml")) as (_, lines, _):
        off = "Webhooks are off: others than this machine reach the server, and TASKTALK_WEBHOOK_SECRET is not set."
        assert off in lines


def test_its_log_in_json_is_one_object_a_line(bots: Path) -> None:
    (bots / "ask" / "start.bas").write_text('PRINT "begun"\nHEAR x AS PASSWORD\nTHROW "no: " + x\n', encoding="utf-8")
    with served(bots, "--log", "json") as (process, _, url):
        post(f"{url}/webhook/ask", {"contact": "ana", "text": "hi", "message_id": "1"})
        post(f"{url}/webhook/ask", {"contact": "ana", "text": "correct horse", "message_id": "2"})
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
    assert "correct horse" not in err
    printed, failed, stopping = (json.loads(line) for line in err.splitlines())
    assert (stopping["logger"], stopping["message"]) == ("tasktalk.server", "Stopping …")
    assert (printed["message"], printed["bot"], printed["script"]) == ("ask/start.bas: begun", "ask", "start.bas")
    assert failed["conversation"] == printed["conversation"]
    assert (failed["level"], failed["logger"]) == ("error", "tasktalk.turn")


def test_what_keeps_it_from_starting_is_json_too(bots: Path, tmp_path: Path) -> None:
    problem = "a file has one process, which is tasktalk serve: a worker needs --db postgresql://…"
    for command, db, said in (
        ("serve", str(tmp_path), f"cannot open the database {tmp_path}: it is a folder"),
        ("worker", str(tmp_path / "talks.db"), problem),
    ):
        command_line = [*SERVE[:-1], command, "--bots", str(bots), "--db", db, "--log", "json"]
        done = subprocess.run(command_line, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        told = json.loads(done.stderr)
        assert (told["level"], told["logger"], told["message"]) == ("critical", "tasktalk.server", said)


def test_the_log_in_json_has_what_nobody_foresaw() -> None:
    script = (
        "import warnings; from tasktalk.bots.cli._log import logged\n"
        "with logged('json', (), ()):\n"
        "    warnings.warn('look out')\n"
        "    raise {}\n"
    )
    for error, message in (("ValueError('odd')", "the server has failed"), ("KeyboardInterrupt", "stopped at once")):
        command = [sys.executable, "-c", script.format(error)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        warned, failed = (json.loads(line) for line in done.stderr.splitlines())
        assert (done.returncode, warned["logger"], failed["message"]) == (1, "py.warnings", message)
        assert "look out" in warned["message"]
        assert ("ValueError: odd" in failed.get("trace", "")) == error.startswith("ValueError")


def test_metrics_have_a_secret_of_their_own(bots: Path) -> None:
    with served(bots, "--host", "0.0.0.0", TASKTALK_WEBHOOK_SECRET="one", TASKTALK_METRICS_SECRET="two") as (_, _, url):
        statuses = []
        for secret in ("one", "two"):
            request = urllib.request.Request(f"{url}/metrics", headers={"Authorization": f"Bearer {secret}"})
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    statuses.append(answer.status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)
                error.close()
    assert statuses == [401, 200]


def test_the_metrics_library_is_loaded_by_the_server_alone() -> None:
    script = "import sys, tasktalk.bots.cli.run, tasktalk.runtime.engine; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("talks.db", set()),
        ("postgresql://db.example/talks", set()),
        ("postgresql://bo@db.example/talks", set()),
        ("postgresql://bo:p%3Ass@db.example/talks", {"p%3Ass", "p:ss"}),
    ],
)
def test_the_databases_password_is_known_to_the_log(url: str, expected: set[str]) -> None:
    assert passwords(url) == expected


@pytest.mark.parametrize("word", ["--port", "PORT="])
def test_a_port_in_use(bots: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """The way out is the one of whoever started it: `make run` has another word for the option."""
    if word != "--port":
        monkeypatch.setenv("TASKTALK_PORT_WORD", word)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, err = cannot(bots, "--port", str(port))
    assert code == 1
    assert err == (
        f"Error: port {port} of 127.0.0.1 is in use: stop the program that has it, or give another with {word}\n"
    )


def test_an_address_that_is_not_here(bots: Path) -> None:
    code, err = cannot(bots, "--host", "203.0.113.1", "--port", "0")
    assert code == 1
    assert err.startswith("Error: cannot listen at 203.0.113.1, port 0: ")


def test_databases_that_cannot_be_used(bots: Path, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database\n" * 100, encoding="utf-8")
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    newer.execute("INSERT INTO alembic_version VALUES ('of-the-future')")
    newer.commit()
    newer.close()
    for name in ("text.db", "newer.db"):
        code, err = cannot(bots, "--port", "0", "--db", str(tmp_path / name))
        assert code == 1, name
        assert err.startswith("Error: "), name
        assert err.count("\n") == 1, name
        assert str(tmp_path / name) in err, name


def test_a_second_server_on_one_database(bots: Path) -> None:
    with served(bots):
        code, err = cannot(bots, "--port", "0", "--db", str(bots.parent / "talks.db"))
    assert code == 1
    assert err.startswith("Error: another tasktalk is serving the database")


def test_what_runs_beside_a_server_on_one_file(bots: Path) -> None:
    database = bots.parent / "talks.db"
    with served(bots) as (_, _, url):
        worker = [*SERVE[:-1], "worker", "--bots", str(bots), "--db", str(database)]
        done = subprocess.run(worker, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert (
            done.stderr
            == "Error: a file has one process, which is tasktalk serve: a worker needs --db postgresql://…\n"
        )
        run = [*SERVE[:-1], "run", str(bots / "ask" / "start.bas")]  # on a database of its own
        done = subprocess.run(run, input="Ana\n", capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stdout) == (0, "Who?\nHello, Ana.\n")
        answer = post(f"{url}/webhook/ask", {"contact": "ana", "text": "hi", "message_id": "1"})
        assert answer == {"replies": [{"text": "Who?"}]}


def test_a_folder_that_is_none(bots: Path) -> None:
    assert cannot(bots / "nowhere", "--port", "0")[0] == 2
