"""The generic webhook: any program talks to a bot by `POST /webhook/<bot>` and gets the bot's replies as the answer.

Body: {"contact", "text", "message_id"}, and what else a caller likes, but for slips in these names. Answer:
{"replies": [{"text"} …]}, a reply with "suggestions" and with "files" (each has "kind" and "url") where there are some.
What the bot says later, after a WAIT or the TIMEOUT of a HEAR, comes with the answer to the contact's next message.
"""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field, StrictStr, ValidationError

from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer, unknown
from tasktalk.bots.api.services import Services
from tasktalk.bots.channels.callers import Callers
from tasktalk.bots.channels.texts import storable
from tasktalk.interpreter.errors import nearest
from tasktalk.runtime.ports import Inbound, Message

_Id: TypeAlias = Annotated[StrictStr, Field(min_length=1, max_length=200), AfterValidator(storable)]


class Delivery(BaseModel):
    """One message of a contact. The same `message_id` again gets the same answer again and changes nothing."""

    contact: _Id
    text: Annotated[StrictStr, Field(max_length=16_000), AfterValidator(storable)]
    message_id: _Id | None = None


class Webhook:
    """The route of the talks."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services, self._callers = services, callers

    def routes(self) -> list[web.RouteDef]:
        """The route of every bot, and what else is below `/webhook`: nothing."""
        return [
            *mounted(["/webhook"], [Endpoint("/{bot}", {"POST": self._receive})], plain_answer),
            unknown("/webhook", plain_answer),
        ]

    async def _receive(self, request: web.Request) -> web.Response:
        """Answers when the turn that heard the message is stored."""
        self._callers.check(request)
        bot = request.match_info["bot"]
        if not self._services.bots.is_bot(bot):
            raise Problem("bot_not_found", f"There is no bot {bot}")
        delivery = _delivery(await json_object(request))
        engine = self._services.engine
        inbound = Inbound(bot, "webhook", delivery.contact, delivery.text, delivery.message_id)
        return web.json_response({"replies": _replies(await engine.converse(inbound))})


def _delivery(body: dict[str, object]) -> Delivery:
    absent = [name for name in Delivery.model_fields if name not in body]
    for name in body.keys() - Delivery.model_fields.keys():
        if (meant := _meant(name, absent)) is not None:  # without its id, say, a message would be heard twice
            raise Problem("invalid_request", f"There is no field {name}; did you mean {meant}?")
    try:
        return Delivery.model_validate(body)
    except ValidationError as error:
        raise Problem("invalid_request", _explain(error)) from None


def _meant(name: str, absent: Sequence[str]) -> str | None:
    """The field that is not there and was probably meant by another name."""
    plain = name.lower().replace("-", "_")
    if plain in absent:
        return plain
    near = nearest(plain, absent)
    return None if near is None or plain in near.split("_") else near


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    limits = first.get("ctx", {})
    match first["type"]:
        case "missing":
            return f"{field} is missing"
        case "string_too_long":
            return f"expected {field} to have at most {limits['max_length']:,} characters"
        case "string_too_short":
            return f"expected {field} not to be empty"
        case "value_error":
            return f"{field} has {limits['error']} in it"
        case "string_unicode":
            return f"{field} is not Unicode"
        case _:
            return f"expected {field} to be a text"


def _replies(messages: Sequence[Message]) -> list[dict[str, object]]:
    return [
        {
            "text": message.text,
            **({"suggestions": message.suggestions} if message.suggestions else {}),
            **({"files": message.files} if message.files else {}),
        }
        for message in messages
    ]
