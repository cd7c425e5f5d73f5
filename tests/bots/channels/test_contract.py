"""What holds for every kind of channel."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tasktalk.bots.channels.kinds import kinds
from tasktalk.runtime.parts import units
from tests.bots.channels.conftest import House
from tests.bots.channels.side import Call, Side
from tests.bots.channels.sides import SIDES


@pytest.fixture
async def house(side: Side, tmp_path: Path) -> AsyncIterator[House]:
    async with House(side, tmp_path).open() as opened:
        yield opened


def test_every_kind_is_tested() -> None:
    assert sorted(side.kind for side in SIDES) == sorted(kinds())


async def test_a_talk(house: House) -> None:
    await house.write("hi")
    await house.write("one")
    await house.write("bye")
    assert house.texts == ["Hello.", "You said one", "You said bye"]
    assert {sent.contact for sent in house.sent} == {house.side.contact}


async def test_a_repeated_delivery_changes_nothing(house: House) -> None:
    await house.write("hi")
    for _ in range(3):
        await house.write("one", 7)
    assert house.texts == ["Hello.", "You said one"]


async def test_what_comes_out_of_order_is_heard_once_and_in_the_order_of_its_coming(house: House) -> None:
    for text, number in (("hi", 20), ("four", 24), ("three", 23), ("four", 24), ("two", 3), ("three", 23)):
        await house.write(text, number)
    assert house.texts == ["Hello.", "You said four", "You said three", "You said two"]


async def test_a_repeat_after_a_restart_changes_nothing(side: Side, tmp_path: Path) -> None:
    house = House(side, tmp_path)
    async with house.open():
        await house.write("hi")
        await house.write("one", 7)
    async with house.open():
        await house.write("one", 7)
        await house.write("two", 8)
    assert house.texts == ["Hello.", "You said one", "You said two"]


async def test_what_is_not_signed_is_refused_and_not_heard(house: House) -> None:
    await house.write("hi")
    call = house.side.message("forged", 5, house.clock.now())
    for forged in house.side.forged(call):
        status, answer = await house.call(forged)
        assert (status, answer["error"]) == (401, "unauthorized")
    await house.engine.settle()
    assert house.texts == ["Hello."]
    assert (await house.call(call))[0] == 200


async def test_a_call_of_long_ago_is_refused_where_its_time_is_signed(house: House) -> None:
    for away in (timedelta(minutes=-6), timedelta(minutes=6)):
        status, _ = await house.call(house.side.message("hi", 5, house.clock.now() + away))
        assert status == (401 if house.side.has_time else 200)
    assert (await house.call(house.side.message("hi", 5, house.clock.now() - timedelta(minutes=4))))[0] == 200


async def test_what_means_nothing_is_passed_over(house: House) -> None:
    await house.write("hi")
    for call in house.side.passed_over(house.clock.now()):
        assert (await house.call(call))[0] == 200
    await house.engine.settle()
    assert house.texts == ["Hello."]


async def test_broken_calls_are_never_a_failure_of_the_server(house: House) -> None:
    await house.write("hi")
    right = house.side.message("x", 5, house.clock.now())
    cut = Call(right.body[: len(right.body) // 2], right.headers)
    for call in (*house.side.broken(house.clock.now()), cut, Call(b"", right.headers), Call(b"\xff", right.headers)):
        assert (await house.call(call))[0] in {200, 400, 401}
    await house.engine.settle()
    assert house.texts == ["Hello."]


async def test_what_cannot_be_kept_is_refused_and_not_heard(house: House) -> None:
    await house.write("hi")
    for call in house.side.strange(house.clock.now()):
        assert ((await house.call(call))[0], call) == (400, call)
    await house.engine.settle()
    assert house.texts == ["Hello."]


ODD: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "half \ud800",
    "nul \0",
    "9" * 400,
    [],
    {},
    [[None]],
    {"id": {}},
]


def spoiled(value: Any) -> Iterator[Any]:
    """The value with each of its parts replaced by something odd, one after the other."""
    yield from ODD
    if isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: odd} for odd in spoiled(part))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from ([*value[:place], odd, *value[place + 1 :]] for odd in spoiled(part))


@pytest.mark.parametrize("side_type", [side for side in SIDES if side.kind != "email"], ids=lambda side: side.kind)
async def test_odd_values_in_right_calls_are_never_a_failure_of_the_server(
    side_type: type[Side], tmp_path: Path
) -> None:
    side = side_type()
    async with House(side, tmp_path).open() as house:
        right = side.message("x", 5, house.clock.now()).body
        value = dict(parse_qsl(right.decode())) if side.kind == "twilio" else json.loads(right)
        odd = [each for each in spoiled(value) if isinstance(each, dict) or side.kind != "twilio"]
        assert len(odd) > 40
        for each in odd:
            assert (await house.call(side.signed(each, house.clock.now())))[0] in {200, 400, 401, 403}, ascii(each)
        await house.engine.settle()
        said = len(house.provider.told)
        await house.write("one")
        assert len(house.provider.told) > said


async def test_empty_and_long_and_strange_texts_are_heard(house: House) -> None:
    await house.write("hi")
    texts = ["", "👩‍👩‍👧‍👦 \U0001f1e7\U0001f1f7", "שלום عليكم", "a\nb", "nul \0 here", "x" * 64 * 1024]
    for text in texts:
        await house.write(text)
    heard = [message.text for message in await house.engine.messages(await house.conversation(), 0)]
    expected = [text.replace("\0", "\ufffd") for text in texts]
    assert [text for text in heard if text in expected] == expected


async def test_a_long_text_comes_in_parts_in_order(side: Side, tmp_path: Path) -> None:
    words = " ".join(str(number) for number in range(20_000))
    async with House(side, tmp_path).open(f'TALK "{words}"') as house:
        await house.write("hi")
        assert " ".join(house.texts) == words
        most = house.adapter.longest({})
        assert most is None or (len(house.texts) > 1 and max(map(units, house.texts)) <= most)


async def test_buttons(side: Side, tmp_path: Path) -> None:
    script = (
        'HEAR size AS "small", "ürgendwie 👍", "a label that is longer than every button may be, by far and wide"\n'
    )
    async with House(side, tmp_path).open(f'TALK "Hello."\n{script}TALK "So " + size + "."') as house:
        await house.write("hi")
        [*_, last] = house.sent
        assert len(last.buttons) == 3
        await house.press(last.buttons[1])
        assert house.texts[-1] == "So ürgendwie 👍."


@pytest.mark.parametrize("more", ["", "x" * 200], ids=["short", "long"])
async def test_who_takes_a_ready_answer_says_its_value(side: Side, tmp_path: Path, more: str) -> None:
    offered = "".join(f'ADD SUGGESTION "{fruit}{more}" AS "A nice {fruit}{more}"\n' for fruit in ("apple", "pear"))
    async with House(side, tmp_path).open(f'{offered}HEAR x WITH "Which?"\nTALK "So " + LEFT(x, 5) + LEN(x)') as house:
        await house.write("hi")
        await house.press(house.sent[-1].buttons[1])
        assert house.texts[-1] == f"So pear{more[:1]}{4 + len(more)}"


@pytest.mark.parametrize(
    ("offered", "asked", "said", "where_numbers", "else_"),
    [
        ('"5"/"10"', "HEAR x", "2", "10", "2"),
        ('"5"/"10"', "HEAR x AS INTEGER", "2", "2", "2"),
        ('"5" AS "Five"/"4" AS "Four"/"1" AS "One"', "HEAR x", "1", "5", "1"),
        ('"3"/"2"/"1"', "HEAR x", "1", "1", "1"),
        ('"help" AS "Help me!"', 'HEAR x AS "small", "large"', "2", "small", "large"),
    ],
)
async def test_a_number_is_a_ready_answer_where_these_are_numbers(
    side: Side, tmp_path: Path, offered: str, asked: str, said: str, where_numbers: str, else_: str
) -> None:
    suggestions = "".join(f"ADD SUGGESTION {each}\n" for each in offered.split("/"))
    async with House(side, tmp_path).open(f'{suggestions}TALK "Which?"\n{asked}\nTALK "So " + x') as house:
        await house.write("hi")
        are_numbers = not house.adapter.are_buttons({"suggestions": [{"label": "5"}, {"label": "10"}]})
        await house.write(said)
        assert house.texts[-1] == f"So {where_numbers if are_numbers else else_}"


async def test_many_ready_answers_are_all_there(side: Side, tmp_path: Path) -> None:
    labels = [f"choice number {number}." for number in range(30)]
    offered = "\n".join(f'ADD SUGGESTION "{label}"' for label in labels)
    async with House(side, tmp_path).open(f'{offered}\nTALK "Which?"\nHEAR x') as house:
        await house.write("hi")
        [sent] = house.sent
        assert list(sent.buttons) == labels or all(
            f"{number}. {label}" in sent.text for number, label in enumerate(labels, 1)
        )


async def test_answers_with_long_names_fit_and_answer_by_their_numbers(side: Side, tmp_path: Path) -> None:
    offered = "\n".join(f'ADD SUGGESTION "{number}{"ü👍" * 60}"' for number in range(1, 41))
    async with House(side, tmp_path).open(f'{offered}\nTALK "{"word " * 900}"\nHEAR x') as house:
        await house.write("hi")
        most = house.adapter.most_units
        assert most is None or max(map(units, house.texts)) <= most
        last = house.sent[-1]
        assert len(last.buttons) == 40 or "\n40. " in last.text


async def test_a_long_choice_is_understood_by_its_button(side: Side, tmp_path: Path) -> None:
    long = "a label that is longer than every button may be, by far and wide, " * 3
    async with House(side, tmp_path).open(f'HEAR size AS "small", "{long.strip()}"\nTALK "So " + LEN(size)') as house:
        await house.write("hi")
        await house.press(house.sent[-1].buttons[1])
        assert house.texts[-1] == f"So {len(long.strip())}"


async def test_files(side: Side, tmp_path: Path) -> None:
    script = 'SEND IMAGE "https://example.com/a.jpg", "A cat"\nSEND FILE "https://example.com/b.pdf"'
    async with House(side, tmp_path).open(script) as house:
        await house.write("hi")
        found = [(sent.file or "", sent.text) for sent in house.sent]
        assert [" ".join(filter(None, (text.replace(file, "").strip(), file))) for file, text in found] == [
            "A cat https://example.com/a.jpg",
            "https://example.com/b.pdf",
        ]


@pytest.mark.parametrize("caption", ["Our prices", "word " * 900], ids=["short", "long"])
async def test_a_file_with_ready_answers_has_both(side: Side, tmp_path: Path, caption: str) -> None:
    url = "https://example.com/prices.pdf"
    script = f'SEND FILE "{url}", "{caption}"\nHEAR size AS "small", "large"\nTALK "So " + size'
    async with House(side, tmp_path).open(script) as house:
        await house.write("hi")
        assert [url in (sent.file, *sent.text.split()) for sent in house.sent].count(True) == 1
        assert " ".join(" ".join(house.texts).split()).count("word") == caption.count("word")
        last = house.sent[-1]
        assert list(last.buttons) == ["small", "large"] or last.text.endswith("\n1. small\n2. large")
        most = house.adapter.most_units
        assert most is None or max(map(units, house.texts)) <= most


async def test_a_file_that_the_provider_does_not_show_comes_as_a_link(side: Side, tmp_path: Path) -> None:
    url = "https://example.com/a.jpg"
    async with House(side, tmp_path).open(f'SEND IMAGE "{url}", "A cat"\nTALK "So."') as house:
        house.provider.answers = [(400, {}, {"ok": False, "description": "wrong type of the web page content"})]
        await house.write("hi")
        shows = house.adapter.is_shown({"kind": "image", "url": url})
        assert house.texts == ([f"A cat {url}"] if shows else []) + ["So."]


async def test_a_message_without_words_is_not_sent(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open('TALK ""\nTALK " "\nTALK "Hello."') as house:
        await house.write("hi")
        assert house.texts == ["Hello."]


async def test_a_provider_that_is_down_for_an_hour_misses_nothing(house: House) -> None:
    house.provider.is_down = True
    await house.write("hi")
    await house.write("one")
    await house.pass_time(timedelta(hours=1))
    assert (house.texts, len(house.provider.refused) > 3) == ([], True)
    house.provider.is_down = False
    await house.pass_time(timedelta(hours=1))
    assert house.texts == ["Hello.", "You said one"]


async def test_a_provider_that_says_when_is_asked_then(house: House) -> None:
    house.provider.answers = [house.side.later(600)]
    await house.write("hi")
    await house.pass_time(timedelta(seconds=599))
    assert (house.texts, len(house.provider.refused)) == ([], 1)
    await house.pass_time(timedelta(seconds=2))
    assert house.texts == ["Hello."]


async def test_what_the_provider_refuses_is_given_up_and_the_next_goes(house: House) -> None:
    house.provider.answers = [(400, {}, {"ok": False, "description": "no"})]
    await house.write("hi")
    await house.write("one")
    assert house.texts == ["You said one"]


async def test_a_message_keeps_its_id_over_all_attempts_and_a_kill(side: Side, tmp_path: Path) -> None:
    house = House(side, tmp_path)
    house.provider.is_down = True
    async with house.open():
        await house.write("hi")
    first = [side.sent(told) for told in house.provider.refused]
    house.provider.is_down = False
    async with house.open():
        await house.pass_time(timedelta(minutes=5))
    assert house.sent == first[:1]


async def test_the_contact_has_a_name(side: Side, tmp_path: Path) -> None:
    async with House(side, tmp_path).open('TALK "Hello, " + username') as house:
        await house.write("hi")
        assert house.texts[0].lower().startswith("hello, ana") == side.is_named


async def test_the_instructions_have_the_address_and_no_secret(house: House) -> None:
    told = "\n".join(house.adapter.instructions(house.adapter.settings, "https://bots.example.com/channels/place"))
    assert house.side.reached_at in told
    assert not any(secret in told for secret in house.side.secrets.values())


async def test_a_channel_of_another_name_is_not_found(house: House) -> None:
    async with house.client.post("/channels/other", data=b"{}") as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "not_found")


async def test_no_secret_is_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.provider.answers = [(500, {}, {}), (400, {}, {"description": "no"})]
    await house.write("hi")
    await house.call(house.side.forged(house.side.message("x", 5, house.clock.now()))[0])
    await house.pass_time(timedelta(minutes=1))
    assert caplog.text
    assert not any(secret in caplog.text for secret in house.side.secrets.values())
