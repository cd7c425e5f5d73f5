"""The generic webhook: any program talks to a bot by `POST /webhook/<bot>` and gets the bot's replies as the answer.

Body: {"contact", "text", "message_id"}, and what else a caller likes, but for slips in these names. Answer:
{"replies": [{"text"} …]}, a reply with "suggestions" and with "files" (each has "kind" and "url") where there are some.
What the bot says later, after a WAIT or the TIMEOUT of a HEAR, comes with the answer to the contact's next message.
"""

import json
from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field, StrictStr
from pydantic_core import PydanticSerializationError, to_json

from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.api.services import Services
from tasktalk.bots.callers import Callers
from tasktalk.bots.channels.bodies import Id, read_as
from tasktalk.bots.channels.texts import storable
from tasktalk.runtime.ports import Inbound, Message


class Delivery(BaseModel):
    """One message of a contact. The same `message_id` again gets the same answer again and changes nothing."""

    contact: Id
    text: Annotated[StrictStr, Field(max_length=16_000), AfterValidator(storable)]
    message_id: Id | None = None


class Webhook:
    """The route of the talks."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services, self._callers = services, callers

    def routes(self) -> list[web.RouteDef]:
        """The route of every bot."""
        return mounted(["/webhook"], [Endpoint("/{bot}", {"POST": self._receive})], plain_answer)

    async def _receive(self, request: web.Request) -> web.Response:
        """Answers when the turn that heard the message is stored."""
        self._callers.check(request)
        bot = request.match_info["bot"]
        if not self._services.bots.is_bot(bot):
            raise Problem("bot_not_found", f"There is no bot {bot}")
        delivery = read_as(Delivery, await json_object(request))
        engine = self._services.engine
        inbound = Inbound(bot, "webhook", delivery.contact, delivery.text, delivery.message_id)
        answer = _json({"replies": _replies(await engine.converse(inbound))})
        return web.Response(body=answer, content_type="application/json", charset="utf-8")


def _json(answer: object) -> bytes:
    try:
        return to_json(answer)  # it takes a tenth of the time
    except PydanticSerializationError:  # a script can say half of a surrogate pair, for which UTF-8 has nothing
        return json.dumps(answer).encode()


def _replies(messages: Sequence[Message]) -> list[dict[str, object]]:
    return [
        {
            "text": message.text,
            **({"suggestions": message.suggestions} if message.suggestions else {}),
            **({"files": message.files} if message.files else {}),
        }
        for message in messages
    ]
