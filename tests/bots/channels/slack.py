"""Slack's side; the signatures are those of slack_sdk."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from tests.bots.channels.provider import Answer, Told
from tests.bots.channels.side import NAN, NO_IDS, Call, Given, Sent, Side

TOKEN, SECRET = "xoxb-1-2-abc", "8f742231b10e8888abcd99yyyzzz85a5"
FILE_ID = "F0RDC39U1"
FORM = "application/x-www-form-urlencoded"


class Slack(Side):
    kind = "slack"
    shows_from_elsewhere = True
    contact = "U061F7AUR"
    is_named = False
    has_typing = False
    usual: ClassVar[Any] = {"ok": True, "ts": "1503435956.000247"}
    secrets: ClassVar[Mapping[str, str]] = {"SLACK_TOKEN": TOKEN, "SLACK_SECRET": SECRET}

    def settings(self, provider: str) -> Mapping[str, Any]:
        self.address = provider
        return {"bot_token": {"env": "SLACK_TOKEN"}, "signing_secret": {"env": "SLACK_SECRET"}, "api": provider}

    def call(self, body: str, now: datetime, kind: str = "application/json") -> Call:
        """A call as Slack signs it."""
        at = str(int(now.timestamp()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
        assert signature is not None
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": kind}
        return Call(body.encode(), headers)

    def event(self, number: int, now: datetime, **event: Any) -> Call:
        """An event of the Events API."""
        body = {"type": "event_callback", "event_id": f"Ev{number}", "team_id": "T1", "event": event}
        return self.call(json.dumps(body), now)

    def message(self, text: str, number: int, now: datetime) -> Call:
        return self.event(number, now, **self._direct(text))

    def file(self, text: str, given: Given, number: int, now: datetime) -> Call:
        told = {"id": FILE_ID, "name": given.name, "mimetype": given.mime_type, "size": len(given.data)}
        file = {**told, "mode": "hosted", "url_private": f"{self.address}/files-pri/x"}
        return self.event(number, now, **self._direct(text), subtype="file_share", files=[file])

    def holds(self, given: Given) -> Mapping[str, Answer]:
        lies_at = f"{self.address}/files-pri/download/x"
        found = {"ok": True, "file": {"id": FILE_ID, "mimetype": given.mime_type, "url_private_download": lies_at}}
        return {
            "/files.info": (200, {}, found),
            "/files-pri/download/x": (200, {"Content-Type": given.mime_type}, given.data),
        }

    def lost(self, given: Given) -> Mapping[str, Answer]:
        return {"/files.info": (200, {}, {"ok": False, "error": "file_deleted"})}

    def may_have(self, asked: Sequence[Told]) -> None:
        assert asked[0].path == f"/files.info?file={FILE_ID}"
        assert {each.headers["Authorization"] for each in asked} == {f"Bearer {TOKEN}"}

    def press(self, sent: Told, label: str, number: int, now: datetime) -> Call:
        [actions] = [block for block in sent.json["blocks"] if block["type"] == "actions"]
        [button] = [each for each in actions["elements"] if each["text"]["text"] == label]
        payload = {
            "type": "block_actions",
            "trigger_id": f"{number}.1",
            "user": {"id": self.contact, "name": "ana"},
            "channel": {"id": "D024BE91L"},
            "message": {"ts": "1"},
            "actions": [{"type": "button", "action_id": button["action_id"], "value": button["value"]}],
        }
        return self.call(urlencode({"payload": json.dumps(payload)}), now, FORM)

    def command(self, text: str, number: int, now: datetime) -> Call:
        """A slash command in a channel."""
        fields = {"command": "/bot", "text": text, "user_id": self.contact, "user_name": "ana", "channel_id": "C1"}
        return self.call(urlencode({**fields, "trigger_id": f"{number}.2"}), now, FORM)

    def passed_over(self, now: datetime) -> Sequence[Call]:
        return [
            self.event(9001, now, **{**self._direct("x"), "subtype": "message_changed"}),
            self.event(9002, now, **{**self._direct("x"), "bot_id": "B1"}),
            self.event(9003, now, **{**self._direct("x"), "channel_type": "channel"}),
            self.event(9004, now, type="reaction_added", user=self.contact),
            self.call(json.dumps({"type": "something_of_next_year"}), now),
            self.call(json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}), now),
            self.call(urlencode({"payload": json.dumps({"type": "view_closed"})}), now, FORM),
        ]

    def strange(self, now: datetime) -> Sequence[Call]:
        button = {"type": "block_actions", "user": {"id": "U1"}, "channel": {"id": "D1"}, "trigger_id": "1"}
        payload = json.dumps({**button, "actions": [{"value": "x"}], "x": NAN})
        return [
            *(self.event(9201, now, **{**self._direct("x"), "user": each}) for each in NO_IDS),
            self.event(9202, now, **self._direct("x"), files=[{"id": "\ud800"}]),
            self.event(9203, now, **self._direct("x"), x=NAN),
            self.call(urlencode({"payload": payload}), now, FORM),
        ]

    def broken(self, now: datetime) -> Sequence[Call]:
        return [
            self.event(9101, now, **{**self._direct("x"), "user": 5}),
            self.event(9102, now, **{**self._direct("x"), "text": None}),
            self.event(9103, now, **{**self._direct("x"), "channel": None}),
            self.call(json.dumps({"type": "event_callback", "event_id": 5, "event": []}), now),
            self.call("payload=%7B", now, FORM),
            self.call("payload=5", now, FORM),
            self.call(urlencode({"payload": json.dumps({"type": "block_actions", "actions": [5]})}), now, FORM),
            self.call("&".join(f"a{number}=1" for number in range(1000)), now, FORM),
        ]

    def signed(self, value: Any, now: datetime) -> Call:
        return self.call(json.dumps(value), now)

    def forged(self, call: Call) -> Sequence[Call]:
        at = str(int(call.headers["X-Slack-Request-Timestamp"]) + 1)
        return [
            Call(call.body),
            Call(call.body + b" ", call.headers),
            replace(call, headers={**call.headers, "X-Slack-Request-Timestamp": at}),
            replace(call, headers={**call.headers, "X-Slack-Request-Timestamp": ""}),
            replace(call, headers={**call.headers, "X-Slack-Signature": "v0=" + "0" * 64}),
        ]

    def sent(self, told: Told) -> Sent:
        assert (told.path, told.headers["Authorization"]) == ("/chat.postMessage", f"Bearer {TOKEN}")
        body = told.json
        blocks = {block["type"]: block for block in body.get("blocks", [])}
        text = body["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if blocks:
            text = blocks["section"]["text"]["text"] if "section" in blocks else ""
            assert len(text) <= 3000
        elements = blocks.get("actions", {"elements": []})["elements"]
        labels = [element["text"]["text"] for element in elements]
        assert all(len(label) <= 75 for label in labels)
        assert all(len(element["value"]) <= 2000 for element in elements)
        image = blocks.get("image", {}).get("image_url")
        link = next((word for word in text.split() if word.startswith("https://")), None)
        return Sent({"D024BE91L": self.contact}.get(body["channel"], body["channel"]), text, labels, image or link)

    def _direct(self, text: str) -> dict[str, Any]:
        return {
            "type": "message",
            "channel": "D024BE91L",
            "user": self.contact,
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "ts": "1355517523.000005",
            "channel_type": "im",
        }
