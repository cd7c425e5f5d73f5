"""Turns schedules into runs: each due time exactly once, however often the server dies or how many look at once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.declared import Declared, declared, declared_in, schedule_row
from tasktalk.runtime.due_times import CANCELLED, Decision, Outcome, decide
from tasktalk.runtime.internal import InternalConversations
from tasktalk.runtime.runs.beginning import Begun, Made
from tasktalk.runtime.runs.ends import cancel
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.schedule_rows import run_of
from tasktalk.runtime.tasks import timed_rules
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import runs, schedules
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import Conflict, Duplicate, Row, WriteSet

PAGE = 200
_AGAIN = timedelta(minutes=1)
_TRIES = 3

_log = logging.getLogger("tasktalk.scheduler")


@dataclass(frozen=True, slots=True)
class _Fired:
    """What firing one schedule writes; `moving_on` is that of it which holds although its runs were there before."""

    row: Row
    writes: WriteSet
    moving_on: WriteSet
    begun: Sequence[Row]
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known while schedules are fired together: their runs that are not over, how their tasks stand (without
    which a run stands in line), and the conversations that are opened with them."""

    running: Mapping[str, Row]
    tasks: dict[str, Row] = field(default_factory=dict)
    opened: dict[tuple[str, str, str], str] = field(default_factory=dict)


