"""Each interface has an OpenAPI document; `contract.py` holds every answer of the other tests against it (X-19)."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from playwright.async_api import Page

from tasktalk.bots.api import openapi
from tasktalk.bots.api.routing import Endpoint, Operation
from tasktalk.bots.api.schemas import TEXT, answer
from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Dialect
from tasktalk.bots.dialects.served import DIALECTS
from tests.bots.dialects.conftest import Client
from tests.bots.dialects.contract import Contract
from tests.system.server import serving


@pytest.mark.parametrize(
    ("prefix", "first"),
    [
        ("/gb", ["/tasks", "/tasks/export", "/tasks/import", "/tasks/{task_id}"]),
        ("/chatbotkit", ["/task/create", "/task/list"]),
        ("/teamday", ["/tasks", "/tasks/{taskId}"]),
        ("/bytebot", ["/tasks", "/tasks/in-progress", "/tasks/{id}", "/tasks/{id}/files/{fileId}"]),
        ("/bytebot-live", ["/tasks", "/tasks/in-progress", "/tasks/models", "/tasks/{id}/messages"]),
        ("/copilotz", ["/tasks", "/tasks/{taskId}", "/workflows"]),
    ],
)
async def test_x_19_the_document_is_openapi(client: Client, prefix: str, first: list[str]) -> None:
    async with client.get(f"{prefix}/openapi.json") as served:
        assert served.status == 200
        assert served.content_type == "application/json"
        document = await served.json()
    assert document["openapi"] == "3.1.0"
    assert list(document["paths"])[: len(first)] == first
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_x_19_every_endpoint_says_what_it_does(services: Services) -> None:
    silent = [
        f"{method} {endpoint.path}"
        for dialect in DIALECTS
        for endpoint in dialect.endpoints(services)
        for method in endpoint.methods
        if method not in endpoint.operations
    ]
    assert silent == [], "these need an Operation, see CONTRIBUTING.md"


def test_x_19_no_operation_is_of_a_method_that_is_not_there(services: Services) -> None:
    for endpoint in (each for dialect in DIALECTS for each in dialect.endpoints(services)):
        assert set(endpoint.operations) <= set(endpoint.methods), endpoint.path


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_an_operation_is_told_once_so_that_its_document_is_made_once(services: Services, dialect: Dialect) -> None:
    first, again = ([endpoint.operations for endpoint in dialect.endpoints(services)] for _ in range(2))
    assert first == again


def test_two_schemas_of_one_title_are_noticed() -> None:
    operations = {
        "GET": Operation("a", {200: answer("Thing", {"a": TEXT})}),
        "POST": Operation("b", {200: answer("Thing", {"b": TEXT})}),
    }
    with pytest.raises(ValueError, match="Thing"):
        openapi.document("t", "d", ["/gb/api/v1"], [Endpoint("/things", {}, operations)])


def test_x_19_each_type_of_a_body_and_an_answer_is_described() -> None:
    lines, thing = {"type": "string", "description": "lines"}, answer("Thing", {"a": TEXT})
    operation = Operation("a", {200: thing}, thing, other_bodies={"text/csv": TEXT}, other_types={"text/csv": lines})
    made = openapi.document("t", "d", ["/gb/api/v1"], [Endpoint("/things", {}, {"POST": operation})])
    told = made["paths"]["/things"]["post"]
    reference = {"schema": {"$ref": "#/components/schemas/Thing"}}
    assert told["requestBody"]["content"] == {"application/json": reference, "text/csv": {"schema": TEXT}}
    assert told["responses"]["200"]["content"] == {"application/json": reference, "text/csv": {"schema": lines}}
    assert set(told["responses"]["400"]["content"]) == {"application/json"}


def described() -> Contract:
    operation = Operation("a", {200: answer("Thing", {"a": TEXT})}, errors=["task_not_found"])
    endpoints = [Endpoint("/things/{id}", {}, {"GET": operation}), Endpoint("/gone", {}, {"GET": Operation("b", {})})]
    return Contract(json.dumps(openapi.document("t", "d", ["/gb/api/v1"], endpoints)))


PROBLEM = {"error": "task_not_found", "message": "Task x not found"}


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/gb/api/v1/things/x", 200, {"a": "b"}),
        ("GET", "/gb/api/v1/things/x", 404, PROBLEM),
        ("GET", "/gb/api/v1/things/x/y", 404, {**PROBLEM, "error": "not_found"}),
        ("PUT", "/gb/api/v1/things/x", 405, {**PROBLEM, "error": "method_not_allowed"}),
        ("GET", "/web/anything", 200, {"b": 1}),
    ],
)
def test_x_19_what_is_described_is_taken(method: str, path: str, status: int, body: Any) -> None:
    described().check(method, path, status, "application/json", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "body"),
    [
        ("GET", "/gb/api/v1/things/x", 200, "application/json", {"a": 1}),
        ("GET", "/gb/api/v1/things/x", 200, "application/json", {"a": "b", "c": 1}),
        ("GET", "/gb/api/v1/things/x", 200, "application/json", {}),
        ("GET", "/gb/api/v1/things/x", 200, "text/plain", {"a": "b"}),
        ("GET", "/gb/api/v1/things/x", 201, "application/json", {"a": "b"}),
        ("GET", "/gb/api/v1/things/x", 404, "application/json", {**PROBLEM, "error": "bot_not_found"}),
        ("GET", "/gb/api/v1/things/x", 404, "application/json", {**PROBLEM, "hint": "h"}),
        ("POST", "/gb/api/v1/things/x", 200, "application/json", {"a": "b"}),
        ("GET", "/gb/api/v1/others", 200, "application/json", {"a": "b"}),
        ("OPTIONS", "/gb/api/v1/things/x", 200, "application/json", {}),
    ],
)
def test_x_19_what_is_not_described_fails(method: str, path: str, status: int, kind: str, body: Any) -> None:
    with pytest.raises(AssertionError, match="answered"):
        described().check(method, path, status, kind, json.dumps(body).encode())


async def test_x_19_the_page_shows_the_document_and_sends_requests(tmp_path: Path, page: Page) -> None:
    async with serving(tmp_path, {"ask/start.bas": 'TALK "hello"\n'}) as server:
        await page.goto(f"{server.url}/gb/docs")
        await page.get_by_text("Create a task", exact=True).click()
        await page.get_by_role("button", name="Try it out").click()
        await page.get_by_role("button", name="Execute").click()
        await page.get_by_text("A token is needed").first.wait_for()
