"""Meta's side; the signatures are compared by pywa."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pywa.utils import webhook_updates_validator

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NAN, NO_IDS, Call, Given, Sent, Side

NUMBER, TOKEN, SECRET, WORD = "106540352242922", "EAAJB", "614fc2afde15eee07a26b2fe3eaee9b9", "a-word-of-ours"
HEADER = "X-Hub-Signature-256"
MEDIA_ID = "2762702990552401"
PHONE = "16505551234"


class WhatsApp(Side):
    kind = "whatsapp"
    shows_from_elsewhere = True
    contact = "US.13491208655302741918"
    usual: ClassVar[Any] = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]}
    has_time = False
    secrets: ClassVar[Mapping[str, str]] = {"WA_TOKEN": TOKEN, "WA_SECRET": SECRET, "WA_WORD": WORD}

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address = provider
        return {
            "phone_number_id": NUMBER,
            "access_token": {"env": "WA_TOKEN"},
            "app_secret": {"env": "WA_SECRET"},
            "verify_token": {"env": "WA_WORD"},
            "api": provider,
        }

    def call(self, body: Any) -> Call:
        """A call as Meta signs it."""
        written = json.dumps(body).encode()
        signature = f"sha256={hmac.new(SECRET.encode(), written, hashlib.sha256).hexdigest()}"
        assert webhook_updates_validator(SECRET, written, signature)
        return Call(written, {HEADER: signature})

    def change(self, field: str = "messages", number_id: str = NUMBER, **value: Any) -> Call:
        """One change of the webhook."""
        metadata = {"display_phone_number": "15550783881", "phone_number_id": number_id}
        told = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        entry = {"id": "102290129340398", "changes": [{"field": field, "value": told}]}
        return self.call({"object": "whatsapp_business_account", "entry": [entry]})

    def said(self, number: int, now: datetime, phone: str | None = None, **what: Any) -> Call:
        """A message of the contact, who shows no phone number unless one is given."""
        message = {
            "id": f"wamid.{number}",
            "timestamp": str(int(now.timestamp())),
            "from_user_id": self.contact,
            **what,
        }
        contact = {"profile": {"name": "Ana Silva"}, "user_id": self.contact}
        if phone is not None:
            message["from"], contact["wa_id"] = phone, phone
        return self.change(contacts=[contact], messages=[message])

    def message(self, text: str, number: int, now: datetime) -> Call:
        return self.said(number, now, type="text", text={"body": text})

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        kind = {"image": "image", "audio": "audio"}.get(given.mime_type.partition("/")[0], "document")
        told = {"id": MEDIA_ID, "mime_type": given.mime_type, "sha256": "x", **({"caption": text} if text else {})}
        named = {"filename": given.name} if kind == "document" else {}
        what: dict[str, Any] = {"type": kind, kind: {**told, **named}}
        return self.said(number, now, None, **what)

    def holds(self, given: Given) -> Mapping[str, Answer]:
        lies_at = f"{self.address}/whatsapp_business/attachments/"
        found = {"messaging_product": "whatsapp", "url": f"{lies_at}?mid={MEDIA_ID}", "mime_type": given.mime_type}
        return {
            f"/{MEDIA_ID}": (200, {}, found),
            "/whatsapp_business/attachments/": (200, {"Content-Type": given.mime_type}, given.data),
        }

    def lost(self, given: Given) -> Mapping[str, Answer]:
        why = "Unsupported get request. Object with ID does not exist"
        return {f"/{MEDIA_ID}": (400, {}, {"error": {"message": why, "code": 100, "error_subcode": 33}})}

    def may_have(self, asked: Sequence[Told]) -> None:
        assert {each.headers["Authorization"] for each in asked} == {f"Bearer {TOKEN}"}

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        interactive = sent.json.get("interactive")
        if interactive is None:
            lines = sent.json["text"]["body"].splitlines()
            [choice] = [line.partition(".")[0] for line in lines if line.partition(". ")[2] == label]
            return self.message(choice, number, now)
        kind, offered = _offered(interactive)
        [chosen] = [each for each in offered if each["title"] == label]
        reply = "button_reply" if kind == "button" else "list_reply"
        context = {"from": NUMBER, "id": "wamid.1"}
        return self.said(number, now, type="interactive", interactive={"type": reply, reply: chosen}, context=context)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        message = {
            "id": "wamid.9",
            "timestamp": "1",
            "from_user_id": self.contact,
            "type": "text",
            "text": {"body": "x"},
        }
        return [
            self.change(statuses=[{"id": "wamid.1", "status": "delivered"}]),
            self.change("account_update", messages=[message]),
            self.change("messages", "999", messages=[message]),
            self.said(9001, now, type="reaction", reaction={"message_id": "wamid.1", "emoji": "👍"}),
            self.said(9002, now, type="something_of_next_year"),
        ]

    def strange(self, now: datetime) -> Sequence[Call]:
        text: dict[str, Any] = {"type": "text", "text": {"body": "x"}}
        return [
            *(self.said(9201, now, **text, from_user_id=each) for each in NO_IDS),
            *(self.said(9202, now, **{**text, "id": each}) for each in NO_IDS),
            self.said(9203, now, **text, x=NAN),
        ]

    def broken(self, now: datetime) -> Sequence[Call]:
        return [
            self.said(9101, now, type="text", text=5),
            self.said(9102, now, type="text"),
            self.said(9103, now, type="interactive", interactive={"button_reply": {"id": 5}}),
            self.change(messages=[5, None, {"type": "text", "text": {"body": "x"}}]),
            self.change(
                messages=[{"id": "w", "timestamp": "soon", "from": PHONE, "type": "text", "text": {"body": "x"}}]
            ),
            self.change(contacts=[5], messages={}),
            self.call({"entry": [{"changes": [5]}, 5]}),
            self.call({"entry": 5}),
        ]

    def signed(self, value: Any, now: datetime) -> Call:
        return self.call(value)

    def forged(self, call: Call) -> Sequence[Call]:
        return [Call(call.body), Call(call.body + b" ", call.headers), Call(call.body, {HEADER: "sha256=" + "0" * 64})]

    def is_typing(self, told: Told) -> bool:
        if "typing_indicator" not in told.json:
            return False
        body = {"messaging_product": "whatsapp", "status": "read", "typing_indicator": {"type": "text"}}
        assert {**told.json, "message_id": None} == {**body, "message_id": None}
        assert told.json["message_id"].startswith("wamid.")
        assert (told.path, told.headers["Authorization"]) == (f"/{NUMBER}/messages", f"Bearer {TOKEN}")
        return True

    def sent(self, told: Told) -> Sent:
        assert (told.path, told.headers["Authorization"]) == (f"/{NUMBER}/messages", f"Bearer {TOKEN}")
        body = told.json
        to = body.get("recipient") or body["to"]
        match body["type"]:
            case "interactive":
                _, offered = _offered(body["interactive"])
                assert len(body["interactive"]["body"]["text"]) <= 1024
                return Sent(to, body["interactive"]["body"]["text"], [each["title"] for each in offered])
            case "image" | "document" as kind:
                return Sent(to, body[kind].get("caption", ""), (), body[kind]["link"])
            case "template":
                [component] = body["template"]["components"]
                return Sent(to, component["parameters"][0]["text"])
            case _:
                lines = body["text"]["body"].split("\n")
                assert len(body["text"]["body"].encode("utf-16-le")) // 2 <= 4096
                numbered = [line for line in lines if line.partition(". ")[0].isdigit()]
                text = "\n".join(line for line in lines if line not in numbered)
                return Sent(to, text, [line.partition(". ")[2] for line in numbered])

    def later(self, seconds: int) -> Answer:
        return 429, {"Retry-After": str(seconds)}, {"error": {"message": "slow down", "code": 17}}


def _offered(interactive: Mapping[str, Any]) -> tuple[str, list[dict[str, str]]]:
    kind, action = interactive["type"], interactive["action"]
    if kind == "button":
        offered = [button["reply"] for button in action["buttons"]]
        assert 1 <= len(offered) <= 3
        assert all(1 <= len(each["title"]) <= 20 for each in offered)
        return kind, offered
    rows = [row for section in action["sections"] for row in section["rows"]]
    assert len(rows) <= 10
    assert all(1 <= len(row["title"]) <= 24 and len(row["id"]) <= 200 for row in rows)
    return kind, rows
