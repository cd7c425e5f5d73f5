"""Discord: people talk by a command, in direct messages with the bot. It is as Discord's documentation has it.

A command has one answer, which is changed when it comes again; a message with a nonce that is to be enforced is taken
once; any other message is one more, also a further answer to a command. A command is known as soon as it is sent.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.channels.links import PATH
from tasktalk.bots.crashtest.ways.provider import Call, Provider, Take
from tasktalk.bots.crashtest.ways.screens import Refusals, Screens
from tasktalk.runtime.clock import RealClock

_KEY: Final = b"crashtest" * 3 + b"tests"
_APPLICATION: Final = "100000000000000000"
_DIRECT: Final = "9"
"""Stands before a person's id in the id of the channel of direct messages with them."""
_FIRST: Final = 200_000_000_000_000_000
_COMMAND, _TEXT = 2, 3


class Discord(Provider):
    """A contact is a person's id."""

    channel, title, kind = "discord", "Discord", "discord"
    secret = "crashtest"  # noqa: S105 - of a bot that is nowhere

    def __init__(self, screens: Screens, refusals: Refusals) -> None:
        super().__init__(screens, refusals)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(_KEY)
        self._commands: dict[str, str] = {}  # who gave each, by its token
        self._answers: dict[str, int] = {}  # at which place each command's answer is shown

    @classmethod
    def contact(cls, number: int) -> str:
        return str(_FIRST + number)

    def settings(self, url: str, secret: Mapping[str, str]) -> Mapping[str, Any]:
        public_key = self._key.public_key().public_bytes_raw().hex()
        application = {"application_id": _APPLICATION, "public_key": public_key}
        return {**application, "bot_token": secret, "api": f"{url}/discord"}

    def call(self, contact: str, text: str, number: int) -> Call:
        token = f"{contact}-{number}"
        self._commands[token] = contact
        body = {
            "id": f"{int(contact) - _FIRST}{number:015}",
            "type": _COMMAND,
            "token": token,
            "channel_id": f"{_DIRECT}{contact}",
            "user": {"id": contact, "username": contact},
            "data": {"name": "talk", "options": [{"name": "text", "type": _TEXT, "value": text}]},
        }
        at, written = str(int(RealClock().now().timestamp())), json.dumps(body).encode()
        signature = self._key.sign(at.encode() + written).hex()
        signed_with = {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": at}
        return Call(f"{PATH}/{self.channel}", {"Content-Type": "application/json", **signed_with}, written)

    def routes(self) -> Iterator[tuple[str, str, Take]]:
        of_command = "/discord/webhooks/{application}/{token}"
        yield "PATCH", f"{of_command}/messages/@original", self._take_answer
        yield "POST", of_command, self._take_answer
        yield "POST", "/discord/channels/{channel}/messages", self._take_message
        yield "POST", "/discord/channels/{channel}/typing", lambda request, sent: web.Response(status=204)

    def _take_answer(self, request: web.Request, sent: Any) -> web.Response:
        token, text = request.match_info["token"], sent["content"]
        if (contact := self._commands.get(token)) is None:
            return web.json_response({"message": "Unknown Webhook"}, status=404)
        if request.method == "POST":
            return self._one_more(contact, text)
        self.calls[token] += 1
        return _answered(self.take(token, lambda: self._change(token, contact, text)))

    def _change(self, token: str, contact: str, text: str) -> None:
        """The command's answer is this."""
        if token in self._answers:
            self.screens.change(contact, self._answers[token], text)
        else:
            self._answers[token] = len(self.screens.texts[contact])
            self.screens.show(contact, text)

    def _take_message(self, request: web.Request, sent: Any) -> web.Response:
        contact, text = request.match_info["channel"].removeprefix(_DIRECT), sent["content"]
        if sent.get("enforce_nonce"):
            return _answered(self.take_once(str(sent["nonce"]), contact, text))
        return self._one_more(contact, text)

    def _one_more(self, contact: str, text: str) -> web.Response:
        return _answered(self.take(f"{contact} {text}", lambda: self.screens.show(contact, text)))


def _answered(status: int) -> web.Response:
    return web.json_response({"id": "1"}, status=status)
