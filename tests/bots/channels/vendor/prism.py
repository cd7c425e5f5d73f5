"""Prism as the provider: it holds each request against a vendor's description, and refuses what is not as that says."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.bots.channels.provider import Provider, Told
from tests.bots.channels.vendor.cut import described
from tests.system.commands import MODULES, needs_node
from tests.system.server import free_port

_READY = b"Prism is listening"
_FORM = "application/x-www-form-urlencoded"


@asynccontextmanager
async def prism(name: str, folder: Path) -> AsyncIterator[str]:
    """The address of Prism for a vendor's description, in a folder of its own. Skips the test as `needs_node` does."""
    node = needs_node("@stoplight/prism-cli")
    program, port = str(MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"), str(free_port())
    description = folder / "description.json"
    description.write_text(json.dumps(_explicit(described(name))), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        node, program, "mock", "--errors", "--port", port, str(description),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1 << 24,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = b""
        async for line in process.stdout:
            said += line
            if _READY in line:
                break
        assert _READY in said, said.decode()
        rest = asyncio.create_task(process.stdout.read())  # what nobody reads would hold it up one day
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    await rest


def _explicit(description: Any) -> Any:
    """The description, in which forms say how they have lists, though it is as OpenAPI's default: Prism needs that."""
    for path in description["paths"].values():
        content = path.get("post", {}).get("requestBody", {}).get("content", {})
        for name, field in content.get(_FORM, {}).get("schema", {}).get("properties", {}).items():
            if field.get("type") == "array":
                content[_FORM].setdefault("encoding", {})[name] = {"style": "form", "explode": True}
    return description


def as_json(told: Told) -> Told:
    """The request itself."""
    return told


class Prisms(Provider):
    """Hands on to Prism what it is told, and answers what Prism does."""

    def __init__(self, address: str, spelled: Callable[[Told], Told] = as_json) -> None:
        """`spelled` gives a request as the description has it."""
        super().__init__()
        self._address, self._spelled = address, spelled
        self.reasons: list[str] = []
        """What Prism found wrong."""

    async def ask(self, told: Told) -> tuple[int, bytes]:
        """The status of Prism's answer to a request, and its body."""
        request = self._spelled(told)
        names = ("Authorization", "Content-Type", "token")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        async with (
            aiohttp.ClientSession() as client,
            client.request(request.method, self._address + request.path, headers=headers, data=request.body) as answer,
        ):
            return answer.status, await answer.read()

    async def _take(self, request: web.Request) -> web.Response:
        told = Told(request.method, request.path_qs, dict(request.headers), await request.read())
        status, body = await self.ask(told)
        if status >= 300:
            self.reasons.append(f"{told.path}: {status} {body.decode()[:500]}")
        (self.told if status < 300 else self.refused).append(told)
        return web.Response(status=status, body=body, content_type="application/json")
