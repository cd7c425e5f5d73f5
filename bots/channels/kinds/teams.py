"""Microsoft Teams: the protocol of Azure Bot Service (learn.microsoft.com/azure/bot-service/rest-api)."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from mimetypes import guess_type
from typing import Annotated, Any, Final
from urllib.parse import quote
from weakref import WeakValueDictionary

from aiohttp import web
from pydantic import Field, StrictStr, model_validator

from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, Door, T
from tasktalk.bots.channels.menus import short
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.service import Service
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.channels.told import record, text_of
from tasktalk.bots.outside.addresses import checked, forbid_private, is_of, is_web_address
from tasktalk.bots.outside.client_token import ClientToken
from tasktalk.bots.outside.provider import Answered, demand_taken
from tasktalk.bots.outside.published_keys import PublishedKeys
from tasktalk.bots.outside.signed_tokens import SignedTokens, WrongToken
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.files import FilesAway
from tasktalk.runtime.ports import Delivery, Fetched, FileGone, InboundFile
from tasktalk.runtime.sent_files import MOST_FILES, kind_of
from tasktalk.storage.extras import installing

_CHANNEL, _ISSUER, _SCOPE = "msteams", "https://api.botframework.com", "https://api.botframework.com/.default"
_EVERYWHERE: Final = "https://smba.trafficmanager.net/teams"
"""Where a conversation is begun with somebody of whom Teams has told no address yet."""
_LONGEST_TEXT, _LONGEST_LABEL, _LONGEST_VALUE, _MOST_BUTTONS, _MOST_LINES = 4000, 80, 1000, 6, 60
_ID: Final = "an id such as 00000000-0000-0000-0000-000000000000"
_TENANT: Final = f"{_ID}, or a name such as example.com"
_DOMAINS: Final = frozenset(["smba.trafficmanager.net", "botframework.com", "teams.microsoft.com"])
"""Whose servers may know the token: what somebody shows from elsewhere lies at any address."""
_IMAGES: Final = frozenset(["image/png", "image/jpeg", "image/gif"])
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_DOWNLOAD: Final = "application/vnd.microsoft.teams.file.download.info"
_MANY_TENANTS: Final = frozenset(["common", "organizations", "consumers"])
_DOWNLOAD_SECONDS: Final = 8.0
"""Teams sends a call once more that is not answered within fifteen."""

_log = logging.getLogger("tasktalk.channels")


class TeamsSettings(Common):
    """The bot's registration. Without `tenant_id` it is one for many tenants."""

    app_id: Annotated[
        StrictStr, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", description=_ID)
    ]
    app_secret: Secret
    tenant_id: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9.-]{1,100}$", description=_TENANT)] = "botframework.com"
    login: Service = "https://login.microsoftonline.com"
    keys: Service = "https://login.botframework.com"
    service: Service | None = None
    """The address of an emulator, which takes everything in Teams' place."""

    @model_validator(mode="after")
    def _can_verify(self) -> "TeamsSettings":
        if find_spec("jwt") is None or find_spec("cryptography") is None:
            raise ValueError(f"the signatures of Teams need a library: type {installing('channels')}")
        return self


