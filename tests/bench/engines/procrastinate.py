"""A turn as Procrastinate has it: a job in PostgreSQL, which a worker of the same process takes.

The answer leaves when what the conversation has in mind is on disk, before the job is marked as done. A message that
comes twice is answered twice.
"""

import asyncio
import sys
from collections.abc import AsyncIterator

from aiohttp import web
from procrastinate import App, PsycopgConnector

from tests.bench.standing import answer_with

AT_ONCE = 20
TABLE = "CREATE TABLE talk (contact text PRIMARY KEY, turns integer NOT NULL)"
COUNT = (
    "INSERT INTO talk (contact, turns) VALUES (%(contact)s, 0)"
    " ON CONFLICT (contact) DO UPDATE SET turns = talk.turns + 1 RETURNING turns"
)


class Server:
    """Answers messages."""

    def __init__(self, db: str) -> None:
        self._app = App(connector=PsycopgConnector(conninfo=db, min_size=4, max_size=AT_ONCE))
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._turn = self._app.task(name="turn")(self._play)

    async def run(self, _: web.Application) -> AsyncIterator[None]:
        """As long as it serves."""
        async with self._app.open_async():
            await self._app.schema_manager.apply_schema_async()
            await self._app.connector.execute_query_async(TABLE)
            worker = asyncio.create_task(self._app.run_worker_async(concurrency=AT_ONCE, install_signal_handlers=False))
            yield
            worker.cancel()

    async def _play(self, contact: str, text: str, message_id: str) -> None:
        row = await self._app.connector.execute_query_one_async(COUNT, contact=contact)
        self._waiting.pop(f"{contact} {message_id}").set_result(f"You said {text} ({row['turns']})")

    async def answer(self, request: web.Request) -> web.Response:
        """A turn."""
        body = await request.json()
        contact, message_id = body["contact"], body["message_id"]
        done = self._waiting[f"{contact} {message_id}"] = asyncio.get_running_loop().create_future()
        await self._turn.configure(lock=contact).defer_async(contact=contact, text=body["text"], message_id=message_id)
        return web.json_response({"replies": [{"text": await done}]})


if __name__ == "__main__":
    server = Server(sys.argv[1])
    answer_with(server.answer, server.run)
