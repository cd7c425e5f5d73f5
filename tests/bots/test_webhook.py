"""The generic webhook: what it answers, what it repeats, and whom it refuses."""

import asyncio
from io import BytesIO
from typing import Any

import pytest
from yarl import URL

from tasktalk.bots.app import Settings
from tests.bots.conftest import Client, Serve


async def say(client: Client, text: str, message_id: str | None, contact: str = "ana") -> list[str]:
    body = {"contact": contact, "text": text, "message_id": message_id}
    async with client.post("/webhook/ask", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return [reply["text"] for reply in (await answer.json())["replies"]]


async def test_a_talk(serve: Serve) -> None:
    async with serve() as client:
        assert await say(client, "hi", "1") == ["Who are you?"]
        assert await say(client, "Ana", "2") == ["Hello, Ana."]
        assert await say(client, "larg", "3") == ["So large."]
        assert await say(client, "hi again", "4") == ["Who are you?"]


async def test_choices_come_as_suggestions(serve: Serve) -> None:
    async with serve({"ask": 'HEAR x AS MENU "Yes", "No" WITH "Sure?"'}) as client:
        body = {"contact": "ana", "text": "hi", "message_id": "1"}
        async with client.post("/webhook/ask", json=body) as answer:
            offers = [{"value": "Yes", "label": "Yes"}, {"value": "No", "label": "No"}]
            assert await answer.json() == {"replies": [{"text": "Sure?", "suggestions": offers}]}


async def test_what_is_said_in_other_scripts_arrives_as_it_is(serve: Serve) -> None:
    async with serve({"ask": 'TALK "Olá, 你好 😀"\nHEAR found AS JSON\nTALK found.half'}) as client:
        assert await say(client, "hi", "1") == ["Olá, 你好 😀"]
        assert await say(client, r'{"half": "a\ud83d"}', "2") == ["a\ud83d"]


async def test_a_repeated_message_gets_the_same_answer_and_changes_nothing(serve: Serve) -> None:
    async with serve() as client:
        first = await asyncio.gather(*(say(client, "hi", "1") for _ in range(4)))
        assert first == [["Who are you?"]] * 4
        assert await say(client, "Ana", "2") == ["Hello, Ana."]
        assert await say(client, "hi", "1") == ["Who are you?"]
        assert await say(client, "something else", "2") == ["Hello, Ana."]
    async with serve() as client:
        assert await say(client, "Ana", "2") == ["Hello, Ana."]
        assert await say(client, "small", "3") == ["So small."]


async def test_without_an_id_every_message_counts(serve: Serve) -> None:
    async with serve() as client:
        assert await say(client, "hi", None) == ["Who are you?"]
        assert await say(client, "hi", None) == ["Hello, hi."]


async def test_contacts_and_bots_do_not_meet(serve: Serve) -> None:
    async with serve() as client:
        await say(client, "hi", "1", "ana")
        assert await say(client, "hi", "1", "bob") == ["Who are you?"]
        assert await say(client, "Ana", "2", "ana") == ["Hello, Ana."]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"contact": "ana"}, "text is missing"),
        ({"text": "hi"}, "contact is missing"),
        ({"contact": 7, "text": "hi"}, "expected contact to be a text"),
        ({"contact": "", "text": "hi"}, "expected contact not to be empty"),
        ({"contact": "ana", "text": ["hi"]}, "expected text to be a text"),
        ({"contact": "ana", "text": None}, "expected text to be a text"),
        ({"contact": "ana", "text": "hi", "message_id": 5}, "expected message_id to be a text"),
        ({"contact": "ana", "text": "x" * 16_001}, "expected text to have at most 16,000 characters"),
        ({"contact": "ana", "text": "a\0b"}, "text has a NUL character in it"),
        ({"contact": "\ud800", "text": "hi"}, "contact is not Unicode"),
        (["ana", "hi"], "The body must be a JSON object"),
    ],
)
async def test_what_is_wrong_is_said(serve: Serve, body: Any, message: str) -> None:
    async with serve() as client, client.post("/webhook/ask", json=body) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "invalid_request", "message": message})


@pytest.mark.parametrize("name", ["mesage_id", "messageId", "message-id", "Message_ID", "msg_id"])
async def test_a_slip_in_the_name_of_the_id_is_told(serve: Serve, name: str) -> None:
    async with serve() as client:
        async with client.post("/webhook/ask", json={"contact": "ana", "text": "hi", name: "1"}) as answer:
            expected = {"error": "invalid_request", "message": f"There is no field {name}; did you mean message_id?"}
            assert (answer.status, await answer.json()) == (400, expected)
        body = {"contact": "ana", "text": "hi", "message_id": "1", name: "1"}
        async with client.post("/webhook/ask", json=body) as answer:
            assert answer.status == 200


async def test_a_slip_in_another_field_is_told_and_other_fields_are_let_be(serve: Serve) -> None:
    async with serve() as client:
        async with client.post("/webhook/ask", json={"contcat": "ana", "text": "hi"}) as answer:
            assert (await answer.json())["message"] == "There is no field contcat; did you mean contact?"
        others: dict[str, Any] = {
            "message": {"kind": "chat"},
            "id": "7",
            "context": {},
            "texts": [],
            "": 1,
        }
        async with client.post("/webhook/ask", json={"contact": "ana", "text": "hi", **others}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"contact": "a", "text": NaN}', b"[" * 5000, b"null"])
