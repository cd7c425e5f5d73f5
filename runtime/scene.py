"""The rows of a turn: how its input is used up, and what it leaves of its session, messages, timer and run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any, TypeAlias

from tasktalk.interpreter.program import Program
from tasktalk.interpreter.session import Waiting
from tasktalk.runtime.about import HIDDEN
from tasktalk.runtime.agenda import Agenda, Heard, RunIsDue, TimeIsUp
from tasktalk.runtime.failures import Failure
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import Sequences
from tasktalk.runtime.internal import INTERNAL_CHANNELS
from tasktalk.runtime.plain_values import plain
from tasktalk.runtime.ports import OWN_ROUTE, Message, parted
from tasktalk.runtime.restoring import is_secret
from tasktalk.runtime.turn import TASK, Said, SaidElsewhere
from tasktalk.storage.writes import Row, WriteSet

Arguments: TypeAlias = Sequence[Any] | Mapping[str, Any]
"""What a run is given: in the order of its script's PARAMs, or by name."""

_SELDOM_NEW = ("status", "waits_for", "wait_keyword", "wait_request", "error", "ended_at")
"""Of a session's row what most turns leave as it is: what is not named is not written, nor are its indexes."""

BULLETS = HIDDEN
"""What stands for a secret answer wherever messages are kept; its length says nothing."""


