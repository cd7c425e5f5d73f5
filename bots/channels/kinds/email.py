"""E-mail: what comes to a mailbox, by IMAP, and what goes out by SMTP."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from email.headerregistry import Address
from importlib.util import find_spec
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StrictStr, model_validator

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.adapter import Adapter, Door, T
from tasktalk.bots.channels.mails.mailbox import Account, Mailbox, visit
from tasktalk.bots.channels.mails.parts import attached, parsed
from tasktalk.bots.channels.mails.reading import PassedOver, Unproven, read
from tasktalk.bots.channels.mails.writing import written
from tasktalk.bots.channels.secret import Secret
from tasktalk.bots.channels.settings import Common
from tasktalk.bots.outside.mail import Smtp, hand_over
from tasktalk.bots.outside.mail_servers import IMAP, LOOPBACK, SMTP, MailServer, is_address, server_at
from tasktalk.runtime.ports import Delivery, Fetched, FileGone, InboundFile, Undeliverable
from tasktalk.storage.extras import installing

MOST_BYTES: Final = 25 << 20
"""How large a mail may be that is looked at."""
_WAY_OUT: Final = "name where it is in password"
_UNPROVEN: Final = (
    "Anybody can write under anybody's address. Look at a mail that came to the bot: if its topmost header "
    "Authentication-Results says dmarc=pass or dkim=pass, write the name that it begins with as trust."
)
_TRUSTED: Final = "the name of a mail server, such as mx.example.com"
_EVERY: Final = re.compile(r"([1-9][0-9]{0,4})(s|m|h)", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_LEAST: Final = timedelta(seconds=5)
_FLAGGED: Final = "\\Flagged"
_MOST_FETCHES: Final = 3
"""How many mails are read for their files at a time: each is a visit to the mailbox, and lies whole in memory."""
_CHUNK: Final = 1 << 16

_log = logging.getLogger("tasktalk.channels")


def _address(text: str) -> str:
    if not (text.isascii() and is_address(text)):
        raise ValueError("expected an e-mail address")
    return text


def _incoming(given: Any) -> MailServer:
    return server_at(str(given), IMAP, "imap", _WAY_OUT)


def _outgoing(given: Any) -> MailServer:
    return server_at(str(given), SMTP, "smtp", _WAY_OUT)


def _pause(given: Any) -> timedelta:
    found = _EVERY.fullmatch(given) if isinstance(given, str) else None
    pause = timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else timedelta(0)
    if not _LEAST <= pause <= timedelta(days=1):
        raise ValueError('expected a time from 5s to 24h, such as "1m"')
    return pause


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected one line of text")
    return text


def _plain(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("expected letters without accents, digits and signs alone")
    return text


def _sendable(secret: SecretStr) -> SecretStr:
    _plain(secret.get_secret_value())
    return secret


class EmailSettings(Common):
    """The bot's address, its mailbox, and the server that takes its mails. `password` is that of both."""

    address: Annotated[StrictStr, AfterValidator(_address)]
    imap: Annotated[MailServer, BeforeValidator(_incoming)]
    smtp: Annotated[MailServer, BeforeValidator(_outgoing)]
    password: Annotated[Secret, AfterValidator(_sendable)]
    smtp_password: Annotated[Secret, AfterValidator(_sendable)] | None = None
    name: Annotated[
        StrictStr, Field(max_length=100, description="a text of at most 100 characters"), AfterValidator(_line)
    ] = ""
    subject: Annotated[
        StrictStr,
        Field(min_length=1, max_length=200, description="a text of 1 to 200 characters"),
        AfterValidator(_line),
    ] = "A message for you"
    folder: Annotated[StrictStr, Field(min_length=1, description="the name of a folder"), AfterValidator(_plain)] = (
        "INBOX"
    )
    every: Annotated[timedelta, BeforeValidator(_pause)] = timedelta(minutes=1)
    trust: Annotated[StrictStr | None, Field(pattern=r"^[A-Za-z0-9._-]{1,253}$", description=_TRUSTED)] = None

    @model_validator(mode="after")
    def _can_send(self) -> "EmailSettings":
        if find_spec("aiosmtplib") is None:
            raise ValueError(f"e-mail needs a library: type {installing('email')}")
        return self

    @property
    def doubts(self) -> Sequence[str]:
        """That anybody is believed."""
        return () if self.trust else (_UNPROVEN,)