async def test_what_is_no_json_is_refused(serve: Serve, raw: bytes) -> None:
    async with serve() as client, client.post("/webhook/ask", data=raw) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_request")


async def test_other_refusals(serve: Serve) -> None:
    async with serve() as client:
        async with client.post("/webhook/nobody", json={"contact": "a", "text": "b"}) as answer:
            expected = {"error": "bot_not_found", "message": "There is no bot nobody"}
            assert (answer.status, await answer.json()) == (404, expected)
        async with client.get("/webhook/ask") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")
            assert (await answer.json())["error"] == "method_not_allowed"
        async with client.post("/webhook/ask", data=BytesIO(b" " * (1024 * 1024 + 1))) as answer:
            assert (answer.status, (await answer.json())["error"]) == (413, "request_too_large")
        async with client.post("/webhook/ask/more", json={}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    "bot", ["%FF", "%00", "..", "%2e%2e%2fbots", "x" * 3000, "%F0%9F%98%80", "ask%20"], ids=range(7)
)
async def test_a_strange_name_is_no_bot(serve: Serve, bot: str) -> None:
    async with serve() as client:
        for path in (f"/webhook/{bot}", f"/chat/{bot}/socket", f"/chat/{bot}"):
            url = URL(str(client.make_url("/")).rstrip("/") + path, encoded=True)
            method = "POST" if "webhook" in path else "GET"
            async with client.session.request(method, url, json={"contact": "a", "text": "b"}) as answer:
                assert answer.status in {404, 405}, path


async def test_a_page_of_another_site_is_refused(serve: Serve) -> None:
    async with serve() as client:
        body, elsewhere = {"contact": "a", "text": "b"}, {"Origin": "https://elsewhere.example"}
        async with client.post("/webhook/ask", json=body, headers=elsewhere) as answer:
            assert (answer.status, (await answer.json())["error"]) == (403, "permission_denied")


async def test_only_loopback_goes_without_a_secret(serve: Serve) -> None:
    body = {"contact": "a", "text": "b"}
    for settings, host in [(Settings(is_loopback=False), "127.0.0.1"), (Settings(is_loopback=True), "bots.example")]:
        async with serve(settings=settings) as client:
            async with client.post("/webhook/ask", json=body, headers={"Host": host}) as answer:
                assert (answer.status, (await answer.json())["error"]) == (403, "permission_denied")
            async with client.post("/webhook/nobody", json=body, headers={"Host": host}) as answer:
                assert answer.status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *[(host, 200) for host in ("127.0.0.1", "127.0.0.9:80", "localhost", "LocalHost:80", "[::1]", "[::1]:8080")],
        *[
            (host, 403)
            for host in ("bots.example:80", "localhost:80.bots.example", "localhost:999999", "localhost@a.b")
        ],
    ],
)
async def test_the_host_that_is_asked_for_has_to_be_this_machine(serve: Serve, host: str, status: int) -> None:
    async with serve() as client:
        for _ in range(2):
            async with client.post(
                "/webhook/ask", json={"contact": "a", "text": "b"}, headers={"Host": host}
            ) as answer:
                assert answer.status == status


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 401), ("Bearer wrong", 401), ("Basic sesame", 401), ("Bearer sésame", 401), ("bearer sesame", 200)],
)
async def test_a_secret_is_asked_for_everywhere(serve: Serve, header: str | None, status: int) -> None:
    for is_loopback in (True, False):
        async with serve(settings=Settings(is_loopback, "sesame")) as client:
            headers = {} if header is None else {"Authorization": header}
            body = {"contact": "a", "text": "b"}
            async with client.post("/webhook/ask", json=body, headers=headers) as answer:
                assert answer.status == status


async def test_a_script_that_fails_is_an_apology(serve: Serve) -> None:
    async with serve({"ask": 'TALK "lost"\nx = 1 / 0\n'}) as client:
        [apology] = await say(client, "hi", "1")
        assert apology.startswith("Sorry, something went wrong")
        assert "zero" not in apology


async def test_many_messages_of_one_contact_at_once_are_each_answered(serve: Serve) -> None:
    source = 'n = 0\nWHILE TRUE\n  HEAR word\n  n = n + 1\n  TALK "${n} ${word}"\nWEND\n'
    async with serve({"ask": source}) as client:

        async def post(contact: str, text: str) -> list[str]:
            body = {"contact": contact, "text": text, "message_id": text}
            answer = await client.post("/webhook/ask", json=body)
            assert answer.status == 200
            return [reply["text"] for reply in (await answer.json())["replies"]]

        await asyncio.gather(post("ana", "hi"), post("bo", "hi"))
        words = [f"w{number}" for number in range(200)]
        *answers, [bo] = await asyncio.gather(*(post("ana", word) for word in words), post("bo", "x"))
        assert bo == "1 x"
        said = [text.split() for texts in answers for text in texts]
        assert sorted(int(number) for number, _ in said) == list(range(1, 201))
        assert [word for _, word in said] == words
