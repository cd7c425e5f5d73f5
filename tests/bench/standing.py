"""How a server of a benchmark says that it serves: in the words of `tasktalk serve`, which `serving.py` reads."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

LOOPBACK = "127.0.0.1"
READY = "Ctrl-C stops it"
ADDRESS = "Webhooks: POST "


def answer_with(turn: Handler, during: Callable[[web.Application], AsyncIterator[None]]) -> None:
    """Serves turns, with what has to be there as long as that is so, until it is killed."""
    app = web.Application()
    app.cleanup_ctx.append(during)
    app.router.add_post("/webhook/{bot}", turn)
    listen(app)


def listen(app: web.Application) -> None:
    """Serves on a free port until it is killed."""
    asyncio.run(_listen(app))


async def _listen(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0, backlog=1024).start()
    print(f"{ADDRESS}http://{LOOPBACK}:{runner.addresses[0][1]}/webhook/BOT\n{READY}.", flush=True)
    await asyncio.Event().wait()
