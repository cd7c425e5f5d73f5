"""General Bots: where it is mounted, who may come in, and how it says no."""

import re
from datetime import timedelta

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.runtime.clock import VirtualClock
from tests.bots.dialects.conftest import SOON, Api, Client

EACH_ENDPOINT = [
    ("GET", ""),
    ("POST", ""),
    ("GET", "/{id}"),
    ("PATCH", "/{id}"),
    ("DELETE", "/{id}"),
    ("POST", "/{id}/complete"),
]
MODIFYING = [("PATCH", "/{id}"), ("DELETE", "/{id}"), ("POST", "/{id}/complete")]


async def test_gb_01_post_below_the_mount_creates(api: Api) -> None:
    assert (await api.create()).status == 201


@pytest.mark.parametrize("base", ["/gb/api/v1", "/gb/api/v1/tasks", "/api/v1", "/api/v1/tasks"])
async def test_gb_02_both_spellings_and_the_root_answer_alike(api: Api, base: str) -> None:
    api.base = base
    created = await api.create(priority="high")
    assert created.status == 201
    assert set(created.body) == {"task_id", "title", "status", "created_at", "created_by"}
    task_id = created.body["task_id"]
    assert (await api.get(task_id))["priority"] == "high"
    assert (await api.page()).body["total"] == 1
    assert (await api.patch(task_id, progress=5)).body["updated"] is True
    assert (await api.complete(task_id)).status == 200
    assert (await api.send("DELETE", f"/tasks/{task_id}")).status == 200


@pytest.mark.parametrize(("method", "path"), EACH_ENDPOINT)
@pytest.mark.parametrize(
    "authorization", [None, "Basic dTpw", "Bearer", "Bearer ", "Bearer tt_unknown", "tt_x", "Bearer \xff"]
)
async def test_gb_03_without_a_good_token_nothing_is_done(
    api: Api, client: Client, method: str, path: str, authorization: str | None
) -> None:
    task_id = await api.made()
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await Api(client, None).send(method, "/tasks" + path.format(id=task_id), {"title": "x"}, headers=headers)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert set(answer.body) == {"error", "message"}
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (await api.page()).body["total"] == 1
    assert (await api.get(task_id))["title"] == "Call Ana"


async def test_gb_03_a_token_ends_when_it_expires(api: Api, clock: VirtualClock) -> None:
    clock.advance(timedelta(days=400) - timedelta(seconds=1))
    assert (await api.page()).status == 200
    clock.advance(timedelta(seconds=1))
    assert (await api.page()).status == 401


async def test_gb_03_a_revoked_token_is_unknown(api: Api, services: Services) -> None:
    (token,) = await services.accounts.tokens()
    await services.accounts.revoke(token.id)
    assert (await api.page()).status == 401


async def test_gb_03_the_scheme_is_read_in_any_case(api: Api, client: Client) -> None:
    assert (
        await Api(client, None).send("GET", "/tasks", headers={"Authorization": f"bEARER  {api.token}"})
    ).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/tasks/tsk_xyz789", None),
        ("POST", "/tasks", {}),
        ("POST", "/tasks", {"title": "t", "due_date": "2020-01-01"}),
        ("GET", "/tasks?page=0", None),
        ("PUT", "/tasks", {}),
        ("GET", "/nowhere", None),
    ],
)
async def test_gb_04_every_error_is_a_code_and_a_message(api: Api, method: str, path: str, body: object) -> None:
    answer = await api.send(method, path, body)
    assert answer.status >= 400
    assert set(answer.body) == {"error", "message"}
    assert answer.body["error"] == answer.body["error"].lower().replace("-", "_")
    assert isinstance(answer.body["message"], str)
    assert answer.headers["Content-Type"].startswith("application/json")


IN_THE_PAST = {"error": "invalid_due_date", "message": "Due date must be in the future"}


