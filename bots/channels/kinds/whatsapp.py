"""WhatsApp by Meta's Cloud API (developers.facebook.com, WhatsApp Business Platform)."""

import hashlib
import hmac
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from tasktalk.bots.api.body import json_object, read_bytes
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, T
from tasktalk.bots.channels.menus import menu
from tasktalk.bots.channels.proofs import demand_same
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.service import Service
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.texts import fitting
from tasktalk.bots.channels.told import first, international, place_text, record, text_of, whole
from tasktalk.bots.outside.provider import demand_taken
from tasktalk.runtime.ports import HEARD_AT, ComeBack, Delivery, Fetched, FileGone, FileKind, InboundFile, Undeliverable

_WINDOW: Final = timedelta(hours=24)
"""For so long after a person's message anything may be said to them; later a template alone."""
_LONGEST_TEXT, _LONGEST_CAPTION = 4096, 1024
_BUTTONS, _LONGEST_BUTTON, _ROWS, _LONGEST_ROW, _LONGEST_ID = 3, 20, 10, 24, 200
_RATES: Final = frozenset([4, 80007, 130429, 131048, 131056])
_PASSING: Final = frozenset([0, 1, 2, 10, 190, 131000, 131016, 133004])
_NO_FILE: Final = frozenset([400, 404])
_PAUSE_SECONDS: Final = 60.0
_SENT: Mapping[str, FileKind] = {
    "image": "image",
    "sticker": "image",
    "audio": "audio",
    "video": "video",
    "document": "file",
}
"""The types of messages that are files, each named as its field."""
_DOMAINS: Final = frozenset(["fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net", "whatsapp.com"])
"""Whose servers may know the token."""
_TEMPLATE: Final = 'a table such as { name = "from_the_bot", language = "en_US" }'
_ID: Final = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")

_log = logging.getLogger("tasktalk.channels")


