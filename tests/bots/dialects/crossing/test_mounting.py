"""Where each dialect answers: side by side at one port, told apart by path and token, or alone, or not at all."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from tasktalk.bots.api.services import Services
from tasktalk.bots.app import Settings, applications
from tasktalk.bots.assembly import assembled, language
from tasktalk.bots.dialects import chatbotkit, general_bots, served
from tasktalk.bots.dialects.mounting import EVERY, Dialect, Serving, routes
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tests.bots.dialects.crossing import other
from tests.bots.dialects.crossing.faces import FACES
from tests.bots.dialects.crossing.faces.face import Ask
from tests.databases import private_url

DIALECTS: Sequence[Dialect] = (general_bots.DIALECT, chatbotkit.DIALECT, other.DIALECT)
SITE = "https://desk.example.org"


@dataclass(slots=True)
class Answer:
    status: int
    body: Any
    headers: Any


@dataclass(slots=True)
class House:
    """A server of the three dialects, and the tokens of Ana."""

    services: Services
    tokens: dict[str, str]
    clients: dict[str, TestClient[web.Request, web.Application]] = field(default_factory=dict)

    async def open(self, serving: Serving | None = None, dialects: Sequence[Dialect] = DIALECTS) -> None:
        settings = Settings(is_loopback=True, serving=serving or Serving())
        for name, app in applications(self.services, settings, dialects).items():
            self.clients[name] = TestClient(TestServer(app))
            await self.clients[name].start_server()

    async def close(self) -> None:
        for client in self.clients.values():
            await client.close()

    async def send(
        self, method: str, path: str, token: str | None = "plain", *, port: str = "", body: Any = None, **headers: str
    ) -> Answer:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            told["Authorization"] = f"Bearer {self.tokens.get(token, token)}"
        async with self.clients[port].request(method, path, json=body, headers=told) as answer:
            is_json = answer.content_type == "application/json" and method != "HEAD"
            return Answer(answer.status, await answer.json() if is_json else None, answer.headers)


@pytest.fixture
async def house(tmp_path: Any) -> AsyncIterator[House]:
    keywords = language()
    async with assembled(private_url(), Bots.load(tmp_path, keywords), keywords, RealClock()) as services:
        user = await services.accounts.create_user("Ana")
        made = services.accounts.create_token
        house = House(
            services,
            {
                "plain": (await made(user, "t"))[0],
                "theirs": (await made(user, "t", prefix="ot_"))[0],
                "teamday": (await made(user, "t", prefix="td_"))[0],
            },
        )
        yield house
        await house.close()


async def test_x_03_the_token_tells_whose_a_path_of_the_root_is(house: House) -> None:
    await house.open()
    made = await house.send("POST", "/api/v1/tasks", body={"title": "Report"})
    assert (made.status, made.body["title"]) == (201, "Report")
    note = await house.send("POST", "/api/v1/tasks", "theirs", body={"line": "Note"})
    assert (note.status, note.body["line"]) == (200, "Note")
    task_id = note.body["note"].removeprefix("note-")
    assert (await house.send("GET", f"/api/v1/tasks/{task_id}", "theirs")).body == note.body
    assert (await house.send("GET", f"/api/v1/tasks/{task_id}")).body["title"] == "Note"


@pytest.mark.parametrize(("token", "shape"), [("ot_nobodys", "wrong"), ("tt_nobodys", "error"), (None, "error")])
async def test_x_03_also_of_a_token_that_is_nobodys(house: House, token: str | None, shape: str) -> None:
    await house.open()
    answer = await house.send("GET", "/api/v1/tasks/x", token)
    assert answer.status == 401
    assert shape in answer.body


@pytest.mark.parametrize("path", ["analytics", "tasks", "tasks/templates", "a/b/c", "notifications"])
async def test_x_03_nothing_of_another_is_there_for_such_a_token(house: House, path: str) -> None:
    await house.open()
    answer = await house.send("GET", f"/api/v1/tasks/{path}", "theirs")
    assert answer.status == 404
    assert answer.body["status"] == 404


async def test_x_03_below_its_prefix_and_elsewhere_the_token_does_not_matter(house: House) -> None:
    await house.open()
    assert (await house.send("POST", "/other/tasks", body={"line": "Note"})).body["line"] == "Note"
    assert (await house.send("GET", "/gb/api/v1/tasks", "theirs")).body["total"] == 1
    assert (await house.send("GET", "/api/v1/task/list", "theirs")).body["items"] == []


async def test_x_02_to_04_every_client_finds_its_paths_at_the_root(house: House) -> None:
    await house.open(dialects=served.DIALECTS)
    for path, token, body in [
        ("/api/v1/tasks", "plain", {"title": "a"}),
        ("/api/v1/task/create", "plain", {"name": "b"}),
        ("/tasks", "plain", {"description": "c"}),
        ("/api/v1/tasks", "teamday", {"title": "d"}),
        ("/rest/tasks", "plain", {"name": "e", "status": "pending"}),
    ]:
        assert (await house.send("POST", path, token, body=body)).status in (200, 201), path
    general = (await house.send("GET", "/api/v1/tasks?include=scheduled")).body
    assert {row["title"] for row in general["tasks"]} == set("abcde")
    assert [row["name"] for row in (await house.send("GET", "/api/v1/task/list")).body["items"]] == ["b"]
    assert {row["description"] for row in (await house.send("GET", "/tasks")).body} == set("acde")
    assert {row["title"] for row in (await house.send("GET", "/api/v1/tasks", "teamday")).body} == set("acde")
    assert {row["name"] for row in (await house.send("GET", "/rest/tasks")).body["data"]} == set("acde")


async def test_x_03_a_token_that_begins_as_teamdays_do_is_answered_as_teamday_does(house: House) -> None:
    await house.open(dialects=served.DIALECTS)
    for path in ["/api/v1/tasks", "/api/v1/tasks/x", "/api/v1/webhooks"]:
        answer = await house.send("GET", path, "td_nobodys")
        assert (answer.status, answer.body["statusMessage"]) == (401, "Unauthorized")
    assert (await house.send("GET", "/api/v1/tasks", "tt_nobodys")).body["error"] == "unauthorized"
    assert (await house.send("GET", "/api/v1/tasks/templates", "teamday")).body["message"] == "Task not found"


def settled(dialect: Dialect, services: Services) -> Dialect:
    """The same, but that its routes are made once."""
    made = dialect.routes(services)
    return replace(dialect, routes=lambda _: made)


@pytest.mark.parametrize("name", [dialect.name for dialect in served.DIALECTS])
async def test_beside_the_others_each_answers_where_it_does_alone(services: Services, name: str) -> None:
    same = [settled(dialect, services) for dialect in served.DIALECTS]
    [own] = [dialect for dialect in same if dialect.name == name]
    alone, together = web.Application(), web.Application()
    alone.add_routes(routes(services, [own], Serving()))
    together.add_routes(routes(services, same, Serving()))
    found = 0
    for route in own.routes(services):
        path = re.sub(r"\{rest:[^}]*\}", "/nothing", route.path)
        path = re.sub(r"\{\w+[^}]*\}", "x", path)
        for begins in {"tt_", *own.tokens.values()}:
            request = make_mocked_request("GET", path, {"Authorization": f"Bearer {begins}x"})
            of_its_own = await alone.router.resolve(request)
            if of_its_own.http_exception is None:
                assert (await together.router.resolve(request)).handler is of_its_own.handler, path
                found += 1
    assert found >= len(own.routes(services))


@pytest.mark.parametrize("dialect", served.DIALECTS, ids=lambda dialect: dialect.name)
async def test_x_06_each_can_be_switched_off(house: House, dialect: Dialect) -> None:
    await house.open(Serving(without=[dialect.name]), served.DIALECTS)
    for face in FACES:
        for ask in (face.page(), Ask("GET", "/nothing")):
            answer = await house.send("GET", face.mount + ask.path)
            if face.name == dialect.name:
                assert answer.body == {"error": "not_found", "message": "There is nothing at this address."}
            else:
                assert answer.status == (200 if ask.path != "/nothing" else 404)


@pytest.mark.parametrize("dialect", served.DIALECTS, ids=lambda dialect: dialect.name)
async def test_x_05_each_can_have_a_port_for_itself(house: House, dialect: Dialect) -> None:
    name = dialect.name
    await house.open(Serving(ports={name: 0}), served.DIALECTS)
    root = {
        "general_bots": "/api/v1/tasks",
        "chatbotkit": "/api/v1/task/list",
        "bytebot": "/tasks",
        "teamday": "/api/v1/tasks",
        "copilotz": "/rest/tasks",
    }
    for face in FACES:
        expected = 200 if face.name == name else 404
        assert (await house.send("GET", face.mount + face.page().path, port=name)).status == expected
    for path in set(root.values()):
        expected = 200 if path == root[name] else 404
        assert (await house.send("GET", path, port=name)).status == expected, path


async def test_x_16_a_page_of_a_site_that_is_named_for_it_is_bytebots_visitor(house: House) -> None:
    house.services = replace(house.services, is_on_loopback=True)
    await house.open(Serving(origins={EVERY: [SITE], "bytebot": ["https://b.example.org"]}), served.DIALECTS)
    assert (await house.send("GET", "/tasks", None, Origin=SITE)).status == 403
    let_in = await house.send("GET", "/tasks", None, Origin="https://b.example.org")
    assert (let_in.status, let_in.headers["Access-Control-Allow-Origin"]) == (200, "https://b.example.org")


async def test_a_sixth_dialect_is_served_with_all_that_the_others_have(house: House) -> None:
    six = [*served.DIALECTS, other.DIALECT]
    await house.open(Serving(ports={"other": 0}, origins={EVERY: [SITE]}), six)
    document = (await house.send("GET", "/other/openapi.json", None)).body
    assert set(document["paths"]) == {"/tasks", "/tasks/{note}"}
    assert (await house.send("GET", "/other/docs", None)).status == 200
    made = await house.send("POST", "/other/tasks", body={"line": "Note"}, Idempotency_Key="k", Origin=SITE)
    again = await house.send("POST", "/other/tasks", body={"line": "Note"}, Idempotency_Key="k")
    assert (made.body, again.headers["Idempotency-Replayed"]) == (again.body, "true")
    assert made.headers["Access-Control-Allow-Origin"] == SITE
    path = f"/other/tasks/{made.body['note'].removeprefix('note-')}"
    read = await house.send("GET", path)
    assert (await house.send("GET", path, If_None_Match=read.headers["ETag"])).status == 304
    for face in FACES:
        assert (await house.send("GET", face.mount + face.get(path.rpartition("/")[2]).path)).status == 200
    for port in ("", "other"):
        assert (await house.send("GET", "/api/v1/tasks/x", "ot_nobodys", port=port)).body["status"] == 401
    for method, where, status in [("GET", "/other/x", 404), ("PUT", path, 405), ("GET", "/other/tasks/none", 404)]:
        answer = await house.send(method, where)
        assert (answer.status, answer.body["status"]) == (status, status)


async def test_x_05_at_its_own_port_a_dialect_is_alone(house: House) -> None:
    await house.open(Serving(ports={"other": 0}))
    for path, token in [("/api/v1/tasks", "plain"), ("/api/v1/tasks", "theirs"), ("/other/tasks", "plain")]:
        answer = await house.send("POST", path, token, port="other", body={"line": "Note"})
        assert (answer.status, answer.body["line"]) == (200, "Note")
    assert "wrong" in (await house.send("GET", "/api/v1/tasks/x", None, port="other")).body
    for path in ["/", "/gb/api/v1/tasks", "/api/v1/task/list", "/chat/ask", "/health", "/metrics"]:
        assert (await house.send("GET", path, port="other")).status == 404
    for path in ["/other/docs", "/other/openapi.json", "/web/openapi.js"]:
        assert (await house.send("GET", path, None, port="other")).status == 200
    assert (await house.send("GET", "/other/docs", None)).status == 200  # and it stays where it was


async def test_x_06_a_dialect_that_is_switched_off_is_not_there(house: House) -> None:
    await house.open(Serving(without=["other", "chatbotkit"]))
    for path in ["/other/tasks", "/other/docs", "/other/openapi.json", "/api/v1/task/list", "/chatbotkit/docs"]:
        for method in ["GET", "POST", "OPTIONS"]:
            answer = await house.send(method, path, "theirs")
            assert answer.status == 404
            assert answer.body == {"error": "not_found", "message": "There is nothing at this address."}
    answer = await house.send("POST", "/api/v1/tasks", "theirs", body={"title": "Report"})
    assert answer.body["title"] == "Report"


async def test_x_06_without_the_other_one_a_path_is_still_for_its_own_tokens_alone(house: House) -> None:
    await house.open(Serving(without=["general_bots"]))
    assert (await house.send("POST", "/api/v1/tasks", "theirs", body={"line": "Note"})).status == 200
    answer = await house.send("POST", "/api/v1/tasks", body={"title": "Report"})
    assert answer.body == {"error": "not_found", "message": "There is nothing at this address."}


@pytest.mark.parametrize("path", ["/gb/openapi.json", "/gb/docs", "/chatbotkit/docs", "/other/openapi.json"])
async def test_x_16_documents_are_looked_at_and_not_written(house: House, path: str) -> None:
    await house.open()
    assert (await house.send("HEAD", path, None)).status == 200
    options = await house.send("OPTIONS", path, None)
    assert (options.status, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    refused = await house.send("POST", path, None)
    assert refused.status == 405
    assert set(refused.body) in [{"error", "message"}, {"code", "message"}, {"wrong", "status"}]


class TestPagesOfOtherSites:
    """What browsers are told that let a page ask for something."""

    async def test_x_16_nobody_is_let_in_unless_that_is_said(self, house: House) -> None:
        await house.open()
        for method in ["GET", "OPTIONS"]:
            answer = await house.send(method, "/gb/api/v1/tasks", Origin=SITE, Access_Control_Request_Method="POST")
            assert [name for name in answer.headers if name.startswith("Access-Control")] == []

    async def test_x_16_a_site_that_is_named_is_asked_for_the_token(self, house: House) -> None:
        await house.open(Serving(origins={EVERY: [SITE]}))
        for path in ["/gb/api/v1/tasks", "/api/v1/tasks", "/chatbotkit/api/v1/task/list", "/other/tasks"]:
            wanted = {
                "Access_Control_Request_Method": "POST",
                "Access_Control_Request_Headers": "authorization, if-match",
            }
            answer = await house.send("OPTIONS", path, None, Origin=SITE, **wanted)
            assert answer.status == 204
            assert answer.headers["Access-Control-Allow-Origin"] == SITE
            assert answer.headers["Access-Control-Allow-Headers"] == "authorization, if-match"
            assert answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"]
            assert answer.headers["Vary"] == "Origin"
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert (await house.send("GET", path, None, Origin=SITE)).status in (401, 405)

    async def test_x_16_its_pages_read_answers_errors_and_what_is_told_beside_them(self, house: House) -> None:
        await house.open(Serving(origins={EVERY: [SITE]}))
        made = await house.send("POST", "/gb/api/v1/tasks", body={"title": "Report"}, Origin=SITE)
        assert (made.status, made.headers["Access-Control-Allow-Origin"]) == (201, SITE)
        assert "ETag" in made.headers["Access-Control-Expose-Headers"].split(", ")
        refused = await house.send("GET", "/gb/api/v1/tasks/none", None, Origin=SITE)
        assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, SITE)
        missing = await house.send("GET", "/gb/nothing", Origin=SITE)
        assert (missing.status, missing.headers["Access-Control-Allow-Origin"]) == (404, SITE)

    @pytest.mark.parametrize("origin", ["https://evil.example.org", "http://desk.example.org", "null", f"{SITE}:8443"])
    async def test_x_16_another_site_is_not_let_in(self, house: House, origin: str) -> None:
        await house.open(Serving(origins={EVERY: [SITE]}))
        answer = await house.send("GET", "/gb/api/v1/tasks", Origin=origin)
        assert answer.status == 200
        assert [name for name in answer.headers if name.startswith("Access-Control")] == []
        assert answer.headers["Vary"] == "Origin"

    async def test_x_16_what_has_nothing_to_do_with_tasks_lets_nobody_in(self, house: House) -> None:
        await house.open(Serving(origins={EVERY: [SITE]}))
        for path in ["/", "/health", "/web/theme.css"]:
            answer = await house.send("GET", path, Origin=SITE)
            assert "Access-Control-Allow-Origin" not in answer.headers

    async def test_x_16_where_no_token_is_asked_for_only_a_site_that_is_named_for_it(self, house: House) -> None:
        dialects = [general_bots.DIALECT, chatbotkit.DIALECT, replace(other.DIALECT, asks_for_tokens=False)]
        await house.open(Serving(origins={EVERY: [SITE], "chatbotkit": ["https://kit.example.org"]}), dialects)
        assert "Access-Control-Allow-Origin" not in (await house.send("OPTIONS", "/other/tasks", Origin=SITE)).headers
        await house.close()
        await house.open(Serving(origins={EVERY: [SITE], "other": ["https://o.example.org"]}), dialects)
        answer = await house.send("OPTIONS", "/other/tasks", Origin="https://o.example.org")
        assert answer.headers["Access-Control-Allow-Origin"] == "https://o.example.org"
        assert "Access-Control-Allow-Origin" not in (await house.send("OPTIONS", "/other/tasks", Origin=SITE)).headers
        for site in (SITE, "https://o.example.org"):
            allowed = (await house.send("OPTIONS", "/gb/api/v1/tasks", Origin=site)).headers
            assert ("Access-Control-Allow-Origin" in allowed) == (site == SITE)

    async def test_x_16_names_of_headers_that_are_none_are_not_said_again(self, house: House) -> None:
        await house.open(Serving(origins={EVERY: [SITE]}))
        answer = await house.send(
            "OPTIONS", "/gb/api/v1/tasks", None, Origin=SITE, Access_Control_Request_Headers="a b; c=<script>"
        )
        assert "Access-Control-Allow-Headers" not in answer.headers
