"""What goes wrong is told in each interface's own shape."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.mounting import Serving, routes
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.runtime.budgets import UNLIMITED, Rate
from tasktalk.runtime.tasks.service import Tasks
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.contract import CheckedClient
from tests.bots.dialects.crossing.asking import Asking
from tests.bots.dialects.crossing.faces import FACES
from tests.bots.dialects.crossing.faces.face import Ask, Face

STATUS = {
    "unauthorized": 401,
    "bad_json": 400,
    "not_found": 404,
    "bad_word": 400,
    "bad_method": 405,
    "too_large": 413,
    "too_often": 429,
    "internal": 500,
    "no_path": 404,
}
TOO_LARGE = json.dumps({"description": "x" * 1_048_576}).encode()
FACE = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)


@pytest.fixture
async def limited(services: Services, api: Api) -> AsyncIterator[Asking]:
    """One who may make one task in an hour."""
    app = web.Application()
    rates = replace(UNLIMITED, create=Rate(1, timedelta(hours=1)))
    app.add_routes(routes(replace(services, rates=rates), DIALECTS, Serving()))
    async with CheckedClient(TestServer(app)) as client:
        yield Asking(client, api.token)


async def went_wrong(case: str, face: Face, asking: Asking, limited: Asking) -> tuple[int, Any]:
    """The answer where just that goes wrong."""
    create = face.create("Report")
    match case:
        case "unauthorized":
            return await replace(asking, token="tt_nobodys").send(face, face.get("none"))
        case "bad_json":
            headers = {"Content-Type": "application/json"}
            return await asking.send(face, create, data=io.BytesIO(b'{"title":'), headers=headers)
        case "not_found":
            return await asking.send(face, face.get("tsk_none"))
        case "bad_word":
            return await asking.send(face, face.bad_word())
        case "bad_method":
            return await asking.send(face, Ask("PROPFIND", create.path))
        case "too_large":
            headers = {"Content-Type": "application/json"}
            made = face.id_in(await asking.done(face, create))
            return await asking.send(face, face.large(made), data=io.BytesIO(TOO_LARGE), headers=headers)
        case "too_often":
            await limited.done(face, create)
            return await limited.send(face, create)
        case "internal":
            return await asking.send(face, create)
        case _:
            return await asking.send(face, Ask("GET", "/nothing/at/all"))


def test_every_dialect_that_is_served_has_a_face() -> None:
    assert [face.name for face in FACES] == [dialect.name for dialect in DIALECTS]


@FACE
@pytest.mark.parametrize("case", STATUS)
async def test_x_15_and_16_an_error_is_in_the_shape_of_its_interface(
    case: str, face: Face, asking: Asking, limited: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    if case == "internal":
        monkeypatch.setattr(Tasks, "create", broken)
    status, body = await went_wrong(case, face, asking, limited)
    assert (status, face.told(body)) == (STATUS[case], face.code[case])
    assert "secret" not in json.dumps(body)


@FACE
async def test_x_16_head_is_as_get_and_options_says_what_can_be_done(face: Face, asking: Asking) -> None:
    made = face.id_in(await asking.done(face, face.create("Report")))
    for ask in (face.get(made), face.page()):
        status, body = await asking.send(face, Ask("HEAD", ask.path, query=ask.query))
        assert (status, body) == (200, None)
    for ask in (face.create("Report"), face.get(made), face.delete(made), face.page()):
        async with asking.client.request("OPTIONS", face.mount + ask.path) as answer:  # nobody is asked for a token
            assert answer.status == 204
            allowed = answer.headers["Allow"].split(", ")
        assert {ask.method, "OPTIONS"} <= set(allowed)
        assert ("HEAD" in allowed) == ("GET" in allowed)
