"""Sessions in which nobody answers for too long end, where the server is told so."""

from datetime import timedelta

import pytest

from tasktalk.runtime import handover
from tasktalk.runtime.agenda import TimeIsUp
from tasktalk.runtime.conduct import Conduct
from tasktalk.storage.writes import Conflict
from tests.stage import ECHO, Stage

THREE_HOURS = Conduct(session_expires_after=timedelta(hours=3))
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


async def statuses(stage: Stage) -> list[str]:
    return [row["status"] for row in await stage.rows("session")]


async def test_a_session_that_nobody_answers_ends_and_the_next_message_starts_anew(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(conduct=THREE_HOURS)
    await stage.say("hi")
    await stage.pass_time(3 * HOUR - SECOND)
    assert await stage.say("one") == ["You said one"]
    await stage.pass_time(3 * HOUR - SECOND)
    assert await statuses(stage) == ["waiting"]
    await stage.pass_time(SECOND)
    [session] = await stage.rows("session")
    assert (session["status"], session["state"], session["ended_at"]) == ("ended", None, stage.clock.now())
    assert (session["error"]["code"], session["error"]["message"]) == (
        "session-expired",
        "nobody answered for too long",
    )
    [event] = await stage.rows("event")
    assert (event["kind"], event["subject_id"], event["actor"]) == ("session_expired", session["id"], "helper")
    assert await stage.rows("timer") == []
    assert await stage.say("two") == ["Hello."]


async def test_without_the_setting_it_waits_for_ever(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    assert await stage.rows("timer") == []
    await stage.pass_time(10_000 * HOUR)
    assert await stage.say("one") == ["You said one"]


@pytest.mark.parametrize("is_set_after", [True, False])
async def test_its_time_goes_on_while_the_server_is_stopped_and_is_what_it_was(
    stage: Stage, is_set_after: bool
) -> None:
    stage.write(ECHO)
    await stage.open(conduct=THREE_HOURS)
    await stage.say("hi")
    await stage.reopen(conduct=Conduct(timedelta(hours=9)) if is_set_after else None)
    await stage.pass_time(3 * HOUR)
    assert await statuses(stage) == ["ended"]


async def test_what_waits_with_a_time_of_its_own_keeps_that(stage: Stage) -> None:
    stage.write('HEAR x TIMEOUT 5 HOURS\nTALK "timed out: ${TIMEDOUT}"\nWAIT 6 HOURS\nTALK "six"\n')
    await stage.open(conduct=THREE_HOURS)
    receipt = await stage.receive("hi")
    await stage.pass_time(4 * HOUR)
    assert await statuses(stage) == ["waiting"]
    await stage.pass_time(HOUR)
    await stage.pass_time(6 * HOUR)
    assert await stage.transcript(receipt.conversation_id) == ["> hi", "timed out: true", "six"]
    assert await stage.rows("event") == []


async def test_a_run_whose_question_nobody_answers_has_failed(stage: Stage) -> None:
    stage.write('TALK "hello"\n')
    stage.write('HEAR x WITH "There?"\n', "ask.bas")
    await stage.open(conduct=THREE_HOURS)
    await stage.engine.callers.begin("helper", "ask.bas", "test", "ana", {})
    await stage.pass_time(3 * HOUR)
    [run] = await stage.rows("run")
    assert (run["status"], run["error"]["code"]) == ("failed", "session-expired")


async def test_while_a_person_has_the_talk_it_does_not_end(stage: Stage) -> None:
    stage.write('TRANSFER TO HUMAN\nHEAR x\nTALK "You said ${x}"\n')
    await stage.open(conduct=THREE_HOURS)
    receipt = await stage.receive("hi")
    await stage.pass_time(5 * HOUR)
    assert await statuses(stage) == ["waiting"]
    await handover.give_back(stage.database, stage.clock.now(), receipt.conversation_id, "ben")
    await stage.pass_time(SECOND)
    assert await statuses(stage) == ["ended"]


async def test_a_wait_is_not_kept_in_a_talk_that_was_given_back_meanwhile(stage: Stage) -> None:
    stage.write("TRANSFER TO HUMAN\nHEAR x\n")
    await stage.open(conduct=THREE_HOURS)
    receipt = await stage.receive("hi")
    await stage.engine.settle()
    [timer] = await stage.rows("timer")
    await handover.give_back(stage.database, stage.clock.now(), receipt.conversation_id, "ben")
    with pytest.raises(Conflict):
        await stage.database.commit(handover.hold(TimeIsUp(timer)))
    assert await stage.rows("timer") == [timer]