async def test_gb_05_a_due_date_that_has_passed_is_refused(api: Api) -> None:
    created = await api.create(due_date="2024-01-14T10:00:00Z")
    assert (created.status, created.body) == (400, IN_THE_PAST)
    task_id = await api.made(due_date=SOON)
    patched = await api.patch(task_id, due_date="2024-01-14T10:00:00Z")
    assert (patched.status, patched.body) == (400, IN_THE_PAST)
    assert (await api.get(task_id))["due_date"] == SOON


async def test_gb_06_the_present_moment_is_not_the_future_and_the_next_second_is(api: Api) -> None:
    assert (await api.create(due_date="2024-01-15T10:00:00Z")).body == IN_THE_PAST
    task_id = await api.made(due_date="2024-01-15T10:00:01Z")
    assert (await api.patch(task_id, due_date="2024-01-15T12:00:00+02:00")).body == IN_THE_PAST


@pytest.mark.parametrize("value", ["soon", "tomorrow", "", "2024-02-30T00:00:00Z", 1705312800, True, [], {}])
async def test_gb_07_what_is_no_date_is_refused_in_other_words(api: Api, value: object) -> None:
    answer = await api.create(due_date=value)
    assert (answer.status, answer.code) == (400, "invalid_due_date")
    assert answer.body["message"] != IN_THE_PAST["message"]
    assert (await api.patch(await api.made(), due_date=value)).body == answer.body


@pytest.mark.parametrize("task_id", ["tsk_xyz789", "xyz789", "task_1", "tsk_", "%20", "%00", "%ED%A0%80", "x" * 2000])
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/complete")])
async def test_gb_08_an_unknown_id_is_not_found(api: Api, method: str, path: str, task_id: str) -> None:
    answer = await api.send(method, f"/tasks/{task_id}{path}", {} if method != "GET" else None)
    assert (answer.status, answer.code) == (404, "task_not_found")
    if "%" not in task_id:
        assert answer.body["message"] == f"Task {task_id} not found"


@pytest.mark.parametrize(("method", "path"), MODIFYING)
async def test_gb_09_who_may_see_but_not_modify_is_told_so(api: Api, onlooker: Api, method: str, path: str) -> None:
    task_id = await api.made()
    before = await onlooker.get(task_id)
    answer = await onlooker.send(method, "/tasks" + path.format(id=task_id), {} if method != "DELETE" else None)
    assert answer.status == 403
    assert answer.body == {"error": "permission_denied", "message": "You don't have permission to modify this task"}
    assert await api.get(task_id) == before


async def test_gb_09_a_reading_token_creates_nothing(onlooker: Api) -> None:
    denied = {"error": "permission_denied", "message": "You don't have permission to create or change this"}
    for path in ("/tasks", "/tasks/from-template", "/templates", "/webhooks"):
        answer = await onlooker.send("POST", path, {})
        assert (answer.status, answer.body) == (403, denied)
    assert (await onlooker.page()).body["total"] == 0


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/{id}"), ("HEAD", ""), ("HEAD", "/{id}")])
async def test_gb_09_a_writing_token_sees_nothing(scribe: Api, method: str, path: str) -> None:
    task_id = await scribe.made()
    answer = await scribe.send(method, "/tasks" + path.format(id=task_id))
    assert answer.status == 403
    if method == "GET":
        assert answer.body == {"error": "permission_denied", "message": "You don't have permission to see tasks"}
    assert (await scribe.patch(task_id, title="Call Bo")).status == 200


async def test_every_route_that_takes_a_token_asks_for_its_scope(client: Client, services: Services) -> None:
    user = await services.accounts.create_user("Nobody")
    secret, _ = await services.accounts.create_token(user, "t", scopes=[])
    asked = 0
    for route in client.app.router.routes():
        canonical = route.resource.canonical if route.resource else ""
        if "/api/v1" not in canonical or "{bot}" in canonical:
            continue
        path = re.sub(r"{\w+}", "x", canonical)
        for method in ("GET", "POST", "PATCH", "DELETE"):
            async with client.request(method, path, headers={"Authorization": f"Bearer {secret}"}, json={}) as answer:
                assert answer.status in {403, 404, 405}, (method, path)
                asked += answer.status == 403
    assert asked > 20


