"""Rules that somebody makes: when something happens, something is done."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks import changes as fields
from tasktalk.runtime.tasks import timed_rules
from tasktalk.runtime.tasks.events import TASK_EVENTS
from tasktalk.runtime.tasks.permissions import demand_all
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import priority_of
from tasktalk.runtime.tasks.tagging import tag_of
from tasktalk.storage import accounts, automations, webhooks
from tasktalk.storage.writes import Row

MOST_RULES = 200
_MOST_CHARACTERS, _MOST_OF_AN_ACTION = 200, 2000


def _tag(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("invalid_trigger", "Trigger value must be the tag that a conversation is given")
    return tag_of(value)


def _task_event(value: object) -> str:
    if not isinstance(value, str) or value not in TASK_EVENTS:
        raise Refused("invalid_trigger", f"Trigger value must be one of: {', '.join(TASK_EVENTS)}")
    return value


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _MOST_CHARACTERS:
        raise Refused("invalid_trigger", f"Trigger value must be a text of 1 to {_MOST_CHARACTERS} characters")
    return " ".join(fields.plain_text(value, "invalid_trigger", "Trigger value").casefold().split())


_VALUES: Mapping[str, Callable[[object], str]] = {
    "conversation_tag": _tag,
    "task_event": _task_event,
    "message_text": _words,
}
TRIGGERS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(_VALUES, ("type", "value")),
    timed_rules.TRIGGER: ("type", "value", "timezone"),
}
"""What rules can wait for, each with the fields that say it."""

ACTIONS: Mapping[str, Sequence[str]] = {
    "create_task": (
        *("template", "title", "description", "priority", "assignee", "auto_assign", "tags", "due_in_hours"),
    ),
    "notify": ("user", "text"),
    "run_script": ("bot", "script"),
    "call_webhook": ("webhook",),
}
"""What rules can do, each with the fields that say how."""

NEEDED: Mapping[str, Sequence[str]] = {
    "create_task": (),
    "notify": ("user", "text"),
    "run_script": ("bot", "script"),
    "call_webhook": ("webhook",),
}
"""Those of the fields without which an action cannot be done."""


class Automations:
    """The rules of the actor's organisation, within the unit of work of `tasks`."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks, self._work, self._actor = tasks, tasks.work, tasks.actor

    async def create(self, name: object, trigger: object, action: object) -> Row:
        """A new rule. Refuses `invalid_name`, `invalid_trigger`, `invalid_action`, `bot_not_found`,
        `invalid_script`, `webhook_not_found` and the code of a wrong value."""
        demand_all(self._actor, "automations")
        return await self._insert(new_id("aut", self._work.now), await self._checked(name, trigger, action))

    async def ensure(self, name: object, trigger: object, action: object) -> Row:
        """The rule of this name, made or changed to be like this where it is not. Refuses as `create` does."""
        demand_all(self._actor, "automations")
        wanted = await self._checked(name, trigger, action)
        found = next((row for row in await self._own() if row["name"] == wanted["name"]), None)
        if found is None:
            # Two scripts that make it at once make one: the second one meets a row with this id, and looks again.
            named = f"{self._actor.organisation_id} {wanted['name']}"
            return await self._insert(f"aut_{hashlib.sha256(named.encode()).hexdigest()[:26]}", wanted)
        if all(found.get(field) == value for field, value in wanted.items()):
            return found
        row = self._work.change("automation", found, {f: v for f, v in wanted.items() if f != "timezone"})
        self._work.writes.delete("schedule", {"automation_id": row["id"]})
        self._record("automation_changed", row, (row["name"], row["name"]))
        return self._scheduled(row, wanted["timezone"])

    async def _checked(self, name: object, trigger: object, action: object) -> dict[str, Any]:
        """What a rule is made of, with the time zone of one that acts at times."""
        if not isinstance(name, str) or not name.strip() or len(name) > _MOST_CHARACTERS or not name.isprintable():
            raise Refused("invalid_name", f"Name must be a text of 1 to {_MOST_CHARACTERS} characters, on one line")
        kind, value, timezone = await self._trigger(trigger)
        given = await self._action(action)
        return {
            "name": name.strip(),
            "trigger_type": kind,
            "trigger_value": value,
            "timezone": timezone,
            "action": given,
        }

    async def _insert(self, automation_id: str, values: Mapping[str, Any]) -> Row:
        row: dict[str, Any] = {
            "id": automation_id,
            "organisation_id": self._actor.organisation_id,
            **{field: value for field, value in values.items() if field != "timezone"},
            "created_by": self._actor.user_id,
            "created_at": self._work.now,
            "version": 1,
        }
        if len(await self._own()) >= MOST_RULES:
            raise Refused("invalid_name", f"An organisation can have {MOST_RULES} automations")
        self._work.insert("automation", row)
        self._record("automation_created", row, (None, row["name"]))
        return self._scheduled(row, values["timezone"])

    def _scheduled(self, row: Row, timezone: str | None) -> Row:
        """The rule as it is read, once it has the schedule that it needs."""
        upcoming = None
        if timezone is not None:
            schedule = timed_rules.schedule_of(row, timezone, self._work.now)
            self._work.writes.insert("schedule", schedule)
            upcoming = schedule["next_run_at"]
        return {**row, "timezone": timezone, "next_run_at": upcoming}

    async def _own(self) -> list[Row]:
        """The rules as this unit of work sees them."""
        kept = [row for row in await self.all() if self._work.is_untouched("automation", row["id"])]
        return [*kept, *self._work.changed("automation")]

    async def all(self) -> Sequence[Row]:
        """The organisation's rules, the eldest first; those that act at times have a `timezone` and `next_run_at`."""
        async with self._work.read() as reader:
            return await automations.of_organisation(reader, self._actor.organisation_id)

    async def get(self, automation_id: str) -> Row:
        """One rule. Refuses `automation_not_found`."""
        async with self._work.read() as reader:
            row = await automations.by_id(reader, automation_id)
        if row is None or row["organisation_id"] != self._actor.organisation_id:
            raise Refused("automation_not_found", f"Automation {automation_id} not found")
        return row

    async def delete(self, automation_id: str) -> None:
        """Ends a rule; what it has done stays. Refuses `automation_not_found`."""
        demand_all(self._actor, "automations")
        row = await self.get(automation_id)
        for table in ("automation_done", "schedule"):
            self._work.writes.delete(table, {"automation_id": row["id"]})
        self._work.delete("automation", row)
        self._record("automation_deleted", row, (row["name"], None))

    async def _trigger(self, asked: object) -> tuple[str, str, str | None]:
        kind = asked.get("type") if isinstance(asked, dict) else None
        if not isinstance(asked, dict) or not isinstance(kind, str) or kind not in TRIGGERS:
            raise Refused("invalid_trigger", f"Trigger type must be one of: {', '.join(TRIGGERS)}")
        if unknown := sorted(set(asked) - set(TRIGGERS[kind])):
            raise Refused("invalid_trigger", f"A trigger has {_listed(TRIGGERS[kind])}; got {unknown[0][:40]}")
        if kind != timed_rules.TRIGGER:
            return kind, _VALUES[kind](asked.get("value")), None
        zone = asked.get("timezone")
        if zone is None:
            async with self._work.read() as reader:
                zone = await accounts.timezone(reader, self._actor.organisation_id)
        return kind, *timed_rules.times(asked.get("value"), zone, self._work.now)

    async def _action(self, asked: object) -> dict[str, Any]:
        """An action as it was written, once it is known to be one that can be done."""
        kind = asked.get("type") if isinstance(asked, dict) else None
        if not isinstance(asked, dict) or not isinstance(kind, str) or kind not in ACTIONS:
            raise Refused("invalid_action", f"Action type must be one of: {', '.join(ACTIONS)}")
        for field in asked:
            if field not in ("type", *ACTIONS[kind]):
                raise Refused("invalid_action", f"{kind} takes: {', '.join(ACTIONS[kind])}; got {field[:40]}")
        given = {field: value for field, value in asked.items() if value is not None}
        for field in NEEDED[kind]:
            value = given.get(field)
            if not isinstance(value, str) or not value.strip() or len(value) > _MOST_OF_AN_ACTION:
                most = f"a text of 1 to {_MOST_OF_AN_ACTION:,} characters"
                raise Refused("invalid_action", f"{kind} needs {field}, {most}")
            fields.plain_text(value, "invalid_action", field.capitalize())
        match kind:
            case "create_task":
                _check_task(given)
            case "notify":
                given["user"] = await self._user(given["user"])
            case "run_script":
                self._tasks.demand_script(given["bot"], given["script"])
            case "call_webhook":
                await self._check_webhook(given["webhook"])
        return given

    async def _user(self, name: str) -> str:
        """The id of the user who is meant. Where there are no users at all, as where scripts are tried, any will do."""
        organisation_id = self._actor.organisation_id
        async with self._work.read() as reader:
            row = await accounts.user_named(reader, organisation_id, name)
            if row is None and not await accounts.users(reader, organisation_id):
                return name
        if row is None or row["is_disabled"]:
            raise Refused("invalid_action", f"There is no user {name[:100]} to notify")
        user_id: str = row["id"]
        return user_id

    async def _check_webhook(self, webhook_id: str) -> None:
        async with self._work.read() as reader:
            row = await webhooks.by_id(reader, webhook_id)
        if row is None or row["organisation_id"] != self._actor.organisation_id:
            raise Refused("webhook_not_found", f"Webhook {webhook_id} not found")

    def _record(self, kind: str, row: Row, change: tuple[str | None, str | None]) -> None:
        self._work.record(
            kind,
            "automation",
            row["id"],
            organisation_id=self._actor.organisation_id,
            actor=self._actor.user_id,
            source=self._actor.source,
            changes={"name": change},
        )


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _check_task(given: Mapping[str, Any]) -> None:
    """What a rule's task is to be like is checked when the rule is made: later nobody is there to be told."""
    template, hours = given.get("template"), given.get("due_in_hours")
    if template is not None:
        if not isinstance(template, str) or not template.strip():
            raise Refused("invalid_action", "Template must be the id or the name of a template")
        fields.plain_text(template, "invalid_action", "Template")
    if not isinstance(given.get("auto_assign", False), bool):
        raise Refused("invalid_action", "Auto_assign must be true or false")
    is_number = isinstance(hours, int | float) and not isinstance(hours, bool)
    if hours is not None and not (is_number and 0 < hours <= 24 * 3650):
        raise Refused("invalid_action", "Due_in_hours must be a number of hours, more than 0")
    for field, check in _CHECKS.items():
        if field in given:
            check(given[field])
    if len(json.dumps(given)) > 100_000:
        raise Refused("invalid_action", "The action is too long")


_CHECKS: Mapping[str, Callable[[object], object]] = {
    "title": fields.title,
    "description": fields.description,
    "priority": priority_of,
    "assignee": fields.assignee,
    "tags": fields.tags,
}
