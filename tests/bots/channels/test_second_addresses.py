"""People whom WhatsApp knows by an id and by their number: they are one contact, and what they wish holds for both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tasktalk.storage import people
from tests.bots.channels.conftest import House
from tests.bots.channels.test_bot_started import START, TEMPLATE, tell
from tests.bots.channels.test_opting_out import WORDS, withheld
from tests.bots.channels.whatsapp import PHONE, WhatsApp

OTHER = "16505559999"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House(WhatsApp(), tmp_path).open(START, **TEMPLATE, **WORDS) as opened:
        yield opened


async def write(house: House, text: str, phone: str | None = PHONE, user: str | None = WhatsApp.contact) -> None:
    """Somebody writes whom Meta tells by an id, a number, or both."""
    house.number += 1
    side = WhatsApp()
    what = {"type": "text", "text": {"body": text}}
    call = side.said(house.number, house.clock.now(), phone=phone, from_user_id=user, **what)
    assert (await house.call(call))[0] == 200
    await house.engine.settle()


async def contacts(house: House, *addresses: str) -> list[bool]:
    """Whether there is a contact at each of the addresses."""
    async with house.services.database.read() as reader:
        return [await people.contact_at(reader, "place", address) is not None for address in addresses]


async def test_who_opted_out_is_not_reached_by_their_number(house: House) -> None:
    await write(house, "hi")
    await write(house, "stop")
    said = house.texts
    assert await tell(house, f"place:+{PHONE}") == "sent"
    assert (house.texts, len(await withheld(house))) == (said, 2)
    assert await contacts(house, WhatsApp.contact, PHONE) == [True, False]


async def test_who_shows_their_number_later_is_the_same_and_so_is_their_wish(house: House) -> None:
    await write(house, "hi", phone=None)
    assert await tell(house, f"place:+{PHONE}") == "sent"  # nobody knows yet whose number it is
    await write(house, "stop")
    said = house.texts
    assert await tell(house, f"place:+{PHONE}") == "sent"
    assert (house.texts, len(await withheld(house))) == (said, 2)
    await write(house, "start")
    assert await tell(house, f"place:+{PHONE}") == "sent"
    assert house.texts[len(said) :] == ["Here again.", "News for you.", "More."]


async def test_who_opted_out_by_their_number_alone_stays_so_under_their_id(house: House) -> None:
    await write(house, "hi", phone=None)
    await write(house, "hi", user=None)
    await write(house, "stop", user=None)
    await write(house, "more")
    said = house.texts
    for who in (PHONE, WhatsApp.contact):
        assert await tell(house, f"place:{who}") == "sent"
    assert house.texts == said
    await write(house, "start", user=None)
    assert house.texts == [*said, "Here again."]


async def test_a_number_is_theirs_who_wrote_from_it_last(house: House) -> None:
    await write(house, "hi")
    await write(house, "stop")
    other = "US.777"
    await write(house, "hi", user=other)
    before = len(house.provider.told)
    assert await tell(house, f"place:+{PHONE}") == "sent"
    assert [told.json["to"] for told in house.provider.told[before:]] == [PHONE, PHONE]
    await write(house, "hi", phone=OTHER)
    assert len(house.provider.told) == before + 2  # the first still wants nothing
