"""Telegram: a message that comes has an id, one that goes out has none, so what comes twice is seen twice.

It is known because the same text comes twice running, which no talk of a crash test has.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web

from tasktalk.bots.channels.kinds.telegram import HEADER, webhook_secret
from tasktalk.bots.channels.links import PATH
from tasktalk.bots.crashtest.ways.provider import Call, Provider, Take

_MOST_MESSAGES = 1000


class Telegram(Provider):
    """A contact is a chat's number."""

    channel, title, kind, has_ids = "telegram", "Telegram", "telegram", False
    secret = "1:crashtest"  # noqa: S105 - of a bot that is nowhere

    @classmethod
    def contact(cls, number: int) -> str:
        return str(number)

    def settings(self, url: str, secret: Mapping[str, str]) -> Mapping[str, Any]:
        return {"token": secret, "api": url}

    def call(self, contact: str, text: str, number: int) -> Call:
        message = {"message_id": 1, "date": 0, "chat": {"id": int(contact), "type": "private"}, "text": text}
        body = json.dumps({"update_id": int(contact) * _MOST_MESSAGES + number, "message": message})
        signed_with = {"Content-Type": "application/json", HEADER: webhook_secret(self.secret)}
        return Call(f"{PATH}/{self.channel}", signed_with, body.encode())

    def routes(self) -> Iterator[tuple[str, str, Take]]:
        yield "POST", "/bot{token}/{method}", self._take

    def _take(self, request: web.Request, sent: Any) -> web.Response:
        if request.match_info["method"] != "sendMessage":
            return web.json_response({"ok": True, "result": True})
        contact, text = str(sent["chat_id"]), str(sent["text"])
        status = self.take(f"{contact} {text}", lambda: self._show(contact, text))
        return web.json_response({"ok": status == 200, "result": {"message_id": 1}}, status=status)

    def _show(self, contact: str, text: str) -> None:
        if self.screens.texts[contact][-1:] == [text]:
            self.came_twice += 1
        else:
            self.screens.show(contact, text)
