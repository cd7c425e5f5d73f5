"""Forms that are sent to a bot start its ON FORM SUBMIT: once, whatever they are sent as, and for that bot alone."""

from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData

from tasktalk.bots.app import Settings
from tests.bots.conftest import Client, Serve
from tests.bots.test_scripted import post

SOURCE = """
ON FORM SUBMIT "Contact"
  SET BOT MEMORY "sent", form & " " & TOJSON(fields) & " " & event.name
END ON
TALK GET BOT MEMORY "sent"
"""


def multipart(**fields: str) -> FormData:
    form = FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


def broken(body: bytes) -> dict[str, Any]:
    return {"data": body, "headers": {"Content-Type": "multipart/form-data; boundary=x"}}


async def heard(client: Client, bot: str = "shop") -> str:
    """What the bot says it was sent, once it was."""
    for number in range(200):
        body = {"contact": f"ana{number}", "text": "hi"}
        [said] = [reply["text"] for reply in (await post(client, f"/webhook/{bot}", json=body))[2]["replies"]]
        if said:
            return str(said)
    return ""


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ({"data": {"name": "Ana", "email": "a@b.c"}}, 'contact {"name": "Ana", "email": "a@b.c"} Ana'),
        ({"data": multipart(name="Ána", note="a\r\nb")}, 'contact {"name": "Ána", "note": "a\\r\\nb"} Ána'),
        ({"json": {"name": "Ana", "age": 7}}, 'contact {"name": "Ana", "age": 7} Ana'),
        ({"data": [("name", "a"), ("name", "b")]}, 'contact {"name": ["a", "b"]} [a, b]'),
        ({"data": {"event": "1", "form": "2", "name": "3"}}, 'contact {"event": "1", "form": "2", "name": "3"} 3'),
    ],
)
async def test_a_form_is_urlencoded_multipart_or_json(serve: Serve, how: Any, shown: str) -> None:
    async with serve({"shop": SOURCE}) as client:
        status, _, answer = await post(client, "/form/shop/contact", **how)
        assert (status, answer["event_id"][:4]) == (202, "evt_")
        assert await heard(client) == shown


async def test_a_repeat_changes_nothing_also_after_a_restart(serve: Serve) -> None:
    source = {"shop": SOURCE.replace("form &", '(GET BOT MEMORY("sent") ?? "") & form &')}
    async with serve(source) as client:
        first = await post(client, "/form/shop/contact", key="k", data={"name": "1"})
        assert await post(client, "/form/shop/CONTACT", key="k", data={"name": "2"}) == first
    async with serve(source) as client:
        assert await post(client, "/form/shop/contact", key="k", data={"name": "3"}) == first
        assert await heard(client) == 'contact {"name": "1"} 1'
        # An event of the same name and key is another one.
        assert (await post(client, "/event/shop/contact", key="k"))[2] != first[2]


async def test_a_form_is_for_the_bot_of_its_path_alone(serve: Serve) -> None:
    async with serve({"shop": SOURCE, "bank": SOURCE, "none": 'TALK "hi"'}) as client:
        await post(client, "/form/bank/contact", json={"name": "Ana", "bot": "shop"})
        assert await heard(client, "bank") == 'contact {"name": "Ana", "bot": "shop"} Ana'
        body = {"contact": "bo", "text": "hi"}
        assert (await post(client, "/webhook/shop", json=body))[2]["replies"] == [{"text": ""}]
        status, _, problem = await post(client, "/form/none/contact", data={"name": "Ana"})
        message = 'The bot none has no script with ON FORM SUBMIT "contact"'
        assert (status, problem) == (404, {"error": "unknown_form", "message": message})
        assert (await post(client, "/form/shop/other", data={"name": "Ana"}))[0] == 404
        assert (await post(client, "/form/nobody/contact"))[2]["error"] == "bot_not_found"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"data": "words", "headers": {"Content-Type": "text/plain"}}, 400),
        ({"json": [1]}, 400),
        ({"data": BytesIO(b" " * (1024 * 1024 + 1))}, 413),
        ({"data": multipart(a="x" * (1024 * 1024))}, 413),
        ({"data": {"file": BytesIO(b"x")}}, 415),
        ({"data": multipart(**{f"f{n}": "" for n in range(1001)})}, 400),
        (broken(b""), 400),
        (broken(b"--x\r\n"), 400),
        (broken(b"no parts"), 400),
        (broken(b"--x--"), 202),
        (broken(b"--x\r\n\r\n1\r\n--x--"), 400),
        (broken(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'), 400),
        (broken(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\nmore'), 202),
        (broken(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--\r\n'), 400),
        ({"data": b"", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    ],
)
async def test_what_is_no_form_is_refused(serve: Serve, how: Any, status: int) -> None:
    async with serve({"shop": SOURCE}) as client:
        assert (await post(client, "/form/shop/contact", **how))[0] == status


async def test_who_may_send_forms_is_who_may_call_webhooks(serve: Serve) -> None:
    async with serve({"shop": SOURCE}, Settings(is_loopback=False)) as client:
        assert (await post(client, "/form/shop/contact", data={}))[0] == 403
    async with serve({"shop": SOURCE}) as client:
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert (await post(client, "/form/shop/contact", data={}, headers=elsewhere))[0] == 403
    async with serve({"shop": SOURCE}, Settings(is_loopback=False, webhook_secret="sesame")) as client:
        assert (await post(client, "/form/shop/contact", data={}))[0] == 401
        allowed = {"Authorization": "Bearer sesame"}
        assert (await post(client, "/form/shop/contact", data={}, headers=allowed))[0] == 202
