"""Copilotz: workflows and steps (CZ-27)."""

import asyncio
from typing import Any

import pytest

from tests.bots.dialects.copilotz.conftest import Pilot, good, refused


async def step(pilot: Pilot, **fields: Any) -> dict[str, Any]:
    return good(await pilot.send("POST", "/steps", {"name": "s", **fields}), 201)


async def workflow(pilot: Pilot, **fields: Any) -> dict[str, Any]:
    return good(await pilot.send("POST", "/workflows", {"name": "w", **fields}), 201)


async def test_cz_27_steps_first_and_then_their_workflow(pilot: Pilot) -> None:
    one = await step(pilot, name="Gather", instructions="Ask for the name")
    two = await step(pilot, name="Send", maxAttempts=3, backoffSeconds=30, bot="support", script="start.bas")
    assert two == {
        "_id": 2,
        "id": 2,
        "workflow": None,
        "name": "Send",
        "description": "",
        "instructions": "",
        "next": None,
        "failedNext": None,
        "maxAttempts": 3,
        "backoffSeconds": 30.0,
        "bot": "support",
        "script": "start.bas",
        "createdAt": "2024-01-15T10:00:00.000Z",
        "updatedAt": "2024-01-15T10:00:00.000Z",
    }
    made = await workflow(pilot, name="Onboarding", description="d", instructions="i", steps=[2, 1], firstStep=1)
    assert made == {
        "_id": 1,
        "id": 1,
        "name": "Onboarding",
        "description": "d",
        "instructions": "i",
        "steps": [2, 1],
        "firstStep": 1,
        "createdAt": "2024-01-15T10:00:00.000Z",
        "updatedAt": "2024-01-15T10:00:00.000Z",
    }
    assert good(await pilot.send("GET", "/workflows/1")) == made
    assert good(await pilot.send("GET", "/steps/1")) == {**one, "workflow": 1}
    assert (await pilot.made(workflow=1))["currentStep"] == 1


async def test_cz_27_a_workflow_first_and_then_its_steps(pilot: Pilot) -> None:
    number, steps = await pilot.workflow("Gather", {"name": "Send"}, "Complete")
    assert good(await pilot.send("GET", f"/workflows/{number}"))["steps"] == steps
    assert (await pilot.made(workflow=number))["currentStep"] == steps[0]
    empty = await workflow(pilot, name="Empty")
    assert (empty["steps"], empty["firstStep"]) == ([], None)
    made = await pilot.made(workflow=empty["_id"])
    assert (made["workflow"], made["currentStep"]) == (empty["_id"], None)


async def test_cz_27_lists_come_in_pages_by_number(pilot: Pilot) -> None:
    steps = [await step(pilot, name=name) for name in "abc"]
    made = [await workflow(pilot, name=name) for name in "de"]
    assert good(await pilot.send("GET", "/steps?limit=2")) == {"data": steps[:2], "total": 3, "page": 1, "limit": 2}
    assert good(await pilot.send("GET", "/steps?limit=2&page=2"))["data"] == steps[2:]
    assert good(await pilot.send("GET", "/workflows"))["data"] == made
    assert good(await pilot.send("GET", f"/workflows?page={10**18 - 1}"))["data"] == []


