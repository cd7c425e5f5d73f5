"""Webhooks that scripts answer, and events that start their handlers."""

import asyncio
from io import BytesIO
from typing import Any

import pytest

from tasktalk.bots.app import Settings
from tests.bots.conftest import Client, Serve

Answer = tuple[int, str, Any]


async def post(client: Client, path: str, *, key: str | None = None, **how: Any) -> Answer:
    headers = {**how.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
    async with client.post(path, headers=headers, **how) as answer:
        text = await answer.text()
        is_json = answer.content_type == "application/json"
        return answer.status, answer.content_type, await answer.json() if is_json else text


def hook(body: str) -> dict[str, str]:
    return {"shop": f'WEBHOOK "order"\n{body}\n'}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("RETURN {ok: true, id: body.id}", (200, "application/json", {"ok": True, "id": 7})),
        ("RETURN [body.id, 2.5]", (200, "application/json", [7, 2.5])),
        ('RETURN "order " + body.id', (200, "text/plain", "order 7")),
        ("RETURN body.id + 1", (200, "application/json", 8)),
        ("x = body.id", (204, "application/octet-stream", "")),
        ('RETURN headers["X-Shop"] + headers.x_none + query.page', (200, "text/plain", "faro2")),
        ("RETURN headers.authorization IS NULL", (200, "application/json", True)),
        ("RETURN channel", (200, "text/plain", "call")),
    ],
)
async def test_what_a_script_returns_is_the_answer(serve: Serve, source: str, expected: Answer) -> None:
    async with serve(hook(source)) as client:
        headers = {"X-Shop": "faro", "Authorization": "Bearer mine"}
        for path in ("/webhook/shop/order?page=2", "/api/shop/webhook/ORDER?page=2"):
            assert await post(client, path, json={"id": 7}, headers=headers) == expected


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ({"data": {"a": "1", "b": "x y"}}, '{"a": "1", "b": "x y"}'),
        ({"data": "plain words", "headers": {"Content-Type": "text/plain"}}, '"plain words"'),
        ({"data": "{no json", "headers": {"Content-Type": "text/plain"}}, '"{no json"'),
        ({"json": [1, {"a": None}]}, '[1, {"a": null}]'),
        ({"json": 10**30}, "1e+30"),
        ({"data": '{"a": 1}', "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, '{"a": 1}'),
        ({}, ""),
    ],
)
async def test_a_body_is_json_a_form_or_text(serve: Serve, how: Any, shown: str) -> None:
    async with serve(hook("RETURN body IS NULL ? NULL : TOJSON(body)")) as client:
        status, _, found = await post(client, "/webhook/shop/order", **how)
        assert (status, found) == (200 if shown else 204, shown)


async def test_params_are_given_the_fields_of_the_body_and_checked(serve: Serve) -> None:
    source = 'PARAM amount AS NUMBER\nPARAM size AS "small", "large" DEFAULT "small"\nRETURN amount * 2 & size'
    async with serve(hook(source)) as client:
        assert await post(client, "/webhook/shop/order", json={"Amount": "3", "more": 1}) == (
            200,
            "text/plain",
            "6small",
        )
        refused = await post(client, "/webhook/shop/order", json={"amount": "much"})
        message = "Expected amount to be a number, got 'much'"
        assert refused == (400, "application/json", {"error": "invalid_argument", "message": message})


async def test_a_repeat_changes_nothing_and_is_answered_alike(serve: Serve) -> None:
    source = hook('SET BOT MEMORY "n", (GET BOT MEMORY("n") OR 0) + 1\nRETURN GET BOT MEMORY("n")')
    async with serve(source) as client:
        first = await asyncio.gather(*(post(client, "/webhook/shop/order", key="k", json={}) for _ in range(4)))
        assert first == [(200, "application/json", 1)] * 4
        assert (await post(client, "/webhook/shop/order", key="k2", json={}))[2] == 2
        assert (await post(client, "/webhook/shop/order", json={}))[2] == 3
        for expected in (4, 5):
            trace = {"X-Request-Id": "one of many calls"}
            assert (await post(client, "/webhook/shop/order", json={}, headers=trace))[2] == expected
        for expected in (6, 6):
            delivery = {"X-GitHub-Delivery": "d"}
            assert (await post(client, "/webhook/shop/order", json={}, headers=delivery))[2] == expected
    async with serve(source) as client:
        assert (await post(client, "/webhook/shop/order", key="k", json={}))[2] == 1


