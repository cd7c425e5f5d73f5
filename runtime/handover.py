"""Conversations that are with a person: the bot is silent in them, and takes everything up when it has them back."""

from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.agenda import Input, RunIsDue, TimeIsUp
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations
from tasktalk.storage.conversations import NEVER
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet


def hand_over(work: UnitOfWork, conversation_id: str, bot: str, reason: str | None) -> None:
    """Gives a conversation that the bot has to a person."""
    work.writes.insert("handover", {"conversation_id": conversation_id, "reason": reason, "since": work.now})
    _record(work, "conversation_handed_over", conversation_id, bot, (False, True), reason)


def hold(given: Input) -> WriteSet:
    """Keeps a timer or a run from being taken until the bot has its conversation back."""
    writes = WriteSet()
    match given:
        case TimeIsUp(timer):
            writes.update("timer", {"id": timer["id"], "due_at": timer["due_at"]}, {"due_at": NEVER})
        case RunIsDue(run):
            writes.update("run", {"id": run["id"], "status": "queued"}, {"status": "held"})
    return writes


async def give_back(database: Database, now: datetime, conversation_id: str, actor: str) -> None:
    """The bot has the conversation again: what was held is due. Nothing changes where the bot has it already.

    Refuses `conversation_not_found`. Raises Conflict when it changes at the same moment.
    """
    work = UnitOfWork(database, now)
    async with database.read() as reader:
        talk = await conversations.by_id(reader, conversation_id)
        timers, runs = await conversations.held(reader, conversation_id)
    if talk is None:
        raise Refused("conversation_not_found", f"Conversation {conversation_id} not found")
    if talk["with_person_since"] is None:
        return
    # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
    key = {"conversation_id": conversation_id, "since": talk["with_person_since"]}
    work.writes.update("handover", key, {"since": talk["with_person_since"]})
    work.writes.delete("handover", {"conversation_id": conversation_id})
    for timer_id in timers:
        work.writes.update("timer", {"id": timer_id, "due_at": NEVER}, {"due_at": now})
    for run_id in runs:
        work.writes.update("run", {"id": run_id, "status": "held"}, {"status": "queued"})
    _record(work, "conversation_given_back", conversation_id, actor, (True, False), None)
    await work.commit()


def _record(
    work: UnitOfWork, kind: str, conversation_id: str, actor: str, change: tuple[bool, bool], reason: str | None
) -> None:
    changes: dict[str, tuple[object, object]] = {"is_with_person": change}
    if reason is not None:
        changes["reason"] = (None, reason)
    work.record(
        kind, "conversation", conversation_id, organisation_id=None, actor=actor, source="script", changes=changes
    )
