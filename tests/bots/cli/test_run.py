"""`tasktalk run`: a talk through pipes, as JSON, and with somebody at a terminal."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pexpect.fdpexpect import fdspawn

from tests.patience import PATIENCE

RUN = [sys.executable, "-m", "tasktalk.bots.cli", "run"]
ASKING = 'PRINT "for me"\nn = HEAR "How many?" AS INTEGER\nTALK "Twice: ${n * 2}\\nThat is all."\n'


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "talk.bas"


def run(script: Path, source: str, answers: str = "", *options: str) -> tuple[int, str, str]:
    script.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [*RUN, str(script), *options], input=answers, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_lines_in_lines_out(script: Path) -> None:
    code, out, err = run(script, ASKING, "three\n3\nnobody hears this\n")
    assert out == "How many?\nPlease answer with a whole number, such as 3.\nTwice: 6\\nThat is all.\n"
    assert (code, err) == (0, "log: for me\n")


def test_a_script_may_be_called_anything(tmp_path: Path) -> None:
    assert run(tmp_path / "talk.txt", 'TALK "hi"\n') == (0, "hi\n", "")


def test_the_input_ends_too_soon(script: Path) -> None:
    code, out, err = run(script, ASKING, "three\n")
    assert out == "How many?\nPlease answer with a whole number, such as 3.\n"
    assert (code, err) == (3, "log: for me\nthe input has ended, but the script waits for an answer\n")


def test_a_question_with_a_timeout_goes_on_without_an_answer(script: Path) -> None:
    source = 'HEAR x WITH "a?" TIMEOUT 2 DAYS\nTALK TIMEDOUT\nHEAR y WITH "b?" TIMEOUT 3 DAYS\nTALK TIMEDOUT\n'
    code, out, err = run(script, source, "yes\n", "--fast")
    assert (code, out.split()) == (0, ["a?", "false", "b?", "true"])
    assert err.startswith("(3 days pass")


def test_a_timeout_ends_the_wait_for_the_input(script: Path) -> None:
    script.write_text("HEAR x TIMEOUT 1\nTALK TIMEDOUT\n", encoding="utf-8")
    with subprocess.Popen([*RUN, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as talk:
        assert talk.stdout is not None
        assert talk.stdout.read() == "true\n"  # though the input is still open
        assert talk.wait(20) == 0


def test_events_as_json(script: Path) -> None:
    ask = 'x = HEAR "Sure?" AS MENU "Yes", "No"\n'
    source = ask + 't = CREATE TASK "Call Ana" PRIORITY "high"\nWAIT 2 DAYS\nTALK x\nRETURN 7\n'
    code, out, err = run(script, source, "y\n", "--json", "--fast")
    events = [json.loads(line) for line in out.splitlines()]
    offers = [{"value": "Yes", "label": "Yes"}, {"value": "No", "label": "No"}]
    assert [event["type"] for event in events] == ["talk", "hear", "task", "wait", "talk", "end"]
    assert events[0] == {"type": "talk", "text": "Sure?", "suggestions": offers}
    assert events[1] == {"type": "hear", "suggestions": offers}
    assert (events[2]["event"], events[2]["title"], events[2]["priority"]) == ("task_created", "Call Ana", "high")
    assert events[2]["changes"]["priority"] == [None, "high"]
    assert events[2]["id"].startswith("tsk_")
    assert events[3]["seconds"] == pytest.approx(172800, abs=5)
    assert (events[4]["text"], events[5]["value"]) == ("Yes", 7)
    assert (code, err) == (0, "")


def test_an_error_is_shown_with_its_caret(script: Path) -> None:
    code, out, err = run(script, 'TALK "a"\nHEAR x\nTALK "b"\nTALK x / 0\n', "1\n")
    assert (code, out) == (1, "a\n")
    assert err.startswith(f"(undone) b\n{script}:4:6: error: ")
    assert "[division-by-zero]\n    4 | TALK x / 0\n      |      ^" in err


def test_choices_are_shown_beside_the_talk(script: Path) -> None:
    code, out, err = run(script, 'HEAR size AS "small", "large" WITH "Which?"\nTALK size\n', "2\n")
    assert (code, out, err) == (0, "Which?\nlarge\n", "[small]  [large]\n")


def test_help_tells_what_stands_beside_the_talk() -> None:
    shown = subprocess.run([*RUN, "--help"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    assert {"log:", "(undone)", "[small]"} <= set(shown.replace('"', " ").split())


def test_an_error_as_json(script: Path) -> None:
    code, out, err = run(script, "TALK 1 / 0\n", "", "--json")
    [event] = map(json.loads, out.splitlines())
    assert (code, event["type"], event["code"], event["line"], err) == (1, "error", "division-by-zero", 1, "")


def test_a_script_with_mistakes(script: Path) -> None:
    code, out, err = run(script, "IF 1 THEN\n")
    assert (code, out) == (1, "")
    assert err.startswith(f"{script}:1:1: error: ")
    code, out, err = run(script, "GOTO nowhere\n", "", "--json")
    event = json.loads(out)
    assert (code, event["type"], event["code"], event["path"]) == (1, "error", "unknown-label", str(script))


def test_what_may_fail_later_is_told_first(script: Path) -> None:
    code, out, err = run(script, 'total = 1\nTALK "Total: ", totl\n')
    assert (code, out) == (0, "Total: \n")
    assert err.startswith(f"{script}:2:17: warning: there is no variable 'totl' here  [unknown-name]")
    assert "did you mean 'total'?" in err


def test_usage(tmp_path: Path) -> None:
    for wrong in ([str(tmp_path / "nowhere.bas")], [str(tmp_path)], []):
        assert subprocess.run([*RUN, *wrong], capture_output=True, timeout=PATIENCE, check=False).returncode == 2


def test_a_wait_is_told_and_ctrl_c_ends_it(script: Path) -> None:
    script.write_text('TALK "later"\nWAIT 1 HOURS\n', encoding="utf-8")
    with subprocess.Popen([*RUN, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "later\n"
        assert process.stderr.readline().startswith("(the script waits 60 minutes, until ")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, "\nStopped.\n")


def test_a_short_wait_on_the_real_clock(script: Path) -> None:
    assert run(script, 'WAIT 0.2\nTALK "now"\n') == (0, "now\n", "")


@contextmanager
def terminal(script: Path) -> Iterator[tuple[fdspawn, subprocess.Popen[bytes]]]:
    """The talk at a terminal of its own: what stands there, and the process."""
    ours, theirs = pty.openpty()
    # Not pexpect.spawn: it forks this process in Python, and other tests have threads.
    with subprocess.Popen(
        [*RUN, str(script)], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        shown = fdspawn(ours, timeout=PATIENCE, encoding="utf-8")
        try:
            yield shown, process
        finally:
            process.kill()
            shown.close()


def test_at_a_terminal(script: Path) -> None:
    script.write_text('x = HEAR "Which size?" AS "small", "large"\nTALK "So " + x\n', encoding="utf-8")
    with terminal(script) as (shown, process):
        shown.expect(r"Which size\?")
        shown.expect(r"\[small\]  \[large\]")
        shown.expect("you ")
        shown.send("lar\r")
        shown.expect("So large")
        assert process.wait(30) == 0


@pytest.mark.parametrize(("key", "code", "told"), [("\x03", 130, "Stopped."), ("\x04", 3, "the input has ended")])
def test_ctrl_c_and_ctrl_d_at_a_terminal(script: Path, key: str, code: int, told: str) -> None:
    script.write_text('HEAR x WITH "Well?"\n', encoding="utf-8")
    with terminal(script) as (shown, process):
        shown.expect("you ")
        shown.expect("you ")  # drawn once more: from now on keys are read
        shown.send(key)
        shown.expect(told)
        assert process.wait(30) == code


def test_a_schedule_that_is_none_is_told_first(script: Path) -> None:
    code, out, err = run(script, 'SET SCHEDULE "weekdays"\nTALK "hi"\n')
    assert (code, out) == (0, "hi\n")
    assert 'talk.bas:1:1: warning: "weekdays" is no schedule  [invalid-schedule]' in err
    assert "say at what time" in err


def test_a_question_mark_prints(script: Path) -> None:
    code, out, err = run(
        script, '? "a"; 1\nx = 5: ?x\n10 IF x = 5 THEN ? "five" ELSE ? "not"\nTALK x = 5 ? "yes" : "no"\n'
    )
    assert (code, out, err) == (0, "yes\n", "log: a1\nlog: 5\nlog: five\n")


def test_a_keyword_that_is_not_there_yet_fails_where_it_stands(script: Path) -> None:
    source = 'TRY\n  BEGIN MAIL "a@b.c"\nHello\n  END MAIL\nCATCH e\n  TALK e.code, ": ", e.message\nEND TRY\n'
    code, out, err = run(script, source)
    what = "SEND MAIL is a keyword of General Bots that TaskTalk does not have yet"
    assert (code, out) == (0, f"unknown-keyword: {what}\n")
    assert f"talk.bas:2:3: warning: {what}  [unknown-keyword]" in err


TAKING = (
    'PARAM name AS TEXT REQUIRED\nPARAM age AS INTEGER\nPARAM pet\nTALK "${name} ${age} ${pet.name}"\nHEAR x\nTALK x\n'
)


def test_what_a_script_takes_is_given_by_name(script: Path) -> None:
    code, out, err = run(script, TAKING, "on\n", "NAME=Ana", "age=3", 'pet={"name": "Rex"}')
    assert (code, out, err) == (0, "Ana 3 Rex\non\n", "")


def test_what_a_script_takes_is_checked(script: Path) -> None:
    code, out, err = run(script, TAKING, "", "name=Ana", "age=old")
    assert (code, out) == (1, "")
    assert "talk.bas:2:7: error: expected age to be a whole number, got 'old'  [invalid-argument]" in err
    takes = (
        "This script takes name=… (a text), age=… (a whole number, may be left out), pet=… (given, may be left out)."
    )
    assert err.endswith(takes + "\n")
    assert run(script, TAKING)[2].endswith(takes + "\n")
    assert "there is no parameter 'nam'" in run(script, TAKING, "", "nam=Ana")[2]
    code, _, err = run(script, TAKING, "", "Ana")
    assert code == 2
    assert "write 'Ana' as NAME=VALUE" in err


@contextmanager
def shop() -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A service on loopback that takes orders: its address, and what it was asked."""
    seen: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Idempotency-Key"], body))
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"id": 7}')

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            serving.join()


def test_it_asks_services_but_private_ones_only_if_they_are_allowed(script: Path) -> None:
    with shop() as (address, seen):
        source = f'x = POST "{address}/orders", {{a: 1}}\nTALK x.id\n'
        code, out, err = run(script, source)
        assert (code, out, seen) == (1, "", [])
        assert "127.0.0.1 is an address inside of the server's own network" in err
        assert run(script, source, "", "--allow-private", "127.0.0.1") == (0, "7\n", "")
        [(path, key, body)] = seen
        assert (path, len(key), body) == ("/orders", 32, b'{"a": 1}')


@pytest.mark.parametrize("host", ["http://127.0.0.1", "a/b", "", "a b", "user@host"])
def test_a_private_host_that_is_none(script: Path, host: str) -> None:
    code, _, err = run(script, 'TALK "hi"\n', "", "--allow-private", host)
    assert code == 2
    assert "expected a host such as intranet or 10.0.0.7:8080" in err
