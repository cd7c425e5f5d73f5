"""The requests that TeamDay's own command line makes, one for one: methods, paths, headers and bodies (TD-71).

Each goes to a base URL with a path in it, before which nothing but the path of the request is put.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests.system.commands import token
from tests.system.server import serving

TASKS = "/api/v1/tasks"


class CommandLine:
    """Sends as that program does. An answer that is not JSON, or of another status than success, ends it with 1."""

    def __init__(self, session: aiohttp.ClientSession, base: str, secret: str) -> None:
        self._session, self._base = session, base
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}

    async def send(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """What it is answered."""
        data = None if body is None else json.dumps(body)
        url, headers = f"{self._base}{path}", self._headers
        async with self._session.request(method, url, data=data, headers=headers) as response:
            assert response.ok, await response.text()
            assert "application/json" in response.headers["content-type"]
            return await response.json()

    async def refused(self, method: str, path: str, body: Mapping[str, object] | None = None) -> str:
        """What it tells of an error."""
        data = None if body is None else json.dumps(body)
        url, headers = f"{self._base}{path}", self._headers
        async with self._session.request(method, url, data=data, headers=headers) as response:
            assert not response.ok
            message: str = (await response.json())["message"]
            return message


async def test_td_71_and_72_all_that_it_can_do(tmp_path: Path) -> None:
    async with serving(tmp_path, {"ask/start.bas": 'TALK "hello"\n'}) as server:
        secret = await token(server, "--for", "teamday")
        assert server.client is not None
        line = CommandLine(server.client, f"{server.url}/teamday", secret)

        assert await line.send("GET", TASKS) == []
        new = {"id": "task_1765270800000", "title": "One", "priority": "medium", "status": "pending"}
        whole = {
            "id": "task_1765270800001",
            "title": "Two",
            "priority": "high",
            "status": "pending",
            "description": "All of it",
            "assignedTo": "agent_xyz",
            "spaceId": "space_1",
        }
        first, second = await line.send("POST", TASKS, new), await line.send("POST", TASKS, whole)
        assert (first["title"], first["status"], first["priority"]) == ("One", "pending", "medium")
        assert {name: second[name] for name in whole if name != "id"} == {
            name: value for name, value in whole.items() if name != "id"
        }

        assert await line.send("GET", f"{TASKS}?status=pending&assignedTo=agent_xyz&spaceId=space_1&priority=high") == [
            second
        ]
        assert await line.send("GET", f"{TASKS}?status=completed") == []
        assert await line.send("GET", f"{TASKS}/{first['id']}") == first

        assert await line.send("PATCH", f"{TASKS}/{first['id']}", {}) == first
        changes = {
            "title": "Once",
            "description": "d",
            "status": "in_progress",
            "assignedTo": "user_1",
            "priority": "urgent",
        }
        changed = await line.send("PATCH", f"{TASKS}/{first['id']}", changes)
        assert {name: changed[name] for name in changes} == changes

        done = {"status": "completed", "completedAt": "2020-01-01T00:00:00.000Z"}
        for task in (first, await line.send("POST", TASKS, {**new, "id": "task_3"})):  # one begun, one not
            completed = await line.send("PATCH", f"{TASKS}/{task['id']}", done)
            assert completed["status"] == "completed"
            assert completed["completedAt"] >= task["createdAt"]
        cancelled = await line.send("PATCH", f"{TASKS}/{second['id']}", {"status": "cancelled"})
        assert cancelled["status"] == "cancelled"

        said = await line.refused("PATCH", f"{TASKS}/{first['id']}", {"status": "pending"})
        assert said == "Invalid status transition: completed -> pending"
        assert await line.refused("GET", f"{TASKS}/task_none") == "Task not found"
        stranger = CommandLine(server.client, f"{server.url}/teamday", "td_none")
        assert await stranger.refused("GET", TASKS) == "Invalid or expired token"


async def test_td_71_the_checks_that_it_comes_with(tmp_path: Path) -> None:
    async with serving(tmp_path, {"ask/start.bas": 'TALK "hello"\n'}) as server:
        assert server.client is not None
        line = CommandLine(server.client, f"{server.url}/teamday", await token(server, "--for", "teamday"))
        body = {"title": "__test_task_mb1", "description": "Integration test task — safe to delete", "priority": "low"}
        made = await line.send("POST", TASKS, body)
        assert made["id"]
        assert (made["title"], made["status"]) == ("__test_task_mb1", "pending")
        found = await line.send("GET", TASKS)
        assert [task["title"] for task in found if "__test_" in task["title"]] == ["__test_task_mb1"]
        # What it has yet to check: a task is read, changed and deleted by its id.
        assert await line.send("GET", f"{TASKS}/{made['id']}") == made
        assert (await line.send("PATCH", f"{TASKS}/{made['id']}", {"status": "in_progress"}))["status"] == "in_progress"
        assert await line.send("DELETE", f"{TASKS}/{made['id']}") == {"id": made["id"], "deleted": True}
