"""The bodies and commands of TeamDay's own document are taken as they are written (TD-70)."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Client
from tests.bots.dialects.teamday.conftest import Day, day_of
from tests.system.commands import out_of, token
from tests.system.server import serving

EXAMPLES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "teamday_examples.json").read_text("utf-8"))
BODIES, COMMANDS = EXAMPLES["bodies"], EXAMPLES["commands"]
SENT = ["TD-EX04", *(f"TD-EX{number:02}" for number in range(8, 15))]
JQ = """
import json, sys
print(json.load(sys.stdin)[sys.argv[-1].removeprefix(".")])
"""


def test_td_70_all_of_them_are_there() -> None:
    assert len(BODIES) == 17
    assert len(COMMANDS) == 23


@pytest.fixture
async def documented(client: Client, services: Services) -> Day:
    """The document's own user."""
    return await day_of(client, services, "Ana", "org_123", user_id="user_789")


def said(task: Mapping[str, Any]) -> dict[str, Any]:
    """A task without its id."""
    assert task["id"].startswith("task_")
    return {name: value for name, value in task.items() if name != "id"}


def asked(example: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be sent for a task of the document to be made."""
    names = ("title", "description", "priority", "assignedTo", "assigneeType", "spaceId", "dueDate", "metadata")
    return {name: example[name] for name in names if name in example}


@pytest.mark.parametrize("name", SENT)
async def test_td_70_what_is_sent(documented: Day, name: str) -> None:
    made = await documented.made(**BODIES[name])
    assert {field: made[field] for field in BODIES[name]} == BODIES[name]


async def test_td_70_what_is_created(documented: Day) -> None:
    assert said(await documented.made(**BODIES["TD-EX04"])) == said(BODIES["TD-EX05"])


async def test_td_70_what_is_read(documented: Day, clock: VirtualClock) -> None:
    made = await documented.made(**asked(BODIES["TD-EX01"]))
    clock.advance(timedelta(minutes=90))
    await documented.patched(made["id"], status="in_progress")
    assert said(await documented.get(made["id"])) == said(BODIES["TD-EX01"])


async def test_td_70_what_is_listed(documented: Day, clock: VirtualClock) -> None:
    first, second = BODIES["TD-EX02"]
    made = await documented.made(**asked(first))
    clock.advance(timedelta(minutes=90))
    await documented.patched(made["id"], status="in_progress")
    clock.advance(timedelta(minutes=30))
    await documented.made(**asked(second))
    assert [said(task) for task in await documented.listed()] == [said(second), said(first)]


async def test_td_70_what_is_refused(documented: Day, client: Client) -> None:
    nobody = await Day(client, "td_nothing").page()
    refused = {
        "TD-EX03": nobody,
        "TD-EX07": nobody,
        "TD-EX06": await documented.send("POST", "/tasks", {}),
        "TD-EX15": await documented.send("POST", "/tasks", {}),
        "TD-EX16": await documented.create(status="done"),
        "TD-EX17": await documented.create(priority="critical"),
    }
    for name, answer in refused.items():
        example = BODIES[name]
        assert answer.status == example["statusCode"]
        assert {field: answer.body[field] for field in example} == example
        assert "statusMessage" not in example or answer.body == example


def needs(program: str) -> str:
    """The path of a program. Skips the test where it is missing, but for CI, which must have it."""
    path = shutil.which(program)
    if path is None and os.environ.get("CI"):
        pytest.fail(f"{program} is not installed")
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def programs(folder: Path) -> str:
    """A PATH with all that the commands call; where there is no jq, one that does as much as they want."""
    if shutil.which("jq"):
        return os.environ["PATH"]
    (folder / "jq").write_text(f"#!{sys.executable}\n{JQ}")
    (folder / "jq").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


async def test_td_70_and_72_the_commands_run_as_they_are_written(tmp_path: Path) -> None:
    needs("curl")
    shell = needs("bash")
    found: dict[str, str] = {}
    async with serving(tmp_path, {"ask/start.bas": 'TALK "hello"\n'}) as server:
        secret = await token(server, "--for", "teamday")
        environment = {**os.environ, "PATH": programs(tmp_path), "TEAMDAY_TOKEN": secret}
        for name, command in COMMANDS.items():
            line = command.replace("https://cc.teamday.ai", f"{server.url}/teamday")
            assert line != command
            shown = f'{line}\necho "$TASK_ID"' if "TASK_ID" in line else line
            found[name] = await out_of(shell, "-ec", shown, env=environment)
        _, tasks = await server.get("/teamday/api/v1/tasks", Authorization=f"Bearer {secret}")
    assert found.pop("TD-CURL20").strip() in {task["id"] for task in tasks}
    answers = {name: json.loads(text) for name, text in found.items()}
    listed = {name: answer for name, answer in answers.items() if isinstance(answer, list)}
    made = {name: answer for name, answer in answers.items() if name not in listed}
    assert (len(listed), len(made)) == (14, 8)
    for name, answer in made.items():
        body = json.loads(COMMANDS[name].partition("-d '")[2].removesuffix("'"))
        assert {field: answer[field] for field in body} == body, name
    assert len(tasks) == 9
    titles = {name: [task["title"] for task in answer] for name, answer in listed.items()}
    everything = ["Analyze Q4 sales data", "Review customer feedback", "Update Q4 presentation"]
    assert titles["TD-CURL01"] == []
    assert sorted(titles["TD-CURL10"]) == everything
    assert titles["TD-CURL12"] == titles["TD-CURL14"] == titles["TD-CURL15"] == titles["TD-CURL17"] == everything[:1]
    assert titles["TD-CURL13"] == everything[2:]
    assert titles["TD-CURL11"] == titles["TD-CURL16"] == []
