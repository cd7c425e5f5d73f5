"""The files of a task: those that come with it, in a form or in Base64, and their bytes."""

import base64
import binascii
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.exports import as_file, streamed
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Operation
from tasktalk.bots.api.schemas import ANYTHING, TEXT, Schema, answer, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.uploads import MOST_FILES, uploaded_form
from tasktalk.bots.api.visitors import Visitors
from tasktalk.bots.dialects.bytebot.words import actor_of
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.files import CHUNK_BYTES, FileStore, received
from tasktalk.runtime.tasks.attachments import Attachment, Attachments, Storing

FIELD: Final = "files"
MOST_BYTES: Final = 50 * 1024 * 1024
"""Of a request that makes a task."""
MOST_SHOWN: Final = 100

FILE: Final = answer("File", {"id": TEXT, "name": TEXT, "type": TEXT, "size": whole(0), "url": TEXT})
SENT_FILE: Final[Schema] = sent(
    "NewFile", {"name": TEXT, "base64": TEXT, "type": TEXT, "size": whole(0)}, ["name", "base64"]
)
DOWNLOAD: Final = Operation(
    "Get the bytes of a file",
    {200: ANYTHING},
    answer_type="*/*",
    errors=("task_not_found", "attachment_not_found", "no_file_store"),
    description="The answer has the type that the file has.",
)
ERRORS: Final = ("invalid_upload", "invalid_files", "file_too_large", "no_file_store")


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that comes with a new task."""

    storing: Storing
    name: str | None
    mime_type: str | None


@asynccontextmanager
async def read(request: web.Request, services: Services) -> AsyncIterator[tuple[Mapping[str, Any], Sequence[Coming]]]:
    """What a request says of a new task, and the files that it brings; they are gone afterwards unless they were
    stored. Raises Problem and Refused."""

    def store() -> FileStore:
        if services.files is None:
            raise Refused("no_file_store", "This server keeps no files", "whoever runs it can give it a place: --files")
        return services.files

    if request.content_type == "multipart/form-data":
        async with uploaded_form(request, store, FIELD, MOST_BYTES) as form:
            found = [Coming(Storing(store(), file.received), file.filename, file.mime_type) for file in form.files]
            yield form.texts, found
        return
    fields = await json_object(request)
    given = _given(fields.get(FIELD))
    async with AsyncExitStack() as kept:
        coming = []
        for each in given:
            data, told = _decoded(each["base64"])
            taken = await kept.enter_async_context(received(store(), _pieces(data)))
            coming.append(Coming(Storing(store(), taken), each["name"], each.get("type") or told))
        yield fields, coming


class Files:
    """The route to the bytes."""

    def __init__(self, services: Services, who: Visitors) -> None:
        self._services, self._who = services, who

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes as they came."""
        attachments = Attachments(units.reading(self._services, await actor_of(request, self._who)))
        found = await attachments.get(request.match_info["id"], request.match_info["fileId"])
        pieces = attachments.read(found)
        return await streamed(request, pieces, found.mime_type, as_file(found.filename), found.size_bytes)


def shown(request: web.Request, files: Sequence[Attachment]) -> list[dict[str, object]]:
    """The files of a task, each with the path at which it is found."""
    base = request.path.partition("/tasks")[0]
    return [
        {
            "id": file.id,
            "name": file.filename,
            "type": file.mime_type,
            "size": file.size_bytes,
            "url": f"{base}/tasks/{file.task_id}/files/{file.id}",
        }
        for file in files
    ]


def _given(files: object) -> Sequence[Mapping[str, str]]:
    """The files of a request in JSON. Refuses `invalid_files`."""
    if files is None:
        return []
    if not isinstance(files, list) or len(files) > MOST_FILES or not all(map(_is_file, files)):
        told = f"files must be a list of {MOST_FILES} at most, each with the texts name and base64, and if given type"
        raise Refused("invalid_files", told)
    return files


def _is_file(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() - {"name", "base64", "type", "size"}:
        return False
    is_named = isinstance(value.get("name"), str) and isinstance(value.get("base64"), str)
    size = value.get("size")
    is_sized = size is None or (isinstance(size, int) and not isinstance(size, bool) and size >= 0)
    return is_named and isinstance(value.get("type"), str | None) and is_sized


def _decoded(text: str) -> tuple[bytes, str | None]:
    """The bytes, and their type where it stands before them: data:TYPE;base64,…"""
    kind = None
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        kind = head.removeprefix("data:").removesuffix(";base64") or None
    try:
        return base64.b64decode(text, validate=True), kind
    except (binascii.Error, ValueError):
        raise Problem("invalid_files", "A file is not Base64, as it is or behind data:TYPE;base64,") from None


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]
