"""Bytebot's own document: its examples, and its programs as they are written but for the address (BB-34, BB-35)."""

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.bytebot.conftest import Byte
from tests.bots.dialects.others import MODULES, needs_node
from tests.system.commands import out_of
from tests.system.server import serving

EXAMPLES: Mapping[str, Any] = json.loads((Path(__file__).parent / "bytebot_examples.json").read_text("utf-8"))
WRITTEN = "http://localhost:9991"
BOTS = {"helper/start.bas": 'TALK "Hello."\n'}
ROOTS = ["", "/bytebot"]
WANTED = "Compare React, Vue, and Angular for a new project"


def like(example: Any, found: Any) -> bool:
    """Whether something has all that the example has, and of its kinds; ids are other ones."""
    if isinstance(example, dict):
        is_whole = isinstance(found, dict) and example.keys() <= found.keys()
        return is_whole and all(like(value, found[name]) for name, value in example.items() if "id" not in name.lower())
    if isinstance(example, list):
        return isinstance(found, list) and all(like(example[0], each) for each in found) and bool(found)
    return type(found) is type(example) and found == example


async def test_bb_35_a_task_is_made_and_listed_as_in_the_examples(byte: Byte) -> None:
    made = await byte.send("POST", "/tasks", EXAMPLES["BB-EX01"])
    assert made.status == 201
    assert like(EXAMPLES["BB-EX02"], made.body)
    assert like(EXAMPLES["BB-EX03"], await byte.listed())


async def test_bb_35_the_task_in_progress_is_as_in_the_example(byte: Byte) -> None:
    await byte.patch(await byte.made(), status="IN_PROGRESS")
    assert like(EXAMPLES["BB-EX04"], (await byte.send("GET", "/tasks/in-progress")).body)


async def test_bb_35_a_task_with_its_messages_is_as_in_the_example(byte: Byte, clock: VirtualClock) -> None:
    task_id = await byte.made()
    clock.advance(timedelta(minutes=5))
    [example] = EXAMPLES["BB-EX05"]["messages"]
    said = {"content": example["content"]}
    assert (await byte.live.send("POST", f"/tasks/{task_id}/messages", said)).status == 201
    found = await byte.get(task_id)
    first, second = found["messages"]
    assert like(EXAMPLES["BB-EX05"], {**found, "messages": [second]})
    assert not like(example, first)


async def test_bb_35_a_task_is_changed_as_in_the_examples(byte: Byte, clock: VirtualClock) -> None:
    task_id = await byte.made()
    clock.advance(timedelta(minutes=1))
    changed = await byte.send("PATCH", f"/tasks/{task_id}", EXAMPLES["BB-EX06"])
    assert changed.status == 200
    assert like(EXAMPLES["BB-EX07"], changed.body)


async def test_bb_35_what_is_not_there_is_told_as_in_the_example(byte: Byte) -> None:
    gone = await byte.send("GET", "/tasks/task-123")
    assert (gone.status, gone.body) == (404, EXAMPLES["BB-EX08"])


@pytest.mark.parametrize("root", ROOTS)
async def test_bb_34_the_documents_curl(tmp_path: Path, root: str) -> None:
    for name in ("contract1.pdf", "contract2.pdf"):
        (tmp_path / name).write_bytes(b"%PDF " + name.encode())
    async with serving(tmp_path, BOTS) as server:

        async def run(example: str) -> Any:
            command = EXAMPLES[example].replace(WRITTEN, server.url + root).replace("curl ", "curl -sS ", 1)
            return json.loads(await out_of("bash", "-c", command, cwd=tmp_path))

        uploaded, made, in_progress = await run("BB-CURL01"), await run("BB-CURL02"), await run("BB-CURL03")
        assert server.client is not None
        async with server.client.get(server.url + uploaded["files"][1]["url"]) as answer:
            assert await answer.read() == b"%PDF contract2.pdf"
    assert (uploaded["description"], uploaded["priority"]) == (
        "Analyze the uploaded contracts and extract key terms",
        "HIGH",
    )
    assert [(file["name"], file["size"]) for file in uploaded["files"]] == [
        ("contract1.pdf", 18),
        ("contract2.pdf", 18),
    ]
    assert (made["description"], made["status"], in_progress) == (WANTED, "PENDING", None)


@pytest.mark.parametrize("root", ROOTS)
async def test_bb_34_the_documents_javascript(tmp_path: Path, root: str) -> None:
    node = needs_node("axios")
    (tmp_path / "node_modules").symlink_to(MODULES)
    async with serving(tmp_path, BOTS) as server:
        written = EXAMPLES["JAVASCRIPT"].replace(WRITTEN, server.url + root)
        (tmp_path / "client.cjs").write_text(written + "\nmain()\n", "utf-8")
        out = await out_of(node, "client.cjs", cwd=tmp_path)
        _, [task] = await server.get("/tasks")
    assert f"description: '{WANTED}'" in out
    assert f"id: '{task['id']}'" in out
    assert "In progress task: null" in out


@pytest.mark.parametrize("root", ROOTS)
async def test_bb_34_the_documents_python(tmp_path: Path, root: str) -> None:
    async with serving(tmp_path, BOTS) as server:
        written = EXAMPLES["PYTHON"].replace(WRITTEN, server.url + root)
        (tmp_path / "client.py").write_text(written + "\nmain()\n", "utf-8")
        out = await out_of(sys.executable, "client.py", cwd=tmp_path)
        _, [task] = await server.get("/tasks")
    assert f"'id': '{task['id']}'" in out
    assert f"'description': '{WANTED}'" in out
    assert "In progress task: None" in out