class Template(BaseModel):
    """What a person is told outside of the window: an approved template whose body has one variable, the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: StrictStr
    language: StrictStr = "en_US"


class WhatsAppSettings(Common):
    """The number's id, and the app's secrets. `verify_token` is a word of your own, which Meta sends once."""

    phone_number_id: Annotated[StrictStr, Field(pattern=r"^[0-9]{5,20}$", description="5 to 20 digits")]
    access_token: Secret
    app_secret: Secret
    verify_token: Secret
    template: Annotated[Template | None, Field(description=_TEMPLATE)] = None
    api: Service = "https://graph.facebook.com/v23.0"


class WhatsApp(Adapter[WhatsAppSettings]):
    """A contact is the id that Meta has for a person at this business, or their number where it tells none."""

    settings_type = WhatsAppSettings
    most_per_second = 80
    most_units = _LONGEST_TEXT

    @classmethod
    def instructions(cls, settings: WhatsAppSettings, address: str) -> Sequence[str]:
        """The webhook's fields."""
        return [
            "Start the server first: Meta asks it at once for the verify token. At developers.facebook.com, in your",
            "app, WhatsApp, Configuration:",
            f"  Callback URL {address}, and as verify token what verify_token names.",
            "  Webhook fields: subscribe to messages.",
            "WhatsApp, API Setup shows the Phone number ID; App settings, Basic the App secret for app_secret.",
            "At business.facebook.com, Settings, System users: make one, give it the app and the WhatsApp account, and",
            "generate a token with whatsapp_business_messaging that does not expire; that is what access_token names.",
        ]

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """The id that Meta has for a person, or a number with its country code, which Meta has without its +."""
        number = international(f"+{written.strip().removeprefix('+')}")
        return number[1:] if number else written.strip() if _ID.fullmatch(written.strip()) else None

    def most_of(self, detail: Mapping[str, Any]) -> int | None:
        """What has buttons or stands below a file is shorter."""
        is_short = detail.get("files") or (detail.get("suggestions") and self.are_buttons(detail))
        return _LONGEST_CAPTION if is_short else _LONGEST_TEXT

    def are_buttons(self, detail: Mapping[str, Any]) -> bool:
        """Those that can be pressed: few enough, their labels fit whole, none is there twice, and there is no file."""
        labels = [each["label"] for each in detail.get("suggestions", ())]
        fit = len(labels) <= _ROWS and all(len(label) <= _LONGEST_ROW for label in labels)
        return fit and len(set(labels)) == len(labels) and not (labels and detail.get("files"))

    def is_shown(self, file: Mapping[str, Any]) -> bool:
        """Whatever it is."""
        return True

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Meta's question whether this is the right place, or messages: what was typed, pressed, or sent as a place."""
        if request.method == "GET":
            query = request.query
            demand_same(
                query.get("hub.verify_token", ""), self.settings.verify_token.get_secret_value(), "verify token"
            )
            if query.get("hub.mode") != "subscribe" or not query.get("hub.challenge", "").isalnum():
                raise Problem("invalid_request", "Expected hub.mode=subscribe and hub.challenge")
            return web.Response(text=query["hub.challenge"])
        key = self.settings.app_secret.get_secret_value().encode()
        right = f"sha256={hmac.new(key, await read_bytes(request), hashlib.sha256).hexdigest()}"
        demand_same(request.headers.get("X-Hub-Signature-256", ""), right, "header X-Hub-Signature-256")
        for value in _values(await json_object(request)):
            number = text_of(record(value.get("metadata")).get("phone_number_id"))
            if number == self.settings.phone_number_id:
                await self._take(value)
            elif number is not None:
                self.warn_once(
                    f'what Meta sends for the number "{number[:20]}" is passed over, since phone_number_id is '
                    f"{self.settings.phone_number_id}"
                )
        return web.json_response({})

    async def send(self, delivery: Delivery) -> None:
        """One message: within a day of the person's last one as it is, later in the template."""
        heard_at, phone = delivery.route.get(HEARD_AT), delivery.route.get("phone")
        body = {"messaging_product": "whatsapp", "recipient_type": "individual"}
        # Where both are known, Meta asks for the number; an id alone has a field of its own.
        body |= {"to": phone} if phone else {_field(delivery.contact): delivery.contact}
        is_open = heard_at is not None and self.door.clock.now() - datetime.fromisoformat(heard_at) < _WINDOW
        answer = await self.door.provider.ask(
            "WhatsApp",
            self._messages,
            headers=self._who(),
            json_body={
                **body,
                **(
                    _content(delivery, self.pressed(delivery, _LONGEST_ID), self.numbered(delivery))
                    if is_open
                    else self._in_template(delivery)
                ),
            },
        )
        error = record(record(answer.value).get("error"))
        code = whole(error.get("code"))
        why = f"WhatsApp did not take it: {code} {error.get('message')}"[:300]
        if code in _RATES:
            raise ComeBack(why, _PAUSE_SECONDS)
        if code in _PASSING:
            raise ConnectionError(why)
        demand_taken("WhatsApp", answer, text_of(error.get("message")))

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """Meta shows it for 25 seconds below the person's last message, which is then marked as read."""
        if message := route.get("message"):
            body = {"messaging_product": "whatsapp", "status": "read", "message_id": message}
            body["typing_indicator"] = {"type": "text"}
            await self.door.provider.tell("WhatsApp", self._messages, headers=self._who(), json_body=body)

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """The file with this id; Meta has it for a week, and tells for minutes where."""
        url = f"{self.settings.api}/{reference}"
        answer = await self.door.provider.ask("WhatsApp", url, method="GET", headers=self._who())
        told = record(answer.value)
        error, lies_at = record(told.get("error")), text_of(told.get("url"))
        if answer.status in _NO_FILE and whole(error.get("code")) not in _RATES | _PASSING:
            raise FileGone(f"WhatsApp does not give this file: {error.get('message')}"[:300])
        if not answer.is_right or lies_at is None:
            raise ConnectionError(f"WhatsApp answered {answer.status} to the question for a file")
        return await self.fetch_as("WhatsApp", lies_at, take, self._who(), _DOMAINS, self.settings.api)

    def _who(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.access_token.get_secret_value()}"}

    @property
    def _messages(self) -> str:
        return f"{self.settings.api}/{self.settings.phone_number_id}/messages"

    def _in_template(self, delivery: Delivery) -> dict[str, Any]:
        template = self.settings.template
        if template is None:
            raise Undeliverable(
                "the person has written nothing for 24 hours, and the channel's settings have no template for that"
            )
        # A variable has no line ends, and no more than four blanks in a row.
        said = " ".join(f"{delivery.words}{menu(delivery.detail)}".split())
        if len(said) > _LONGEST_CAPTION:
            raise Undeliverable(
                f"the person has written nothing for 24 hours, and a template takes {_LONGEST_CAPTION} characters: "
                f"this has {len(said)}"
            )
        body = {"type": "body", "parameters": [{"type": "text", "text": said}]}
        told = {"name": template.name, "language": {"code": template.language}, "components": [body]}
        return {"type": "template", "template": told}

    async def _take(self, value: Mapping[str, Any]) -> None:
        for status in map(record, _items(value.get("statuses"))):
            if status.get("status") == "failed":
                error = first(status.get("errors"))
                told = f"{error.get('code')} {error.get('title')}"[:200]
                _log.error(
                    "Channel %s: WhatsApp took a message, and cannot bring it: %s", self.door.name, fitting(told)
                )
        names: dict[str, str | None] = {}
        for person in map(record, _items(value.get("contacts"))):
            name = text_of(record(person.get("profile")).get("name"))
            names |= {key: name for field in ("user_id", "wa_id") if (key := text_of(person.get(field)))}
        for message in map(record, _items(value.get("messages"))):
            phone, user = text_of(message.get("from")), text_of(message.get("from_user_id"))
            said, message_id, contact = _said(message), text_of(message.get("id")), user or phone
            at = text_of(message.get("timestamp")) or ""
            if contact and message_id and said is not None and at.isascii() and at.isdigit() and len(at) < 12:
                heard_at = min(datetime.fromtimestamp(int(at), self.door.clock.now().tzinfo), self.door.clock.now())
                route = {HEARD_AT: heard_at.isoformat(), "phone": phone, "message": message_id}
                name = names.get(contact) or names.get(phone or "")
                await self.hear(contact, said, message_id, name, route, _files(message), phone)


