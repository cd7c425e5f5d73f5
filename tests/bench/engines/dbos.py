"""A turn as DBOS has it: a workflow with a step that is a transaction, both on disk before the answer leaves.

The workflow's name is that of the message, so that one which comes twice is answered once.
"""

import asyncio
import sys
from collections.abc import AsyncIterator

from aiohttp import web
from dbos import DBOS, AsyncSQLAlchemyDatasource, SetWorkflowID
from sqlalchemy import text

from tests.bench.standing import answer_with

TABLE = text("CREATE TABLE talk (contact text PRIMARY KEY, turns integer NOT NULL)")
COUNT = text(
    "INSERT INTO talk (contact, turns) VALUES (:contact, 0)"
    " ON CONFLICT (contact) DO UPDATE SET turns = talk.turns + 1 RETURNING turns"
)


class Server:
    """Answers messages."""

    def __init__(self, db: str) -> None:
        self._db = db
        DBOS(config={"name": "turns", "system_database_url": db, "log_level": "ERROR"})

        @DBOS.workflow(name="turn")
        async def turn(contact: str, said: str) -> str:
            return f"You said {said} ({await self._count(contact)})"

        self._turn = turn

    async def run(self, _: web.Application) -> AsyncIterator[None]:
        """As long as it serves; makes the tables first."""
        self._store = await AsyncSQLAlchemyDatasource.create(self._db, {"pool_size": 20})
        async with self._store.engine.begin() as connection:
            await connection.execute(TABLE)
        await asyncio.to_thread(DBOS.launch)
        self._count = self._store.transaction(name="count", isolation_level="READ COMMITTED")(self._counted)
        yield

    async def _counted(self, contact: str) -> int:
        session = self._store.sql_session()
        number: int = (await session.execute(COUNT, {"contact": contact})).scalar_one()
        return number

    async def answer(self, request: web.Request) -> web.Response:
        """A turn."""
        body = await request.json()
        with SetWorkflowID(f"{body['contact']}-{body['message_id']}"):
            reply = await self._turn(body["contact"], body["text"])
        return web.json_response({"replies": [{"text": reply}]})


if __name__ == "__main__":
    server = Server(sys.argv[1])
    answer_with(server.answer, server.run)
