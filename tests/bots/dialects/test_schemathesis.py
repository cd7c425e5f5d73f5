"""The task interfaces under requests that are made of its document, right ones and wrong ones (X-19).

No answer is a 500, none is of a status, a type or a shape that the document does not have, what the document rules out
is refused, and no operation answers without a token.
"""

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import pytest
import requests
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, GenerationMode, checks
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import subscribing
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.bots.files.local import LocalFiles
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.budgets import UNLIMITED
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage.database import Database
from tests.bots.dialects.bytebot.conftest import NamedBots
from tests.bots.dialects.conftest import MOST_BYTES, NOW, Woken
from tests.databases import private_url
from tests.patience import PATIENCE

T = TypeVar("T")

EXAMPLES: Final = 30
"""Requests of each kind for each operation."""

RULE: Final = {
    "name": "Rule",
    "trigger": {"type": "conversation_tag", "value": "urgent"},
    "action": {"type": "create_task"},
}
GENERAL_BOTS: Final[dict[str, tuple[str, Any]]] = {
    "task_id": ("/tasks", {"json": {"title": "Call Ana"}}),
    "attachment_id": ("/tasks/{task_id}/attachments", {"files": {"file": b"data"}}),
    "template_id": ("/templates", {"json": {"name": "Complaint"}}),
    "workflow_id": ("/workflows", {"json": {"name": "Onboarding", "steps": [{"name": "Training"}]}}),
    "automation_id": ("/automations", {"json": RULE}),
    "webhook_id": ("/webhooks", {"json": {"url": "https://example.com", "events": ["task_created"]}}),
}
"""What has to be there for a parameter of a path: where it is made and of what; its id has the parameter's name."""
CHATBOTKIT: Final[dict[str, tuple[str, Any]]] = {"taskId": ("/task/create", {"json": {"name": "Report"}})}
BYTEBOT: Final[dict[str, tuple[str, Any]]] = {"id": ("/tasks", {"json": {"description": "Report"}})}
TEAMDAY: Final[dict[str, tuple[str, Any]]] = {
    "taskId": ("/tasks", {"json": {"title": "Call Ana"}}),
    "webhookId": ("/webhooks", {"json": {"url": "https://example.com", "events": ["task.created"]}}),
}
COPILOTZ: Final[dict[str, tuple[str, Any]]] = {
    "taskId": ("/tasks", {"json": {"name": "Report", "status": "pending"}}),
    "workflowId": ("/workflows", {"json": {"name": "Onboarding"}}),
    "stepId": ("/steps", {"json": {"name": "Training"}}),
}
MADE: Final = {
    "/gb": GENERAL_BOTS,
    "/chatbotkit": CHATBOTKIT,
    "/bytebot": BYTEBOT,
    "/bytebot-live": BYTEBOT,
    "/teamday": TEAMDAY,
    "/copilotz": COPILOTZ,
}
MOUNTS: Final = {
    "/gb": "/gb/api/v1",
    "/chatbotkit": "/chatbotkit/api/v1",
    "/bytebot": "/bytebot",
    "/bytebot-live": "/bytebot-live",
    "/teamday": "/teamday/api/v1",
    "/copilotz": "/copilotz/rest",
}
IDS: Final = {"/gb": None, "/copilotz": "_id"}
"""What an interface calls the id of what was made, if not `id`; None where it is called as the parameter is."""

CHECKS: Final = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]


