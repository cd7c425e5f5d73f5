"""General Bots: the document's own examples, sent as they are written, at the document's time (GB-126)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Api

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "general_bots_examples.json").read_text("utf-8"))

FREE = {"task_id", "avatar_url", "total", "comments_count", "attachments_count"}
"""What the example cannot fix: ids, and what is counted of things that it does not show being made."""


def assert_like(documented: Any, answered: Any, name: str = "answer") -> None:
    """The answer has at least the documented keys, with the documented values where they are fixed."""
    if isinstance(documented, dict):
        for key, value in documented.items():
            assert key in answered, f"{name} lacks {key}"
            if key not in FREE:
                assert_like(value, answered[key], f"{name}.{key}")
            elif answered[key] is not None:
                assert type(answered[key]) is type(value), f"{name}.{key}"
    elif isinstance(documented, list):
        assert len(answered) == len(documented), name
        for number, (one, other) in enumerate(zip(documented, answered, strict=True)):
            assert_like(one, other, f"{name}[{number}]")
    else:
        assert (answered, type(answered)) == (documented, type(documented)), name


@pytest.mark.parametrize("base", ["/gb/api/v1", "/api/v1/tasks"])
async def test_gb_126_the_documents_talk(api: Api, colleague: Api, clock: VirtualClock, base: str) -> None:
    api.base = colleague.base = base
    created = await api.send("POST", "/tasks", EXAMPLES["GB-EX01"])
    assert created.status == 201
    assert_like(EXAMPLES["GB-EX02"], created.body)
    task_id = created.body["task_id"]

    clock.advance(timedelta(hours=4, minutes=30))
    updated = await api.send("PATCH", f"/tasks/{task_id}", EXAMPLES["GB-EX04"])
    assert_like(EXAMPLES["GB-EX05"], updated.body)

    await api.patch(task_id, assignee="user456", time_spent_minutes=45)
    assert_like(EXAMPLES["GB-EX03"], await api.get(task_id))
    assert_like(EXAMPLES["GB-EX06"], (await api.page()).body)

    clock.advance(timedelta(hours=1, minutes=30))
    completed = await colleague.send("POST", f"/tasks/{task_id}/complete", EXAMPLES["GB-EX07"])
    assert_like(EXAMPLES["GB-EX08"], completed.body)
    deleted = await api.send("DELETE", f"/tasks/{task_id}")
    assert_like(EXAMPLES["GB-EX09"], deleted.body)


async def test_gb_126_the_documents_errors(api: Api, onlooker: Api) -> None:
    task_id = await api.made()
    assert (await api.create(due_date="2020-01-01T00:00:00Z")).body == EXAMPLES["GB-EX21"]
    assert (await api.send("GET", "/tasks/tsk_xyz789")).body == EXAMPLES["GB-EX22"]
    assert (await onlooker.patch(task_id, title="mine")).body == EXAMPLES["GB-EX23"]
