"""Runs that were just committed and begin now, with what their turns need to know, so that it is not read again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from tasktalk.storage import conversations
from tasktalk.storage.writes import Insert, Row, WriteSet


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that is to have its turn in a conversation, "" where it stands in line.

    `run` is its row as a turn reads it, None where the store must be looked at; so is `conversation`, of one that is as
    new as the run. `task` is the row of its task, as it is for as long as `Database.changes` is the number `known_at`.
    """

    conversation_id: str
    run: Row | None = None
    conversation: Row | None = None
    task: Row | None = None
    known_at: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The new conversations and contacts of write sets, by their ids."""

    conversations: Mapping[str, Row]
    contacts: Mapping[str, Row]

    @classmethod
    def by(cls, written: Iterable[WriteSet]) -> Self:
        """Those of committed write sets."""
        found: dict[str, dict[str, Row]] = {"conversation": {}, "contact": {}}
        for writes in written:
            for write in writes.writes:
                if isinstance(write, Insert) and write.table in found:
                    found[write.table][write.row["id"]] = write.row
        return cls(found["conversation"], found["contact"])

    def begun(self, run: Row, *, is_all: bool, task: Row | None = None, known_at: int | None = None) -> Begun:
        """A run of these write sets; unless it `is_all` that is new in its conversation, its turn has to look."""
        conversation_id = run["conversation_id"] or ""
        if not is_all or not conversation_id:
            return Begun(conversation_id)
        talk = self.conversations.get(conversation_id)
        contact = None if talk is None else self.contacts.get(talk["contact_id"])
        if talk is not None and contact is not None:
            talk = conversations.as_read("conversation", {**talk, "address": contact["address"]})
        new = talk if contact is not None else None
        return Begun(conversation_id, conversations.as_read("run", run), new, task, known_at)