@dataclass(slots=True)
class Scene:
    """One turn's place among the rows. `session` is the stored row, None for a session that begins with this turn."""

    agenda: Agenda
    conversation_id: str
    turn_id: str
    now: datetime
    session_id: str
    session: Row | None
    program: Program | None
    run_id: str | None
    task_id: str | None
    arguments: Arguments
    own_route: Mapping[str, Any] | None
    """The way in which the first thing that is said goes: that of the message heard, or of one that was heard before,
    and to which nothing was said yet."""
    last_task: Row | None  # of a run whose task was deleted meanwhile
    depth: int  # how many handlers, one because of the other, led to this turn
    of_run: dict[str, Any] = field(default_factory=dict)  # what becomes of a run that begins and ends with this turn
    began: float = field(default_factory=perf_counter)

    @property
    def session_of_run(self) -> str | None:
        """Which session a message names that is heard or said: by it what belongs to a run is found, and to nothing
        else."""
        return self.session_id if self.run_id else None

    @property
    def next_version(self) -> int:
        """The version of the session's row after this turn."""
        return 1 if self.session is None else int(self.session["version"]) + 1

    def use_up_input(self, writes: WriteSet, sequences: Sequences, status: str = "heard") -> int | None:
        """The input is gone, and a second turn that took the same one cannot commit. Of a secret, nothing stays.

        Gives the number of the message heard, the first one of several; None when it was none.
        """
        number: int | None = None
        match self.agenda.input:
            case Heard(message, _, further) as heard:
                taken: dict[str, Any] = {"status": status, "session_id": heard.only_for or self.session_of_run}
                is_hidden = self.session is not None and is_secret(self.session)
                values = {**taken, "text": BULLETS, "detail": None} if is_hidden else taken
                if heard.is_stored:
                    number = heard.number
                    for row in (message, *further):
                        writes.update("message", {"id": row["id"], "status": "pending"}, values)
                else:
                    number = sequences.next(self.conversation_id)
                    writes.insert("message", {**message, **values, "sequence": number})
            case TimeIsUp(timer) if self.session is None:
                writes.delete("timer", {"id": timer["id"]})
            case RunIsDue(run):
                values = {"status": "running", "started_at": self.now}
                writes.update("run", {"id": run["id"], "status": "queued"}, {**values, **self.of_run})
        if self.session is not None:
            # A timer has the id of its session: there is at most one, and with this input the wait is over.
            if self.session["due_at"] is not None or self.session["waits_for"] != "message":
                writes.delete("timer", {"id": self.session_id})
            if self.session["waits_for"] == "task":
                writes.delete("awaited", {"session_id": self.session_id})
        return number

    def suspend(self, writes: WriteSet, keyword: str, waiting: Waiting, state: bytes) -> Row:
        """The session waits. Gives what it is in `agenda.sessions` from then on."""
        left = self._write_session(
            writes,
            status="waiting",
            waits_for=waiting.for_,
            wait_keyword=keyword,
            wait_request=waiting.request,
            state=state,
        )
        if waiting.until is not None:
            row = {"id": self.session_id, "session_id": self.session_id, "conversation_id": self.conversation_id}
            writes.insert("timer", {**row, "due_at": waiting.until})
        if waiting.for_ == "task":
            key = {"session_id": self.session_id, "conversation_id": self.conversation_id}
            writes.insert("awaited", {**key, "task_id": waiting.request[TASK]})
        return {
            "id": self.session_id,
            "conversation_id": self.conversation_id,
            "run_id": self.run_id,
            "program_id": self.program.id if self.program else None,
            "task_id": self.task_id,
            "last_task": self.last_task,
            "depth": self.depth,
            "due_at": waiting.until,
            **left,
        }

    def end(self, writes: WriteSet, value: Any) -> None:
        """The session is over, and the run that it was for is completed with the script's value."""
        self._write_session(writes, status="ended", ended_at=self.now)
        self._end_run(writes, {"status": "completed", "result": {"value": plain(value)}, "ended_at": self.now})

    def fail(self, writes: WriteSet, failure: Failure, actor: str, of_run: Row) -> None:
        """The session, its run and the event say what went wrong; `of_run` is what is otherwise in the run's row."""
        error = failure.record()
        if self.program is not None or self.session is not None:
            self._write_session(writes, status="failed", error=error, ended_at=self.now)
        self._end_run(writes, {"status": "failed", "error": error, "ended_at": self.now, **of_run})
        writes.insert(
            "event",
            {
                "id": new_id("evt", self.now),
                "organisation_id": None,
                "subject": "session",
                "subject_id": self.session_id,
                "kind": "turn_failed",
                "actor": actor,
                "source": "script",
                "changes": {"error": [None, error]},
                "created_at": self.now,
            },
        )

    def say(
        self, writes: WriteSet, said: Sequence[Said], sequences: Sequences, number: int | None, is_pushed: bool
    ) -> list[Message]:
        """The messages: the first with the own route of the message heard, so that it is stored with the turn.

        On a channel that fetches, the answer to the message heard, which has this number, takes along what was said
        before.
        """
        answers, own_route = None, self.own_route
        heard = self.agenda.input
        if isinstance(heard, Heard) and not heard.is_put_back and not is_pushed:
            answers = number
            for row in self.agenda.unanswered:
                gone = {"answers": answers, "status": "delivered", "turn_id": None}
                writes.update("message", {"id": row["id"]}, gone)
        is_done = answers is not None or self.agenda.conversation["channel"] in INTERNAL_CHANNELS
        messages = []
        for place, item in enumerate(said):
            own = {} if place or own_route is None else {OWN_ROUTE: own_route}
            row = {
                "id": new_id("msg", self.now),
                "conversation_id": self.conversation_id,
                "session_id": self.session_of_run,
                "turn_id": None if is_done else self.turn_id,
                "sequence": sequences.next(self.conversation_id),
                "direction": "out",
                "text": item.text,
                "detail": {**item.detail, **own} or None,
                "status": "delivered" if is_done else "pending",
                "answers": answers,
                "created_at": self.now,
            }
            writes.insert("message", row)
            messages.append(message_of(row))
        return messages

    def carried(self, messages: Sequence[Message], is_pushed: bool) -> list[Message]:
        """What the answer to the message heard carries, of these that the turn said and of those before."""
        return [] if is_pushed else [*map(message_of, self.agenda.unanswered), *messages]

    def say_elsewhere(self, writes: WriteSet, said: Sequence[SaidElsewhere], sequences: Sequences) -> None:
        """The messages for others: each in its own conversation, to be fetched or delivered there."""
        for item in said:
            writes.insert(
                "message",
                {
                    "id": new_id("msg", self.now),
                    "conversation_id": item.conversation_id,
                    "session_id": self.session_of_run,
                    "turn_id": self.turn_id,
                    "sequence": sequences.next(item.conversation_id),
                    "direction": "out",
                    "text": item.text,
                    "detail": None,
                    "status": "pending",
                    "answers": None,
                    "created_at": self.now,
                },
            )

    def _end_run(self, writes: WriteSet, values: Row) -> None:
        if isinstance(self.agenda.input, RunIsDue):
            self.of_run.update(values)  # its row is written once, by `use_up_input`
        elif self.run_id:
            writes.update("run", {"id": self.run_id}, values)

    def _write_session(self, writes: WriteSet, **values: Any) -> Row:
        row: Row = {
            "status": "",
            "waits_for": None,
            "wait_keyword": None,
            "wait_request": None,
            "state": None,
            "error": None,
            "ended_at": None,
            "updated_at": self.now,
            "version": self.next_version,
            **values,
        }
        if self.session is not None:
            known = self.session
            changed = {**row}
            for name in _SELDOM_NEW:
                new = row[name]
                # To Python TRUE is 1, and 1 is 1.0, which are not written alike.
                if new == known[name] and (type(new) is not dict or repr(new) == repr(known[name])):
                    del changed[name]
            writes.update("session", {"id": self.session_id, "version": known["version"]}, changed)
        elif self.program is not None:
            row = {**row, "started_at": self.now}
            key = {"id": self.session_id, "conversation_id": self.conversation_id}
            writes.insert("session", {**key, "run_id": self.run_id, "program_id": self.program.id, **row})
        return row


def message_of(row: Row) -> Message:
    """The message that a row holds: all but its own route."""
    detail, _ = parted(row.get("detail"))
    return Message(
        row["id"],
        row["conversation_id"],
        row["sequence"],
        row["direction"],
        row["text"],
        detail,
        row["created_at"],
        row.get("provider_id"),
    )
