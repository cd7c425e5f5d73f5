"""Asking services over HTTP: what comes back, what goes along, and that nothing private is ever connected to."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Literal

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from tasktalk.bots.outside import web as outside
from tasktalk.bots.outside.web import Web
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.limits import Limits, in_force
from tasktalk.runtime.ports import Fetched, Request

Verb = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
KEY = "0123456789abcdef"


class Names(AbstractResolver):
    """Gives a name's addresses, one list for each time that it is looked up."""

    def __init__(self, names: Mapping[str, Iterable[list[str]]]) -> None:
        self.names = {name: iter(found) for name, found in names.items()}
        self.looked_up: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.looked_up.append(host)
        found = next(self.names.get(host, iter(())), None)
        if found is None:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in found
        ]

    async def close(self) -> None:
        pass


class Service:
    """A server on loopback; `seen` are its requests, and `answers` what it gives, by path."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers: dict[str, web.Response] = {}

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        given = self.answers[request.path]
        return web.Response(
            body=given.body if isinstance(given.body, bytes) else None, status=given.status, headers=given.headers
        )

    @property
    def headers(self) -> dict[str, str]:
        """Of the latest request."""
        return self.seen[-1][2]

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.take)
        return app


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    async with TestServer(service.app()) as server:
        service.url = f"http://127.0.0.1:{server.port}"  # type: ignore[attr-defined]
        yield service


def url(service: Service, path: str = "/") -> str:
    return f"{service.url}{path}"  # type: ignore[attr-defined]


async def ask(
    address: str,
    verb: Verb = "GET",
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    hosts: Iterable[str] = ("127.0.0.1",),
    names: Names | None = None,
) -> Any:
    there = Web([*hosts], (lambda: names) if names else None)
    return await there.ask(Request(verb, address, headers or {}, body, KEY))


async def refusal(address: str, **options: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        await ask(address, **options)
    return refused.value


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        (b'{"a": [1, null]}', "application/json", {"a": [1, None]}),
        (b'\xef\xbb\xbf{"a": 1}', "application/problem+json; charset=utf-8", {"a": 1}),
        (b'{"a": 1}', "text/plain", '{"a": 1}'),
        (b"{broken", "application/json", "{broken"),
        (b"S\xe3o", "text/plain; charset=iso-8859-1", "São"),
        ("São".encode(), "text/plain", "São"),
        ("São".encode(), "text/plain; charset=punycode", "São"),
        (b"\xff", "text/plain; charset=nonsense", "�"),
        (b"\xff", "text/plain; charset=iso-8859-99", "�"),
        (b'"\\ud800"', "application/json", "�"),
        (b"123456789012345678901234567890", "application/json", 123456789012345678901234567890.0),
        (b"", "application/json", None),
    ],
)
async def test_an_answer_is_a_value(service: Service, body: bytes, kind: str, value: Any) -> None:
    service.answers["/"] = web.Response(body=body, headers={"Content-Type": kind})
    assert await ask(url(service)) == value


@pytest.mark.parametrize("status", [201, 204])
async def test_an_empty_answer_is_nothing(service: Service, status: int) -> None:
    service.answers["/"] = web.Response(status=status)
    assert await ask(url(service), "POST") is None


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (404, b"", "127.0.0.1 answered 404 Not Found to GET"),
        (500, b"out of\n  order", "127.0.0.1 answered 500 Internal Server Error to GET: out of order"),
        (400, b"<html><body>no", "127.0.0.1 answered 400 Bad Request to GET"),
        (422, b"x" * 10_000, f"127.0.0.1 answered 422 Unprocessable Entity to GET: {'x' * 199}…"),
        (499, b"", "127.0.0.1 answered 499 to GET"),
        (304, b"", "127.0.0.1 answered 304 Not Modified to GET"),
    ],
)
async def test_a_failure_is_an_error(service: Service, status: int, body: bytes, message: str) -> None:
    service.answers["/secret"] = web.Response(status=status, body=body)
    found = await refusal(url(service, "/secret?key=secret"))
    assert (found.code, found.message) == ("http-error", message)


async def test_what_goes_along(service: Service) -> None:
    service.answers["/"] = web.Response()
    await ask(url(service))
    assert "Idempotency-Key" not in service.headers
    assert service.headers["User-Agent"].startswith("TaskTalk/")
    for verb in ("POST", "PUT", "PATCH", "DELETE"):
        await ask(url(service), verb)
        assert (service.seen[-1][0], service.headers["Idempotency-Key"]) == (verb, KEY)
    await ask(url(service), "POST", headers={"idempotency-key": "mine", "accept-encoding": "br", "X-A": "ü"})
    assert {name.lower(): value for name, value in service.headers.items() if name != "Host"} == {
        "user-agent": service.headers["User-Agent"],
        "accept": "application/json, text/*;q=0.9, */*;q=0.5",
        "accept-encoding": "gzip",
        "connection": "close",
        "idempotency-key": "mine",
        "x-a": "ü",
        "content-length": "0",
    }


@pytest.mark.parametrize(
    ("body", "kind", "sent", "sent_kind"),
    [
        ({"a": [1, "ü"]}, None, b'{"a": [1, "\\u00fc"]}', "application/json"),
        ("a=b", None, b"a=b", "text/plain; charset=utf-8"),
        ("a\ud800", "text/csv", "a�".encode(), "text/csv"),
        ({"a": "b c", "d": True}, "application/x-www-form-urlencoded", b"a=b+c&d=true", None),
        (5, None, b"5", "application/json"),
    ],
)
async def test_the_body(service: Service, body: Any, kind: str | None, sent: bytes, sent_kind: str | None) -> None:
    service.answers["/"] = web.Response()
    await ask(url(service), "POST", body, {"content-type": kind} if kind else {})
    assert service.seen[-1][3] == sent
    assert service.headers.get("Content-Type", service.headers.get("content-type")) == (sent_kind or kind)


async def test_an_answer_has_a_limit(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "MOST_BYTES", 2000)
    service.answers["/"] = web.Response(body=b"x" * 2000)
    assert len(await ask(url(service))) == 2000
    service.answers["/"] = web.Response(body=b"x" * 2001)
    assert (await refusal(url(service))).code == "limit"
    with in_force(Limits(text=1999)):
        service.answers["/"] = web.Response(body=b"x" * 2000)
        assert (await refusal(url(service))).code == "limit"


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
async def test_a_packed_answer_has_the_same_limit(service: Service, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": kind}
    service.answers["/"] = web.Response(body=gzip.compress(b'"fits"'), headers=headers)
    assert "fits" in await ask(url(service))
    bomb = gzip.compress(b"\0" * (64 << 20))
    assert len(bomb) < 1 << 17
    unpacked: list[int] = []
    make = zlib.decompressobj

    class Counted:
        def __init__(self, bits: int) -> None:
            self._inner = make(bits)

        def decompress(self, piece: bytes, most: int) -> bytes:
            found: bytes = self._inner.decompress(piece, most)
            unpacked.append(len(found))
            return found

    monkeypatch.setattr(zlib, "decompressobj", Counted)
    service.answers["/"] = web.Response(body=bomb, headers=headers)
    assert (await refusal(url(service))).code == "limit"
    assert sum(unpacked) == outside.MOST_BYTES + 1


@pytest.mark.parametrize(
    ("coding", "body"),
    [("br", b"x"), ("gzip", b"no gzip"), ("gzip", gzip.compress(b"x" * 999, mtime=0)[:-9]), ("gzip, gzip", b"x")],
)
async def test_what_cannot_be_unpacked(service: Service, coding: str, body: bytes) -> None:
    service.answers["/"] = web.Response(body=body, headers={"Content-Encoding": coding})
    assert (await refusal(url(service))).code == "no-connection"


async def test_json_that_is_nested_too_deep(service: Service) -> None:
    service.answers["/"] = web.Response(body=b"[" * 100_000, content_type="application/json")
    assert (await refusal(url(service))).code == "limit"


async def test_no_server(service: Service) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = await refusal(f"http://127.0.0.1:{free.getsockname()[1]}/?key=secret")
    assert (found.code, found.message) == ("no-connection", "127.0.0.1 cannot be asked: there is no connection to it")


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b"nonsense\r\n\r\n"])
async def test_an_answer_that_is_none_or_breaks_off(said: bytes) -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(break_off, "127.0.0.1", 0)
    async with server:
        found = await refusal(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert found.code == "no-connection"


# What a service sends on to.


def sends_to(location: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": location})


@pytest.mark.parametrize(
    ("status", "verb", "then"),
    [(301, "POST", "GET"), (302, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"), (308, "PATCH", "PATCH"),
     (302, "DELETE", "DELETE"), (302, "GET", "GET")],
)  # fmt: skip
async def test_it_follows(service: Service, status: int, verb: Verb, then: str) -> None:
    service.answers |= {"/": sends_to("/b?c#d", status), "/b": web.json_response(7)}
    assert await ask(url(service), verb, "text", {"X-Secret": "s"}) == 7
    method, path, headers, body = service.seen[-1]
    is_same = then == verb
    assert (method, path, body, "Content-Type" in headers) == (then, "/b?c", b"text" if is_same else b"", is_same)
    assert headers["X-Secret"] == "s"
    assert ("Idempotency-Key" in headers) == (is_same and verb != "GET")


async def test_it_follows_five_times(service: Service) -> None:
    service.answers |= {f"/{n}": sends_to(f"/{n + 1}") for n in range(6)}
    service.answers |= {"/5": web.Response(text="here"), "/loop": sends_to("/loop")}
    assert await ask(url(service, "/0")) == "here"
    found = await refusal(url(service, "/loop"))
    assert found.code == "no-connection"
    assert len(service.seen) == 6 + 6


async def test_secrets_stay_with_the_service_that_they_are_for(service: Service) -> None:
    port = url(service).rpartition(":")[2].strip("/")
    service.answers |= {"/": sends_to(f"http://localhost:{port}/b", 307), "/b": web.Response(text="there")}
    headers = {"Authorization": "Bearer s", "Cookie": "s", "X-Api-Key": "s", "Content-Type": "text/csv"}
    assert await ask(url(service), "POST", "a,b", headers, hosts=["127.0.0.1", "localhost"]) == "there"
    assert "Bearer s" in service.seen[0][2].values()
    assert "s" not in service.headers.values()
    assert "Bearer s" not in service.headers.values()
    assert (service.headers["Content-Type"], service.headers["Idempotency-Key"]) == ("text/csv", KEY)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://127.0.0.2/", "forbidden-address"),
        ("http://[::1]/", "forbidden-address"),
        ("http://localhost/", "forbidden-address"),
        ("//169.254.169.254/latest/meta-data/", "forbidden-address"),
        ("http://2130706434/", "forbidden-address"),
        ("http://0x7f.0.0.2/", "no-connection"),
        ("file:///etc/passwd", "no-connection"),
        ("gopher://127.0.0.1/", "no-connection"),
        ("http://ana:secret@127.0.0.1/", "no-connection"),
        ("http://[", "no-connection"),
    ],
)
async def test_it_follows_to_nothing_private(service: Service, location: str, code: str) -> None:
    service.answers["/"] = sends_to(location)
    names = Names({})
    found = await refusal(url(service), names=names)
    assert found.code == code
    assert len(service.seen) == 1
    assert "secret" not in found.message


# Names.


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["127.0.0.1", "::1"]]
)
async def test_a_name_that_means_something_private(service: Service, addresses: list[str]) -> None:
    port = url(service).rpartition(":")[2].strip("/")
    names = Names({"evil.example": [addresses]})
    found = await refusal(f"http://evil.example:{port}/", names=names)
    assert found.code == "forbidden-address"
    assert found.hint == "whoever runs the server can allow it: tasktalk serve --allow-private HOST"
    assert (service.seen, names.looked_up) == ([], ["evil.example"])


async def test_a_name_is_looked_up_once_so_it_cannot_change_its_meaning(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer is public, as a rebinding attacker's is; it is what is connected to."""
    connected: list[Any] = []

    async def connect(self: asyncio.AbstractEventLoop, found: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.get_running_loop().__class__, "sock_connect", connect)
    names = Names({"evil.example": [["93.184.215.14"], ["127.0.0.1"]]})
    found = await refusal("http://evil.example/", names=names)
    assert found.code == "no-connection"
    assert (names.looked_up, connected) == (["evil.example"], [("93.184.215.14", 80)])


