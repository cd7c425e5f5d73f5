"""What is WhatsApp's own: Meta's first question, the 24 hours, and who a person is."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tasktalk.storage import deliveries
from tests.bots.channels.conftest import House
from tests.bots.channels.whatsapp import NUMBER, PHONE, WORD, WhatsApp

ASKS = "/channels/place?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
LATER = 'TALK "Hello."\nWAIT 90000\nTALK "Still there?\nAna"'
TEMPLATE = {"name": "from_the_bot", "language": "pt_BR"}


async def test_metas_question_is_answered_to_who_knows_the_word(tmp_path: Path) -> None:
    async with House(WhatsApp(), tmp_path).open() as house:
        async with house.client.get(ASKS + WORD) as answer:
            assert (answer.status, await answer.text()) == (200, "1158201444")
        async with house.client.get(ASKS + "wrong") as answer:
            assert answer.status == 401
        async with house.client.get(f"/channels/place?hub.verify_token={WORD}&hub.challenge=<script>") as answer:
            assert answer.status == 400


async def test_after_24_hours_a_message_is_a_template(tmp_path: Path) -> None:
    async with House(WhatsApp(), tmp_path).open(LATER, template=TEMPLATE) as house:
        await house.write("hi")
        await house.pass_time(timedelta(hours=26))
        assert [told.json["type"] for told in house.provider.told] == ["text", "template"]
        template = house.provider.told[1].json["template"]
        assert (template["name"], template["language"]) == ("from_the_bot", {"code": "pt_BR"})
        assert template["components"] == [
            {"type": "body", "parameters": [{"type": "text", "text": "Still there? Ana"}]}
        ]


async def test_after_24_hours_without_a_template_a_message_is_given_up_and_says_why(tmp_path: Path) -> None:
    async with House(WhatsApp(), tmp_path).open(LATER) as house:
        await house.write("hi")
        await house.pass_time(timedelta(hours=26))
        assert house.texts == ["Hello."]
        async with house.services.database.read() as reader:
            [row] = await deliveries.listed(reader, "dead", 10)
        assert "24 hours" in row["error"]


async def test_each_message_of_the_person_opens_the_24_hours_again(tmp_path: Path) -> None:
    script = 'TALK "Hello."\nHEAR x\nWAIT 82800\nTALK "Later."'
    async with House(WhatsApp(), tmp_path).open(script) as house:
        await house.write("hi")
        await house.pass_time(timedelta(hours=20))
        await house.write("x")
        await house.pass_time(timedelta(hours=24))
        assert house.texts == ["Hello.", "Later."]


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_an_older_message_that_comes_late_does_not_shorten_the_24_hours(
    tmp_path: Path, is_restarted: bool
) -> None:
    script = 'TALK "Hello."\nHEAR x\nHEAR y\nWAIT 82800\nTALK "Later."'
    house = House(WhatsApp(), tmp_path)
    async with house.open(script):
        await house.write("hi")
        await house.pass_time(timedelta(hours=20))
        sent_at = house.clock.now()
        await house.pass_time(timedelta(hours=2))
        await house.write("x")
        if not is_restarted:
            await late(house, sent_at)
    async with house.open(script):
        if is_restarted:
            await late(house, sent_at)
        await house.pass_time(timedelta(hours=24))
    assert house.texts == ["Hello.", "Later."]


async def late(house: House, sent_at: datetime) -> None:
    """A message comes that was sent before the last one."""
    assert (await house.call(house.side.message("y", 7, sent_at)))[0] == 200
    await house.engine.settle()


async def test_a_person_is_the_same_with_and_without_a_number(tmp_path: Path) -> None:
    side = WhatsApp()
    async with House(side, tmp_path).open() as house:
        await house.write("hi")
        call = side.said(7, house.clock.now(), PHONE, type="text", text={"body": "one"})
        assert (await house.call(call))[0] == 200
        await house.engine.settle()
        assert house.texts == ["Hello.", "You said one"]
        to = [{name: told.json.get(name) for name in ("to", "recipient")} for told in house.provider.told]
        assert to == [{"to": None, "recipient": side.contact}, {"to": PHONE, "recipient": None}]


async def test_a_person_of_whom_only_the_number_is_known(tmp_path: Path) -> None:
    side = WhatsApp()
    async with House(side, tmp_path).open() as house:
        message = {"id": "w1", "from": PHONE, "type": "text", "text": {"body": "hi"}}
        message["timestamp"] = str(int(house.clock.now().timestamp()))
        assert (await house.call(side.change(messages=[message])))[0] == 200
        await house.engine.settle()
        assert [told.json["to"] for told in house.provider.told] == [PHONE]


async def test_a_place_is_heard_as_scripts_read_it(tmp_path: Path) -> None:
    side = WhatsApp()
    async with House(side, tmp_path).open(
        'TALK "Where?"\nHEAR p AS LOCATION\nTALK FORMAT(p.latitude, "0.00000")'
    ) as house:
        await house.write("hi")
        place = {"latitude": -0.00001, "longitude": -46.63, "name": "Sé"}
        assert (await house.call(side.said(5, house.clock.now(), type="location", location=place)))[0] == 200
        await house.engine.settle()
        assert house.texts == ["Where?", "-0.00001"]


async def test_many_choices_are_a_list_and_more_are_numbers(tmp_path: Path) -> None:
    for count, kind in ((3, "button"), (10, "list"), (11, None)):
        choices = ", ".join(f'"choice {number}"' for number in range(count))
        folder = tmp_path / str(count)
        folder.mkdir()
        async with House(WhatsApp(), folder).open(f'TALK "Which?"\nHEAR c AS {choices}\nTALK "So " + c') as house:
            await house.write("hi")
            assert (house.provider.told[0].json.get("interactive") or {}).get("type") == kind
            await house.press(f"choice {count - 1}")
            assert house.texts[-1] == f"So choice {count - 1}"


async def test_a_rate_of_metas_is_waited_for_and_a_wrong_token_is_tried_again(tmp_path: Path) -> None:
    async with House(WhatsApp(), tmp_path).open() as house:
        house.provider.answers = [
            (400, {}, {"error": {"code": 130429, "message": "Rate limit hit"}}),
            (401, {}, {"error": {"code": 190, "message": "Access token has expired"}}),
        ]
        await house.write("hi")
        await house.pass_time(timedelta(seconds=59))
        assert len(house.provider.refused) == 1
        await house.pass_time(timedelta(minutes=5))
        assert (house.texts, house.provider.told[0].path) == (["Hello."], f"/{NUMBER}/messages")
