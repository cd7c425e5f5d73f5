"""The bodies of ChatBotKit's own document are taken as they are written (CBK-100)."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bots.dialects.chatbotkit.conftest import Kit

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "chatbotkit_examples.json").read_text("utf-8"))


def test_cbk_100_there_are_eight() -> None:
    assert len(EXAMPLES["create"]) == 6
    assert len(EXAMPLES["update"]) == 2


@pytest.mark.parametrize("body", EXAMPLES["create"], ids=lambda body: body["name"])
async def test_cbk_100_what_is_created(kit: Kit, body: dict[str, Any]) -> None:
    answer = await kit.create(**body)
    assert answer.status == 200
    found = await kit.fetch(answer.body["id"])
    assert {name: found[name] for name in body} == body
    assert isinstance(found["nextRunAt"], int)


@pytest.mark.parametrize("body", EXAMPLES["update"], ids=lambda body: body["schedule"])
async def test_cbk_49_and_100_what_is_updated(kit: Kit, body: dict[str, Any]) -> None:
    task_id = await kit.made(**EXAMPLES["create"][0])
    before = await kit.fetch(task_id)
    answer = await kit.update(task_id, **body)
    if body.get("sessionDuration", 0) > 3_600_000:  # the document's own rule, which its example breaks
        assert answer.status == 400
        assert await kit.fetch(task_id) == before
    else:
        assert answer.status == 200
        assert {name: (await kit.fetch(task_id))[name] for name in body} == body


@pytest.mark.parametrize("path", ["list", "list?take=50&order=asc&cursor=eyJpZCI6InRhc2tfYWJjMTIzIn0", "export"])
async def test_cbk_100_what_is_asked_for(kit: Kit, path: str) -> None:
    assert (await kit.send("GET", f"/task/{path}")).status == 200
