"""The two channels of a crash test, of two kinds: how tasktalk.toml names them, and how their providers call.

The provider of one takes a repeated message once, by its id; that of the other has no id to tell it by, as most.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasktalk.bots.channels.kinds.telegram import HEADER, webhook_secret
from tasktalk.bots.channels.links import PATH
from tasktalk.bots.outside.hooks import PREFIX, headers
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ports import HookCall

PUSH, TELEGRAM = "push", "telegram"
BOT: Final = "errands"

_SECRET: Final = PREFIX + base64.b64encode(b"crashtest" * 3).decode()
_TOKEN: Final = "1:crashtest"  # noqa: S105 - of a bot that is nowhere


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a provider, ready to be sent as often as it takes."""

    path: str
    headers: Mapping[str, str]
    body: bytes


def configure(folder: Path, url: str) -> Path:
    """Writes a tasktalk.toml for providers at an address, and the files of its secrets."""
    (folder / "secret").write_text(_SECRET, encoding="utf-8")
    (folder / "token").write_text(_TOKEN, encoding="utf-8")
    tables = {
        PUSH: {"kind": '"signed"', "secret": _file(folder / "secret"), "send_to": json.dumps(f"{url}/push")},
        TELEGRAM: {"kind": '"telegram"', "token": _file(folder / "token"), "api": json.dumps(url)},
    }
    lines = []
    for name, settings in tables.items():
        lines += [f"[channels.{name}]", f'bot = "{BOT}"', *(f"{key} = {value}" for key, value in settings.items())]
    path = folder / "tasktalk.toml"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def pushed(contact: str, text: str, message_id: str) -> Call:
    """A message by a signed webhook."""
    body = json.dumps({"contact": contact, "text": text})
    signed_with = headers(HookCall(message_id, "", _SECRET, RealClock().now(), body))
    return Call(f"{PATH}/{PUSH}", signed_with, body.encode())


def telegrammed(contact: str, text: str, update_id: int) -> Call:
    """A message by Telegram's webhook."""
    message = {"message_id": 1, "date": 0, "chat": {"id": int(contact), "type": "private"}, "text": text}
    body = json.dumps({"update_id": update_id, "message": message})
    signed_with = {"Content-Type": "application/json", HEADER: webhook_secret(_TOKEN)}
    return Call(f"{PATH}/{TELEGRAM}", signed_with, body.encode())


def _file(path: Path) -> str:
    """How a setting says where its secret is. JSON writes texts as TOML does."""
    return f"{{ file = {json.dumps(str(path))} }}"
