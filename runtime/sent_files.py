"""The files that come with messages: what is kept of them beside a message's words, and what its hearer is given.

The bytes stay where they are, but for those in `kept_files.py`. A file is kept as a link to it, by which whoever has
the link gets them from the channel.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from tasktalk.interpreter.values import Value
from tasktalk.runtime.ports import FileKind, InboundFile
from tasktalk.runtime.tasks import filenames
from tasktalk.storage import conversations
from tasktalk.storage.database import Reader
from tasktalk.storage.writes import Row

MOST_FILES: Final = 20
"""How many files of one message are kept."""

MOST_IN_A_LINK: Final = 400
"""How long a reference may be that a link can have in it; a longer one stays with its message, and so does one that is
an address: it may have the right to read the file in it, and whoever has the link can read what stands there."""
_AT_MESSAGE: Final = "message:"

FileLink: TypeAlias = Callable[[str, InboundFile], Awaitable[str]]
"""Gives the link to a file that came in on a channel."""

_KINDS: Mapping[str, FileKind] = {"image": "image", "audio": "audio", "video": "video"}


def kind_of(mime_type: str | None) -> FileKind:
    """What a file is by the kind of data that it has."""
    return _KINDS.get((mime_type or "").partition("/")[0].strip().lower(), "file")


def cleaned(file: InboundFile) -> InboundFile:
    """The file under a harmless name, with a kind of data that is one."""
    name = filenames.filename(file.name or f"{file.kind}{filenames.ending(file.mime_type)}")
    return InboundFile(file.kind, file.reference, name, filenames.mime_type(file.mime_type, name), file.size)


async def shown(
    message_id: str, channel: str, files: Sequence[InboundFile], link: FileLink | None
) -> Mapping[str, Any] | None:
    """What stands beside the words of a message with these files; None where there are none."""
    if not files:
        return None
    found, references = [], {}
    for number, file in enumerate(map(cleaned, files[:MOST_FILES])):
        linked = file
        if len(file.reference) > MOST_IN_A_LINK or "://" in file.reference:
            references[str(number)] = file.reference
            linked = replace(file, reference=f"{_AT_MESSAGE}{message_id}/{number}")
        url = file.reference if link is None else await link(channel, linked)
        found.append(described(file, url))
    return {"files": found, **({"references": references} if references else {})}


def described(file: InboundFile, url: str) -> dict[str, Any]:
    """What is told of a file to which the link is known."""
    return {"kind": file.kind, "url": url, "name": file.name, "mime_type": file.mime_type, "size": file.size}


async def referred(reader: Reader, reference: str) -> str | None:
    """The whole of a reference that no link has in it, which its message has; None once that is gone."""
    if not reference.startswith(_AT_MESSAGE):
        return reference
    message_id, _, number = reference.removeprefix(_AT_MESSAGE).partition("/")
    row = await conversations.message_by_id(reader, message_id)
    found = ((row and row["detail"]) or {}).get("references", {}).get(number)
    return None if found is None else str(found)


def files_of(message: Row) -> Sequence[Mapping[str, Any]]:
    """The files that came with a message."""
    return list((message.get("detail") or {}).get("files", ()))


def said(message: Row) -> str:
    """What a message says: its words, or the link to its file where it has none."""
    text: str = message["text"]
    if text.strip():
        return text
    return next((str(file["url"]) for file in files_of(message)), text)


def values_of(file: Mapping[str, Any]) -> dict[str, Value]:
    """A file as scripts have it in FILES."""
    return {
        "url": file.get("url"),
        "kind": file.get("kind"),
        "name": file.get("name"),
        "type": file.get("mime_type"),
        "size": file.get("size"),
    }