class Loop:
    """An event loop in a thread of its own, for tests that are no coroutines."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass(frozen=True, slots=True)
class Served:
    """A server on loopback, and a token for it."""

    url: str
    headers: dict[str, str]
    prefix: str

    @property
    def parameters(self) -> dict[str, tuple[str, Any]]:
        return MADE[self.prefix]

    def made(self, parameter: str, others: dict[str, str]) -> str:
        """The id of a new thing that the parameter may name, together with the others."""
        path, content = self.parameters[parameter]
        url = f"{self.url}{MOUNTS[self.prefix]}{path.format_map(others)}"
        answer = requests.post(url, **content, headers=self.headers, timeout=PATIENCE)
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()[IDS.get(self.prefix, "id") or parameter])

    def end(self, parameter: str, named: dict[str, str]) -> None:
        """Deletes what was made, where that can be done: of some things there may be only so many."""
        path = self.parameters[parameter][0].format_map(named)
        requests.delete(
            f"{self.url}{MOUNTS[self.prefix]}{path}/{named[parameter]}", headers=self.headers, timeout=PATIENCE
        )


async def start(folder: Path, prefix: str) -> tuple[Served, Callable[[], Coroutine[Any, Any, None]]]:
    clock = VirtualClock(NOW)
    database = await Database.open(private_url())
    engine, bots, accounts = cast(Engine, Woken()), cast(Bots, NamedBots()), Accounts(database, clock)
    services = Services(database, clock, engine, bots, accounts, UNLIMITED, LocalFiles(folder, MOST_BYTES))
    app = web.Application()
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(services))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    secret, _ = await services.accounts.create_token(await services.accounts.create_user("Ana"), "t")

    async def stop() -> None:
        await runner.cleanup()
        await database.close()

    host, port = runner.addresses[0][:2]
    return Served(f"http://{host}:{port}", {"Authorization": f"Bearer {secret}"}, prefix), stop


@pytest.fixture(params=MADE)
def served(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(subscribing, "MOST_LOOKS", 0)  # a stream that goes on is no answer
    loop = Loop()
    found, stop = loop.run(start(tmp_path / "files", request.param))
    yield found
    loop.run(stop())
    loop.close()


def operations(served: Served) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Those of the document that is served."""
    schema = schemathesis.openapi.from_url(f"{served.url}{served.prefix}/openapi.json")
    # A parameter that nobody knows is left alone, and the token goes with every request.
    schema.config.generation.update(allow_extra_parameters=False, with_security_parameters=False)
    rejection = schema.config.checks.negative_data_rejection
    rejection.expected_statuses = [*rejection.expected_statuses, "412"]  # what is wrong may have an If-Match, too
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


FREE_TEXTS: Final = ("assignee", "tags")
"""The parameters of which one without a word in it is as good as not given."""


def is_given(name: str, value: object) -> bool:
    """Whether a parameter is in the query at all, with something that can be wrong."""
    words = value if isinstance(value, list) else [value]
    if value in ([], {}) or None in words:
        return False
    return name not in FREE_TEXTS or all(re.search(r"[^\s,]", str(each)) for each in words)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_x_19_requests_made_of_the_document(served: Served, mode: GenerationMode) -> None:
    tried = 0
    words = {word for operation in operations(served) for word in operation.path.split("/")}
    for operation in operations(served):
        if mode is GenerationMode.NEGATIVE and not list(operation.query) + list(operation.body):
            continue  # there is nothing that could be wrong

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), is_there=st.booleans())
        def ask(case: Any, is_there: bool) -> None:
            nonlocal tried
            named = case.path_parameters or {}
            assume(words.isdisjoint(named.values()))  # /tasks/webhooks/x is a doubled /webhooks/x
            assume(mode is GenerationMode.POSITIVE or all(starmap(is_given, (case.query or {}).items())))
            # In a form all is text, so that nothing in one can be of a wrong type.
            is_text = case.media_type == "multipart/form-data" and len(list(case.operation.body)) > 1
            assume(mode is GenerationMode.POSITIVE or not is_text)
            made = [parameter for parameter in served.parameters if is_there and parameter in named]
            for parameter in made:
                named[parameter] = served.made(parameter, named)
            case.call_and_validate(headers=served.headers, checks=CHECKS, timeout=PATIENCE)
            for parameter in made:
                served.end(parameter, named)
            tried += 1

        ask()
    assert tried > EXAMPLES


def test_x_19_no_operation_is_done_without_a_token(served: Served) -> None:
    for operation in operations(served):
        address = f"{served.url}{MOUNTS[served.prefix]}" + operation.path.replace("{", "").replace("}", "")
        answer = requests.request(operation.method, address, json={}, timeout=PATIENCE)
        told = answer.json()
        code = told.get("code") or told.get("statusMessage") or told["error"]
        code = code["code"] if isinstance(code, dict) else code
        assert answer.status_code == 401, operation.label
        assert code in {"unauthorized", "NOT_AUTHENTICATED", "Unauthorized"}
