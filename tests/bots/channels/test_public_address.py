"""A server behind a proxy: which pages may talk, and that it is nobody's own machine."""

from pathlib import Path

import pytest
from yarl import URL

from tests.bots.channels.conftest import House
from tests.bots.channels.side import PUBLIC_URL
from tests.bots.channels.sides import SIDES


async def test_pages_at_the_public_address_may_talk(tmp_path: Path) -> None:
    async with House(SIDES[0](), tmp_path).open() as house:
        own, others = (
            str(URL(PUBLIC_URL).origin()),
            ("https://elsewhere.example", "null", "http://[", "http://x:abc", ""),
        )
        for origin, status in [(own, 202), *((other, 403) for other in others)]:
            headers = {"Origin": origin, "Authorization": "Bearer ana-0123456789-0123456789"}
            body = {"id": "message-1", "text": "hi"}
            async with house.client.post("/chat/helper/say", json=body, headers=headers) as answer:
                assert answer.status == status


@pytest.mark.parametrize(
    ("public_url", "header", "is_open"),
    [
        (None, None, True),
        ("http://localhost:8080", None, True),
        (PUBLIC_URL, None, False),
        *((None, header, False) for header in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")),
    ],
)
async def test_without_a_secret_nobody_comes_through_a_proxy(
    tmp_path: Path, public_url: str | None, header: str | None, is_open: bool
) -> None:
    house = House(SIDES[0](), tmp_path)
    house.hosting = {"public_url": public_url, "is_on_loopback": True}
    headers = {} if header is None else {header: "203.0.113.9"}
    async with house.open() as opened:
        found = {}
        for path in ("/webhook/helper", "/event/helper/paid", "/form/helper/order"):
            async with opened.client.post(path, json={"contact": "ana", "text": "hi"}, headers=headers) as answer:
                found[path] = answer.status != 403
        for path, refused in (("/metrics", 403), ("/bytebot/tasks", 401)):
            async with opened.client.get(path, headers=headers) as answer:
                found[path] = answer.status != refused
        assert set(found.values()) == {is_open}, found
