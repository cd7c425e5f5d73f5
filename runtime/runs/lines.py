"""The lines of tasks: which run begins next, where, and until when it may take.

A run that is asked for stands in the line of its task. When it is its turn it gets a conversation, and from then on it
goes its way as every turn does; one that comes where nobody stands may have its turn at once. `uq_run_line` lets no
second run of a task have its turn before the first has ended, whoever writes that; so runs of one task never overlap,
however many processes look at once.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import conversation_row
from tasktalk.runtime.internal import InternalConversations
from tasktalk.runtime.runs.ends import TIME_IS_UP, failed
from tasktalk.runtime.runs.events import give_up
from tasktalk.runtime.runs.rows import TIMED
from tasktalk.runtime.runs.scripts import HasScripts, script_of
from tasktalk.runtime.runs.session_ends import close_session, error_of
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations, people, runs
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row

PAGE = 200
_TRIES = 20
DAY = timedelta(days=1)

_log = logging.getLogger("tasktalk.runs")


class Lines:
    """Lets runs begin, and ends those that have taken too long."""

    def __init__(self, database: Database, bots: HasScripts, conduct: Conduct) -> None:
        self._database, self._bots, self._conduct = database, bots, conduct
        self._talks = InternalConversations(database)

    async def keep(self, now: datetime, *, is_late: bool = True) -> list[str]:
        """Does what is due by now; gives the conversations in which something is to be done because of that.

        For what has none, there is "" among them. `is_late` is false where it is known that the time of none is up.
        """
        woken: list[str] = []
        while is_late:
            async with self._database.read() as reader:
                late = await runs.late(reader, now, PAGE)
            woken += [await self._time_is_up(run["id"], now) for run in late]
            if len(late) < PAGE:
                break
        while True:
            async with self._database.read() as reader:
                found = await runs.in_line(reader, now, PAGE)
            first: dict[str, Row] = {}
            for run in found:
                first.setdefault(run["task_id"], run)
            async with self._database.read() as reader:
                standing = await runs.standing(reader, [*first])
            begun = [await self._begin(run, standing.get(task_id), now) for task_id, run in first.items()]
            began = [talk for talk in begun if talk is not None]
            woken += began
            if len(found) < PAGE or not began:
                return woken

    async def at_once(
        self, work: UnitOfWork, run: Row, task: Row | None, opened: dict[tuple[str, str, str], str]
    ) -> Row:
        """The row of a new run: with its turn where it is to have it at once, else as it is, in line.

        `task` is the task as `runs.standing` gives it; None lets the run stand in line. It stands there, too, where
        anything keeps it from its turn, which is then said by `keep`.
        """
        bot = _bot(run, task)
        if task is None or bot is None or task["is_busy"] or task["runs_a_day"] is not None:
            return run
        return {**run, **await self._turn(work, run, task, bot, opened)}

    async def _begin(self, run: Row, task: Row | None, now: datetime) -> str | None:
        """Gives a run its turn: its conversation, or "" where it was skipped; None when somebody else was faster."""
        work = UnitOfWork(self._database, now)
        try:
            talk = await self._placed(work, run, task)
            await work.commit()
        except Conflict as conflict:
            _log.info("the run %s begins elsewhere, or was cancelled: %s", run["id"], conflict)
            return None
        return talk

    async def _placed(self, work: UnitOfWork, run: Row, task: Row | None) -> str:
        reason, bot = await self._reason_not_to(run, task, work.now), _bot(run, task)
        if task is None or bot is None or reason is not None:
            give_up(work, run, "skipped", reason or "the task has no bot to run it")
            return ""
        values = await self._turn(work, run, task, bot, {})
        # a moment in the key: one that was tried again meanwhile begins at another
        key = {"id": run["id"], "status": "queued", "begins_at": run["begins_at"]}
        work.writes.update("run", key, values)
        return str(values["conversation_id"])

    async def _turn(
        self, work: UnitOfWork, run: Row, task: Row, bot: str, opened: dict[tuple[str, str, str], str]
    ) -> dict[str, Any]:
        """What a run's row has when it is its turn."""
        work.expect("task", task)  # nobody has taken it over, or deleted it, since it was looked at
        return {
            "begins_at": None,
            "line": task["id"],
            "conversation_id": run["conversation_id"] or await self._talk(work, run, task, bot, opened),
            "bot": bot,
            "script": script_of(self._bots, bot, run["script"]),
            "ends_by": self._ends_by(run, task, work.now),
        }

    async def _reason_not_to(self, run: Row, task: Row | None, now: datetime) -> str | None:
        if task is None:
            return "the task was deleted"
        if run["cause"] != "schedule" or run["attempt"] > 1:
            return None
        most: int | None = task["runs_a_day"]
        if most is None:
            return None
        async with self._database.read() as reader:
            count = await runs.count_since(reader, task["organisation_id"], now - DAY, most + 1, until=run["id"])
        return f"all {most:,} runs of a day were used up" if count > most else None

    async def _talk(
        self, work: UnitOfWork, run: Row, task: Row, bot: str, opened: dict[tuple[str, str, str], str]
    ) -> str:
        """The conversation of a run: with the task's contact, or that of the last run within the task's session, else
        one of its own."""
        if task["contact_id"] is not None and (talk := await self._talk_with(work, bot, task["contact_id"], opened)):
            return talk
        address, is_new = task["id"], False
        if task["last_bot"] == bot and task["last_channel"] == "task":
            ended_at: datetime | None = task["last_ended_at"]
            if ended_at is None or work.now - ended_at < self._session(task):
                return str(task["last_conversation_id"])
            address, is_new = f"{task['id']}/{run['id']}", True
        organisation_id = task["organisation_id"]
        return await self._talks.for_run(
            bot, "task", address, work.writes, work.now, opened, organisation_id, is_new=is_new
        )

    async def _talk_with(
        self, work: UnitOfWork, bot: str, contact_id: str, opened: dict[tuple[str, str, str], str]
    ) -> str | None:
        """The bot's conversation with a contact; None where the contact is gone."""
        key = (bot, "contact", contact_id)
        if talk := opened.get(key):
            return talk
        async with self._database.read() as reader:
            found = await people.rows(reader, "contact", "id", [contact_id])
            if not found:
                return None
            known = await conversations.of_contact(reader, bot, found[0]["channel"], found[0]["address"])
        if known is not None and known["conversation_id"] is not None:
            return str(known["conversation_id"])
        row = conversation_row(new_id("cnv", work.now), bot, contact_id, found[0]["channel"], work.now)
        work.writes.insert("conversation", row)
        opened[key] = row["id"]
        return opened[key]

    def _session(self, task: Row) -> timedelta:
        given: int | None = task["session_ms"]
        return self._conduct.task_session if given is None else timedelta(milliseconds=given)

    def _ends_by(self, run: Row, task: Row, now: datetime) -> datetime | None:
        """When a run's time is up. What others wait for, a step or RUN TASK or a task of the bot's own or one
        to be done once, takes its time unless its task says how long."""
        if task["session_ms"]:
            return now + self._session(task)
        return now + self._conduct.task_session if run["cause"] in TIMED and not task["is_once"] else None

    async def _time_is_up(self, run_id: str, now: datetime) -> str:
        """Ends a run that has taken too long, wherever it stands; gives its conversation, "" where it has ended."""
        for left in reversed(range(_TRIES)):
            async with self._database.read() as reader:
                run = await runs.by_id(reader, run_id)
                session = None if run is None else await runs.waiting_session(reader, run)
            if run is None or run["ended_at"] is not None or run["ends_by"] is None or run["ends_by"] > now:
                break
            work = UnitOfWork(self._database, now)
            values = await failed(work, run_id, run["bot"] or "", TIME_IS_UP, "timed-out", status="timed_out")
            error = error_of("timed-out", TIME_IS_UP)
            key = {"id": run_id, "status": run["status"], "ends_by": run["ends_by"]}
            work.writes.update("run", key, {"error": error, "ended_at": now, **values})
            if session is not None:
                close_session(work.writes, session, now, "timed-out", TIME_IS_UP)
            try:
                await work.commit()
                return str(run["conversation_id"])
            except Conflict:
                if not left:  # a turn was taken at each try: it never stands still
                    raise
        return ""


def _bot(run: Row, task: Row | None) -> str | None:
    """Whose run it is: at a time of its schedule, or when a person asks for it, the task says so as it stands."""
    if task is None:
        return None
    named: str | None = task["bot"] if run["cause"] in TIMED and run["attempt"] == 1 else run["bot"] or task["bot"]
    return named