async def test_two_bots_can_be_called_with_one_key_at_once(serve: Serve) -> None:
    async with serve(dict.fromkeys(("shop", "bank"), 'WEBHOOK "order"\nRETURN bot\n')) as client:
        paths = [f"/webhook/{bot}/order" for bot in ("shop", "bank") * 4]
        answers = await asyncio.gather(*(post(client, path, key="k", json={}) for path in paths))
    assert answers == [(200, "text/plain", "shop"), (200, "text/plain", "bank")] * 4


async def test_a_script_that_waits_is_answered_at_once_and_again_when_it_is_done(serve: Serve) -> None:
    async with serve(hook("HEAR x")) as client:
        first = await post(client, "/webhook/shop/order", key="k")
        assert first[0] == 202
        assert first[2]["status"] == "waiting"
        assert first[2]["run_id"].startswith("run_")
        assert await post(client, "/webhook/shop/order", key="k") == first


@pytest.mark.parametrize(
    ("returned", "status", "kind", "found", "headers"),
    [
        ('{status: 201, body: [7], headers: {Location: "/7"}}', 201, "application/json", "[7]", {"Location": "/7"}),
        ('{status: 404, body: "none"}', 404, "text/plain", "none", {}),
        ('{status: 200, body: "<p>", headers: {"content-type": "text/html"}}', 200, "text/html", "<p>", {}),
        ("{status: 202}", 202, "application/octet-stream", "", {}),
        ("{status: 204, body: 7}", 204, "application/octet-stream", "", {}),
        ('{status: "paid", body: 1}', 200, "application/json", '{"status": "paid", "body": 1}', {}),
        ("{status: 7}", 200, "application/json", '{"status": 7}', {}),
        ("{status: 201, id: 7}", 200, "application/json", '{"status": 201, "id": 7}', {}),
        ('{status: 200, headers: {"X-A": 2.5, "X-B": "ü"}}', 204, "application/octet-stream", "", {"X-A": "2.5", "X-B": None}),  # noqa: E501
        ('{status: 203, headers: {"X-A": CHR(10) + "X-B: b"}}', 203, "application/octet-stream", "", {"X-A": None, "X-B": None}),  # noqa: E501
        (
            '{status: 200, body: 1, headers: {"Set-Cookie": "a=b", "Content-Length": 99, "X-Frame-Options": "no"}}',
            200, "application/json", "1", {"Set-Cookie": None, "Content-Length": "1", "X-Frame-Options": "DENY"},
        ),
    ],
)  # fmt: skip
async def test_a_script_can_say_the_whole_answer(
    serve: Serve, returned: str, status: int, kind: str, found: str, headers: dict[str, str | None]
) -> None:
    async with serve(hook(f"RETURN {returned}")) as client, client.post("/webhook/shop/order") as answer:
        assert (answer.status, answer.content_type, await answer.text()) == (status, kind, found)
        assert {name: answer.headers.get(name) for name in headers} == headers
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ('{status: 400, body: "x", header: {}}', "'header' is none of status, body and headers"),
        ('{status: "404", body: "x"}', "the status '404' is no number from 200 to 599"),
        ('{status: 999, body: "x"}', "the status '999' is no number from 200 to 599"),
        ('{status: 404, body: "x"}', None),
        ('{status: "paid", id: 7}', None),
    ],
)
async def test_the_log_tells_of_a_status_and_a_body_that_are_no_whole_answer(
    serve: Serve, caplog: pytest.LogCaptureFixture, returned: str, told: str | None
) -> None:
    async with serve(hook(f"RETURN {returned}")) as client:
        await post(client, "/webhook/shop/order")
    said = [record.getMessage() for record in caplog.records if record.name == "tasktalk.webhook"]
    start = "shop/start.bas: what the script returned has a status and a body, and was sent as it stands, with 200: "
    assert said == ([] if told is None else [start + told])


