"""People who want no more messages, on every kind of channel."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.channels.kinds import kinds
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.customs import START_WORDS, STOP_WORDS, plain_word
from tasktalk.runtime.deliveries import put_back
from tasktalk.storage import deliveries, people
from tests.bots.channels.conftest import House
from tests.bots.channels.side import Side
from tests.bots.channels.telegram import Telegram

WORDS: Mapping[str, Any] = {"stop_words": STOP_WORDS, "stop_text": "No more.", "start_text": "Here again."}
REMIND = """
TALK "Hello."
HEAR word TIMEOUT 1 HOUR
TALK "It is late. You said ", word ?? "nothing"
HEAR word
TALK "Then you said ", word
"""


@pytest.fixture
async def house(side: Side, tmp_path: Path) -> AsyncIterator[House]:
    async with House(side, tmp_path).open(**WORDS) as opened:
        yield opened


async def withheld(house: House) -> list[str]:
    """The ids of what was not sent, for this reason."""
    async with house.services.database.read() as reader:
        return [row["id"] for row in await deliveries.listed(reader, "withheld", 100)]


async def test_who_opts_out_is_told_once_and_hears_nothing_more(house: House) -> None:
    await house.write("hi")
    for text in ("Stop!", "STOP", "one", "unsubscribe"):
        await house.write(text)
    assert house.texts == ["Hello.", "No more."]
    assert len(await withheld(house)) == 1


async def test_who_comes_back_goes_on_where_the_talk_stands(house: House) -> None:
    for text in ("hi", "stop", "one", "start", "two"):
        await house.write(text)
    assert house.texts == ["Hello.", "No more.", "Here again.", "You said two"]


async def test_only_a_whole_message_is_the_word_and_scripts_do_not_hear_it(house: House) -> None:
    for text in ("hi", "stop it", "start", "stop"):
        await house.write(text)
    assert house.texts == ["Hello.", "You said stop it", "You said start", "No more."]
    said = [message.text for message in await house.engine.messages(await house.conversation(), 0)]
    assert said == ["hi", "Hello.", "stop it", "You said stop it", "start", "You said start", "stop", "No more."]


async def test_each_time_they_opt_out_they_are_told(house: House) -> None:
    for text in ("hi", "stop", "start", "stop"):
        await house.write(text)
    assert house.texts == ["Hello.", "No more.", "Here again.", "No more."]


async def test_it_is_known_after_a_restart_and_timers_go_on(side: Side, tmp_path: Path) -> None:
    house = House(side, tmp_path)
    async with house.open(REMIND, **WORDS):
        await house.write("hi")
        await house.write("stop")
    async with house.open(REMIND, **WORDS):
        await house.pass_time(timedelta(hours=2))
        assert (house.texts, len(await withheld(house))) == (["Hello.", "No more."], 1)
        await house.write("start")
        await house.write("so")
    assert house.texts[2:] == ["Here again.", "Then you said so"]


async def test_what_waited_for_its_provider_is_withheld(house: House) -> None:
    house.provider.is_down = True
    await house.write("hi")
    await house.write("stop")
    house.provider.is_down = False
    await house.pass_time(timedelta(minutes=5))
    assert (house.texts, len(await withheld(house))) == (["No more."], 1)


async def test_what_was_withheld_can_be_sent_once_they_are_back(house: House) -> None:
    for text in ("hi", "stop", "one"):
        await house.write(text)
    [message_id] = await withheld(house)
    for texts in ([], ["start"]):
        for text in texts:
            await house.write(text)
        await put_back(house.services.database, house.clock.now(), [message_id], "test")
        house.engine.look_again()
        await house.engine.settle()
    assert house.texts == ["Hello.", "No more.", "Here again.", "You said one"]


async def test_an_empty_list_switches_it_off(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open(stop_words=[]) as house:
        await house.write("hi")
        await house.write("stop")
        assert house.texts == ["Hello.", "You said stop"]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        (["STOP", "please"], ["No more."]),
        (["two", "pizzas", "stop"], ["You said two\npizzas", "No more."]),
        (["stop", "one", "two", "START", "three", "four"], ["No more.", "Here again.", "You said three\nfour"]),
        (["start", "again"], ["You said start\nagain"]),
    ],
)
async def test_the_word_is_heard_by_itself_where_messages_are_gathered(
    written: list[str], heard: list[str], tmp_path: Path
) -> None:
    house = House(Telegram(), tmp_path)
    async with house.open(**WORDS):
        await house.write("hi")
    house.hosting = {"conduct": Conduct(gathers_for=timedelta(seconds=5))}
    async with house.open(**WORDS):
        for text in written:
            await house.write(text)
        await house.pass_time(timedelta(seconds=30))
        messages = await house.engine.messages(await house.conversation(), 0)
        assert set(heard) <= {message.text for message in messages if message.direction == "out"}
        # What is said just before a STOP may be withheld, and what is said just before a START may go out behind it.
        late = {heard[place - 1] for place, text in enumerate(heard) if text == "No more." and place}
        late |= {"You said one\ntwo"} if "START" in written else set()
        came = [text for text in house.texts if text not in late]
        assert came == ["Hello.", *(text for text in heard if text not in late)]


@pytest.mark.parametrize(
    ("language", "told"),
    [("pt", "Você não receberá mais"), ("de", "Sie bekommen hier"), ("ja", "You will get no more")],
)
async def test_they_are_told_in_their_language(language: str, told: str, tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(f'SET LANGUAGE "{language}"\nHEAR x') as house:
        await house.write("hi")
        await house.write("/stop")
        [text] = house.texts
        assert text.startswith(told)
        assert "START" in text


async def test_an_event_tells_of_it(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open() as house:
        for text in ("hi", "stop", "start"):
            await house.write(text)
        async with house.services.database.read() as reader:
            contact = await people.contact_at(reader, "place", Telegram.contact)
            assert contact is not None
            found = await people.events(reader, "contact", [contact["id"]])
        assert [(row["kind"], row["actor"]) for row in found] == [
            ("contact_opted_out", "4711"),
            ("contact_opted_in", "4711"),
        ]


def test_no_usual_word_is_both() -> None:
    stop, start = (set(map(plain_word, words)) for words in (STOP_WORDS, START_WORDS))
    assert not stop & start
    assert len(stop) > 25


def test_words_are_compared_without_case_accents_and_signs() -> None:
    assert plain_word("  /STOP!  ") == "stop"
    assert plain_word("Désabonner.") == plain_word("desabonner")
    assert plain_word("ＳＴＯＰ") == "stop"


def test_who_can_opt_out_can_come_back() -> None:
    settings = kinds()["telegram"].settings_type
    given = {"kind": "telegram", "bot": "helper", "token": {"env": "TELEGRAM_TOKEN"}}
    with pytest.raises(ValueError, match="needs a word to come back"):
        settings.model_validate({**given, "start_words": []})
    assert settings.model_validate({**given, "stop_words": [], "start_words": []}).customs.stop_words == frozenset()


def test_twilio_hears_them_by_itself() -> None:
    assert kinds()["twilio"].settings_type.model_fields["stop_words"].default == ()
