"""General Bots: templates, tasks made from them, and checklists."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import contents
from tests.bots.dialects.conftest import SOON, Answer, Api

COMPLAINT: dict[str, Any] = {
    "name": "Customer Complaint",
    "description_template": "Investigate issue: {{issue_id}}",
    "default_priority": "high",
    "default_tags": ["support"],
    "checklist": ["Review conversation history", "Contact customer", "Provide resolution", "Follow up"],
}


async def template(api: Api, **fields: Any) -> str:
    answer = await api.send("POST", "/templates", {**COMPLAINT, **fields})
    assert answer.status == 201, answer
    template_id: str = answer.body["template_id"]
    return template_id


async def use(api: Api, template_id: object, **fields: Any) -> Answer:
    given = {"variables": {"issue_id": "#1234"}, **fields}
    return await api.send("POST", "/tasks/from-template", {"template_id": template_id, **given})


async def used(api: Api, template_id: str, **fields: Any) -> dict[str, Any]:
    answer = await use(api, template_id, **fields)
    assert answer.status == 201, answer
    return await api.get(answer.body["task_id"])


async def tick(api: Api, task_id: str, number: object, done: object = True) -> Answer:
    return await api.send("PATCH", f"/tasks/{task_id}/checklist/{number}", {"done": done})


async def task_count(services: Services) -> int:
    async with services.database.read() as reader:
        return len(await contents.rows(reader, "task"))


async def test_gb_80_a_template_is_answered_with_its_fields(api: Api) -> None:
    answer = await api.send("POST", "/templates", COMPLAINT)
    assert answer.status == 201
    assert answer.body["template_id"].startswith("tpl_")
    assert answer.body.items() >= COMPLAINT.items()
    assert (answer.body["created_by"], answer.body["created_at"]) == ("user123", "2024-01-15T10:00:00Z")
    got = await api.send("GET", f"/templates/{answer.body['template_id']}")
    assert (got.status, got.body) == (200, answer.body)


async def test_gb_80_a_template_needs_only_a_name(api: Api) -> None:
    answer = await api.send("POST", "/templates", {"name": " Order ", "checklist": None})
    assert answer.status == 201
    assert answer.body["name"] == "Order"
    assert (answer.body["description_template"], answer.body["default_priority"]) == ("", "medium")
    assert (answer.body["default_tags"], answer.body["checklist"]) == ([], [])


@pytest.mark.parametrize("path", ["/templates", "/tasks/templates"])
@pytest.mark.parametrize("base", ["/gb/api/v1", "/gb/api/v1/tasks", "/api/v1", "/api/v1/tasks"])
async def test_gb_02_templates_answer_under_every_spelling(api: Api, base: str, path: str) -> None:
    api.base = base
    if base.endswith("/tasks") and path == "/tasks/templates":
        path = "/templates"
    made = await api.send("POST", path, COMPLAINT)
    assert made.status == 201
    answer = await use(api, made.body["template_id"])
    assert (answer.status, answer.body["title"]) == (201, "Customer Complaint")


async def test_templates_are_listed_in_pages(api: Api, stranger: Api) -> None:
    for name in "abc":
        await template(api, name=name)
    answer = await api.send("GET", "/templates?limit=2&page=2")
    assert [row["name"] for row in answer.body["templates"]] == ["c"]
    assert {k: answer.body[k] for k in ("total", "page", "limit")} == {"total": 3, "page": 2, "limit": 2}
    answer = await api.send("GET", f"/templates?limit=100&page={10**18 - 1}")
    assert (answer.status, answer.body["templates"], answer.body["total"]) == (200, [], 3)
    assert (await stranger.send("GET", "/templates")).body["total"] == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": None}, "missing_name"),
        ({"name": " "}, "missing_name"),
        ({"name": 5}, "missing_name"),
        ({"name": "a\0"}, "invalid_name"),
        ({"description_template": 5}, "invalid_description"),
        ({"description_template": "\ud800"}, "invalid_description"),
        ({"default_priority": "soon"}, "invalid_priority"),
        ({"default_priority": 1}, "invalid_priority"),
        ({"default_tags": "support"}, "invalid_tags"),
        ({"default_tags": [""]}, "invalid_tags"),
        ({"checklist": "Call"}, "invalid_checklist"),
        ({"checklist": [""]}, "invalid_checklist"),
        ({"checklist": [5]}, "invalid_checklist"),
        ({"checklist": [{"text": "a"}]}, "invalid_checklist"),
        ({"checklist": ["a\0"]}, "invalid_checklist"),
        ({"checklist": ["a"] * 201}, "invalid_checklist"),
        ({"checklist": {"a": 1}}, "invalid_checklist"),
        ({"color": "red"}, "unknown_field"),
    ],
)
async def test_gb_80_other_templates_are_refused(api: Api, fields: dict[str, Any], code: str) -> None:
    answer = await api.send("POST", "/templates", {**COMPLAINT, **fields})
    assert (answer.status, answer.code) == (400, code)
    assert (await api.send("GET", "/templates")).body["total"] == 0


async def test_gb_12_a_templates_priority_is_a_word_of_this_interface(api: Api) -> None:
    answer = await api.send("POST", "/templates", {**COMPLAINT, "default_priority": "urgent"})
    assert answer.body["default_priority"] == "critical"
    answer = await api.send("POST", "/templates", {**COMPLAINT, "default_priority": "soon"})
    assert answer.body["message"] == "Priority must be one of: low, medium, high, critical"


async def test_gb_81_a_task_from_a_template_is_answered_as_create_does(api: Api) -> None:
    answer = await use(api, await template(api), assignee="user456", due_date=SOON)
    assert answer.status == 201
    created = (await api.create()).body
    assert answer.body.keys() == created.keys()
    assert (answer.body["status"], answer.body["created_by"]) == ("pending", "user123")
    got = await api.get(answer.body["task_id"])
    assert (got["assignee"]["user_id"], got["due_date"]) == ("user456", SOON)


async def test_gb_82_a_placeholder_is_replaced(api: Api) -> None:
    assert (await used(api, await template(api)))["description"] == "Investigate issue: #1234"


@pytest.mark.parametrize(
    ("pattern", "variables", "text"),
    [
        ("{{a}}{{a}} {{ b }}", {"a": "x", "b": "y"}, "xx y"),
        ("{{a}}", {"a": "{{b}}", "b": "y"}, "{{b}}"),
        ("{{a}}{{b}}", {"a": "{{", "b": "c}}"}, "{{c}}"),
        ("{{a}}", {"a": r"\1 \g<0>"}, r"\1 \g<0>"),
        ("{{a}} {{b}} {{c}}", {"a": 1, "b": 2.5, "c": True}, "1 2.5 true"),
        ("{a} {{}", {}, "{a} {{}"),
        ("{{}} {{ \n}}", {"": "x"}, "{{}} {{ \n}}"),
        ("{{ \na b\t}}", {"a b": "x"}, "x"),
        ("{{first name}}", {"first name": "Ana", "unused": "u"}, "Ana"),
        ("no placeholder", None, "no placeholder"),
    ],
)
async def test_gb_82_and_83_values_are_inserted_as_text(api: Api, pattern: str, variables: Any, text: str) -> None:
    made = await template(api, description_template=pattern)
    assert (await used(api, made, variables=variables))["description"] == text


@pytest.mark.parametrize("variables", [{}, None, {"issue": 1}, {"issue_id": None}])
async def test_gb_83_a_missing_variable_is_named(api: Api, services: Services, variables: Any) -> None:
    answer = await use(api, await template(api), variables=variables)
    assert (answer.status, answer.code) == (400, "missing_variable")
    assert "issue_id" in answer.body["message"]
    assert await task_count(services) == 0


async def test_gb_84_the_template_has_the_defaults(api: Api) -> None:
    got = await used(api, await template(api))
    assert (got["title"], got["priority"], got["tags"]) == ("Customer Complaint", "high", ["support"])


async def test_gb_84_the_request_overrides(api: Api) -> None:
    given = {"title": "T", "description": "D", "priority": "low", "tags": ["a", "b"], "context": {"k": 1}}
    got = await used(api, await template(api), **given)
    assert {field: got[field] for field in given} == given


@pytest.mark.parametrize("due_date", ["2024-01-15T10:00:00Z", "2020-01-01T00:00:00Z"])
async def test_gb_05_a_due_date_from_a_template_lies_ahead(api: Api, services: Services, due_date: str) -> None:
    answer = await use(api, await template(api), due_date=due_date)
    assert (answer.status, answer.body) == (
        400,
        {"error": "invalid_due_date", "message": "Due date must be in the future"},
    )
    assert await task_count(services) == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"due_date": "someday"}, "invalid_due_date"),
        ({"due_date": 5}, "invalid_due_date"),
        ({"priority": "soon"}, "invalid_priority"),
        ({"tags": "a"}, "invalid_tags"),
        ({"title": " "}, "missing_title"),
        ({"context": []}, "invalid_context"),
        ({"assignee": 5}, "invalid_assignee"),
        ({"variables": []}, "invalid_variables"),
        ({"variables": "x"}, "invalid_variables"),
        ({"variables": {"issue_id": ["x"]}}, "invalid_variables"),
        ({"variables": {"issue_id": {}}}, "invalid_variables"),
        ({"variables": {"issue_id": "a\0"}}, "invalid_variables"),
        ({"template_id": None}, "missing_template"),
        ({"template_id": 5}, "missing_template"),
        ({"template_id": ""}, "missing_template"),
        ({"status": "completed"}, "unknown_field"),
    ],
)
async def test_gb_81_other_requests_are_refused(
    api: Api, services: Services, fields: dict[str, Any], code: str
) -> None:
    body = {"template_id": await template(api), "variables": {"issue_id": "1"}, **fields}
    answer = await api.send("POST", "/tasks/from-template", body)
    assert (answer.status, answer.code) == (400, code)
    assert await task_count(services) == 0


async def test_gb_85_the_checklist_is_copied_in_order_and_undone(api: Api) -> None:
    got = await used(api, await template(api))
    assert got["checklist"] == [{"text": text, "done": False} for text in COMPLAINT["checklist"]]
    assert (got["progress"], (await api.get(await api.made()))["checklist"]) == (0, [])


async def test_gb_85_ticking_sets_the_progress(api: Api, clock: VirtualClock) -> None:
    template_id = await template(api)
    task_id = (await used(api, template_id))["task_id"]
    clock.advance(timedelta(minutes=1))
    for number, progress in ((2, 25), (1, 50), (4, 75), (3, 100)):
        answer = await tick(api, task_id, number)
        assert (answer.status, answer.body["progress"]) == (200, progress)
    got = await api.get(task_id)
    assert (got["progress"], got["status"], got["updated_at"]) == (100, "pending", "2024-01-15T10:01:00Z")
    answer = await tick(api, task_id, 2, done=False)
    assert answer.body["progress"] == 75
    assert [item["done"] for item in answer.body["checklist"]] == [True, False, True, True]
    assert [item["done"] for item in (await used(api, template_id))["checklist"]] == [False] * 4


async def test_gb_85_ticking_again_changes_nothing(api: Api, clock: VirtualClock, services: Services) -> None:
    task_id = (await used(api, await template(api, checklist=["a", "b", "c"])))["task_id"]
    assert (await tick(api, task_id, 1)).body["progress"] == 33
    clock.advance(timedelta(minutes=1))
    assert (await tick(api, task_id, 1)).body["updated_at"] == "2024-01-15T10:00:00Z"
    async with services.database.read() as reader:
        found = [row["kind"] for row in await contents.rows(reader, "event")]
    assert sorted(found) == ["task_created", "task_updated", "template_created"]


async def test_gb_85_a_completed_task_stays_at_100(api: Api) -> None:
    task_id = (await used(api, await template(api)))["task_id"]
    await api.complete(task_id)
    answer = await tick(api, task_id, 1)
    assert (answer.status, answer.body["progress"]) == (200, 100)


@pytest.mark.parametrize("number", [0, 5, -1, "x", "1.0", "²", "9" * 30])
async def test_gb_85_an_item_that_is_not_there(api: Api, number: object) -> None:
    task_id = (await used(api, await template(api)))["task_id"]
    answer = await tick(api, task_id, number)
    assert (answer.status, answer.code) == (404, "checklist_item_not_found")
    assert answer.body["message"] == f"Task {task_id} has no checklist item {number}: its items are 1 to 4"
    assert (await tick(api, await api.made(), 1)).code == "checklist_item_not_found"


@pytest.mark.parametrize("done", [None, 1, "true", []])
async def test_gb_85_done_is_true_or_false(api: Api, done: object) -> None:
    task_id = (await used(api, await template(api)))["task_id"]
    answer = await tick(api, task_id, 1, done)
    assert (answer.status, answer.code) == (400, "invalid_done")
    assert (await api.send("PATCH", f"/tasks/{task_id}/checklist/1", {"undone": True})).code == "unknown_field"


async def test_gb_85_a_checklist_is_changed_by_ticking_alone(api: Api) -> None:
    task_id = (await used(api, await template(api)))["task_id"]
    assert (await api.patch(task_id, checklist=[])).code == "read_only_field"
    assert (await api.create(checklist=[])).code == "read_only_field"


async def test_gb_86_an_unknown_template(api: Api, stranger: Api) -> None:
    for wanted, who in (("tpl_none", api), (await template(api), stranger)):
        answer = await use(who, wanted)
        assert (answer.status, answer.code) == (404, "template_not_found")
        assert (await who.send("GET", f"/templates/{wanted}")).code == "template_not_found"


@pytest.mark.parametrize("base", ["/gb/api/v1", "/gb/api/v1/tasks", "/api/v1", "/api/v1/tasks"])
async def test_gb_86_from_template_is_no_task(api: Api, base: str) -> None:
    api.base = base
    assert (await api.send("GET", "/tasks/from-template")).status == 405
    assert (await api.send("DELETE", "/tasks/from-template")).status == 405


async def test_gb_03_and_09_templates_need_a_token_for_what_is_done(api: Api, onlooker: Api) -> None:
    template_id = await template(api)
    task_id = (await used(api, template_id))["task_id"]
    assert (await onlooker.send("POST", "/templates", COMPLAINT)).code == "permission_denied"
    assert (await use(onlooker, template_id)).code == "permission_denied"
    assert (await tick(onlooker, task_id, 1)).code == "permission_denied"
    api.token = None
    assert (await api.send("POST", "/templates", COMPLAINT)).status == 401
    assert (await use(api, template_id)).status == 401


@pytest.mark.parametrize("path", ["/templates", "/tasks/from-template"])
@pytest.mark.parametrize("body", ["", "[]", "{", b"\xff"])
async def test_gb_11_what_is_sent_is_a_json_object(api: Api, path: str, body: Any) -> None:
    answer = await api.send("POST", path, data=body)
    assert (answer.status, answer.code) == (400, "invalid_request")
