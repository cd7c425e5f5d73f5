"""Turns that fail: nothing of them is kept, the contact is told so, and whoever comes next is served."""

import asyncio
import logging

import pytest

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.limits import Limits
from tasktalk.runtime.turn import Turn
from tasktalk.storage.writes import WriteSet
from tests.stage import ECHO, Stage


async def test_nothing_of_a_failed_turn_is_kept(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.write('HEAR word\nTALK "This is never said."\nid = CREATE TASK "Never"\nx = 1 / 0\n')
    await stage.open()
    await stage.say("hi")
    with caplog.at_level(logging.ERROR):
        [apology] = await stage.say("word")
    [failed] = await stage.rows("session")
    reference = failed["error"]["reference"]
    assert apology == f"Sorry, something went wrong on our side. If you ask for help, please quote {reference}."
    assert failed["status"] == "failed"
    assert (failed["error"]["script"], failed["error"]["line"]) == ("start.bas", 4)
    assert await stage.rows("task") == []
    [event] = await stage.rows("event")
    assert (event["kind"], event["subject_id"]) == ("turn_failed", failed["id"])
    assert f"turn {reference} failed" in caplog.text
    assert "helper/start.bas:4:" in caplog.text
    assert "x = 1 / 0" in caplog.text
    report = stage.reports[-1]
    assert (report.status, report.error_line, report.reference) == ("failed", 4, reference)


async def test_after_a_failure_a_new_message_starts_anew(stage: Stage) -> None:
    stage.write('TALK "Hello."\nHEAR word\nx = 1 / 0\n')
    await stage.open()
    assert await stage.say("hi") == ["Hello."]
    assert "Sorry" in (await stage.say("word"))[0]
    assert await stage.say("hi") == ["Hello."]


async def test_a_fault_of_a_keyword_is_ours_and_the_contact_hears_nothing_of_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    @keyword("BREAK THINGS", returns="nothing")
    async def break_things(turn: Turn) -> None:
        """Fails."""
        raise ZeroDivisionError("secret detail")

    stage.keywords.add(break_things)
    stage.write("BREAK THINGS\n")
    await stage.open()
    [apology] = await stage.say("hi")
    assert "secret" not in apology
    assert "secret detail" in caplog.text
    assert (await stage.rows("session"))[0]["error"]["code"] == "internal"


@pytest.mark.parametrize("source", ["HEAR age AS INTEGER\n", 'HEAR a\nHEAR b\nHEAR c\nCALL "nothere.bas"\n'])
async def test_a_mistake_of_an_author_has_its_three_lines_in_the_log_and_no_traceback(
    stage: Stage, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    stage.write(source)
    await stage.open()
    for answer in ("hi", "a few", "many", "lots"):
        await stage.say(answer)
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info is None
    assert len(record.getMessage().splitlines()) == 4
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "Let us stop here: I did not understand your answers. Write again to begin anew."),
        (
            'SET LANGUAGE "pt-BR"\n',
            "Vamos parar por aqui: não entendi as suas respostas. Escreva de novo para recomeçar.",
        ),
    ],
)
async def test_who_is_not_understood_reads_that_and_no_excuse(stage: Stage, language: str, said: str) -> None:
    stage.write(f"{language}HEAR age AS INTEGER\n")
    await stage.open()
    for answer in ("hi", "a few", "many"):
        await stage.say(answer)
    assert await stage.say("lots") == [said]
    assert (await stage.rows("session"))[0]["error"]["code"] == "invalid-answer"