async def test_cz_27_what_is_not_sent_stays(pilot: Pilot) -> None:
    number, [first, second, third] = await pilot.workflow("a", "b", {"name": "c", "instructions": "i"})
    before = good(await pilot.send("GET", f"/steps/{third}"))
    changed = good(await pilot.send("PUT", f"/steps/{third}", {"next": first, "failedNext": second}))
    assert changed == {**before, "next": first, "failedNext": second}
    assert good(await pilot.send("PUT", f"/steps/{third}", changed)) == changed
    whole = good(await pilot.send("GET", f"/workflows/{number}"))
    turned = good(await pilot.send("PUT", f"/workflows/{number}", {"steps": [third, first], "firstStep": first}))
    assert turned == {**whole, "steps": [third, first], "firstStep": first}
    assert good(await pilot.send("PUT", f"/workflows/{number}", turned)) == turned
    assert good(await pilot.send("GET", f"/steps/{second}"))["workflow"] is None
    left = good(await pilot.send("PUT", f"/workflows/{number}", {"steps": [third]}))
    assert left["firstStep"] == third


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("/workflows", {"name": None}, "missing_name"),
        ("/workflows", {"name": 7}, "missing_name"),
        ("/workflows", {"description": []}, "invalid_description"),
        ("/workflows", {"instructions": 7}, "invalid_instructions"),
        ("/workflows", {"steps": 1}, "invalid_steps"),
        ("/workflows", {"steps": {"1": 1}}, "invalid_steps"),
        ("/workflows", {"steps": [1, 1]}, "invalid_steps"),
        ("/workflows", {"steps": ["1"]}, "unknown_step"),
        ("/workflows", {"steps": [99]}, "unknown_step"),
        ("/workflows", {"steps": [2]}, "unknown_step"),
        ("/workflows", {"firstStep": 1}, "unknown_step"),
        ("/workflows", {"step": []}, "unknown_field"),
        ("/steps", {"name": ""}, "missing_name"),
        ("/steps", {"workflow": "1"}, "unknown_workflow"),
        ("/steps", {"workflow": 99}, "unknown_workflow"),
        ("/steps", {"next": 1.5}, "unknown_step"),
        ("/steps", {"failedNext": 99}, "unknown_step"),
        ("/steps", {"maxAttempts": 0}, "invalid_attempts"),
        ("/steps", {"maxAttempts": True}, "invalid_attempts"),
        ("/steps", {"maxAttempts": 101}, "invalid_attempts"),
        ("/steps", {"backoffSeconds": -1}, "invalid_pause"),
        ("/steps", {"backoffSeconds": "1"}, "invalid_pause"),
        ("/steps", {"bot": 7}, "invalid_bot"),
        ("/steps", {"script": "start.bas"}, "missing_bot"),
        ("/steps", {"bot": "support", "script": "none.bas"}, "invalid_script"),
        ("/steps", {"job": 1}, "unknown_field"),
    ],
)
async def test_cz_27_what_is_wrong_is_refused(pilot: Pilot, path: str, fields: dict[str, Any], code: str) -> None:
    await step(pilot)
    await pilot.workflow("Of another")
    listed = good(await pilot.send("GET", path))
    assert refused(await pilot.send("POST", path, {"name": "n", **fields})) == (400, code)
    number = 2 if path == "/steps" else (await workflow(pilot))["_id"]
    before = good(await pilot.send("GET", f"{path}/{number}"))
    assert refused(await pilot.send("PUT", f"{path}/{number}", fields)) == (400, code)
    assert good(await pilot.send("GET", f"{path}/{number}")) == before
    assert len(good(await pilot.send("GET", path))["data"]) == len(listed["data"]) + (path == "/workflows")


async def test_cz_27_an_unknown_bot_is_404_and_a_step_is_not_behind_itself(pilot: Pilot) -> None:
    assert refused(await pilot.send("POST", "/steps", {"name": "s", "bot": "none"})) == (404, "bot_not_found")
    made = await step(pilot)
    answer = await pilot.send("PUT", f"/steps/{made['_id']}", {"next": made["_id"]})
    assert refused(answer) == (400, "unknown_step")


async def test_cz_27_what_tasks_are_in_stays(pilot: Pilot) -> None:
    number, [first, second] = await pilot.workflow("a", "b")
    task = (await pilot.made(workflow=number))["_id"]
    assert refused(await pilot.send("DELETE", f"/workflows/{number}")) == (409, "workflow_in_use")
    assert refused(await pilot.send("DELETE", f"/steps/{first}")) == (409, "step_in_use")
    assert refused(await pilot.send("PUT", f"/steps/{first}", {"workflow": None})) == (409, "step_in_use")
    assert refused(await pilot.send("PUT", f"/workflows/{number}", {"steps": [second]})) == (409, "step_in_use")
    await pilot.changed(task, currentStep=second)
    await pilot.send("PUT", f"/steps/{second}", {"next": first, "failedNext": first})
    assert good(await pilot.send("DELETE", f"/steps/{first}")) == {"_id": first, "deleted": True}
    left = good(await pilot.send("GET", f"/steps/{second}"))
    assert (left["next"], left["failedNext"]) == (None, None)
    await pilot.changed(task, workflow=None)
    assert good(await pilot.send("DELETE", f"/workflows/{number}")) == {"_id": number, "deleted": True}
    assert good(await pilot.send("GET", f"/steps/{second}"))["workflow"] is None
    assert refused(await pilot.send("GET", f"/workflows/{number}")) == (404, "workflow_not_found")


