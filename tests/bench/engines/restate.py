"""A turn as Restate has it: a call of a virtual object, one for each contact, which keeps what it has in mind.

Its own server takes the requests and calls the handler, which runs here, over HTTP/2. The key of a request is that of
the message, so that one which comes twice is answered once.
"""

import asyncio
import json
import os
import socket
import sys
import urllib.request
from pathlib import Path
from subprocess import DEVNULL, Popen
from urllib.error import URLError

import restate
from hypercorn.asyncio import serve
from hypercorn.config import Config

from tests.bench.standing import ADDRESS, LOOPBACK, READY

counter = restate.VirtualObject("counter")


@counter.handler()
async def say(context: restate.ObjectContext, said: dict[str, str]) -> str:
    """A turn."""
    number = await context.get("turns", type_hint=int) or 0
    context.set("turns", number + 1)
    return f"You said {said['text']} ({number})"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        port: int = found.getsockname()[1]
        return port


def _start(server: Path, folder: Path, ingress: int, admin: int) -> None:
    settings = {
        "RESTATE_BASE_DIR": str(folder),
        "RESTATE_LISTEN_MODE": "tcp",
        "RESTATE_BIND_ADDRESS": f"{LOOPBACK}:{_free_port()}",
        "RESTATE_INGRESS__BIND_ADDRESS": f"{LOOPBACK}:{ingress}",
        "RESTATE_ADMIN__BIND_ADDRESS": f"{LOOPBACK}:{admin}",
        "RESTATE_DISABLE_TELEMETRY": "true",
        "RESTATE_LOG_FILTER": "error",
    }
    # Who waits for what is printed here would go on waiting where this process ends before it serves.
    Popen([server], env={**os.environ, **settings}, stdout=DEVNULL)


async def _register(admin: int, handlers: int) -> None:
    body = json.dumps({"uri": f"http://{LOOPBACK}:{handlers}", "force": True}).encode()
    address = f"http://{LOOPBACK}:{admin}/deployments"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    for _ in range(600):
        try:
            (await asyncio.to_thread(urllib.request.urlopen, request)).close()
            return
        except (URLError, ConnectionError) as away:
            last = away
            await asyncio.sleep(0.1)
    raise RuntimeError(f"Restate's server does not take the handler: {last}")


async def _serve(server: Path, folder: Path) -> None:
    ingress, admin, handlers = _free_port(), _free_port(), _free_port()
    _start(server, folder, ingress, admin)
    config = Config()
    config.bind = [f"{LOOPBACK}:{handlers}"]
    serving = asyncio.create_task(serve(restate.app([counter]), config))
    await _register(admin, handlers)
    print(f"{ADDRESS}http://{LOOPBACK}:{ingress}/webhook/BOT\n{READY}.", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), Path(sys.argv[2])))
