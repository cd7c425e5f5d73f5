"""What is Telegram's own: groups, and places."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasktalk.bots.channels.told import place_text
from tests.bots.channels.conftest import House
from tests.bots.channels.telegram import Telegram


async def test_a_group_is_called_as_it_is_whoever_speaks(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open('TALK "Hello, " + username\nHEAR x') as house:
        chat = {"id": 4711, "type": "group", "title": "The neighbours"}
        message = {"message_id": 5, "from": {"id": 1, "first_name": "Bo"}, "chat": chat, "text": "hi"}
        assert (await house.call(Telegram().update(5, message=message)))[0] == 200
        await house.engine.settle()
        assert house.texts == ["Hello, The neighbours"]


async def test_a_place_near_the_equator_is_heard(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open('TALK "Where?"\nHEAR p AS LOCATION\nTALK "Heard."') as house:
        await house.write("hi")
        place = {"latitude": 0.00001, "longitude": -46.63}
        message = {"message_id": 6, "from": {"id": 4711}, "chat": {"id": 4711, "type": "private"}, "location": place}
        assert (await house.call(Telegram().update(6, message=message)))[0] == 200
        await house.engine.settle()
        assert house.texts == ["Where?", "Heard."]


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [
        (0.00001, -46.63, "0.00001, -46.63"),
        (10, 100.0, "10, 100"),
        (91, 0, None),
        (10**400, 0, None),
        (float("nan"), 0, None),
        ("1", 2, None),
    ],
)
def test_a_place_is_told_in_digits(latitude: object, longitude: object, said: str | None) -> None:
    assert place_text(latitude, longitude) == said


async def test_an_answer_goes_into_the_topic_of_the_question(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open('DO\n  TALK "Heard."\n  HEAR x\nLOOP') as house:
        chat = {"id": -1004711, "type": "supergroup", "title": "The neighbours", "is_forum": True}
        told = {"from": {"id": 1, "first_name": "Bo"}, "chat": chat, "text": "hi"}
        topic = {"message_thread_id": 7, "is_topic_message": True}
        reply = {"message_thread_id": 9}  # of a message outside of any topic, which is none
        for number, where in enumerate((topic, {}, topic, reply)):
            update = Telegram().update(number, message={"message_id": number, **told, **where})
            assert (await house.call(update))[0] == 200
            await house.engine.settle()
        assert [each.json.get("message_thread_id") for each in house.provider.told] == [7, None, 7, None]


async def test_what_is_said_to_a_group_that_became_a_supergroup_goes_there(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open('TALK "Now."\nWAIT 60\nTALK "Later."') as house:
        chat = {"id": -4711, "type": "group", "title": "The neighbours"}
        message = {"message_id": 1, "chat": chat, "text": "hi"}
        assert (await house.call(Telegram().update(1, message=message)))[0] == 200
        await house.engine.settle()
        why = "Bad Request: group chat was upgraded to a supergroup chat"
        refused = {"ok": False, "description": why, "parameters": {"migrate_to_chat_id": -1004711}}
        house.provider.answers = [(400, {}, refused)]
        await house.pass_time(timedelta(minutes=2))
        assert house.texts == ["Now.", "Later."]
        assert [told.json["chat_id"] for told in house.provider.told] == [-4711, -1004711]


async def test_where_a_topic_is_gone_messages_go_into_the_group(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open('TALK "Now."\nWAIT 60\nTALK "Later."') as house:
        chat = {"id": -1004711, "type": "supergroup", "title": "The neighbours", "is_forum": True}
        message = {"message_id": 1, "message_thread_id": 7, "is_topic_message": True, "chat": chat, "text": "hi"}
        assert (await house.call(Telegram().update(1, message=message)))[0] == 200
        await house.engine.settle()
        house.provider.answers = [(400, {}, {"ok": False, "description": "Bad Request: message thread not found"})]
        await house.pass_time(timedelta(minutes=2))
        assert house.texts == ["Now.", "Later."]
        assert [told.json.get("message_thread_id") for told in house.provider.told] == [7, None]
