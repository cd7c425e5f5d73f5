"""General Bots: workflows."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import Answer, Api
from tests.bots.dialects.test_general_bots_end import kinds
from tests.bots.dialects.test_general_bots_examples import assert_like

SETUP = {"name": "Account Setup", "assignee": "user456", "duration_hours": 2}
TRAINING = {"name": "Training", "assignee": "user789", "duration_hours": 4, "depends_on": ["Account Setup"]}

REQUEST = {"name": "Customer Onboarding", "steps": [SETUP, TRAINING]}
"""The document's example, as its answer is."""
STATUS = {
    "workflow_id": "wf_123",
    "name": "Customer Onboarding",
    "status": "in_progress",
    "progress": 50,
    "completed_steps": 1,
    "total_steps": 2,
    "current_step": "Training",
    "estimated_completion": "2024-01-16T12:00:00Z",
}


async def make(api: Api, *steps: object, **more: object) -> Answer:
    return await api.send("POST", "/workflows", {"name": "Customer Onboarding", "steps": list(steps), **more})


async def made(api: Api, *steps: object) -> tuple[str, dict[str, str]]:
    """The id of a new workflow, and those of its tasks by the steps' names."""
    answer = await make(api, *steps)
    assert answer.status == 201, answer
    return answer.body["workflow_id"], {step["name"]: step["task_id"] for step in answer.body["steps"]}


async def status(api: Api, workflow_id: str) -> dict[str, Any]:
    answer = await api.send("GET", f"/workflows/{workflow_id}/status")
    assert answer.status == 200, answer
    return answer.body


async def test_gb_87_the_documents_workflow_is_made(api: Api) -> None:
    answer = await api.send("POST", "/workflows", REQUEST)
    assert answer.status == 201
    assert answer.body["workflow_id"].startswith("wf_")
    assert answer.body["name"] == "Customer Onboarding"
    assert [(s["name"], s["assignee"], s["duration_hours"], s["depends_on"]) for s in answer.body["steps"]] == [
        ("Account Setup", "user456", 2, []),
        ("Training", "user789", 4, ["Account Setup"]),
    ]


