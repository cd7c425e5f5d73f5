"""Hands mails to a mail server over SMTP."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, NoReturn

from tasktalk.bots.outside.causes import cause_of
from tasktalk.bots.outside.mail_servers import LOOPBACK
from tasktalk.runtime.ports import ComeBack, Letter, Undeliverable

if TYPE_CHECKING:
    import aiosmtplib  # an extra, which takes its time to load

_LONGEST_REASON: Final = 200
_WHO_ARE_YOU: Final = frozenset([530, 534, 535, 538])
_PAUSE: Final = re.compile(r"\b([0-9]{1,5}) ?(s|m)(?:ec(?:ond)?s?|in(?:ute)?s?)?\b", re.IGNORECASE)
"""How servers that want to know whether a mail comes again say when it may: "try again in 300 seconds"."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server and who writes through it. `is_tls` is from the first byte on; otherwise TLS begins where the
    server offers it, and must where there is a password and the server is another machine. One on this machine need
    not prove who it is then: most have a certificate of their own making."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    is_tls: bool = False


class SmtpMail:
    """Each mail has a connection of its own."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp

    async def send(self, letter: Letter) -> None:
        """Hands a mail over. Raises Undeliverable when the server refuses it for good."""
        mail = message_of(letter, self._smtp.sender).as_bytes(policy=SMTP)
        await hand_over(self._smtp, letter.address, mail)


async def hand_over(smtp: Smtp, address: str, mail: bytes) -> None:
    """Hands a written mail to a server, for one address.

    Raises Undeliverable when it refuses the address or the mail for good, ComeBack when it says how long to wait, and
    ConnectionError for everything else: that passes, or whoever runs the server can mend it.
    """
    import aiosmtplib

    is_here = smtp.host in LOOPBACK
    try:
        await aiosmtplib.send(
            mail,
            sender=smtp.sender,
            recipients=[address],
            mail_options=[] if address.isascii() else ["SMTPUTF8"],
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.user if smtp.password else None,
            password=smtp.password,
            use_tls=smtp.is_tls,
            start_tls=True if smtp.password and not smtp.is_tls and not is_here else None,
            validate_certs=smtp.is_tls or not is_here,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        _refused(smtp.host, refused.recipients[0], "address")
    except aiosmtplib.SMTPDataError as refused:
        _refused(smtp.host, refused, "mail")
    except aiosmtplib.SMTPResponseException as answer:
        raise ConnectionError(f"{smtp.host} answered {answer.code}: {_shown(answer.message, smtp)}") from None
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        # What the library raises says less than that which led to it.
        why = cause_of(error.__cause__ if isinstance(error.__cause__, OSError) else error)
        raise ConnectionError(f"{smtp.host} cannot be asked: {why}") from None


def _refused(host: str, answer: "aiosmtplib.SMTPResponseException", what: str) -> NoReturn:
    said = f"{host} refuses the {what}: {answer.code} {answer.message[:_LONGEST_REASON]}"
    if answer.code >= 500 and answer.code not in _WHO_ARE_YOU:
        raise Undeliverable(said)
    if (pause := _PAUSE.search(answer.message)) is not None:
        raise ComeBack(said, int(pause[1]) * (60 if pause[2].lower() == "m" else 1))
    raise ConnectionError(said)


def _shown(message: str, smtp: Smtp) -> str:
    return message.replace(smtp.password or "\0", "…")[:_LONGEST_REASON]


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The mail as it is sent: the same at each attempt."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.address, letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
