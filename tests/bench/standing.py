"""How a server of a benchmark says that it serves: in the words of `tasktalk serve`, which `serving.py` reads."""

import asyncio

from aiohttp import web

LOOPBACK = "127.0.0.1"
READY = "Ctrl-C stops it"
ADDRESS = "Webhooks: POST "


def listen(app: web.Application) -> None:
    """Serves on a free port until it is killed."""
    asyncio.run(_listen(app))


async def _listen(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0, backlog=1024).start()
    print(f"{ADDRESS}http://{LOOPBACK}:{runner.addresses[0][1]}/webhook/BOT\n{READY}.", flush=True)
    await asyncio.Event().wait()
