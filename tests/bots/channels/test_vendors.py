"""What channels send is as their vendors describe it: Prism is the provider, with the vendors' own descriptions."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import pytest

from tasktalk.runtime.ports import Delivery
from tests.bots.channels.conftest import House
from tests.bots.channels.discord import CHANNEL, FURTHER, ORIGINAL, Discord
from tests.bots.channels.provider import Told
from tests.bots.channels.side import Side
from tests.bots.channels.slack import Slack
from tests.bots.channels.telegram import Telegram
from tests.bots.channels.twilio import Twilio
from tests.bots.channels.vendor.bot_api import mistakes
from tests.bots.channels.vendor.cut import METHODS, OPERATIONS, cut, cut_methods, described
from tests.bots.channels.vendor.prism import Prisms, as_json, prism

LONG = " ".join(str(number) for number in range(2_000))
SCRIPT = f"""
TALK "Hello 👋 <b> & 'שלום'"
TALK "{LONG}"
SEND IMAGE "https://example.com/a.jpg", "A cat"
SEND FILE "https://example.com/b.pdf"
HEAR size AS "small", "ürgendwie 👍", "a label that is longer than every button may be, by far and wide: {LONG[:80]}"
TALK "So " + size
HEAR number AS {", ".join(f'"choice {number}"' for number in range(25))}
WAIT 7200
TALK "Later."
"""


def as_form(told: Told) -> Told:
    """A request to Slack as its description has it, which knows forms alone: Slack says that JSON is the same, with
    lists as they are instead of in JSON, and that a token may be in either header."""
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.json.items()}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": told.headers["Authorization"],
        "token": told.headers["Authorization"].removeprefix("Bearer "),
    }
    return replace(told, body=urlencode(fields).encode(), headers=headers)


def without(name: str) -> Callable[[Told], bytes]:
    """The body of a request that lacks something."""

    def spoilt(told: Told) -> bytes:
        if told.headers["Content-Type"].startswith("application/json"):
            return json.dumps({key: value for key, value in told.json.items() if key != name}).encode()
        return urlencode([pair for pair in parse_qsl(told.body.decode()) if pair[0] != name]).encode()

    return spoilt


def with_content_of_numbers(told: Told) -> bytes:
    """The body of a message to Discord whose words are none."""
    return json.dumps({**told.json, "content": 5}).encode()


VENDORS: Final[Mapping[type[Side], tuple[Callable[[Told], Told], Callable[[Told], bytes]]]] = {
    Discord: (as_json, with_content_of_numbers),
    Slack: (as_form, without("channel")),
    Twilio: (as_json, without("To")),
}


@pytest.mark.parametrize("kind", VENDORS, ids=lambda kind: kind.kind)
async def test_what_is_sent_is_as_the_vendor_describes_it(kind: type[Side], tmp_path: Path) -> None:
    spelled, spoilt = VENDORS[kind]
    side = kind()
    house = House(side, tmp_path)
    async with prism(side.kind, tmp_path) as address:
        house.provider = provider = Prisms(address, spelled)
        async with house.open(SCRIPT):
            await house.write("hi")
            await house.press(house.sent[-1].buttons[1])
            await house.press("choice 20")
            await house.pass_time(timedelta(hours=3))
            assert provider.reasons == []
            assert " ".join(house.texts).count("1999") == 1
            assert (house.texts[0], house.texts[-1]) == ("Hello 👋 <b> & 'שלום'", "Later.")
            for told in {told.path: told for told in provider.told}.values():
                status, why = await provider.ask(replace(told, body=spoilt(told)))
                assert (status, b"must" in why) == (422, True)


async def test_a_message_to_a_person_on_discord_who_asked_nothing(tmp_path: Path) -> None:
    side = Discord()
    house = House(side, tmp_path)
    async with prism(side.kind, tmp_path) as address:
        house.provider = provider = Prisms(address)
        async with house.open():
            adapter = house.services.channels.adapter("place") if house.services.channels else None
            assert adapter is not None
            now = house.clock.now()
            await adapter.send(Delivery("msg_1", "cnv_1", "helper", side.contact, "Hello.", {}, {}, now))
            direct, message = [told.path for told in provider.told]
            assert (direct, message.startswith("/channels/"), provider.reasons) == ("/users/@me/channels", True, [])


class Closed(Prisms):
    """Discord, where the bot may not write in channels."""

    async def ask(self, told: Told) -> tuple[int, bytes]:
        return (403, b"{}") if told.path.startswith("/channels/") else await super().ask(told)


async def test_more_answers_to_a_command_on_discord_than_one(tmp_path: Path) -> None:
    house = House(side := Discord(), tmp_path)
    async with prism(side.kind, tmp_path) as address:
        house.provider = provider = Closed(address)
        async with house.open('TALK "One."\nHEAR size AS "small", "large"\nTALK "So " + size'):
            await house.write("hi")
            await house.write("small")
            await house.write("hi")
            await house.press("large")
            assert house.texts == ["One.", "So small", "One.", "So large"]
            assert {told.path for told in provider.told} == {ORIGINAL, FURTHER}
            assert {told.path for told in provider.refused} == {f"/channels/{CHANNEL}/messages"}


async def test_what_telegram_is_sent_is_as_its_description_says(tmp_path: Path) -> None:
    side = Telegram()
    async with House(side, tmp_path).open(SCRIPT) as house:
        await house.write("hi")
        _, answer = await house.call(side.press(house.provider.told[-1], "ürgendwie 👍", 7, house.clock.now()))
        await house.engine.settle()
        calls = [(told.path.rpartition("/")[2], told.json) for told in house.provider.told]
        assert {method for method, _ in calls} == {"sendMessage", "sendPhoto", "sendDocument"}
        calls.append((answer.pop("method"), answer))
        assert [mistakes(method, body) for method, body in calls] == [[]] * len(calls)


@pytest.mark.parametrize(
    ("method", "body", "wrong"),
    [
        ("sendMessage", {"text": "x"}, ["sendMessage: chat_id is missing"]),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}, ["sendMessage.chat_id: expected Integer"]),
        ("sendMessage", {"chat_id": True, "text": "x"}, ["sendMessage.chat_id: expected Integer"]),
        ("sendMessage", {"chat_id": 1, "text": ""}, ["sendMessage.text: expected 1-4096 characters, got 0"]),
        (
            "sendMessage",
            {"chat_id": 1, "text": "👋" * 2049},
            ["sendMessage.text: expected 1-4096 characters, got 4098"],
        ),
        ("sendMessage", {"chat_id": 1, "text": "x", "buttons": []}, ["sendMessage: there is no buttons"]),
        ("sendPhoto", {"chat_id": 1, "photo": 5}, ["sendPhoto.photo: expected a InputFile"]),
        ("sendPhoto", {"chat_id": 1, "photo": {}}, ["sendPhoto.photo: expected a InputFile"]),
        ("sendPhotos", {}, ["sendPhotos: there is no such method"]),
    ],
)
def test_what_telegram_would_refuse_is_found(method: str, body: Mapping[str, Any], wrong: list[str]) -> None:
    assert mistakes(method, body) == wrong


@pytest.mark.parametrize(
    ("button", "wrong"),
    [
        ({"text": "x", "callback_data": "x" * 64}, []),
        ({"text": "x", "callback_data": "x" * 65}, [".callback_data: expected 1-64 bytes, got 65"]),
        ({"text": 5, "callback_data": "x"}, [".text: expected String"]),
        ({"callback_data": "x"}, [": text is missing"]),
    ],
)
def test_buttons_that_telegram_would_refuse_are_found(button: Mapping[str, Any], wrong: list[str]) -> None:
    markup = {"inline_keyboard": [[button]]}
    place = "sendMessage.reply_markup.inline_keyboard[0][0]"
    assert mistakes("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": markup}) == [
        place + each for each in wrong
    ]


@pytest.mark.parametrize("name", [*OPERATIONS, "telegram"])
def test_the_parts_of_descriptions_have_all_that_they_name(name: str) -> None:
    here = described(name)
    if name == "telegram":
        assert (sorted(here["methods"]), cut_methods(here)) == (sorted(METHODS), here)
    else:
        assert cut(here, OPERATIONS[name]) == here
