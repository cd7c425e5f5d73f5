"""The mail servers of a channel on this machine, neither of them ours: aiosmtpd takes mails, pymap has the mailbox."""

import asyncio
import ssl
from argparse import Namespace
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pysasl.hashing import BuiltinHash

from tests.bots.channels.provider import Provider, Told

USER, PASSWORD = "helper@example.com", "tin-of-biscuits"
HOST = "127.0.0.1"


@dataclass
class Post(Provider):
    """What is sent by SMTP is told, its path the address; a status of an answer is what a mail server says for it."""

    smtp: asyncio.Server | None = None
    imap: asyncio.Server | None = None
    imap_port: int = 0
    backend: Any = None
    tls: ssl.SSLContext | None = None
    """What the mailbox is reached with, from the first byte on."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> str:
        """Where both are: the one for mails that go out, a blank, and the mailbox."""
        loop = asyncio.get_running_loop()
        self.smtp = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), HOST, 0)
        await self.open_mailbox()
        return f"{HOST}:{self.smtp.sockets[0].getsockname()[1]} {HOST}:{self.imap_port}"

    async def stop(self) -> None:
        await self.close_mailbox()
        if self.smtp is not None:
            self.smtp.close()

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, each mail once: one that comes again has the same id."""
        found: dict[str, EmailMessage] = {}
        for told in self.told:
            mail = message_from_bytes(told.body, policy=default)
            found.setdefault(str(mail["Message-ID"]), mail)
        return list(found.values())

    async def has_told(self, count: int) -> None:
        """Returns once so many different mails were taken."""
        while len(self.mails) < count:
            self.changed.clear()
            await self.changed.wait()

    async def open_mailbox(self) -> None:
        """The server of the mailbox answers; what was in it is there still."""
        if self.backend is None:
            args = Namespace(
                host=HOST,
                port=0,
                tls=False,
                demo_data=False,
                demo_user=USER,
                demo_password=PASSWORD,
                debug=False,
                **dict.fromkeys(["cert", "key", "passlib_cfg", "proxy_protocol"]),
            )
            self.backend, _ = await DictBackend.init(args, hash_context=BuiltinHash(rounds=1), invalid_user_sleep=0)
        config = self.backend.config
        serve = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(self.backend.login, config))
        self.imap = await asyncio.start_server(serve, HOST, self.imap_port, ssl=self.tls)
        self.imap_port = self.imap.sockets[0].getsockname()[1]

    async def close_mailbox(self) -> None:
        """The server of the mailbox answers no more."""
        if self.imap is not None:
            self.imap.close()

    async def put(self, mail: bytes) -> int:
        """A mail comes into the mailbox; its number there."""
        inbox = await self._inbox()
        message = await inbox.append(AppendMessage(mail, datetime.now(UTC), frozenset()))
        found: int = message.uid
        return found

    async def empty(self) -> None:
        """All mails are removed from the mailbox."""
        inbox = await self._inbox()
        await inbox.delete([message.uid async for message in inbox.messages()])

    async def flags(self, uid: int) -> set[str]:
        """What a mail is marked with."""
        found = [message async for message in (await self._inbox()).messages() if message.uid == uid]
        return {bytes(flag).decode() for message in found for flag in message.permanent_flags}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail that came by SMTP."""
        assert isinstance(envelope.content, bytes)
        [address] = envelope.rcpt_tos
        told = Told("DATA", address, {"sender": str(envelope.mail_from)}, envelope.content)
        status, headers, _ = (503, {}, {}) if self.is_down else self.answers.pop(0) if self.answers else (200, {}, {})
        (self.told if status < 300 else self.refused).append(told)
        self.changed.set()
        if status == 429:
            return f"450 4.7.1 Greylisted, please try again in {headers['Retry-After']} seconds"
        return "250 OK" if status < 300 else "554 5.7.1 No" if status < 500 else "451 4.3.0 Not now"

    async def _inbox(self) -> Any:
        async with self.backend.login.demo_user_identity.new_session() as session:
            return await session.mailbox_set.get_mailbox("INBOX")
