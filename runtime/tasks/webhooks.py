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

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.parcels import leave
from tasktalk.runtime.ports import Hooks
from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.hook_forms import PLAIN, Form
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.permissions import demand_all
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import parcels, webhooks
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Row, WriteSet

MOST_WEBHOOKS = 50
"""Of one organisation: each of them is called for each event."""
_SECRET_BYTES = 32
_PAGE = 200


class Webhooks:
    """The subscriptions of the actor's organisation that are told in one form, within one unit of work."""

    def __init__(self, work: UnitOfWork, actor: Actor, hooks: Hooks | None = None, form: Form = PLAIN) -> None:
        self._work, self._actor, self._hooks, self._form = work, actor, hooks, form

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
            "events": self._events(events),
            "secret": "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
            "created_by": self._actor.user_id,
            "created_at": self._work.now,
            "version": 1,
            "form": self._form.name,
        }
        if len(await self._of_organisation()) >= MOST_WEBHOOKS:
            raise Refused("too_many_webhooks", f"An organisation can have {MOST_WEBHOOKS} webhooks")
        self._work.insert("webhook", row)
        self._record("webhook_created", row, {"events": (None, row["events"])})
        return row

    async def all(self) -> Sequence[Row]:
        """The organisation's subscriptions, the eldest first."""
        return [row for row in await self._of_organisation() if row["form"] == self._form.name]

    async def _of_organisation(self) -> Sequence[Row]:
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
        wanted = {"organisation_id": self._actor.organisation_id, "form": self._form.name}
        if row is None or any(row[name] != value for name, value in wanted.items()):
            raise Refused("webhook_not_found", f"Webhook {webhook_id} not found")
        return row

    def _events(self, asked: object) -> list[str]:
        known = self._form.events
        is_list = isinstance(asked, list) and asked and all(isinstance(each, str) and each in known for each in asked)
        if not isinstance(asked, list) or not is_list:
            raise Refused("invalid_events", f"Events must be a list of: {', '.join(known)}")
        return list(dict.fromkeys(asked))

    def _record(self, kind: str, row: Row, changes: Mapping[str, tuple[object, object]]) -> None:
        record(self._work, self._actor, kind, "webhook", row["id"], changes)


class Calling:
    """Follower: lets the subscribed addresses be called."""

    def __init__(self, database: Database, forms: Sequence[Form] = ()) -> None:
        """`forms` are those of interfaces, besides PLAIN."""
        self._database = database
        self._forms = {form.name: form for form in (PLAIN, *forms)}

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Adds a call for each event and subscription, or one for each name that the event has there."""
        told = [each for each in page if any(form.calls(each, form.events) for form in self._forms.values())]
        organisations = {happened.row["organisation_id"] for happened in told} - {None}
        if not organisations:
            return
        async with self._database.read() as reader:
            subscribed = await webhooks.of_organisations(reader, organisations)
        for happened in told:
            for row in subscribed:
                form = self._forms.get(row["form"])
                if form is None or row["organisation_id"] != happened.row["organisation_id"]:
                    continue
                for place, name in enumerate(form.calls(happened, row["events"])):
                    call(happened, name, row["id"], writes, now, form=form, place=place)


def call(
    happened: Happened,
    name: str,
    webhook_id: str,
    writes: WriteSet,
    now: datetime,
    *,
    form: Form = PLAIN,
    place: int = 0,
    rule_id: str | None = None,
) -> None:
    """Adds the call that tells one subscription of one event under one name; `rule_id` is of the rule that wants it so.

    `place` is where it comes among the calls of the event.
    """
    row = happened.row
    data = {**form.data(happened, name), **({} if rule_id is None else {"automation_id": rule_id})}
    body = json.dumps({"type": name, "timestamp": as_json(row["created_at"]), "data": data}, ensure_ascii=False)
    # The same event gives the same ids, whoever takes it and however often; a line is in the order of events and ids.
    digest = hashlib.sha256(f"{row['id']} {webhook_id} {rule_id}".encode()).hexdigest()
    parcel_id = f"msg_{digest[:32]}" + (f"_{place}" if place else "")
    line = f"{webhook_id}:{row['subject_id']}"
    leave(writes, row, now, parcel_id=parcel_id, kind="webhook", line=line, target=webhook_id, content={"body": body})
