"""POST /api/v1/conversations/ID/give-back: a person gives a conversation back to its bot."""

from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.runtime.accounts import READ
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ports import Inbound
from tests.databases import private_url


async def test_a_conversation_is_given_back_by_who_may_write(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "start.bas").write_text('TRANSFER TO HUMAN\nHEAR x\nTALK "back: " + x\n', encoding="utf-8")
    keywords = language()
    bots = Bots.load(tmp_path, keywords)
    async with assembled(private_url(), bots, keywords, RealClock()) as services:
        engine, accounts = services.engine, services.accounts
        await engine.start()
        user = await accounts.create_user("Ana")
        writer, _ = await accounts.create_token(user, "t")
        reader, _ = await accounts.create_token(user, "t", scopes=[READ])
        stranger, _ = await accounts.create_token(await accounts.create_user("Eve", organisation_id="others"), "t")
        talk = (await engine.receive(Inbound("shop", "test", "bo", "hi", "1"))).conversation_id
        silent = await engine.receive(Inbound("shop", "test", "bo", "hello?", "2"))
        assert await engine.answer(silent) == []
        async with TestClient(TestServer(application(services, Settings(is_loopback=True)))) as client:
            for token, conversation_id, status in [
                (None, talk, 401),
                (reader, talk, 403),
                (stranger, talk, 404),
                (writer, "cnv_none", 404),
                (writer, talk, 200),
                (writer, talk, 200),
            ]:
                headers = {} if token is None else {"Authorization": f"Bearer {token}"}
                path = f"/api/v1/conversations/{conversation_id}/give-back"
                async with client.post(path, headers=headers) as answer:
                    assert answer.status == status, await answer.text()
        heard = await engine.receive(Inbound("shop", "test", "bo", "again", "3"))
        assert [message.text for message in await engine.answer(heard)] == ["back: again"]
