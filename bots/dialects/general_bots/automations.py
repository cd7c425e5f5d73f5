"""Rules that act by themselves: made, listed, ended."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import (
    TEXT,
    TIME,
    YES_OR_NO,
    Schema,
    answer,
    id_of,
    items,
    number,
    one_of,
    or_null,
    sent,
    whole,
)
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.general_bots.words import PRIORITY, actor_of
from tasktalk.runtime.tasks.automations import ACTIONS, NEEDED, TRIGGERS, Automations
from tasktalk.runtime.tasks.changes import MOST_TAGS
from tasktalk.runtime.tasks.events import TASK_EVENTS
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.writes import Row

_FIELDS = ("name", "trigger", "action")
_VALUES: Mapping[str, Schema] = {"task_event": one_of(TASK_EVENTS)}
"""What triggers wait for, where that is not any text."""

_OF_ACTIONS: Mapping[str, Schema] = {
    "priority": one_of(PRIORITY.readable),
    "auto_assign": YES_OR_NO,
    "tags": items(TEXT, MOST_TAGS),
    "due_in_hours": number(0),
}
"""What the fields of actions are, where that is not a text."""


def _titled(kind: str, part: str) -> str:
    return f"{kind}_{part}".title().replace("_", "")


def _trigger(kind: str) -> Schema:
    fields = {"type": one_of([kind]), "value": _VALUES.get(kind, TEXT), "timezone": or_null(TEXT)}
    return sent(_titled(kind, "trigger"), {name: fields[name] for name in TRIGGERS[kind]}, ["type", "value"])


def _action(kind: str) -> Schema:
    fields = {name: _OF_ACTIONS.get(name, TEXT) for name in ACTIONS[kind]}
    taken = {name: schema if name in NEEDED[kind] else or_null(schema) for name, schema in fields.items()}
    return sent(_titled(kind, "action"), {"type": one_of([kind]), **taken}, ["type", *NEEDED[kind]])


_SENT: Mapping[str, Schema] = {
    "name": TEXT,
    "trigger": {"anyOf": [_trigger(kind) for kind in TRIGGERS]},
    "action": {"anyOf": [_action(kind) for kind in ACTIONS]},
}
_NAMED: Mapping[str, Schema] = {"automation_id": id_of("aut_")}
_SHOWN = {**_NAMED, **_SENT, "next_run_at": or_null(TIME), "created_by": TEXT, "created_at": TIME}
_AUTOMATION = answer("Automation", _SHOWN, ["next_run_at"])

_CREATE: Final = Operation(
    "Make a rule that acts by itself",
    {201: _AUTOMATION},
    body=sent("NewAutomation", _SENT, _FIELDS),
    errors=(
        *("invalid_name", "invalid_trigger", "invalid_tag", "invalid_action", "bot_not_found", "webhook_not_found"),
        *("missing_title", "invalid_title", "invalid_description", "invalid_priority", "invalid_assignee"),
        *("invalid_tags", "invalid_script", "unknown_field"),
    ),
    description="Whenever the trigger happens, the action is done; the same tag of a conversation triggers once, and so"
    " does each time of a schedule, which is in the organisation's time zone unless it names another.",
)
_LIST: Final = Operation(
    "List automations",
    {200: answer("AutomationList", {"automations": items(_AUTOMATION), "total": whole(0)})},
)
_GET: Final = Operation("Get an automation", {200: _AUTOMATION}, errors=("automation_not_found",))
_DELETE: Final = Operation(
    "End an automation",
    {200: answer("DeletedAutomation", {"deleted": YES_OR_NO, **_NAMED})},
    errors=("automation_not_found", "conflict"),
    description="What it has done stays.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of automations."""
    automations = _Endpoints(services)
    return [
        Endpoint("/automations", {"GET": automations.all, "POST": automations.create}, {"GET": _LIST, "POST": _CREATE}),
        Endpoint(
            "/automations/{automation_id}",
            {"GET": automations.get, "DELETE": automations.delete},
            {"GET": _GET, "DELETE": _DELETE},
        ),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, _FIELDS)
        match sent.get("action"):
            case {"priority": str(word)}:
                PRIORITY.read(word)

        async def action(tasks: Tasks) -> Row:
            rules = Automations(tasks)
            return await rules.create(sent.get("name"), sent.get("trigger"), sent.get("action"))

        return web.json_response(_shown(await units.changing(self._services, actor, action)), status=201)

    async def all(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        rows = await Automations(units.reading(self._services, actor)).all()
        return web.json_response({"automations": [_shown(row) for row in rows], "total": len(rows)})

    async def get(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        rules = Automations(units.reading(self._services, actor))
        return web.json_response(_shown(await rules.get(request.match_info["automation_id"])))

    async def delete(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        automation_id = request.match_info["automation_id"]

        async def action(tasks: Tasks) -> None:
            await Automations(tasks).delete(automation_id)

        await units.changing(self._services, actor, action)
        return web.json_response({"deleted": True, "automation_id": automation_id})


def _shown(row: Row) -> dict[str, object]:
    is_timed = row["timezone"] is not None
    trigger = {"type": row["trigger_type"], "value": row["trigger_value"]}
    return {
        "automation_id": row["id"],
        "name": row["name"],
        "trigger": {**trigger, "timezone": row["timezone"]} if is_timed else trigger,
        "action": row["action"],
        **({"next_run_at": time(row["next_run_at"])} if is_timed else {}),
        "created_by": row["created_by"],
        "created_at": time(row["created_at"]),
    }
