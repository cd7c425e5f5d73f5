"""SMS by Twilio: its Messages API, and its webhook for messages (twilio.com/docs/messaging)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import Field, StrictStr

from tasktalk.bots.api.body import read_text
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, T
from tasktalk.bots.channels.proofs import demand_same
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.service import Service
from tasktalk.bots.channels.settings import Common, Words
from tasktalk.bots.channels.told import international, record
from tasktalk.bots.outside.provider import demand_taken
from tasktalk.runtime.ports import Delivery, Fetched, InboundFile
from tasktalk.runtime.sent_files import MOST_FILES, kind_of

_HEADER: Final = "X-Twilio-Signature"
_LONGEST_TEXT: Final = 1600
_NOTHING_TO_SAY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_NUMBER: Final = "a number with its country code, such as +14155550123"
_MOST_FIELDS: Final = 200
_MEDIA: Final = re.compile(r"/Messages/([A-Za-z0-9]{1,40})/Media/([A-Za-z0-9]{1,40})\Z", re.ASCII)


class TwilioSettings(Common):
    """The account, its secret, and the number that bots write from."""

    account_sid: Annotated[
        StrictStr, Field(pattern=r"^AC[0-9a-fA-F]{32}$", description="AC, and 32 digits and letters from a to f")
    ]
    auth_token: Secret
    sender: Annotated[StrictStr, Field(pattern=r"^\+[1-9][0-9]{6,14}$", description=_NUMBER)]
    stop_words: Words = ()
    """Twilio hears STOP and its like by itself, as the law of a country wants it, and answers."""
    api: Service = "https://api.twilio.com"


class Twilio(Adapter[TwilioSettings]):
    """A contact is a phone number."""

    settings_type = TwilioSettings
    most_units = _LONGEST_TEXT
    most_buttons = 0

    @classmethod
    def instructions(cls, settings: TwilioSettings, address: str) -> Sequence[str]:
        """One field of Twilio's console."""
        return [
            f"In Twilio's console, at the number {settings.sender}, A message comes in: Webhook, {address}, HTTP POST.",
            "The Auth Token, on the console's first page, is what auth_token names.",
            "The signature is of this address, so public_url has to be what Twilio calls, up to the last letter.",
        ]

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """A number with its country code."""
        return international(written)

    def is_shown(self, file: Mapping[str, Any]) -> bool:
        """Whatever it is."""
        return True

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """A message; what Twilio shows for an answer is empty, because the answers are sent."""
        fields = await self._checked(request)
        message_id, sender, said = fields.get("MessageSid"), fields.get("From"), fields.get("Body")
        if message_id and sender and said is not None:
            if (number := fields.get("To", self.settings.sender)) == self.settings.sender:
                await self.hear(sender, said, message_id, fields.get("ProfileName"), files=_files(fields))
            else:
                self.warn_once(
                    f'what Twilio sends for the number "{number[:20]}" is passed over, since sender is '
                    f"{self.settings.sender}"
                )
        return web.Response(text=_NOTHING_TO_SAY, content_type="text/xml")

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """The file of a message, by the ids of both; Twilio has it until somebody deletes it there."""
        message, _, media = reference.partition("/")
        settings = self.settings
        url = f"{settings.api}/2010-04-01/Accounts/{settings.account_sid}/Messages/{message}/Media/{media}"
        return await self.door.provider.fetch("Twilio", url, take, headers=self._who(), sends_on=True)

    def _who(self) -> Mapping[str, str]:
        account = f"{self.settings.account_sid}:{self.settings.auth_token.get_secret_value()}".encode()
        return {"Authorization": f"Basic {base64.b64encode(account).decode()}"}

    async def send(self, delivery: Delivery) -> None:
        """One message, with its menu as numbers."""
        settings = self.settings
        form = {"To": delivery.contact, "From": settings.sender, "Body": delivery.text + self.numbered(delivery)}
        if delivery.files:
            form["MediaUrl"] = delivery.files[0]["url"]
        answer = await self.door.provider.ask(
            "Twilio",
            f"{settings.api}/2010-04-01/Accounts/{settings.account_sid}/Messages.json",
            headers=self._who(),
            data=form,
        )
        demand_taken("Twilio", answer, str(record(answer.value).get("message") or ""))

    async def _checked(self, request: web.Request) -> Mapping[str, str]:
        """The form's fields, once it is known that Twilio signed them. Raises Problem `unauthorized`."""
        try:
            pairs = parse_qsl(await read_text(request), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise Problem("invalid_request", "The form has too many fields") from None
        called = self.door.address or f"{request.scheme}://{request.host}{request.path}"
        signed = called + (f"?{request.query_string}" if request.query_string else "")
        signed += "".join(f"{name}{value}" for name, value in sorted(pairs))
        key = self.settings.auth_token.get_secret_value().encode()
        right = base64.b64encode(hmac.new(key, signed.encode("utf-8", "replace"), hashlib.sha1).digest()).decode()
        demand_same(request.headers.get(_HEADER, ""), right, f"header {_HEADER}")
        return dict(pairs)


def _files(fields: Mapping[str, str]) -> list[InboundFile]:
    found = []
    for number in range(MOST_FILES):
        if (place := _MEDIA.search(fields.get(f"MediaUrl{number}", ""))) is None:
            break
        kind = fields.get(f"MediaContentType{number}")
        found.append(InboundFile(kind_of(kind), f"{place[1]}/{place[2]}", None, kind))
    return found
