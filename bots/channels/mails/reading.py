"""A mail as a person's message: who wrote it, what is new in it, and how an answer finds its thread."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import Message
from email.policy import default
from typing import Any, Final

from tasktalk.bots.channels.mails.parts import Attached, attached, headers, parsed, worded, words
from tasktalk.bots.channels.mails.proof import is_proven
from tasktalk.bots.channels.mails.quotes import bare, new_part, without_signature
from tasktalk.bots.channels.texts import fitting
from tasktalk.bots.outside.mail_servers import is_address

_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")
_MOST_REFERENCES, _LONGEST_SUBJECT = 20, 200
_OF_PROGRAMS: Final = ("List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Failed-Recipients")
_BULK: Final = frozenset(["bulk", "list", "junk", "auto_reply"])
_NOBODY: Final = frozenset(["mailer-daemon", "noreply", "no-reply", "donotreply", "do-not-reply"])


class PassedOver(Exception):
    """What no person has written to the bot; the message says what it is instead."""


class Unproven(Exception):
    """It may come from somebody else than it says."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of a person. `message_id` is the same for the same mail; `route` is what an answer needs."""

    sender: str
    name: str | None
    text: str
    message_id: str
    route: dict[str, Any]
    files: Sequence[Attached]


def read(raw: bytes, address: str, trust: str | None) -> Mail:
    """The mail that came to an address; with `trust` that server must have found that its sender is who it says.

    Raises PassedOver and Unproven, and anything for what is no mail at all.
    """
    message = parsed(raw)
    writer = _writer(message)
    sender = writer.addr_spec.lower()
    if (what := _of_program(message, sender, address)) is not None:
        raise PassedOver(what)
    notes = headers(message, "Authentication-Results")
    if trust is not None and not is_proven(notes, trust, sender.rpartition("@")[2]):
        raise Unproven
    subject = fitting(" ".join(worded(_first(message, "Subject")).split()))[:_LONGEST_SUBJECT]
    answered = _ID.findall(_first(message, "References")) or _ID.findall(_first(message, "In-Reply-To"))
    text = words(message)
    is_reply = bool(answered) or bare(subject) != subject
    if is_reply:
        text = new_part(text, subject, address.lower())
    text = without_signature(text).strip()
    own = _ID.fullmatch(_first(message, "Message-ID").strip())
    route = {
        "subject": subject,
        "message_id": own[0] if own else None,
        "references": [*answered[:1], *answered[1:][-_MOST_REFERENCES:]],
    }
    files = attached(message)
    name = " ".join(writer.display_name.split()) or None
    message_id = own[0] if own else f"sha256:{hashlib.sha256(raw).hexdigest()}"
    return Mail(sender, name, text if text or is_reply or files else subject, message_id, route, files)


def _writer(message: Message) -> Address:
    """The one person who a mail says has written it."""
    # Here the newer way counts: what else is in the header must not be taken for a part of the address.
    found = [default.header_fetch_parse("From", value).addresses for value in headers(message, "From")]
    if len(found) != 1 or len(found[0]) != 1:
        raise PassedOver("a mail that does not say who has written it")
    writer: Address = found[0][0]
    if not is_address(writer.addr_spec):
        raise PassedOver("a mail that does not say who has written it")
    return writer


def _of_program(message: Message, sender: str, address: str) -> str | None:
    """What a mail is that no person has written, or that must not be answered: two programs might go on for ever."""
    if sender == address.lower():
        return "a mail of its own"
    if _word(message, "Auto-Submitted") not in {"", "no"} or any(headers(message, name) for name in _OF_PROGRAMS):
        return "an automatic mail"
    if _word(message, "Precedence") in _BULK:
        return "a mail to many"
    is_bounce = _first(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report"
    if is_bounce or sender.partition("@")[0] in _NOBODY:
        return "a mail that nobody wants to have answered"
    if any(part.get_content_type() == "text/calendar" and part.get_param("method") for part in message.walk()):
        return "an invitation"
    return None


def _word(message: Message, name: str) -> str:
    return _first(message, name).partition(";")[0].strip().lower()


def _first(message: Message, name: str) -> str:
    return next(iter(headers(message, name)), "")
