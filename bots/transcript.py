"""What a transcript says: the notes in a script's comments, read into the steps of a conversation.

A note is `' user:`, `' unheard:` (what is said while nobody listens), `' bot:`, `' suggests:`, `' after:`, `' task:`,
`' service:` (what another service answers, once), `' template:` (of tasks, one that there is), `' error:`, `' hint:` or
`' skip:`, alone on its line or behind code; the order of the notes is the order of the conversation. `' |` carries on
the text of the note above it in a new line.
A `user:` may begin with files, `[file photo.jpg]`, which lie at FILES_LIE_AT.
`{word}` in a `bot:` stands for anything, and from then on for what it was the first time, also in a `user:`.
`rehearsal.py` plays them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Literal, TypeAlias, cast
from urllib.parse import quote

from tasktalk.bots.outside.written import Written, written
from tasktalk.interpreter.nodes import Comment
from tasktalk.runtime.ports import InboundFile
from tasktalk.runtime.sent_files import kind_of
from tasktalk.runtime.tasks.filenames import mime_type

NoteKind: TypeAlias = Literal[
    "user", "unheard", "bot", "suggests", "after", "task", "service", "template", "error", "hint", "skip"
]

_NOTE = re.compile(
    r"'\s*(?P<kind>user|unheard|bot|suggests|after|task|service|template|error|hint|skip):(?P<text>.*)", re.DOTALL
)
_BESIDE = ("service", "template", "error", "hint", "skip")
"""Notes of no moment in the conversation."""
_TEMPLATE_FIELDS = frozenset({"name", "description_template", "default_priority", "default_tags", "checklist"})
_MORE = re.compile(r"'\s*\|(?P<text>.*)", re.DOTALL)
_WORD = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_SENT = re.compile(r"\[file ([^\[\]]+)\]\s*")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(seconds?|minutes?|hours?|days?|weeks?|s|min|m|h|d|w)\s*")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


FILES_LIE_AT: Final = "https://files.example/"
"""Where the files of transcripts seem to be: nobody has them, unless a `service:` answers there."""


@dataclass(frozen=True, slots=True)
class Note:
    """One expectation or input; `line` is where it stands in the code, 1-based."""

    line: int
    kind: NoteKind
    text: str


class BadTranscript(Exception):
    """A note that cannot be understood; `line` is where it stands."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Transcript:
    """The notes of one script. `steps` are those of the conversation, in order."""

    steps: Sequence[Note]
    services: Sequence[Written]
    templates: Sequence[Note]
    errors: Sequence[Note]
    hints: Sequence[Note]
    skip: str | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to compare: then the script is no test."""
        return not (self.steps or self.services or self.errors or self.hints or self.skip is not None)


def read_notes(comments: Sequence[Comment]) -> Transcript:
    """The transcript in a script's comments. Raises BadTranscript."""
    notes: list[Note] = []
    for comment in comments:
        if found := _NOTE.match(comment.text):
            notes.append(Note(comment.span.line, cast("NoteKind", found["kind"]), found["text"].strip()))
        elif (more := _MORE.match(comment.text)) and notes:
            notes[-1] = replace(notes[-1], text=notes[-1].text + "\n" + more["text"].removeprefix(" ").rstrip())
    for note in notes:
        if note.kind == "after":
            duration(note)
        elif note.kind == "task":
            task_change(note)
        elif note.kind == "template":
            template(note)
    return Transcript(
        steps=[n for n in notes if n.kind not in _BESIDE],
        services=[service(n) for n in notes if n.kind == "service"],
        templates=[n for n in notes if n.kind == "template"],
        errors=[n for n in notes if n.kind == "error"],
        hints=[n for n in notes if n.kind == "hint"],
        skip=next((n.text for n in notes if n.kind == "skip"), None),
    )


def fits(expected: str, got: str, known: dict[str, str]) -> bool:
    """Whether a message is as expected; what its `{word}`s stand for is added to `known`."""
    pattern, seen = "", set[str]()
    for i, part in enumerate(_WORD.split(expected)):
        if i % 2 == 0:
            pattern += re.escape(part)
        elif part in known:
            pattern += re.escape(known[part])
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>.+?)"
            seen.add(part)
    found = re.fullmatch(pattern, got, re.DOTALL)
    if found:
        known.update(found.groupdict())
    return found is not None


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with the `{word}`s that are known put in."""
    return _WORD.sub(lambda found: known.get(found[1], found[0]), text)


def sent(text: str) -> tuple[str, list[InboundFile]]:
    """What a person writes, and the files that they send with it."""
    files = []
    while (found := _SENT.match(text)) is not None:
        name = found[1].strip()
        kind = mime_type(None, name)
        files.append(InboundFile(kind_of(kind), FILES_LIE_AT + quote(name, safe=""), name, kind))
        text = text[found.end() :]
    return text, files


def duration(note: Note) -> timedelta:
    """The time that an `after:` lets pass: `2d`, `90 minutes`, `1d 12h`. Raises BadTranscript."""
    position, total = 0, timedelta()
    while found := _LENGTH.match(note.text, position):
        total += timedelta(seconds=float(found[1]) * _UNITS[found[2][0]])
        position = found.end()
    if position == 0 or position < len(note.text):
        raise BadTranscript(note.line, f'"{note.text}" is no length of time: write it like 2d, 3h, 5m or 30s')
    return total


def service(note: Note) -> Written:
    """The answer of a `service: GET https://… -> {"a": 1}`, or `-> 404 not there`. Raises BadTranscript."""
    found = written(note.line, note.text)
    if found is None:
        raise BadTranscript(note.line, 'an answer is written like: \' service: GET https://example.com/a -> {"b": 1}')
    return found


def task_change(note: Note) -> tuple[str, str]:
    """The title and the new status of a `task: title -> status`. Raises BadTranscript."""
    title, arrow, status = note.text.rpartition("->")
    if not (arrow and title.strip() and status.strip()):
        raise BadTranscript(note.line, "a task's change is written like: ' task: Call Ana back -> completed")
    return title.strip(), status.strip()


def template(note: Note) -> Mapping[str, Any]:
    """The fields of the template that a `template: {"name": "Complaint"}` gives. Raises BadTranscript."""
    try:
        fields = json.loads(note.text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or "name" not in fields or not fields.keys() <= _TEMPLATE_FIELDS:
        example = """' template: {"name": "Complaint", "description_template": "Order {{order}}"}"""
        raise BadTranscript(note.line, f"a template is written as the task API takes it: {example}")
    return fields
