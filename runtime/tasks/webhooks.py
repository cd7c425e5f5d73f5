"""Signed calls that tell other programs what happens to tasks: who wants them, and what they say.

A call of one task's webhook comes after those of what happened to that task before. Its id stays the same however
often it is tried: the id, the moment of the attempt and the body are signed as Standard Webhooks says.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.parcels import leave
from tasktalk.runtime.ports import Hooks
from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Actor, spelled
from tasktalk.runtime.tasks.permissions import demand_all
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import parcels, webhooks
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Row, WriteSet

EVENTS = (
    "task_created",
    "task_updated",
    "task_assigned",
    "task_completed",
    "task_overdue",
    "task_deleted",
    "comment_added",
    "sla_warning",
    "sla_breached",
)
MOST_WEBHOOKS = 50
"""Of one organisation: each of them is called for each event."""
_SECRET_BYTES = 32
_PAGE = 200
_SHOWN = (
    *("title", "description", "status", "priority", "assignee", "progress", "tags", "context", "resolution"),
    *("created_by", "created_at", "updated_at", "started_at", "completed_at", "completed_by"),
)


class Webhooks:
    """The subscriptions of the actor's organisation, within one unit of work."""

    def __init__(self, work: UnitOfWork, actor: Actor, hooks: Hooks | None = None) -> None:
        self._work, self._actor, self._hooks = work, actor, hooks

    async def create(self, url: object, events: object) -> Row:
        """A new subscription with its `secret`, which is shown here alone.

        Refuses `invalid_url`, `forbidden-address`, `invalid_events` and `too_many_webhooks`.
        """
        demand_all(self._actor, "webhooks")
        if not isinstance(url, str) or not url.strip() or "\0" in url:
            raise Refused("invalid_url", "Url must be a web address, like https://example.com/hooks")
        if self._hooks is not None:
            self._hooks.check(url)
        row = {
            "id": new_id("whk", self._work.now),
            "organisation_id": self._actor.organisation_id,
            "url": url.strip(),
            "events": _events(events),
            "secret": "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
            "created_by": self._actor.user_id,
            "created_at": self._work.now,
            "version": 1,
        }
        if len(await self.all()) >= MOST_WEBHOOKS:
            raise Refused("too_many_webhooks", f"An organisation can have {MOST_WEBHOOKS} webhooks")
        self._work.insert("webhook", row)
        self._record("webhook_created", row, {"events": (None, row["events"])})
        return row

    async def all(self) -> Sequence[Row]:
        """The organisation's subscriptions, the eldest first."""
        async with self._work.read() as reader:
            return await webhooks.of_organisations(reader, [self._actor.organisation_id])

    async def delete(self, webhook_id: str) -> None:
        """Ends a subscription, and drops what it has not been told yet. Refuses `webhook_not_found`."""
        demand_all(self._actor, "webhooks")
        row = await self._row(webhook_id)
        self._work.writes.delete("parcel", {"target": webhook_id})
        self._work.delete("webhook", row)
        self._record("webhook_deleted", row, {"events": (row["events"], None)})

    async def dead(self, webhook_id: str) -> Sequence[Row]:
        """The first calls that were given up. Refuses `webhook_not_found`."""
        await self._row(webhook_id)
        async with self._work.read() as reader:
            return await parcels.dead(reader, webhook_id, _PAGE)

    async def retry(self, webhook_id: str) -> Sequence[Row]:
        """Puts the first calls that were given up back in line; gives them. Refuses `webhook_not_found`."""
        demand_all(self._actor, "webhooks")
        rows = await self.dead(webhook_id)
        for row in rows:
            key = {"id": row["id"], "status": "dead"}
            values = {"status": "pending", "attempts": 0, "error": None, "next_attempt_at": None}
            self._work.writes.update("parcel", key, values)
        if rows:
            row = await self._row(webhook_id)
            self._record("webhook_retried", row, {"calls": (None, len(rows))})
        return rows

    async def _row(self, webhook_id: str) -> Row:
        async with self._work.read() as reader:
            row = await webhooks.by_id(reader, webhook_id)
        if row is None or row["organisation_id"] != self._actor.organisation_id:
            raise Refused("webhook_not_found", f"Webhook {webhook_id} not found")
        return row

    def _record(self, kind: str, row: Row, changes: Mapping[str, tuple[object, object]]) -> None:
        record(self._work, self._actor, kind, "webhook", row["id"], changes)


def _events(asked: object) -> list[str]:
    is_list = isinstance(asked, list) and asked and all(isinstance(each, str) and each in EVENTS for each in asked)
    if not isinstance(asked, list) or not is_list:
        raise Refused("invalid_events", f"Events must be a list of: {', '.join(EVENTS)}")
    return list(dict.fromkeys(asked))


class Calling:
    """Follower: lets the subscribed addresses be called."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Adds a call for each event and subscription."""
        told = [happened for happened in page if not set(happened.kinds).isdisjoint(EVENTS)]
        organisations = {happened.row["organisation_id"] for happened in told} - {None}
        if not organisations:
            return
        async with self._database.read() as reader:
            subscribed = await webhooks.of_organisations(reader, organisations)
        for happened in told:
            for row in subscribed:
                if row["organisation_id"] != happened.row["organisation_id"]:
                    continue
                kind = next((kind for kind in happened.kinds if kind in row["events"]), None)
                if kind is not None:
                    call(happened, kind, row["id"], writes, now)


def call(
    happened: Happened, kind: str, webhook_id: str, writes: WriteSet, now: datetime, rule_id: str | None = None
) -> None:
    """Adds the call that tells one subscription of one event; `rule_id` is of the rule that wants it so."""
    row, task = happened.row, happened.task
    data: dict[str, Any] = {
        "event_id": row["id"],
        "actor": row["actor"],
        "source": row["source"],
        "changes": {field: {"before": pair[0], "after": pair[1]} for field, pair in row["changes"].items()},
    }
    if rule_id is not None:
        data["automation_id"] = rule_id
    if row["subject"] == "task":
        data["task_id"] = spelled(row["subject_id"])
        data["task"] = task and {
            "task_id": spelled(task["id"]),
            **{field: as_json(task[field]) for field in _SHOWN},
            "due_date": as_json(task["due_at"]),
        }
    else:
        data[f"{row['subject']}_id"] = row["subject_id"]
    body = json.dumps({"type": kind, "timestamp": as_json(row["created_at"]), "data": data}, ensure_ascii=False)
    # The same event gives the same id, whoever takes it and however often.
    digest = hashlib.sha256(f"{row['id']} {webhook_id} {rule_id}".encode()).hexdigest()
    parcel_id, line = f"msg_{digest[:32]}", f"{webhook_id}:{row['subject_id']}"
    leave(writes, row, now, parcel_id=parcel_id, kind="webhook", line=line, target=webhook_id, content={"body": body})
