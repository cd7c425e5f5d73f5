"""Signed webhooks: what a program may send, and what is kept of what it answers."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.runtime import deliveries
from tests.bots.channels.conftest import House
from tests.bots.channels.side import PUBLIC_URL
from tests.bots.channels.signed import SECRET, Signed

PICTURE = "https://shop.example.com/cat.jpg"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House(Signed(), tmp_path).open() as opened:
        yield opened


async def say(house: House, body: Any) -> tuple[int, Any]:
    assert isinstance(house.side, Signed)
    house.number += 1
    return await house.call(house.side.call(house.number, house.clock.now(), body))


@pytest.mark.parametrize(
    "body",
    [
        {"contact": "ana", "files": [PICTURE]},
        {"contact": "ana", "text": "", "files": [PICTURE]},
        {"contact": "ana", "text": "hi", "files": None, "name": None},
        {"contact": "ana", "text": "hi", "of_ours": 5},
    ],
)
async def test_what_is_heard(house: House, body: Any) -> None:
    assert await say(house, body) == (200, {})
    await house.engine.settle()
    talk = await house.engine.messages(await house.conversation())
    [heard] = [message for message in talk if message.direction == "in"]
    assert [heard.text, len(heard.files)] == [body.get("text", ""), len(body.get("files") or [])]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"text": "hi"}, "contact is missing"),
        ({"contact": 5, "text": "hi"}, "expected contact to be a text"),
        ({"contact": "", "text": "hi"}, "expected contact not to be empty"),
        ({"contact": "a" * 201, "text": "hi"}, "expected contact to have at most 200 characters"),
        ({"contact": "ana", "text": 5}, "expected text to be a text"),
        ({"contact": "ana"}, "expected text not to be empty, or files to have at least one"),
        ({"contact": "ana", "txt": "hi"}, "There is no field txt; did you mean text?"),
        ({"contact": "ana", "text": "hi", "file": [PICTURE]}, "There is no field file; did you mean files?"),
        ({"contact": "ana", "text": "hi", "name": 5}, "expected name to be a text"),
        ({"contact": "ana", "files": ["cat.jpg"]}, "expected files to be a list of at most 20 web addresses"),
        ({"contact": "ana", "files": [PICTURE] * 21}, "expected files to be a list of at most 20 web addresses"),
    ],
)
async def test_what_is_refused_is_told_by_its_field(house: House, body: Any, told: str) -> None:
    status, answer = await say(house, body)
    assert (status, answer["error"], answer["message"]) == (400, "invalid_request", told)


async def test_what_the_program_answers_is_kept_with_what_it_refuses(house: House) -> None:
    house.provider.answers = [
        (400, {}, {"error": "because I say so"}),
        (422, {}, {"error": f"{SECRET} is not the key of /hooks"}),
    ]
    for _ in range(2):
        await say(house, {"contact": "ana", "text": "hi"})
        await house.engine.settle()
    async with house.services.database.read() as reader:
        found = [row["error"] for row in await deliveries.listed(reader, "dead", 10)]
    assert found == [
        "127.0.0.1 answered 400: because I say so",
        "127.0.0.1 answered 422: •••••••• is not the key of ••••••••",
    ]


async def test_what_waited_for_a_channel_goes_when_it_is_there_again(house: House) -> None:
    channels, settings = house.services.channels, house.adapter.settings
    assert channels is not None
    house.provider.is_down = True
    await house.write("hi")
    channels.become({}, PUBLIC_URL)
    house.provider.is_down = False
    await house.pass_time(timedelta(minutes=1))
    assert house.texts == []
    channels.become({"place": settings}, PUBLIC_URL)
    await house.engine.settle()
    assert house.texts == ["Hello."]


async def test_calls_that_are_refused_are_told_once_until_the_settings_change(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    call = house.side.message("hi", 1, house.clock.now())
    for forged in [*house.side.forged(call)] * 2:
        assert (await house.call(forged))[0] == 401
    told = [record.getMessage() for record in caplog.records if "a call was refused (401)" in record.getMessage()]
    assert len(told) == len(set(told)) == 2
    assert all(each.startswith("Channel place: ") for each in told)
    assert "The signature is not right. Unless it was a stranger's or a trial: the secret at the provider" in str(told)