class Email(Adapter[EmailSettings]):
    """A contact is an e-mail address. What was refused has a flag in the mailbox, beside that it was read."""

    settings_type = EmailSettings
    most_buttons = 0

    def __init__(self, settings: EmailSettings, door: Door) -> None:
        super().__init__(settings, door)
        password = settings.password.get_secret_value()
        self._account = Account(settings.imap, settings.imap.user or settings.address, password, settings.folder)
        self._smtp = _smtp(settings)
        self._looking, self._fetching = asyncio.Lock(), asyncio.Semaphore(_MOST_FETCHES)

    @classmethod
    def instructions(cls, settings: EmailSettings, address: str) -> Sequence[str]:
        """What the mailbox needs; nobody has to be told an address of this server."""
        mailbox = f"{settings.folder} of {settings.imap.user or settings.address} at {settings.imap.host}"
        proof = (
            f"A mail is heard if the topmost header Authentication-Results of {settings.trust} says that its sender is "
            "who it says."
        )
        return [
            f"People write to {settings.address}.",
            f"Let {mailbox} be the bot's alone: what somebody else has read there, it does not hear.",
            *([proof] if settings.trust else []),
        ]

    @classmethod
    def reached_at(cls, settings: EmailSettings, address: str) -> str:
        """People write to the bot's own address."""
        return settings.address

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Mails do not come in this way."""
        raise Problem("not_found", "This channel hears mails alone, which come to its mailbox")

    async def run(self) -> None:
        """Looks into the mailbox, again and again; one process at a time does."""
        while True:
            if self.door.is_ours():
                await self.look()
            await self.door.wait_until(self.door.clock.now() + self.settings.every)

    async def look(self) -> None:
        """Hears what is new in the mailbox; a mail is marked as read once it is stored.

        Raises ConnectionError when the mailbox cannot be had, and what the engine raises when it takes nothing now.
        """
        async with self._looking, visit(self._account) as mailbox:
            known: set[int] = set()
            while waiting := [each for each in await mailbox.new() if each.uid not in known]:
                for each in waiting:
                    known.add(each.uid)  # a server may keep no marks
                    is_taken = each.size <= MOST_BYTES and await self._take(mailbox, each.uid)
                    if each.size > MOST_BYTES:
                        too_large = "%s: the mail %d is too large to be heard: %d bytes"
                        _log.warning(too_large, self.door.name, each.uid, each.size)
                    await mailbox.mark(each.uid, *(() if is_taken else (_FLAGGED,)))

    async def _take(self, mailbox: Mailbox, uid: int) -> bool:
        """Hears a mail; False for one that is refused."""
        raw = await mailbox.fetch(uid)
        if raw is None:
            return True
        try:
            mail = await asyncio.to_thread(read, raw, self.settings.address, self.settings.trust)
        except PassedOver as passed:
            _log.info("%s: passed over the mail %d: %s", self.door.name, uid, passed)
            return True
        except Unproven:
            _log.warning("%s: refused the mail %d: nothing proves that its sender is who it says", self.door.name, uid)
            return False
        except Exception as error:  # whatever somebody may have written, the mails behind it are heard
            _log.warning("%s: the mail %d cannot be read, and is not heard", self.door.name, uid, exc_info=error)
            return False
        files = [
            InboundFile(file.kind, f"{mailbox.numbering}.{uid}.{number}", file.name, file.mime_type, len(file.content))
            for number, file in enumerate(mail.files)
        ]
        await self.hear(mail.sender, mail.text, mail.message_id, mail.name, mail.route, files)
        return True

    @classmethod
    def addressed(cls, written: str) -> str | None:
        """An address as mails have it."""
        address = written.strip().lower()
        return address if is_address(address) else None

    async def send(self, delivery: Delivery) -> None:
        """One mail, however long the text is; files as links, ready answers as numbers."""
        settings = self.settings
        if not is_address(delivery.contact):
            raise Undeliverable(f"{delivery.contact[:100]!r} is no e-mail address")
        user, _, domain = settings.address.rpartition("@")
        sender = Address(settings.name, user, domain)
        await hand_over(self._smtp, delivery.contact, written(delivery, sender, settings.subject))

    async def fetch(self, reference: str, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """A file of a mail that is still in the mailbox."""
        numbering, uid, number = map(int, reference.split("."))
        async with self._fetching:
            async with visit(self._account) as mailbox:
                raw = await mailbox.fetch(uid) if mailbox.numbering == numbering else None
            files = attached(await asyncio.to_thread(parsed, raw)) if raw is not None else []
        if number >= len(files):
            raise FileGone("the mail with this file is in the mailbox no more")
        file = files[number]
        return await take(Fetched(file.name, file.mime_type, _chunks(file.content), len(file.content)))


def _smtp(settings: EmailSettings) -> Smtp:
    """Who writes where; a server on this machine is asked for no more than its URL and settings name."""
    server = settings.smtp
    is_known = server.user is not None or settings.smtp_password is not None or server.host not in LOOPBACK
    password = (settings.smtp_password or settings.password).get_secret_value() if is_known else None
    user = server.user or settings.address
    return Smtp(server.host, server.port, settings.address, user, password, is_tls=server.is_tls)


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(content), _CHUNK):
        yield content[place : place + _CHUNK]
