"""Libraries of others judge as the channels do: what is signed to them, what it says, and what they send."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from nacl.exceptions import BadSignatureError
from pywa.client import WhatsApp
from pywa.types.callback import CallbackButton, CallbackSelection
from pywa.types.message import Message
from pywa.utils import webhook_updates_validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.signature import SignatureVerifier
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from twilio.request_validator import RequestValidator

from tasktalk.runtime.clock import VirtualClock
from tests.bots.channels import discord, signed, slack, twilio, whatsapp
from tests.bots.channels.conftest import House
from tests.bots.channels.side import PUBLIC_URL, Call, Side

CHOICES = 'HEAR size AS "small", "ürgendwie 👍", "a label that is longer than every button may be, by far and wide"'
IMAGE = 'SEND IMAGE "https://example.com/a.jpg", "A cat"'


def by_slack_sdk(call: Call) -> bool:
    try:
        return SignatureVerifier(slack.SECRET).is_valid_request(call.body, dict(call.headers))
    except ValueError:  # a time that is no number
        return False


def by_pywa(call: Call) -> bool:
    return bool(webhook_updates_validator(whatsapp.SECRET, call.body, call.headers.get(whatsapp.HEADER, "")))


def by_twilio(call: Call) -> bool:
    fields = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    address = f"{PUBLIC_URL}/channels/place"
    return bool(RequestValidator(twilio.TOKEN).validate(address, fields, call.headers.get(twilio.HEADER, "")))


def by_pynacl(call: Call) -> bool:
    signed_at = call.headers.get("X-Signature-Timestamp", "").encode()
    try:
        signature = bytes.fromhex(call.headers.get("X-Signature-Ed25519", ""))
        discord.KEY.verify_key.verify(signed_at + call.body, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def by_standardwebhooks(call: Call) -> bool:
    try:
        Webhook(signed.SECRET).verify(call.body, dict(call.headers))
    except WebhookVerificationError:
        return False
    return True


JUDGES: Final[Mapping[type[Side], Callable[[Call], bool]]] = {
    discord.Discord: by_pynacl,
    signed.Signed: by_standardwebhooks,
    slack.Slack: by_slack_sdk,
    twilio.Twilio: by_twilio,
    whatsapp.WhatsApp: by_pywa,
}
"""Telegram signs nothing: what it sends along is compared as it stands."""
OF_TIME: Final = (signed.Signed, slack.Slack)
"""Whose library looks at the time as well."""


@pytest.mark.parametrize("kind", JUDGES, ids=lambda kind: kind.kind)
async def test_what_a_library_takes_is_taken_and_what_it_refuses_is_refused(kind: type[Side], tmp_path: Path) -> None:
    side = kind()
    house = House(side, tmp_path)
    now = datetime.now(UTC)  # as the libraries know it, by this machine's clock
    house.clock = VirtualClock(now)
    right = side.message("hi", 1, now)
    calls = [right, *side.forged(right)]
    if kind in OF_TIME:
        calls += [side.message("hi", 2, now + away) for away in (timedelta(minutes=-20), timedelta(minutes=20))]
    async with house.open():
        ours = [(await house.call(call))[0] for call in calls]
    assert ours == [200, *[401] * (len(calls) - 1)]
    assert [JUDGES[kind](call) for call in calls] == [status == 200 for status in ours]


async def test_a_library_takes_what_is_signed_to_be_sent(tmp_path: Path) -> None:
    side = signed.Signed()
    house = House(side, tmp_path)
    house.clock = VirtualClock(datetime.now(UTC))
    async with house.open('TALK "Hello 👋"'):
        await house.write("hi")
        [told] = house.provider.told
        headers = {name.lower(): value for name, value in told.headers.items()}
        assert by_standardwebhooks(Call(told.body, headers))
        assert not by_standardwebhooks(Call(told.body + b" ", headers))
        assert not by_standardwebhooks(Call(told.body, {**headers, "webhook-id": "msg_other"}))


async def test_a_library_takes_the_blocks_that_slack_is_sent(tmp_path: Path) -> None:
    side = slack.Slack()
    async with House(side, tmp_path).open(f'{IMAGE}\nTALK "Which?"\n{CHOICES}') as house:
        await house.write("hi")
        sent = [told.json["blocks"] for told in house.provider.told]
    found = [[block["type"] for block in blocks] for blocks in sent]
    assert found == [["section", "image"], ["section", "actions"]]
    for blocks in sent:
        assert read_by_slack_sdk(blocks) == blocks
    wrong = {"type": "image", "image_url": "https://example.com/a.jpg", "alt_text": "x" * 2001}
    with pytest.raises(SlackObjectFormationError):
        read_by_slack_sdk([wrong])


async def test_pywa_reads_the_messages_of_meta_as_the_channel_does(tmp_path: Path) -> None:
    side, client = whatsapp.WhatsApp(), WhatsApp(phone_id=whatsapp.NUMBER, token=whatsapp.TOKEN)
    async with House(side, tmp_path).open() as house:
        await house.write("hi")
        now = house.clock.now()
        button = {"type": "button_reply", "button_reply": {"id": "green", "title": "Green"}}
        row = {"type": "list_reply", "list_reply": {"id": "blue", "title": "Blue"}}
        context = {"from": whatsapp.NUMBER, "id": "wamid.1"}
        calls = [
            side.message("one 👋", 1, now),
            side.said(2, now, whatsapp.PHONE, type="interactive", interactive=button, context=context),
            side.said(3, now, type="interactive", interactive=row, context=context),
            side.said(4, now, type="location", location={"latitude": -23.5, "longitude": -46.5}),
        ]
        for call in calls:
            assert (await house.call(call))[0] == 200
            await house.engine.settle()
        text, pressed, chosen, place = [json.loads(call.body) for call in calls]
        location = Message.from_update(client, place).location
        read = [
            Message.from_update(client, text).text,
            CallbackButton.from_update(client, pressed).data,
            CallbackSelection.from_update(client, chosen).data,
            f"{location.latitude}, {location.longitude}" if location else None,
        ]
        assert house.texts == ["Hello.", *(f"You said {each}" for each in read)]
        assert Message.from_update(client, text).from_user.bsuid == side.contact


def read_by_slack_sdk(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as slack_sdk makes them of what it read, and checks them."""
    return [block.to_dict() for block in Block.parse_all(blocks)]
