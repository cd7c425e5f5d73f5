"""What is Discord's own: answers within a quarter of an hour, and later ones."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tasktalk.bots.channels.kinds.discord import Discord as Adapter
from tasktalk.runtime.conduct import Conduct
from tasktalk.storage import conversations
from tests.bots.channels.conftest import House
from tests.bots.channels.discord import CHANNEL, FURTHER, INTERACTION_TOKEN, ORIGINAL, Discord
from tests.bots.channels.provider import Answer

HALL = "345626669114982999"
"""A channel of a server, in which others read along."""


async def test_discord_is_told_that_the_answer_comes_later(tmp_path: Path) -> None:
    side = Discord()
    async with House(side, tmp_path).open('TALK "Hi."\nHEAR x AS "a", "b"\nTALK x') as house:
        now = house.clock.now()
        assert await house.call(side.call({"type": 1}, now)) == (200, {"type": 1})
        assert await house.call(side.message("hi", 1, now)) == (200, {"type": 5})
        await house.engine.settle()
        assert await house.call(side.press(house.provider.told[0], "b", 2, now)) == (200, {"type": 6})
        await house.engine.settle()
        assert house.texts == ["Hi.", "b"]


MESSAGES = f"/channels/{CHANNEL}/messages"


def shown(house: House) -> list[tuple[str, str, str]]:
    """What Discord was told to show, and how."""
    return [(told.method, told.path, told.json["content"]) for told in house.provider.told]


async def test_a_command_has_one_answer_and_what_is_said_besides_goes_into_the_channel(tmp_path: Path) -> None:
    script = 'TALK "One."\nTALK "Two."\nHEAR x AS "a", "b"\nTALK "Three."'
    async with House(Discord(), tmp_path).open(script) as house:
        await house.write("hi")
        await house.press("a")
        assert shown(house) == [
            ("PATCH", ORIGINAL, "One."),
            ("POST", MESSAGES, "Two."),
            ("POST", MESSAGES, "Three."),  # the button's message keeps its words
        ]


async def test_after_a_quarter_of_an_hour_the_answer_goes_into_the_channel(tmp_path: Path) -> None:
    async with House(Discord(), tmp_path).open('WAIT 3600\nTALK "Later."') as house:
        await house.write("hi")
        await house.pass_time(timedelta(hours=2))
        assert shown(house) == [("POST", MESSAGES, "Later.")]


async def test_an_answer_is_that_to_its_own_command_whatever_was_said_since(tmp_path: Path) -> None:
    house = House(side := Discord(), tmp_path)
    house.provider.answers = [(500, {}, {})]
    async with house.open('TALK "One."\nHEAR x\nTALK "Two."') as house:
        await house.write("hi")
    async with house.open() as house:
        command = side.interaction(2, 7, house.clock.now(), {"name": "talk"}, token="another")
        assert (await house.call(command))[0] == 200
        await house.engine.settle()
        await house.pass_time(timedelta(seconds=5))
        other = ORIGINAL.replace(INTERACTION_TOKEN, "another")
        assert [told.path for told in house.provider.refused] == [ORIGINAL]
        assert shown(house) == [("PATCH", ORIGINAL, "One."), ("PATCH", other, "Two.")]


async def test_two_commands_that_wait_have_each_its_own_answer(tmp_path: Path) -> None:
    house = House(side := Discord(), tmp_path)
    script = 'HEAR x\nTALK "re " + x\nHEAR x\nTALK "re " + x'
    async with house.open(script) as house:
        await house.write("hi")
    house.hosting = {"conduct": Conduct(gathers_for=timedelta(minutes=1))}
    async with house.open(script) as house:  # which hears neither
        for number, token in enumerate((INTERACTION_TOKEN, "another")):
            data = {"name": f"do-{number}"}
            await house.call(side.interaction(2, 60 + number, house.clock.now(), data, token=token))
        assert house.provider.told == []
    house.hosting = {}
    async with house.open(script) as house:
        await house.engine.settle()
        other = ORIGINAL.replace(INTERACTION_TOKEN, "another")
        assert shown(house) == [("PATCH", ORIGINAL, "re do-0"), ("PATCH", other, "re do-1")]


async def test_a_secret_that_is_said_in_two_commands_has_the_answer_of_the_second(tmp_path: Path) -> None:
    house = House(side := Discord(), tmp_path)
    house.hosting = {"conduct": Conduct(gathers_for=timedelta(seconds=5))}
    async with house.open('HEAR x AS PASSWORD WITH "?"\nTALK "Thanks."') as house:
        await house.write("hi")
        await house.pass_time(timedelta(seconds=6))
        for number, token in enumerate((INTERACTION_TOKEN, "another")):
            data = {"name": f"sesame-{number}"}
            await house.call(side.interaction(2, 60 + number, house.clock.now(), data, token=token))
        await house.pass_time(timedelta(seconds=6))
        other = ORIGINAL.replace(INTERACTION_TOKEN, "another")
        assert shown(house) == [("PATCH", ORIGINAL, "?"), ("PATCH", other, "Thanks.")]


async def test_a_command_that_says_a_secret_is_answered_as_any(tmp_path: Path) -> None:
    async with House(Discord(), tmp_path).open('HEAR x AS PASSWORD WITH "?"\nTALK "Thanks."') as house:
        await house.write("hi")
        await house.write("sesame")
        assert shown(house) == [("PATCH", ORIGINAL, "?"), ("PATCH", ORIGINAL, "Thanks.")]


_UNKNOWN: Answer = (404, {}, {"code": 10015, "message": "Unknown Webhook"})
_CLOSED: Answer = (403, {}, {"code": 50001, "message": "Missing Access"})


async def test_where_the_bot_may_not_write_all_are_answers_to_the_command(tmp_path: Path) -> None:
    house = House(Discord(), tmp_path)
    house.provider.at = {MESSAGES: _CLOSED}
    async with house.open('TALK "One."\nTALK "Two."\nWAIT 3600\nTALK "Three."') as house:
        await house.write("hi")
        assert shown(house) == [("PATCH", ORIGINAL, "One."), ("POST", FURTHER, "Two.")]
        await house.pass_time(timedelta(hours=2))
        assert house.texts == ["One.", "Two."]
        conversation_id = await house.conversation()
        async with house.services.database.read() as reader:
            [last] = await conversations.messages(reader, conversation_id, after=3, limit=9)
        assert (last["status"], last["error"]) == ("dead", "Discord answered 403: Missing Access")


async def test_an_answer_that_is_quicker_than_the_servers_own_is_sent_again(tmp_path: Path) -> None:
    house = House(Discord(), tmp_path)
    house.provider.answers = [_UNKNOWN]
    async with house.open('TALK "Now."') as house:
        await house.write("hi")
        assert house.texts == []
        await house.pass_time(timedelta(seconds=2))
        assert [told.path for told in house.provider.told] == [ORIGINAL]


async def test_where_discord_knows_an_interaction_no_more_the_answer_goes_into_the_channel(tmp_path: Path) -> None:
    house = House(Discord(), tmp_path)
    house.provider.answers = [(429, {}, {"retry_after": 60}), _UNKNOWN]
    async with house.open('TALK "Now."') as house:
        await house.write("hi")
        await house.pass_time(timedelta(seconds=61))
        assert [told.path for told in house.provider.refused] == [ORIGINAL, ORIGINAL]
        assert shown(house) == [("POST", MESSAGES, "Now.")]


async def test_a_message_that_failed_has_the_same_nonce_again(tmp_path: Path) -> None:
    async with House(Discord(), tmp_path).open('TALK "Now."\nWAIT 3600\nTALK "Later."') as house:
        await house.write("hi")
        await house.pass_time(timedelta(minutes=59))
        house.provider.answers = [(500, {}, {})]
        await house.pass_time(timedelta(hours=1))
        assert [told.json["nonce"] for told in house.provider.refused] == [house.provider.told[-1].json["nonce"]]


async def test_nobody_is_mentioned_by_what_a_bot_says(tmp_path: Path) -> None:
    async with House(Discord(), tmp_path).open('TALK "@everyone"') as house:
        await house.write("hi")
        assert house.provider.told[0].json["allowed_mentions"] == {"parse": []}


async def test_a_command_without_options_says_its_name(tmp_path: Path) -> None:
    side = Discord()
    async with House(side, tmp_path).open('TALK "?"\nHEAR x\nTALK "You said " + x') as house:
        await house.write("hi")
        await house.call(side.interaction(2, 9, house.clock.now(), {"name": "status"}))
        await house.engine.settle()
        assert house.texts == ["?", "You said status"]


async def test_what_is_said_in_private_is_another_talk_than_what_others_read(tmp_path: Path) -> None:
    side = Discord()
    script = 'TALK "Your secret?"\nHEAR x\nWAIT 3600\nTALK "Your secret was " + x'
    person = {"id": side.contact, "username": "ana"}
    hall: dict[str, Any] = {
        "guild_id": "290926798626357999",
        "channel_id": HALL,
        "user": None,
        "member": {"user": person},
    }
    among: dict[str, Any] = {"context": 2, "channel_id": HALL}
    async with House(side, tmp_path).open(script) as house:
        await house.write("hi")
        await house.write("the cake")
        for number, where in enumerate((hall, among)):
            now = house.clock.now()
            assert (await house.call(side.interaction(2, 50 + number, now, {"name": "talk"}, **where)))[0] == 200
        await house.engine.settle()
        await house.pass_time(timedelta(hours=2))
        said = [(told.path, told.json["content"]) for told in house.provider.told]
        # In the hall the talk begins, once; the second call there is its answer.
        assert [text for _, text in said[:2]] == ["Your secret?"] * 2
        assert dict(said[2:]) == {
            f"/channels/{CHANNEL}/messages": "Your secret was the cake",
            f"/channels/{HALL}/messages": "Your secret was talk",
        }


def test_a_person_in_a_channel_can_be_addressed() -> None:
    written = [f"{HALL}:82198898841029460", " 82198898841029460 ", "ana", "1:2", f"{HALL}:"]
    assert list(map(Adapter.addressed, written)) == [written[0], "82198898841029460", None, None, None]
