"""GET, POST and their kin: what a script's request is, how long headers hold, and what of it is kept."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Request
from tests.stage import Stage

ADDRESS = "https://api.example.com/orders"


class Service:
    """Everything outside, which answers the same to all."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answer: Any = {"id": 7}

    async def ask(self, request: Request) -> Any:
        self.seen.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, clock)
    yield stage
    if stage.is_open:
        await stage.close()


async def said(stage: Stage, service: Service | None, source: str) -> list[str]:
    stage.write(source)
    await stage.open(outside=service)
    return await stage.say("hi")


@pytest.mark.parametrize(
    ("line", "verb", "body"),
    [
        (f'GET "{ADDRESS}"', "GET", None),
        (f'GET(" {ADDRESS} ")', "GET", None),
        (f'POST "{ADDRESS}"', "POST", None),
        (f'POST "{ADDRESS}", "a=b"', "POST", "a=b"),
        (f'POST "{ADDRESS}", {{a: [1, TRUE, NULL], b: {{}}}}', "POST", {"a": [1, True, None], "b": {}}),
        (f'PUT "{ADDRESS}", 1.5', "PUT", 1.5),
        (f'PATCH("{ADDRESS}", TODAY)', "PATCH", "2026-01-05T00:00:00Z"),
        (f'DELETE HTTP "{ADDRESS}"', "DELETE", None),
    ],
)
async def test_a_request(stage: Stage, service: Service, line: str, verb: str, body: Any) -> None:
    assert await said(stage, service, f"x = {line}\nTALK x.id\n") == ["7"]
    [request] = service.seen
    [row] = await stage.rows("step")
    assert request == Request(verb, ADDRESS, {}, body, row["key"])  # type: ignore[arg-type]


async def test_headers_hold_until_the_script_waits(stage: Stage, service: Service) -> None:
    source = f"""
SET HEADER "X-One", 1
SET HEADER "x-two", "  2 "
SET HEADER "X-ONE", "one"
GET "{ADDRESS}"
SET HEADER "X-Two", NULL
GET "{ADDRESS}"
CLEAR HEADERS
GET "{ADDRESS}"
SET HEADER "X-One", 1
HEAR more
GET "{ADDRESS}"
"""
    await said(stage, service, source)
    await stage.say("more")
    assert [dict(request.headers) for request in service.seen] == [
        {"X-ONE": "one", "x-two": "2"},
        {"X-ONE": "one"},
        {},
        {},
    ]


async def test_a_secret_that_goes_along_is_not_kept(stage: Stage, service: Service) -> None:
    source = f"""
HEAR word AS PASSWORD WITH "Token?"
SET HEADER "Authorization", "Bearer " + word
x = POST "{ADDRESS}?key=" + word, {{password: word}}
word = NULL
HEAR more
"""
    await said(stage, service, source)
    await stage.say("correct horse")
    assert service.seen[0].headers == {"Authorization": "Bearer correct horse"}
    await stage.engine.settle()
    for table in ("step", "session", "message", "event"):
        for row in await stage.rows(table):
            assert "correct horse" not in repr(row)
    [session] = await stage.rows("session")
    assert session["status"] == "waiting"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('SET HEADER "X", "a\\nb"', "invalid-header"),
        ('SET HEADER "X\\r\\nY", "a"', "invalid-header"),
        ('SET HEADER "X", "a\\u0000"', "invalid-header"),
        ('SET HEADER "X:", "a"', "invalid-header"),
        ('SET HEADER "", "a"', "invalid-header"),
        ('SET HEADER "Host", "a"', "invalid-header"),
        ('SET HEADER "transfer-encoding", "chunked"', "invalid-header"),
        ('SET HEADER "Proxy-Authorization", "a"', "invalid-header"),
        ('SET HEADER "X", REPEAT("a", 8001)', "invalid-header"),
        ('FOR i = 0 TO 50\nSET HEADER "X-" + i, "a"\nNEXT', "limit"),
        ('POST "orders"', "invalid-url"),
        ('PUT "ftp://example.com", 1', "invalid-url"),
        ('DELETE HTTP ""', "invalid-url"),
        (f'a = []\nPUSH(a, a)\nPOST "{ADDRESS}", a', "range"),
    ],
)
async def test_what_is_refused(stage: Stage, service: Service, line: str, code: str) -> None:
    source = f"TRY\n{line}\nTALK 'done'\nCATCH e\nTALK e.code\nEND TRY\n"
    assert await said(stage, service, source) == [code]
    assert service.seen == []


async def test_what_the_service_refuses_can_be_caught(stage: Stage, service: Service) -> None:
    service.answer = Refused("http-error", "api.example.com answered 404 Not Found to GET")
    source = f'TRY\nx = GET "{ADDRESS}"\nCATCH e\nTALK e.code, " ", e.message, " ", e.keyword, " ", e.line\nEND TRY\n'
    assert await said(stage, service, source) == ["http-error api.example.com answered 404 Not Found to GET GET 2"]


async def test_without_an_outside_nothing_is_asked(stage: Stage) -> None:
    source = f'TRY\nx = GET "{ADDRESS}"\nCATCH e\nTALK e.code\nEND TRY\n'
    assert await said(stage, None, source) == ["no-connection"]
