"""TALK TO: a message to somebody else is part of the turn that says it."""

from datetime import timedelta

from tasktalk.runtime.ports import Inbound
from tasktalk.storage.writes import WriteSet
from tests.stage import BOT, Stage, texts

NEWS = """
HEAR what
IF what = "fail" THEN
  TALK TO "bo", "never"
  x = 1 / 0
END IF
TALK TO "bo", "Ana says ", what
TALK "told"
"""


async def test_it_comes_in_the_talk_of_the_other_one(stage: Stage) -> None:
    stage.write(NEWS)
    await stage.open()
    await stage.say("hi", contact="bo")
    await stage.say("hi", contact="ana")
    assert await stage.say("fish", contact="ana") == ["told"]
    talk = (await stage.receive("thanks", contact="bo", message_id="9")).conversation_id
    await stage.engine.settle()
    assert (await stage.transcript(talk))[:3] == ["> hi", "Ana says fish", "> thanks"]


async def test_a_turn_that_fails_tells_nobody(stage: Stage) -> None:
    stage.write(NEWS)
    await stage.open()
    receipt = await stage.receive("hi", contact="bo")
    await stage.say("hi", contact="ana")
    await stage.say("fail", contact="ana")
    assert await stage.transcript(receipt.conversation_id) == ["> hi"]


async def test_it_opens_a_talk_with_somebody_whom_another_bot_knows(stage: Stage) -> None:
    stage.write(NEWS.replace("TALK TO", 'TALK TO "bo", "first"\nTALK TO'))
    stage.write('TALK "other"', bot="other")
    await stage.open()
    await stage.engine.receive(Inbound("other", "test", "bo", "hi"))
    await stage.say("hi", contact="ana")
    await stage.say("fish", contact="ana")
    [talk] = [row["id"] for row in await stage.rows("conversation", bot=BOT) if row["channel"] == "test"][1:]
    assert await stage.transcript(talk) == ["first", "Ana says fish"]
    assert await stage.say("hi", contact="bo") == ["first", "Ana says fish"]


async def test_a_conversation_that_is_with_a_person_is_silent_until_it_is_given_back(stage: Stage) -> None:
    stage.write("""
SET SCHEDULE "every hour", "ping.bas"
CALL remind
HEAR x
IF x = "person" THEN
  TRANSFER TO HUMAN "angry"
  TALK "A colleague comes."
END IF
HEAR y TIMEOUT 10 MINUTES
TALK "timed out: " + TIMEDOUT
HEAR z
TALK "heard " + z
SUB remind
  SET SCHEDULE "every hour", "ping.bas"
END SUB
""")
    stage.write('TALK "ping"', name="ping.bas")
    await stage.open()
    await stage.say("hi")
    assert await stage.say("person") == ["A colleague comes."]
    receipt = await stage.receive("where are you?")
    assert await stage.answer(receipt) == []
    await stage.pass_time(timedelta(minutes=90))
    await stage.reopen()
    await stage.pass_time(timedelta(minutes=90))
    talk = receipt.conversation_id
    assert (await stage.transcript(talk))[-1] == "> where are you?"
    await stage.engine.give_back(talk, "carla")
    await stage.engine.give_back(talk, "carla")
    await stage.engine.settle()
    assert sorted((await stage.transcript(talk))[4:]) == ["ping", "ping", "timed out: true"]
    assert (await stage.say("hello"))[-1] == "heard hello"
    told = [(row["kind"], row["actor"], row["source"]) for row in await stage.rows("event", subject="conversation")]
    assert told == [
        ("conversation_handed_over", BOT, "script"),
        ("conversation_given_back", "carla", "person"),
    ]


async def test_the_event_of_giving_back_is_the_talks_organisations(stage: Stage) -> None:
    stage.write('TRANSFER TO HUMAN "help"\nHEAR x')
    await stage.open()
    await stage.say("hi")
    [talk] = [row["id"] for row in await stage.rows("conversation")]
    writes = WriteSet()
    writes.update("conversation", {"id": talk}, {"organisation_id": "other"})
    await stage.database.commit(writes)
    await stage.engine.give_back(talk, "carla")
    told = {row["kind"]: row["organisation_id"] for row in await stage.rows("event", subject="conversation")}
    assert told["conversation_given_back"] == "other"


async def test_who_a_person_is_holds_in_later_talks(stage: Stage) -> None:
    stage.write("""
TALK username, " ", useremail ?? "no address", " ", user, " ", FORMAT("2026-03-31", "MMMM")
SET USER "Ana Souza", "Ana@EXAMPLE.com"
SET LANGUAGE "Portuguese"
HEAR day AS DATE
TALK day
""")
    await stage.open(warm_conversations=0)
    assert await stage.say("hi") == ["ana no address ana March"]
    assert await stage.say("03/04/2026") == ["2026-04-03T00:00:00Z"]
    assert await stage.say("again") == ["Ana Souza Ana@example.com Ana@example.com março"]
    assert await stage.say("hi", contact="bo") == ["bo no address bo March"]


TELLS = """
HEAR who
TRY
  TALK TO who, "news"
  TALK "told"
CATCH error
  TALK error.code, ": ", error.message
END TRY
"""


async def test_of_several_channels_none_is_taken_by_chance(stage: Stage) -> None:
    stage.write(TELLS)
    stage.write("HEAR x", bot="other")
    await stage.open()

    async def asked(channel: str, who: str) -> list[str]:
        contact = f"ana of {who} in {channel}"
        await stage.receive("hi", contact=contact, channel=channel)
        receipt = await stage.receive(who, contact=contact, channel=channel)
        return texts(await stage.answer(receipt))

    for channel in ("sms", "chat"):
        await stage.engine.receive(Inbound("other", channel, "+49", "hi"))
    await stage.engine.settle()
    ambiguous = ['unknown-contact: several channels know "+49"']
    assert await asked("test", "+49") == ambiguous
    assert await asked("sms", "+49") == ["told"]  # which is that of the talk
    assert await asked("test", "+49") == ["told"]  # the one that the bot has written to by now
    assert await asked("test", "chat:+49") == ["told"]
    assert await asked("mail", "+49") == ambiguous
