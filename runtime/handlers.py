"""What the bots' scripts declare that is started from outside: the handlers of events, and webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.values import text
from tasktalk.runtime.bots import Bots


@dataclass(frozen=True, slots=True)
class Handler:
    """One ON … of a script; `name` is what its program knows it by."""

    bot: str
    program: Program
    name: str


class Handlers:
    """The handlers by what they are for, as the scripts say now."""

    def __init__(self, bots: Bots) -> None:
        self._bots = bots
        self._edition = -1
        self._handlers: dict[tuple[str, str], list[Handler]] = {}
        self._webhooks: dict[tuple[str, str], str] = {}

    def refresh(self, now: datetime) -> None:
        """Follows the scripts, which are looked at once in a second at most."""
        self._bots.look(now)
        self._read()

    def of(self, phrase: str, name: str = "", bot: str | None = None) -> Sequence[Handler]:
        """The handlers of `ON TASK COMPLETED`, of `ON EVENT "name"` …, of one bot or of all."""
        found = self._handlers.get((phrase, name.strip().lower()), ())
        return [handler for handler in found if bot is None or handler.bot == bot]

    def webhook(self, bot: str, name: str) -> Program | None:
        """The script that answers a webhook of the bot, as it is now."""
        self._read()
        key = (bot, name.strip().lower())
        script = self._webhooks.get(key)
        program = None if script is None else self._newest(bot, script)
        return program if program is not None and key in _webhooks(bot, program) else None

    def _newest(self, bot: str, script: str) -> Program | None:
        try:
            return self._bots.script(bot, script)
        except Refused:
            return None

    def _read(self) -> None:
        if self._edition == self._bots.edition:
            return
        self._edition = self._bots.edition
        self._handlers, self._webhooks = {}, {}
        for bot, program in self._bots.programs():
            for key in _webhooks(bot, program):
                self._webhooks.setdefault(key, program.name)
            for handler, declared in program.handlers.items():
                about = text(declared.values.get("name")).strip().lower()
                self._handlers.setdefault((declared.phrase, about), []).append(Handler(bot, program, handler))


def _webhooks(bot: str, program: Program) -> list[tuple[str, str]]:
    return [(bot, text(d.values["name"]).strip().lower()) for d in program.declarations if d.phrase == "WEBHOOK"]