@pytest.mark.parametrize("said", ["99", "x", "1.5", "-1", "99999999999", "٣"])
async def test_cz_27_and_28_what_is_unknown_is_404(pilot: Pilot, said: str) -> None:
    for path, code in (("/workflows", "workflow_not_found"), ("/steps", "step_not_found")):
        for method, body in (("GET", None), ("PUT", {"name": "n"}), ("DELETE", None)):
            assert refused(await pilot.send(method, f"{path}/{said}", body)) == (404, code)


async def test_cz_27_each_organisation_has_its_own(pilot: Pilot, other_account: Pilot) -> None:
    number, [first] = await pilot.workflow("a")
    for path in (f"/workflows/{number}", f"/steps/{first}"):
        assert (await other_account.send("GET", path)).status == 404
        assert (await other_account.send("DELETE", path)).status == 404
    assert refused(await other_account.create(workflow=number)) == (400, "unknown_workflow")
    assert refused(await other_account.send("POST", "/workflows", {"name": "w", "steps": [first]}))[0] == 400
    assert good(await other_account.send("GET", "/steps"))["data"] == []
    assert await other_account.workflow("b") == (number, [first])
    assert (await pilot.made(workflow=number))["currentStep"] == first


async def test_cz_27_who_only_looks_changes_nothing(pilot: Pilot, viewer: Pilot) -> None:
    number, [first] = await pilot.workflow("a")
    for method, path, body in (
        ("POST", "/workflows", {"name": "w"}),
        ("PUT", f"/workflows/{number}", {"name": "w"}),
        ("DELETE", f"/steps/{first}", None),
        ("POST", "/tasks", {"name": "t", "status": "active"}),
    ):
        assert refused(await viewer.send(method, path, body)) == (403, "permission_denied")
    assert good(await viewer.send("GET", f"/steps/{first}"))["name"] == "a"


async def test_cz_27_and_30_of_those_made_at_once_each_has_its_number(pilot: Pilot) -> None:
    number, _ = await pilot.workflow()
    made = await asyncio.gather(*(step(pilot, workflow=number) for _ in range(6)))
    assert sorted(each["_id"] for each in made) == [1, 2, 3, 4, 5, 6]
    assert sorted(good(await pilot.send("GET", f"/workflows/{number}"))["steps"]) == [1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("all_dialects")
async def test_cz_12_a_step_of_a_workflow_of_tasks_is_in_no_other(pilot: Pilot, api: Any) -> None:
    number, _ = await pilot.workflow("a")
    made = await api.send("POST", "/workflows", {"name": "w", "steps": [{"name": "s"}]})
    answer = await pilot.send("PUT", f"/tasks/{made.body['steps'][0]['task_id']}", {"workflow": number})
    assert refused(answer) == (400, "invalid_workflow")


async def test_x_18_a_version_that_is_gone_is_412(pilot: Pilot) -> None:
    number, [first] = await pilot.workflow("a")
    task = (await pilot.made())["_id"]
    for path in (f"/tasks/{task}", f"/workflows/{number}", f"/steps/{first}"):
        tag = (await pilot.send("GET", path)).headers["ETag"]
        assert (await pilot.send("GET", path, headers={"If-None-Match": tag})).status == 304
        changed = await pilot.send("PUT", path, {"name": "n"}, headers={"If-Match": tag})
        assert changed.status == 200
        for method, body in (("PUT", {"name": "m"}), ("DELETE", None)):
            answer = await pilot.send(method, path, body, headers={"If-Match": tag})
            assert refused(answer) == (412, "precondition_failed")
        assert good(await pilot.send("GET", path))["name"] == "n"
        answer = await pilot.send("PUT", path, {"name": "m"}, headers={"If-Match": changed.headers["ETag"]})
        assert good(answer)["name"] == "m"


@pytest.mark.usefixtures("all_dialects")
async def test_cz_18_a_step_of_a_workflow_of_tasks_is_opened_before_it_ends_otherwise(pilot: Pilot, api: Any) -> None:
    made = await api.send("POST", "/workflows", {"name": "w", "steps": [{"name": "s"}]})
    path = f"/tasks/{made.body['steps'][0]['task_id']}"
    for status in ("failed", "active", "completed"):
        assert good(await pilot.send("PUT", path, {"status": status}))["status"] == status
    assert refused(await pilot.send("PUT", path, {"status": "failed"})) == (409, "invalid_transition")
