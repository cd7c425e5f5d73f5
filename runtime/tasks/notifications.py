"""Whom to tell what of tasks: the settings of each user, and the follower that tells them.

Each user is told of an event once on each channel, and never of what they did themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.parcels import leave
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.sla import WARNING
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts, notices, watchers
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Row, WriteSet

EVENTS = ("task_assigned", "task_completed", "task_overdue", "comment_added")
CHANNELS = ("email", "in_app")
RECIPIENTS = ("assignee", "watchers")
TOLD: Mapping[str, str] = {**{kind: kind for kind in EVENTS}, WARNING: "task_overdue"}
"""What users are told of, each with the event of their setting that says whether they want it."""
KNOWN: Mapping[str, Sequence[str]] = {"events": EVENTS, "channels": CHANNELS, "recipients": RECIPIENTS}
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Setting:
    """Of what, how, and as whom a user wants to be told. The defaults are those of who has said nothing."""

    events: Sequence[str] = EVENTS
    channels: Sequence[str] = ("in_app",)
    recipients: Sequence[str] = RECIPIENTS

    @classmethod
    def checked(cls, asked: Mapping[str, object]) -> "Setting":
        """The setting that is asked for. Refuses `invalid_events`, `invalid_channels`, `invalid_recipients`."""
        return cls(**{name: _words(name, asked.get(name)) for name in KNOWN})

    @classmethod
    def of(cls, row: Row | None) -> "Setting":
        """What a row holds; the defaults without one."""
        return cls() if row is None else cls(**{name: row[name] for name in KNOWN})


def _words(name: str, asked: object) -> list[str]:
    known = KNOWN[name]
    if not isinstance(asked, list) or not all(isinstance(word, str) and word in known for word in asked):
        sentence = f"{name.capitalize()} must be a list of: {', '.join(known)}"
        match name:
            case "events":
                raise Refused("invalid_events", sentence)
            case "channels":
                raise Refused("invalid_channels", sentence)
            case _:
                raise Refused("invalid_recipients", sentence)
    return list(dict.fromkeys(asked))


class Notifications:
    """What the actor is told."""

    def __init__(self, work: UnitOfWork, actor: Actor) -> None:
        self._work, self._actor = work, actor

    async def setting(self) -> Setting:
        """How they want to be told."""
        return Setting.of(await self._row())

    async def set(self, setting: Setting) -> None:
        """Keeps how they want to be told from now on."""
        row, values = await self._row(), {name: list(getattr(setting, name)) for name in KNOWN}
        if row is not None and {name: row[name] for name in KNOWN} == values:
            return
        if row is None:
            self._work.insert("notification_setting", {"id": self._actor.user_id, **values, "version": 1})
        else:
            self._work.change("notification_setting", row, values)
        changes = {name: (row and row[name], value) for name, value in values.items()}
        record(self._work, self._actor, "notifications_set", "user", self._actor.user_id, changes)

    async def page(self, *, is_unread: bool, page: int, limit: int) -> tuple[Sequence[Row], int, int]:
        """A page of what they were told in the app, the latest first; how many there are, and how many unread."""
        who = self._actor.user_id
        async with self._work.read() as reader:
            unread = await notices.count(reader, who, is_unread=True)
            total = unread if is_unread else await notices.count(reader, who, is_unread=False)
            offset = (page - 1) * limit
            if offset >= total:
                return [], total, unread
            rows = await notices.inbox(reader, who, is_unread=is_unread, offset=offset, limit=limit)
        return rows, total, unread

    async def read(self, ids: Collection[str]) -> int:
        """Marks these as read; gives how many were not read before. Refuses `notification_not_found`."""
        async with self._work.read() as reader:
            rows = await notices.some(reader, self._actor.user_id, ids)
        known = {row["id"] for row in rows}
        for asked in ids:
            if asked not in known:
                raise Refused("notification_not_found", f"Notification {asked} not found")
        return len(self._mark([row for row in rows if row["read_at"] is None]))

    async def read_next(self, after: str) -> Sequence[str]:
        """Marks the eldest 500 unread ones of ids beyond `after` as read; gives their ids in order."""
        async with self._work.read() as reader:
            return self._mark(await notices.unread(reader, self._actor.user_id, after, _PAGE))

    def _mark(self, rows: Sequence[Row]) -> list[str]:
        return [self._work.change("notification", row, {"read_at": self._work.now})["id"] for row in rows]

    async def _row(self) -> Row | None:
        async with self._work.read() as reader:
            return (await notices.settings(reader, [self._actor.user_id])).get(self._actor.user_id)


@dataclass(slots=True)
class _Telling:
    """Whom one event is told."""

    happened: Happened
    kind: str
    roles: dict[str, set[str]] = field(default_factory=dict)  # of each user, as whom they are told


class Notifying:
    """Follower: tells users of what happens to tasks."""

    def __init__(self, database: Database, *, has_mail: bool) -> None:
        """Without `has_mail` nobody is told by e-mail: it would wait for ever."""
        self._database, self._has_mail = database, has_mail

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Adds the notifications, and the mails that bring them."""
        told = [
            _Telling(happened, kind)
            for happened in page
            if happened.task is not None
            for kind in happened.kinds
            if kind in TOLD
        ]
        if not told:
            return
        async with self._database.read() as reader:
            await self._find_recipients(reader, told)
            everybody = {user_id for telling in told for user_id in telling.roles}
            users = await notices.users(reader, everybody)
            settings = await notices.settings(reader, everybody)
        for telling in told:
            row = telling.happened.row
            for user_id, roles in telling.roles.items():
                user, setting = users.get(user_id), Setting.of(settings.get(user_id))
                if user is None or user["organisation_id"] != row["organisation_id"] or user_id == row["actor"]:
                    continue
                is_wanted = TOLD[telling.kind] in setting.events and not roles.isdisjoint(setting.recipients)
                channels = setting.channels if is_wanted else ()
                if "mentioned" in roles:  # whoever is called by name is told in any case
                    channels = tuple(dict.fromkeys((*setting.channels, "in_app")))
                self.tell(row, telling.kind, user, channels, writes, now)

    async def tell_outright(self, row: Row, user_id: str, text: str, writes: WriteSet, now: datetime, key: str) -> None:
        """Tells a user something on the channels that they use, whatever else they want to be told; `key` stands for
        the kind, so that each teller tells of an event once."""
        async with self._database.read() as reader:
            user = (await notices.users(reader, [user_id])).get(user_id)
            setting = Setting.of((await notices.settings(reader, [user_id])).get(user_id))
        if user is not None and user["organisation_id"] == row["organisation_id"]:
            channels = tuple(dict.fromkeys((*setting.channels, "in_app")))
            self.tell(row, key, user, channels, writes, now, text)

    def tell(
        self,
        row: Row,
        kind: str,
        user: Row,
        channels: Collection[str],
        writes: WriteSet,
        now: datetime,
        text: str | None = None,
    ) -> None:
        """Adds a notification of an event for each channel."""
        task_id = row["subject_id"] if row["subject"] == "task" else None
        for channel in channels:
            if channel == "email" and not (self._has_mail and user["email"]):
                continue
            notification_id = new_id("ntf", now)
            notification: dict[str, Any] = {
                "id": notification_id,
                "organisation_id": row["organisation_id"],
                "recipient": user["id"],
                "channel": channel,
                "kind": kind,
                "event_id": row["id"],
                "task_id": task_id,
                "text": text,
                "created_at": now,
                "read_at": None,
                "version": 1,
            }
            writes.insert("notification", notification)
            if channel == "email":
                line = f"mail:{user['id']}"
                leave(writes, row, now, parcel_id=notification_id, kind="email", line=line, target=notification_id)

    async def _find_recipients(self, reader: Reader, told: Sequence[_Telling]) -> None:
        tasks = {telling.happened.row["subject_id"] for telling in told}
        watching = await watchers.of_tasks(reader, tasks)
        known: dict[tuple[str, str], str | None] = {}
        for telling in told:
            row, task = telling.happened.row, telling.happened.task
            is_new = telling.kind == "task_assigned"
            assignee = telling.happened.after("assignee") if is_new else task and task["assignee"]
            names = [(assignee, "assignee")] if assignee else []
            if telling.kind == "comment_added":
                names += [(name, "mentioned") for name in telling.happened.after("mentions") or ()]
            for name, role in names:
                key = (row["organisation_id"], name)
                if key not in known:
                    user = await accounts.user_named(reader, *key)
                    known[key] = user["id"] if user else None
                if user_id := known[key]:
                    telling.roles.setdefault(user_id, set()).add(role)
            if not is_new:
                for user_id in watching.get(row["subject_id"], ()):
                    telling.roles.setdefault(user_id, set()).add("watchers")
