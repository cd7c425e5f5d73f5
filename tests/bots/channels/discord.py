"""Discord's side; PyNaCl signs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from nacl.signing import SigningKey

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NAN, NO_IDS, Call, Given, Sent, Side

KEY = SigningKey(b"0123456789abcdef0123456789abcdef")
APPLICATION, TOKEN = "773336526917861400", "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
CHANNEL, INTERACTION_TOKEN = "772908445358620702", "aW50ZXJhY3Rpb246ODQ2"
FURTHER = f"/webhooks/{APPLICATION}/{INTERACTION_TOKEN}"
ORIGINAL = f"{FURTHER}/messages/@original"
"""Where the one answer to a command goes, and where more of them do."""

FILE_ID = "1206254423000000001"
PLACE = f"/ephemeral-attachments/{CHANNEL}/{FILE_ID}/image.jpg"


class Discord(Side):
    kind = "discord"
    shows_from_elsewhere = True
    begins: ClassVar[Any] = {"id": CHANNEL}
    contact = "82198898841029460"
    usual: ClassVar[Any] = {"id": "1"}
    secrets: ClassVar[Mapping[str, str]] = {"DISCORD_TOKEN": TOKEN}

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address = provider
        return {
            "application_id": APPLICATION,
            "public_key": KEY.verify_key.encode().hex(),
            "bot_token": {"env": "DISCORD_TOKEN"},
            "api": provider,
        }

    def call(self, body: Any, now: datetime) -> Call:
        """A call as Discord signs it."""
        at, written = str(int(now.timestamp())), json.dumps(body).encode()
        signature = KEY.sign(at.encode() + written).signature.hex()
        return Call(written, {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": at})

    def interaction(self, kind: int, number: int, now: datetime, data: Any, **more: Any) -> Call:
        """An interaction in direct messages."""
        person = {"id": self.contact, "username": "ana", "global_name": "Ana"}
        body = {"id": str(number), "type": kind, "token": INTERACTION_TOKEN, "channel_id": CHANNEL, "data": data}
        return self.call({**body, "application_id": APPLICATION, "user": person, **more}, now)

    def message(self, text: str, number: int, now: datetime) -> Call:
        option = {"name": "text", "type": 3, "value": text}
        return self.interaction(2, number, now, {"id": "1", "name": "talk", "options": [option]})

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        told = {"id": FILE_ID, "filename": given.name, "content_type": given.mime_type, "size": len(given.data)}
        file = {**told, "url": f"{self.address}{PLACE}?ex=65d903de&is=65c68ede&hm=2481", "ephemeral": True}
        options = [{"name": "file", "type": 11, "value": FILE_ID}]
        if text:
            options.append({"name": "text", "type": 3, "value": text})
        resolved = {"attachments": {FILE_ID: file}}
        return self.interaction(2, number, now, {"name": "talk", "options": options, "resolved": resolved})

    def holds(self, given: Given) -> Mapping[str, Answer]:
        return {PLACE: (200, {"Content-Type": given.mime_type}, given.data)}

    def lost(self, given: Given) -> Mapping[str, Answer]:
        return {PLACE: (404, {}, b"This content is no longer available.")}

    def may_have(self, asked: Sequence[Told]) -> None:
        assert [(each.path, "Authorization" in each.headers) for each in asked] == [
            (f"{PLACE}?ex=65d903de&is=65c68ede&hm=2481", False)
        ]

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        buttons = [button for row in sent.json["components"] for button in row["components"]]
        [chosen] = [button["custom_id"] for button in buttons if button["label"] == label]
        return self.interaction(3, number, now, {"component_type": 2, "custom_id": chosen})

    def passed_over(self, now: datetime) -> Sequence[Call]:
        return [
            self.call({"type": 1}, now),
            self.interaction(4, 9001, now, {"name": "talk", "options": []}),
            self.interaction(5, 9002, now, {"custom_id": "form"}),
            self.interaction(77, 9003, now, {}),
        ]

    def strange(self, now: datetime) -> Sequence[Call]:
        data = {"name": "talk"}
        users = [self.interaction(2, 9201, now, data, member={"user": {"id": each}}) for each in NO_IDS]
        return [*users, self.interaction(2, 9202, now, data, token="\0"), self.interaction(2, 9203, now, data, x=NAN)]

    def broken(self, now: datetime) -> Sequence[Call]:
        return [
            self.interaction(2, 9101, now, []),
            self.interaction(2, 9102, now, {"name": 5, "options": [5]}),
            self.interaction(3, 9103, now, {"custom_id": 5}),
            self.interaction(2, 9104, now, {"name": "talk"}, user=5),
            self.interaction(2, 9105, now, {"name": "talk"}, token=None),
            self.call({}, now),
        ]

    def signed(self, value: Any, now: datetime) -> Call:
        return self.call(value, now)

    def forged(self, call: Call) -> Sequence[Call]:
        at = str(int(call.headers["X-Signature-Timestamp"]) + 1)
        return [
            Call(call.body),
            Call(call.body + b" ", call.headers),
            replace(call, headers={**call.headers, "X-Signature-Timestamp": at}),
            replace(call, headers={**call.headers, "X-Signature-Ed25519": "00" * 64}),
            replace(call, headers={**call.headers, "X-Signature-Ed25519": "no hex"}),
        ]

    def is_typing(self, told: Told) -> bool:
        if told.path != f"/channels/{CHANNEL}/typing":
            return False
        assert told.headers["Authorization"] == f"Bot {TOKEN}"
        return True

    def is_beginning(self, told: Told) -> bool:
        return told.path.endswith("/channels")

    def sent(self, told: Told) -> Sent:
        body = told.json
        if (told.method, told.path) == ("PATCH", ORIGINAL) or told.path == FURTHER:
            assert ("Authorization" in told.headers, "nonce" in body) == (False, False)
        else:
            assert (told.path, told.headers["Authorization"]) == (f"/channels/{CHANNEL}/messages", f"Bot {TOKEN}")
            assert (len(body["nonce"]) <= 25, body["enforce_nonce"]) == (True, True)
        assert len(body["content"]) <= 2000
        rows = body.get("components", [])
        assert all(len(row["components"]) <= 5 for row in rows)
        buttons = [button for row in rows for button in row["components"]]
        assert all(len(button["label"]) <= 80 and len(button["custom_id"]) <= 100 for button in buttons)
        link = next((word for word in body["content"].split() if word.startswith("https://")), None)
        return Sent(self.contact, body["content"], [button["label"] for button in buttons], link)

    def later(self, seconds: int) -> Answer:
        return 429, {}, {"message": "You are being rate limited.", "retry_after": float(seconds), "global": False}
