"""Files that hang on tasks."""

import logging
import re
from urllib.parse import quote

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.uploads import uploaded
from tasktalk.bots.dialects.general_bots.comments import LARGEST_LIMIT
from tasktalk.bots.dialects.general_bots.listing import Query
from tasktalk.bots.dialects.general_bots.words import actor_of, time
from tasktalk.runtime.files import FilesAway
from tasktalk.runtime.tasks.attachments import Attachment, Attachments, Storing
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks

_log = logging.getLogger(__name__)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of attachments."""
    attachments = _Endpoints(services)
    one = {"GET": attachments.download, "DELETE": attachments.remove}
    return [
        Endpoint("/tasks/{task_id}/attachments", {"GET": attachments.page, "POST": attachments.add}),
        Endpoint("/tasks/{task_id}/attachments/{attachment_id}", one),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def add(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        task_id, tasks = request.match_info["task_id"], units.reading(self._services, actor)
        await tasks.to_change(task_id)  # before anything is received
        async with uploaded(request, tasks.files) as upload:
            storing = Storing(tasks.files, upload.received)

            async def action(tasks: Tasks) -> Attachment:
                return await Attachments(tasks).add(task_id, storing, upload.filename, upload.mime_type)

            attachment = await units.changing(self._services, actor, action)
        return web.json_response(_shown(attachment), status=201)

    async def page(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        query, attachments = Query(request), Attachments(units.reading(self._services, actor))
        limit = min(query.number("limit", LARGEST_LIMIT), LARGEST_LIMIT)
        found, total = await attachments.page(request.match_info["task_id"], query.number("page", 1), limit)
        return web.json_response({"attachments": [_shown(attachment) for attachment in found], "total": total})

    async def download(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        attachments = Attachments(units.reading(self._services, actor))
        found = await attachments.get(request.match_info["task_id"], request.match_info["attachment_id"])
        response = web.StreamResponse(headers=_headers(found))
        response.content_length = found.size_bytes
        if request.method == "HEAD":
            await response.prepare(request)
            return response
        pieces = attachments.read(found)
        first = await anext(pieces, b"")  # fails before anything is answered
        await response.prepare(request)
        try:
            await response.write(first)
            async for piece in pieces:
                await response.write(piece)
        except FilesAway as away:
            _log.error("the file of %s breaks off: %s", found.id, away)
            if request.transport is not None:
                request.transport.close()
        return response

    async def remove(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)

        async def action(tasks: Tasks) -> Attachment:
            return await Attachments(tasks).remove(request.match_info["task_id"], request.match_info["attachment_id"])

        attachment = await units.changing(self._services, actor, action)
        return web.json_response({"deleted": True, "attachment_id": attachment.id})


def _shown(attachment: Attachment) -> dict[str, object]:
    return {
        "attachment_id": attachment.id,
        "task_id": spelled(attachment.task_id),
        "filename": attachment.filename,
        "size_bytes": attachment.size_bytes,
        "mime_type": attachment.mime_type,
        "uploaded_at": time(attachment.uploaded_at),
    }


def _headers(attachment: Attachment) -> dict[str, str]:
    """A stranger's file is never shown as a page of ours, whatever it says that it is."""
    plain = re.sub(r"[^ !#-$&-\[\]-~]", "_", attachment.filename)  # no quotes, no backslash, no per cent: RFC 6266, D
    exact = quote(attachment.filename, safe="")
    return {
        "Content-Type": attachment.mime_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "none",
    }
