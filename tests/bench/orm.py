"""The rival: a chat server as one writes it with SQLAlchemy's ORM, a session for each turn. Started by `serving.py`.

It promises what TaskTalk promises of a turn: message in, state, message out and timer are one transaction that is on
disk before the answer leaves, and a message that comes twice is answered once. It has one commit a turn, and no script,
schedule, task or lease to look after.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import web
from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, event, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.bench.standing import listen

TIMEOUT = timedelta(days=1)


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class Base(DeclarativeBase):
    """Ids are made here, not by the database: the quicker way."""

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: uuid4().hex)


class Conversation(Base):
    """One contact."""

    __tablename__ = "orm_conversation"
    contact: Mapped[str] = mapped_column(unique=True)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    turns: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Message(Base):
    """In or out."""

    __tablename__ = "orm_message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "sequence"),
        UniqueConstraint("conversation_id", "provider_id"),
    )
    conversation_id: Mapped[str] = mapped_column(ForeignKey("orm_conversation.id"))
    sequence: Mapped[int]
    direction: Mapped[str]
    text: Mapped[str]
    provider_id: Mapped[str | None]
    answer_to: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Timer(Base):
    """When the conversation goes on although nobody says anything."""

    __tablename__ = "orm_timer"
    conversation_id: Mapped[str] = mapped_column(ForeignKey("orm_conversation.id"), unique=True)
    due_at: Mapped[datetime] = mapped_column(index=True)


class Server:
    """Answers messages."""

    def __init__(self, engine: AsyncEngine, *, has_timer: bool) -> None:
        self._engine, self._has_timer = engine, has_timer
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        # SQLite has one writer: in a queue here, they do not sleep in the database's busy handler, which is slower.
        self._places = asyncio.Semaphore(1 if engine.dialect.name == "sqlite" else 20)

    async def prepare(self, _: web.Application) -> None:
        """Makes the tables."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
            await connection.run_sync(Base.metadata.create_all)

    async def answer(self, request: web.Request) -> web.Response:
        """A turn."""
        body = await request.json()
        async with self._places, self._sessions() as session, session.begin():
            text = await self._turn(session, body["contact"], body["text"], body["message_id"])
        return web.json_response({"replies": [{"text": text}]})

    async def _turn(self, session: AsyncSession, contact: str, text: str, provider_id: str) -> str:
        talk = await session.scalar(select(Conversation).where(Conversation.contact == contact))
        if talk is None:
            talk = Conversation(contact=contact, state=b"{}", turns=-1)
            session.add(talk)
            await session.flush()
            last = 0
        else:
            earlier = await session.scalar(
                select(Message).where(Message.conversation_id == talk.id, Message.provider_id == provider_id)
            )
            if earlier is not None:
                said = await session.scalar(select(Message).where(Message.answer_to == earlier.id))
                return said.text if said else ""
            count = select(func.max(Message.sequence)).where(Message.conversation_id == talk.id)
            last = await session.scalar(count) or 0
        talk.turns += 1
        talk.updated_at = now()
        talk.state = b'{"count": %d, "answer": "%s"}' % (talk.turns, text.encode())
        heard = Message(
            id=uuid4().hex,
            conversation_id=talk.id,
            sequence=last + 1,
            direction="in",
            text=text,
            provider_id=provider_id,
        )
        reply = f"You said {text} ({talk.turns})"
        said = Message(conversation_id=talk.id, sequence=last + 2, direction="out", text=reply, answer_to=heard.id)
        session.add_all([heard, said])
        if self._has_timer:
            await self._set_timer(session, talk)
        return reply

    async def _set_timer(self, session: AsyncSession, talk: Conversation) -> None:
        timer = await session.scalar(select(Timer).where(Timer.conversation_id == talk.id))
        if timer is None:
            session.add(Timer(conversation_id=talk.id, due_at=now() + TIMEOUT))
        else:
            timer.due_at = now() + TIMEOUT


def engine_of(db: str) -> AsyncEngine:
    """The same settings as those of TaskTalk's own connections."""
    if db.startswith("postgresql://"):
        return create_async_engine(db.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=20)
    engine = create_async_engine(f"sqlite+aiosqlite:///{db}")

    @event.listens_for(engine.sync_engine, "connect")
    def settings(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "wal_autocheckpoint = 10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def main(db: str, has_timer: str) -> None:
    """Serves until it is killed."""
    server = Server(engine_of(db), has_timer=has_timer == "timer")
    app = web.Application()
    app.on_startup.append(server.prepare)
    app.router.add_post("/webhook/{bot}", server.answer)
    listen(app)


if __name__ == "__main__":
    main(*sys.argv[1:3])
