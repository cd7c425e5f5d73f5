"""What can be done with tasks, and what follows from it: every way in comes through here.

Nothing is written before everything has been checked, so a refusal leaves the unit of work as it was.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.files import FileStore
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.pausing import set_paused
from tasktalk.runtime.policies import Policy
from tasktalk.runtime.runs.leaving import leave
from tasktalk.runtime.runs.scripts import TASK_SCRIPT
from tasktalk.runtime.schedules import next_time
from tasktalk.runtime.tasks import changes as fields
from tasktalk.runtime.tasks import dependencies, due, scheduling, sla, stages
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports, Schedule, Task, Terms, Timing, spelled
from tasktalk.runtime.tasks.permissions import demand_change, demand_claim, demand_making
from tasktalk.runtime.tasks.stages import Move, Place, Stages
from tasktalk.runtime.tasks.statuses import PRIORITIES, TERMINAL, Status
from tasktalk.runtime.tasks.steps import Retry, Steps, taken_up
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts, numbers, people
from tasktalk.storage import tasks as stored
from tasktalk.storage.listing import Order, Sort, TaskFilter
from tasktalk.storage.writes import Row

_NOTHING_ASKED = Ports()
_EVERY_DAY = Policy()
_UNKNOWN: Row = {"has_directory": False, "timezone": "UTC", "sla": None}
"""What holds for an organisation that is not there."""
_GIVEN = (
    *("title", "description", "status", "priority", "assignee", "due_at", "tags", "context", "checklist"),
    *("contact_id", "session_ms", "retries", "external_id", "space_id", "assignee_type"),
)
_values_given = attrgetter(*_GIVEN)
_USUAL = Terms()


class Tasks:
    """The tasks of the actor's organisation, within one unit of work, which the caller commits."""

    def __init__(self, work: UnitOfWork, actor: Actor, ports: Ports = _NOTHING_ASKED) -> None:
        self.work = work
        self.actor = actor
        self._ports = ports
        self.run_id: str | None = None
        """The run that acts here."""
        self.origin: Mapping[str, Any] | None = None
        """The talk that acts here: what is made belongs to it for good, and shows it in its context."""
        self.last_known: Task | None = None
        """A task that was deleted while its bot runs for it: what is said of it then is heard, and changes nothing."""

    # What follows changes comes back here by `_change`: were it kept, each turn would leave a cycle, in which its whole
    # write set stays until Python searches for cycles, and everybody waits for that.
    @property
    def steps(self) -> Steps:
        """Follows the tasks' changes as steps of workflows."""
        return Steps(self.work, self.actor, self._change)

    @property
    def stages(self) -> Stages:
        """Follows the tasks' changes on their way through pipelines."""
        return Stages(self.work, self.actor, self.steps)

    @property
    def files(self) -> FileStore:
        """Where the bytes of attachments are. Raises Refused `no_file_store` where none are kept."""
        if self._ports.files is None:
            raise Refused("no_file_store", "This server keeps no files", "whoever runs it can give it a place: --files")
        return self._ports.files

    def address(self, task: Task) -> str | None:
        """Where programs find the task; None where it is served to nobody."""
        return None if self._ports.address is None else self._ports.address(spelled(task.id))

    async def create(self, new: NewTask, *, place: Place | None = None, terms: Terms = _USUAL) -> Task:
        """Makes a task, and its schedule if one is given, at a place in a pipeline if it is to be at one.

        Raises Refused with the code of the first bad field.
        """
        demand_making(self.actor)
        now = self.work.now
        values, bot, schedule = await self.check(new, terms)
        move = None if place is None else await self.stages.chosen(place)
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
            "comments_count": 0,
            "attachments_count": 0,
            "version": 1,
            "is_scheduled": schedule is not None,
            "is_due_by_sla": False,
            "own_sla": None,
            "is_once": bool(new.is_once),
            "origin": self.origin and dict(self.origin),
        }
        row |= self._entering({}, row["status"])
        row |= sla.follows(row, row["priority"], await self._organisation(), terms.sla)
        self.work.insert("task", row)
        self._follow_deadline(None, row)
        told = {name: row[name] for name in (*values, "bot") if row[name]}
        if schedule is not None:
            scheduling.insert(self.work, row, schedule)
            told |= {"schedule": schedule.spec, "timezone": schedule.timezone}
        self._record(
            "task_created", row["id"], {**{name: (None, value) for name, value in told.items()}, **_told_of(move)}
        )
        if move is not None:
            await self.stages.follow(None, row, move)
        return Task.of(row)

    async def check(self, new: NewTask, terms: Terms = _USUAL) -> tuple[dict[str, object], str | None, Schedule | None]:
        """What a new task would have: its fields, its bot and its schedule. Raises Refused as `create` does."""
        values = await self._checked({}, dict(zip(_GIVEN, _values_given(new), strict=True)), terms)
        bot = self._bot(new.bot)
        return values, bot, scheduling.asked(new, self.work.now)

    async def get(self, task_id: str) -> Task:
        """The task of this id in any spelling; raises Refused `task_not_found`, also for another organisation's."""
        return await self._last(task_id) or Task.of(await self._row(task_id))

    async def those(self, task_ids: Sequence[str]) -> list[Task]:
        """Those of the tasks with these ids, in any spelling, that the organisation has: in this order, each once."""
        wanted = list(dict.fromkeys(await self.work.task_ids(task_ids)))
        found = await dependencies.tasks(self.work, wanted)
        rows = [found[task_id] for task_id in wanted if task_id in found]
        return [Task.of(row) for row in rows if row["organisation_id"] == self.actor.organisation_id]

    async def schedule(self, task: Task) -> Schedule | None:
        """When the task runs by itself; None when it is not a scheduled one."""
        row = await self.work.schedule_of(task.id)
        return None if row is None else Schedule.of(row)

    async def update(
        self,
        task_id: str,
        changes: Mapping[str, object],
        timing: Timing | None = None,
        *,
        place: Place | None = None,
        at_any_time: bool = False,
        terms: Terms = _USUAL,
    ) -> tuple[Task, list[str]]:
        """Sets the given fields, and says which of them were not so already, in the order given.

        With a `timing` other than the task's own, its times are anew from now on; with a `place` it is there in a
        pipeline then, and nowhere else because of its status. Raises Refused with the code of the first bad field, or
        `invalid_transition`; then nothing is changed. A task that has ended may end otherwise `at_any_time`, unless it
        is a step of a workflow of tasks.
        """
        if gone := await self._last(task_id):
            return gone, []
        row = await self.to_change(task_id)
        asked = await self._checked(row, changes, terms)
        move = None if place is None else await self.stages.chosen(place, row["id"])
        old = None if timing is None else await self.work.schedule_of(row["id"])
        if timing is None or (old is not None and Schedule.of(old).timing == timing):
            if not asked and move is None:
                return Task.of(row), []
            after = await self._change(row, asked, move=move, at_any_time=at_any_time, terms=terms)
        else:
            after = await self._retime(row, asked, timing, old)
        return Task.of(after), [name for name in asked if after[name] == asked[name]]

    async def complete(
        self,
        task_id: str,
        resolution: object = None,
        time_spent_minutes: object = None,
        outcomes: object = None,
    ) -> Task:
        """Ends the task as done; one that is done stays as it was. What a bot does for a stage of it ends that stage.

        Raises Refused `invalid_transition` for one that has ended otherwise.
        """
        if gone := await self._last(task_id):
            return gone
        row = await self.to_change(task_id)
        given: dict[str, object] = {"resolution": fields.resolution(resolution), "outcomes": fields.outcomes(outcomes)}
        if time_spent_minutes is not None:
            given["time_spent_minutes"] = fields.time_spent_minutes(time_spent_minutes)
        if row["status"] == "completed":
            return Task.of(row)
        here = None if self.run_id is None else await stages.of_run(self.work, self.run_id)
        if here is not None and here["id"] == row["id"]:
            return await self.pass_stage(row, resolution)
        asked = {"status": "completed", **fields.differing(row, given)}
        return Task.of(await self._change(row, asked))

    async def end(self, task_id: str, status: Status, reason: object = None) -> Task:
        """Ends the task as failed or cancelled, with the reason as its resolution; one that ended so stays as it was.

        Raises Refused `invalid_transition` for one that has ended otherwise.
        """
        if gone := await self._last(task_id):
            return gone
        row = await self.to_change(task_id)
        given = {"resolution": fields.resolution(reason)}
        if row["status"] == status:
            return Task.of(row)
        return Task.of(await self._change(row, {"status": status, **fields.differing(row, given)}))

    async def pass_stage(self, row: Row, said: object = None) -> Task:
        """Ends the stage at which the task with this row is: it comes to the next one, or is done."""
        status, move = await self.stages.onward(row)
        asked: dict[str, object] = {"status": status}
        if move is None:
            asked["resolution"] = fields.resolution(said) if status == "completed" else stages.TOO_MANY
        return Task.of(await self._change(row, fields.differing(row, asked), move=move))

    async def again(self, task_id: str) -> None:
        """Lets the task's step or stage go on whose pause is over by now; nothing where somebody has taken it up
        before."""
        row, step, here = await self.work.task(task_id), await self.steps.of(task_id), await self.stages.of(task_id)
        again_at = (step or here or {}).get("again_at")
        if row is not None and again_at is not None and again_at <= self.work.now:
            await self._change(row, {"status": "in_progress" if step is None else taken_up(row)})

    async def claim(self, task_id: str, who: str) -> Task:
        """Makes the task that of `who`, and begins it. Raises Refused `task_claimed` when it is somebody else's.

        One that is nobody's may be claimed by everybody who may change some task.
        """
        row = await self._row(task_id)
        demand_claim(self.actor, row, who)
        name = fields.assignee(who)
        if name is not None and row["assignee"] != name:
            name = await self._assignee(name)
        if row["assignee"] not in (None, name):
            raise Refused("task_claimed", f"Task {task_id} is {row['assignee']}'s")
        if row["status"] in TERMINAL:
            raise Refused("invalid_transition", f"A {row['status']} task cannot be claimed")
        asked = await self._checked(row, {"assignee": name, "status": "in_progress"})
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
        kept += [
            task
            for task in own.values()
            if _matches(task, matching) and (matching.with_scheduled or await self.schedule(task) is None)
        ]
        return sorted(kept, key=lambda task: (task.created_at, task.id), reverse=True)[:limit]

    async def delete(self, task_id: str) -> Task:
        """Removes the task with all that hangs on it; runs that are under way end in their own time."""
        row = await self.to_change(task_id)
        await self.steps.remove(row)
        await self.stages.remove(row["id"])
        await leave(self.work, row, self.actor)
        schedule = await self.work.schedule_of(row["id"])
        if schedule is not None:
            self.work.delete("schedule", schedule)
        for table in ("deadline", "comment", "attachment", "task_message"):
            self.work.writes.delete(table, {"task_id": row["id"]})
        self.work.delete("task", row)
        self._record("task_deleted", row["id"], {"title": (row["title"], None), "status": (row["status"], None)})
        return Task.of(row)

    async def note(
        self, task_id: str, kind: str, changes: Mapping[str, object], told: Mapping[str, tuple[object, object]]
    ) -> Task:
        """Changes what is counted of what hangs on the task, and records that as the event `kind`."""
        row = await self._row(task_id)
        after = self.work.change("task", row, {**changes, "updated_at": self.work.now})
        self._record(kind, row["id"], {**{name: (row[name], after[name]) for name in changes}, **told})
        return Task.of(after)

    async def dependencies(self, task: Task) -> list[str]:
        """The ids of the tasks that it waits for, those first for which it has waited longest."""
        return [pair["depends_on"] for pair in await dependencies.of(self.work, [task.id])]

    async def set_dependencies(self, task_id: str, others: Sequence[str]) -> Task:
        """Lets the task wait for these and no others. Raises Refused as `dependencies.set_` does."""
        row = await self.to_change(task_id)
        before, after = await dependencies.set_(self.work, row, others, self.actor.organisation_id)
        if set(before) == set(after):
            return Task.of(row)
        changed = self.work.change("task", row, {"updated_at": self.work.now})
        told = ([spelled(other) for other in before], [spelled(other) for other in after])
        self._record("task_updated", row["id"], {"depends_on": told})
        return Task.of(changed)

    async def add_dependency(self, task_id: str, other: str) -> Task:
        """Lets the task wait for another one, too. Raises Refused as `dependencies.set_` does."""
        known = await dependencies.of(self.work, [await self.work.task_id(task_id)])
        return await self.set_dependencies(task_id, [*(pair["depends_on"] for pair in known), other])

    async def run(self, task_id: str, bot: str, script: str | None = None) -> Task:
        """Lets the task's bot, or this one where it has none, run for it once after the commit."""
        row = await self.to_change(task_id)
        self.steps.request_run(row, row["bot"] or bot, script or TASK_SCRIPT, self.work.depth + 1)
        return Task.of(row)

    async def set_schedule(
        self,
        task_id: str,
        spec: str | None,
        timezone: str,
        bot: str,
        script: str | None = None,
        policy: Policy = _EVERY_DAY,
    ) -> Task:
        """Lets the task's bot, or this one where it has none, run for it at these times alone; None is at none.

        Raises Refused `invalid-schedule` and `invalid-timezone`.
        """
        row = await self.to_change(task_id)
        upcoming = None if spec is None else next_time(spec, self.work.now, timezone)
        old = await self.work.schedule_of(row["id"])
        if old is not None:
            self.work.delete("schedule", old)
        values: dict[str, object] = {"updated_at": self.work.now, "is_scheduled": spec is not None}
        if spec is not None:
            values["bot"] = row["bot"] or bot
        changed = self.work.change("task", row, values)
        await self.stages.hold(row, changed)
        if spec is not None:
            new = Schedule(spec, timezone, upcoming, policy=policy)
            scheduling.insert(self.work, changed, new, script or TASK_SCRIPT)
        told = {
            "schedule": (old and old["spec"], spec),
            "timezone": (old and old["timezone"], None if spec is None else timezone),
        }
        self._record("task_updated", row["id"], told)
        return Task.of(changed)

    async def _retime(self, row: Row, asked: Mapping[str, object], timing: Timing, old: Row | None) -> Row:
        """Changes a task together with its schedule, which keeps its policy; one that is paused stays so."""
        before = None if old is None else Schedule.of(old)
        new = Schedule(
            timing.spec,
            timing.timezone,
            next_time(timing.spec, self.work.now, timing.timezone),
            timing.words,
            before.policy if before else _EVERY_DAY,
        )
        told = {
            "schedule": (before and before.spec, new.spec),
            "timezone": (before and before.timezone, new.timezone),
        }
        after = await self._change(row, asked, {name: pair for name, pair in told.items() if pair[0] != pair[1]})
        if old is not None:
            self.work.delete("schedule", await self.work.schedule_of(row["id"]) or old)
        scheduling.insert(self.work, after, new, old["script"] if old else TASK_SCRIPT)
        if before is not None and before.is_paused:
            made = await self.work.schedule_of(row["id"])
            if made is not None:
                set_paused(self.work, made, is_paused=True)
        return after

    async def pause(self, task_id: str) -> Task:
        """Lets the task run at none of its times until it is resumed; one that is paused stays so.

        Raises Refused `no_schedule` for a task that has none.
        """
        return await self._steer_schedule(task_id, is_paused=True)

    async def resume(self, task_id: str) -> Task:
        """Lets a paused task run at its times again; those that came meanwhile are noted, and make no run.

        Raises Refused `no_schedule` for a task that has none.
        """
        return await self._steer_schedule(task_id, is_paused=False)

    async def _steer_schedule(self, task_id: str, *, is_paused: bool) -> Task:
        row = await self.to_change(task_id)
        schedule = await self.work.schedule_of(row["id"])
        if schedule is None:
            raise Refused("no_schedule", f"Task {task_id} has no schedule")
        if schedule["is_paused"] is is_paused:
            return Task.of(row)
        set_paused(self.work, schedule, is_paused=is_paused)
        changed = self.work.change("task", row, {"updated_at": self.work.now})
        self._record("task_updated", row["id"], {"is_paused": (not is_paused, is_paused)})
        return Task.of(changed)

    async def page(
        self, matching: TaskFilter, sort: Sort = "created_at", order: Order = "desc", page: int = 1, limit: int = 20
    ) -> tuple[list[Task], int]:
        """One page of the organisation's tasks as they are committed, and how many match over all pages."""
        async with self.work.read() as reader:
            rows, total = await stored.page(
                reader,
                self.actor.organisation_id,
                matching,
                sort=sort,
                order=order,
                ranking=PRIORITIES,
                offset=(page - 1) * limit,
                limit=limit,
            )
        return [Task.of(row) for row in rows], total

    async def numbers(self, task_ids: Collection[str]) -> Mapping[str, int]:
        """The numbers of those of these tasks that are there, as they are committed: it takes that to have one."""
        async with self.work.read() as reader:
            return await numbers.of(reader, task_ids)

    async def first_begun(self) -> Task | None:
        """Of the organisation's tasks that are under way that which was begun first; None where there is none."""
        async with self.work.read() as reader:
            row = await stored.first_begun(reader, self.actor.organisation_id)
        return None if row is None else Task.of(row)

    async def older(
        self, than: Task | None, limit: int, *, statuses: Sequence[str] | None = None, with_scheduled: bool = False
    ) -> list[Task]:
        """Some of the organisation's tasks as they are committed, the newest first, of those made before one."""
        place = None if than is None else (than.created_at, than.id)
        async with self.work.read() as reader:
            rows = await stored.older(
                reader,
                self.actor.organisation_id,
                place,
                limit,
                statuses=statuses,
                with_scheduled=with_scheduled,
            )
        return [Task.of(row) for row in rows]

    async def knows_user(self, name: str) -> bool:
        """Whether the organisation has a user with this id, name or e-mail address."""
        async with self.work.read() as reader:
            return await accounts.user_named(reader, self.actor.organisation_id, name) is not None

    async def _last(self, task_id: str) -> Task | None:
        gone = self.last_known
        return gone if gone is not None and gone.id == await self.work.task_id(task_id) else None

    async def _row(self, task_id: str) -> Row:
        row = await self.work.task(await self.work.task_id(task_id))
        if row is None or row["organisation_id"] != self.actor.organisation_id:
            raise Refused("task_not_found", f"Task {task_id} not found")
        return row

    async def to_change(self, task_id: str) -> Row:
        """The row of a task that the actor may change; refused as `get` does, and with `permission_denied`."""
        row = await self._row(task_id)
        demand_change(self.actor, row)
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

    async def _change(
        self,
        row: Row,
        asked: Mapping[str, object],
        schedule: Mapping[str, tuple[object, object]] | None = None,
        *,
        move: Move | None = None,
        at_any_time: bool = False,
        terms: Terms = _USUAL,
    ) -> Row:
        """Writes the values asked for and what follows from them; `asked` holds only what differs.

        With `schedule`, what changes of that, the task is a scheduled one from now on; with `move` it comes to that
        place in a pipeline.
        """
        step = await self.steps.of(row["id"]) if "status" in asked else None
        retry = None
        if (asked.get("status"), move) == ("failed", None) and await self._was_tried(row, step):
            instead, move = await self.stages.failing(row, asked)
            if move is None and (retry := self.steps.failing(row, asked, step)):
                instead = retry.status
            if instead != "failed":
                asked = fields.differing(row, {**asked, "status": instead, "resolution": row["resolution"]})
        values = dict(asked)
        status = asked.get("status")
        is_retry = retry is not None or (move is not None and move.cause == "retry")
        kind = "task_retried" if is_retry else "task_updated"
        if isinstance(status, str):
            if row["status"] in TERMINAL and status in TERMINAL and (step is not None or not at_any_time):
                raise Refused("invalid_transition", f"A {row['status']} task cannot become {status}")
            await self.steps.check(row, status, step)
            values |= self._entering(row, status)
            kind = "task_completed" if status == "completed" else kind
        elif row["status"] == "completed" and values.get("progress", 100) != 100:
            raise Refused("invalid_progress", "Progress of a completed task is 100")
        if "due_at" in values:
            values |= {"is_due_by_sla": False, "own_sla": None}
        elif isinstance(priority := values.get("priority"), str):
            values |= sla.follows(row, priority, await self._organisation(), terms.sla)
        await scheduling.follow(self.work, row, values)
        scheduled = {} if schedule is None else {"is_scheduled": True}
        after = self.work.change("task", row, {**values, **scheduled, "updated_at": self.work.now})
        self._follow_deadline(row, after)
        told = {name: (row[name], after[name]) for name in fields.differing(row, values) if name != "own_sla"}
        self._record(kind, row["id"], {**told, **(schedule or {}), **_told_of(move), **_told_of(retry)})
        if isinstance(status, str) or retry is not None:
            await self.steps.follow(row, after, step, retry)
        if isinstance(status, str) or move is not None:
            await self.stages.follow(row, after, move)
        await self.stages.hold(row, after)
        return after

    async def _was_tried(self, row: Row, step: Row | None) -> bool:
        """Whether somebody can have failed at the task: nobody has at one that is over, or that nobody may begin."""
        return row["status"] not in TERMINAL and await self.steps.may_begin(row, step)

    def _follow_deadline(self, before: Row | None, after: Row) -> None:
        """An open task with a due date has a deadline, until it is found to be overdue."""
        was, shall_be = (None if row is None or row["status"] in TERMINAL else row["due_at"] for row in (before, after))
        if was == shall_be:
            return
        if was is not None:
            self.work.writes.delete("deadline", {"task_id": after["id"]})
        if found := sla.deadline(after, self.work.now):
            at, is_warning = found
            self.work.writes.insert("deadline", {"task_id": after["id"], "due_at": at, "is_warning": is_warning})

    async def _organisation(self) -> Row:
        return await self.work.organisation(self.actor.organisation_id) or _UNKNOWN

    async def _checked(self, row: Row, asked: Mapping[str, object], terms: Terms = _USUAL) -> dict[str, object]:
        """Those of the values asked for that `row` does not have; each is what it must be now, in this organisation."""
        values = fields.checked(asked)
        if values.get("bot") is not None:
            values["bot"] = self._bot(values["bot"])
        if (origin := row.get("origin") if row else self.origin) and isinstance(context := values.get("context"), dict):
            values["context"] = {**origin, **context}
        contact_id = values.get("contact_id")
        if isinstance(contact_id, str) and contact_id != row.get("contact_id"):
            await self.demand_contact(contact_id)
        assignee = values.get("assignee")
        if isinstance(assignee, str) and assignee != row.get("assignee") and not terms.may_be_agent:
            values["assignee"] = await self._assignee(assignee)
        if row and values.get("assignee", row["assignee"]) != row["assignee"]:
            values.setdefault("assignee_type", None)  # what the one before was says nothing of this one
        differing = fields.differing(row, values) if row else values
        due_at = differing.get("due_at")
        if isinstance(due_at, datetime) and not terms.may_be_late:
            due.in_future(due_at, self.work.now)
        return differing

    async def _assignee(self, name: str) -> str:
        """What is kept for whom a task is given to: where the organisation has a directory, the id of its user."""
        if not (await self._organisation())["has_directory"]:
            return name
        async with self.work.read() as reader:
            row = await accounts.user_named(reader, self.actor.organisation_id, name)
        if row is None and self._ports.is_bot is not None and self._ports.is_bot(name):
            return name
        if row is None or row["is_disabled"]:
            raise Refused("unknown_assignee", f"There is no user {name}")
        user_id: str = row["id"]
        return user_id

    async def demand_contact(self, contact_id: str) -> None:
        """Refuses `contact_not_found` for one whom the organisation's bots do not know."""
        is_known = self.actor.organisation_id == DEFAULT_ORGANISATION  # bots talk for that one
        async with self.work.read() as reader:
            if not is_known or not await people.rows(reader, "contact", "id", [contact_id]):
                raise Refused("contact_not_found", f"Contact {contact_id} not found")

    def demand_script(self, bot: str, script: str) -> None:
        """Refuses `bot_not_found`, and with `invalid_script` a script that the bot does not have."""
        self._bot(bot)
        if self._ports.check_script is None:
            return
        try:
            self._ports.check_script(bot, script)
        except Refused as refused:
            raise Refused("invalid_script", refused.message, refused.hint) from None

    def demand_bot(self, bot: str) -> None:
        """Refuses `bot_not_found`."""
        self._bot(bot)

    def _bot(self, bot: object) -> str | None:
        if bot is None:
            return None
        if not isinstance(bot, str) or not bot.strip():
            raise Refused("invalid_bot", "Bot must be the name of a bot")
        if self._ports.is_bot and not self._ports.is_bot(bot):
            raise Refused("bot_not_found", f"Bot {bot} not found")
        return bot

    def _record(self, kind: str, task_id: str, changed: Mapping[str, tuple[object, object]]) -> None:
        record(self.work, self.actor, kind, "task", task_id, changed)


def _told_of(what: Move | Retry | None) -> Mapping[str, tuple[object, object]]:
    """What an event tells of where a task comes to."""
    return {} if what is None else what.told


def _matches(task: Task, matching: TaskFilter) -> bool:
    """As the store matches: for tasks that it does not have yet."""
    due_at = task.due_at
    return (
        (matching.statuses is None or task.status in matching.statuses)
        and (matching.priorities is None or task.priority in matching.priorities)
        and matching.assignee in (None, task.assignee)
        and matching.space_id in (None, task.space_id)
        and (matching.due_before is None or (due_at is not None and due_at < matching.due_before))
        and (matching.due_after is None or (due_at is not None and due_at > matching.due_after))
        and set(matching.tags) <= set(task.tags)
    )
