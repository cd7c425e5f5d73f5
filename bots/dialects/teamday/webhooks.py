"""Signed calls to other programs, in this interface's words: subscribed to, listed, ended, tried again."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, TIME, YES_OR_NO, Schema, answer, id_of, items, one_of, or_null, sent, whole
from tasktalk.bots.api.services import Services
from tasktalk.bots.api.subscriptions import FIELDS, Subscriptions
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects.teamday import calls
from tasktalk.bots.dialects.teamday.words import ID, actor_of, spelled
from tasktalk.storage.writes import Row

_NAMED: Mapping[str, Schema] = {"id": id_of("whk_")}
_EVENTS: Final = items(one_of(calls.EVENTS))
_WEBHOOK: Mapping[str, Schema] = {**_NAMED, "url": TEXT, "events": _EVENTS, "createdBy": TEXT, "createdAt": TIME}
_FAILED_CALL: Final = answer(
    "FailedCall",
    {"id": id_of("msg_"), "taskId": or_null(ID), "attempts": whole(1), "error": or_null(TEXT), "createdAt": TIME},
)

_CREATE: Final = Operation(
    "Subscribe to events",
    {201: answer("CreatedWebhook", {**_WEBHOOK, "secret": id_of("whsec_")})},
    body=sent("NewWebhook", {"url": TEXT, "events": {**_EVENTS, "minItems": 1}}, FIELDS),
    errors=("invalid_url", "forbidden_address", "invalid_events", "too_many_webhooks", "unknown_field"),
    description="The secret, by which the calls are signed as Standard Webhooks says, is in this answer alone.",
)
_LIST: Final = Operation("List webhooks", {200: items(answer("Webhook", _WEBHOOK))})
_DELETE: Final = Operation(
    "End a subscription",
    {200: answer("DeletedWebhook", {**_NAMED, "deleted": YES_OR_NO})},
    errors=("webhook_not_found", "conflict"),
    description="What it has not been told yet is dropped.",
)
_FAILED: Final = Operation("List calls that were given up", {200: items(_FAILED_CALL)}, errors=("webhook_not_found",))
_RETRY: Final = Operation(
    "Put calls that were given up back in line",
    {200: answer("RetriedCalls", {"retried": whole(0)})},
    errors=("webhook_not_found", "conflict"),
)


def endpoints(services: Services) -> list[Endpoint]:
    """What is served of webhooks."""
    webhooks = _Endpoints(services)
    one = "/webhooks/{webhookId}"
    return [
        Endpoint("/webhooks", {"GET": webhooks.all, "POST": webhooks.create}, {"GET": _LIST, "POST": _CREATE}),
        Endpoint(one, {"DELETE": webhooks.delete}, {"DELETE": _DELETE}),
        Endpoint(f"{one}/failed", {"GET": webhooks.failed}, {"GET": _FAILED}),
        Endpoint(f"{one}/retry", {"POST": webhooks.retry}, {"POST": _RETRY}),
    ]


class _Endpoints:
    def __init__(self, services: Services) -> None:
        self._hooks = Subscriptions(services, actor_of, calls.hook_form(services.bots.is_bot))

    async def create(self, request: web.Request) -> web.Response:
        """The only answer that has the secret."""
        row = await self._hooks.create(request)
        return web.json_response({**_shown(row), "secret": row["secret"]}, status=201)

    async def all(self, request: web.Request) -> web.Response:
        return web.json_response([_shown(row) for row in await self._hooks.all(request)])

    async def delete(self, request: web.Request) -> web.Response:
        webhook_id = request.match_info["webhookId"]
        await self._hooks.delete(request, webhook_id)
        return web.json_response({"id": webhook_id, "deleted": True})

    async def failed(self, request: web.Request) -> web.Response:
        rows = await self._hooks.dead(request, request.match_info["webhookId"])
        return web.json_response([_failed(row) for row in rows])

    async def retry(self, request: web.Request) -> web.Response:
        return web.json_response({"retried": await self._hooks.retry(request, request.match_info["webhookId"])})


def _failed(row: Row) -> dict[str, object]:
    return {
        "id": row["id"],
        "taskId": spelled(row["subject_id"]) if row["subject"] == "task" else None,
        "attempts": row["attempts"],
        "error": row["error"],
        "createdAt": time(row["created_at"]),
    }


def _shown(row: Row) -> dict[str, object]:
    return {
        "id": row["id"],
        "url": row["url"],
        "events": row["events"],
        "createdBy": row["created_by"],
        "createdAt": time(row["created_at"]),
    }
