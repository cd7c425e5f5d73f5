"""A talk by e-mail with a real server, which is killed when its first answer has just been taken."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.bots.channels.conftest import ECHO
from tests.bots.channels.email import TRUSTED, mail
from tests.bots.channels.post import PASSWORD, USER, Post
from tests.patience import PATIENCE
from tests.system.server import Server


async def test_a_talk_by_mail_survives_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    smtp, imap = (await post.start()).split()
    bot = tmp_path / "bots" / "helper"
    bot.mkdir(parents=True)
    (bot / "start.bas").write_text(ECHO, encoding="utf-8")
    (tmp_path / "tasktalk.toml").write_text(
        f'[channels.mail]\nkind = "email"\nbot = "helper"\naddress = "{USER}"\ntrust = "{TRUSTED}"\nevery = "5s"\n'
        f'smtp = "smtp://{smtp}"\nimap = "imap://{imap}"\npassword = {{ env = "MAIL_PASSWORD" }}\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)
    await post.put(mail("hi", Message_ID="<1@example.org>").as_bytes())
    try:
        async with asyncio.timeout(PATIENCE), Server(tmp_path / "bots", tmp_path / "store.db") as server:
            await post.has_told(1)
            await server.stop(signal.SIGKILL)
            await post.put(mail("one", Message_ID="<2@example.org>").as_bytes())
            await server.start()
            await post.has_told(2)
            assert await server.stop() == 0
            assert PASSWORD not in server.log.read_text()
    finally:
        await post.stop()
    # A mail that was taken, while nobody was there any more to hear that, comes again under the same id.
    assert [each.get_content() for each in post.mails] == ["Hello.\r\n", "You said one\r\n"]
    assert [each["In-Reply-To"] for each in post.mails] == ["<1@example.org>", "<2@example.org>"]