@pytest.mark.parametrize(("method", "path"), [("GET", "/{id}"), *MODIFYING])
async def test_gb_10_another_tenants_task_is_not_found(api: Api, stranger: Api, method: str, path: str) -> None:
    task_id = await api.made()
    answer = await stranger.send(method, "/tasks" + path.format(id=task_id), {} if method != "GET" else None)
    assert (answer.status, answer.code) == (404, "task_not_found")
    assert (await stranger.page()).body == {"tasks": [], "total": 0, "page": 1, "limit": 20}
    assert (await api.get(task_id))["status"] == "pending"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"title": "t"',
        b"[]",
        b'"title"',
        b"null",
        b"7",
        b"title=t",
        b'{"title": NaN}',
        b'{"title": "t", "context": {"n": Infinity}}',
        b'{"title": "t", "context": {"n": 1e999}}',
        b'{"title": "t", "context": {"n": ' + b"9" * 5000 + b"}}",
        b'{"title": "\xff"}',
        b'{"title": "t\n"}',
        b"\xef\xbb\xbf{}",
        b'{"title": "t", "context": ' + b"[" * 200 + b"]" * 200 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PATCH", "/{id}")])
async def test_gb_11_what_is_no_json_object_is_refused(api: Api, method: str, path: str, body: bytes) -> None:
    task_id = await api.made()
    answer = await api.send(method, "/tasks" + path.format(id=task_id), data=body)
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert (await api.page()).body["total"] == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b" ", "The body is empty: a JSON object is needed"),
        (b"\xef\xbb\xbf{}", "The body begins with a byte order mark (U+FEFF): leave it out"),
        (b'{"title":', "The body is not JSON: expecting value at line 1, column 10"),
    ],
)
async def test_gb_11_what_is_wrong_with_a_body_is_said(api: Api, body: bytes, message: str) -> None:
    assert (await api.send("POST", "/tasks", data=body)).body == {"error": "invalid_request", "message": message}


async def test_gb_12_unknown_words_are_refused_with_the_known_ones(api: Api) -> None:
    task_id = await api.made()
    status = await api.patch(task_id, status="done")
    assert (status.status, status.code) == (400, "invalid_status")
    assert "pending, in_progress, completed, cancelled" in status.body["message"]
    for answer in (await api.create(priority="asap"), await api.patch(task_id, priority="asap")):
        assert (answer.status, answer.code) == (400, "invalid_priority")
        assert "low, medium, high, critical" in answer.body["message"]


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("/gb", ""),
        ("/gb", "/"),
        ("/gb/api", "/v2/tasks"),
        ("/gb/api/v1", "/tasks/a/b"),
        ("/api/v1/tasks", "/a/b/c"),
    ],
)
async def test_x_16_an_unknown_path_is_not_found_in_shape(api: Api, base: str, path: str) -> None:
    api.base = base
    answer = await api.send("GET", path)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/tasks", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", "/tasks/x", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
        ("GET", "/tasks/x/complete", {"POST", "OPTIONS"}),
    ],
)
async def test_x_16_a_wrong_method_is_refused_in_shape(api: Api, method: str, path: str, allowed: set[str]) -> None:
    answer = await api.send(method, path)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed
    options = await api.send("OPTIONS", path)
    assert (options.status, set(options.headers["Allow"].split(", "))) == (204, allowed)


async def test_x_16_head_answers_as_get_without_a_body(api: Api) -> None:
    answer = await api.send("HEAD", f"/tasks/{await api.made()}")
    assert (answer.status, answer.body) == (200, {})
    assert int(answer.headers["Content-Length"]) > 100
