"""Telegram: the Bot API (core.telegram.org/bots/api), by webhook."""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from tasktalk.bots.api.body import json_object
from tasktalk.bots.channels.adapter import Adapter, T
from tasktalk.bots.channels.menus import choices
from tasktalk.bots.channels.proofs import demand_same
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.service import Service
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.told import place_text, record, text_of, whole
from tasktalk.bots.outside.provider import demand_taken
from tasktalk.runtime.ports import ComeBack, Delivery, Fetched, FileGone, FileKind, InboundFile, Undeliverable

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_LONGEST_TEXT, _LONGEST_CAPTION, _LONGEST_VALUE = 4096, 1024, 64
_THREAD: Final = "message_thread_id"
_METHODS: Mapping[str, str] = {"image": "sendPhoto", "file": "sendDocument"}
_FIELDS: Mapping[str, str] = {"image": "photo", "file": "document"}
_SENT: Mapping[str, tuple[FileKind, str | None]] = {
    "voice": ("audio", "audio/ogg"),
    "audio": ("audio", "audio/mpeg"),
    "video": ("video", "video/mp4"),
    "video_note": ("video", "video/mp4"),
    "animation": ("video", "video/mp4"),
    "document": ("file", None),
}
"""Fields of a message that are files, with the kind of data that they have where Telegram does not say it."""


class TelegramSettings(Common):
    """`token` is the one that BotFather gives."""

    token: Secret
    api: Service = "https://api.telegram.org"
    """Another one is that of a Bot API server of your own."""


class Telegram(Adapter[TelegramSettings]):
    """A contact is a chat: a person's, or a group's."""

    settings_type = TelegramSettings
    most_per_second = 30

    @classmethod
    def instructions(cls, settings: TelegramSettings, address: str) -> Sequence[str]:
        """One request to Telegram."""
        told = f"'url={address}' -d secret_token={_secret(settings)}"
        updates = """'allowed_updates=["message","callback_query"]'"""
        return [
            "Telegram has to be told once where this server is. In a terminal, with the bot's token for TOKEN, type:",
            f"curl '{settings.api}/botTOKEN/setWebhook' --data-urlencode {told} -d {updates}",
            "Telegram answers that the webhook was set. What it could not bring lately, this tells:",
            f"curl '{settings.api}/botTOKEN/getWebhookInfo'",
        ]

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """The id of a chat; a name with @ is a public channel's, in which nobody talks."""
        address = written.strip()
        return str(int(address)) if re.fullmatch(r"-?[0-9]{1,18}", address, re.ASCII) else None

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """An update: a message or a button is heard; everything else, edited messages too, is passed over."""
        demand_same(request.headers.get(HEADER, ""), _secret(self.settings), f"header {HEADER}")
        update = await json_object(request)
        pressed = record(update.get("callback_query"))
        message = record(pressed.get("message")) if pressed else record(update.get("message"))
        place, update_id = record(message.get("chat")), update.get("update_id")
        chat = place.get("id")
        said = pressed.get("data") if pressed else _said(message)
        if isinstance(chat, int) and isinstance(update_id, int) and isinstance(said, str):
            person = record((pressed or message).get("from"))
            name = text_of(place.get("title")) or _name(person)  # a group's, whoever speaks there
            thread = whole(message.get("message_thread_id")) if message.get("is_topic_message") is True else None
            route = {} if thread is None else {_THREAD: thread}
            await self.hear(str(chat), said, str(update_id), name, route, [] if pressed else _files(message))
        if pressed and isinstance(pressed.get("id"), str):  # else the button shows for a while that it is pressed
            return web.json_response({"method": "answerCallbackQuery", "callback_query_id": pressed["id"]})
        return web.json_response({})

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        """What stands below a file is shorter."""
        return _LONGEST_CAPTION if detail.get("files") else _LONGEST_TEXT

    def is_shown(self, file: Mapping[str, Any]) -> bool:
        """Whatever it is."""
        return True

    async def send(self, delivery: Delivery) -> None:
        """One message, its ready answers as buttons below it."""
        body: dict[str, Any] = {"chat_id": int(delivery.contact), **_thread(delivery.route)}
        if buttons := choices(delivery, _LONGEST_VALUE):
            rows = [[{"text": label, "callback_data": said}] for said, label in buttons]
            body["reply_markup"] = {"inline_keyboard": rows}
        method = "sendMessage"
        if delivery.files:
            file = delivery.files[0]
            method = _METHODS[file["kind"]]
            body[_FIELDS[file["kind"]]] = file["url"]
            body["caption"] = delivery.text
        else:
            body["text"] = delivery.text
        url = f"{self.settings.api}/bot{self.settings.token.get_secret_value()}/{method}"
        answer = await self.door.provider.ask("Telegram", url, json_body=body)
        if answer.status == 400 and (elsewhere := _elsewhere(body, record(answer.value))) is not None:
            answer = await self.door.provider.ask("Telegram", url, json_body=elsewhere)
        told = record(answer.value)
        after = record(told.get("parameters")).get("retry_after")
        why = str(told.get("description") or "")
        if answer.status == 429 and isinstance(after, int):
            raise ComeBack(f"Telegram answered 429: {why}", after)
        demand_taken("Telegram", answer, why)
        if told.get("ok") is not True:
            raise Undeliverable(f"Telegram did not take it: {why}")

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """Telegram shows it for five seconds."""
        url = f"{self.settings.api}/bot{self.settings.token.get_secret_value()}/sendChatAction"
        await self.door.provider.tell(
            "Telegram", url, json_body={"chat_id": int(contact), "action": "typing", **_thread(route)}
        )

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """The file with this id; Telegram gives bots those of at most 20 MB."""
        token = self.settings.token.get_secret_value()
        url = f"{self.settings.api}/bot{token}/getFile"
        answer = await self.door.provider.ask("Telegram", url, json_body={"file_id": reference})
        path = text_of(record(record(answer.value).get("result")).get("file_path"))
        if answer.status == 400:
            raise FileGone(f"Telegram does not give this file: {record(answer.value).get('description')}"[:300])
        if not answer.is_right or path is None:
            raise ConnectionError(f"Telegram answered {answer.status} to the question for a file")
        return await self.door.provider.fetch("Telegram", f"{self.settings.api}/file/bot{token}/{quote(path)}", take)


