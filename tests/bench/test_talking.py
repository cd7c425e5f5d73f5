"""The load is what it says: every answer is checked, and the rival keeps what it promises."""

import asyncio
import re
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.bench.person import Person
from tests.bench.serving import echo, orm
from tests.bench.talk_bot import NAME
from tests.bench.talking import Orders, talk


def test_answers_are_counted_and_wrong_ones_are_found(tmp_path: Path) -> None:
    with echo(tmp_path / "log") as server:
        found = talk(Orders([server.address], NAME, "a", 4, 0.2, False, 0.05))
        assert found.answers >= found.turns + 2 * 4 > 8  # and those of the greetings, and the last ones
        assert 0 < found.p50_ms <= found.p99_ms <= found.worst_ms
        with pytest.raises(RuntimeError, match=r"a wrong answer to word 1 of b-\d"):
            talk(Orders([server.address], NAME, "b", 4, 0.2, True, 0.05))


def test_the_rival_answers_each_message_once(tmp_path: Path) -> None:
    with orm(str(tmp_path / "orm.db"), tmp_path / "log", has_timer=True) as server:
        person = Person(server)
        person.say("ana", "hello", "0", "You said hello (0)")
        person.say("ana", "one", "1", "You said one (1)")
        person.say("ana", "one", "1", "You said one (1)")
        person.say("ana", "two", "2", "You said two (2)")
        person.leave()
        talk(Orders([server.address], NAME, "a", 4, 0.2, True, 0.05))


async def test_other_servers_are_asked_in_their_own_way() -> None:
    asked: dict[str, list[str]] = {}

    async def answer(request: web.Request) -> web.Response:
        asked.setdefault(request.match_info["contact"], []).append(request.headers["Idempotency-Key"])
        said = re.sub(r"word (\d+)", r"You said word \1 (\1)", (await request.json())["text"])
        return web.json_response(said)

    app = web.Application()
    app.router.add_post("/counter/{contact}/say", answer)
    async with TestServer(app) as server:
        address = (str(server.host), server.port or 0)
        orders = Orders([address], NAME, "a", 2, 0.1, True, 0.05, path="/counter/{contact}/say", key="Idempotency-Key")
        found = await asyncio.to_thread(talk, orders)
    assert sorted(asked) == ["a-0", "a-1"]
    assert sum(map(len, asked.values())) == found.answers
    assert asked["a-0"] == [f"a-0-{turn}" for turn in range(len(asked["a-0"]))]