async def test_a_script_that_takes_long_is_answered_later(serve: Serve) -> None:
    settings = Settings(is_loopback=True, answer_seconds=0.0)
    async with serve(hook('i = 0\nWHILE i < 5000000\ni = i + 1\nWEND\nRETURN "done"'), settings) as client:
        first = await post(client, "/webhook/shop/order", key="k")
        assert (first[0], first[2]["status"]) == (202, "running")
    async with serve() as client:
        while (again := await post(client, "/webhook/shop/order", key="k"))[0] == 202:
            assert again == first
        assert again == (200, "text/plain", "done")


async def test_a_script_that_fails_is_a_clear_error(serve: Serve) -> None:
    async with serve(hook("x = 1 / 0")) as client:
        status, _, problem = await post(client, "/webhook/shop/order", json={})
        assert (status, problem["error"]) == (500, "script_failed")
        assert "zero" not in problem["message"]


async def test_what_is_refused_at_the_door(serve: Serve) -> None:
    async with serve(hook("RETURN 1")) as client:
        assert (await post(client, "/webhook/shop/other"))[:1] == (404,)
        assert (await post(client, "/webhook/nobody/order"))[2]["error"] == "bot_not_found"
        json = {"Content-Type": "application/json"}
        assert (await post(client, "/webhook/shop/order", data="{", headers=json))[0] == 400
        assert (await post(client, "/webhook/shop/order", data=b"\xff", headers=json))[0] == 400
        assert (await post(client, "/webhook/shop/order", data=BytesIO(b" " * (1024 * 1024 + 1))))[0] == 413
        assert (await post(client, "/webhook/shop/order", key="k" * 201))[0] == 400
        async with client.get("/webhook/shop/order") as answer:
            assert answer.status == 405
    for path in ("/webhook/shop/order", "/api/shop/webhook/order", "/event/shop/order"):
        async with serve(hook("RETURN 1"), Settings(is_loopback=False)) as client:
            assert (await post(client, path))[0] == 403
        async with serve(hook("RETURN 1"), Settings(is_loopback=False, webhook_secret="sesame")) as client:
            assert (await post(client, path))[0] == 401
            allowed = await post(client, path, headers={"Authorization": "Bearer sesame"})
            assert allowed[0] in {200, 202}


@pytest.mark.parametrize(
    ("path", "header", "body", "expected"),
    [
        (b"webhook", b"X-A: a\xffb", b"{}", (200, "a\ufffdb")),
        (b"webhook", b"Idempotency-Key: a\xff", b"{}", (400, "Idempotency-Key has half of a character in it")),
        (b"webhook", b"X-A: a", rb'{"\ud800": 1}', (400, "The body has half of a character in it")),
        (b"event", b"Idempotency-Key: a\xff", b"{}", (400, "Idempotency-Key has half of a character in it")),
        (b"event", b"X-A: a", rb'["\ud800"]', (400, "The body has half of a character in it")),
    ],
)
async def test_what_is_no_text_fails_at_the_door(
    serve: Serve, path: bytes, header: bytes, body: bytes, expected: tuple[int, str]
) -> None:
    async with serve(hook('RETURN headers["x-a"]')) as client:
        url = client.make_url("/")
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"POST /%b/shop/order HTTP/1.1\r\nHost: %b\r\n" % (path, url.authority.encode()))
        writer.write(b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body))
        writer.write(b"Connection: close\r\n%b\r\n\r\n%b" % (header, body))
        head, _, answer = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    status, shown = expected
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert shown in answer


async def test_an_event_starts_its_handlers(serve: Serve) -> None:
    source = """
ON EVENT "paid"
  SET BOT MEMORY "paid", event.amount
END ON
TALK "Paid: " + GET BOT MEMORY "paid"
"""
    async with serve({"shop": source}) as client:
        first = await post(client, "/event/shop/Paid", key="k", json={"amount": 5})
        assert (first[0], first[2]["event_id"][:4]) == (202, "evt_")
        assert await post(client, "/event/shop/paid", key="k", json={"amount": 6}) == first
        said: list[str] = []
        for number in range(200):
            body = {"contact": f"ana{number}", "text": "hi"}
            said = [reply["text"] for reply in (await post(client, "/webhook/shop", json=body))[2]["replies"]]
            if said == ["Paid: 5"]:
                break
        assert said == ["Paid: 5"]
