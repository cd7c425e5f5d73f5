"""The server's log: what it is about is told with it, and no secret is in it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tasktalk.bots.watch.logs import Hiding, JsonLines, Text
from tasktalk.runtime.about import HIDDEN, about
from tests.stage import Stage

SECRET = "correct horse"
LOGIN = """
HEAR secret AS PASSWORD WITH "Password?"
%s
TALK "Thank you."
HEAR more
%s
"""


class Written(io.StringIO):
    """What a handler wrote."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of a log in JSON."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@contextmanager
def logged(formatter: logging.Formatter) -> Iterator[Written]:
    """What we log meanwhile, down to the least."""
    written, root = Written(), logging.getLogger("tasktalk")
    handler, before = logging.StreamHandler(written), root.level
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


@pytest.fixture
def written() -> Iterator[Written]:
    with logged(JsonLines(Hiding([]))) as found:
        yield found


@pytest.fixture(params=[Text, JsonLines])
def form(request: pytest.FixtureRequest) -> type[Text] | type[JsonLines]:
    chosen: type[Text | JsonLines] = request.param
    return chosen


async def test_each_line_of_a_turn_tells_what_it_is_about(stage: Stage, written: Written) -> None:
    stage.write('PRINT "one"\nHEAR x\nPRINT "two"\nTHROW "no"\n')
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.answer(receipt)
    await stage.say("go on")
    found = [line for line in written.lines if line["logger"] in {"tasktalk.script", "tasktalk.turn"}]
    assert [line["message"] for line in found][:2] == ["helper/start.bas: one", "helper/start.bas: two"]
    for line in found:
        assert (line["bot"], line["script"]) == ("helper", "start.bas")
        assert line["conversation"] == receipt.conversation_id
    turns = [line["turn"] for line in found]
    assert turns[0] != turns[1] == turns[2]
    [failed] = [line for line in found if line["level"] == "error"]
    assert failed["turn"][-8:].upper() in failed["message"]


async def test_no_turn_is_told_of_where_none_is_under_way(stage: Stage, written: Written) -> None:
    stage.write("TALK 1")
    await stage.open()
    await stage.say("hi")
    logging.getLogger("tasktalk.engine").info("between two turns")
    [line] = [line for line in written.lines if line["message"] == "between two turns"]
    assert line.keys() == {"at", "level", "logger", "message"}


async def test_text_has_it_in_brackets_and_the_message_as_it_is() -> None:
    with logged(Text(Hiding([]))) as written, about(conversation="cnv_1", bot="ask"):
        logging.getLogger("tasktalk.turn").info("ask/start: hello\n  world")
    assert written.getvalue().endswith(" INFO tasktalk.turn [conversation=cnv_1 bot=ask]: ask/start: hello\n  world\n")


@pytest.mark.parametrize(
    "line",
    ['THROW "wrong: " + secret', "x = CHR(secret)", 'PRINT "it is ${secret}"\nTHROW "no"', "x = secret - 1"],
)
@pytest.mark.parametrize("is_later", [False, True])
async def test_a_password_is_in_no_log_and_in_no_error(
    stage: Stage, form: type[Text] | type[JsonLines], line: str, *, is_later: bool
) -> None:
    stage.write(LOGIN % (("", line) if is_later else (line, "")))
    await stage.open()
    with logged(form(Hiding([]))) as written:
        await stage.say("hi")
        await stage.say(SECRET)
        if is_later:
            await stage.say("and now?")
        await stage.engine.settle()  # the answer may be found by looking, before the turn is told of
    assert stage.reports[-1].status == "failed"
    assert "failed" in written.getvalue()
    for kept in (written.getvalue(), str(stage.reports[-1].error), str(await stage.rows("event"))):
        assert SECRET not in kept
    for table in ("session", "message", "run", "event"):
        assert SECRET not in str(await stage.rows(table)), table


async def test_a_fault_of_ours_does_not_tell_it_either(
    stage: Stage, form: type[Text] | type[JsonLines], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object, text: str) -> None:
        raise ValueError(f"cannot do anything with {text}")

    monkeypatch.setattr("tasktalk.runtime.turn.Turn.say", breaks)
    stage.write('HEAR secret AS PASSWORD\nTALK "You said ${secret}."\n')
    await stage.open()
    with logged(form(Hiding([]))) as written:
        await stage.receive("hi")
        await stage.engine.settle()
        await stage.receive(SECRET)
        await stage.engine.settle()
    assert f"cannot do anything with You said {HIDDEN}." in written.getvalue()
    assert SECRET not in written.getvalue()


async def test_a_short_secret_hides_itself_and_not_the_whole_text(stage: Stage, written: Written) -> None:
    stage.write('HEAR secret AS PASSWORD\nPRINT "a cat: ${secret}"\n')
    await stage.open()
    await stage.say("hi")
    await stage.say("a")
    assert f"helper/start.bas: {HIDDEN} cat: {HIDDEN}" in [line["message"] for line in written.lines]


async def test_the_secret_of_one_talk_is_no_secret_in_another(stage: Stage, written: Written) -> None:
    stage.write("HEAR secret AS PASSWORD\nPRINT secret\nHEAR word\nPRINT word\n")
    await stage.open()
    for contact, words in {"ana": ("mango", "mango"), "bob": ("papaya", "mango")}.items():
        for word in ("hi", *words):
            await stage.say(word, contact)
    printed = [
        line["message"].removeprefix("helper/start.bas: ") for line in written.lines if "helper/" in line["message"]
    ]
    assert printed == [HIDDEN, HIDDEN, HIDDEN, "mango"]


def test_the_servers_own_secrets_are_bullets(form: type[Text] | type[JsonLines]) -> None:
    with logged(form(Hiding(["sesame", None, ""]))) as written:
        log = logging.getLogger("tasktalk.test")
        log.warning("sesame, tt_0123456789-abc, Authorization: Bearer %s", "abc.def")
        log.warning("postgresql://bo:p%%3ass@db.example/talks and postgresql://bo@db.example/talks")
    for secret in ("sesame", "0123456789", "abc.def", "p%3ass", "3ass"):
        assert secret not in written.getvalue()
    assert f"Bearer {HIDDEN}" in written.getvalue()
    assert f"postgresql://bo:{HIDDEN}@db.example/talks and postgresql://bo@db.example/talks" in written.getvalue()


def test_an_event_in_json_is_one_line(written: Written) -> None:
    try:
        raise RuntimeError("over\ntwo lines")
    except RuntimeError:
        logging.getLogger("tasktalk.test").exception("it\nfailed")
    [line] = written.lines
    assert (line["level"], line["message"]) == ("error", "it\nfailed")
    assert line["trace"].endswith("RuntimeError: over\ntwo lines")
