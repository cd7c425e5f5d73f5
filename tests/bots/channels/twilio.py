"""Twilio's side; the signatures are those of twilio's own library."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from twilio.request_validator import RequestValidator

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NO_IDS, PUBLIC_URL, Call, Given, Sent, Side

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "12345678901234567890123456789012"
SENDER = "+15017122661"
PLACE = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'1' * 32}/Media/ME{'2' * 32}"
HEADER = "X-Twilio-Signature"


class Twilio(Side):
    kind = "twilio"
    shows_from_elsewhere = True
    contact = "+15558675310"
    usual: ClassVar[Any] = {"sid": "SM1", "status": "queued"}
    has_time = False
    is_named = names_files = has_typing = False
    secrets: ClassVar[Mapping[str, str]] = {"TWILIO_TOKEN": TOKEN}

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address = provider
        return {"account_sid": ACCOUNT, "auth_token": {"env": "TWILIO_TOKEN"}, "sender": SENDER, "api": provider}

    def call(self, fields: Mapping[str, str]) -> Call:
        """A call as Twilio signs it."""
        signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC_URL}/channels/place", dict(fields))
        headers = {HEADER: signature, "Content-Type": "application/x-www-form-urlencoded"}
        return Call(urlencode(fields).encode(), headers)

    def message(self, text: str, number: int, now: datetime) -> Call:
        fields = {"MessageSid": f"SM{number}", "From": self.contact, "To": SENDER, "Body": text, "NumMedia": "0"}
        return self.call({**fields, "AccountSid": ACCOUNT})

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        fields = {"MessageSid": f"MM{number}", "From": self.contact, "To": SENDER, "Body": text, "NumMedia": "1"}
        media = {"MediaUrl0": f"https://api.twilio.com{PLACE}", "MediaContentType0": given.mime_type}
        return self.call({**fields, "AccountSid": ACCOUNT, **media})

    def holds(self, given: Given) -> Mapping[str, Answer]:
        # Another host than the one that is asked first, which must not be told who asks.
        elsewhere = self.address.replace("127.0.0.1", "localhost")
        return {
            PLACE: (307, {"Location": f"{elsewhere}/media/x"}, b""),
            "/media/x": (200, {"Content-Type": given.mime_type}, given.data),
        }

    def lost(self, given: Given) -> Mapping[str, Answer]:
        return {PLACE: (404, {}, {"code": 20404, "message": "The requested resource was not found"})}

    def may_have(self, asked: Sequence[Told]) -> None:
        account = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert [each.headers.get("Authorization") for each in asked] == [f"Basic {account}", None]

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        lines = dict(parse_qsl(sent.body.decode()))["Body"].splitlines()
        [choice] = [line.partition(".")[0] for line in lines if line.partition(". ")[2] == label]
        return self.message(choice, number, now)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        return [
            self.call({"MessageSid": "SM1", "MessageStatus": "delivered", "From": SENDER, "To": self.contact}),
            self.call({"MessageSid": "SM2", "From": self.contact, "To": "+15005550006", "Body": "for another number"}),
            self.call({}),
        ]

    def strange(self, now: datetime) -> Sequence[Call]:
        right = {"MessageSid": "SM9201", "From": self.contact, "To": SENDER, "Body": "x", "AccountSid": ACCOUNT}
        return [self.call({**right, name: each}) for name in ("MessageSid", "From") for each in NO_IDS[1:]]

    def broken(self, now: datetime) -> Sequence[Call]:
        many = {f"a{number:04}": "1" for number in range(1000)}
        return [self.call({"MessageSid": "", "From": self.contact, "Body": "x"}), self.call(many)]

    def signed(self, value: Any, now: datetime) -> Call:
        return self.call({name: str(each).replace("\ud800", "\ufffd") for name, each in value.items()})

    def forged(self, call: Call) -> Sequence[Call]:
        return [
            Call(call.body, {"Content-Type": call.headers["Content-Type"]}),
            Call(call.body + b"&More=1", call.headers),
            Call(call.body, {**call.headers, HEADER: base64.b64encode(b"0" * 20).decode()}),
        ]

    def sent(self, told: Told) -> Sent:
        account = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert told.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        assert told.headers["Authorization"] == f"Basic {account}"
        form = dict(parse_qsl(told.body.decode(), keep_blank_values=True))
        assert form["From"] == SENDER
        assert len(form["Body"].encode("utf-16-le")) // 2 <= 1600
        lines = form["Body"].split("\n")
        numbered = [line for line in lines if line.partition(". ")[0].isdigit()]
        text = "\n".join(line for line in lines if line not in numbered)
        return Sent(form["To"], text, [line.partition(". ")[2] for line in numbered], form.get("MediaUrl"))
