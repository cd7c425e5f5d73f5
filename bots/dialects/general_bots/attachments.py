"""Files that hang on tasks."""

from typing import Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.exports import as_file, streamed
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import ANYTHING, TEXT, TIME, YES_OR_NO, answer, id_of, items, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.api.uploads import FIELD, uploaded
from tasktalk.bots.dialects.general_bots.comments import LARGEST_LIMIT
from tasktalk.bots.dialects.general_bots.listing import PAGING_ERRORS, Query, paging
from tasktalk.bots.dialects.general_bots.pages import Page
from tasktalk.bots.dialects.general_bots.words import TASK_ID, actor_of
from tasktalk.runtime.tasks.attachments import Attachment, Attachments, Storing
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.service import Tasks

_ATTACHMENT_ID: Final = id_of("att_")
_ATTACHMENT: Final = answer(
    "Attachment",
    {
        "attachment_id": _ATTACHMENT_ID,
        "task_id": TASK_ID,
        "filename": TEXT,
        "size_bytes": whole(0),
        "mime_type": TEXT,
        "uploaded_at": TIME,
    },
)
_ADD: Final = Operation(
    "Attach a file to a task",
    {201: _ATTACHMENT},
    body={
        "type": "object",
        "properties": {FIELD: {"contentMediaType": "application/octet-stream"}},
        "required": [FIELD],
    },
    body_type="multipart/form-data",
    errors=(
        *("task_not_found", "missing_file", "invalid_upload", "file_too_large", "unsupported_media_type"),
        "no_file_store",
    ),
    description="Fields beside the file are passed over. Without a type the file has that of its name's ending.",
)
_LIST: Final = Operation(
    "List a task's attachments, the oldest first",
    {200: answer("AttachmentList", {"attachments": items(_ATTACHMENT), "total": whole(0)})},
    parameters=paging(LARGEST_LIMIT, LARGEST_LIMIT),
    errors=("task_not_found", *PAGING_ERRORS),
)
_DOWNLOAD: Final = Operation(
    "Get the bytes of an attachment",
    {200: ANYTHING},
    answer_type="*/*",
    errors=("task_not_found", "attachment_not_found", "no_file_store"),
    description="The answer has the type that the attachment has.",
)
_REMOVE: Final = Operation(
    "Take an attachment off a task",
    {200: answer("RemovedAttachment", {"deleted": YES_OR_NO, "attachment_id": _ATTACHMENT_ID})},
    errors=("task_not_found", "attachment_not_found", "conflict"),
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of attachments."""
    attachments = _Endpoints(services)
    return [
        Endpoint(
            "/tasks/{task_id}/attachments",
            {"GET": attachments.page, "POST": attachments.add},
            {"GET": _LIST, "POST": _ADD},
        ),
        Endpoint(
            "/tasks/{task_id}/attachments/{attachment_id}",
            {"GET": attachments.download, "DELETE": attachments.remove},
            {"GET": _DOWNLOAD, "DELETE": _REMOVE},
        ),
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
        page = Page.asked(Query(request), LARGEST_LIMIT, LARGEST_LIMIT)
        attachments = Attachments(units.reading(self._services, actor))
        found, total = await attachments.page(request.match_info["task_id"], page.number, page.limit)
        return web.json_response({"attachments": [_shown(attachment) for attachment in found], "total": total})

    async def download(self, request: web.Request) -> web.StreamResponse:
        actor = await actor_of(request, self._services)
        attachments = Attachments(units.reading(self._services, actor))
        found = await attachments.get(request.match_info["task_id"], request.match_info["attachment_id"])
        return await streamed(
            request, attachments.read(found), found.mime_type, as_file(found.filename), found.size_bytes
        )

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
