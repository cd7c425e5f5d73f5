"""General Bots: whoever is not answered sends the same again, and nothing is done twice (X-17, X-21)."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import general_bots
from tasktalk.bots.files.local import LocalFiles
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.storage import events, requests
from tasktalk.storage.database import Database
from tasktalk.storage.tables import metadata
from tests.bots.dialects.conftest import NOW, Answer, Api, OneBot, Woken
from tests.bots.dialects.contract import CheckedClient
from tests.databases import url_of


class Killed(Exception):
    """Stands for the end of the process: what is not committed by then never happens, and nobody is answered."""


@asynccontextmanager
async def server(db: Path, crash: Callable[[str], None] | None = None) -> AsyncIterator[tuple[Services, Api]]:
    """A server on a database that outlives it, with the default limits, and one who has no token yet."""
    clock, database = VirtualClock(NOW), await Database.open(url_of(db), crash)
    bots = cast(Bots, OneBot())
    files = LocalFiles(db.parent / "files", 1000)
    services = Services(database, clock, cast(Engine, Woken()), bots, Accounts(database, clock), files=files)
    app = web.Application()
    app.add_routes(general_bots.routes(services))
    async with CheckedClient(TestServer(app)) as client:
        yield services, Api(client, None)
    await database.close()


async def post(api: Api) -> Answer:
    return await api.send("POST", "/tasks", {"title": "Call Ana", "tags": ["a"]}, headers={"Idempotency-Key": "k1"})


# The commits of the request: that the token is used, what the user spends, and the task with its answer.
INSTANTS = ["before-commit", "after-commit"] * 3


@pytest.mark.parametrize("fatal", range(len(INSTANTS)))
async def test_x_17_a_kill_at_each_instant_leaves_one_task(tmp_path: Path, fatal: int) -> None:
    passed: list[str] = []
    is_armed = False

    def crash(instant: str) -> None:
        if is_armed:
            passed.append(instant)
            if len(passed) > fatal:
                raise Killed(instant)

    db = tmp_path / "store.db"
    async with server(db, crash) as (services, api):
        user = await services.accounts.create_user("Ana", user_id="user123")
        api.token, _ = await services.accounts.create_token(user, "t")
        is_armed = True
        assert (await post(api)).status == 500
        secret = api.token
    assert passed == INSTANTS[: fatal + 1]
    async with server(db) as (services, api):
        api.token = secret
        answers = [await post(api) for _ in range(2)]
        assert [answer.status for answer in answers] == [201, 201]
        assert answers[0].body == answers[1].body
        replayed = [answer.headers.get("Idempotency-Replayed") for answer in answers]
        assert replayed == ["true" if fatal == len(INSTANTS) - 1 else None, "true"]
        assert (await api.page(tags="a")).body["total"] == 1
        async with services.database.read() as reader:
            assert len(await events.after(reader, "task", 0)) == 1
            spent = await requests.budget_of(reader, "user123", "create")
    assert spent is not None
    assert spent["count"] == (2 if fatal in (3, 4) else 1)


WRITES: dict[str, tuple[str, str, Any]] = {
    "create": ("POST", "/tasks", {"title": "Call Bo", "tags": ["a", "b"], "due_date": "2024-01-20T17:00:00Z"}),
    "schedule": ("POST", "/tasks", {"title": "Report", "bot": "support", "schedule": "0 9 * * *"}),
    "from_template": ("POST", "/tasks/from-template", {"template_id": "TEMPLATE"}),
    "update": ("PATCH", "/tasks/TASK", {"status": "in_progress", "tags": ["c"], "due_date": "2024-02-01T00:00:00Z"}),
    "complete": ("POST", "/tasks/TASK/complete", {"resolution": "Done."}),
    "delete": ("DELETE", "/tasks/TASK", None),
    "comment": ("POST", "/tasks/TASK/comments", {"text": "Look here", "mentions": ["user123"]}),
    "attach": ("POST", "/tasks/TASK/attachments", "note.txt"),
    "tick": ("PATCH", "/tasks/TASK/checklist/1", {"done": True}),
    "watch": ("POST", "/tasks/TASK/watchers", None),
    "template": ("POST", "/templates", {"name": "Refund", "checklist": ["Ask"]}),
    "workflow": ("POST", "/workflows", {"name": "Go", "steps": [{"name": "a"}, {"name": "b", "depends_on": ["a"]}]}),
    "automation": (
        *("POST", "/automations"),
        {"name": "r", "trigger": {"type": "schedule", "value": "hourly"}, "action": {"type": "create_task"}},
    ),
    "webhook": ("POST", "/webhooks", {"url": "https://example.com", "events": ["task_created"]}),
    "told": ("PUT", "/tasks/notifications", {"events": ["task_overdue"], "channels": [], "recipients": []}),
}
_SPENT = {"budget", "token"}
"""What is spent and noted before the write begins, and for itself."""


async def stored(services: Services) -> dict[str, list[str]]:
    """All rows, without the ids and secrets that each run makes its own, and without the numbers of tasks, of which a
    write that was undone may have used some up; bytes on their way are not there yet."""
    found = {}
    async with services.database.read() as reader:
        for table in metadata.sorted_tables:
            rows = await reader.rows(select(table))
            written = [json.dumps(dict(row), default=str) for row in rows if row.get("status") != "coming"]
            own = r"[0-9a-hjkmnp-tv-z]{26}|whsec_[^\"]+" + (r"|\d+" if table.name == "task_number" else "")
            masked = [re.sub(own, "*", row) for row in written]
            found[table.name] = sorted(masked)
    return {name: rows for name, rows in found.items() if rows and name not in _SPENT}


async def prepared(services: Services, api: Api) -> dict[str, str]:
    """One user with a token, who has been in; a task and the template that it is made from, by what stands for them."""
    user = await services.accounts.create_user("Ana", user_id="user123")
    api.token, _ = await services.accounts.create_token(user, "t")
    made = await api.send("POST", "/templates", {"name": "Complaint", "default_tags": ["a"], "checklist": ["Ask"]})
    task = await api.send("POST", "/tasks/from-template", {"template_id": made.body["template_id"]})
    return {"TEMPLATE": made.body["template_id"], "TASK": task.body["task_id"]}


async def do(api: Api, write: str, known: dict[str, str]) -> Answer:
    method, path, body = json.loads(
        re.sub("TEMPLATE|TASK", lambda found: known[found[0]], json.dumps(list(WRITES[write])))
    )
    if isinstance(body, str):
        form = FormData()
        form.add_field("file", b"some bytes", filename=body)
        return await api.send(method, path, data=form)
    return await api.send(method, path, body)


@pytest.mark.parametrize("write", WRITES)
async def test_x_21_a_kill_at_each_instant_leaves_all_of_a_write_or_nothing(tmp_path: Path, write: str) -> None:
    async with server(tmp_path / "undisturbed.db") as (services, api):
        known = await prepared(services, api)
        before = await stored(services)
        assert (await do(api, write, known)).status in (200, 201)
        after = await stored(services)
    assert len(after["event"]) > len(before["event"])
    passed: list[str] = []

    def crash(instant: str) -> None:
        passed.append(instant)
        if len(passed) > fatal:
            raise Killed(instant)

    db, fatal = tmp_path / "store.db", 10**6
    async with server(db) as (services, api):
        known, secret = await prepared(services, api), api.token
        assert await stored(services) == before
    found = before
    while found == before:
        passed, fatal = [], len(passed)
        async with server(db, crash) as (services, api):
            api.token = secret
            assert (await do(api, write, known)).status == 500
        async with server(db) as (services, api):
            found = await stored(services)
        assert found in (before, after), f"after a kill at {fatal}: {passed[-1]}"
    assert passed[-1] == "after-commit"
    assert "before-commit" in passed


async def test_x_17_without_a_kill_the_instants_are_those(tmp_path: Path) -> None:
    passed: list[str] = []
    async with server(tmp_path / "store.db", passed.append) as (services, api):
        user = await services.accounts.create_user("Ana", user_id="user123")
        api.token, _ = await services.accounts.create_token(user, "t")
        passed.clear()
        assert (await post(api)).status == 201
        assert passed == INSTANTS
