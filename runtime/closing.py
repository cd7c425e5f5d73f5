"""The end of a turn: everything that it did is committed at once, and then told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from tasktalk.interpreter.session import Session
from tasktalk.runtime.agenda import Heard
from tasktalk.runtime.arrivals import Lines
from tasktalk.runtime.parts import parts
from tasktalk.runtime.ports import Message, TurnReport
from tasktalk.runtime.restoring import is_secret
from tasktalk.runtime.scene import Scene
from tasktalk.runtime.surroundings import Surroundings
from tasktalk.runtime.suspects import Suspects
from tasktalk.runtime.turn import Said, SaidElsewhere, Turn
from tasktalk.runtime.warm import Known, Warm
from tasktalk.storage import conversations
from tasktalk.storage.writes import Conflict, Duplicate, Row, WriteSet

_ATTEMPTS = 5  # at a commit whose messages' numbers are given meanwhile to others


class Closing:
    """Commits turns."""

    def __init__(self, around: Surroundings, suspects: Suspects, lines: Lines, warm: Warm) -> None:
        self._around, self._suspects, self._lines, self._warm = around, suspects, lines, warm

    async def commit(
        self,
        scene: Scene,
        writes: WriteSet,
        said: Sequence[Said],
        report: Mapping[str, Any] | None,
        turn: Turn | None = None,
        *,
        left: tuple[Row, Session] | None = None,
        heard: str = "heard",
    ) -> None:
        """Everything of a turn. `left` is the session that waits after it, `heard` what becomes of the message."""
        around, conversation_id, todo = self._around, scene.conversation_id, scene.agenda
        hearing = todo.input if isinstance(todo.input, Heard) else None
        is_waited_for_here = hearing is not None and not hearing.is_stored
        await around.sequences.know(conversation_id)
        if hearing is not None and hearing.is_stored:
            around.sequences.pass_by(conversation_id, hearing.number)
        said_elsewhere = await self._elsewhere(turn) if turn and turn.said_elsewhere else ()
        if hearing is not None and not (scene.session and is_secret(scene.session)):
            around.listening.note(writes, hearing.message, todo.conversation, scene.now)
        around.crash("before-turn-commit")
        channel = todo.conversation["channel"]
        is_pushed = channel in around.pushed
        if is_pushed:
            said = self._in_parts(said, channel)
        asked_at = perf_counter()
        for again in reversed(range(_ATTEMPTS)):
            # From here to the commit there is no await: the messages' numbers are in the order of the commits.
            everything = WriteSet()
            number = scene.use_up_input(everything, around.sequences, heard)
            self._suspects.clear(everything, todo.input)
            everything.writes += writes.writes
            messages = scene.say(everything, said, around.sequences, number, is_pushed)
            scene.say_elsewhere(everything, said_elsewhere, around.sequences)
            around.sharing.demand(everything, conversation_id)
            try:
                await around.database.commit(everything)
                break
            except Conflict as conflict:
                around.sequences.take_back(everything)
                for talk in {conversation_id, *(item.conversation_id for item in said_elsewhere)}:
                    await around.sequences.correct(talk)
                # Another process took a message in, and the number with it: nothing that the script did depends on it.
                is_number_taken = isinstance(conflict, Duplicate) and conflict.table == "message"
                if not (again and is_number_taken) or await self._is_repeat(scene):
                    raise
        commit_seconds = perf_counter() - asked_at
        around.crash("after-turn-commit")
        if hearing is not None:
            carried = scene.carried(messages, is_pushed)
            self._lines.of(conversation_id).answered(hearing.message["id"], carried)
        told = None
        if report is not None:
            told = _report(scene, messages, report, commit_seconds, everything.committed_with)
        around.told(conversation_id, writes, told, is_answered=is_waited_for_here)
        if turn and (said_elsewhere or turn.doubted):
            talks_elsewhere = {item.conversation_id for item in said_elsewhere} - {conversation_id}
            for talk in talks_elsewhere | turn.doubted:
                self._warm.forget(talk)
                around.told(talk, WriteSet(), None)
        self._keep_warm(scene, writes, left, is_pushed=is_pushed)

    async def _elsewhere(self, turn: Turn) -> Sequence[SaidElsewhere]:
        """What the turn says in other conversations, as their channels take it; their numbers are known then."""
        for item in turn.said_elsewhere:
            if item.conversation_id in turn.opened:
                self._around.sequences.begin(item.conversation_id)
            else:
                await self._around.sequences.know(item.conversation_id)
        return [
            replace(item, text=part)
            for item in turn.said_elsewhere
            for part in parts(item.text, self._longest(item.channel, {}))
        ]

    def _longest(self, channel: str, detail: Mapping[str, Any]) -> int | None:
        found = self._around.pushed.get(channel)
        return None if found is None else found.longest(detail)

    def _in_parts(self, said: Sequence[Said], channel: str) -> list[Said]:
        """The messages as the channel takes them: what goes with the words of one goes with the last part of it."""
        found = []
        for item in said:
            *before, last = parts(item.text, self._longest(channel, item.detail))
            found += [*map(Said, before), replace(item, text=last)] if before or last != item.text else [item]
        return found

    async def _is_repeat(self, scene: Scene) -> bool:
        """Whether the message heard came in before, and is stored as another one."""
        heard = scene.agenda.input
        if not isinstance(heard, Heard) or heard.is_stored or heard.message["provider_id"] is None:
            return False
        async with self._around.database.read() as reader:
            key = (scene.conversation_id, heard.message["provider_id"])
            return await conversations.message_by_provider_id(reader, *key) is not None

    def _keep_warm(self, scene: Scene, writes: WriteSet, left: tuple[Row, Session] | None, *, is_pushed: bool) -> None:
        """What the conversation is like after a commit, unless that has to be read."""
        todo = scene.agenda
        others = [row for row in todo.sessions if row["id"] != scene.session_id]
        live = {row["id"]: todo.live[row["id"]] for row in others if row["id"] in todo.live}
        if left is not None:
            row, session = left
            # In the order in which they began: it is the youngest that hears.
            is_last = not others or scene.session is None
            others.insert(len(others) if is_last else _place(todo.sessions, scene.session_id), row)
            live[scene.session_id] = (row["version"], session)
        is_quiet = todo.conversation["channel"] == "schedule" and not others  # nobody listens, and the next run comes
        is_answered = is_pushed or is_quiet or (isinstance(todo.input, Heard) and not todo.input.is_put_back)
        changed = {write.table for write in writes.writes}
        if not changed.isdisjoint(("profile", "contact")):
            self._warm.forget_contact(todo.conversation["contact_id"])
        elif todo.conversation["person_id"] is not None:
            return  # what is known of the person may be changed in another conversation of theirs
        elif is_answered and "handover" not in changed:
            self._warm.give_back(scene.conversation_id, Known(todo.conversation, others, live))


def _report(
    scene: Scene, messages: Sequence[Message], outcome: Mapping[str, Any], commit_seconds: float, write_sets: int
) -> TurnReport:
    return TurnReport(
        conversation_id=scene.conversation_id,
        session_id=scene.session_id,
        turn_id=scene.turn_id,
        bot=scene.agenda.conversation["bot"],
        messages=tuple(messages),
        seconds=perf_counter() - scene.began,
        commit_seconds=commit_seconds,
        commit_write_sets=write_sets,
        **outcome,
    )


def _place(sessions: Sequence[Row], session_id: str) -> int:
    return next(place for place, row in enumerate(sessions) if row["id"] == session_id)
