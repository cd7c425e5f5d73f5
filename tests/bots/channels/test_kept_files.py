"""Files whose bytes the server keeps have links as all others have, on channels that are not of tasktalk.toml, too."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tasktalk.runtime.ports import Inbound, InboundFile
from tests.bots.channels.conftest import House
from tests.bots.channels.side import PUBLIC_URL
from tests.bots.channels.telegram import Telegram

USES = """
TALK "Hello."
id = CREATE TASK "Look at it"
DO
  HEAR x AS FILE
  ATTACH FILE TO TASK id, x
  TALK GET x
  TALK x
LOOP
"""


TRIES = """
id = CREATE TASK "Look at it"
DO
  HEAR x AS FILE
  TRY
    TALK GET x
  CATCH error
    TALK error.code, ": ", error.message
  END TRY
  TRY
    ATTACH FILE TO TASK id, x
  CATCH error
    TALK error.code
  END TRY
LOOP
"""


async def pieces() -> AsyncIterator[bytes]:
    yield b"fig"
    yield b";2"


async def test_a_file_that_is_kept_is_used_as_any_other(tmp_path: Path) -> None:
    async with House(Telegram(), tmp_path).open(USES) as house:
        sent = house.services.sent_files
        assert sent is not None
        reference = await sent.kept.keep(pieces())
        file = InboundFile("file", reference, "prices.csv", "text/csv")
        await house.engine.converse(Inbound("helper", "web", "somebody", ""))
        messages = await house.engine.converse(Inbound("helper", "web", "somebody", "", files=[file]))
        [read, link] = [message.text for message in messages]
        assert read == "fig;2"
        assert link.startswith(f"{PUBLIC_URL}/channels/web/files/")
        found = await house.get(link)
        assert (found.status, found.data) == (200, b"fig;2")
        assert found.headers["Content-Length"] == "5"
        assert (await house.get(link.replace("/web/", "/place/"))).status == 404


async def test_a_kept_file_whose_place_is_away_is_told_to_the_script(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with House(Telegram(), tmp_path).open(TRIES) as house:
        sent = house.services.sent_files
        assert sent is not None
        file = InboundFile("file", await sent.kept.keep(pieces()), "prices.csv", "text/csv")
        await house.engine.converse(Inbound("helper", "web", "somebody", ""))
        shutil.rmtree(tmp_path / "files")
        messages = await house.engine.converse(Inbound("helper", "web", "somebody", "", files=[file]))
        why = "the file cannot be had: the place where this server keeps files cannot be read now"
        assert [message.text for message in messages] == [f"no-connection: {why}", "no-connection"]
        assert "a file that is kept here cannot be read" in caplog.text
