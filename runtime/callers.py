"""What programs ask of bots, from the asking to the outcome: webhooks, forms, events, and scripts that are to run."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.program import Program
from tasktalk.runtime.bells import Bells
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.calls import Called, Calls, Outcome
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.handlers import Handlers
from tasktalk.runtime.occasions import FORM, RAISED, SUBMITTED
from tasktalk.storage.finishing import to_the_end


class Callers:
    """Takes in what is asked while the engine runs, and waits with those who want to know what became of it."""

    def __init__(
        self,
        clock: Clock,
        bots: Bots,
        handlers: Handlers,
        calls: Calls,
        bells: Bells,
        check: Callable[[str | None], None],
        poke: Callable[[str], None],
        wake: Callable[[], None],
        remove: Callable[[str], None],
    ) -> None:
        """`check` raises what keeps the engine from taking something up, or a conversation from its turns; `poke` and
        `wake` tell that something is to be done, in a conversation or elsewhere; `remove` lets go of a call that is
        over."""
        self._clock, self._bots, self._handlers, self._calls, self._bells = clock, bots, handlers, calls, bells
        self._check, self._poke, self._wake, self._remove = check, poke, wake, remove

    def webhook(self, bot: str, name: str) -> Program | None:
        """The script of the bot that answers the webhook of this name. Refuses `unknown-bot`."""
        self._bots.check_bot(bot)
        return self._handlers.webhook(bot, name)

    async def call(
        self, bot: str, script: str, name: str, arguments: Mapping[str, Any], key: str | None = None
    ) -> Called:
        """Lets a script run, in a conversation of its own. It is on disk when this returns; the same key of the same
        name again changes nothing and gives the same run."""
        self._check(None)
        return await to_the_end(self._started(self._calls.call(bot, script, name, arguments, key)))

    async def begin(self, bot: str, script: str, channel: str, contact: str, arguments: Mapping[str, Any]) -> None:
        """Lets a script talk to a contact whom nobody knows yet, with what its PARAMs are given."""
        self._check(None)
        await to_the_end(self._started(self._calls.begin(bot, script, channel, contact, arguments)))

    async def _started(self, call: Awaitable[Called]) -> Called:
        # A caller that goes away meanwhile must not leave a run on disk of which no worker knows.
        called = await call
        self._poke(called.conversation_id)
        return called

    async def outcome(self, called: Called, seconds: float | None = None) -> Outcome:
        """Waits until a run has ended, or its script waits for something, or for so many seconds. Raises Stopped.

        Whoever called without a key is told the end of the run once: then nothing is left of it.
        """
        until = None if seconds is None else asyncio.get_running_loop().time() + seconds
        while True:
            changed = self._bells.of(called.conversation_id)
            if (found := await self._calls.outcome(called)) is not None:
                if found.is_end and not called.is_kept:
                    self._remove(called.conversation_id)
                return found
            self._check(called.conversation_id)
            try:
                async with asyncio.timeout_at(until):
                    await changed.wait()
            except TimeoutError:
                return Outcome("running")

    async def raise_event(self, bot: str, name: str, data: Any, key: str | None = None) -> str:
        """Starts the handlers that the bot's scripts have for an event of this name; gives its id. It is on disk when
        this returns; the same key again changes nothing. Refuses `unknown-bot`."""
        self._bots.check_bot(bot)
        return await to_the_end(self._raise(bot, name, data, key, RAISED))

    async def submit(self, bot: str, form: str, fields: Mapping[str, Any], key: str | None = None) -> str:
        """Starts the ON FORM SUBMIT that the bot's scripts have for a form, like `raise_event`.

        Refuses `unknown-bot`, and `unknown-form` when no script has one.
        """
        self._bots.check_bot(bot)
        self._handlers.refresh(self._clock.now())
        if not self._handlers.of(FORM, form, bot):
            raise Refused("unknown-form", f'The bot {bot} has no script with ON FORM SUBMIT "{form}"')
        return await to_the_end(self._raise(bot, form, fields, key, SUBMITTED))

    async def _raise(self, bot: str, name: str, data: Any, key: str | None, kind: str) -> str:
        self._check(None)
        event_id = await self._calls.raise_event(bot, name, data, key, kind)
        self._wake()
        return event_id
