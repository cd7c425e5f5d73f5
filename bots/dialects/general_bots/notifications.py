"""What a user is told, and how they want to be told."""

from typing import Any

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.routing import Endpoint
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.general_bots.listing import DEFAULT_LIMIT, LARGEST_LIMIT, Query
from tasktalk.bots.dialects.general_bots.words import actor_of, refuse_unknown, time
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.letters import comment, sentence
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.notifications import KNOWN, Notifications, Setting
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage.writes import Row

MOST_IDS = 500


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of notifications."""
    notifications = _Endpoints(services)
    return [
        Endpoint("/tasks/notifications", {"GET": notifications.setting, "PUT": notifications.set}),
        Endpoint("/tasks/notifications/inbox", {"GET": notifications.inbox}),
        Endpoint("/tasks/notifications/read", {"POST": notifications.read}),
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
        page, limit = query.number("page", 1), min(query.number("limit", DEFAULT_LIMIT), LARGEST_LIMIT)
        is_unread = query.choice("unread", {"true": True, "false": False}, "false")
        found = Notifications(units.reading(self._services, actor).work, actor)
        rows, total, unread = await found.page(is_unread=is_unread, page=page, limit=limit)
        shown = [_row(row) for row in rows]
        return web.json_response(
            {"notifications": shown, "unread": unread, "total": total, "page": page, "limit": limit}
        )

    async def read(self, request: web.Request) -> web.Response:
        """Marks notifications as read: those of `ids`, or with `all` every one."""
        actor = await actor_of(request, self._services)
        sent = await json_object(request)
        refuse_unknown(sent, ("ids", "all"))
        ids = _ids(sent)

        async def action(tasks: Tasks) -> int:
            return await Notifications(tasks.work, actor).read(ids)

        read = done = await units.changing(self._services, actor, action)
        while ids is None and done:
            done = await units.changing(self._services, actor, action)
            read += done
        return web.json_response({"read": read})


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


def _row(row: Row) -> dict[str, object]:
    return {
        "notification_id": row["id"],
        "event": row["kind"].partition(":")[0],
        "task_id": row["task_id"] and spelled(row["task_id"]),
        "title": row["title"],
        "message": sentence(row),
        "comment": comment(row),
        "actor": row["actor"],
        "created_at": time(row["created_at"]),
        "read": row["read_at"] is not None,
        "read_at": time(row["read_at"]),
    }
