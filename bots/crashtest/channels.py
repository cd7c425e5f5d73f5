"""The channels of a crash test: which there are, and how tasktalk.toml names them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tasktalk.bots.crashtest.ways.discord import Discord
from tasktalk.bots.crashtest.ways.provider import Provider
from tasktalk.bots.crashtest.ways.signed import Signed
from tasktalk.bots.crashtest.ways.telegram import Telegram

BOT: Final = "errands"
PUSH: Final = Signed.channel
"""On which the bot knows everybody who talks by the webhook, and writes to them."""
PROVIDERS: Final[Sequence[type[Provider]]] = (Signed, Discord, Telegram)


def configure(folder: Path, url: str, providers: Sequence[Provider]) -> Path:
    """Writes a tasktalk.toml for providers at an address, and the files of their secrets."""
    lines = []
    for provider in providers:
        secret = folder / f"{provider.channel}-secret"
        secret.write_text(provider.secret, encoding="utf-8")
        settings = {"kind": provider.kind, "bot": BOT, **provider.settings(url, {"file": str(secret)})}
        lines += [f"[channels.{provider.channel}]", *(f"{name} = {_toml(value)}" for name, value in settings.items())]
    path = folder / "tasktalk.toml"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def _toml(value: object) -> str:
    """JSON writes texts as TOML does."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    return json.dumps(value)
