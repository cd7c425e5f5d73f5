"""Discord: slash commands and buttons, by its interactions endpoint (discord.com/developers)."""

import binascii
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import Field, StrictStr, model_validator

from tasktalk.bots.api.body import json_object, read_bytes
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, T
from tasktalk.bots.channels.menus import short
from tasktalk.bots.channels.proofs import demand_recent
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.service import Service
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.told import record, text_of, whole
from tasktalk.bots.outside.provider import Answered, demand_taken
from tasktalk.runtime.ports import ComeBack, Delivery, Fetched, InboundFile
from tasktalk.runtime.sent_files import kind_of
from tasktalk.storage.extras import installing

_TEXT, _ATTACHMENT = 3, 11
_PING, _COMMAND, _COMPONENT, _TYPING = 1, 2, 3, 4
_PONG, _SAYS_NOW, _SAYS_LATER, _CHANGES_LATER, _NO_CHOICES = 1, 4, 5, 6, 8
_FOR_ONE_ALONE: Final = 64
_AMONG_PEOPLE: Final = 2
"""The context of direct messages of people with each other, in which an application can be called, too."""
_PERSON: Final = re.compile(r"(?:[0-9]{15,21}:)?[0-9]{15,21}", re.ASCII)
_UNHEARD: Final = {"type": _SAYS_NOW, "data": {"content": "That cannot be read here.", "flags": _FOR_ONE_ALONE}}
_LONGEST_TEXT, _LONGEST_LABEL, _LONGEST_VALUE, _IN_A_ROW, _MOST_BUTTONS = 2000, 80, 97, 5, 25
_TOKEN_LASTS: Final = timedelta(minutes=14)
"""Discord says fifteen: a message that is on its way when it ends would not come."""


_INVITATION: Final = "https://discord.com/oauth2/authorize"
_MAY_WRITE: Final = (1 << 10) | (1 << 11) | (1 << 38)
"""To see channels, and to send messages in them and in their threads."""
_UNKNOWN: Final = 404
_CLOSED: Final = frozenset({403, 404})
"""What is answered for a channel in which the bot may not write: it was not brought there, but its commands were."""
_TOKEN_IS_NEW: Final = timedelta(seconds=10)
"""For so long Discord may not have got yet what it was answered: until then it knows no messages of an interaction."""


class DiscordSettings(Common):
    """The application's public data, and its bot's token."""

    application_id: Annotated[StrictStr, Field(pattern=r"^[0-9]{15,21}$", description="15 to 21 digits")]
    public_key: Annotated[
        StrictStr, Field(pattern=r"^[0-9a-fA-F]{64}$", description="64 digits and letters from a to f")
    ]
    bot_token: Secret
    api: Service = "https://discord.com/api/v10"

    @model_validator(mode="after")
    def _can_verify(self) -> "DiscordSettings":
        if find_spec("cryptography") is None:
            raise ValueError(f"Discord's signatures need a library: type {installing('channels')}")
        return self


