"""A talk on Telegram from its beginning to its end: the server and the client of npm's telegram-test-api, as they are,
and a running server of ours. Its webhook is set as `tasktalk channels check` says."""

import json
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.system.commands import MODULES, needs_node, out_of
from tests.system.server import Server, free_port

DRIVER = Path(__file__).parents[1] / "node" / "telegram.mjs"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SCRIPT = """
TALK "Hello, ${username}."
HEAR size AS "small", "large"
TALK "So " + size + "."
HEAR word
TALK "You said " + word
"""
CONFIGURATION = """
public_url = "{url}"
bots = "bots"
port = 0
[channels.here]
kind = "telegram"
bot = "helper"
token = {{ env = "TELEGRAM_TOKEN" }}
api = "{api}"
"""


async def test_a_talk_on_telegram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = needs_node("telegram-test-api")
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    (tmp_path / "bots" / "helper").mkdir(parents=True)
    (tmp_path / "bots" / "helper" / "start.bas").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(MODULES)
    driver, configuration, port = str(shutil.copy(DRIVER, tmp_path)), tmp_path / "tasktalk.toml", free_port()
    server = Server(tmp_path / "bots", tmp_path / "talks.db", "--config", str(configuration))
    told = CONFIGURATION.format(url=server.url, api=f"http://127.0.0.1:{port}")
    configuration.write_text(told, encoding="utf-8")
    check = (sys.executable, "-m", "tasktalk.bots.cli", "channels", "check", "--config", str(configuration))
    [line, _] = [line for line in (await out_of(*check)).splitlines() if line.strip().startswith("curl ")]
    _, place, *fields = shlex.split(line)
    form = "&".join(field for field in fields if not field.startswith("-"))
    async with server:
        said = json.loads(await out_of(node, driver, str(port), TOKEN, place, form, cwd=tmp_path))
    assert said["set"] is True
    assert [message["text"] for message in said["messages"]] == ["Hello, Ana.", "So large.", "You said /last words"]
    assert {message["chat_id"] for message in said["messages"]} == {4711}
    hello, *others = [message.get("reply_markup") for message in said["messages"]]
    assert [button["text"] for [button] in hello["inline_keyboard"]] == ["small", "large"]
    assert others == [None, None]
    pressed = {"method": "answerCallbackQuery", "callback_query_id": "1"}
    assert said["answers"] == [[200, {}], [200, pressed], [200, {}], [200, {}]]
    assert said["unsigned"] == 401
