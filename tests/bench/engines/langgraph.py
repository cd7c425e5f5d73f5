"""A turn as LangGraph has it: a graph of one node, whose checkpoints in SQLite are on disk before the answer leaves.

A message that comes twice is answered twice.
"""

import sys
from collections.abc import AsyncIterator
from typing import TypedDict

import aiosqlite
from aiohttp import web
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph

from tests.bench.standing import answer_with


class State(TypedDict):
    """What a conversation has in mind."""

    text: str
    reply: str
    turns: int


def reply(state: State) -> dict[str, object]:
    """What is said."""
    number = state.get("turns", 0)
    return {"reply": f"You said {state['text']} ({number})", "turns": number + 1}


class Server:
    """Answers messages."""

    def __init__(self, db: str) -> None:
        self._db = db

    async def run(self, _: web.Application) -> AsyncIterator[None]:
        """As long as it serves."""
        builder = StateGraph(State)
        builder.add_node("reply", reply)
        builder.add_edge(START, "reply")
        builder.add_edge("reply", END)
        async with aiosqlite.connect(self._db) as connection:
            await connection.execute("PRAGMA synchronous = FULL")
            saver = AsyncSqliteSaver(connection)
            await saver.setup()
            self._graph = builder.compile(checkpointer=saver)
            yield

    async def answer(self, request: web.Request) -> web.Response:
        """A turn."""
        body = await request.json()
        said = {"text": body["text"]}
        whose = {"configurable": {"thread_id": body["contact"]}}
        state = await self._graph.ainvoke(said, whose)
        return web.json_response({"replies": [{"text": state["reply"]}]})


if __name__ == "__main__":
    server = Server(sys.argv[1])
    answer_with(server.answer, server.run)
