"""Programs that tests run beside a server."""

import asyncio
import sys
from typing import Any

from tests.system.server import Server


async def out_of(*command: str, **options: Any) -> str:
    """What a process prints; it has to end well."""
    made = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, **options
    )
    out, wrong = await made.communicate()
    assert made.returncode == 0, wrong.decode()
    return out.decode()


async def token(server: Server, *arguments: str) -> str:
    """A new token for Ana."""
    command = ("token", "create", "--user", "Ana", *arguments, "--db", str(server.database))
    return (await out_of(sys.executable, "-m", "tasktalk.bots.cli", *command)).strip()
