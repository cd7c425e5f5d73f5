"""Slack: the Events API, buttons and slash commands (api.slack.com)."""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from tasktalk.bots.api.body import json_object, json_value, read_bytes, read_text
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, T
from tasktalk.bots.channels.menus import short
from tasktalk.bots.channels.proofs import demand_recent, demand_same
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.service import Service
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.told import first, record, text_of, whole
from tasktalk.bots.outside.provider import demand_taken
from tasktalk.runtime.ports import Delivery, Fetched, FileGone, InboundFile, Undeliverable
from tasktalk.runtime.sent_files import kind_of

_LONGEST_TEXT, _LONGEST_ALT, _LONGEST_LABEL, _LONGEST_VALUE, _MOST_BUTTONS = 3000, 2000, 75, 2000, 25
_MOST_FIELDS: Final = 200
_HOPELESS: Final = frozenset(
    (
        *("channel_not_found", "is_archived", "not_in_channel", "user_disabled", "user_not_found", "cannot_dm_bot"),
        *("msg_too_long", "no_text", "invalid_blocks", "invalid_blocks_format", "restricted_action"),
    )
)
"""Errors that stay however often a message is sent. Others may be mended, at Slack or by whoever runs the server."""
_NO_FILE: Final = frozenset(("file_not_found", "file_deleted", "file_not_visible", "access_denied"))
_DOMAINS: Final = frozenset(("slack.com", "slack-gov.com"))
"""Whose servers may know the token: a file that somebody shows from elsewhere lies at any address."""
_PERSON: Final = re.compile(r"(?:[CG][A-Z0-9]{1,30}:)?[UW][A-Z0-9]{1,30}")
_LINK: Final = re.compile(r"<(?:([#@!])|(https?:|mailto:|tel:))([^<>|]*)(?:\|([^<>]*))?>")


class SlackSettings(Common):
    """Both secrets are those of the app, and of its installation in one workspace."""

    bot_token: Secret
    signing_secret: Secret
    api: Service = "https://slack.com/api"


