"""Answers of several types and of any length."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from multidict import CIMultiDict

from tasktalk.bots.api import exports
from tasktalk.bots.api.exports import named, sent_as, streamed, wanted
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer

JSON, LINES, CSV = OFFERED = ("application/json", "application/jsonl", "text/csv")


def asking(*accept: str) -> web.Request:
    return make_mocked_request("GET", "/", CIMultiDict([("Accept", each) for each in accept]))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ([], JSON),
        ([""], JSON),
        (["*/*"], JSON),
        (["text/csv"], CSV),
        (["Text/CSV"], CSV),
        (["text/csv; charset=utf-8"], CSV),
        (["text/*"], CSV),
        (["application/*"], JSON),
        (["text/csv, */*"], CSV),
        (["*/*", "application/jsonl"], LINES),
        (["text/csv, application/jsonl"], CSV),
        (["text/csv;q=0.5, application/jsonl;q=0.8"], LINES),
        (["text/csv; q=0.5 , application/json;q=0.501"], JSON),
        (["application/json;q=0, */*"], LINES),
        (["application/json;q=0, application/*;q=0.1, text/*;q=0.2"], CSV),
        (["image/png, application/jsonl;q=0.1"], LINES),
        (["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], JSON),
        ([";;q, text/csv"], CSV),
        (["text/csv;q=nonsense"], CSV),
    ],
)
def test_the_type_that_is_wanted_most(accept: list[str], kind: str) -> None:
    assert wanted(asking(*accept), OFFERED) == kind


@pytest.mark.parametrize(
    "accept", ["image/png", "text/csv;q=0", "*/*;q=0", "csv", ",", "*/csv", "application/json;q=0, image/*", "ü/ü"]
)
def test_a_type_that_is_not_there(accept: str) -> None:
    with pytest.raises(Problem, match="application/json, application/jsonl or text/csv") as problem:
        wanted(asking(accept), OFFERED)
    assert (problem.value.code, problem.value.status) == ("not_acceptable", 406)


def sending(content_type: str | None) -> web.Request:
    return make_mocked_request("POST", "/", {} if content_type is None else {"Content-Type": content_type})


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/json", JSON),
        ("TEXT/csv; header=present; charset=UTF-8", CSV),
        ("application/jsonl;charset=us-ascii", LINES),
    ],
)
def test_the_type_that_is_sent(content_type: str, kind: str) -> None:
    assert sent_as(sending(content_type), OFFERED) == kind


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "csv", "text/csv; charset=latin-1", "application/*"])
def test_a_type_that_is_not_read(content_type: str | None) -> None:
    with pytest.raises(Problem) as problem:
        sent_as(sending(content_type), OFFERED)
    assert (problem.value.code, problem.value.status) == ("unsupported_media_type", 415)


def test_no_name_breaks_the_header() -> None:
    told = named('a"\r\nX: y\\é%41.csv')
    assert told == "attachment; filename=\"a___X: y___41.csv\"; filename*=UTF-8''a%22%0D%0AX%3A%20y%5C%C3%A9%2541.csv"


Pieces = Callable[[], AsyncGenerator[str | bytes]]


class Stage:
    """A server that streams what it is given, and whether that was closed."""

    def __init__(self) -> None:
        self.pieces: list[str | bytes | Exception] = []
        self.length: int | None = None
        self.begun = self.closed = 0

    async def given(self) -> AsyncGenerator[str | bytes]:
        self.begun += 1
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1

    async def get(self, request: web.Request) -> web.StreamResponse:
        return await streamed(request, self.given(), "text/csv; charset=utf-8", {"X-Count": "2"}, self.length)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    app.add_routes(mounted(["/x"], [Endpoint("/all", {"GET": stage.get})], plain_answer))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize("length", [None, 9])
async def test_pieces_arrive_in_their_order(
    client: TestClient[web.Request, web.Application], stage: Stage, length: int | None
) -> None:
    stage.pieces, stage.length = ["a,", b"b", "\r\n", "", "é,c"], length
    async with client.get("/x/all") as answer:
        assert (answer.status, await answer.text()) == (200, "a,b\r\né,c")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["X-Count"] == "2"
    assert (stage.begun, stage.closed) == (1, 1)


async def test_nothing_is_a_whole_answer(client: TestClient[web.Request, web.Application]) -> None:
    async with client.get("/x/all") as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_who_asks_for_the_head_has_nothing_made(
    client: TestClient[web.Request, web.Application], stage: Stage
) -> None:
    stage.pieces = ["a"]
    async with client.head("/x/all") as answer:
        assert (answer.status, await answer.read(), answer.headers["X-Count"]) == (200, b"", "2")
    assert stage.begun == 0


async def test_what_fails_first_is_an_error_like_any(
    client: TestClient[web.Request, web.Application], stage: Stage
) -> None:
    stage.pieces = [Problem("conflict", "Not now")]
    async with client.get("/x/all") as answer:
        assert (answer.status, await answer.json()) == (409, {"error": "conflict", "message": "Not now"})
    assert stage.closed == 1


async def test_what_fails_later_is_never_taken_for_the_whole(
    client: TestClient[web.Request, web.Application], stage: Stage
) -> None:
    stage.pieces = ["a" * exports.CHUNK_BYTES, "b", Problem("conflict", "Not now")]
    async with client.get("/x/all") as answer:
        assert answer.status == 200
        with pytest.raises(ClientPayloadError):
            await answer.read()
    assert stage.closed == 1


async def test_small_pieces_go_out_together(
    client: TestClient[web.Request, web.Application], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = web.StreamResponse.write

    async def noted(self: web.StreamResponse, data: bytes) -> None:
        written.append(len(data))
        await write(self, data)

    monkeypatch.setattr(web.StreamResponse, "write", noted)
    stage.pieces = ["x" * 100] * 2000
    async with client.get("/x/all") as answer:
        assert len(await answer.read()) == 200_000
    assert len(written) == 4
    assert max(written) < exports.CHUNK_BYTES + 100
