"""The parts of a mail: its headers, its words, its files.

The library's newer way to read mails understands everything, and takes minutes for some headers of some KB, which
everybody can send. So its older way is used, which does not look into headers that nobody asks for; of the others none
may be long.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from itertools import chain, islice
from typing import Final

from tasktalk.bots.channels.mails.markup import plain
from tasktalk.bots.channels.mails.quotes import SIGNATURE
from tasktalk.bots.channels.texts import fitting
from tasktalk.runtime.ports import FileKind

_LONGEST_HEADER, _LONGEST_HEAD, _MOST_PARTS, _MOST_LIMITS = 1500, 1 << 18, 100, 10_000
_VALUE: Final = rb"[^\r\n:]{0,30}:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*"
_NAMED: Final = re.compile(rb"(?:\A|[\r\n])(?:from|subject)" + _VALUE, re.IGNORECASE)
_KIND: Final = re.compile(rb"(?:\A|[\r\n])content-" + _VALUE, re.IGNORECASE)
_MOST_BYTES_OF_TEXT: Final = 2 << 20
_NO_CHARSETS: Final = frozenset(["idna", "punycode"])
"""Ways to spell names, which take minutes for a text."""
_LONGEST_HTML: Final = 200_000
_SHOWN: Final[Mapping[str, FileKind]] = {"image": "image", "audio": "audio", "video": "video"}
_SIGNATURES: Final = frozenset(
    ["application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"]
)
_MOST_FILES, _LONGEST_NAME = 20, 200


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a mail."""

    kind: FileKind
    name: str | None
    mime_type: str
    content: bytes = field(repr=False)


def parsed(raw: bytes) -> Message:
    """A mail as its parts. Raises anything for what is none."""
    _demand_sane(raw)
    message = message_from_bytes(raw)
    if len(list(islice(message.walk(), _MOST_PARTS + 1))) > _MOST_PARTS:
        raise ValueError("a mail of too many parts")
    return message


def headers(message: Message, name: str) -> list[str]:
    """The headers of a name as they came, from the top."""
    return [str(value) for known, value in message.raw_items() if known.lower() == name.lower()]


def worded(value: str) -> str:
    """The words of a header, in any language."""
    try:
        return str(make_header(decode_header(value)))
    except Exception:  # the library fails at some that are broken, each in its own way
        return value


def words(message: Message) -> str:
    """What a mail says: as plain text where it has that, else the words of its HTML."""
    texts = [part for part in _leaves(message) if part.get_content_disposition() != "attachment"]
    for kind in ("text/plain", "text/html"):
        part = next((part for part in texts if part.get_content_type() == kind), None)
        if part is not None and (said := _decoded(part)).strip():
            return plain(said[:_LONGEST_HTML]) if kind == "text/html" else _unflowed(part, said)
    return ""


def attached(message: Message) -> list[Attached]:
    """The files that came with a mail, in their order, with pictures that stand in its text."""
    found: list[Attached] = []
    for part in _leaves(message):
        kind, shown = part.get_content_type(), _SHOWN.get(part.get_content_maintype())
        is_file = part.get_content_disposition() == "attachment" or shown is not None
        content = part.get_payload(decode=True) if is_file and kind not in _SIGNATURES else None
        if isinstance(content, bytes) and content and len(found) < _MOST_FILES:
            name = " ".join(fitting(worded(part.get_filename() or "")).split())[-_LONGEST_NAME:]
            found.append(Attached(shown or "file", name or None, kind, content))
    return found


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that have no parts, but for those of other mails that came with this one."""
    if message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _demand_sane(raw: bytes) -> None:
    """Raises ValueError for what nobody writes, and what would take the library minutes to understand."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    understood = chain(_NAMED.finditer(head), _KIND.finditer(raw))
    if len(head) > _LONGEST_HEAD or any(len(found[0]) > _LONGEST_HEADER for found in understood):
        raise ValueError("a mail with too much before its text")
    if raw.count(b"\n--") + raw.count(b"\r--") > _MOST_LIMITS:
        raise ValueError("a mail of too many parts")


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload[:_MOST_BYTES_OF_TEXT] if isinstance(payload, bytes) else b""
    try:
        charset = codecs.lookup(part.get_content_charset("utf-8")).name
        text = raw.decode("utf-8" if charset in _NO_CHARSETS else charset, "replace")
    except (LookupError, ValueError):
        text = raw.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unflowed(part: Message, text: str) -> str:
    """Lines that a mail program has broken, whole again (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    is_kept = str(part.get_param("delsp", "")).lower() != "yes"
    found: list[tuple[int, list[str]]] = []  # of each line: how deep it is quoted, and its pieces
    goes_on = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        said = line[depth:].removeprefix(" ")
        if not goes_on or found[-1][0] != depth or line == SIGNATURE:
            found.append((depth, []))
        goes_on = said.endswith(" ") and line != SIGNATURE
        found[-1][1].append(said[:-1] if goes_on and not is_kept else said)
    return "\n".join(f"{'>' * depth}{' ' if depth else ''}{''.join(pieces)}" for depth, pieces in found)
