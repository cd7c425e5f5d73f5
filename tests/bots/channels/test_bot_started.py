"""A bot writes first, on every kind of channel: to somebody who never wrote, whose answer comes to the same talk."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tasktalk.bots.channels.kinds import kinds
from tasktalk.runtime.ports import Inbound
from tests.bots.channels.conftest import House
from tests.bots.channels.side import Side
from tests.bots.channels.telegram import Telegram
from tests.bots.channels.whatsapp import PHONE, WhatsApp

START = """
IF channel = "webhook" THEN
  HEAR who
  TRY
    TALK TO who, "News for you."
    TALK TO who, "More."
    TALK "sent"
  CATCH problem
    TALK problem.code, ": ", problem.message
  END TRY
ELSE
  TALK "You said something."
  HEAR word
  TALK "And then " + word
END IF
"""
TEMPLATE = {"template": {"name": "from_the_bot"}}


@pytest.fixture
async def house(side: Side, tmp_path: Path) -> AsyncIterator[House]:
    more = TEMPLATE if side.kind == "whatsapp" else {}
    async with House(side, tmp_path).open(START, **more) as opened:
        yield opened


async def tell(house: House, who: str) -> str:
    """What the boss is answered who lets the bot write to somebody."""
    await house.engine.converse(Inbound("helper", "webhook", "boss", "go"))
    [told] = await house.engine.converse(Inbound("helper", "webhook", "boss", who))
    await house.engine.settle()
    return told.text


def shown(house: House) -> list[str]:
    """What the provider was told to show the contact."""
    assert {sent.contact for sent in house.sent} <= {house.side.contact}
    return house.texts


async def test_who_never_wrote_gets_it_and_answers_in_the_same_talk(house: House) -> None:
    has_to_begin = house.side.begins is not None
    if has_to_begin:
        house.provider.answers = [(200, {}, house.side.begins), (200, {}, house.side.usual)] * 2
    assert await tell(house, f"place:{house.side.contact}") == "sent"
    if has_to_begin:  # before each of them, since nobody keeps what came of it
        assert list(map(house.side.is_beginning, house.provider.told)) == [True, False] * 2
        house.provider.told = house.provider.told[1::2]
    before = await house.conversation()
    assert [text for text in house.texts if "News" in text or "More" in text] == house.texts
    assert len(house.texts) == 2
    await house.write("hi")
    await house.write("so")
    assert house.texts[2:] == ["You said something.", "And then so"]
    assert await house.conversation() == before
    said = [message.text for message in await house.engine.messages(before, 0)]
    assert said == ["News for you.", "More.", "hi", "You said something.", "so", "And then so"]


async def test_whom_the_channel_knows_it_reaches_where_they_wrote(house: House) -> None:
    await house.write("hi")
    before = await house.conversation()
    assert await tell(house, f"place:{house.side.contact}") == "sent"
    assert shown(house)[1:] == ["News for you.", "More."]
    assert await house.conversation() == before


async def test_a_channel_that_is_not_there_is_said_with_what_was_meant(house: House) -> None:
    assert await tell(house, f"palce:{house.side.contact}") == 'unknown-channel: there is no channel "palce"'
    assert (await tell(house, "web:ana")).startswith("unknown-contact")
    unknown = "unknown-channel" if ":" in house.side.contact else "unknown-contact"
    assert (await tell(house, house.side.contact)).startswith(unknown)
    assert house.sent == []


@pytest.mark.parametrize(
    ("kind", "written", "address"),
    [
        ("telegram", " 4711 ", "4711"),
        ("telegram", "-10012345", "-10012345"),
        ("telegram", "ana", None),
        ("telegram", "٤٧", None),
        ("twilio", "+1 (555) 867-5310", "+15558675310"),
        ("twilio", "5558675310", None),
        ("whatsapp", "+55 11 91234-5678", "5511912345678"),
        ("whatsapp", "5511912345678", "5511912345678"),
        ("whatsapp", "US.13491208655302741918", "US.13491208655302741918"),
        ("whatsapp", "ana", None),
        ("slack", "U061F7AUR", "U061F7AUR"),
        ("slack", "C1:U061F7AUR", "C1:U061F7AUR"),
        ("slack", "@ana", None),
        ("discord", "82198898841029460", "82198898841029460"),
        ("discord", "ana#1", None),
        ("email", " Ana@Example.org ", "ana@example.org"),
        ("email", "ana", None),
        ("teams", "29:1abc", "29:1abc"),
        ("signed", "Ana Silva", "Ana Silva"),
        ("signed", "", None),
        ("signed", "a\nb", None),
        ("signed", "a" * 201, None),
    ],
)
def test_addresses(kind: str, written: str, address: str | None) -> None:
    assert kinds()[kind].addressed(written) == address


async def test_what_is_no_address_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(START) as house:
        assert (await tell(house, "place:@ana")).startswith("unknown-contact: nobody is known")
        assert house.provider.told == []


async def test_who_answers_under_another_id_is_the_same_contact(tmp_path: Path) -> None:
    side = WhatsApp()
    async with House(side, tmp_path).open(START, **TEMPLATE) as house:
        assert await tell(house, f"place:+{PHONE}") == "sent"
        assert [told.json["to"] for told in house.provider.told] == [PHONE, PHONE]
        for number, text in ((1, "hi"), (2, "so")):
            call = side.said(number, house.clock.now(), phone=PHONE, type="text", text={"body": text})
            assert (await house.call(call))[0] == 200
            await house.engine.settle()
        said = [message.text for message in await house.engine.messages(await house.conversation(), 0)]
        assert said == ["News for you.", "More.", "hi", "You said something.", "so", "And then so"]


async def test_a_schedule_reaches_people_too(tmp_path: Path) -> None:
    script = 'TALK TO "place:4711", "Good morning."\nSET SCHEDULE "every day at 10:00"'
    async with House(Telegram(), tmp_path).open(script) as house:
        await house.pass_time(timedelta(days=2))
        assert house.texts == ["Good morning."] * 2
        assert {sent.contact for sent in house.sent} == {"4711"}


async def test_another_bots_channel_is_not_for_strangers(tmp_path: Path) -> None:
    other = tmp_path / "bots" / "other"
    other.mkdir(parents=True)
    (other / "start.bas").write_text(START, encoding="utf-8")
    async with House(Telegram(), tmp_path).open(START) as house:
        await house.engine.converse(Inbound("other", "webhook", "boss", "go"))
        [told] = await house.engine.converse(Inbound("other", "webhook", "boss", "place:4711"))
        assert told.text == 'unknown-channel: the channel "place" is for the bot helper'
        assert house.sent == []


def test_how_many_messages_a_provider_takes_in_a_second() -> None:
    assert [kinds()[kind].most_per_second for kind in ("telegram", "whatsapp", "signed")] == [30, 80, None]


@pytest.mark.parametrize(("given", "at_once"), [({}, 6), ({"rate": 4}, 4), ({"rate": 0.5}, 1)])
async def test_a_rate_of_ones_own(given: dict[str, float], at_once: int, tmp_path: Path) -> None:
    script = "FOR i = 1 TO 6\n  TALK i\nNEXT"
    async with House(Telegram(), tmp_path).open(script, **given) as house:
        await house.write("hi")
        assert house.texts == [str(number) for number in range(1, at_once + 1)]
        await house.pass_time(timedelta(seconds=10))
        assert house.texts == [str(number) for number in range(1, 7)]


@pytest.mark.parametrize("rate", [0, -1, "fast", 1e9])
def test_a_rate_is_a_number_above_nothing(rate: object) -> None:
    given = {"kind": "telegram", "bot": "helper", "token": {"env": "TELEGRAM_TOKEN"}, "rate": rate}
    with pytest.raises(ValueError, match="rate"):
        kinds()["telegram"].settings_type.model_validate(given)
