"""What is said about tasks."""

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.listing import Query
from tasktalk.bots.dialects.general_bots.words import actor_of, refuse_unknown, time
from tasktalk.runtime.tasks.comments import Comment, Comments
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks

LARGEST_LIMIT = 1000
"""Of a list's page, and how many come without a limit: the document knows no pages of comments."""

_FIELDS = ("text", "mentions", "attachments")


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of comments."""
    comments = _Endpoints(services)
    return [
        Endpoint("/tasks/{task_id}/comments", {"GET": comments.page, "POST": comments.add}, spends={"POST": "comment"})
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def add(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, _FIELDS)

        async def action(tasks: Tasks) -> Comment:
            given = (sent.get(field) for field in _FIELDS)
            return await Comments(tasks).add(request.match_info["task_id"], *given)

        comment = await units.changing(self._services, actor, action)
        return web.json_response({**_shown(comment), "task_id": spelled(comment.task_id)}, status=201)

    async def page(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        query, comments = Query(request), Comments(units.reading(self._services, actor))
        limit = min(query.number("limit", LARGEST_LIMIT), LARGEST_LIMIT)
        found, total = await comments.page(request.match_info["task_id"], query.number("page", 1), limit)
        names = await self._services.accounts.names_of({comment.author for comment in found}, actor.organisation_id)
        rows = [
            {**_shown(comment), "author": {"user_id": comment.author, "name": names.get(comment.author)}}
            for comment in found
        ]
        return web.json_response({"comments": rows, "total": total})


def _shown(comment: Comment) -> dict[str, object]:
    return {
        "comment_id": comment.id,
        "text": comment.text,
        "author": comment.author,
        "mentions": comment.mentions,
        "attachments": comment.attachments,
        "created_at": time(comment.created_at),
    }