@pytest.mark.parametrize("base", ["/gb/api/v1", "/gb/api/v1/tasks", "/api/v1", "/api/v1/tasks"])
async def test_gb_126_the_documents_status_of_a_workflow(api: Api, clock: VirtualClock, base: str) -> None:
    api.base = base
    answer = await api.send("POST", "/workflows", REQUEST)
    clock.advance(timedelta(hours=22))
    await api.complete(answer.body["steps"][0]["task_id"])
    assert_like(
        {**STATUS, "workflow_id": answer.body["workflow_id"]},
        await status(api, answer.body["workflow_id"]),
        set(),
    )


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [
        ({"name": "W"}, "invalid_steps", "at least one"),
        ({"name": "W", "steps": []}, "invalid_steps", "at least one"),
        ({"name": "W", "steps": None}, "invalid_steps", "at least one"),
        ({"name": "W", "steps": {"a": 1}}, "invalid_steps", "at least one"),
        ({"name": "W", "steps": "a"}, "invalid_steps", "at least one"),
        ({"name": "W", "steps": ["a"]}, "invalid_steps", "Step 1"),
        ({"name": "W", "steps": [{"name": "a"}, None]}, "invalid_steps", "Step 2"),
        ({"name": "W", "steps": [{"name": f"s{n}"} for n in range(101)]}, "invalid_steps", "100 steps, got 101"),
        ({"steps": [{"name": "a"}]}, "missing_name", "A workflow"),
        ({"name": " ", "steps": [{"name": "a"}]}, "missing_name", "A workflow"),
        ({"name": 5, "steps": [{"name": "a"}]}, "invalid_name", "text"),
        ({"name": "\ud800", "steps": [{"name": "a"}]}, "invalid_name", "surrogate"),
        ({"name": "W", "steps": [{}]}, "missing_name", "Step 1"),
        ({"name": "W", "steps": [{"name": ""}]}, "missing_name", "Step 1"),
        ({"name": "W", "steps": [{"name": []}]}, "invalid_name", "step 1"),
        ({"name": "W", "steps": [{"name": "a"}, {"name": "a"}]}, "duplicate_step", '"a"'),
        ({"name": "W", "steps": [{"name": "a", "depends_on": ["b"]}]}, "unknown_step", '"b"'),
        ({"name": "W", "steps": [{"name": "a", "depends_on": "b"}]}, "invalid_depends_on", "list"),
        ({"name": "W", "steps": [{"name": "a", "depends_on": [1]}]}, "invalid_depends_on", "text"),
        ({"name": "W", "steps": [{"name": "a", "depends_on": [""]}]}, "invalid_depends_on", "text"),
        ({"name": "W", "steps": [{"name": "a", "depends_on": ["a"]}]}, "cyclic_dependency", "a → a"),
        ({"name": "W", "steps": [{"name": "a", "on_error": "b"}]}, "unknown_step", '"b"'),
        ({"name": "W", "steps": [{"name": "a", "on_error": 7}]}, "invalid_on_error", "text"),
        ({"name": "W", "steps": [{"name": "a", "on_error": "a"}]}, "cyclic_dependency", "a → a"),
        ({"name": "W", "steps": [{"name": "a", "duration_hours": 0}]}, "invalid_duration", "more than 0"),
        ({"name": "W", "steps": [{"name": "a", "duration_hours": -1}]}, "invalid_duration", "more than 0"),
        ({"name": "W", "steps": [{"name": "a", "duration_hours": True}]}, "invalid_duration", "hours"),
        ({"name": "W", "steps": [{"name": "a", "duration_hours": "2"}]}, "invalid_duration", "hours"),
        ({"name": "W", "steps": [{"name": "a", "duration_hours": 1e300}]}, "invalid_duration", "87,600"),
        ({"name": "W", "steps": [{"name": "a", "retries": -1}]}, "invalid_retries", "0 to 100"),
        ({"name": "W", "steps": [{"name": "a", "retries": 101}]}, "invalid_retries", "0 to 100"),
        ({"name": "W", "steps": [{"name": "a", "retries": 1.5}]}, "invalid_retries", "whole"),
        ({"name": "W", "steps": [{"name": "a", "retries": "1"}]}, "invalid_retries", "0 to 100"),
        ({"name": "W", "steps": [{"name": "a", "retry_pause_minutes": -1}]}, "invalid_retry_pause", "a year"),
        ({"name": "W", "steps": [{"name": "a", "retry_pause_minutes": True}]}, "invalid_retry_pause", "a year"),
        ({"name": "W", "steps": [{"name": "a", "retry_pause_minutes": "1"}]}, "invalid_retry_pause", "a year"),
        ({"name": "W", "steps": [{"name": "a", "retry_pause_minutes": 1e9}]}, "invalid_retry_pause", "a year"),
        ({"name": "W", "steps": [{"name": "a", "assignee": 5}]}, "invalid_assignee", "id of a user"),
        ({"name": "W", "steps": [{"name": "b"}, {"name": "a", "assignee": ""}]}, "invalid_assignee", "id of a user"),
        ({"name": "W", "steps": [{"name": "a", "description": 5}]}, "invalid_description", "text"),
        ({"name": "W", "steps": [{"name": "a", "bot": "nobody"}]}, "bot_not_found", "nobody"),
        ({"name": "W", "steps": [{"name": "a", "bot": []}]}, "invalid_bot", "name"),
        ({"name": "W", "steps": [{"name": "a", "script": "a.bas"}]}, "missing_bot", '"a"'),
        ({"name": "W", "steps": [{"name": "a", "bot": "support", "script": 1}]}, "invalid_script", "text"),
        *(
            ({"name": "W", "steps": [{"name": "b"}, {"name": "a", "bot": "support", "script": script}]}, code, script)
            for code, script in (("invalid_script", "../start.bas"), ("invalid_script", "nope.bas"))
        ),
        ({"name": "W", "steps": [{"name": "a", "colour": 1}]}, "unknown_field", "duration_hours"),
        ({"name": "W", "steps": [{"name": "a"}], "context": []}, "invalid_context", "record"),
        ({"name": "W", "steps": [{"name": "a"}], "status": "pending"}, "read_only_field", "status"),
        ({"name": "W", "steps": [{"name": "a"}], "owner": "x"}, "unknown_field", "steps"),
    ],
)
async def test_gb_88_a_bad_workflow_is_refused_and_nothing_of_it_is_made(
    api: Api, services: Services, sent: dict[str, Any], code: str, said: str
) -> None:
    answer = await api.send("POST", "/workflows", sent)
    assert (answer.status, answer.code) == (404 if code == "bot_not_found" else 400, code)
    assert said in answer.body["message"]
    assert (await api.page()).body["total"] == 0
    assert (await api.send("GET", "/workflows")).body["total"] == 0
    assert await kinds(services) == []


