"""What is answered to HEAR AS PASSWORD or CREDITCARD stays nowhere."""

import logging

import pytest

from tasktalk.runtime.scene import BULLETS
from tests.stage import Stage

SECRET = "correct horse"
LOGIN = """
HEAR secret AS PASSWORD WITH "Password?"
%s
TALK "Thank you."
HEAR more
"""


async def heard(stage: Stage) -> list[str]:
    return [row["text"] for row in await stage.rows("message", direction="in")]


async def test_the_stored_answer_is_bullets(stage: Stage) -> None:
    stage.write(LOGIN % "")
    await stage.open()
    await stage.say("hi")
    assert await stage.say(SECRET) == ["Thank you."]
    assert await heard(stage) == ["hi", BULLETS]


async def test_a_card_number_is_not_stored_whether_it_is_right_or_wrong(stage: Stage) -> None:
    stage.write("HEAR card AS CREDITCARD\nTALK card\nHEAR more")
    await stage.open()
    await stage.say("hi")
    await stage.say("4111 1111 1111 1112")
    assert await stage.say("4111 1111 1111 1111") == ["**** **** **** 1111"]
    assert await heard(stage) == ["hi", BULLETS, BULLETS]
    [row] = await stage.rows("session")
    assert b"1111 1111" not in row["state"]


async def test_it_is_bullets_also_when_the_script_fails_on_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.write(LOGIN % 'THROW "no"')
    await stage.open()
    await stage.say("hi")
    with caplog.at_level(logging.DEBUG):
        await stage.say(SECRET)
    assert await heard(stage) == ["hi", BULLETS]
    assert SECRET not in caplog.text


async def test_the_question_tells_the_channel_to_hide_what_is_typed(stage: Stage) -> None:
    stage.write(LOGIN % "")
    await stage.open()
    receipt = await stage.receive("hi")
    assert [m.is_secret for m in await stage.answer(receipt)] == [True]
    receipt = await stage.receive(SECRET)
    assert [m.is_secret for m in await stage.answer(receipt)] == [False]