class Slack(Adapter[SlackSettings]):
    """A contact is a person in a direct message, or a person in a channel, who is answered in the thread."""

    settings_type = SlackSettings
    most_units = _LONGEST_TEXT
    most_buttons = _MOST_BUTTONS

    @classmethod
    def instructions(cls, settings: SlackSettings, address: str) -> Sequence[str]:
        """What the app needs."""
        return [
            "Start the server first: Slack asks it at once whether it is there. At api.slack.com/apps, in your app:",
            "  App Home: Messages Tab on, and allow users to send slash commands and messages from it.",
            "  OAuth & Permissions: the bot scopes chat:write, im:history, app_mentions:read, commands and files:read.",
            f"  Event Subscriptions: on, Request URL {address}, and the bot events message.im and app_mention.",
            f"  Interactivity & Shortcuts: on, Request URL {address}.",
            f"  Slash Commands, if you want one: Request URL {address}.",
            "  Then install the app in the workspace again. The Bot User OAuth Token that it has then (xoxb-…) is what",
            "  bot_token names; the Signing Secret, under Basic Information, is what signing_secret names.",
        ]

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """The id of a person, to whom the bot writes directly, or of a channel and a person in it."""
        return written.strip() if _PERSON.fullmatch(written.strip()) else None

    def is_shown(self, file: Mapping[str, Any]) -> bool:
        """Images alone."""
        return bool(file["kind"] == "image")

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """An event, a button or a command. Slack shows nothing for the answer: answers are sent."""
        await self._check(request)
        if request.content_type != "application/x-www-form-urlencoded":
            return await self._take_event(await json_object(request))
        try:
            fields = dict(parse_qsl(await read_text(request), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise Problem("invalid_request", "The form has too many fields") from None
        if "payload" in fields:
            await self._take_button(record(json_value(fields["payload"], "payload")))
        elif fields.get("command"):
            place, person = fields.get("channel_id"), fields.get("user_id")
            words = fields.get("text") or fields["command"]
            await self._hear_from(person, place, None, words, fields.get("trigger_id"), fields.get("user_name"))
        return web.Response()

    async def send(self, delivery: Delivery) -> None:
        """One message, where the person wrote last."""
        body: dict[str, Any] = {
            "channel": delivery.route.get("channel") or delivery.contact.partition(":")[0],
            "text": _escaped(delivery.words + self.numbered(delivery)),
            "unfurl_links": False,
        }
        if thread := delivery.route.get("thread"):
            body["thread_ts"] = thread
        buttons = self.pressed(delivery, _LONGEST_VALUE)
        images = [file for file in delivery.files if self.is_shown(file)]
        if buttons or images:  # they stand instead of the text, which is what a notification shows
            body["blocks"] = _blocks(self.worded(delivery), images, buttons)
        answer = await self.door.provider.ask(
            "Slack",
            f"{self.settings.api}/chat.postMessage",
            headers=self._who(),
            json_body=body,
        )
        told = record(answer.value)
        demand_taken("Slack", answer, text_of(told.get("error")))
        if told.get("ok") is not True:
            why = str(told.get("error"))
            raise (Undeliverable if why in _HOPELESS else ConnectionError)(f"Slack did not take it: {why}")

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """Slack shows it in a thread, until a message comes; elsewhere bots have no such sign."""
        if thread := route.get("thread"):
            body = {"channel_id": route.get("channel"), "thread_ts": thread, "status": "is typing…"}
            url = f"{self.settings.api}/assistant.threads.setStatus"
            await self.door.provider.tell("Slack", url, headers=self._who(), json_body=body)

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """The file with this id, as the bot may read it."""
        url = f"{self.settings.api}/files.info?{urlencode({'file': reference})}"
        answer = await self.door.provider.ask("Slack", url, method="GET", headers=self._who())
        told = record(answer.value)
        if (why := text_of(told.get("error"))) in _NO_FILE:
            raise FileGone(f"Slack does not give this file: {why}")
        file = record(told.get("file"))
        if not answer.is_right or told.get("ok") is not True:
            raise ConnectionError(f"Slack did not tell of the file: {why or answer.status}")
        lies_at = text_of(file.get("url_private_download")) or text_of(file.get("url_private"))
        if lies_at is None:
            raise FileGone("Slack has this file no more")
        return await self.fetch_as("Slack", lies_at, take, self._who(), _DOMAINS, self.settings.api)

    def _who(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.bot_token.get_secret_value()}"}

    async def _take_event(self, sent: Mapping[str, Any]) -> web.StreamResponse:
        if sent.get("type") == "url_verification":
            return web.json_response({"challenge": text_of(sent.get("challenge")) or ""})
        event, event_id = record(sent.get("event")), text_of(sent.get("event_id"))
        is_direct = event.get("type") == "message" and event.get("channel_type") == "im"
        is_of_a_person = not event.get("bot_id") and text_of(event.get("subtype")) in {None, "file_share"}
        if (
            sent.get("type") == "event_callback"
            and is_of_a_person
            and (is_direct or event.get("type") == "app_mention")
        ):
            thread = None if is_direct else text_of(event.get("thread_ts")) or text_of(event.get("ts"))
            words = text_of(event.get("text"))
            said = None if words is None else _plain(words if is_direct else re.sub(r"^\s*<@[^<>]*>\s*", "", words))
            person, place = text_of(event.get("user")), text_of(event.get("channel"))
            await self._hear_from(person, place, thread, said, event_id, files=_files(event.get("files")))
        return web.json_response({})

    async def _take_button(self, payload: Mapping[str, Any]) -> None:
        action, person = first(payload.get("actions")), record(payload.get("user"))
        place, message = record(payload.get("channel")), record(payload.get("message"))
        if payload.get("type") == "block_actions":
            await self._hear_from(
                text_of(person.get("id")),
                text_of(place.get("id")),
                text_of(message.get("thread_ts")),
                text_of(action.get("value")),
                text_of(payload.get("trigger_id")),
                text_of(person.get("name")),
            )

    async def _hear_from(
        self,
        person: str | None,
        place: str | None,
        thread: str | None,
        said: str | None,
        message_id: str | None,
        name: str | None = None,
        files: Sequence[InboundFile] = (),
    ) -> None:
        if not (person and place and message_id) or said is None:
            return
        # A direct message has a channel of its own (D…), for which the person's id stands as well.
        contact = person if place.startswith("D") else f"{place}:{person}"
        await self.hear(contact, said, message_id, name, {"channel": place, "thread": thread}, files)

    async def _check(self, request: web.Request) -> None:
        at = request.headers.get("X-Slack-Request-Timestamp", "")
        signed = f"v0:{at}:".encode("utf-8", "surrogateescape") + await read_bytes(request)
        key = self.settings.signing_secret.get_secret_value().encode()
        right = f"v0={hmac.new(key, signed, hashlib.sha256).hexdigest()}"
        demand_same(request.headers.get("X-Slack-Signature", ""), right, "header X-Slack-Signature")
        demand_recent(at, self.door.clock.now())


def _files(sent: object) -> list[InboundFile]:
    """The files of a message; of one from another workspace Slack tells the id alone."""
    found = []
    for file in map(record, sent if isinstance(sent, list) else []):
        if (file_id := text_of(file.get("id"))) is not None:
            kind = text_of(file.get("mimetype"))
            name = text_of(file.get("name"))
            found.append(InboundFile(kind_of(kind), file_id, name, kind, whole(file.get("size"))))
    return found


def _blocks(text: str, images: Sequence[Mapping[str, Any]], buttons: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """A message of more than words, in the order in which it is shown."""
    blocks: list[dict[str, Any]] = []
    if text.strip():
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}})
    for image in images:
        alt = short(text, _LONGEST_ALT) or "Image"
        blocks.append({"type": "image", "image_url": image["url"], "alt_text": alt})
    if buttons:
        elements = [
            {
                "type": "button",
                "action_id": f"choice-{number}",
                "text": {"type": "plain_text", "text": short(label, _LONGEST_LABEL), "emoji": True},
                "value": said,
            }
            for number, (said, label) in enumerate(buttons)
        ]
        blocks.append({"type": "actions", "elements": elements})
    return blocks


def _escaped(text: str) -> str:
    """Words as Slack shows them as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """What somebody wrote, without Slack's marks of links and people."""

    def shown(link: re.Match[str]) -> str:
        sign, scheme, rest, label = link.groups()
        if sign:
            return f"{'' if sign == '!' else sign}{label or rest}"
        return f"{scheme}{rest}" if scheme in {"https:", "http:"} else label or rest

    return unescape(_LINK.sub(shown, text))