async def test_gb_88_a_cycle_is_named(api: Api) -> None:
    answer = await make(
        api,
        {"name": "start"},
        {"name": "a", "depends_on": ["start", "c"]},
        {"name": "b", "depends_on": ["a"]},
        {"name": "c", "depends_on": ["b"]},
    )
    assert answer.body == {"error": "cyclic_dependency", "message": "These wait for each other: a → c → b → a"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"null", b'"steps"'])
async def test_gb_11_a_workflow_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = await api.send("POST", "/workflows", data=body)
    assert (answer.status, answer.code) == (400, "invalid_request")


async def test_gb_89_and_91_a_fresh_workflow(api: Api) -> None:
    workflow_id, _ = await made(api, SETUP, TRAINING)
    assert await status(api, workflow_id) == {
        "workflow_id": workflow_id,
        "name": "Customer Onboarding",
        "status": "pending",
        "progress": 0,
        "completed_steps": 0,
        "total_steps": 2,
        "current_step": "Account Setup",
        "estimated_completion": "2024-01-15T16:00:00Z",
    }


@pytest.mark.parametrize(("count", "done", "progress"), [(2, 1, 50), (3, 1, 33), (3, 2, 67), (8, 1, 13), (100, 0, 0)])
async def test_gb_90_progress_is_rounded(api: Api, count: int, done: int, progress: int) -> None:
    workflow_id, tasks = await made(api, *({"name": f"s{n}"} for n in range(count)))
    for task_id in list(tasks.values())[:done]:
        await api.complete(task_id)
    assert (await status(api, workflow_id))["progress"] == progress


async def test_gb_91_a_workflow_whose_steps_are_all_done(api: Api, clock: VirtualClock) -> None:
    workflow_id, tasks = await made(api, SETUP, TRAINING)
    await api.complete(tasks["Account Setup"])
    clock.advance(timedelta(hours=7))
    await api.complete(tasks["Training"])
    clock.advance(timedelta(hours=1))
    found = await status(api, workflow_id)
    assert (found["status"], found["progress"], found["current_step"]) == ("completed", 100, None)
    assert found["estimated_completion"] == "2024-01-15T17:00:00Z"


async def test_gb_91_the_current_step_is_the_first_ready_one_as_declared(api: Api) -> None:
    workflow_id, tasks = await made(
        api, {"name": "last", "depends_on": ["a", "b"]}, {"name": "a"}, {"name": "b"}, {"name": "c"}
    )
    assert (await status(api, workflow_id))["current_step"] == "a"
    await api.complete(tasks["b"])
    assert (await status(api, workflow_id))["current_step"] == "a"
    await api.complete(tasks["a"])
    assert (await status(api, workflow_id))["current_step"] == "last"


async def test_gb_92_the_longest_way_tells_when_it_will_be_done(api: Api, clock: VirtualClock) -> None:
    workflow_id, tasks = await made(
        api,
        {"name": "short", "duration_hours": 1},
        {"name": "long", "duration_hours": 5},
        {"name": "both", "duration_hours": 2, "depends_on": ["short", "long"]},
        {"name": "whenever"},
    )

    async def end() -> str:
        found: str = (await status(api, workflow_id))["estimated_completion"]
        return found

    assert await end() == "2024-01-15T17:00:00Z"
    await api.complete(tasks["short"])
    assert await end() == "2024-01-15T17:00:00Z"
    await api.patch(tasks["long"], status="in_progress")
    clock.advance(timedelta(hours=3))  # it counts from the start of what is under way
    assert await end() == "2024-01-15T17:00:00Z"
    clock.advance(timedelta(hours=4))  # what has taken longer than said ends now at the earliest
    assert await end() == "2024-01-15T19:00:00Z"
    await api.complete(tasks["long"])
    await api.complete(tasks["both"])
    assert await end() == "2024-01-15T17:00:00Z"


@pytest.mark.parametrize("way", ["complete", "completed", "in_progress"])
async def test_gb_93_a_step_cannot_start_before_what_it_depends_on(api: Api, services: Services, way: str) -> None:
    _, tasks = await made(api, SETUP, TRAINING)
    before = await kinds(services)

    async def begin() -> Answer:
        training = tasks["Training"]
        return await (api.complete(training) if way == "complete" else api.patch(training, status=way))

    answer = await begin()
    assert (answer.status, answer.code) == (409, "blocked_by_dependency")
    assert answer.body["message"] == '"Training" cannot be begun before "Account Setup"; complete it first'
    assert (await api.get(tasks["Training"]))["status"] == "pending"
    assert await kinds(services) == before
    await api.complete(tasks["Account Setup"])
    assert (await begin()).status == 200


