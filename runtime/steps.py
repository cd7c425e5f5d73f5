"""Steps: what a turn asks of the outside, recorded before it is asked and after it was answered.

A turn that is taken again (its process was killed, or its commit met a Conflict) reads what it was answered and asks
nothing twice. Only of a call that was begun and has no end nobody can know whether the other side has seen it: that
one is made again with the same key, by which the other side can know it.

A record is found by the turn's input and by its place among the turn's steps, and fits when the same is asked: else
the script was edited or asks something random, and its call is another one, with a key of its own. What was asked may
hold secrets: nothing of it is stored but a digest.

Records stay for KEPT after their turn, so that it can be read up what a script was told; those of a turn that has not
been committed stay until it is.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter
from typing import Any, Literal, NamedTuple, TypeAlias

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value
from tasktalk.runtime.agenda import Agenda, Heard, RunIsDue, TimeIsUp
from tasktalk.runtime.arrivals import Arrival
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.inbox import Sequences
from tasktalk.runtime.plain_values import as_value, plain
from tasktalk.runtime.ports import StepReport
from tasktalk.runtime.sharing import Sharing
from tasktalk.storage import steps
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

KEPT = timedelta(days=7)
PAGE = 200
STEPS_OF_A_TURN = 100
CHARACTERS_OF_A_STEP, CHARACTERS_OF_STEPS = 1 << 21, 1 << 23
"""How much of answers, as JSON, is recorded: of one step, and of a turn's together."""


Status: TypeAlias = Literal["done", "refused"]


@dataclass(frozen=True, slots=True)
class Recording:
    """What the steps of all turns share. A call may take `seconds`; `crash` is called at named instants, for tests."""

    database: Database
    clock: Clock
    sharing: Sharing
    sequences: Sequences
    seconds: float
    crash: Callable[[str], None]

    def of(self, todo: Agenda, turn_id: str) -> "Steps":
        """The steps of a turn that begins."""
        arrival = todo.input.arrival if isinstance(todo.input, Heard) else None
        return Steps(self, todo.conversation["id"], _input(todo), turn_id, arrival)

    async def remove_old(self) -> bool:
        """Removes a page of the records that have been kept long enough; whether there were any."""
        now = self.clock.now()
        async with self.database.read() as reader:
            writes = await steps.removal(reader, now - KEPT, now, PAGE)
        await self.database.commit(writes)
        return bool(writes.writes)


class _UnderWay(NamedTuple):
    """A step that has begun."""

    id: str
    kind: str
    began: float  # as `perf_counter` tells it


