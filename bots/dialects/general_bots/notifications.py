"""What a user is told, and how they want to be told."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation, Parameter
from tasktalk.bots.api.schemas import TEXT, TIME, YES_OR_NO, Schema, answer, id_of, items, one_of, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.general_bots.listing import PAGING_ERRORS, Query, paging
from tasktalk.bots.dialects.general_bots.pages import COUNTS, Page
from tasktalk.bots.dialects.general_bots.words import TASK_ID, actor_of
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.staffing import WAITS
from tasktalk.runtime.tasks.letters import comment, sentence
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.notifications import KNOWN, TOLD, Notifications, Setting
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.writes import Row

MOST_IDS = 500

_SETTING: Mapping[str, Schema] = {name: items(one_of(words)) for name, words in KNOWN.items()}
_NOTIFICATION: Mapping[str, Schema] = {
    "notification_id": id_of("ntf_"),
    "event": one_of((*TOLD, "automation", WAITS)),
    "task_id": or_null(TASK_ID),
    "title": or_null(TEXT),
    "message": TEXT,
    "comment": or_null(TEXT),
    "actor": or_null(TEXT),
    "created_at": TIME,
    "read": YES_OR_NO,
    "read_at": or_null(TIME),
}
_SOME = sent("SomeNotifications", {"ids": {**items(TEXT, MOST_IDS), "minItems": 1}}, ["ids"])
_ALL = sent("AllNotifications", {"all": {"const": True}, "ids": {"type": "null"}}, ["all"])

_GET: Final = Operation("See how you are told", {200: answer("NotificationSetting", _SETTING)})
_SET: Final = Operation(
    "Say how you want to be told",
    {200: answer("NotificationSetting", _SETTING)},
    body=sent("NewNotificationSetting", _SETTING, KNOWN),
    errors=("conflict", "invalid_events", "invalid_channels", "invalid_recipients", "unknown_field"),
    description="Each user has their own. Whoever is mentioned in a comment is told in the app in any case.",
)
_INBOX: Final = Operation(
    "List what you were told in the app",
    {
        200: answer(
            "Inbox", {"notifications": items(answer("Notification", _NOTIFICATION)), "unread": whole(0), **COUNTS}
        )
    },
    parameters=(Parameter("unread", YES_OR_NO, "true lists what you have not read"), *paging()),
    errors=("invalid_unread", *PAGING_ERRORS),
    description="The latest comes first.",
)
_READ: Final = Operation(
    "Mark notifications as read",
    {200: answer("ReadNotifications", {"read": whole(0)})},
    body={"anyOf": [_SOME, _ALL]},
    errors=("conflict", "invalid_ids", "notification_not_found", "unknown_field"),
    description="Those of `ids`, or with `all` every one; `read` counts those that were not read before.",
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of notifications."""
    notifications = _Endpoints(services)
    return [
        Endpoint(
            "/tasks/notifications", {"GET": notifications.setting, "PUT": notifications.set}, {"GET": _GET, "PUT": _SET}
        ),
        Endpoint("/tasks/notifications/inbox", {"GET": notifications.inbox}, {"GET": _INBOX}),
        Endpoint("/tasks/notifications/read", {"POST": notifications.read}, {"POST": _READ}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def setting(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        tasks = units.reading(self._services, actor)
        return web.json_response(_shown(await Notifications(tasks.work, actor).setting()))

    async def set(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, KNOWN)
        setting = Setting.checked(sent)

        async def action(tasks: Tasks) -> None:
            await Notifications(tasks.work, actor).set(setting)

        await units.changing(self._services, actor, action)
        return web.json_response(_shown(setting))

    async def inbox(self, request: web.Request) -> web.Response:
        """A page of what the user was told in the app; with `unread=true` of what they have not read."""
        actor = await actor_of(request, self._services)
        query = Query(request)
        page = Page.asked(query)
        is_unread = query.choice("unread", {"true": True, "false": False}, "false")
        found = Notifications(units.reading(self._services, actor).work, actor)
        rows, total, unread = await found.page(is_unread=is_unread, page=page.number, limit=page.limit)
        actors = {row["actor"] for row in rows if row["actor"]}
        names = await self._services.accounts.names_of(actors, actor.organisation_id)
        shown = [_row(row, names.get(row["actor"])) for row in rows]
        return page.answer("notifications", shown, total, unread=unread)

    async def read(self, request: web.Request) -> web.Response:
        """Marks notifications as read: those of `ids`, or with `all` every one."""
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("ids", "all"))
        ids, count, after = _ids(sent), 0, ""

        async def some(tasks: Tasks) -> int:
            return await Notifications(tasks.work, actor).read(ids or ())

        async def more(tasks: Tasks) -> Sequence[str]:
            return await Notifications(tasks.work, actor).read_next(after)

        if ids is not None:
            return web.json_response({"read": await units.changing(self._services, actor, some)})
        # What one request changes may be committed only at its end: the next ones are those beyond, not those unread.
        while done := await units.changing(self._services, actor, more):
            count, after = count + len(done), done[-1]
        return web.json_response({"read": count})


def _ids(sent: dict[str, Any]) -> list[str] | None:
    ids = sent.get("ids")
    if sent.get("all") is True and ids is None:
        return None
    is_list = isinstance(ids, list) and 0 < len(ids) <= MOST_IDS and all(isinstance(each, str) for each in ids)
    if "all" in sent or not isinstance(ids, list) or not is_list:
        raise Refused("invalid_ids", f'Expected {{"ids": […]}} with 1 to {MOST_IDS} ids, or {{"all": true}}')
    return list(dict.fromkeys(ids))


def _shown(setting: Setting) -> dict[str, object]:
    return {name: list(getattr(setting, name)) for name in KNOWN}


def _row(row: Row, actor: str | None) -> dict[str, object]:
    return {
        "notification_id": row["id"],
        "event": row["kind"].partition(":")[0],
        "task_id": row["task_id"] and spelled(row["task_id"]),
        "title": row["title"],
        "message": sentence(row, actor),
        "comment": comment(row),
        "actor": row["actor"],
        "created_at": time(row["created_at"]),
        "read": row["read_at"] is not None,
        "read_at": time(row["read_at"]),
    }
