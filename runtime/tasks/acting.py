"""The follower that carries out rules: once for each rule and conversation that is tagged, else once for each event.

Where a rule waits for times, each of them is an event. What a rule causes is an event as any other, and may be what
another rule waits for. Each is one deeper than what it follows from, so that rules which cause each other end.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.program import Program
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.internal import InternalConversations
from tasktalk.runtime.plain_values import plain
from tasktalk.runtime.seldom import Seldom
from tasktalk.runtime.tasks import timed_rules
from tasktalk.runtime.tasks.model import Actor, NewTask, spelled
from tasktalk.runtime.tasks.notifications import Notifying
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import TERMINAL, priority_of
from tasktalk.runtime.tasks.templates import Templates, said
from tasktalk.runtime.tasks.webhooks import call
from tasktalk.runtime.work import MOST_DEPTH, UnitOfWork, further
from tasktalk.storage import automations, conversations, webhooks
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Insert, Row, WriteSet

HEARD = "message_heard"
"""The kind of an event that tells of a message which some rule waits for."""
TAGGED = "conversation_tagged"
_TYPES: Mapping[str, str] = {
    TAGGED: "conversation_tag",
    HEARD: "message_text",
    timed_rules.DUE: timed_rules.TRIGGER,
}
_ORIGIN = ("conversation_id", "bot_id")
_TOO_DEEP = "limit: too many rules follow from one event: %s is not carried out for %s of %s, and others that it causes"

_log = logging.getLogger("tasktalk.automations")


class Scripts(Protocol):
    """What is asked of the bots."""

    def script(self, bot: str, name: str) -> Program:
        """A script of a bot, refused where there is none."""
        ...


class Acting:
    """Follower: carries out the rules that what happened calls for."""

    def __init__(self, database: Database, bots: Scripts, notifying: Notifying) -> None:
        self._database, self._bots, self._notifying = database, bots, notifying
        self._conversations = InternalConversations(database)
        self._looping = Seldom(_log)

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Adds what the rules do."""
        organisations = {happened.row["organisation_id"] for happened in page if _is_any(happened)} - {None}
        if not organisations:
            return
        async with self._database.read() as reader:
            rules = await automations.triggered(reader, organisations, ["task_event", *_TYPES.values()])
            tagged = {happened.row["subject_id"] for happened in page if happened.row["kind"] == TAGGED}
            done = await automations.done(reader, tagged) if rules and tagged else set()
        opened: dict[tuple[str, str, str], str] = {}
        for happened in page:
            called = [rule for rule in rules if _calls_for(rule, happened)]
            if happened.row["kind"] == TAGGED:
                called = [rule for rule in called if (rule["id"], happened.row["subject_id"]) not in done]
            depth = further(happened.row["depth"], len(called)) + 1
            for rule in called:
                if depth > MOST_DEPTH:
                    kind, subject_id = happened.row["kind"], happened.row["subject_id"]
                    self._looping.error(rule["id"], now, _TOO_DEEP, rule["id"], kind, subject_id)
                    continue
                if happened.row["kind"] == TAGGED:
                    done.add((rule["id"], happened.row["subject_id"]))
                    key = {"automation_id": rule["id"], "conversation_id": happened.row["subject_id"]}
                    writes.insert("automation_done", {**key, "created_at": now})
                try:
                    await self._act(rule, happened, depth, writes, now, opened)
                except Refused as refused:
                    _log.warning("automation %s could not be carried out: %s", rule["id"], refused.message)

    async def _act(
        self,
        rule: Row,
        happened: Happened,
        depth: int,
        writes: WriteSet,
        now: datetime,
        opened: dict[tuple[str, str, str], str],
    ) -> None:
        action: Mapping[str, Any] = rule["action"]
        match action["type"]:
            case "create_task":
                await self._create_task(rule, happened, depth, writes, now)
            case "notify":
                key = f"automation:{rule['id'][-28:]}"
                await self._notifying.tell_outright(happened.row, action["user"], action["text"], writes, now, key)
            case "run_script":
                await self._run_script(rule, happened, depth, writes, now, opened)
            case "call_webhook":
                async with self._database.read() as reader:
                    row = await webhooks.by_id(reader, action["webhook"])
                if row is not None and row["organisation_id"] == rule["organisation_id"]:
                    call(happened, happened.row["kind"], row["id"], writes, now, rule_id=rule["id"])

    async def _create_task(self, rule: Row, happened: Happened, depth: int, writes: WriteSet, now: datetime) -> None:
        action, about = rule["action"], _about(happened)
        work = UnitOfWork(self._database, now)
        work.writes, work.depth = WriteSet(), depth
        tasks = Tasks(work, Actor(rule["id"], rule["organisation_id"], "automation"))
        tasks.origin = {name: about[name] for name in _ORIGIN if name in about} or None
        given: dict[str, Any] = {"title": rule["name"]}
        if reference := action.get("template"):
            try:
                given |= said(await Templates(tasks).named(reference), about)
            except Refused as refused:
                if refused.code != "template_not_found":
                    raise
                _log.warning(
                    "automation %s has no template %s: its own words alone make the task", rule["id"], reference
                )
        given |= {name: action[name] for name in ("title", "description", "assignee", "tags") if name in action}
        if priority := action.get("priority"):
            given["priority"] = priority_of(priority)
        if hours := action.get("due_in_hours"):
            given["due_at"] = now + timedelta(hours=hours)
        if action.get("auto_assign") and "assignee" not in action:
            given["assignee"] = await self._least_busy(rule["organisation_id"], writes)
        await tasks.create(NewTask(**{**given, "context": {**about, "automation_id": rule["id"]}}))
        writes.writes += work.writes.writes

    async def _least_busy(self, organisation_id: str, writes: WriteSet) -> str | None:
        """Who has fewest open tasks, those counted that are just being made; the least id of several."""
        async with self._database.read() as reader:
            count = await automations.open_tasks(reader, organisation_id, TERMINAL)
        coming = Counter(w.row["assignee"] for w in writes.writes if isinstance(w, Insert) and w.table == "task")
        return min(count, key=lambda user_id: (count[user_id] + coming[user_id], user_id), default=None)

    async def _run_script(
        self,
        rule: Row,
        happened: Happened,
        depth: int,
        writes: WriteSet,
        now: datetime,
        opened: dict[tuple[str, str, str], str],
    ) -> None:
        bot, about = rule["action"]["bot"], _about(happened)
        program = self._bots.script(bot, rule["action"]["script"])
        told = {"automation": rule["name"], "tag": happened.after("tag"), "text": happened.after("text"), **about}
        talk: str | None = None
        if origin := about.get("conversation_id"):
            async with self._database.read() as reader:
                row = await conversations.by_id(reader, origin)
            is_theirs = row is not None and row["organisation_id"] == rule["organisation_id"]
            talk = origin if row is not None and is_theirs and row["bot"] == bot else None
        if talk is None:
            whose = rule["organisation_id"]
            talk = await self._conversations.for_run(bot, "event", rule["id"], writes, now, opened, whose)
        run_id = new_id("run", now)
        writes.insert(
            "run",
            {
                "id": run_id,
                "cause": "event",
                "schedule_id": None,
                "task_id": happened.row["subject_id"] if happened.task is not None else None,
                "conversation_id": talk,
                "bot": bot,
                "script": program.name,
                "arguments": plain({p.name: told.get(p.name.lower()) for p in program.parameters}),
                "planned_at": happened.row["created_at"],
                "status": "queued",
                "created_at": now,
            },
        )
        writes.insert("run_start", {"run_id": run_id, "program_id": program.id, "handler": "", "depth": depth})


