"""Cleaning up between the turns: what is past by the settings, calls that are over, steps that nobody needs."""

from datetime import datetime, timedelta

from tasktalk.runtime.calls import Calls
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.janitor import Janitor
from tasktalk.runtime.steps import Recording
from tasktalk.runtime.workers import Workers

_EVERY, _SOON = timedelta(hours=1), timedelta(minutes=1)


class Cleaning:
    """Looks now and then what can go, and removes it, one thing after the other."""

    def __init__(self, clock: Clock, janitor: Janitor, calls: Calls, recording: Recording) -> None:
        self._clock, self._janitor, self._calls, self._recording = clock, janitor, calls, recording
        self._removing = Workers(calls.remove, 1)
        self._cleaning = Workers(janitor.clean, 1)
        self._next_at = clock.now()  # when past calls and steps are looked for

    @property
    def next_at(self) -> datetime:
        """When there is something to clean again."""
        return min(self._next_at, self._janitor.next_at)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being removed."""
        return self._removing.is_idle and self._cleaning.is_idle

    def remove(self, conversation_id: str) -> None:
        """A call is over, and its conversation goes."""
        self._removing.poke(conversation_id)

    async def look(self, *, is_housekeeper: bool) -> None:
        """Begins with what is due; only the housekeeper cleans what all processes share."""
        if self._clock.now() >= self._next_at:
            past = await self._calls.past() if is_housekeeper else ()
            for conversation_id in past:
                self._removing.poke(conversation_id)
            is_more = is_housekeeper and await self._recording.remove_old()
            self._next_at = self._clock.now() + (_SOON if past or is_more else _EVERY)
        due = self._janitor.due()
        for kind in due if is_housekeeper else ():
            self._cleaning.poke(kind)

    async def idle(self) -> None:
        """Returns when nothing is being removed."""
        await self._removing.idle()
        await self._cleaning.idle()

    async def stop(self) -> None:
        """Removes nothing more."""
        await self._removing.stop()
        await self._cleaning.stop()
