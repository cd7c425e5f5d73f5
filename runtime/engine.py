"""The engine: takes messages in, gives conversations their turns, keeps the time, and tells who listens.

Everything that must last is in the store before anything else happens because of it; what is in memory here can be
lost at any instant and is found again by `start`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from typing import Any
from weakref import WeakValueDictionary

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.program import Program
from tasktalk.runtime import handover
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.arrivals import Arrival, Elsewhere
from tasktalk.runtime.bots import LOOK_EVERY, Bots
from tasktalk.runtime.calls import Called, Calls, Outcome
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.dispatcher import Dispatcher
from tasktalk.runtime.driving import Driver
from tasktalk.runtime.gathering import Gathering
from tasktalk.runtime.handlers import Handlers
from tasktalk.runtime.inbox import Inbox, Sequences
from tasktalk.runtime.janitor import Janitor
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.occasions import FORM, RAISED, SUBMITTED
from tasktalk.runtime.outbox import Outbox
from tasktalk.runtime.ports import Channel, DeliveryReport, Inbound, Load, Message, Outside, Receipt, TurnReport
from tasktalk.runtime.retention import Keep
from tasktalk.runtime.scene import message_of
from tasktalk.runtime.scheduler import PAGE, Scheduler
from tasktalk.runtime.sharing import LOOK, Sharing
from tasktalk.runtime.slices import Slices
from tasktalk.runtime.steps import Recording
from tasktalk.runtime.tasks import overdue
from tasktalk.runtime.turns import Surroundings, Turns
from tasktalk.runtime.workers import Workers
from tasktalk.storage import conversations, tasks
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.reading import to_the_end
from tasktalk.storage.writes import Insert, WriteSet

BUSY_CONVERSATIONS = 256
KEYWORD_SECONDS = 30.0
SEND_SECONDS = 30.0
_RETRY_SECONDS = 5.0
_PAGE = 1000  # messages
_REMOVE_EVERY, _REMOVE_SOON = timedelta(hours=1), timedelta(minutes=1)

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
        keyword_seconds: float = KEYWORD_SECONDS,
        send_seconds: float = SEND_SECONDS,
        busy_conversations: int = BUSY_CONVERSATIONS,
        task_address: Callable[[str], str] | None = None,
        conduct: Conduct | None = None,
        keep: Keep | None = None,
        outside: Outside | None = None,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        """`channels` are those that bring messages out by themselves. `warm_conversations` is of how many
        the sessions stay in memory; with 0 each turn rebuilds its session from the store. The seconds are how long a
        keyword that asks others, and an attempt to deliver a message, may take. `busy_conversations` have their turns
        at once, beside those whose scripts compute for long. `task_address` gives where programs find the task with an
        id. `keep` says how long what is past stays. Without `outside`, scripts cannot ask other services. `crash` is
        called at named instants, for tests.
        """
        crash = crash or _no_crash
        self._database, self._clock, self._bots = database, clock, bots
        self._channels = frozenset(channels or {})
        self.meters = Meters()
        """What is counted of the turns, the commits and what goes in and out."""
        database.watch(self.meters.take_commit)
        conduct = conduct or Conduct()
        self._gathering = Gathering(conduct.gathers_for, self._note) if conduct.gathers_for else None
        self._slices = Slices()
        self._workers = Workers(self._take_turns, busy_conversations, self._ring)
        self._sharing = Sharing(database, clock, self._heard, self._gained, self._busy)
        self._sequences = sequences = Sequences(database, self._sharing.drives)
        self._handlers = Handlers(bots)
        self._recording = Recording(database, clock, self._sharing, sequences, crash)
        self._turns = Turns(
            Surroundings(
                database=database,
                clock=clock,
                bots=bots,
                keywords=keywords,
                sequences=sequences,
                sharing=self._sharing,
                driver=Driver(self._slices, keyword_seconds, self._workers.step_aside),
                pushed=self._channels,
                warm_conversations=warm_conversations,
                conduct=conduct,
                gathering=self._gathering,
                task_address=task_address,
                told=self._committed,
                meters=self.meters,
                recording=self._recording,
                outside=outside,
                crash=crash,
            )
        )
        self._inbox = Inbox(database, clock, sequences, self._turns.warm.forget_contact, crash)
        self._calls = Calls(database, clock, sequences.forget)
        self._removals = Workers(self._calls.remove, 1)
        self._remove_next = clock.now()
        self._janitor = Janitor(database, clock, bots, keep or Keep())
        self._cleaning = Workers(self._janitor.clean, 1)
        self._scheduler = Scheduler(database, clock, bots, crash)
        self._dispatcher = Dispatcher(
            database, clock, bots, self._handlers, self._turns.keep_sources, self._poke, crash
        )
        self._wake = asyncio.Event()
        self._outbox = Outbox(
            database, clock, self._sharing, channels or {}, self._wake.set, crash, send_seconds, self._tried
        )
        self._changed: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        self._watchers: list[Callable[[TurnReport], None]] = [self.meters.take_report]
        self._delivery_watchers: list[Callable[[DeliveryReport], None]] = [self.meters.take_delivery]
        self._looking = asyncio.Lock()
        self._next: datetime | None = None  # what the timekeeper waits for, or while it looks, the soonest new timer
        self._is_waiting = False
        self._looks_for_all = True  # conversations may have something to do of which this process was not told
        self._behind_since: datetime | None = None  # since when the timekeeper has not got through a look
        self._timekeeper: asyncio.Task[None] | None = None
        self._follower: asyncio.Task[None] | None = None
        self._is_stopping = False

    async def start(self) -> None:
        """Takes up everything that is not done yet, then keeps the time.

        Raises DatabaseError when another process drives this database and only one can.
        """
        await self._sharing.start()
        await Accounts(self._database, self._clock).ensure_organisation()
        await self._turns.keep_sources()
        await self._find_all()
        self._timekeeper = asyncio.create_task(self._keep_time())
        self._follower = asyncio.create_task(self._follow_scripts())

    async def stop(self) -> None:
        """Takes up nothing more and lets go. A turn that does not end soon is left: the next start does it again."""
        self._is_stopping = True
        for task in filter(None, (self._timekeeper, self._follower)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._workers.stop()
        self._turns.stop()
        await self._turns.suspects.forgive()
        await self._outbox.stop()
        await self._removals.stop()
        await self._cleaning.stop()
        await self._sharing.stop()
        self._slices.stop()
        self._ring_all()

    async def receive(self, inbound: Inbound) -> Receipt:
        """Takes a message in. It is on disk when this returns; the same message_id again changes nothing.

        Refuses `unknown-bot`.
        """
        if self._is_stopping:
            raise Stopped
        self._bots.check_bot(inbound.bot)
        # A caller that goes away meanwhile must not leave a message on disk of which no worker knows.
        return await to_the_end(self._receive(inbound))

    async def _receive(self, inbound: Inbound) -> Receipt:
        receipt, arrival = await self._inbox.take(inbound)
        self.meters.received.add(inbound.channel, "repeat" if receipt.is_repeat else "new")
        if arrival is not None and self._sharing.drives(receipt.conversation_id):
            self._arrive(arrival)
        else:
            self._poke(receipt.conversation_id)
        self._ring(receipt.conversation_id)
        return receipt

    async def converse(self, inbound: Inbound) -> Sequence[Message]:
        """Takes a message in and gives what its answer carries, as `receive` and `answer` do.

        The message may be stored only together with its turn: so nothing is promised before this returns, and whoever
        gets no answer has to ask again, with the same message_id.
        """
        if self._is_stopping:
            raise Stopped
        self._bots.check_bot(inbound.bot)
        found = None if self._gathering else self._inbox.coming(inbound)
        if found is not None and self._sharing.drives(found[0].conversation_id):
            arrival, is_repeat = found
            self.meters.received.add(inbound.channel, "repeat" if is_repeat else "new")
            if not is_repeat:
                self._arrive(arrival)
            with suppress(Elsewhere):
                return await asyncio.shield(arrival.answer)
        return await self.answer(await self.receive(inbound))

    def _arrive(self, arrival: Arrival) -> None:
        self._turns.arrive(arrival)
        self._workers.poke(arrival.conversation_id)

    async def answer(self, receipt: Receipt) -> Sequence[Message]:
        """Waits for the turn that heard a message, and gives what its answer carries: the same again at each call.

        That is everything said in the conversation that no earlier answer carried. Raises Stopped, and DatabaseError
        while the turn cannot be taken.
        """
        while True:
            changed = self.changed(receipt.conversation_id)
            async with self._database.read() as reader:
                row = await conversations.message_by_id(reader, receipt.message_row_id)
                if row is None:
                    return []  # its contact was deleted meanwhile
                if row["status"] != "pending":
                    rows = await conversations.answer(reader, receipt.message_row_id)
                    return [message_of(each) for each in rows]
            if self._is_stopping:
                raise Stopped
            self._check_work(receipt.conversation_id)
            await changed.wait()

    def _check_work(self, conversation_id: str) -> None:
        """Raises DatabaseError where that is what keeps a conversation from its turn: nobody waits until it is back."""
        error = self._workers.failed.get(conversation_id)
        if isinstance(error, DatabaseError):
            raise error

    def webhook(self, bot: str, name: str) -> Program | None:
        """The script of the bot that answers the webhook of this name. Refuses `unknown-bot`."""
        self._bots.check_bot(bot)
        return self._handlers.webhook(bot, name)

    async def call(
        self, bot: str, script: str, name: str, arguments: Mapping[str, Any], key: str | None = None
    ) -> Called:
        """Lets a script run, in a conversation of its own. It is on disk when this returns; the same key of the same
        name again changes nothing and gives the same run."""
        if self._is_stopping:
            raise Stopped
        called = await to_the_end(self._calls.call(bot, script, name, arguments, key))
        self._poke(called.conversation_id)
        return called

    async def begin(self, bot: str, script: str, channel: str, contact: str, arguments: Mapping[str, Any]) -> None:
        """Lets a script talk to a contact whom nobody knows yet, with what its PARAMs are given."""
        if self._is_stopping:
            raise Stopped
        called = await to_the_end(self._calls.begin(bot, script, channel, contact, arguments))
        self._poke(called.conversation_id)

    async def outcome(self, called: Called, seconds: float | None = None) -> Outcome:
        """Waits until a run has ended, or its script waits for something, or for so many seconds. Raises Stopped.

        Whoever called without a key is told the end of the run once: then nothing is left of it.
        """
        late = asyncio.get_running_loop().time() + (inf if seconds is None else seconds)
        while True:
            changed = self.changed(called.conversation_id)
            if (found := await self._calls.outcome(called)) is not None:
                if found.is_end and not called.is_kept:
                    self._removals.poke(called.conversation_id)
                return found
            if self._is_stopping:
                raise Stopped
            self._check_work(called.conversation_id)
            try:
                async with asyncio.timeout_at(None if late == inf else late):
                    await changed.wait()
            except TimeoutError:
                return Outcome("running")

    async def raise_event(self, bot: str, name: str, data: Any, key: str | None = None) -> str:
        """Starts the handlers that the bot's scripts have for an event of this name; gives its id. It is on disk when
        this returns; the same key again changes nothing. Refuses `unknown-bot`."""
        return await self._raise(bot, name, data, key, RAISED)

    async def submit(self, bot: str, form: str, fields: Mapping[str, Any], key: str | None = None) -> str:
        """Starts the ON FORM SUBMIT that the bot's scripts have for a form, like `raise_event`.

        Refuses `unknown-bot`, and `unknown-form` when no script has one.
        """
        self._bots.check_bot(bot)
        self._handlers.refresh(self._clock.now())
        if not self._handlers.of(FORM, form, bot):
            raise Refused("unknown-form", f'The bot {bot} has no script with ON FORM SUBMIT "{form}"')
        return await self._raise(bot, form, fields, key, SUBMITTED)

    async def _raise(self, bot: str, name: str, data: Any, key: str | None, kind: str) -> str:
        if self._is_stopping:
            raise Stopped
        self._bots.check_bot(bot)
        event_id = await to_the_end(self._calls.raise_event(bot, name, data, key, kind))
        self._wake.set()
        return event_id

    async def give_back(self, conversation_id: str, actor: str) -> None:
        """The bot has a conversation back that it gave to a person, and makes up for what was held meanwhile.

        Refuses `conversation_not_found`; raises Conflict.
        """
        await to_the_end(handover.give_back(self._database, self._clock.now(), conversation_id, actor))
        self._turns.warm.forget(conversation_id)
        self._poke(conversation_id)
        self.wake()

    async def messages(self, conversation_id: str, after: int = 0) -> list[Message]:
        """The conversation's messages in both directions numbered higher than `after`, in order, at most a thousand."""
        async with self._database.read() as reader:
            rows = await conversations.messages(reader, conversation_id, after, _PAGE)
        return [message_of(row) for row in rows]

    def changed(self, conversation_id: str) -> asyncio.Event:
        """An event that is set with the next change of the conversation; to go on, ask for the next one, then read."""
        event = self._changed.get(conversation_id)
        if event is None or event.is_set():
            event = self._changed[conversation_id] = asyncio.Event()
        return event

    def watch(self, watcher: Callable[[TurnReport], None]) -> None:
        """Calls `watcher` after the commit of each turn that ran a script."""
        self._watchers.append(watcher)

    def watch_deliveries(self, watcher: Callable[[DeliveryReport], None]) -> None:
        """Calls `watcher` after each attempt to bring a message out."""
        self._delivery_watchers.append(watcher)

    @property
    def load(self) -> Load:
        """How much this process has to do at this moment."""
        late: datetime | None = self._behind_since or self._next
        is_kept = self._timekeeper is not None and not self._timekeeper.done()
        return Load(
            conversations_busy=self._workers.busy_count,
            conversations_ready=self._workers.ready_count,
            warm_sessions=self._turns.warm.sessions,
            channels=self._channels,
            late_seconds=max(0.0, (self._clock.now() - late).total_seconds()) if late and is_kept else 0.0,
            is_time_kept=is_kept,
        )

    def wake(self) -> None:
        """Looks for due things again: somebody else has written what `needs_look` says."""
        self._wake.set()
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
            await self._outbox.idle()
            await self._removals.idle()
            await self._cleaning.idle()
            for error in (*self._workers.failed.values(), *self._outbox.failed.values()):
                raise error
            found = await self._look()
            parts = (self._workers, self._outbox, self._removals, self._cleaning)
            if not found and all(each.is_idle for each in parts):
                return

    async def next_due(self) -> datetime | None:
        """When something is due next, be it overdue; None when everything waits for messages."""
        return await self._earliest(None)

    async def _earliest(self, after: datetime | None) -> datetime | None:
        async with self._database.read() as reader:
            timer = await conversations.next_timer(reader, after)
            schedule = await self._scheduler.next_due(reader, after)
            deadline = await tasks.next_deadline(reader, after)
        gathered = self._gathering.next_due(after) if self._gathering else None
        due = (timer, schedule, deadline, gathered, self._outbox.next_due(after))
        return min((moment for moment in due if moment is not None), default=None)

    async def _look(self) -> bool:
        """Gives everything that is due now to those who do it; whether there was anything."""
        async with self._looking:
            if self._is_stopping:
                return False
            self._bots.look(self._clock.now())
            await self._turns.keep_sources()
            await self._scheduler.follow_scripts()
            await self._remove_past_calls()
            if await self._sharing.look():
                self._heard("")
            if self._looks_for_all:
                await self._find_all()
            due = self._janitor.due()
            for kind in due if self._sharing.is_housekeeper else ():
                self._cleaning.poke(kind)
            now, found = self._clock.now(), self._outbox.look(self._clock.now())
            async with self._database.read() as reader:
                waiting = await conversations.with_due_timer(reader, now, self._sharing.buckets)
            waiting += self._gathering.look(now) if self._gathering else []
            for conversation_id in waiting:
                self._look_at(conversation_id)
            kept = self._sharing.is_housekeeper and await self._keep_house(now)
            return found or bool(waiting) or kept

    async def _keep_house(self, now: datetime) -> bool:
        """Does what is due and of no conversation; whether there was anything."""
        found = False
        while True:
            async with self._database.read() as reader:
                schedules = await self._scheduler.due(reader, now)
                late = await overdue.due(reader, now)
            await overdue.mark(self._database, late, now)
            for row in schedules:
                self.meters.late.observe((now - row["next_run_at"]).total_seconds(), "schedule")
            for conversation_id in await self._scheduler.fire(schedules, now):
                self._poke(conversation_id)
                found = True
            found = await self._dispatcher.dispatch() or found
            if max(len(schedules), len(late)) < PAGE and not self._dispatcher.has_more:
                return found

    async def _find_all(self) -> None:
        """Takes up everything of this process's conversations that is not done yet."""
        await self._turns.suspects.find()
        self._looks_for_all = False
        async with self._database.read() as reader:
            waiting = await conversations.with_input(reader, self._sharing.buckets)
        for conversation_id in waiting:
            self._look_at(conversation_id)
        await self._outbox.find_all()
        self._ring_all()

    def _gained(self, bucket: int) -> None:
        self._sequences.doubt()
        self._turns.warm.forget_all()
        self._turns.suspects.gained(bucket)
        self._look_for_all()

    def _look_for_all(self) -> None:
        self._looks_for_all = True
        self._wake.set()

    def _busy(self) -> Iterable[str]:
        return (*self._workers.busy, *self._outbox.busy)

    def _poke(self, conversation_id: str) -> None:
        """There is something to do in a conversation, for this process or another one."""
        if self._sharing.drives(conversation_id):
            self._look_at(conversation_id)
        else:
            self._sharing.tell(conversation_id)

    async def _take_turns(self, conversation_id: str) -> None:
        await self._turns.take_all(conversation_id)
        self._ring(conversation_id)  # whoever waits for an answer looks again: the contact may have been deleted

    def _look_at(self, conversation_id: str) -> None:
        self._turns.look(conversation_id)
        self._workers.poke(conversation_id)

    def _heard(self, word: str) -> None:
        """Another process has told a word."""
        if word in ("", LOOK):
            if not word:
                self._turns.warm.forget_all()
            self._look_for_all()
            return
        self._turns.warm.forget(word)
        if self._sharing.drives(word):
            self._look_at(word)
            self._outbox.poke(word)
        self._ring(word)

    async def _remove_past_calls(self) -> None:
        if self._clock.now() >= self._remove_next:
            past = await self._calls.past()
            for conversation_id in past:
                self._removals.poke(conversation_id)
            is_more = self._sharing.is_housekeeper and await self._recording.remove_old()
            self._remove_next = self._clock.now() + (_REMOVE_SOON if past or is_more else _REMOVE_EVERY)

    async def _keep_time(self) -> None:
        while True:
            self._wake.clear()
            self._next, self._is_waiting = None, False
            self._behind_since = self._behind_since or self._clock.now()
            try:
                now = self._clock.now()
                await self._look()
                # What is due by now has been given out, and must not wake us again while it is being done.
                found = await self._earliest(now)
            except Exception as error:
                is_away = isinstance(error, DatabaseError)  # its message says all
                _log.error("the time could not be kept: %s", error, exc_info=None if is_away else error)
                self._ring_all()  # who waits for an answer is told that the database is away
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._note(found)
            self._is_waiting, self._behind_since = True, None
            # Nobody is late who only cleans up late.
            await self._clock.wait(self._wake, min(self._next or self._janitor.next_at, self._janitor.next_at))

    async def _follow_scripts(self) -> None:
        """Takes up scripts that were edited, and what commands have written, while nothing else happens."""
        never = asyncio.Event()
        while True:
            await self._clock.wait(never, self._clock.now() + LOOK_EVERY)
            try:
                if self._bots.look(self._clock.now()):
                    self._wake.set()
                if await self._sharing.look():
                    self._heard("")
            except Exception:
                _log.exception("the scripts could not be read; it is tried again")

    def _note(self, due_at: datetime | None) -> None:
        """The timekeeper must look at this moment at the latest. A commit may come between its reading and its wait."""
        if due_at is not None and (self._next is None or due_at < self._next):
            self._next = due_at
            if self._is_waiting:
                self._wake.set()

    def _committed(self, conversation_id: str, writes: WriteSet, report: TurnReport | None) -> None:
        """After each turn's commit."""
        self._ring(conversation_id)
        self._sharing.tell(conversation_id)
        if self._scheduler.is_behind or needs_look(writes):
            self.wake()
        for write in writes.writes:
            if write.table in ("timer", "deadline") and isinstance(write, Insert):
                self._note(write.row["due_at"])
        self._outbox.poke(conversation_id)
        if report is not None:
            for watcher in self._watchers:
                watcher(report)

    def _tried(self, report: DeliveryReport) -> None:
        for watcher in self._delivery_watchers:
            watcher(report)

    def _ring_all(self) -> None:
        for event in list(self._changed.values()):
            event.set()

    def _ring(self, conversation_id: str) -> None:
        event = self._changed.get(conversation_id)
        if event is not None:
            event.set()


def needs_look(writes: WriteSet) -> bool:
    """Whether something was written for which the engine must look again at once (see `Engine.wake`)."""
    return any(write.table in ("schedule", "pending_event") for write in writes.writes)


def _no_crash(_: str) -> None:
    return