def _content(delivery: Delivery, buttons: Sequence[tuple[str, str]], numbered: str) -> dict[str, Any]:
    """What a message says, in Meta's form for what goes with it."""
    if delivery.files:
        file = delivery.files[0]
        kind = "image" if file["kind"] == "image" else "document"
        caption = delivery.text + numbered
        return {"type": kind, kind: {"link": file["url"], **({"caption": caption} if caption else {})}}
    if not buttons:
        return {"type": "text", "text": {"body": delivery.text + numbered, "preview_url": False}}
    action: dict[str, Any]
    if len(buttons) <= _BUTTONS and all(len(label) <= _LONGEST_BUTTON for _, label in buttons):
        kind = "button"
        action = {"buttons": [{"type": "reply", "reply": {"id": said, "title": label}} for said, label in buttons]}
    else:
        kind = "list"
        rows = [{"id": said, "title": label} for said, label in buttons]
        action = {"button": "…", "sections": [{"title": "…", "rows": rows}]}
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": delivery.text}, "action": action}}


def _said(message: Mapping[str, Any]) -> str | None:
    match message.get("type"):
        case "text":
            return text_of(record(message.get("text")).get("body"))
        case "interactive":
            pressed = record(message.get("interactive"))
            reply = record(pressed.get("button_reply")) or record(pressed.get("list_reply"))
            return text_of(reply.get("id"))
        case "button":
            return text_of(record(message.get("button")).get("payload"))
        case "location":
            place = record(message.get("location"))
            return place_text(place.get("latitude"), place.get("longitude"))
        case str(kind) if kind in _SENT and _files(message):
            return text_of(record(message.get(kind)).get("caption")) or ""
    return None


def _files(message: Mapping[str, Any]) -> list[InboundFile]:
    kind = text_of(message.get("type")) or ""
    file = record(message.get(kind))
    media_id = text_of(file.get("id"))
    if kind not in _SENT or media_id is None or not media_id.isalnum():
        return []
    return [InboundFile(_SENT[kind], media_id, text_of(file.get("filename")), text_of(file.get("mime_type")))]


def _values(sent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in map(record, _items(sent.get("entry"))):
        for change in map(record, _items(entry.get("changes"))):
            if change.get("field") == "messages":
                yield record(change.get("value"))


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _field(contact: str) -> str:
    return "to" if contact.isdigit() else "recipient"
