"""The engine: takes messages in, gives conversations their turns, keeps the time, and tells who listens.

Everything that must last is in the store before anything else happens because of it; what is in memory here can be
lost at any instant and is found again by `start`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from random import Random

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime import handover
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.arrivals import Arrival, Elsewhere
from tasktalk.runtime.bells import Bells
from tasktalk.runtime.bots import LOOK_EVERY, Bots
from tasktalk.runtime.callers import Callers
from tasktalk.runtime.calls import Calls
from tasktalk.runtime.cleaning import Cleaning
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.consequences import followers
from tasktalk.runtime.dispatcher import Dispatcher
from tasktalk.runtime.driving import Driver
from tasktalk.runtime.files import FileStore
from tasktalk.runtime.gathering import Gathering
from tasktalk.runtime.handlers import Handlers
from tasktalk.runtime.housekeeping import Housekeeping
from tasktalk.runtime.inbox import Inbox, Sequences
from tasktalk.runtime.janitor import Janitor
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.outbox import Outbox
from tasktalk.runtime.ports import (
    Carriers,
    Channel,
    DeliveryReport,
    Inbound,
    Load,
    Message,
    Outside,
    Receipt,
    TurnReport,
)
from tasktalk.runtime.post import Post
from tasktalk.runtime.retention import Keep
from tasktalk.runtime.runs.beginning import Begun
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.runs.pickup import Pickup
from tasktalk.runtime.scene import message_of
from tasktalk.runtime.scheduler import Scheduler
from tasktalk.runtime.sent_files import FileLink
from tasktalk.runtime.sharing import LOOK, MAIL, Sharing
from tasktalk.runtime.slices import Slices
from tasktalk.runtime.steps import Recording
from tasktalk.runtime.surroundings import Surroundings
from tasktalk.runtime.tasks.hook_forms import Form
from tasktalk.runtime.tasks.listening import Listening
from tasktalk.runtime.timekeeper import Timekeeper
from tasktalk.runtime.turns import Turns
from tasktalk.runtime.workers import Workers
from tasktalk.storage import conversations
from tasktalk.storage.coming import Lookout, is_due
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.finishing import to_the_end
from tasktalk.storage.writes import Delete, Insert, Update, WriteSet

BUSY_CONVERSATIONS = 256
STEP_SECONDS = 30.0
SEND_SECONDS = 30.0
_PAGE = 1000  # messages

_log = logging.getLogger("tasktalk.engine")


class Stopped(Exception):
    """The engine stops: what was received is stored, and is taken up at the next start."""


class Engine:
    """Drives one database, from `start` to `stop`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bots: Bots,
        keywords: Keywords,
        channels: Mapping[str, Channel] | None = None,
        *,
        warm_conversations: int = 2000,
        step_seconds: float = STEP_SECONDS,
        send_seconds: float = SEND_SECONDS,
        busy_conversations: int = BUSY_CONVERSATIONS,
        task_address: Callable[[str], str] | None = None,
        conduct: Conduct | None = None,
        keep: Keep | None = None,
        outside: Outside | None = None,
        files: FileStore | None = None,
        file_link: FileLink | None = None,
        carriers: Carriers | None = None,
        hook_forms: Sequence[Form] = (),
        crash: Callable[[str], None] | None = None,
        chance: Callable[[str], Random] | None = None,
    ) -> None:
        """`channels` are those that bring messages out by themselves; which there are may change. `warm_conversations`
        is of how many the sessions stay in memory; with 0 each turn rebuilds its session from the store. The
        seconds are how long a call to another service, and an attempt to deliver a message, may take.
        `busy_conversations` have their turns at once, beside those whose scripts compute for long. `task_address`
        gives where programs find the task with an id. `keep` says how long what is past stays. Without `outside`,
        scripts cannot ask other services; without `files`, nothing can be attached to tasks; `file_link` gives the
        links to files that people send, whose references are links where there is none; `carriers` bring out what
        others are told of tasks, by webhooks in the plain form and in `hook_forms`. `crash` is called at named
        instants, for tests. `chance` gives the chance of each turn, by its moment, bot and script; without it, it
        is the system's.
        """
        crash = crash or _no_crash
        self._database, self._clock, self._bots = database, clock, bots
        self._channels = channels = {} if channels is None else channels
        self.meters = Meters()
        """What is counted of the turns, the commits and what goes in and out."""
        database.watch(self.meters.take_commit)
        conduct = conduct or Conduct()
        self.bells = Bells()
        """What wakes those who wait for something to change in a conversation."""
        self._timekeeper = Timekeeper(
            clock, self._look, self.next_due, lambda: self._cleaning.next_at, self.bells.ring_all
        )
        self._gathering = (
            Gathering(conduct.gathers_for, self._timekeeper.note, conduct.customs) if conduct.gathers_for else None
        )
        self._slices = Slices()
        self._workers = Workers(self._take_turns, busy_conversations, self.bells.ring)
        self._sharing = Sharing(database, clock, self._heard, self._gained, self._busy)
        self._sequences = sequences = Sequences(database, self._sharing.drives)
        self._recording = Recording(database, clock, self._sharing, sequences, step_seconds, crash)
        self._listening = Listening(database, lambda: self._sharing.tell(LOOK))
        self._turns = Turns(
            Surroundings(
                database=database,
                clock=clock,
                bots=bots,
                keywords=keywords,
                sequences=sequences,
                sharing=self._sharing,
                driver=Driver(self._slices, self._workers.step_aside),
                pushed=self._channels,
                warm_conversations=warm_conversations,
                conduct=conduct,
                gathering=self._gathering,
                task_address=task_address,
                told=self._committed,
                meters=self.meters,
                recording=self._recording,
                outside=outside,
                files=files,
                listening=self._listening,
                crash=crash,
                chance=chance,
            )
        )
        self._inbox = Inbox(
            database, clock, sequences, self._turns.warm.forget_contact, crash, self.bells.of, file_link
        )
        calls = Calls(database, clock, sequences.forget)
        janitor = Janitor(database, clock, bots, keep or Keep(), files)
        self._cleaning = Cleaning(clock, janitor, calls, self._recording)
        lines = Lines(database, bots, conduct)
        self._scheduler = Scheduler(database, clock, bots, crash, lines)
        pickup = Pickup(database, bots, conduct.tasks_at_once)
        handlers, brought = Handlers(bots), carriers or Carriers()
        self._post = Post(
            database, clock, self._sharing, brought, self._timekeeper.wake, crash, send_seconds, self.meters
        )
        dispatcher = Dispatcher(
            database,
            clock,
            bots,
            handlers,
            self._turns.keep_sources,
            self._poke,
            crash,
            [
                self._listening,
                pickup,
                *followers(database, bots, has_mail=brought.mail is not None, forms=hook_forms),
            ],
            self._post.poke,
        )
        self._lookout = Lookout(database, lambda: self._sharing.is_alone)
        self._housekeeping = Housekeeping(
            *(database, self._lookout, self._scheduler, dispatcher, self.meters, self._poke, self._begin, lines, pickup)
        )
        self._outbox = Outbox(
            *(database, clock, self._sharing, channels, self._timekeeper.wake, crash, send_seconds, self._tried),
            customs=conduct.customs,
        )
        self.callers = Callers(
            clock,
            bots,
            handlers,
            calls,
            self.bells,
            self._check,
            self._poke,
            self.wake,
            self._cleaning.remove,
        )
        """What programs ask of bots."""
        self._watchers: list[Callable[[TurnReport], None]] = [self.meters.take_report]
        self._delivery_watchers: list[Callable[[DeliveryReport], None]] = [self.meters.take_delivery]
        self._looking = asyncio.Lock()
        self._looks_for_all = True  # conversations may have something to do of which this process was not told
        self._follower: asyncio.Task[None] | None = None
        self._is_stopping = self._is_played = False

    async def start(self, *, is_played: bool = False) -> None:
        """Takes up everything that is not done yet, then keeps the time.

        Of what `is_played`, somebody else keeps the time by `settle`, and nothing is cleaned up: all of it is to be
        seen in the end. Raises DatabaseError when another process drives this database and only one can.
        """
        await self._sharing.start()
        await Accounts(self._database, self._clock).ensure_organisation()
        await self._turns.keep_sources()
        await self._find_all()
        self._is_played = is_played
        if not is_played:
            self._timekeeper.start()
        self._follower = asyncio.create_task(self._follow_scripts())

    async def stop(self) -> None:
        """Takes up nothing more and lets go. A turn that does not end soon is left: the next start does it again."""
        self._is_stopping = True
        await self._timekeeper.stop()
        if self._follower is not None:
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)
        await self._workers.stop()
        self._turns.stop()
        await self._turns.suspects.forgive()
        await self._outbox.attempts.stop()
        await self._post.attempts.stop()
        await self._cleaning.stop()
        await self._sharing.stop()
        self._slices.stop()
        self.bells.ring_all()

    def drives(self, name: str) -> bool:
        """Whether it is this process, of those that share a database, which does what has this name."""
        return self._sharing.drives(name)

    async def receive(self, inbound: Inbound) -> Receipt:
        """Takes a message in. It is on disk when this returns; the same message_id again changes nothing.

        Refuses `unknown-bot`.
        """
        self._check()
        self._bots.check_bot(inbound.bot)
        # A caller that goes away meanwhile must not leave a message on disk of which no worker knows.
        return (await to_the_end(self._receive(inbound)))[0]

    async def has_received(self, bot: str, channel: str, contact: str, message_id: str) -> bool:
        """Whether a contact's message to a bot, by the id that its channel has for it, was taken in before."""
        async with self._database.read() as reader:
            talk = await conversations.of_contact(reader, bot, channel, contact, message_id)
        return talk is not None and talk["message_id"] is not None

    async def _receive(self, inbound: Inbound) -> tuple[Receipt, asyncio.Event | None]:
        """With the bell of what follows from the message; None where something may have followed already."""
        receipt, arrival = await self._inbox.take(inbound)
        self.meters.received.add(inbound.channel, "repeat" if receipt.is_repeat else "new")
        if arrival is None:
            self._poke(receipt.conversation_id)
        elif self._sharing.drives(receipt.conversation_id):
            self._arrive(arrival)
        else:
            self._sharing.tell(receipt.conversation_id + (MAIL if arrival.came_alone else ""))
        may_be_over = arrival is None or arrival.changed is None or arrival.changed.is_set()
        self.bells.ring(receipt.conversation_id)
        return receipt, None if may_be_over else self.bells.of(receipt.conversation_id)

    async def converse(self, inbound: Inbound) -> Sequence[Message]:
        """Takes a message in and gives what its answer carries, as `receive` and `answer` do.

        The message may be stored only together with its turn: so nothing is promised before this returns, and whoever
        gets no answer has to ask again, with the same message_id.
        """
        self._check()
        self._bots.check_bot(inbound.bot)
        found = None if self._gathering else self._inbox.coming(inbound)
        if found is None and not self._gathering:
            await self._inbox.find(inbound)
            self._check()  # it may have been stopped meanwhile; between this and the turn's line nothing is waited for
            found = self._inbox.coming(inbound)
        if found is not None and not self._sharing.drives(found[0].conversation_id):
            found[0].fail(Elsewhere())
        elif found is not None:
            arrival, is_repeat = found
            self.meters.received.add(inbound.channel, "repeat" if is_repeat else "new")
            if not is_repeat:
                self._arrive(arrival)
            with suppress(Elsewhere):
                return await arrival.answer()
        self._check()
        return await self._answer(*await to_the_end(self._receive(inbound)))

    def _arrive(self, arrival: Arrival) -> None:
        self._turns.arrive(arrival)
        self._workers.poke(arrival.conversation_id)

    async def answer(self, receipt: Receipt) -> Sequence[Message]:
        """Waits for the turn that heard a message, and gives what its answer carries: the same again at each call.

        That is everything said in the conversation that no earlier answer carried. Raises Stopped, and DatabaseError
        while the turn cannot be taken.
        """
        return await self._answer(receipt, None)

    async def _answer(self, receipt: Receipt, changed: asyncio.Event | None) -> Sequence[Message]:
        """`changed` is the bell before which there is no answer."""
        while True:
            if changed is not None:
                self._check(receipt.conversation_id)
                await changed.wait()
            changed = self.bells.of(receipt.conversation_id)
            row, rows = await conversations.message_and_answer(self._database.looks, receipt.message_row_id)
            if row is None:
                return []  # its contact was deleted meanwhile
            if row["status"] != "pending":
                return [message_of(each) for each in rows]

    def _check(self, conversation_id: str | None = None) -> None:
        """Raises Stopped, and DatabaseError where that is what keeps a conversation from its turn: nobody waits until
        it is back."""
        if self._is_stopping:
            raise Stopped
        error = self._workers.failed.get(conversation_id) if conversation_id else None
        if isinstance(error, DatabaseError):
            raise error

    async def give_back(self, conversation_id: str, actor: str) -> None:
        """The bot has a conversation back that it gave to a person, and makes up for what was held meanwhile.

        Refuses `conversation_not_found`; raises Conflict.
        """
        await to_the_end(self._give_back(conversation_id, actor))

    async def _give_back(self, conversation_id: str, actor: str) -> None:
        await handover.give_back(self._database, self._clock.now(), conversation_id, actor)
        self.look_at(conversation_id)

    def look_at(self, conversation_id: str) -> None:
        """Somebody else has written what a conversation is like, or what is to be done in it."""
        self._turns.warm.forget(conversation_id)
        self._poke(conversation_id)
        self._outbox.poke(conversation_id)
        self.bells.ring(conversation_id)
        self.wake()

    async def messages(self, conversation_id: str, after: int = 0) -> list[Message]:
        """The conversation's messages in both directions numbered higher than `after`, in order, at most a thousand."""
        async with self._database.read() as reader:
            rows = await conversations.messages(reader, conversation_id, after, _PAGE)
        return [message_of(row) for row in rows]

    def watch(self, watcher: Callable[[TurnReport], None]) -> None:
        """Calls `watcher` after the commit of each turn that ran a script."""
        self._watchers.append(watcher)

    def watch_deliveries(self, watcher: Callable[[DeliveryReport], None]) -> None:
        """Calls `watcher` after each attempt to bring a message out."""
        self._delivery_watchers.append(watcher)

    def is_at_work(self, conversation_id: str) -> bool:
        """Whether this process has something to do in a conversation at this moment."""
        return conversation_id in self._workers.busy

    @property
    def load(self) -> Load:
        """How much this process has to do at this moment."""
        return Load(
            conversations_busy=self._workers.busy_count,
            conversations_ready=self._workers.ready_count,
            warm_sessions=self._turns.warm.sessions,
            channels=frozenset(self._channels),
            late_seconds=self._timekeeper.late_seconds,
            is_time_kept=self._timekeeper.is_kept,
        )

    def wake(self) -> None:
        """Looks for due things again: somebody else has written what `needs_look` says."""
        self._lookout.forget()
        self._housekeeping.doubt()
        self._timekeeper.wake()
        if not self._sharing.is_housekeeper:
            self._sharing.tell(LOOK)

    def look_again(self) -> None:
        """Looks for everything that is to be done, and lets the others do so: somebody has steered from outside."""
        self._turns.warm.forget_all()
        self._look_for_all()
        self._sharing.tell(LOOK)

    async def settle(self) -> None:
        """Returns when nothing is left to do at this moment. Raises what keeps something from being done."""
        while True:
            await self._workers.idle()
            await self._outbox.attempts.idle()
            await self._post.attempts.idle()
            await self._cleaning.idle()
            parts = (self._workers, self._outbox.attempts, self._post.attempts)
            for error in (error for part in parts for error in part.failed.values()):
                raise error
            wakes = self._timekeeper.wakes
            found = await self._look()
            # A turn that the timekeeper's look began may have ended during this one, behind what that had looked at.
            is_over = not found and wakes == self._timekeeper.wakes
            if is_over and all(each.is_idle for each in (*parts, self._cleaning)):
                return

    async def next_due(self, after: datetime | None = None) -> datetime | None:
        """When something is due next, be it overdue, or next after a moment; None when all waits for messages."""
        stored = await self._lookout.next_due(after)
        gathered = self._gathering.next_due(after) if self._gathering else None
        due = (
            *(stored, gathered),
            *(self._outbox.attempts.next_due(after), self._post.attempts.next_due(after)),
        )
        return min((moment for moment in due if moment is not None), default=None)

    async def _look(self) -> bool:
        """Gives everything that is due now to those who do it; whether there was anything."""
        async with self._looking:
            if self._is_stopping:
                return False
            self._bots.look(self._clock.now())
            await self._turns.keep_sources()
            await self._scheduler.follow_scripts()
            if not self._is_played:
                await self._cleaning.look(is_housekeeper=self._sharing.is_housekeeper)
            if await self._sharing.look():
                self._heard("")
            if self._looks_for_all:
                await self._find_all()
            now = self._clock.now()
            found = any([self._outbox.attempts.look(now), self._post.attempts.look(now)])
            next_ones = await self._lookout.coming()
            waiting: list[str] = []
            if is_due(next_ones.timer, now):
                async with self._database.read() as reader:
                    waiting += await conversations.with_due_timer(reader, now, self._sharing.buckets)
            waiting += self._gathering.look(now) if self._gathering else []
            for conversation_id in waiting:
                self._look_at(conversation_id)
            kept = self._sharing.is_housekeeper and await self._housekeeping.keep(now, next_ones)
            return found or bool(waiting) or kept

    async def _find_all(self) -> None:
        """Takes up everything of this process's conversations that is not done yet."""
        await self._turns.suspects.find()
        self._looks_for_all = False
        try:
            await self._listening.refresh()
            async with self._database.read() as reader:
                waiting = await conversations.with_input(reader, self._sharing.buckets)
            for conversation_id in waiting:
                self._look_at(conversation_id)
            await self._outbox.find_all()
            await self._post.find_all()
        except BaseException:
            self._looks_for_all = True
            raise
        self.bells.ring_all()

    def _gained(self, bucket: int) -> None:
        self._sequences.doubt()
        self._turns.warm.forget_all()
        self._turns.suspects.gained(bucket)
        self._look_for_all()

    def _look_for_all(self) -> None:
        self._lookout.forget()
        self._looks_for_all = True
        self._housekeeping.doubt()
        self._timekeeper.wake()

    def _busy(self) -> Iterable[str]:
        return (*self._workers.busy, *self._outbox.attempts.busy)

    def _poke(self, conversation_id: str) -> None:
        """There is something to do in a conversation, for this process or another one."""
        if self._sharing.drives(conversation_id):
            self._look_at(conversation_id)
        else:
            self._sharing.tell(conversation_id)

    def _begin(self, begun: Begun) -> None:
        """A run was committed that is to have its turn."""
        if begun.run is not None and self._sharing.drives(begun.conversation_id):
            self._turns.begin(begun)
            self._workers.poke(begun.conversation_id)
        elif begun.conversation_id:
            self._poke(begun.conversation_id)

    async def _take_turns(self, conversation_id: str) -> None:
        await self._turns.take_all(conversation_id)
        self.bells.ring(conversation_id)  # whoever waits for an answer looks again: the contact may have been deleted

    def _look_at(self, conversation_id: str) -> None:
        self._turns.look(conversation_id)
        self._workers.poke(conversation_id)

    def _heard(self, word: str) -> None:
        """Another process has told a word."""
        if word in ("", LOOK):
            if not word:
                self._turns.warm.doubt_all()
            self._look_for_all()
            return
        if word.endswith(MAIL):
            word = word.removesuffix(MAIL)
            if self._sharing.drives(word):
                self._turns.fetch(word)
                self._workers.poke(word)
            self.bells.ring(word)
            return
        self._turns.warm.doubt(word)
        if self._scheduler.frees(word):
            self._timekeeper.wake()
        if self._sharing.drives(word):
            self._look_at(word)
            self._outbox.poke(word)
        self.bells.ring(word)

    async def _follow_scripts(self) -> None:
        """Takes up scripts that were edited, and what commands have written, while nothing else happens."""
        never = asyncio.Event()
        while True:
            await self._clock.wait(never, self._clock.now() + LOOK_EVERY)
            try:
                if self._bots.look(self._clock.now()):
                    self._timekeeper.wake()
                if await self._sharing.look():
                    self._heard("")
            except Exception:
                _log.exception("the scripts could not be read; it is tried again")

    def _committed(
        self, conversation_id: str, writes: WriteSet, report: TurnReport | None, *, is_answered: bool = False
    ) -> None:
        """After each turn's commit; `is_answered` when whoever waits for it has the answer."""
        self.bells.ring(conversation_id)
        self._sharing.tell(conversation_id, can_wait=is_answered)
        if self._scheduler.frees(conversation_id) or self._scheduler.is_behind or needs_look(writes):
            self.wake()
        for write in writes.writes:
            if write.table in ("timer", "deadline") and isinstance(write, Insert):
                self._timekeeper.note(write.row["due_at"])
        self._outbox.poke(conversation_id)
        if report is not None:
            for watcher in self._watchers:
                watcher(report)

    def _tried(self, report: DeliveryReport) -> None:
        for watcher in self._delivery_watchers:
            watcher(report)


def needs_look(writes: WriteSet) -> bool:
    """Whether something was written for which the engine must look again at once (see `Engine.wake`)."""
    return any(write.table in ("schedule", "event") for write in writes.writes)


def handed(writes: WriteSet) -> set[str]:
    """The conversations that were given to a person or back to their bots, or in which a person has written (see
    `Engine.look_at`)."""
    return {
        (write.row if isinstance(write, Insert) else write.key)["conversation_id"]
        for write in writes.writes
        if write.table == "handover" and isinstance(write, Insert | Update | Delete)
    }


def puts_back(writes: WriteSet) -> bool:
    """Whether a parcel was put back in line, for which the engine must `look_again`."""
    return any(write.table == "parcel" and isinstance(write, Update) for write in writes.writes)


def _no_crash(_: str) -> None:
    return