async def test_a_turn_that_others_overtake_is_taken_again(stage: Stage) -> None:
    calls = []

    @keyword("LET RIVAL CHANGE <task>", returns="nothing")
    async def let_rival_change(turn: Turn, task: str) -> None:
        """Somebody else completes the task while the script works on it."""
        calls.append(task)
        if len(calls) == 1:
            writes = WriteSet()
            writes.update("task", {"id": task.removeprefix("tsk_"), "version": 1}, {"version": 2})
            await stage.database.commit(writes)

    stage.keywords.add(let_rival_change)
    stage.write('id = CREATE TASK "One"\nHEAR word\nSET TASK PRIORITY id, "high"\nLET RIVAL CHANGE id\nTALK "Done."\n')
    await stage.open()
    await stage.say("hi")
    assert await stage.say("go") == ["Done."]
    assert len(calls) == 2
    [task] = await stage.rows("task")
    assert (task["priority"], task["version"]) == ("high", 3)


async def test_a_turn_that_is_overtaken_for_ever_fails(stage: Stage) -> None:
    @keyword("LET RIVAL CHANGE <task>", returns="nothing")
    async def let_rival_change(turn: Turn, task: str) -> None:
        """Somebody else changes the task, again and again."""
        key = {"id": task.removeprefix("tsk_")}
        [row] = await stage.rows("task", **key)
        writes = WriteSet()
        writes.update("task", key, {"version": row["version"] + 1})
        await stage.database.commit(writes)

    stage.keywords.add(let_rival_change)
    stage.write('id = CREATE TASK "One"\nHEAR word\nSET TASK PRIORITY id, "high"\nLET RIVAL CHANGE id\n')
    await stage.open()
    await stage.say("hi")
    assert "Sorry" in (await stage.say("go"))[0]
    [session] = await stage.rows("session")
    assert session["error"]["code"] == "conflict"


async def test_a_script_that_computes_for_ever_is_ended_and_holds_nobody_up(stage: Stage) -> None:
    stage.write('IF user = "mad" THEN\n  WHILE TRUE\n    n = n + 1\n  WEND\nEND IF\nTALK "Hello."\n')
    limits = Limits(seconds=10**6, statements=10**15)
    await stage.open(limits=limits)
    mad = asyncio.create_task(stage.say("hi", contact="mad"))
    await asyncio.sleep(0)
    assert await stage.say("hi", contact="ana") == ["Hello."]
    assert not mad.done()
    object.__setattr__(limits, "seconds", 0.0)  # only now, however slow the machine is
    assert "Sorry" in (await mad)[0]
    failed = next(row for row in await stage.rows("session") if row["status"] == "failed")
    assert failed["error"]["code"] == "out-of-time"
    assert failed["error"]["line"] in {2, 3, 4}


async def test_a_bot_whose_script_never_parsed_says_sorry(stage: Stage) -> None:
    stage.write("IF TRUE THEN\n")
    await stage.open()
    assert "Sorry" in (await stage.say("hi"))[0]
    assert [row["status"] for row in await stage.rows("message", direction="in")] == ["heard"]
    stage.write('TALK "repaired"\n')
    assert await stage.say("hi") == ["repaired"]


async def test_a_state_that_cannot_be_read_ends_its_session_and_no_more(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(warm_conversations=0)
    await stage.say("hi")
    [session] = await stage.rows("session")
    writes = WriteSet()
    writes.update("session", {"id": session["id"]}, {"state": b"of another version"})
    await stage.database.commit(writes)
    assert "Sorry" in (await stage.say("one"))[0]
    assert await stage.say("two") == ["Hello."]


async def test_an_error_shows_the_line_of_the_script_as_it_was_when_the_talk_began(stage: Stage) -> None:
    stage.write("HEAR word\nx = 1 / 0\n")
    await stage.open()
    await stage.say("hi")
    stage.write('HEAR word\nTALK "new"\n')
    await stage.say("word")
    assert "x = 1 / 0" in (stage.reports[-1].error or "")


async def test_a_script_cannot_fill_the_memory_with_what_it_says(stage: Stage) -> None:
    stage.write('text = REPEAT("x", 1000000)\nFOR i = 1 TO 9\nPRINT text\nNEXT\n')
    await stage.open()
    await stage.say("hi")
    assert stage.reports[-1].error_code == "too-much-text"
