"""What has a number of its own, steps and workflows alike: how it is made, listed, read, changed and deleted."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from aiohttp import web

from tasktalk.bots.api import preconditions, units
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.fields import refuse_unknown
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import YES_OR_NO, answer
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.copilotz.listing import Page
from tasktalk.bots.dialects.copilotz.words import ID, actor_of, number_in
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.pipelines import Pipelines
from tasktalk.runtime.tasks.service import Tasks

REMOVED: Final = answer("Deleted", {"_id": ID, "deleted": YES_OR_NO})
_READ_ONLY: Final = ("_id", "id", "createdAt", "updatedAt")


class HasVersion(Protocol):
    """A thing as it stands."""

    @property
    def version(self) -> int:
        """Grows with every change."""
        ...


T = TypeVar("T", bound=HasVersion)


class Numbered(ABC, Generic[T]):
    """One kind of things."""

    kind: ClassVar[str]
    """What one is called, as it stands in its path and in the code for one that is not there."""
    names: ClassVar[Mapping[str, str]]
    """The fields, by their names inside."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @abstractmethod
    async def make(self, pipelines: Pipelines, asked: Mapping[str, object]) -> T:
        """Makes one."""

    @abstractmethod
    async def page(self, pipelines: Pipelines, page: Page) -> tuple[Sequence[T], int]:
        """Those of a page, and how many there are."""

    @abstractmethod
    async def find(self, pipelines: Pipelines, number: int) -> T:
        """The one with a number. Refuses what is not there."""

    @abstractmethod
    async def change(self, pipelines: Pipelines, number: int, asked: Mapping[str, object]) -> T:
        """Changes the one with a number."""

    @abstractmethod
    async def remove(self, pipelines: Pipelines, number: int) -> None:
        """Deletes the one with a number."""

    @abstractmethod
    async def show(self, found: Sequence[T], tasks: Tasks) -> Sequence[Mapping[str, Any]]:
        """They as this interface shows them."""

    def endpoints(self, of_all: Mapping[str, Operation], of_one: Mapping[str, Operation]) -> Sequence[Endpoint]:
        """What is served of them; the operations tell of it at the path of all and at that of one."""
        path = f"/{self.kind}s"
        return [
            Endpoint(path, {"GET": self._page, "POST": self._create}, of_all),
            Endpoint(
                f"{path}/{{{self.kind}Id}}",
                {"GET": self._get, "PUT": self._update, "DELETE": self._delete},
                of_one,
            ),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        asked = self._asked(await json_object(request))

        async def action(tasks: Tasks) -> tuple[T, Mapping[str, Any]]:
            return await self._shown(await self.make(Pipelines(tasks), asked), tasks)

        made, body = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(body, status=201), made.version)

    async def _page(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        page = Page.asked(request)
        found, total = await self.page(Pipelines(tasks), page)
        return page.answer(await self.show(found, tasks), total)

    async def _get(self, request: web.Request) -> web.Response:
        tasks = units.reading(self._services, await actor_of(request, self._services))
        found, body = await self._shown(await self.find(Pipelines(tasks), self._number(request)), tasks)
        return preconditions.shown(request, web.json_response(body), found.version)

    async def _update(self, request: web.Request) -> web.Response:
        actor = await actor_of(request, self._services)
        asked, number = self._asked(await json_object(request)), self._number(request)

        async def action(tasks: Tasks) -> tuple[T, Mapping[str, Any]]:
            pipelines = Pipelines(tasks)
            preconditions.demand(request, (await self.find(pipelines, number)).version)
            return await self._shown(await self.change(pipelines, number, asked), tasks)

        after, body = await units.changing(self._services, actor, action)
        return preconditions.changed(web.json_response(body), after.version)

    async def _delete(self, request: web.Request) -> web.Response:
        actor, number = await actor_of(request, self._services), self._number(request)

        async def action(tasks: Tasks) -> None:
            pipelines = Pipelines(tasks)
            preconditions.demand(request, (await self.find(pipelines, number)).version)
            await self.remove(pipelines, number)

        await units.changing(self._services, actor, action)
        return web.json_response({"_id": number, "deleted": True})

    async def _shown(self, one: T, tasks: Tasks) -> tuple[T, Mapping[str, Any]]:
        return one, (await self.show([one], tasks))[0]

    def _asked(self, sent: Mapping[str, Any]) -> dict[str, object]:
        refuse_unknown(sent, self.names, passed_over=_READ_ONLY)
        return {inner: sent[outer] for outer, inner in self.names.items() if outer in sent}

    def _number(self, request: web.Request) -> int:
        text = request.match_info[f"{self.kind}Id"]
        return number_in(text, Refused(f"{self.kind}_not_found", f"{self.kind.capitalize()} {text[:100]} not found"))
