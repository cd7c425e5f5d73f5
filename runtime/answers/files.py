"""Files: those that are sent, and links to some."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tasktalk.runtime.answers.contacts import web_address
from tasktalk.runtime.answers.kind import Kind

_File: TypeAlias = Mapping[str, Any]


def _is(wanted: str) -> Callable[[_File], bool]:
    def fits(file: _File) -> bool:
        return file.get("kind") == wanted or str(file.get("mime_type")).startswith(f"{wanted}/")

    return fits


def _is_document(file: _File) -> bool:
    return file.get("kind") == "file"


_IMAGE = Kind("image", web_address, takes=_is("image"))
_AUDIO = Kind("audio", web_address, takes=_is("audio"))

KINDS: dict[str, Kind] = {
    "FILE": Kind("file", web_address, takes=lambda file: True),
    "IMAGE": _IMAGE,
    "PHOTO": _IMAGE,
    "VOICE": _AUDIO,
    "AUDIO": _AUDIO,
    "VIDEO": Kind("video", web_address, takes=_is("video")),
    "DOCUMENT": Kind("document", web_address, takes=_is_document),
}
