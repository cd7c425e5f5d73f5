"""A signed webhook: each message has an id, by which it is taken once."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web

from tasktalk.bots.channels.links import PATH
from tasktalk.bots.crashtest.ways.provider import Call, Provider, Take
from tasktalk.bots.outside.hooks import PREFIX, headers
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ports import HookCall


class Signed(Provider):
    """A program of somebody's."""

    channel, title, kind = "push", "a signed webhook", "signed"
    secret = PREFIX + base64.b64encode(b"crashtest" * 3).decode()

    def settings(self, url: str, secret: Mapping[str, str]) -> Mapping[str, Any]:
        return {"secret": secret, "send_to": f"{url}/push"}

    def call(self, contact: str, text: str, number: int) -> Call:
        body = json.dumps({"contact": contact, "text": text})
        signed_with = headers(HookCall(f"{contact}-{number}", "", self.secret, RealClock().now(), body))
        return Call(f"{PATH}/{self.channel}", signed_with, body.encode())

    def routes(self) -> Iterator[tuple[str, str, Take]]:
        yield "POST", "/push", self._take

    def _take(self, request: web.Request, told: Any) -> web.Response:
        if told["type"] != "message":
            return web.Response()
        sent = told["data"]
        message_id = str(sent["id"])
        return web.Response(status=self.take_once(message_id, str(sent["contact"]), str(sent["text"])))
