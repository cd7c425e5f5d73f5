"""Conversations that are with a person: the bot is silent in them, and takes everything up when it has them back."""

from datetime import datetime
from typing import Final

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.agenda import Input, RunIsDue, TimeIsUp
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations, runs, takeovers
from tasktalk.storage.conversations import NEVER
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Delete, Update, WriteSet

HANDED_OVER: Final = "conversation_handed_over"
"""The kind of the event that tells of it."""


def hand_over(work: UnitOfWork, conversation_id: str, actor: Actor | str, reason: str | None) -> None:
    """Gives a conversation that the bot has to a person; a name alone is that of a bot, whose script does so."""
    work.writes.insert("handover", {"conversation_id": conversation_id, "reason": reason, "since": work.now})
    _record(work, HANDED_OVER, conversation_id, actor, (False, True), reason)


def hold(given: Input) -> WriteSet:
    """Keeps a timer or a run from being taken until the bot has its conversation back."""
    writes = WriteSet()
    match given:
        case TimeIsUp(timer):
            # Its moment may be damaged, so it is no key; and nobody would wake it in a talk that was given back.
            writes.expect("handover", {"conversation_id": timer["conversation_id"]})
            writes.update("timer", {"id": timer["id"]}, {"due_at": NEVER})
        case RunIsDue(run):
            writes.update("run", {"id": run["id"], "status": "queued"}, {"status": "held"})
    return writes


async def give_back(database: Database, now: datetime, conversation_id: str, actor: str) -> None:
    """The bot has the conversation again: what was held is due. Nothing changes where the bot has it already.

    Refuses `conversation_not_found`. Raises Conflict when it changes at the same moment.
    """
    work = UnitOfWork(database, now)
    async with work.read() as reader:
        talk = await conversations.by_id(reader, conversation_id)
    if talk is None:
        raise Refused("conversation_not_found", f"Conversation {conversation_id} not found")
    await _return(work, conversation_id, Actor(actor, talk["organisation_id"], "person"))
    await work.commit()


async def take(work: UnitOfWork, conversation_id: str, actor: Actor, reason: str) -> None:
    """Gives a conversation to a person from outside; nothing changes where one has it already."""
    async with work.read() as reader:
        talk = await conversations.by_id(reader, conversation_id)
    if talk is not None and talk["with_person_since"] is None:
        hand_over(work, conversation_id, actor, reason)


async def give_back_task(work: UnitOfWork, task_id: str, actor: Actor) -> None:
    """The bot has the task again which a person has taken over, and the conversations of its runs. Nothing changes
    where nobody has taken it over."""
    async with work.read() as reader:
        if await takeovers.of(reader, task_id) is None:
            return
        held = {run["conversation_id"] for run in await runs.under_way(reader, task_id)} - {None}
    work.writes.delete("takeover", {"task_id": task_id})
    for conversation_id in sorted(held):
        await _return(work, conversation_id, actor)


async def _return(work: UnitOfWork, conversation_id: str, actor: Actor) -> None:
    """Lets the bot have a conversation again, and what is held in it go on."""
    async with work.read() as reader:
        talk = await conversations.by_id(reader, conversation_id)
        timers, held = await conversations.held(reader, conversation_id)
    if talk is None or talk["with_person_since"] is None:
        return
    # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
    key = {"conversation_id": conversation_id, "since": talk["with_person_since"]}
    work.writes.update("handover", key, {"since": talk["with_person_since"]})
    work.writes.delete("handover", {"conversation_id": conversation_id})
    # What this unit of work has ended stays so.
    changed = [write for write in work.writes.writes if isinstance(write, Update | Delete)]
    closed = {write.key["id"] for write in changed if write.table == "timer" and isinstance(write, Delete)}
    ended = {write.key["id"] for write in changed if write.table == "run" and "status" in getattr(write, "values", ())}
    for timer_id in set(timers) - closed:
        work.writes.update("timer", {"id": timer_id, "due_at": NEVER}, {"due_at": work.now})
    for run_id in set(held) - ended:
        work.writes.update("run", {"id": run_id, "status": "held"}, {"status": "queued"})
    _record(work, "conversation_given_back", conversation_id, actor, (True, False), None)


def _record(
    work: UnitOfWork, kind: str, conversation_id: str, actor: Actor | str, change: tuple[bool, bool], reason: str | None
) -> None:
    """Tells of it; a name alone is that of a bot."""
    changes: dict[str, tuple[object, object]] = {"is_with_person": change}
    if reason is not None:
        changes["reason"] = (None, reason)
    name, source, organisation_id = (
        (actor, "script", None) if isinstance(actor, str) else (actor.user_id, actor.source, actor.organisation_id)
    )
    work.record(
        kind,
        "conversation",
        conversation_id,
        organisation_id=organisation_id,
        actor=name,
        source=source,
        changes=changes,
    )
