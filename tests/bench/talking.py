"""The load: many contacts who each say the next thing as soon as they are answered, as a process of its own.

So servers and clients share no interpreter. The client knows just enough of HTTP to be several times as quick as any
of the servers; it says how busy it was. Each answer is checked.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from time import perf_counter, process_time
from typing import Any

from tests.bench.figures import percentile

WEBHOOK = "/webhook/{bot}"
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Orders:
    """`prefix` makes the contacts new ones. With `is_counted` each answer must have the number of its turn in it.

    `path` may name the bot and the contact; `key` is the header that has a message's id, for a server that does not
    look for it in the body.
    """

    addresses: Sequence[tuple[str, int]]
    bot: str
    prefix: str
    talks: int
    seconds: float
    is_counted: bool
    warm_seconds: float = 0.5
    path: str = WEBHOOK
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. `answers` are all, `turns` those that were measured; `client_busy` is the share of one processor
    that the client took."""

    answers: int
    turns: int
    turns_a_second: float
    p50_ms: float
    p99_ms: float
    worst_ms: float
    client_busy: float


def talk(orders: Orders) -> Load:
    """Lets the contacts talk. Raises RuntimeError when an answer is wrong."""
    command = [sys.executable, "-m", "tests.bench.talking", json.dumps(asdict(orders))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-2000:])
    return Load(**json.loads(done.stdout))


class Crowd:
    """All contacts. The clock runs from when everybody has been greeted, and `warm_seconds` more."""

    def __init__(self, orders: Orders) -> None:
        self.orders, self.spent, self.answers = orders, list[float](), 0
        self.begins = self.ends = float("inf")
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.everybody = asyncio.Event()
        self._greeted = self._left = 0

    def greet(self) -> None:
        """One more has begun to talk."""
        self._greeted += 1
        if self._greeted == self.orders.talks:
            self.begins = perf_counter() + self.orders.warm_seconds
            self.ends = self.begins + self.orders.seconds
            self.everybody.set()

    def leave(self) -> None:
        """One more has done."""
        self._left += 1
        if self._left == self.orders.talks and not self.over.done():
            self.over.set_result(None)

    def fail(self, why: str) -> None:
        """Ends everything."""
        if not self.over.done():
            self.over.set_exception(RuntimeError(why))


class Talker(asyncio.Protocol):
    """One contact, on a connection that stays."""

    def __init__(self, crowd: Crowd, number: int, address: tuple[str, int]) -> None:
        self._crowd, self._contact, self._turn = crowd, f"{crowd.orders.prefix}-{number}", -1
        path = crowd.orders.path.format(bot=crowd.orders.bot, contact=self._contact)
        head = f"POST {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n"
        self._head = head.encode() + b"Content-Type: application/json\r\n"
        self._got, self._sent = b"", 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Says hello."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say()

    def _say(self) -> None:
        assert self._transport is not None
        self._turn += 1
        body = f'{{"contact":"{self._contact}","text":"word {self._turn}","message_id":"{self._turn}"}}'.encode()
        self._sent = perf_counter()
        key = f"{self._crowd.orders.key}: {self._contact}-{self._turn}\r\n" if self._crowd.orders.key else ""
        self._transport.write(self._head + f"{key}Content-Length: {len(body)}".encode() + _END + body)

    def data_received(self, data: bytes) -> None:
        """Goes on when the answer is whole."""
        self._got += data
        head, end, body = self._got.partition(_END)
        if not end or len(body) < _length(head):
            return
        now, self._got = perf_counter(), b""
        self._crowd.answers += 1
        if not self._is_right(head, body):
            self._crowd.fail(f"a wrong answer to word {self._turn} of {self._contact}: {head!r} {body!r}")
            return
        if self._turn == 0:
            self._crowd.greet()
            asyncio.get_running_loop().create_task(self._begin())
        elif now < self._crowd.ends:
            if now >= self._crowd.begins:
                self._crowd.spent.append(now - self._sent)
            self._say()
        else:
            self._crowd.leave()

    async def _begin(self) -> None:
        await self._crowd.everybody.wait()
        self._say()

    def _is_right(self, head: bytes, body: bytes) -> bool:
        if not head.startswith(b"HTTP/1.1 200 "):
            return False
        if self._turn == 0:
            return True
        said = f"You said word {self._turn}" + (f" ({self._turn})" if self._crowd.orders.is_counted else "")
        return f'"{said}"'.encode() in body

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing of the load may be missing."""
        self._crowd.fail(f"the server closed a connection: {error}")


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r")[0]) if found else 0


async def _talk(orders: Orders) -> Load:
    crowd, loop = Crowd(orders), asyncio.get_running_loop()
    computed, began = process_time(), perf_counter()
    connections = []
    for number in range(orders.talks):
        host, port = orders.addresses[number % len(orders.addresses)]
        talker = Talker(crowd, number, (host, port))
        connections.append((await loop.create_connection(partial(_same, talker), host, port))[0])
    await crowd.over
    busy = (process_time() - computed) / (perf_counter() - began)
    for connection in connections:
        connection.abort()
    spent = crowd.spent
    p50, p99, worst = (1000 * percentile(spent, share) for share in (0.5, 0.99, 1.0))
    return Load(crowd.answers, len(spent), len(spent) / orders.seconds, p50, p99, worst, busy)


def _same(talker: Talker) -> Talker:
    return talker


def main(given: Mapping[str, Any]) -> None:
    """Prints what came of it as JSON."""
    print(json.dumps(asdict(asyncio.run(_talk(Orders(**given))))))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
