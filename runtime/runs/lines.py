"""The lines of tasks: which run begins next, where, and until when it may take.

A run that is asked for stands in the line of its task. When it is its turn it gets a conversation, and from then on it
goes its way as every turn does. `uq_run_line` lets no second run of a task have its turn before the first has ended,
whoever writes that; so runs of one task never overlap, however many processes look at once.
"""

import logging
from datetime import datetime, timedelta

from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import conversation_row
from tasktalk.runtime.internal import InternalConversations
from tasktalk.runtime.runs.ends import TIME_IS_UP, failed
from tasktalk.runtime.runs.events import give_up
from tasktalk.runtime.runs.scripts import HasScripts, script_of
from tasktalk.runtime.runs.session_ends import close_session, error_of
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts, conversations, people, runs, tasks
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row

PAGE = 200
_TRIES = 20
DAY = timedelta(days=1)
_TIMED = ("schedule", "trigger")

_log = logging.getLogger("tasktalk.runs")


class Lines:
    """Lets runs begin, and ends those that have taken too long."""

    def __init__(self, database: Database, bots: HasScripts, conduct: Conduct) -> None:
        self._database, self._bots, self._conduct = database, bots, conduct
        self._talks = InternalConversations(database)

    async def keep(self, now: datetime) -> list[str]:
        """Does what is due by now; gives the conversations in which something is to be done because of that.

        For what has none, there is "" among them.
        """
        woken: list[str] = []
        while True:
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
            began = [talk for run in first.values() if (talk := await self._begin(run, now)) is not None]
            woken += began
            if len(found) < PAGE or not began:
                return woken

    async def _begin(self, run: Row, now: datetime) -> str | None:
        """Gives a run its turn: its conversation, or "" where it was skipped; None when somebody else was faster."""
        work = UnitOfWork(self._database, now)
        try:
            talk = await self._placed(work, run, now)
            await work.commit()
        except Conflict as conflict:
            _log.info("the run %s begins elsewhere, or was cancelled: %s", run["id"], conflict)
            return None
        return talk

    async def _placed(self, work: UnitOfWork, run: Row, now: datetime) -> str:
        async with self._database.read() as reader:
            task = await tasks.by_id(reader, run["task_id"])
            last = await runs.last_talk(reader, run["task_id"])
            reason = await self._reason_not_to(reader, run, task, now)
        bot = _bot(run, task)
        if task is None or bot is None or reason is not None:
            give_up(work, run, "skipped", reason or "the task has no bot to run it")
            return ""
        work.expect("task", task)  # nobody has taken it over, or deleted it, since the run was found
        talk = run["conversation_id"] or await self._talk(work, run, task, bot, last)
        values = {
            "begins_at": None,
            "line": task["id"],
            "conversation_id": talk,
            "bot": bot,
            "script": script_of(self._bots, bot, run["script"]),
            "ends_by": self._ends_by(run, task, now),
        }
        # a moment in the key: one that was tried again meanwhile begins at another
        key = {"id": run["id"], "status": "queued", "begins_at": run["begins_at"]}
        work.writes.update("run", key, values)
        return talk

    async def _reason_not_to(self, reader: Reader, run: Row, task: Row | None, now: datetime) -> str | None:
        if task is None:
            return "the task was deleted"
        if run["cause"] != "schedule" or run["attempt"] > 1:
            return None
        organisation = await accounts.organisation_by_id(reader, task["organisation_id"])
        most = None if organisation is None else organisation["runs_a_day"]
        if most is None:
            return None
        count = await runs.count_since(reader, task["organisation_id"], now - DAY, most + 1, until=run["id"])
        return f"all {most:,} runs of a day were used up" if count > most else None

    async def _talk(self, work: UnitOfWork, run: Row, task: Row, bot: str, last: Row | None) -> str:
        """The conversation of a run: with the task's contact, or that of the last run within the task's session, else
        one of its own."""
        if task["contact_id"] is not None and (talk := await self._talk_with(work, bot, task["contact_id"])):
            return talk
        address = task["id"]
        if last is not None and last["bot"] == bot and last["channel"] == "task":
            if last["ended_at"] is None or work.now - last["ended_at"] < self._session(task):
                return str(last["conversation_id"])
            address = f"{task['id']}/{run['id']}"
        return await self._talks.for_run(bot, "task", address, work.writes, work.now, {})

    async def _talk_with(self, work: UnitOfWork, bot: str, contact_id: str) -> str | None:
        """The bot's conversation with a contact; None where the contact is gone."""
        async with self._database.read() as reader:
            found = await people.rows(reader, "contact", "id", [contact_id])
            if not found:
                return None
            known = await conversations.of_contact(reader, bot, found[0]["channel"], found[0]["address"])
        if known is not None and known["conversation_id"] is not None:
            return str(known["conversation_id"])
        row = conversation_row(new_id("cnv", work.now), bot, contact_id, found[0]["channel"], work.now)
        work.writes.insert("conversation", row)
        return str(row["id"])

    def _session(self, task: Row) -> timedelta:
        given: int | None = task["session_ms"]
        return self._conduct.task_session if given is None else timedelta(milliseconds=given)

    def _ends_by(self, run: Row, task: Row, now: datetime) -> datetime | None:
        """When a run's time is up. What others wait for, a step or RUN TASK or a task of the bot's own, takes its time
        unless its task says how long."""
        if task["session_ms"]:
            return now + self._session(task)
        return now + self._conduct.task_session if run["cause"] in _TIMED else None

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
    named: str | None = task["bot"] if run["cause"] in _TIMED and run["attempt"] == 1 else run["bot"] or task["bot"]
    return named
