"""Subscriptions to signed calls: the same in every interface but for the words of its answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from aiohttp import web

from tasktalk.bots.api import units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.services import Services
from tasktalk.runtime.tasks.hook_forms import PLAIN, Form
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.webhooks import Webhooks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Row

ActorOf: TypeAlias = Callable[[web.Request, Services], Awaitable[Actor]]

FIELDS: Final = ("url", "events")
"""What is said of a new one."""


class Subscriptions:
    """Those of one interface, which `actor_of` asks who sends a request, and which are told in its form.

    Each verb raises Problem as `actor_of` does, and Refused as that of `Webhooks` does.
    """

    def __init__(self, services: Services, actor_of: ActorOf, form: Form = PLAIN) -> None:
        self._services, self._actor_of, self._form = services, actor_of, form

    async def create(self, request: web.Request) -> Row:
        """A new one of what the body says, with its secret."""
        actor, body = await self._actor_of(request, self._services), await json_object(request)
        refuse_unknown(body, FIELDS)

        async def action(work: UnitOfWork) -> Row:
            return await self._of(work, actor).create(body.get("url"), body.get("events"))

        return await units.working(self._services, action)

    async def all(self, request: web.Request) -> Sequence[Row]:
        """All of them."""
        actor = await self._actor_of(request, self._services)
        return await self._of(units.reading(self._services, actor).work, actor).all()

    async def delete(self, request: web.Request, webhook_id: str) -> None:
        """Ends one."""
        actor = await self._actor_of(request, self._services)
        await units.working(self._services, lambda work: self._of(work, actor).delete(webhook_id))

    async def dead(self, request: web.Request, webhook_id: str) -> Sequence[Row]:
        """The first calls that were given up."""
        actor = await self._actor_of(request, self._services)
        return await self._of(units.reading(self._services, actor).work, actor).dead(webhook_id)

    async def retry(self, request: web.Request, webhook_id: str) -> int:
        """Puts those back in line; how many they are."""
        actor = await self._actor_of(request, self._services)
        return len(await units.working(self._services, lambda work: self._of(work, actor).retry(webhook_id)))

    def _of(self, work: UnitOfWork, actor: Actor) -> Webhooks:
        return Webhooks(work, actor, self._services.hooks, self._form)