async def test_a_name_that_changes_its_meaning_on_the_way(service: Service) -> None:
    """Each time that it is connected to, what is connected to is looked at."""
    port = url(service).rpartition(":")[2].strip("/")
    service.answers["/"] = sends_to(f"http://evil.example:{port}/")
    names = Names({"evil.example": [["127.0.0.1"]]})
    assert (await refusal(url(service), names=names)).code == "forbidden-address"
    assert len(service.seen) == 1


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "0177.0.0.1", "0x7f.1", "0"])
async def test_other_ways_to_write_loopback(service: Service, host: str) -> None:
    port = url(service).rpartition(":")[2].strip("/")
    assert (await refusal(f"http://{host}:{port}/")).code in {"forbidden-address", "no-connection"}
    assert service.seen == []


async def test_an_allowed_name_may_mean_something_private(service: Service) -> None:
    port = url(service).rpartition(":")[2].strip("/")
    service.answers["/"] = web.Response(text="inside")
    for allowed in ("Intranet", f"intranet:{port}"):
        names = Names({"intranet": [["127.0.0.1"]]})
        assert await ask(f"http://INTRANET:{port}/", hosts=[allowed], names=names) == "inside"
    other = Names({"other": [["127.0.0.1"]]})
    assert (await refusal(f"http://other:{port}/", hosts=["intranet"], names=other)).code == "forbidden-address"


