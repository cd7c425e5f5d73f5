"""A mailbox that is reached by IMAP: what is new in it, and the mark that a mail was taken.

Nothing is remembered between two visits but the marks in the mailbox itself, so nothing is missed when the server
numbers its mails anew (UIDVALIDITY). Only who wants to see a mail again has to know of which numbering its number is.
"""

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from tasktalk.bots.outside.causes import cause_of
from tasktalk.bots.outside.mail_servers import LOOPBACK, MailServer

CONNECT_SECONDS, ANSWER_SECONDS = 15.0, 30.0
_PAGE: Final = 100
_LONGEST_REASON: Final = 200
_UID: Final = re.compile(rb"\bUID ([0-9]+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE ([0-9]+)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose mailbox it is, where, and the folder in it."""

    server: MailServer
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that was not taken yet: its number, and its size in bytes."""

    uid: int
    size: int


@asynccontextmanager
async def visit(account: Account) -> AsyncIterator["Mailbox"]:
    """The mailbox while it is open. Raises ConnectionError, without any secret, when it cannot be had."""
    server = account.server
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            # Given up at once when the channel goes, which a connection that is made in a thread could not be.
            sock = await _connected(server.host, server.port)
    except (OSError, TimeoutError) as error:
        raise ConnectionError(f"{server.host} cannot be reached at port {server.port}: {cause_of(error)}") from None
    mailbox = Mailbox(account, sock)
    try:
        await mailbox.open()
        yield mailbox
        await mailbox.leave()
    finally:
        await mailbox.close()


class Mailbox:
    """One visit. Its work is done in threads, a command at a time."""

    def __init__(self, account: Account, sock: socket.socket) -> None:
        self._account, self._socket = account, sock
        self._imap: _Imap | None = None
        self._working: asyncio.Future[Any] | None = None
        self.numbering = 0
        """UIDVALIDITY: what the numbers of mails belong to."""

    async def open(self) -> None:
        """Logs in, over TLS unless the server is on this machine."""
        await self._do("let nobody in", self._open)

    async def new(self) -> Sequence[Waiting]:
        """The mails that were not taken yet, in the order in which they came, the first hundred of them."""
        return await self._do("does not say what is new", self._new)

    async def fetch(self, uid: int) -> bytes | None:
        """A mail as it came; None when it is there no more."""
        return await self._do("does not give a mail", lambda: self._fetch(uid))

    async def mark(self, uid: int, *flags: str) -> None:
        """The mail was taken."""
        await self._do("marks no mail as read", lambda: self._store(uid, ("\\Seen", *flags)))

    async def leave(self) -> None:
        """Says good-bye."""
        with suppress(ConnectionError):
            await self._do("does not say good-bye", self._leave)

    async def close(self) -> None:
        """Ends the connection, whatever is under way."""
        with suppress(OSError):  # so that a thread that waits for the server gets its answer now
            (self._imap.sock if self._imap else self._socket).shutdown(socket.SHUT_RDWR)
        if self._working is not None:
            await asyncio.wait([self._working])
            if not self._working.cancelled():
                self._working.exception()
        if self._imap is not None:
            self._imap.let_go()
        self._socket.close()

    async def _do(self, what: str, work: Callable[[], T]) -> T:
        self._working = working = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            return await asyncio.shield(working)
        except OSError as error:
            raise ConnectionError(f"{self._account.server.host} {what}: {cause_of(error)}") from None
        except (imaplib.IMAP4.error, ValueError) as error:
            told = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error).encode()
            said = told.decode("utf-8", "replace").replace(self._account.password, "…")[:_LONGEST_REASON]
            raise ConnectionError(f"{self._account.server.host} {what}: {said or 'it does not say why'}") from None

    @property
    def _known(self) -> "_Imap":
        if self._imap is None:
            raise ValueError("it is not open")
        return self._imap

    def _open(self) -> None:
        server = self._account.server
        if server.is_tls:
            tls = ssl.create_default_context().wrap_socket(
                self._socket, server_hostname=server.host, do_handshake_on_connect=False
            )
            self._socket = tls
            tls.do_handshake()
        imap = self._imap = _Imap(self._socket, server.host)
        if not server.is_tls and server.host not in LOOPBACK:
            imap.starttls(ssl.create_default_context())
        imap.login(_quoted(self._account.user), self._account.password)
        _demand(imap.select(_quoted(self._account.folder)))
        self.numbering = int((imap.response("UIDVALIDITY")[1] or [None])[0] or 0)

    def _new(self) -> Sequence[Waiting]:
        [found] = _demand(self._known.uid("SEARCH", "UNSEEN"))[:1]
        uids = sorted(map(int, (found or b"").split()))[:_PAGE]
        if not uids:
            return []
        told = _demand(self._known.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"))
        sizes = {}
        for line in told:
            if isinstance(line, bytes) and (uid := _UID.search(line)) and (size := _SIZE.search(line)):
                sizes[int(uid[1])] = int(size[1])
        return [Waiting(uid, sizes[uid]) for uid in uids if uid in sizes]

    def _fetch(self, uid: int) -> bytes | None:
        told = _demand(self._known.uid("FETCH", str(uid), "(UID BODY.PEEK[])"))
        return next((part[1] for part in told if isinstance(part, tuple) and b"BODY[" in part[0].upper()), None)

    def _leave(self) -> None:
        self._known.logout()

    def _store(self, uid: int, flags: Sequence[str]) -> None:
        _demand(self._known.uid("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})"))


class _Imap(imaplib.IMAP4):
    """Over a connection that there is."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        self._given = sock
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._given

    def let_go(self) -> None:
        """Frees what the connection took."""
        with suppress(OSError):
            self.shutdown()


def _quoted(text: str) -> str:
    """A text as an argument of a command; imaplib quotes nothing but passwords."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _demand(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    """What a server answers. Raises ValueError when that is no."""
    status, told = answer
    if status != "OK":
        raise ValueError(b" ".join(part for part in told if isinstance(part, bytes)).decode("utf-8", "replace"))
    return told


async def _connected(host: str, port: int) -> socket.socket:
    """A connection, with a limit to how long each answer may take."""
    loop = asyncio.get_running_loop()
    last: OSError = ConnectionError()
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, address)
        except OSError as error:
            sock.close()
            last = error
        except BaseException:
            sock.close()
            raise
        else:
            sock.settimeout(ANSWER_SECONDS)
            return sock
    raise last
