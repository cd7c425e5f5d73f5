"""General Bots: creating a task."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest

from tasktalk.bots.dialects.general_bots import tasks
from tests.bots.dialects.conftest import SOON, Api, Woken

FULL: dict[str, Any] = {
    "title": "Review customer complaint",
    "description": "Investigate and respond to customer issue #1234",
    "assignee": "user456",
    "due_date": SOON,
    "priority": "high",
    "tags": ["support", "urgent"],
    "context": {"conversation_id": "conv_abc123", "bot_id": "support_bot"},
}


async def test_gb_13_every_documented_field_is_taken(api: Api) -> None:
    got = await api.get(await api.made(**FULL))
    assert {field: got[field] for field in FULL} == {
        **FULL,
        "assignee": {"user_id": "user456", "name": None, "avatar_url": None},
    }


async def test_gb_14_the_answer_has_the_documented_fields(api: Api) -> None:
    answer = await api.create(**FULL)
    assert answer.body == {
        "task_id": answer.body["task_id"],
        "title": "Review customer complaint",
        "status": "pending",
        "created_at": "2024-01-15T10:00:00Z",
        "created_by": "user123",
    }


async def test_gb_15_the_status_is_201(api: Api) -> None:
    assert (await api.create()).status == 201


async def test_gb_16_the_id_begins_tsk(api: Api) -> None:
    first, second = await api.made(), await api.made()
    assert first.startswith("tsk_")
    assert first != second


async def test_gb_17_it_is_created_by_the_tokens_user(api: Api, colleague: Api) -> None:
    assert (await api.create()).body["created_by"] == "user123"
    assert (await colleague.create()).body["created_by"] == "user456"


async def test_gb_18_times_are_utc_in_whole_seconds(api: Api) -> None:
    assert (await api.create()).body["created_at"] == "2024-01-15T10:00:00Z"


@pytest.mark.parametrize("body", [{}, {"title": None}, {"title": ""}, {"title": " \n"}, {"title": 5}, {"title": ["t"]}])
async def test_gb_19_a_title_is_needed(api: Api, body: dict[str, Any]) -> None:
    answer = await api.send("POST", "/tasks", {"priority": "high", **body})
    assert (answer.status, answer.code) == (400, "missing_title")
    assert (await api.page()).body["total"] == 0


async def test_gb_20_a_title_is_enough(api: Api) -> None:
    got = await api.get(await api.made())
    assert {field: got[field] for field in ("priority", "progress", "tags", "assignee", "due_date", "context")} == {
        "priority": "medium",
        "progress": 0,
        "tags": [],
        "assignee": None,
        "due_date": None,
        "context": {},
    }
    assert got["description"] == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (SOON, SOON),
        ("2024-01-20T19:00:00+02:00", SOON),
        ("2024-01-20T11:30:00-05:30", SOON),
        ("2024-01-20T17:00:00.750Z", SOON),
        ("2024-01-20T17:00:00", SOON),
        ("2024-01-20", "2024-01-20T00:00:00Z"),
    ],
)
async def test_gb_21_offsets_are_turned_into_utc(api: Api, given: str, shown: str) -> None:
    assert (await api.get(await api.made(due_date=given)))["due_date"] == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [("low", "low"), ("medium", "medium"), ("high", "high"), ("critical", "critical"), ("urgent", "critical")],
)
async def test_gb_22_the_priorities_and_the_synonym_of_critical(api: Api, given: str, shown: str) -> None:
    task_id = await api.made(priority=given)
    assert (await api.get(task_id))["priority"] == shown
    assert (await api.patch(task_id, priority=given)).body["updated_fields"] == []


@pytest.mark.parametrize("tags", [[], ["b", "a"], ["a", "a"], ["two words", "Ünï", "a,b"]])
async def test_gb_23_tags_are_read_back_as_they_were_given(api: Api, tags: list[str]) -> None:
    assert (await api.get(await api.made(tags=tags)))["tags"] == tags


@pytest.mark.parametrize(
    "context",
    [
        {"conversation_id": "conv_abc123", "bot_id": "support_bot"},
        {"": None, "n": [1, 1.5, -0.0, 1e300, True, {"deep": ["ü", "\u2028", '"']}], "big": 2**80},
    ],
)
async def test_gb_24_the_context_is_kept_unchanged(api: Api, context: dict[str, Any]) -> None:
    got = (await api.get(await api.made(context=context)))["context"]
    assert repr(got) == repr(context)


async def test_gb_25_without_a_directory_any_assignee_is_good(api: Api) -> None:
    assert (await api.get(await api.made(assignee="nobody-knows")))["assignee"]["user_id"] == "nobody-knows"


WRONG_TYPES: dict[str, tuple[str, list[object]]] = {
    "title": ("missing_title", [1, True, [], {}]),
    "description": ("invalid_description", [1, True, [], {}]),
    "assignee": ("invalid_assignee", [1, True, [], {}, "", " "]),
    "due_date": ("invalid_due_date", [1, True, [], {}, 10**30]),
    "priority": ("invalid_priority", [1, True, [], {}, "", "HIGH"]),
    "tags": ("invalid_tags", [1, True, "a", {}, [1], [None], [[]], [""]]),
    "context": ("invalid_context", [1, True, "a", []]),
    "bot": ("invalid_bot", [1, True, [], {}, ""]),
}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *((field, value, code) for field, (code, values) in WRONG_TYPES.items() for value in values),
        ("title", "\ud800", "invalid_title"),
        ("title", "\0x", "invalid_title"),
        ("description", "\udfff", "invalid_description"),
        ("assignee", "a\0", "invalid_assignee"),
        ("tags", ["\ud800"], "invalid_tags"),
        ("context", {"\ud800": 1}, "invalid_context"),
        ("context", {"k": ["\0"]}, "invalid_context"),
        ("owner", "x", "unknown_field"),
        ("status", "pending", "unknown_field"),
        ("\ud800", "x", "unknown_field"),
        ("task_id", "tsk_1", "read_only_field"),
        ("created_by", "me", "read_only_field"),
    ],
)
async def test_a_bad_field_is_refused_and_nothing_is_made(api: Api, field: str, value: object, code: str) -> None:
    answer = await api.create(**{field: value})
    assert (answer.status, answer.code) == (400, code)
    assert (await api.page(include="scheduled")).body["total"] == 0


async def test_null_is_as_good_as_nothing(api: Api) -> None:
    fields = ("description", "assignee", "due_date", "priority", "tags", "context", "bot", "schedule", "timezone")
    assert (await api.create(**dict.fromkeys(fields))).status == 201


async def test_a_body_past_the_limit_is_refused_before_it_is_all_read(api: Api) -> None:
    large = BytesIO(b'{"title": "' + b"x" * 1024 * 1024 + b'"}')
    answer = await api.send("POST", "/tasks", data=large)
    assert (answer.status, answer.code) == (413, "request_too_large")

    async def of_no_stated_length() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65536

    answer = await api.send("POST", "/tasks", data=of_no_stated_length())
    assert (answer.status, answer.code) == (413, "request_too_large")


async def test_a_body_whose_encoding_is_broken_is_refused(api: Api) -> None:
    answer = await api.send("POST", "/tasks", data=b"no deflate", headers={"Content-Encoding": "deflate"})
    assert (answer.status, answer.code) == (400, "invalid_request")


async def test_a_fault_of_ours_is_told_in_shape_with_a_reference(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(task: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(tasks, "created", broken)
    answer = await api.create()
    assert (answer.status, answer.code) == (500, "internal")
    assert "secret detail" not in answer.body["message"]
    assert answer.body["message"].rsplit(" ", 1)[1] in caplog.text


async def test_a_scheduled_task_shows_its_schedule_and_wakes_the_engine(api: Api, woken: Woken) -> None:
    task_id = await api.made(bot="support", schedule="0 9 * * *", timezone="Europe/Berlin")
    got = await api.get(task_id)
    assert {field: got[field] for field in ("bot", "schedule", "timezone", "next_run_at")} == {
        "bot": "support",
        "schedule": "0 9 * * *",
        "timezone": "Europe/Berlin",
        "next_run_at": "2024-01-16T08:00:00Z",
    }
    assert woken.count == 1
    await api.made()
    assert woken.count == 2  # scripts may have handlers for it


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"bot": "ghost"}, 404, "bot_not_found"),
        ({"bot": "ghost", "schedule": "0 9 * * *"}, 404, "bot_not_found"),
        ({"schedule": "0 9 * * *"}, 400, "missing_bot"),
        ({"bot": "support", "schedule": "at some time"}, 400, "invalid_schedule"),
        ({"bot": "support", "schedule": 5}, 400, "invalid_schedule"),
        ({"bot": "support", "schedule": "0 9 * * *", "timezone": "Mars/Base"}, 400, "invalid_timezone"),
        ({"bot": "support", "schedule": "0 9 * * *", "timezone": "../etc/passwd"}, 400, "invalid_timezone"),
        ({"bot": "support", "schedule": "0 9 * * *", "timezone": "\0"}, 400, "invalid_timezone"),
        ({"bot": "support", "schedule": "9" * 10_000}, 400, "invalid_schedule"),
        ({"bot": "support", "schedule": "\ud800"}, 400, "invalid_schedule"),
        ({"timezone": "UTC"}, 400, "invalid_timezone"),
    ],
)
async def test_a_bad_schedule_is_refused(api: Api, fields: dict[str, Any], status: int, code: str) -> None:
    answer = await api.create(**fields)
    assert (answer.status, answer.code) == (status, code)
    assert (await api.page(include="scheduled")).body["total"] == 0


@pytest.mark.parametrize(("field", "code"), [("assignee", "invalid_assignee"), ("tags", "invalid_tags")])
async def test_what_lists_are_found_by_has_at_most_255_characters(api: Api, field: str, code: str) -> None:
    def value(text: str) -> object:
        return [text] if field == "tags" else text

    task_id = await api.made(**{field: value("\U0001f40e" * 255)})
    for answer in (
        await api.create(**{field: value("x" * 256)}),
        await api.send("PATCH", f"/tasks/{task_id}", {field: value("x" * 256)}),
    ):
        assert (answer.status, answer.code) == (400, code)
    assert (await api.page(**{field: "\U0001f40e" * 255})).body["total"] == 1