class Discord(Adapter[DiscordSettings]):
    """A contact is a person in direct messages, or a person in a channel, where others read along."""

    settings_type = DiscordSettings
    most_units = _LONGEST_TEXT
    most_buttons = _MOST_BUTTONS

    @classmethod
    def instructions(cls, settings: DiscordSettings, address: str) -> Sequence[str]:
        """The endpoint, a command to talk with, and the way into a server."""
        options = [
            {"type": _TEXT, "name": "text", "description": "What you say"},
            {"type": _ATTACHMENT, "name": "file", "description": "A file that you send"},
        ]
        talk = json.dumps({"name": "talk", "description": "Talk to the bot", "options": options})
        commands = f"{settings.api}/applications/{settings.application_id}/commands"
        wanted = f"scope=bot%20applications.commands&permissions={_MAY_WRITE}"
        invitation = f"{_INVITATION}?client_id={settings.application_id}&{wanted}"
        return [
            "Start the server first: Discord asks it at once whether it checks signatures. At discord.com/developers,",
            "in your application, General Information:",
            f"  Interactions Endpoint URL: {address}",
            "A command has to be made once. In a terminal, with the bot's token for TOKEN, type:",
            f"curl '{commands}' -H 'Authorization: Bot TOKEN' --json '{talk}'",
            "Who owns a server brings the bot there by this address, with the right to write in its channels:",
            f"  {invitation}",
        ]

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """The id of a person, to whom the bot writes directly, or of a channel and a person in it."""
        return written.strip() if _PERSON.fullmatch(written.strip()) else None

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """A command or a button is heard. Discord is told that the answer comes later, as it does."""
        await self._check(request)
        sent = await json_object(request)
        kind = sent.get("type")
        if kind == _PING:
            return web.json_response({"type": _PONG})
        data = record(sent.get("data"))
        person = record(record(sent.get("member")).get("user")) or record(sent.get("user"))
        who, interaction = text_of(person.get("id")), text_of(sent.get("id"))
        place, token = text_of(sent.get("channel_id")), text_of(sent.get("token"))
        said = _chosen(data) if kind == _COMPONENT else _written(data) if kind == _COMMAND else None
        if not (who and interaction and place and token) or said is None:
            return web.json_response({"type": _NO_CHOICES, "data": {"choices": []}} if kind == _TYPING else _UNHEARD)
        until = self.door.clock.now() + _TOKEN_LASTS
        name = text_of(person.get("global_name")) or text_of(person.get("username"))
        way = {"token": token, "until": until.isoformat()}
        route = {"channel": place, **way}
        contact = who if _is_private(sent) else f"{place}:{who}"
        if kind == _COMPONENT:  # its answer would be put in the place of the message that the button belongs to
            await self.hear(contact, said, interaction, name, route)
            return web.json_response({"type": _CHANGES_LATER})
        await self.hear(contact, said, interaction, name, route, _files(data), own_route=way)
        return web.json_response({"type": _SAYS_LATER})

    async def send(self, delivery: Delivery) -> None:
        """One message: to a command the first reply is its answer, while that can be answered, all else goes into the
        channel. Discord takes a repeat of either once, for some minutes.

        Where the bot may not write in the channel it is one more answer to the last interaction, which knows no repeat.
        """
        body: dict[str, Any] = {"content": self.worded(delivery), "allowed_mentions": {"parse": []}}
        if buttons := self.pressed(delivery, _LONGEST_VALUE):
            body["components"] = _rows(buttons)
        if await self._answers(delivery.own_route or {}, "PATCH", "/messages/@original", body):
            return
        route = delivery.route
        channel, _, person = delivery.contact.rpartition(":")
        place = route.get("channel") or channel or await self._direct(person)
        url = f"{self.settings.api}/channels/{place}/messages"
        once = {"nonce": delivery.message_id[-25:], "enforce_nonce": True}
        answer = await self.door.provider.ask("Discord", url, headers=self._who(), json_body=body | once)
        if answer.status in _CLOSED and await self._answers(route, "POST", "", body):
            return
        _demand_taken(answer)

    async def _answers(self, way: Mapping[str, Any], method: str, place: str, body: Mapping[str, Any]) -> bool:
        """Whether Discord took a message as an answer to an interaction; False where that cannot be answered any more,
        or never could."""
        if (written := way.get("until")) is None:
            return False
        until, now = datetime.fromisoformat(written), self.door.clock.now()
        if now >= until:
            return False
        url = f"{self.settings.api}/webhooks/{self.settings.application_id}/{way['token']}{place}"
        answer = await self.door.provider.ask("Discord", url, method=method, json_body=body)
        if answer.status != _UNKNOWN:
            _demand_taken(answer)
            return True
        if now < until - _TOKEN_LASTS + _TOKEN_IS_NEW:
            raise ComeBack("Discord answered 404: it knows not yet that an answer comes later", 1)
        return False

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """Discord shows it for ten seconds, in the channel; before an answer has come it shows the same by itself."""
        if place := route.get("channel"):
            await self.door.provider.tell(
                "Discord", f"{self.settings.api}/channels/{place}/typing", headers=self._who()
            )

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """The file at this address, which Discord has there for about a day."""
        return await self.fetch_from(reference, take)

    async def _direct(self, person: str) -> str:
        """The channel of direct messages with a person; asked for again, it is the same."""
        url = f"{self.settings.api}/users/@me/channels"
        answer = await self.door.provider.ask("Discord", url, headers=self._who(), json_body={"recipient_id": person})
        _demand_taken(answer)
        return str(record(answer.value).get("id"))

    def _who(self) -> Mapping[str, str]:
        return {"Authorization": f"Bot {self.settings.bot_token.get_secret_value()}"}

    async def _check(self, request: web.Request) -> None:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        at = request.headers.get("X-Signature-Timestamp", "")
        signed = at.encode("utf-8", "surrogateescape") + await read_bytes(request)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.settings.public_key))
        try:
            key.verify(binascii.unhexlify(request.headers.get("X-Signature-Ed25519", "")), signed)
        except (InvalidSignature, ValueError):
            raise Problem("unauthorized", "The header X-Signature-Ed25519 is not right") from None
        demand_recent(at, self.door.clock.now())


def _is_private(sent: Mapping[str, Any]) -> bool:
    """Whether nobody but the person and the bot reads what is said where an interaction came from."""
    return not sent.get("guild_id") and not sent.get("member") and sent.get("context") != _AMONG_PEOPLE


def _written(data: Mapping[str, Any]) -> str | None:
    """What a command says: its first option that is no file, or its name where it has none at all."""
    options = _options(data)
    said = [option.get("value") for option in options if option.get("type") != _ATTACHMENT]
    if said and isinstance(said[0], str | int | float):
        return str(said[0])
    return "" if _files(data) else text_of(data.get("name"))


def _options(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    options = data.get("options")
    return [record(option) for option in options] if isinstance(options, list) else []


def _files(data: Mapping[str, Any]) -> list[InboundFile]:
    """The files of a command, in the order of its options. Discord gives them to whoever has their addresses."""
    known = record(record(data.get("resolved")).get("attachments"))
    found = []
    for option in _options(data):
        file = record(known.get(str(option.get("value")))) if option.get("type") == _ATTACHMENT else {}
        if (url := text_of(file.get("url"))) is not None:
            kind = text_of(file.get("content_type"))
            name = text_of(file.get("filename"))
            found.append(InboundFile(kind_of(kind), url, name, kind, whole(file.get("size"))))
    return found


def _chosen(data: Mapping[str, Any]) -> str | None:
    pressed = text_of(data.get("custom_id"))
    return None if pressed is None else pressed.partition(":")[2]


def _rows(buttons: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Buttons in rows; what each says stands behind its number, since no two may have the same."""
    elements = [
        {"type": 2, "style": 2, "label": short(label, _LONGEST_LABEL), "custom_id": f"{number}:{said}"}
        for number, (said, label) in enumerate(buttons)
    ]
    return [{"type": 1, "components": elements[i : i + _IN_A_ROW]} for i in range(0, len(elements), _IN_A_ROW)]


def _demand_taken(answer: Answered) -> None:
    told = record(answer.value)
    after = told.get("retry_after")
    if answer.status == 429 and isinstance(after, int | float):
        raise ComeBack("Discord answered 429", after)
    demand_taken("Discord", answer, text_of(told.get("message")))
