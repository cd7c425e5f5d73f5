"""Hands mails to a mail server over SMTP."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from tasktalk.runtime.ports import Letter, Undeliverable

_LOOPBACK = frozenset(["localhost", "127.0.0.1", "::1"])


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server and who writes through it. `is_tls` is from the first byte on; otherwise TLS begins where the
    server offers it, and must where there is a password and the server is another machine."""

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
        """Hands a mail over. Raises Undeliverable when the server refuses its address for good."""
        import aiosmtplib

        smtp = self._smtp
        try:
            await aiosmtplib.send(
                message_of(letter, smtp.sender),
                hostname=smtp.host,
                port=smtp.port,
                username=smtp.user if smtp.password else None,
                password=smtp.password,
                use_tls=smtp.is_tls,
                start_tls=True if smtp.password and not smtp.is_tls and smtp.host not in _LOOPBACK else None,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(recipient.code >= 500 for recipient in refused.recipients):
                raise Undeliverable(f"{smtp.host} refuses the address: {refused.recipients[0].code}") from None
            raise


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The mail as it is sent: the same at each attempt."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.address, letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
