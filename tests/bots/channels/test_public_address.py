"""The web chat behind a proxy that hands on another name than the one that browsers see."""

from pathlib import Path

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
