"""Calls the webhooks of others, signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

import tasktalk
from tasktalk.bots.outside.addresses import checked
from tasktalk.bots.outside.reasons import reason
from tasktalk.bots.outside.web import Web
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ports import HookCall, Undeliverable

PREFIX: Final = "whsec_"


class SignedCalls:
    """Nothing of the server's own network is called, as for scripts."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def check(self, url: str) -> None:
        """Refuses `invalid-url`, and `forbidden-address` where that is seen without asking anybody."""
        try:
            self._web.check(url)
        except Refused as refused:
            # The hints for addresses are written for scripts.
            hint = refused.hint if refused.code == "forbidden-address" else "expected https://example.com/hooks, say"
            raise Refused(refused.code, refused.message, hint) from None

    async def call(self, call: HookCall) -> None:
        """Calls once. Raises Undeliverable where the other side is gone for good (410) or must not be called."""
        try:
            status, words = await self._web.post(call.url, headers(call), call.body.encode())
        except Refused as refused:
            if refused.code in {"forbidden-address", "invalid-url"}:
                raise Undeliverable(refused.message) from None
            raise ConnectionError(refused.message) from None
        if 200 <= status < 300:
            return
        # The host alone: the rest of an address may hold secrets.
        said = f"{checked(call.url).host} answered {status}"
        if (why := reason(words, call.url, [call.secret, call.secret.removeprefix(PREFIX)])) is not None:
            said += f": {why}"
        if status == 410:
            raise Undeliverable(said)
        raise ConnectionError(said)


def headers(call: HookCall) -> Mapping[str, str]:
    """What goes with a call's body."""
    at = str(int(call.at.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": f"TaskTalk/{tasktalk.__version__}",
        "webhook-id": call.id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature(call.secret, f'{call.id}.{at}.{call.body}'.encode())}",
    }


def signature(secret: str, signed: bytes) -> str:
    """The signature of "id.timestamp.body" with a secret, in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
