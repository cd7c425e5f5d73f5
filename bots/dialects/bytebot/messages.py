"""What people and bots say to each other about a task."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.repeats import HEADER
from tasktalk.bots.api.routing import Operation
from tasktalk.bots.api.schemas import NOT_BLANK, RECORD, TEXT, TIME, answer, items, one_of, sent
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.api.visitors import Visitors
from tasktalk.bots.dialects.bytebot.listing import LARGEST_LIMIT, PAGING, PAGING_ERRORS, Query
from tasktalk.bots.dialects.bytebot.words import actor_of, refuse_unknown
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.tasks.blocks import blocks, text_block
from tasktalk.runtime.tasks.messages import Messages, Said
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks

ROLES: Final = ("USER", "ASSISTANT")
MOST_SHOWN: Final = 100
"""How many of the newest messages stand in a task."""
_ANSWER_SECONDS: Final = 10.0
"""How long whoever says something waits for the script to go on with it."""

MESSAGE: Final = answer(
    "Message",
    {
        "id": TEXT,
        "content": items(RECORD),
        "role": one_of(ROLES),
        "taskId": TEXT,
        "createdAt": TIME,
        "updatedAt": TIME,
    },
)
PAGE: Final = Operation(
    "List a task's messages, the oldest first",
    {200: items(MESSAGE)},
    parameters=PAGING,
    errors=("task_not_found", *PAGING_ERRORS),
)
GROUPED: Final = Operation(
    "List a task's messages, the oldest first, those in a row of one role together",
    {200: items(answer("MessageGroup", {"role": one_of(ROLES), "messages": items(MESSAGE)}))},
    parameters=PAGING,
    errors=("task_not_found", *PAGING_ERRORS),
)
SAYING: Final = sent("NewMessage", {"message": NOT_BLANK, "content": items(RECORD)})
SAYING_ERRORS: Final = ("task_not_found", "invalid_message", "invalid_content", "unknown_field")


class Talk:
    """The routes of messages."""

    def __init__(self, services: Services, who: Visitors) -> None:
        self._services, self._who = services, who

    async def page(self, request: web.Request) -> web.Response:
        """Each as it is."""
        return web.json_response([shown(said) for said in await self._found(request)])

    async def grouped(self, request: web.Request) -> web.Response:
        """Those of one role in a row together."""
        found = [shown(said) for said in await self._found(request)]
        groups = groupby(found, key=lambda said: said["role"])
        return web.json_response([{"role": role, "messages": list(messages)} for role, messages in groups])

    async def say(self, request: web.Request) -> None:
        """Says something to a script that waits to hear it, or else notes it at the task."""
        actor = await actor_of(request, self._who)
        content = _content(await json_object(request))
        task_id = request.match_info["id"]
        text = _text(content)
        heard = await Messages(units.reading(self._services, actor)).listener(task_id) if text else None
        if heard is None or not text:

            async def action(tasks: Tasks) -> Said:
                return await Messages(tasks).add(task_id, content)

            await units.changing(self._services, actor, action)
            return
        key = request.headers.get(HEADER)
        # Once, also where the answer was lost: the same request again is the same message.
        message_id = key and hashlib.sha256(f"{actor.user_id} {key}".encode("utf-8", "surrogatepass")).hexdigest()
        engine = self._services.engine
        # Where the script waits no more by then, the message stands at its task all the same.
        inbound = Inbound(heard.bot, heard.channel, heard.address, text, message_id, only_for=heard.session_id)
        receipt = await engine.receive(inbound)
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWER_SECONDS):
                await engine.answer(receipt)

    async def _found(self, request: web.Request) -> Sequence[Said]:
        messages = Messages(units.reading(self._services, await actor_of(request, self._who)))
        return await messages.page(request.match_info["id"], *Query(request).page(LARGEST_LIMIT))


async def of_task(tasks: Tasks, task: Task) -> list[dict[str, Any]]:
    """The newest messages of a task."""
    return [shown(said) for said in await Messages(tasks).newest(task, MOST_SHOWN)]


def shown(said: Said) -> dict[str, Any]:
    """A message."""
    moment = time(said.created_at)
    return {
        "id": said.id,
        "content": said.content,
        "role": said.role.upper(),
        "taskId": said.task_id,
        "createdAt": moment,
        "updatedAt": moment,
    }


def _content(body: dict[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The blocks of a message, or its one text."""
    refuse_unknown(body, ("message", "content"))
    message, content = body.get("message"), body.get("content")
    if (message is None) == (content is None):
        raise Refused("invalid_message", "a message has either a text, message, or blocks, content")
    if content is not None:
        return blocks(content)
    if not isinstance(message, str) or not message.strip():
        raise Refused("invalid_message", "message must be a text that is not blank")
    return blocks([text_block(message)])


def _text(content: Sequence[Mapping[str, Any]]) -> str:
    """What blocks say that are all texts, a line each; empty of any others."""
    texts = [each.get("text") for each in content if each["type"] == "text"]
    words = [text for text in texts if isinstance(text, str)]
    return "\n".join(words) if len(words) == len(content) and any(word.strip() for word in words) else ""