class Steps:
    """The steps of one turn, in their order."""

    def __init__(
        self, recording: Recording, conversation_id: str, given: str, turn_id: str, arrival: Arrival | None
    ) -> None:
        """`arrival` is the turn's message where that may not be stored yet: a turn that asks others must be found
        again, so it is stored with the first step."""
        self._recording, self._conversation_id, self._input = recording, conversation_id, given
        self._turn_id, self._arrival = turn_id, arrival
        self._ordinal = self._characters = 0
        self._records: dict[int, Row] | None = None
        self._taken: list[tuple[float, StepReport]] = []  # with the instant at which each began
        self._limit: _Limit | None = None  # of the call under way

    async def take(self, kind: str, request: Any, call: Callable[[str], Awaitable[Any]]) -> Value:
        """What `call` gives for a key, or gave when this turn was taken before; what it refuses is recorded, too.

        `request` is all that `call` depends on, as JSON can hold it. Refuses `limit`, and `timeout` where the call
        takes too long: only that has a limit, so that nobody is told of a failure because this process has much to
        do. A call that is cancelled has begun and no end. Raises Conflict, and calls nothing, when another process
        drives the conversation.
        """
        began, self._ordinal = perf_counter(), self._ordinal + 1
        if self._ordinal > STEPS_OF_A_TURN:
            raise Refused("limit", f"a script can ask other services {STEPS_OF_A_TURN} times before it waits")
        known = (await self._known()).get(self._ordinal)
        asked = _digest(self._input, self._ordinal, kind, json.dumps(request, sort_keys=True))
        if known is not None and known["digest"] == asked and known["status"] != "begun":
            # Before anything else follows from it, it is sure that this turn is still this process's.
            await self._commit(known["id"], {"turn_id": self._turn_id})
            self._report(kind, known["status"], began, is_recorded=True)
            return self._given(known["status"], known["result"])
        key = _digest(self._input, self._ordinal, asked)[:32]
        step_id = f"stp_{_digest(self._input, self._ordinal)[:32]}"
        begun = {
            "turn_id": self._turn_id,
            "kind": kind,
            "digest": asked,
            "key": key,
            "status": "begun",
            "result": None,
            "begun_at": self._recording.clock.now(),
            "ended_at": None,
        }
        await self._commit(step_id, begun, is_new=known is None)
        under_way = _UnderWay(step_id, kind, began)
        self._recording.crash("after-step-begun")
        try:
            status: Status = "done"
            result = plain(await self._in_time(call(key)))
            self._count(result)
        except Refused as refused:
            status, result = "refused", _refusal(refused)
        self._recording.crash("after-step-call")
        await self._end(under_way, status, result)
        self._recording.crash("after-step-commit")
        return self._given(status, result)

    @contextmanager
    def taking(self, chunks: AsyncIterator[bytes]) -> Iterator[AsyncIterator[bytes]]:
        """Within a call, takes what comes piece by piece: the call's time goes by only while a piece is waited for, and
        not while this process is at work on what has come."""
        limit = self._limit or _Limit(self._recording.seconds)
        limit.stop()
        try:
            yield _timed(chunks, limit)
        finally:
            limit.go_on()

    async def _in_time(self, call: Awaitable[Any]) -> Any:
        self._limit = limit = _Limit(self._recording.seconds)
        try:
            async with limit.timeout:
                return await call
        except TimeoutError:
            if not limit.timeout.expired():
                raise
        seconds = f"{self._recording.seconds:g} second{'' if self._recording.seconds == 1 else 's'}"
        message = f"the other service took longer than {seconds}"
        raise Refused("timeout", message, "try it again later, and write TRY … CATCH around it")

    async def _end(self, step: _UnderWay, status: Status, result: Any) -> None:
        await self._commit(step.id, {"status": status, "result": result, "ended_at": self._recording.clock.now()})
        self._report(step.kind, status, step.began)

    def reports(self, since: float) -> tuple[StepReport, ...]:
        """The steps that have come to an end, timed from an instant of `perf_counter`."""
        return tuple(replace(report, after_seconds=began - since) for began, report in self._taken)

    def _report(self, kind: str, status: Status, began: float, *, is_recorded: bool = False) -> None:
        self._taken.append((began, StepReport(kind, status, is_recorded, 0.0, perf_counter() - began)))

    async def _known(self) -> dict[int, Row]:
        if self._records is None:
            async with self._recording.database.read() as reader:
                found = await steps.of_input(reader, self._conversation_id, self._input)
            self._records = {row["ordinal"]: row for row in found}
        return self._records

    async def _commit(self, step_id: str, values: dict[str, Any], *, is_new: bool = False) -> None:
        writes = WriteSet()
        if is_new:
            place = {"conversation_id": self._conversation_id, "input": self._input, "ordinal": self._ordinal}
            writes.insert("step", {"id": step_id, **place, **values})
        else:
            writes.update("step", {"id": step_id}, values)
        shared, arrival = self._recording, self._arrival
        shared.sharing.demand(writes, self._conversation_id)
        if arrival is None or arrival.is_stored:
            await shared.database.commit(writes)
            return
        await shared.sequences.know(self._conversation_id)
        number = shared.sequences.next(self._conversation_id)
        arrival.store(writes, number)
        try:
            await shared.database.commit(writes)
        except Conflict:
            shared.sequences.take_back(writes)
            raise
        arrival.row, arrival.is_stored = {**arrival.row, "sequence": number}, True

    def _count(self, result: Any) -> None:
        size = len(json.dumps(result))
        self._characters += size
        if size > CHARACTERS_OF_A_STEP or self._characters > CHARACTERS_OF_STEPS:
            raise Refused("limit", "what other services answered is too much", "ask for less, or for a part at a time")

    @staticmethod
    def _given(status: str, result: Any) -> Value:
        if status == "refused":
            raise Refused(result["code"], result["message"], result["hint"])
        return as_value(result)


class _Limit:
    """How long a call may take: the time that it has left stands still between `stop` and `go_on`."""

    def __init__(self, seconds: float) -> None:
        self.timeout = asyncio.timeout(seconds)
        self._left: float | None = None

    def stop(self) -> None:
        if not self.timeout.expired() and (when := self.timeout.when()) is not None:
            self._left = when - asyncio.get_running_loop().time()
            self.timeout.reschedule(None)

    def go_on(self) -> None:
        if not self.timeout.expired() and self._left is not None:
            self.timeout.reschedule(asyncio.get_running_loop().time() + self._left)
            self._left = None


async def _timed(chunks: AsyncIterator[bytes], limit: _Limit) -> AsyncIterator[bytes]:
    while True:
        limit.go_on()
        try:
            chunk = await anext(chunks, None)
        finally:
            limit.stop()
        if chunk is None:
            return
        yield chunk


def _refusal(refused: Refused) -> dict[str, str | None]:
    return {"code": refused.code, "message": refused.message, "hint": refused.hint}


def _input(todo: Agenda) -> str:
    """What names the input of a turn, and stays the same for as long as the input is not used up."""
    match todo.input:
        case Heard(message):
            return f"{message['id']}"
        case RunIsDue(run):
            return f"{run['id']}"
        case TimeIsUp(timer):
            # A timer has the id of its session, and so has the next one: each wait is another version of the session.
            session = todo.session(timer["session_id"])
            return f"{timer['id']}.{session['version'] if session else 0}"


def _digest(*parts: str | int) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()
