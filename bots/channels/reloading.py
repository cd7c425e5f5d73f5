"""Looks at tasktalk.toml and the files of its secrets while the server runs: channels that changed there change, and no
talk is dropped for it.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from tasktalk.bots.channels.configured import Channels
from tasktalk.bots.configuration import Configuration, WrongConfiguration, doubts, told, without_bot
from tasktalk.bots.stamps import stamp
from tasktalk.runtime.bots import Bots

LOOK_SECONDS = 1.0

_log = logging.getLogger("tasktalk.channels")


class Reloading:
    """What a wrong file says is logged, and nothing changes until it is right again."""

    def __init__(
        self,
        channels: Channels,
        path: Path,
        again: Callable[[], Configuration],
        bots: Bots,
        begun_with: Configuration,
    ) -> None:
        """`begun_with` is what the file said when the server started."""
        self._channels, self._path, self._again = channels, path, again
        self._bots, self._begun_with = bots, begun_with
        self._seen = {path: stamp(path), **begun_with.files}

    def look(self) -> bool:
        """Takes over what has changed; whether anything did."""
        stamps = {path: stamp(path) for path in self._seen}
        if stamps == self._seen:
            return False
        self._seen = stamps
        try:
            found = self._again()
        except WrongConfiguration as wrong:
            self._seen = {**stamps, **wrong.files}
            _log.error("the channels stay as they are:\n%s", wrong)
            return False
        self._seen = dict(found.files)
        self._channels.become(found.channels, found.public_url)
        count = len(found.channels)
        _log.info("%s was read again: %d channel%s", self._path, count, "" if count == 1 else "s")
        before, after = self._begun_with.options, found.options
        if changed := sorted(name for name in {*before, *after} if before.get(name) != after.get(name)):
            _log.warning("%s: what it says of %s holds from the next start on", self._path, ", ".join(changed))
        self.warn(found)
        return True

    def warn(self, found: Configuration) -> None:
        """Says which channels have a bot that is not there: what people write to those is not heard. And what lets in
        more than the host may want."""
        later = [each.bot for each in found.channels.values() if self._bots.is_bot(each.bot)]
        for mistake in without_bot(found, {*self._bots.names(), *later}):
            _log.warning("%s", told(self._path, mistake))
        for doubt in doubts(found):
            _log.warning("%s", told(self._path, doubt))

    async def keep_looking(self) -> None:
        """Looks once a second until it is cancelled, whatever may be in the file."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self.look()
            except Exception:
                _log.exception("%s cannot be read again: the channels stay as they are", self._path)
