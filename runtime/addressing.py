"""Whom TALK TO reaches: a person who is known at an address, or one who never wrote, in a channel that is named."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from tasktalk.interpreter.errors import Refused, nearest
from tasktalk.runtime.customs import Customs
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import conversation_row
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations
from tasktalk.storage.writes import Row

_FETCHING: Final = frozenset({"web", "webhook", "terminal"})
"""Ways of ours in which people ask for what is said to them: nobody is there who has not come."""
_WITH_CHANNEL: Final = re.compile(r"([\w-]{1,40}):(.*)", re.ASCII | re.DOTALL)
_WITHOUT_STRANGERS: Final = INTERNAL_CHANNELS | _FETCHING


def named_channel(who: str) -> str | None:
    """The channel that is written before an address, if it is one in which strangers can be written to. What has no
    small letter is a part of the address, as Slack and Discord have two."""
    named = _WITH_CHANNEL.fullmatch(who)
    is_channel = named is not None and named[1] not in _WITHOUT_STRANGERS and re.search("[a-z]", named[1])
    return named[1] if named is not None and is_channel else None


def channel_fault(channel: str, bot: str | None, channels: Collection[str], channels_bot: str | None) -> Refused | None:
    """Why a bot, where it is known, cannot write to strangers in a channel, of those that there are."""
    if channel not in channels:
        near = nearest(channel, channels)
        there_are = f"there are {', '.join(sorted(channels))}" if channels else "there is none"
        hint = f"did you mean {near}?" if near else f"a channel is one of tasktalk.toml: {there_are}"
        return Refused("unknown-channel", f'there is no channel "{channel}"', hint)
    if bot is not None and channels_bot not in (None, bot):
        hint = f"an answer would not come to the bot {bot}: let {channels_bot} write, or wait until they have"
        return Refused("unknown-channel", f'the channel "{channel}" is for the bot {channels_bot}', hint)
    return None


class Talk(NamedTuple):
    """A conversation, and the channel that it is on."""

    conversation_id: str
    channel: str


class Addressing:
    """Finds the conversations of one bot during a turn, and opens those that are not there yet."""

    def __init__(
        self,
        work: UnitOfWork,
        bot: str,
        channel: str,
        channels: Collection[str],
        customs: Callable[[str], Customs],
    ) -> None:
        """`channel` is where the turn happens, `channels` those that bring messages out by themselves."""
        self._work, self._bot, self._channel = work, bot, channel
        self._channels, self._customs = channels, customs
        self.opened: set[str] = set()
        """The conversations that begin with this turn."""
        self._opened_with: dict[str, str] = {}  # conversation by contact
        self._strangers: dict[tuple[str, str], Row] = {}  # contacts that begin with this turn

    async def talk_with(self, who: str) -> Talk:
        """The conversation with somebody. Refuses `unknown-contact` and `unknown-channel`."""
        named = _WITH_CHANNEL.fullmatch(who)
        async with self._work.read() as reader:
            found = [*await conversations.reachable(reader, self._bot, who)]
            if not found and named:
                known = await conversations.reachable(reader, self._bot, self._spelt(named[1], named[2]))
                found = [row for row in known if row["channel"] == named[1]]
        found = [row for row in found if row["channel"] not in INTERNAL_CHANNELS]
        if not found and named:
            found = [self._stranger(named[1], named[2])]
        if not found:
            hint = "take the address of somebody who wrote to a bot of this server, or name the channel before it"
            raise _unknown(who, hint)
        chosen = self._nearest(who, found)
        return Talk(chosen["conversation_id"] or self._open(chosen), chosen["channel"])

    def _nearest(self, who: str, found: Sequence[Row]) -> Row:
        """That of this channel, else that which has talked with the bot. Refuses `unknown-contact` where another
        channel has one as near: nobody could tell who is written to."""

        def distance(row: Row) -> tuple[bool, bool]:
            return row["channel"] != self._channel, row["conversation_id"] is None

        chosen = min(found, key=distance)
        near = sorted({row["channel"] for row in found if distance(row) == distance(chosen)})
        if len(near) > 1:
            ways = " or ".join(f'"{channel}:{who[:80]}"' for channel in near)
            raise Refused("unknown-contact", f'several channels know "{who[:80]}"', f"name the channel: {ways}")
        return chosen

    def _spelt(self, channel: str, address: str) -> str:
        """The address as the channel has it, if it can be one."""
        return self._customs(channel).addressed(address) or address

    def _stranger(self, channel: str, written: str) -> Row:
        """The contact of somebody who never wrote; their answer comes to the bot that the channel is for."""
        if channel in _WITHOUT_STRANGERS:
            raise _unknown(
                f"{channel}:{written}", f"in {channel} a bot can write to those alone who have written to it"
            )
        customs = self._customs(channel)
        if (fault := channel_fault(channel, self._bot, self._channels, customs.bot)) is not None:
            raise fault
        address = customs.addressed(written)
        if address is None:
            raise _unknown(f"{channel}:{written}", f"this is no address that {channel} can have")
        key = (channel, address)
        if key not in self._strangers:
            contact_id, now = new_id("con", self._work.now), self._work.now
            row = {"id": contact_id, "channel": channel, "address": address, "name": None, "created_at": now}
            self._work.writes.insert("contact", row)
            self._strangers[key] = {"contact_id": contact_id, "channel": channel, "conversation_id": None}
        return self._strangers[key]

    def _open(self, contact: Row) -> str:
        opened = self._opened_with.get(contact["contact_id"])
        if opened is None:
            now = self._work.now
            opened = self._opened_with[contact["contact_id"]] = new_id("cnv", now)
            row = conversation_row(opened, self._bot, contact["contact_id"], contact["channel"], now)
            self._work.writes.insert("conversation", row)
            self.opened.add(opened)
        return opened


def _unknown(who: str, hint: str) -> Refused:
    return Refused("unknown-contact", f'nobody is known at "{who[:80]}"', hint)
