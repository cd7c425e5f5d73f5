"""Who is told things on this machine: a program with webhooks, and a mail server, which both can fail."""

import asyncio
import json
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Receiver:
    """Takes calls, and answers them with the statuses that it is given, then with 204."""

    statuses: list[int] = field(default_factory=list)
    calls: list[tuple[dict[str, str], str]] = field(default_factory=list)
    refused: int = 0
    words: str = ""
    """What it says to what it refuses."""
    server: TestServer | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/{rest:.*}", self._take)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("/hooks"))

    async def stop(self) -> None:
        if self.server is not None:
            await self.server.close()

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.calls]

    @property
    def told(self) -> list[str]:
        """What was told, each with the title of its task."""
        return [f"{body['type']} {(body['data'].get('task') or {}).get('title')}" for body in self.bodies]

    async def _take(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 204
        if 200 <= status < 300:
            self.calls.append((dict(request.headers), await request.text()))
        else:
            self.refused += 1
        headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {}
        return web.Response(status=status, headers=headers, text=self.words if status >= 400 else None)


@dataclass
class MailServer:
    """Speaks as much SMTP as it takes. What it says to DATA and to RCPT is what it is given, then that all is well."""

    mails: list[Message] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    to_address: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    server: asyncio.Server | None = None

    async def start(self) -> int:
        self.server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(str(mail["To"]), str(mail["Subject"])) for mail in self.mails]

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 here")
        while line := (await reader.readline()).decode().strip():
            match line[:4].upper():
                case "EHLO":
                    say("250-here\r\n250 AUTH PLAIN")
                case "AUTH":
                    self.logins.append(line)
                    say("235 welcome")
                case "RCPT":
                    say(self.to_address.pop(0) if self.to_address else "250 ok")
                case "DATA":
                    say("354 go on")
                    text = (await reader.readuntil(b"\r\n.\r\n")).decode()
                    answer = self.to_data.pop(0) if self.to_data else "250 ok"
                    if answer.startswith("250"):
                        self.mails.append(message_from_string(text.removesuffix(".\r\n").replace("\r\n", "\n")))
                    say(answer)
                case "QUIT":
                    say("221 bye")
                    break
                case _:
                    say("250 ok")
        writer.close()
