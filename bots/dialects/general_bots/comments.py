"""What is said about tasks."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import NOT_BLANK, TEXT, TIME, Schema, answer, id_of, items, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.general_bots.listing import PAGING_ERRORS, Query, paging
from tasktalk.bots.dialects.general_bots.pages import Page
from tasktalk.bots.dialects.general_bots.words import TASK_ID, actor_of
from tasktalk.runtime.tasks.comments import MOST_NAMED, Comment, Comments
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks

LARGEST_LIMIT = 1000
"""Of a list's page, and how many come without a limit: the document knows no pages of comments."""

_FIELDS = ("text", "mentions", "attachments")
_COMMENT: Mapping[str, Schema] = {
    "comment_id": id_of("cmt_"),
    "text": TEXT,
    "author": TEXT,
    "mentions": items(TEXT),
    "attachments": items(id_of("att_")),
    "created_at": TIME,
}
_NAMED: Final = or_null(items(NOT_BLANK, MOST_NAMED))
_ADD: Final = Operation(
    "Comment on a task",
    {201: answer("AddedComment", {**_COMMENT, "task_id": TASK_ID})},
    body=sent("NewComment", {"text": NOT_BLANK, "mentions": _NAMED, "attachments": _NAMED}, ["text"]),
    errors=(
        *("task_not_found", "missing_text", "invalid_text", "invalid_mentions", "invalid_attachments"),
        *("unknown_attachment", "unknown_field"),
    ),
    description="Mentions are ids of users, attachments those of files that hang on the task already.",
)
_LIST: Final = Operation(
    "List a task's comments, the oldest first",
    {
        200: answer(
            "CommentList",
            {
                "comments": items(
                    answer(
                        "Comment", {**_COMMENT, "author": answer("Author", {"user_id": TEXT, "name": or_null(TEXT)})}
                    )
                ),
                "total": whole(0),
            },
        )
    },
    parameters=paging(LARGEST_LIMIT, LARGEST_LIMIT),
    errors=("task_not_found", *PAGING_ERRORS),
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of comments."""
    comments = _Endpoints(services)
    return [
        Endpoint(
            "/tasks/{task_id}/comments",
            {"GET": comments.page, "POST": comments.add},
            {"GET": _LIST, "POST": _ADD},
            {"POST": "comment"},
        )
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
        page = Page.asked(Query(request), LARGEST_LIMIT, LARGEST_LIMIT)
        comments = Comments(units.reading(self._services, actor))
        found, total = await comments.page(request.match_info["task_id"], page.number, page.limit)
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