class Teams(Adapter[TeamsSettings]):
    """A contact is a person in a chat with the bot, or a person in a group or a team, who is answered there."""

    settings_type = TeamsSettings
    most_units = _LONGEST_TEXT
    most_buttons = _MOST_BUTTONS

    def __init__(self, settings: TeamsSettings, door: Door) -> None:
        super().__init__(settings, door)
        metadata = f"{settings.keys}/v1/.well-known/openidconfiguration"
        keys = PublishedKeys(door.provider, door.clock, "Microsoft", metadata)
        self._tokens = SignedTokens(keys, door.clock, _ISSUER, settings.app_id)
        login = f"{settings.login}/{settings.tenant_id}/oauth2/v2.0/token"
        self._token = ClientToken(
            door.provider, door.clock, "Microsoft", login, settings.app_id, settings.app_secret, _SCOPE
        )
        self._taking: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def instructions(cls, settings: TeamsSettings, address: str) -> Sequence[str]:
        """The bot's registration, and how it comes into Teams."""
        return [
            f"At portal.azure.com, open the Azure Bot whose app id is {settings.app_id}, or make one:",
            f"  Configuration: Messaging endpoint {address}.",
            "  Configuration, Manage Password: a new client secret is what app_secret names.",
            "  Configuration: where the type is Single Tenant, the tenant's id is tenant_id.",
            "  Channels: add Microsoft Teams.",
            "At dev.teams.microsoft.com, Apps: make an app, App features, Bot: enter the same app id,",
            "  choose the scopes Personal, Team and Group Chat, and publish it to your organisation.",
        ]

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """A message or a button is heard; who came, reactions and edited messages are passed over."""
        activity = await self._checked(request)
        if activity.get("type") == "message":
            await self._take(activity)
        elif activity.get("name") == "adaptiveCard/action":  # a card that is not of this server's making
            told = {"code": "NotSupported", "message": "Nothing is known of this button"}
            return web.json_response({"statusCode": 400, "type": "application/vnd.microsoft.error", "value": told})
        return web.json_response({})

    async def send(self, delivery: Delivery) -> None:
        """One message, in the conversation in which the person wrote last, or else in a chat with them."""
        place = delivery.route.get("conversation") or await self._begin(delivery.contact, delivery.route)
        await self._tell(
            delivery.route, place, _activity(delivery, self.pressed(delivery, _LONGEST_VALUE), self.numbered(delivery))
        )

    async def typing(self, contact: str, route: Mapping[str, Any]) -> None:
        """Teams shows it for some seconds, or until a message comes."""
        if place := route.get("conversation"):
            await self._tell(route, place, {"type": "typing"})

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """What stands in a message, such as an image, from where Teams has it for the bot."""
        own = self.settings.service or _EVERYWHERE
        if not is_of(reference, _DOMAINS, own):
            return await self.fetch_from(reference, take)
        return await self.door.provider.fetch("Teams", reference, take, headers=await self._token.headers())

    async def _begin(self, contact: str, route: Mapping[str, Any]) -> str:
        """The chat with a person; asked for again, it is the same."""
        tenant = route.get("tenant") or self.settings.tenant_id
        body = {
            "isGroup": False,
            "bot": {"id": f"28:{self.settings.app_id}"},
            "members": [{"id": contact}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        found = text_of(record((await self._ask(f"{self._service(route)}/v3/conversations", body)).value).get("id"))
        if not found:
            raise ConnectionError("Teams began no conversation")
        return found

    async def _tell(self, route: Mapping[str, Any], place: str, activity: Mapping[str, Any]) -> None:
        url = f"{self._service(route)}/v3/conversations/{quote(place, safe='')}/activities"
        bot = {"id": f"28:{self.settings.app_id}"}
        await self._ask(url, {**activity, "from": bot, "conversation": {"id": place}})

    async def _ask(self, url: str, body: Mapping[str, Any]) -> Answered:
        """What Teams answers to the bot. Raises as `Provider.tell`."""
        headers = await self._token.headers()
        answer = await self.door.provider.ask("Teams", url, headers=headers, json_body=body)
        if answer.status == 401:
            self._token.forget()
        if answer.status == 412:
            raise ConnectionError("Teams answered 412: it was busy with something else")
        demand_taken("Teams", answer, text_of(record(record(answer.value).get("error")).get("message")))
        return answer

    def _service(self, route: Mapping[str, Any]) -> str:
        return (self.settings.service or route.get("service") or _EVERYWHERE).rstrip("/")

    async def _take(self, activity: Mapping[str, Any]) -> None:
        person, place = record(activity.get("from")), record(activity.get("conversation"))
        who, place_id, message_id = text_of(person.get("id")), text_of(place.get("id")), text_of(activity.get("id"))
        attachments, said = _attachments(activity), _said(activity)
        if said is None and attachments:
            said = ""
        if not (who and place_id and message_id) or said is None or person.get("role") == "bot":
            return
        is_chat = not place.get("isGroup") and text_of(place.get("conversationType")) in {None, "personal"}
        # Each thread of a team's channel is a conversation of its own, whose id begins with the channel's.
        contact = who if is_chat else f"{place_id.partition(';')[0]}:{who}"
        route = {"service": activity["serviceUrl"], "conversation": place_id, "tenant": _tenant(activity)}
        hear = partial(self.hear, contact, said, message_id, text_of(person.get("name")), route)
        if not any(map(_lies_beside, attachments)):
            await hear([_standing(each) for each in attachments])
            return
        lock = self._taking.setdefault((contact, message_id), asyncio.Lock())
        async with lock:  # a call that comes again meanwhile waits, and finds the message taken
            if not await self.door.has(contact, message_id):
                await hear(await self._brought(attachments))

    async def _brought(self, attachments: Sequence[Mapping[str, Any]]) -> list[InboundFile]:
        """The files of a message, among them those that were put beside it.

        These lie in SharePoint, and may be had for minutes by an address that is a secret: so they are kept here.
        """
        kept = iter(await asyncio.gather(*map(self._kept, filter(_lies_beside, attachments))))
        found = [next(kept) if _lies_beside(each) else _standing(each) for each in attachments]
        return [file for file in found if file is not None]

    async def _kept(self, attachment: Mapping[str, Any]) -> InboundFile | None:
        """A file once its bytes are here; None where they cannot be had."""
        name = text_of(attachment.get("name"))
        mime_type = guess_type(name or "")[0]
        url = text_of(record(attachment.get("content")).get("downloadUrl")) or ""
        try:
            async with asyncio.timeout(_DOWNLOAD_SECONDS):
                reference = await self.fetch_from(url, lambda fetched: self.door.keep(fetched.chunks))
        except (Refused, FileGone, FilesAway, OSError) as error:
            why = error.message if isinstance(error, Refused) else str(error) or "it takes too long"
            _log.warning("the file %r that was sent to %s is not to be had: %s", name, self.door.name, why)
            return None
        return InboundFile(kind_of(mime_type or _DOWNLOAD), reference, name, mime_type)

    async def _checked(self, request: web.Request) -> Mapping[str, Any]:
        """The activity, once it is known that Azure Bot Service sends it to this bot from Teams, and lately.

        Raises Problem `unauthorized`. What is asked for the bot is asked where the activity says, with its token; so
        that has to be where Microsoft says in what it signed.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims, key = await self._tokens.read(token if scheme.lower() == "bearer" else "")
        except WrongToken as wrong:
            raise Problem("unauthorized", f"The token in the header Authorization is not right: {wrong}") from None
        except ConnectionError as away:
            raise Problem("unavailable", str(away)) from None
        activity = await json_object(request)
        service = text_of(activity.get("serviceUrl"))
        if not service or service not in (claims.get("serviceurl"), claims.get("serviceUrl")):
            raise Problem("unauthorized", "The token is for another serviceUrl")
        endorsed = key.get("endorsements")
        if activity.get("channelId") != _CHANNEL or not isinstance(endorsed, list) or _CHANNEL not in endorsed:
            raise Problem("unauthorized", "The token is not one of Microsoft Teams")
        if self.settings.service is None and not _is_public(service):
            raise Problem("unauthorized", "The serviceUrl is no https address of the internet")
        if self.settings.service is None and not self._is_of_the_organisation(activity):
            raise Problem("unauthorized", "The bot is for another organisation")
        return activity

    def _is_of_the_organisation(self, activity: Mapping[str, Any]) -> bool:
        """Teams tells an organisation by its id: where the settings have its name, or none, it is not compared."""
        wanted, found = self.settings.tenant_id, _tenant(activity)
        is_one = "." not in wanted and wanted.lower() not in _MANY_TENANTS
        return not is_one or (found or "").lower() == wanted.lower()


def _tenant(activity: Mapping[str, Any]) -> str | None:
    told = record(record(activity.get("channelData")).get("tenant")).get("id")
    return text_of(told or record(activity.get("conversation")).get("tenantId"))


def _is_public(service: str) -> bool:
    """Whether an address is an https one of the internet. A name is not looked up: https wants its certificate."""
    try:
        url = checked(service)
        forbid_private(url, ())
    except Refused:
        return False
    return url.scheme == "https"


def _said(activity: Mapping[str, Any]) -> str | None:
    """What somebody wrote, without the bot's own name where they call it, or what the button says that they pressed."""
    written, pressed = text_of(activity.get("text")), text_of(record(activity.get("value")).get("said"))
    if pressed is not None:
        return pressed
    if written is None:
        return None
    bot, entities = record(activity.get("recipient")).get("id"), activity.get("entities")
    for entity in map(record, entities if isinstance(entities, list) else ()):
        mark = text_of(entity.get("text"))
        if entity.get("type") == "mention" and record(entity.get("mentioned")).get("id") == bot and mark:
            written = written.replace(mark, "").strip()
    return written


def _attachments(activity: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files that came with a message; cards, and the message itself once more, have no address."""
    found = activity.get("attachments")
    attachments = map(record, found if isinstance(found, list) else ())
    return [each for each in attachments if _lies_beside(each) or is_web_address(each.get("contentUrl"))][:MOST_FILES]


def _lies_beside(attachment: Mapping[str, Any]) -> bool:
    """Whether a file was put beside the message, and does not stand in it."""
    return _kind(attachment) == _DOWNLOAD


def _standing(attachment: Mapping[str, Any]) -> InboundFile:
    """What stands in a message."""
    kind = _kind(attachment)
    mime_type = None if "*" in kind else kind
    return InboundFile(kind_of(kind), attachment["contentUrl"], text_of(attachment.get("name")), mime_type)


def _kind(attachment: Mapping[str, Any]) -> str:
    return (text_of(attachment.get("contentType")) or "").lower()


def _activity(delivery: Delivery, buttons: Sequence[tuple[str, str]], numbered: str) -> dict[str, Any]:
    """A message in the form of Teams, which shows its words as they are."""
    file = next(iter(delivery.files), None)
    kind = guess_type(re.split("[?#]", file["url"])[0])[0] if file and file["kind"] == "image" else None
    is_shown = file is not None and kind in _IMAGES
    words = delivery.text if is_shown else delivery.words
    activity: dict[str, Any] = {"type": "message", "textFormat": "plain"}
    attachments: list[dict[str, Any]] = []
    if file and is_shown:
        attachments.append({"contentType": kind, "contentUrl": file["url"], "name": words or "Image"})
    if buttons:
        activity["summary"] = short(words, _LONGEST_LABEL)
        attachments.append({"contentType": _CARD, "content": _card(words, buttons)})
    else:
        activity["text"] = words + numbered
    if attachments:
        activity["attachments"] = attachments
    return activity


def _card(words: str, buttons: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A text with buttons, which write what they are called into the chat."""
    lines = words.split("\n", _MOST_LINES) if words.strip() else []
    # A TextBlock would read marks such as * in the words.
    body = [
        {"type": "RichTextBlock", "spacing": "none", "inlines": [{"type": "TextRun", "text": line or " "}]}
        for line in lines
    ]
    actions = []
    for said, label in buttons:
        pressed = {"type": "messageBack", "text": said, "displayText": label, "value": {"said": said}}
        data = {"said": said, "msteams": pressed}
        actions.append({"type": "Action.Submit", "title": short(label, _LONGEST_LABEL), "data": data})
    return {"type": "AdaptiveCard", "version": "1.2", "body": body, "actions": actions}
