"""What can be done with tasks, and what follows from it: every way in comes through here.

Nothing is written before everything has been checked, so a refusal leaves the unit of work as it was.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.schedules import following, next_time
from tasktalk.runtime.tasks import changes as fields
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports, Schedule, Task, bare, spelled
from tasktalk.runtime.tasks.statuses import PRIORITIES, TERMINAL, Status
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts
from tasktalk.storage import tasks as stored
from tasktalk.storage.tasks import Order, Sort, TaskFilter
from tasktalk.storage.writes import Row

TASK_SCRIPT = "start.bas"
"""The script of its bot that a scheduled task runs."""

_NOTHING_ASKED = Ports()


class Tasks:
    """The tasks of the actor's organisation, within one unit of work, which the caller commits."""

    def __init__(self, work: UnitOfWork, actor: Actor, ports: Ports = _NOTHING_ASKED) -> None:
        self.work = work
        self.actor = actor
        self._ports = ports

    def address(self, task: Task) -> str | None:
        """Where programs find the task; None where it is served to nobody."""
        return None if self._ports.address is None else self._ports.address(spelled(task.id))

    async def create(self, new: NewTask) -> Task:
        """Makes a task, and its schedule if one is given. Raises Refused with the code of the first bad field."""
        now = self.work.now
        asked = {
            name: getattr(new, name)
            for name in ("title", "description", "status", "priority", "assignee", "due_at", "tags", "context")
        }
        values = fields.checked(asked)
        self._check(values)
        bot = self._bot(new.bot)
        schedule = self._schedule(new, bot)
        row: dict[str, Any] = {
            "id": new_id("", now),
            "organisation_id": self.actor.organisation_id,
            **values,
            "progress": 0,
            "time_spent_minutes": 0.0,
            "resolution": None,
            "outcomes": None,
            "bot": bot,
            "created_by": self.actor.user_id,
            "completed_by": None,
            "created_at": now,
            "updated_at": now,
            "started_at": None,
            "completed_at": None,
            "version": 1,
            "is_scheduled": schedule is not None,
        }
        row |= self._entering({}, row["status"])
        self.work.insert("task", row)
        for tag in dict.fromkeys(row["tags"]):
            self.work.writes.insert("task_tag", {"tag": tag, "task_id": row["id"]})
        self._follow_deadline(None, row)
        told = {name: row[name] for name in (*asked, "bot") if row[name] not in (None, "", [], {})}
        if schedule is not None:
            self._insert_schedule(row, schedule)
            told |= {"schedule": schedule.spec, "timezone": schedule.timezone}
        self._record("task_created", row["id"], {name: (None, value) for name, value in told.items()})
        return Task.of(row)

    async def get(self, task_id: str) -> Task:
        """The task of this id in any spelling; raises Refused `task_not_found`, also for another organisation's."""
        return Task.of(await self._row(task_id))

    async def schedule(self, task: Task) -> Schedule | None:
        """When the task runs by itself; None when it is not a scheduled one."""
        row = await self.work.schedule_of(task.id)
        return None if row is None else Schedule(row["spec"], row["timezone"], row["next_run_at"])

    async def update(self, task_id: str, changes: Mapping[str, object]) -> tuple[Task, list[str]]:
        """Sets the given fields, and says which of them were not so already, in the order given.

        Raises Refused with the code of the first bad field, or `invalid_transition`; then nothing is changed.
        """
        row = await self._row(task_id)
        asked = fields.differing(row, fields.checked(changes))
        if not asked:
            return Task.of(row), []
        self._check(asked)
        after = await self._change(row, asked)
        return Task.of(after), [name for name in asked if after[name] == asked[name]]

    async def complete(
        self,
        task_id: str,
        resolution: object = None,
        time_spent_minutes: object = None,
        outcomes: object = None,
    ) -> Task:
        """Ends the task as done; one that is done stays as it was.

        Raises Refused `invalid_transition` for one that has ended otherwise.
        """
        row = await self._row(task_id)
        given: dict[str, object] = {"resolution": fields.resolution(resolution), "outcomes": fields.outcomes(outcomes)}
        if time_spent_minutes is not None:
            given["time_spent_minutes"] = fields.time_spent_minutes(time_spent_minutes)
        if row["status"] == "completed":
            return Task.of(row)
        asked = {"status": "completed", **fields.differing(row, given)}
        return Task.of(await self._change(row, asked))

    async def end(self, task_id: str, status: Status, reason: object = None) -> Task:
        """Ends the task as failed or cancelled, with the reason as its resolution; one that ended so stays as it was.

        Raises Refused `invalid_transition` for one that has ended otherwise.
        """
        row = await self._row(task_id)
        given = {"resolution": fields.resolution(reason)}
        if row["status"] == status:
            return Task.of(row)
        return Task.of(await self._change(row, {"status": status, **fields.differing(row, given)}))

    async def claim(self, task_id: str, who: str) -> Task:
        """Makes the task that of `who`, and begins it. Raises Refused `task_claimed` when it is somebody else's."""
        row = await self._row(task_id)
        if row["assignee"] not in (None, who):
            raise Refused("task_claimed", f"Task {task_id} is {row['assignee']}'s")
        if row["status"] in TERMINAL:
            raise Refused("invalid_transition", f"A {row['status']} task cannot be claimed")
        asked = fields.differing(row, fields.checked({"assignee": who, "status": "in_progress"}))
        self._check(asked)
        return Task.of(await self._change(row, asked) if asked else row)

    def hold_on_to(self, task: Task) -> None:
        """Makes the commit a Conflict unless the task is stored like this."""
        if self.work.is_untouched("task", task.id):
            version = {"version": task.version}
            self.work.writes.update("task", {"id": task.id, **version}, version)

    async def find(self, matching: TaskFilter, limit: int) -> list[Task]:
        """The newest tasks that match, those that this unit has made or changed as it sees them."""
        found, _ = await self.page(matching, limit=limit)
        own = {task.id: task for task in map(Task.of, self.work.changed("task"))}
        kept = [task for task in found if task.id not in own and not self.work.is_deleted("task", task.id)]
        kept += [task for task in own.values() if _matches(task, matching)]
        return sorted(kept, key=lambda task: (task.created_at, task.id), reverse=True)[:limit]

    async def delete(self, task_id: str) -> Task:
        """Removes the task with its tags and its schedule; runs that are under way end in their own time."""
        row = await self._row(task_id)
        schedule = await self.work.schedule_of(row["id"])
        if schedule is not None:
            self.work.delete("schedule", schedule)
        self.work.writes.delete("task_tag", {"task_id": row["id"]})
        self.work.writes.delete("deadline", {"task_id": row["id"]})
        self.work.delete("task", row)
        self._record("task_deleted", row["id"], {"title": (row["title"], None), "status": (row["status"], None)})
        return Task.of(row)

    async def page(
        self, matching: TaskFilter, sort: Sort = "created_at", order: Order = "desc", page: int = 1, limit: int = 20
    ) -> tuple[list[Task], int]:
        """One page of the organisation's tasks as they are committed, and how many match over all pages."""
        organisation_id = self.actor.organisation_id
        async with self.work.read() as reader:
            total = await stored.count(reader, organisation_id, matching)
            offset = (page - 1) * limit
            if offset >= total:
                return [], total
            rows = await stored.page(
                reader,
                organisation_id,
                matching,
                sort=sort,
                order=order,
                ranking=PRIORITIES,
                total=total,
                offset=offset,
                limit=limit,
            )
        return [Task.of(row) for row in rows], total

    async def knows_user(self, name: str) -> bool:
        """Whether the organisation has a user with this id, name or e-mail address."""
        async with self.work.read() as reader:
            return await accounts.user_named(reader, self.actor.organisation_id, name) is not None

    async def _row(self, task_id: str) -> Row:
        row = await self.work.task(bare(task_id))
        if row is None or row["organisation_id"] != self.actor.organisation_id:
            raise Refused("task_not_found", f"Task {task_id} not found")
        return row

    def _entering(self, row: Row, status: str) -> dict[str, object]:
        """What else changes when a task takes on a status."""
        also: dict[str, object] = {}
        if status == "in_progress" and row.get("started_at") is None:
            also["started_at"] = self.work.now
        if status == "completed":
            also |= {"completed_at": self.work.now, "completed_by": self.actor.user_id, "progress": 100}
        elif row.get("status") == "completed":
            also |= {"completed_at": None, "completed_by": None}
        return also

    async def _change(self, row: Row, asked: Mapping[str, object]) -> Row:
        """Writes the values asked for and what follows from them; `asked` holds only what differs."""
        values = dict(asked)
        status = asked.get("status")
        kind = "task_updated"
        if isinstance(status, str):
            if row["status"] in TERMINAL and status in TERMINAL:
                raise Refused("invalid_transition", f"A {row['status']} task cannot become {status}")
            values |= self._entering(row, status)
            kind = "task_completed" if status == "completed" else kind
        elif row["status"] == "completed" and values.get("progress", 100) != 100:
            raise Refused("invalid_progress", "Progress of a completed task is 100")
        await self._follow_schedule(row, status)
        after = self.work.change("task", row, {**values, "updated_at": self.work.now})
        if "tags" in values:
            self._write_tags(row, after)
        self._follow_deadline(row, after)
        self._record(kind, row["id"], {name: (row[name], after[name]) for name in fields.differing(row, values)})
        return after

    def _follow_deadline(self, before: Row | None, after: Row) -> None:
        """An open task with a due date has a deadline, until it is found to be overdue."""
        was, shall_be = (None if row is None or row["status"] in TERMINAL else row["due_at"] for row in (before, after))
        if was == shall_be:
            return
        if was is not None:
            self.work.writes.delete("deadline", {"task_id": after["id"]})
        if shall_be is not None:
            self.work.writes.insert("deadline", {"task_id": after["id"], "due_at": shall_be})

    def _write_tags(self, row: Row, after: Row) -> None:
        for tag in dict.fromkeys(row["tags"]):
            if tag not in after["tags"]:
                self.work.writes.delete("task_tag", {"tag": tag, "task_id": row["id"]})
        for tag in dict.fromkeys(after["tags"]):
            if tag not in row["tags"]:
                self.work.writes.insert("task_tag", {"tag": tag, "task_id": row["id"]})

    async def _follow_schedule(self, row: Row, status: object) -> None:
        """A task that has ended never runs by itself again, unless it is opened again."""
        was_ended = row["status"] in TERMINAL
        is_ended = was_ended if status is None else status in TERMINAL
        if was_ended == is_ended:
            return
        schedule = await self.work.schedule_of(row["id"])
        if schedule is not None:
            upcoming = None
            if not is_ended:
                upcoming = following(schedule["spec"], schedule["created_at"], self.work.now, schedule["timezone"])
            self.work.change("schedule", schedule, {"next_run_at": upcoming})

    def _check(self, values: Mapping[str, object]) -> None:
        """What new values must be at this moment, in this organisation."""
        assignee, due_at = values.get("assignee"), values.get("due_at")
        if isinstance(assignee, str) and self._ports.is_assignee and not self._ports.is_assignee(assignee):
            raise Refused("unknown_assignee", f"There is no user {assignee}")
        if isinstance(due_at, datetime):
            due.in_future(due_at, self.work.now)

    def _bot(self, bot: object) -> str | None:
        if bot is None:
            return None
        if not isinstance(bot, str) or not bot.strip():
            raise Refused("invalid_bot", "Bot must be the name of a bot")
        if self._ports.is_bot and not self._ports.is_bot(bot):
            raise Refused("bot_not_found", f"Bot {bot} not found")
        return bot

    def _schedule(self, new: NewTask, bot: str | None) -> Schedule | None:
        if new.schedule is None:
            if new.timezone is not None:
                raise Refused("invalid_timezone", "A timezone goes with a schedule, and there is none")
            return None
        if not isinstance(new.schedule, str) or not new.schedule.strip():
            raise Refused("invalid_schedule", "Schedule must be a text")
        if bot is None:
            raise Refused("missing_bot", "A scheduled task needs a bot to run it")
        timezone = "UTC" if new.timezone is None else new.timezone
        if not isinstance(timezone, str):
            raise Refused("invalid_timezone", "Timezone must be the name of a time zone, like Europe/Berlin")
        return Schedule(new.schedule, timezone, next_time(new.schedule, self.work.now, timezone))

    def _insert_schedule(self, row: Row, schedule: Schedule) -> None:
        self.work.insert(
            "schedule",
            {
                "id": new_id("sch", self.work.now),
                "organisation_id": row["organisation_id"],
                "task_id": row["id"],
                "conversation_id": None,
                "bot": row["bot"],
                "script": TASK_SCRIPT,
                **asdict(schedule),
                "arguments": [],
                "is_declared": False,
                "version": 1,
                "created_at": self.work.now,
            },
        )

    def _record(self, kind: str, task_id: str, changed: Mapping[str, tuple[object, object]]) -> None:
        self.work.record(
            kind,
            "task",
            task_id,
            organisation_id=self.actor.organisation_id,
            actor=self.actor.user_id,
            source=self.actor.source,
            changes={
                name: (fields.as_json(before), fields.as_json(after)) for name, (before, after) in changed.items()
            },
        )


def _matches(task: Task, matching: TaskFilter) -> bool:
    """As the store matches: for tasks that it does not have yet."""
    due_at = task.due_at
    return (
        (matching.statuses is None or task.status in matching.statuses)
        and (matching.priorities is None or task.priority in matching.priorities)
        and matching.assignee in (None, task.assignee)
        and (matching.due_before is None or (due_at is not None and due_at < matching.due_before))
        and (matching.due_after is None or (due_at is not None and due_at > matching.due_after))
        and set(matching.tags) <= set(task.tags)
    )
