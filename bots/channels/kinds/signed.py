"""Signed webhooks, in and out, as Standard Webhooks says: for programs of your own, and for channels not known here."""

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Any, Final, Self
from urllib.parse import unquote, urlsplit

from aiohttp import web
from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from tasktalk.bots.api.body import json_object, read_bytes
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, T
from tasktalk.bots.channels.bodies import Id, demand_something, read_as
from tasktalk.bots.channels.proofs import demand_recent
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.outside.addresses import is_public, is_web_address
from tasktalk.bots.outside.hooks import PREFIX, headers, signature
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.ports import Delivery, Fetched, HookCall, InboundFile
from tasktalk.runtime.sent_files import MOST_FILES, kind_of
from tasktalk.runtime.tasks.filenames import mime_type

_NEAR: Final = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
_OPEN: Final = "send_to begins with http://: what the bot says can be read on its way; https:// hides it"
_SMALLEST_KEY: Final = 24  # bytes, as Standard Webhooks asks for


def _key(secret: SecretStr) -> SecretStr:
    try:
        key = base64.b64decode(secret.get_secret_value().removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if len(key) < _SMALLEST_KEY:
        raise ValueError(
            f"expected {PREFIX} and at least {_SMALLEST_KEY} bytes in base64; make one by: tasktalk channels secret"
        )
    return secret


def _is_near(host: str) -> bool:
    """Whether what goes there stays in the server's own network, as far as the address tells."""
    try:
        ip_address(host)
    except ValueError:
        name = host.rstrip(".").lower()
        return "." not in name or name.endswith(_NEAR)
    return not is_public(host)


class SignedSettings(Common):
    """`secret` signs both ways; `send_to` is where messages go."""

    secret: Annotated[Secret, AfterValidator(_key)]
    send_to: Annotated[AnyHttpUrl, Field(description='an address such as "https://example.com/in"')]

    @property
    def doubts(self) -> Sequence[str]:
        """That what the bot says goes openly through the internet."""
        host = (self.send_to.host or "").strip("[]")
        return () if self.send_to.scheme == "https" or _is_near(host) else (_OPEN,)


def _addresses(sent: object) -> object:
    if sent is None:
        return []
    if not isinstance(sent, list) or len(sent) > MOST_FILES or not all(map(is_web_address, sent)):
        raise PydanticCustomError("expected", f"expected files to be a list of at most {MOST_FILES} web addresses")
    return sent


class Said(BaseModel):
    """What a contact says, or sends, or both: `files` are addresses."""

    contact: Id
    text: StrictStr = ""
    name: StrictStr | None = None
    files: Annotated[list[str], BeforeValidator(_addresses)] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if "text" not in self.model_fields_set:  # an empty one may begin a talk
            demand_something(self.text, self.files)
        return self


class Signed(Adapter[SignedSettings]):
    """A message comes as `Said`, and its id is that of the call."""

    settings_type = SignedSettings

    @classmethod
    def instructions(cls, settings: SignedSettings, address: str) -> Sequence[str]:
        """Where to send."""
        example = '{"contact": "…", "text": "…"}'
        return [
            f"Let your program send each message to {address} as {example}, signed as Standard Webhooks says.",
            f"What the bot says is sent to {settings.send_to}, signed with the same secret.",
        ]

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """One message of a contact."""
        message_id = await self._checked(request)
        said = read_as(Said, await json_object(request))
        await self.hear(said.contact, said.text, message_id, said.name, files=list(map(_file, said.files)))
        return web.json_response({})

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """The file at this address."""
        return await self.fetch_from(reference, take)

    async def send(self, delivery: Delivery) -> None:
        """One message, under its own id at each attempt."""
        data = {
            "id": delivery.message_id,
            "contact": delivery.contact,
            "text": delivery.text,
            "suggestions": delivery.suggestions,
            "files": delivery.files,
        }
        await self._tell("message", delivery.message_id, delivery.created_at, data)

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """The program is told, and shows what it likes."""
        now = self.door.clock.now()
        await self._tell("typing", new_id("typ", now), now, {"contact": contact})

    async def _tell(self, kind: str, call_id: str, at: datetime, data: Mapping[str, Any]) -> None:
        body = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
        url, secret, now = str(self.settings.send_to), self.settings.secret.get_secret_value(), self.door.clock.now()
        call = HookCall(call_id, url, secret, now, json.dumps(body))
        await self.door.provider.tell(
            self.settings.send_to.host or "",
            url,
            secrets=[secret, secret.removeprefix(PREFIX)],
            headers=headers(call),
            data=call.body.encode(),
        )

    async def _checked(self, request: web.Request) -> str:
        """The call's id, once it is known that it was signed with the secret, and lately. Raises Problem."""
        given = [request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
        call_id, at, signatures = given
        if not all(given):
            raise Problem("unauthorized", "The call has to be signed: webhook-id, webhook-timestamp, webhook-signature")
        signed = f"{call_id}.{at}.".encode("utf-8", "surrogateescape") + await read_bytes(request)
        right = f"v1,{signature(self.settings.secret.get_secret_value(), signed)}".encode()
        # All are compared, so that the time does not tell which of them is right.
        found = [hmac.compare_digest(each.encode("utf-8", "surrogateescape"), right) for each in signatures.split()]
        if not any(found):
            raise Problem("unauthorized", "The signature is not right")
        demand_recent(at, self.door.clock.now())
        return call_id


def _file(url: str) -> InboundFile:
    """The file that lies at this address; what it is, is told by the end of its name."""
    name = unquote(urlsplit(url).path.rpartition("/")[2]) or None
    kind = mime_type(None, name or "")
    return InboundFile(kind_of(kind), url, name, kind)
