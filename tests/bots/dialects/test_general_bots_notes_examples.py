"""General Bots: the document's examples of comments, attachments and templates, sent as they are written, but for ids
that the document makes up (GB-126)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Api

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "general_bots_notes_examples.json").read_text("utf-8"))
IDS = {"task_id", "comment_id", "attachment_id"}


def assert_documented(documented: dict[str, Any], answered: dict[str, Any]) -> None:
    """Every documented field is there, an id with its prefix, all else as it is documented."""
    for field, value in documented.items():
        if field in IDS:
            assert answered[field].startswith(value.partition("_")[0] + "_")
        else:
            assert (answered[field], type(answered[field])) == (value, type(value)), field


def screenshot() -> FormData:
    file = FormData()
    file.add_field("file", b"x" * 102400, filename="screenshot.png", content_type="image/png")
    return file


@pytest.mark.parametrize("base", ["/gb/api/v1", "/api/v1/tasks"])
async def test_gb_126_comments_and_attachments(api: Api, colleague: Api, clock: VirtualClock, base: str) -> None:
    api.base = colleague.base = base
    task_id = await api.made()
    clock.advance(timedelta(hours=4, minutes=30))
    attached = await api.send("POST", f"/tasks/{task_id}/attachments", data=screenshot())
    request = {**EXAMPLES["GB-EX10"], "attachments": [attached.body["attachment_id"]]}
    commented = await colleague.send("POST", f"/tasks/{task_id}/comments", request)
    assert_documented(EXAMPLES["GB-EX11"], commented.body)
    for _ in range(2):
        await colleague.send("POST", f"/tasks/{task_id}/comments", {"text": "Contacted customer via email"})
    listed = (await api.send("GET", f"/tasks/{task_id}/comments")).body
    assert listed["total"] == EXAMPLES["GB-EX12"]["total"]
    assert_documented(EXAMPLES["GB-EX12"]["comments"][0], listed["comments"][-1])

    clock.advance(timedelta(minutes=15))
    attached = await api.send("POST", f"/tasks/{task_id}/attachments", data=screenshot())
    assert attached.status == 201
    assert_documented(EXAMPLES["GB-EX13"], attached.body)


async def test_gb_126_templates(api: Api) -> None:
    made = await api.send("POST", "/templates", EXAMPLES["GB-EX14"])
    assert made.status == 201
    assert_documented(EXAMPLES["GB-EX14"], made.body)
    answer = await api.send(
        "POST", "/tasks/from-template", {**EXAMPLES["GB-EX15"], "template_id": made.body["template_id"]}
    )
    assert answer.status == 201
    got = await api.get(answer.body["task_id"])
    assert (got["title"], got["description"]) == ("Customer Complaint", "Investigate issue: #1234")
    assert (got["assignee"]["user_id"], got["due_date"]) == ("user456", "2024-01-20T17:00:00Z")