def _is_any(happened: Happened) -> bool:
    return happened.row["kind"] in _TYPES or happened.row["subject"] == "task"


def _calls_for(rule: Row, happened: Happened) -> bool:
    row = happened.row
    if rule["organisation_id"] != row["organisation_id"]:
        return False
    match rule["trigger_type"]:
        case "conversation_tag":
            return bool(row["kind"] == TAGGED and happened.after("tag") == rule["trigger_value"])
        case "message_text":
            return row["kind"] == HEARD and rule["trigger_value"] in folded(str(happened.after("text")))
        case timed_rules.TRIGGER:
            return bool(row["kind"] == timed_rules.DUE and row["subject_id"] == rule["id"])
        case _:
            return row["subject"] == "task" and rule["trigger_value"] in happened.kinds


def folded(text: str) -> str:
    """The text as rules compare it: whatever its letters' size and its blanks are."""
    return " ".join(text.casefold().split())


def _about(happened: Happened) -> dict[str, str]:
    """Where what happened belongs."""
    row = happened.row
    if row["subject"] == "conversation":
        return {"conversation_id": row["subject_id"], "bot_id": str(happened.after("bot"))}
    if row["kind"] == HEARD:
        return {"conversation_id": str(happened.after("conversation")), "bot_id": str(happened.after("bot"))}
    if row["kind"] == timed_rules.DUE:
        return {"planned_at": str(happened.after("planned_at"))}
    return {"task_id": spelled(row["subject_id"]), **((happened.task or {}).get("origin") or {})}