async def test_a_name_that_nobody_knows() -> None:
    found = await refusal("https://nowhere.example/", names=Names({}))
    assert found.message == "nowhere.example cannot be asked: nobody knows a server of this name"


async def fetch(address: str, names: Names | None = None) -> tuple[bytes, str | None, str | None]:
    """The bytes of a file, and the name and kind that its service tells."""

    async def take(found: Fetched) -> tuple[bytes, str | None, str | None]:
        return b"".join([chunk async for chunk in found.chunks]), found.name, found.mime_type

    there = Web(["127.0.0.1"], (lambda: names) if names else None)
    return await there.fetch(Request("GET", address, {"Authorization": "secret"}, None, KEY), take)


async def test_a_file_comes_as_it_is_however_large(service: Service) -> None:
    body = bytes(range(256)) * 8192
    service.answers["/a%20b.bin"] = web.Response(body=body, headers={"Content-Type": "image/x-fig; charset=koi8-r"})
    service.answers["/a b.bin"] = service.answers["/a%20b.bin"]
    assert await fetch(url(service, "/a%20b.bin?x=1")) == (body, "a b.bin", "image/x-fig")
    assert len(body) > outside.MOST_BYTES
    assert service.headers["Accept-Encoding"] == "identity"
    assert service.headers["Authorization"] == "secret"


