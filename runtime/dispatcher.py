"""From events to handlers: what a script has for an event runs once, however often the server dies.

An event and the note that it is pending are one write set with the change that it tells of. The runs of its handlers
and the end of that note are one write set, too. So whoever is killed in between finds it again at the next start.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.followers import Follower, Happened
from tasktalk.runtime.handlers import Handler, Handlers
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.internal import InternalConversations
from tasktalk.runtime.occasions import Occasion, occasion, task_of
from tasktalk.runtime.plain_values import plain
from tasktalk.runtime.runs import asked
from tasktalk.runtime.runs.scripts import HasScripts
from tasktalk.runtime.seldom import Seldom
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.runtime.work import MOST_DEPTH, further
from tasktalk.storage import conversations, events, tasks
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import Conflict, Insert, Row, WriteSet

PAGE = 200
TRIES = 3
_NOBODY = ""

_log = logging.getLogger("tasktalk.handlers")
_TOO_MANY = (
    "limit: too many runs follow from one event: the handlers of %s of %s are not started (of the bots %s);"
    " handlers that cause their own events do that, and handlers that cause hundreds of them"
)


class _KnowsBots(HasScripts, Protocol):
    def is_bot(self, name: str) -> bool: ...


class Dispatcher:
    """Starts the handlers of what has happened."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bots: _KnowsBots,
        handlers: Handlers,
        keep_sources: Callable[[], Awaitable[None]],
        poke: Callable[[str], None],
        crash: Callable[[str], None],
        followers: Sequence[Follower] = (),
        bring: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`keep_sources` stores the programs that the handlers' runs are going to be pinned to; `poke` is told each
        conversation in which something is to be done then, and `bring` each line in which a parcel stands."""
        self._database, self._clock, self._bots, self._crash = database, clock, bots, crash
        self._handlers, self._keep_sources, self._poke = handlers, keep_sources, poke
        self._followers, self._bring = followers, bring
        self._conversations = InternalConversations(database)
        self._looping = Seldom(_log)
        self.has_more = False
        """Whether more events may be there than those of the last page."""

    async def dispatch(self) -> bool:
        """Makes runs of the pending events, a page of them; whether there is anything to do because of them.

        Raises Conflict when an event met rivals at every try: it stays pending, and all others have been started.
        """
        self.has_more = False
        async with self._database.read() as reader:
            found = await events.pending(reader, PAGE)
        if not found:
            return False
        self._handlers.refresh(self._clock.now())
        await self._keep_sources()
        try:
            is_any = await self._start(found)
        except DatabaseError:
            raise
        except Exception as problem:
            _log.info("events are taken one by one: %s", problem)
            is_any = await self._start_one_by_one(found)
        self.has_more = self.has_more or len(found) == PAGE
        return is_any

    async def _start_one_by_one(self, found: Sequence[Row]) -> bool:
        is_any, lost = False, None
        for row in found:
            for _ in range(TRIES):
                try:
                    is_any = await self._start([row]) or is_any
                    break
                except Conflict as conflict:
                    if conflict.table == "pending_event":
                        break  # another process has started them
                    rival = conflict
                except DatabaseError:
                    raise
                except Exception:
                    # It would come again at every look, and stand in the way of those that come behind it.
                    _log.exception(
                        "the handlers of %s of %s are not started: it is passed over", row["kind"], row["subject_id"]
                    )
                    try:
                        is_any = await self._pass_over(row) or is_any
                    except Conflict as conflict:
                        rival = conflict
                        continue
                    break
            else:
                lost = rival
        if lost is not None:
            raise lost
        return is_any

    async def _pass_over(self, row: Row) -> bool:
        """Ends an event without its handlers, and if need be without all else that follows from it."""
        try:
            return await self._start([row], with_handlers=False)
        except (Conflict, DatabaseError):
            raise
        except Exception:
            _log.exception("nothing follows from %s of %s", row["kind"], row["subject_id"])
            return await self._start([row], with_handlers=False, with_followers=False)

    async def _start(self, found: Sequence[Row], *, with_handlers: bool = True, with_followers: bool = True) -> bool:
        writes, now = WriteSet(), self._clock.now()
        opened: dict[tuple[str, str, str], str] = {}
        woken: list[str] = []
        for row in found:
            # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
            key = {"event_id": row["id"], "depth": row["depth"]}
            writes.update("pending_event", key, {"depth": row["depth"]})
            writes.delete("pending_event", key)
            woken += await self._end_waits(row, writes, now)
            if with_handlers and asked.begin(row, self._bots, writes, now, MOST_DEPTH):
                await self._keep_sources()  # the run is pinned to its script, which may have been edited just now
            happened = occasion(row) if with_handlers else None
            if happened is None:
                continue
            handlers = [h for phrase in happened.phrases for h in self._handlers.of(phrase, happened.name)]
            if not handlers:
                continue
            found_task = await self._task(row) if row["subject"] == "task" else None
            task = task_of(row, found_task) if row["subject"] == "task" else None
            bot = happened.bot if task is None else self._bot_of(found_task)
            if task is not None and row["organisation_id"] != DEFAULT_ORGANISATION:
                # Scripts act for that one; what is of another one concerns only the bot that it was given to.
                bot = bot or (found_task or {}).get("assignee") or _NOBODY
            handlers = [handler for handler in handlers if bot in {None, handler.bot}]
            # what happens without a handler has as many of them as scripts say
            depth = further(row["depth"], len(handlers)) if row["depth"] else 0
            if depth >= MOST_DEPTH:
                whose = ", ".join(sorted({h.bot for h in handlers}))
                self._looping.error(f"{row['kind']} {whose}", now, _TOO_MANY, row["kind"], row["subject_id"], whose)
                continue
            given = {**happened.tell(), **({} if task is None else {**task, "task": task})}
            for handler in handlers:
                talk = await self._conversation(handler, happened, row, found_task, writes, now, opened)
                self._run(handler, row, depth + 1, given, talk, writes, now)
                woken.append(talk)
        own = len(writes.writes)
        if with_followers:
            await self._follow(found, writes, now)
        await self._database.commit(writes)
        self._crash("after-handlers-commit")
        for write in writes.writes[own:]:
            if isinstance(write, Insert) and write.table == "run":
                woken.append(write.row["conversation_id"])
            elif isinstance(write, Insert) and write.table == "parcel":
                self._bring(write.row["line"])
            elif write.table == "pending_event":
                self.has_more = True
        for talk in woken:
            self._poke(talk)
        return bool(woken)

    async def _follow(self, found: Sequence[Row], writes: WriteSet, now: datetime) -> None:
        if not self._followers:
            return
        known: Mapping[str, Row] = {}
        if task_ids := {row["subject_id"] for row in found if row["subject"] == "task"}:
            async with self._database.read() as reader:
                known = await tasks.by_ids(reader, task_ids)
        page = [Happened(row, known.get(row["subject_id"]) if row["subject"] == "task" else None) for row in found]
        for follower in self._followers:
            await follower.follow(page, writes, now)

    async def _end_waits(self, row: Row, writes: WriteSet, now: datetime) -> list[str]:
        """Lets the sessions go on that wait for the end of this task: their time has come."""
        status = row["changes"].get("status")
        if row["subject"] != "task" or not status or status[1] not in {None, *TERMINAL}:
            return []
        async with self._database.read() as reader:
            found = await conversations.awaiting(reader, row["subject_id"])
        for waiting in found:
            # One that has gone on meanwhile may wait for an answer by now, which no timer may cut short.
            key = {"session_id": waiting["session_id"], "task_id": waiting["task_id"]}
            writes.update("awaited", key, {"task_id": waiting["task_id"]})
            writes.delete("timer", {"id": waiting["session_id"]})
            timer = {"id": waiting["session_id"], **{k: waiting[k] for k in ("session_id", "conversation_id")}}
            writes.insert("timer", {**timer, "due_at": now})
        return [waiting["conversation_id"] for waiting in found]

    def _bot_of(self, task: Row | None) -> str | None:
        """The bot whose the task is; None when it is nobody's, or gone, and concerns all."""
        named = task and (task["bot"] or _origin(task).get("bot_id"))
        return named if named and self._bots.is_bot(named) else None

    async def _task(self, row: Row) -> Row | None:
        """The task as it stands, unless it is gone."""
        async with self._database.read() as reader:
            return await tasks.by_id(reader, row["subject_id"])

    async def _conversation(
        self,
        handler: Handler,
        happened: Occasion,
        row: Row,
        task: Row | None,
        writes: WriteSet,
        now: datetime,
        opened: dict[tuple[str, str, str], str],
    ) -> str:
        """Where the handler runs: in the talk that the task comes from, else where nobody is."""
        if row["subject"] != "task":
            return await self._conversations.for_run(handler.bot, "event", happened.name, writes, now, opened)
        if origin := _origin(task).get("conversation_id"):
            async with self._database.read() as reader:
                talk = await conversations.by_id(reader, origin)
            is_theirs = talk is not None and talk["organisation_id"] == row["organisation_id"]
            if talk is not None and is_theirs and talk["bot"] == handler.bot:
                return origin
        address, organisation_id = spelled(row["subject_id"]), row["organisation_id"]
        return await self._conversations.for_run(handler.bot, "task", address, writes, now, opened, organisation_id)

    def _run(
        self,
        handler: Handler,
        row: Row,
        depth: int,
        given: Mapping[str, Any],
        conversation_id: str,
        writes: WriteSet,
        now: datetime,
    ) -> None:
        run_id = new_id("run", now)
        writes.insert(
            "run",
            {
                "id": run_id,
                "cause": "event",
                "schedule_id": None,
                "task_id": row["subject_id"] if row["subject"] == "task" else None,
                "conversation_id": conversation_id,
                "bot": handler.bot,
                "script": handler.program.name,
                "arguments": plain(given),
                "planned_at": row["created_at"],
                "status": "queued",
                "created_at": now,
            },
        )
        start = {"run_id": run_id, "program_id": handler.program.id, "handler": handler.name}
        writes.insert("run_start", {**start, "depth": depth})


def _origin(task: Row | None) -> Mapping[str, str]:
    return (task and task["origin"]) or {}