class Scheduler:
    """Looks for schedules whose time has come, and keeps those that scripts declare."""

    def __init__(
        self, database: Database, clock: Clock, bots: Bots, crash: Callable[[str], None], lines: Lines | None = None
    ) -> None:
        """With the lines of tasks, a run whose task has nothing else to do has its turn at once."""
        self._database, self._clock, self._bots, self._crash, self._lines = database, clock, bots, crash, lines
        self._edition = -1
        self._failing: dict[str, datetime] = {}  # schedules of which the log tells already, and when to try them again
        self._conversations = InternalConversations(database)
        self._held_in: set[str | None] = set()  # the conversations of runs whose end a schedule waits for
        self._may_be_free = True

    @property
    def is_behind(self) -> bool:
        """Whether scripts were read that may declare other schedules than before."""
        return self._edition != self._bots.edition

    @property
    def may_have_more(self) -> bool:
        """Whether a run may have ended for whose end a schedule waits."""
        return self._may_be_free

    def doubt(self) -> None:
        """Somebody may have ended a run without telling where."""
        self._may_be_free = True

    def frees(self, conversation_id: str) -> bool:
        """Something was committed in a conversation: whether a schedule may have waited for that."""
        is_one = conversation_id in self._held_in or None in self._held_in
        self._may_be_free = self._may_be_free or is_one
        return is_one

    async def due(self, reader: Reader, now: datetime, *, may_be: bool = True, are_held: bool = True) -> Sequence[Row]:
        """Schedules whose time has come, a page of them; to be given to `fire`. `may_be` is false where it is known
        that the time of none has come, and `are_held` where none waits for the end of a run."""
        failing = [key for key, again in self._failing.items() if again > now]
        found = list(await schedules.due(reader, now, PAGE, failing)) if may_be else []
        if self._may_be_free:
            self._may_be_free = False  # what comes while it is read is looked at once more
            try:
                held = await schedules.held(reader) if are_held else []
            except BaseException:
                self._may_be_free = True
                raise
            self._held_in = {row["run_conversation_id"] for row in held if not row["is_free"]}
            found += [row for row in held if row["is_free"] and row["id"] not in failing]
        return found

    async def fire(self, due: Sequence[Row], now: datetime) -> list[Begun]:
        """Makes of each due time what its schedule's policy says.

        Gives the runs that are to begin, also those that stand in the lines of their tasks. A run and the schedule's
        next time are one write set. A schedule that fails by a fault of ours keeps none of the others:
        it is tried again later, and the log tells of it once.
        """
        try:
            return [each for at in range(0, len(due), PAGE) for each in await self._fire(due[at : at + PAGE], now)]
        except BaseException:
            self._may_be_free = True
            raise

    async def _fire(self, due: Sequence[Row], now: datetime) -> list[Begun]:
        changes, known_at = self._database.changes, None
        page, fired = await self._page(due), list[_Fired]()
        for row in due:
            try:
                fired.append(await self._fired(row, now, page))
                self._failing.pop(row["id"], None)
            except DatabaseError:
                raise
            except Exception:
                self._fails(row, now)
        everything = WriteSet([write for each in fired for write in each.writes.writes])
        try:
            await self._database.commit(everything)
            done = fired
            if everything.committed_with == 1:  # as long as this is the last commit, it is the only one since the look
                known_at = changes + 1
        except DatabaseError:
            raise
        except Exception:  # of one of them, which keeps none of the others
            done = [alone for each in fired if (alone := await self._alone(each.row, now)) is not None]
        self._may_be_free = self._may_be_free or any(each.decision.held_by for each in done)
        self._crash("after-run-commit")
        # With another one that ended because of it, more is different in its conversation than the run.
        made = Made.by([each.writes for each in done])
        return [
            made.begun(
                run, is_all=each.decision.cancels is None, task=page.tasks.get(run["task_id"]), known_at=known_at
            )
            for each in done
            for run in each.begun
        ]

    async def _page(self, due: Sequence[Row]) -> _Page:
        running = [row["id"] for row in due if row["is_running"]]
        waiting = [row["task_id"] for row in due if row["task_id"]] if self._lines else []
        if not running and not waiting:
            return _Page({})
        async with self._database.read() as reader:
            found = await schedules.open_runs(reader, running)
            return _Page({row["schedule_id"]: row for row in found}, await runs.standing(reader, waiting))

    async def _alone(self, due: Row, now: datetime) -> _Fired | None:
        """Fires one schedule as it is now, in a commit of its own; None where that is done, or cannot be. The run of a
        task stands in line then: others may be in its place by now."""
        try:
            for _ in range(_TRIES):
                async with self._database.read() as reader:
                    row = await schedules.by_id(reader, due["id"])
                    running = next(iter(await schedules.open_runs(reader, [due["id"]])), None)
                if row is None or not _is_due(row, now, running):
                    return None
                fired = await self._fired(row, now, _Page({} if running is None else {row["id"]: running}))
                try:
                    await self._commit(fired)
                except Conflict as conflict:
                    _log.info("schedule %s was changed or fired meanwhile: %s", row["id"], conflict)
                else:
                    return fired
        except DatabaseError:
            raise
        except Exception:
            self._fails(due, now)
        return None

    async def _commit(self, fired: _Fired) -> None:
        try:
            await self._database.commit(fired.writes)
        except Duplicate as duplicate:
            if duplicate.table != "run":
                raise
            # The clock was set back, and this time has had its run. It would be due for ever if nothing moved on.
            await self._database.commit(fired.moving_on)

    def _fails(self, row: Row, now: datetime) -> None:
        if row["id"] not in self._failing:
            _log.exception("schedule %s could not be fired; the others are, and it is tried again", row["id"])
        self._failing[row["id"]] = now + _AGAIN

    async def follow_scripts(self) -> None:
        """Makes the stored schedules those that the scripts declare now; an unchanged one keeps its next time."""
        if not self.is_behind:
            return
        edition, wanted = self._bots.edition, self._wanted()
        async with self._database.read() as reader:
            stored = await schedules.declared(reader)
        now, writes = self._clock.now(), WriteSet()
        for row in stored:
            if wanted.pop((row["bot"], declared_in(row).key), None) is None:
                writes.delete("schedule", {"id": row["id"]})
        for (bot, _), item in wanted.items():
            writes.insert("schedule", schedule_row(item, bot, now, is_declared=True))
        await self._database.commit(writes)
        self._edition = edition

    def _wanted(self) -> dict[tuple[str, str], Declared]:
        wanted = {}
        for bot, program in self._bots.programs():
            found, problems = declared(program)
            for problem in problems:
                _log.error("%s", problem.render(f"{bot}/{program.name}", program.source))
            for item in found:
                wanted[(bot, item.key)] = item
        return wanted

    async def _fired(self, row: Row, now: datetime, page: _Page) -> _Fired:
        work, moving_on = UnitOfWork(self._database, now), WriteSet()
        try:
            decision = decide(row, now, page.running.get(row["id"]))
        except Refused as refused:
            _log.error("schedule %s ends: %s", row["id"], refused.message)
            decision = Decision(None, None, [Outcome(row["next_run_at"], reason=refused.message)])
        changed = {
            "next_run_at": decision.next_run_at,
            "fires_at": decision.fires_at,
            "held_by": decision.held_by,
            "version": row["version"] + 1,
        }
        for each in (work.writes, moving_on):
            each.update("schedule", {"id": row["id"], "version": row["version"]}, changed)
        if decision.cancels is not None:
            run = decision.cancels
            await cancel(work, Actor(run["bot"] or "", run["organisation_id"] or "", "schedule"), run, CANCELLED)
        made = [await self._run(row, each, work, page) for each in decision.outcomes]
        return _Fired(row, work.writes, moving_on, [run for run in made if run is not None], decision)

    async def _run(self, row: Row, outcome: Outcome, work: UnitOfWork, page: _Page) -> Row | None:
        """Adds the row of one run, or of one that there is not; gives that of one that begins."""
        if row["automation_id"] is not None:
            if outcome.reason is None:
                timed_rules.come(work, row, outcome.planned_at)
            return None
        conversation_id: str | None = row["conversation_id"]
        if conversation_id is None and row["task_id"] is None and outcome.reason is None:
            conversation_id = await self._conversations.for_run(
                row["bot"], "schedule", row["script"], work.writes, work.now, page.opened
            )
        run: Row = run_of(row, outcome, work.now, conversation_id)
        task = page.tasks.get(row["task_id"]) if outcome.reason is None else None
        if self._lines is not None and task is not None:
            run = await self._lines.at_once(work, run, task, page.opened)
            page.tasks[task["id"]] = {**task, "is_busy": True}
        work.writes.insert("run", run)
        return run if outcome.reason is None else None


def _is_due(row: Row, now: datetime, running: Row | None) -> bool:
    if row["held_by"] is not None:
        return running is None
    return row["fires_at"] is not None and row["fires_at"] <= now