def webhook_secret(token: str) -> str:
    """What Telegram sends along, and nobody else can: it follows from the token, and tells nothing of it."""
    return hmac.new(token.encode(), b"tasktalk webhook", hashlib.sha256).hexdigest()


def _secret(settings: TelegramSettings) -> str:
    return webhook_secret(settings.token.get_secret_value())


def _said(message: Mapping[str, Any]) -> str | None:
    """What a message says; a place and a phone number in the words that a script reads them by."""
    for field in ("text", "caption"):
        if isinstance(message.get(field), str):
            return str(message[field])
    place, contact = record(message.get("location")), record(message.get("contact"))
    if (said := place_text(place.get("latitude"), place.get("longitude"))) is not None:
        return said
    number = contact.get("phone_number")
    return number if isinstance(number, str) else "" if _files(message) else None


def _files(message: Mapping[str, Any]) -> list[InboundFile]:
    """The file of a message; of a photo, which comes in several sizes, the largest."""
    photo = message.get("photo")
    if isinstance(photo, list) and photo:
        largest = record(photo[-1])
        if (file_id := text_of(largest.get("file_id"))) is not None:
            return [InboundFile("image", file_id, None, "image/jpeg", whole(largest.get("file_size")))]
    for field, (kind, mime_type) in _SENT.items():
        file = record(message.get(field))
        if (file_id := text_of(file.get("file_id"))) is not None:
            name, told = text_of(file.get("file_name")), text_of(file.get("mime_type")) or mime_type
            return [InboundFile(kind, file_id, name, told, whole(file.get("file_size")))]
    return []


def _thread(route: Mapping[str, Any]) -> Mapping[str, Any]:
    """The topic in which a group's person wrote last, as Telegram is told it."""
    return {_THREAD: route[_THREAD]} if _THREAD in route else {}


def _elsewhere(body: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A message that Telegram refused, as it goes into the group when its topic is closed or there no more, or into the
    supergroup that the group became; None for what is refused for another reason."""
    why, became = str(told.get("description")), record(told.get("parameters")).get("migrate_to_chat_id")
    if isinstance(became, int):
        return {**body, "chat_id": became}
    if _THREAD in body and ("thread not found" in why or "TOPIC_" in why):
        return {name: value for name, value in body.items() if name != _THREAD}
    return None


def _name(person: Mapping[str, Any]) -> str | None:
    names = [person.get("first_name"), person.get("last_name")]
    return " ".join(name for name in names if isinstance(name, str)) or None