async def test_a_file_has_the_name_that_its_service_tells(service: Service) -> None:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''S%C3%A3o.pdf", "Content-Type": "application/pdf"}
    service.answers["/get"] = web.Response(body=b"%PDF", headers=headers)
    assert await fetch(url(service, "/get")) == (b"%PDF", "São.pdf", "application/pdf")


async def test_a_file_is_followed_to_where_it_lies(service: Service) -> None:
    service.answers["/here"] = web.Response(status=302, headers={"Location": "/there/fig.txt"})
    service.answers["/there/fig.txt"] = web.Response(body=b"", headers={"Content-Type": "text/plain"})
    assert await fetch(url(service, "/here")) == (b"", "fig.txt", "text/plain")


@pytest.mark.parametrize(
    "address", ["http://10.0.0.7/a", "http://localhost/a", "http://[::1]/a", "http://inside.test/a"]
)
async def test_no_file_comes_from_inside(address: str) -> None:
    with pytest.raises(Refused) as refused:
        await fetch(address, Names({"inside.test": [["192.168.1.1"]]}))
    assert refused.value.code == "forbidden-address"


async def test_a_file_is_not_followed_to_the_inside(service: Service) -> None:
    service.answers["/here"] = web.Response(status=302, headers={"Location": "http://169.254.169.254/latest"})
    with pytest.raises(Refused) as refused:
        await fetch(url(service, "/here"))
    assert refused.value.code == "forbidden-address"


async def test_a_file_that_is_not_there_is_an_error(service: Service) -> None:
    service.answers["/gone"] = web.Response(status=404, body=b"x" * 100_000)
    with pytest.raises(Refused) as refused:
        await fetch(url(service, "/gone"))
    assert refused.value.code == "http-error"
    assert refused.value.message.startswith("127.0.0.1 answered 404 Not Found to GET: xxx")


async def test_a_file_that_is_packed_unasked_is_refused(service: Service) -> None:
    service.answers["/a"] = web.Response(body=gzip.compress(b"a"), headers={"Content-Encoding": "gzip"})
    with pytest.raises(Refused) as refused:
        await fetch(url(service, "/a"))
    assert refused.value.code == "no-connection"


async def test_whoever_takes_a_file_may_stop(service: Service) -> None:
    service.answers["/a"] = web.Response(body=b"x" * 1_000_000)

    async def take(found: Fetched) -> None:
        async for _ in found.chunks:
            raise Refused("file_too_large", "enough")

    with pytest.raises(Refused) as refused:
        await Web(["127.0.0.1"]).fetch(Request("GET", url(service, "/a"), {}, None, KEY), take)
    assert refused.value.code == "file_too_large"


async def test_who_has_a_file_and_says_nothing_does_not_answer() -> None:
    is_over = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        if request.path == "/begun":
            await answer.prepare(request)
            await answer.write(b"a")
        await is_over.wait()
        return answer

    async def take(fetched: Fetched) -> bytes:
        return b"".join([chunk async for chunk in fetched.chunks])

    app = web.Application()
    app.router.add_get("/{path}", never)
    async with TestServer(app) as server:
        there = Web(["127.0.0.1"], silence=0.05)
        for path in ("/never", "/begun"):
            with pytest.raises(Refused, match="it does not answer"):
                await there.fetch(Request("GET", str(server.make_url(path)), {}, None, KEY), take)
        is_over.set()


@pytest.mark.parametrize("error", [OSError("disk full"), TimeoutError(), ValueError("ours")])
async def test_what_goes_wrong_with_whoever_takes_a_file_is_not_told_of_the_service(
    service: Service, error: Exception
) -> None:
    async def take(fetched: Fetched) -> None:
        raise error

    service.answers["/a"] = web.Response(body=b"data")
    with pytest.raises(type(error)) as raised:
        await Web(["127.0.0.1"]).fetch(Request("GET", url(service, "/a"), {}, None, KEY), take)
    assert raised.value is error