async def test_gb_93_all_that_is_missing_is_named(api: Api) -> None:
    _, tasks = await made(
        api, {"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d", "depends_on": ["a", "b", "c"]}
    )
    await api.complete(tasks["b"])
    answer = await api.complete(tasks["d"])
    assert answer.body["message"] == '"d" cannot be begun before "a", "c"; complete them first'


async def test_gb_93_independent_steps_run_together(api: Api) -> None:
    workflow_id, tasks = await made(api, {"name": "a"}, {"name": "b"}, {"name": "c", "depends_on": ["a", "b"]})
    for name in ("b", "a"):
        assert (await api.patch(tasks[name], status="in_progress")).status == 200
    found = await api.send("GET", f"/workflows/{workflow_id}")
    assert [(step["name"], step["is_ready"]) for step in found.body["steps"]] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]


async def test_gb_94_each_step_is_a_task_of_its_assignee(api: Api) -> None:
    workflow_id, tasks = await made(api, SETUP, TRAINING)
    assert sorted(await api.titles(assignee="user456")) == ["Account Setup"]
    assert sorted(await api.titles()) == ["Account Setup", "Training"]
    assert (await api.get(tasks["Training"]))["context"] == {"workflow_id": workflow_id}


async def test_gb_94_completing_the_tasks_advances_the_workflow(api: Api, services: Services) -> None:
    workflow_id, tasks = await made(api, SETUP, TRAINING)
    await api.complete(tasks["Account Setup"])
    assert (await status(api, workflow_id))["current_step"] == "Training"
    assert (await kinds(services)).count("workflow_completed") == 0
    await api.complete(tasks["Training"])
    await api.complete(tasks["Training"])
    assert (await kinds(services)).count("workflow_completed") == 1


async def test_what_is_given_with_a_workflow_stands_in_every_step(api: Api) -> None:
    answer = await make(api, {"name": "a"}, context={"customer": "Jo"})
    task = await api.get(answer.body["steps"][0]["task_id"])
    assert task["context"] == {"customer": "Jo", "workflow_id": answer.body["workflow_id"]}


async def test_gb_95_an_unknown_workflow(api: Api, stranger: Api) -> None:
    workflow_id, _ = await made(api, SETUP)
    for path in ("", "/status"):
        answer = await api.send("GET", f"/workflows/wf_nothing{path}")
        assert (answer.status, answer.body) == (
            404,
            {"error": "workflow_not_found", "message": "Workflow wf_nothing not found"},
        )
        assert (await stranger.send("GET", f"/workflows/{workflow_id}{path}")).status == 404
    assert (await stranger.send("GET", "/workflows")).body == {"workflows": [], "total": 0, "page": 1, "limit": 20}


async def test_the_list_of_workflows_has_pages(api: Api, clock: VirtualClock) -> None:
    for n in range(3):
        await api.send("POST", "/workflows", {"name": f"w{n}", "steps": [{"name": "a"}]})
        clock.advance(timedelta(seconds=1))
    first = (await api.send("GET", "/workflows", params={"limit": "2"})).body
    assert ([row["name"] for row in first["workflows"]], first["total"]) == (["w2", "w1"], 3)
    assert first["workflows"][0] == await status(api, first["workflows"][0]["workflow_id"])
    second = (await api.send("GET", "/workflows", params={"limit": "2", "page": "2"})).body
    assert [row["name"] for row in second["workflows"]] == ["w0"]
    assert (await api.send("GET", "/workflows", params={"page": "3"})).body["workflows"] == []
    assert (await api.send("GET", "/workflows", params={"page": "0"})).code == "invalid_page"


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("GET", ""), ("GET", "/wf_1"), ("GET", "/wf_1/status")])
async def test_gb_03_workflows_need_a_token(api: Api, method: str, path: str) -> None:
    api.token = None
    answer = await api.send(method, f"/workflows{path}", {} if method == "POST" else None)
    assert (answer.status, answer.code) == (401, "unauthorized")


async def test_gb_09_who_may_only_read_makes_no_workflow(onlooker: Api) -> None:
    answer = await make(onlooker, SETUP)
    assert (answer.status, answer.code) == (403, "permission_denied")
    assert (await onlooker.send("GET", "/workflows")).status == 200


@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("PATCH", "/wf_1"), ("POST", "/wf_1/status")])
async def test_other_methods_are_not_there(api: Api, method: str, path: str) -> None:
    assert (await api.send(method, f"/workflows{path}")).code == "method_not_allowed"
