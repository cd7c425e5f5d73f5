"""The side of a program with signed webhooks; what it signs and checks, the library of Standard Webhooks does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from standardwebhooks.webhooks import Webhook

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NAN, NO_IDS, Call, Given, Sent, Side

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Signed(Side):
    kind = "signed"
    shows_from_elsewhere = True
    secrets: ClassVar[Mapping[str, str]] = {"SIGNED_SECRET": SECRET}
    contact = "ana"

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address = provider
        return {"secret": {"env": "SIGNED_SECRET"}, "send_to": f"{provider}/hooks"}

    def call(self, number: int, now: datetime, body: Any) -> Call:
        """A signed call."""
        call_id, written = f"msg_{number}", json.dumps(body)
        headers = {
            "webhook-id": call_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(call_id, now, written),
        }
        return Call(written.encode(), headers)

    def message(self, text: str, number: int, now: datetime) -> Call:
        return self.call(number, now, {"contact": self.contact, "text": text, "name": "Ana"})

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        url = f"{self.address}/shop/{quote(given.name, safe='')}?token=abc"
        return self.call(number, now, {"contact": self.contact, "text": text, "files": [url]})

    def holds(self, given: Given) -> Mapping[str, Answer]:
        return {f"/shop/{given.name}": (200, {"Content-Type": given.mime_type}, given.data)}

    def lost(self, given: Given) -> Mapping[str, Answer]:
        return {f"/shop/{given.name}": (410, {}, b"")}

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        [value] = [each["value"] for each in sent.json["data"]["suggestions"] if each["label"] == label]
        return self.message(value, number, now)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        return []

    def strange(self, now: datetime) -> Sequence[Call]:
        contacts = [self.call(9201, now, {"contact": each, "text": "x"}) for each in NO_IDS]
        right = {"contact": "ana", "text": "x"}
        return [*contacts, self.call(int("9" * 4000), now, right), self.call(9202, now, {**right, "x": NAN})]

    def broken(self, now: datetime) -> Sequence[Call]:
        wrong = [{}, {"contact": 5, "text": "x"}, {"contact": "ana"}, {"contact": "ana", "text": "x", "name": 5}, [1]]
        return [self.call(9000 + number, now, body) for number, body in enumerate(wrong)]

    def signed(self, value: Any, now: datetime) -> Call:
        return self.call(5, now, value)

    def forged(self, call: Call) -> Sequence[Call]:
        without = [Call(call.body, {k: v for k, v in call.headers.items() if k != name}) for name in call.headers]
        at = str(int(call.headers["webhook-timestamp"]) + 1)
        return [
            *without,
            Call(call.body + b" ", call.headers),
            replace(call, headers={**call.headers, "webhook-timestamp": at}),
            replace(call, headers={**call.headers, "webhook-id": "msg_other"}),
            replace(call, headers={**call.headers, "webhook-timestamp": "soon"}),
        ]

    def is_typing(self, told: Told) -> bool:
        if told.json["type"] != "typing":
            return False
        at = datetime.fromtimestamp(int(told.headers["webhook-timestamp"]), tz=None).astimezone()
        signature = Webhook(SECRET).sign(told.headers["webhook-id"], at, told.body.decode())
        assert (told.headers["webhook-signature"], told.json["data"]) == (signature, {"contact": self.contact})
        return True

    def sent(self, told: Told) -> Sent:
        # It compares with the clock of this machine, which is not the test's.
        webhook = Webhook(SECRET)
        at = datetime.fromtimestamp(int(told.headers["webhook-timestamp"]), tz=None).astimezone()
        assert told.headers["webhook-signature"] == webhook.sign(told.headers["webhook-id"], at, told.body.decode())
        body = told.json["data"]
        assert told.headers["webhook-id"] == body["id"]
        file = body["files"][0]["url"] if body["files"] else None
        return Sent(body["contact"], body["text"], [each["label"] for each in body["suggestions"]], file)


OLD = timedelta(minutes=6)
