"""Plays a transcript on the real engine, with a clock and a store of its own, and compares.

What the transcript expects and is not said fails, what is said and not expected fails, and so does an answer that
nobody asked for. A question or a wait may be left open at the end.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from tasktalk.bots.examples import Example
from tasktalk.bots.findings import findings
from tasktalk.bots.outside.written import Answers
from tasktalk.bots.stage import Stage, staged
from tasktalk.bots.transcript import (
    BadTranscript,
    Note,
    Transcript,
    duration,
    filled,
    fits,
    read_notes,
    sent,
    task_change,
    template,
)
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.nodes import Script
from tasktalk.interpreter.parser import parse
from tasktalk.runtime.ports import TurnReport

Way: TypeAlias = Literal["straight", "rebuilt"]
WAYS: Sequence[Way] = ("straight", "rebuilt")
"""In one go; and with the engine, the programs and the session made anew from the store at every wait."""


class Failure(Exception):
    """Where a transcript was not kept: `place` is `file:line`; `said` is what had been said until then."""

    def __init__(self, place: str, expected: str, got: str, said: Sequence[str] = ()) -> None:
        super().__init__(place, expected, got)
        self.place, self.expected, self.got, self.said = place, expected, got, said

    def __str__(self) -> str:
        lines = [f"{self.place}:", f"  expected: {_indented(self.expected)}", f"  got:      {_indented(self.got)}"]
        if self.said:
            lines += ["  said until then:", *(f"    {_indented(line)}" for line in self.said[-8:])]
        return "\n".join(lines)


class Rehearsal:
    """One example with its transcript, ready to be played."""

    def __init__(self, example: Example, keywords: Keywords) -> None:
        """Raises Failure for notes that cannot be understood."""
        self.example, self._keywords = example, keywords
        self._script: Script = parse(example.source, keywords.phrases)
        try:
            self.transcript: Transcript = read_notes(self._script.comments)
        except BadTranscript as bad:
            raise Failure(example.place(bad.line), "a note that can be understood", str(bad)) from None

    @property
    def is_test(self) -> bool:
        """Whether there is anything to compare."""
        return not self.transcript.is_empty

    async def play(self, way: Way) -> None:
        """Raises Failure unless everything is as written."""
        has_code = bool(self._script.body or self._script.diagnostics)
        wrong = [f for f in findings(self.example.source, self._keywords) if f.severity == "error"]
        if wrong:
            rendered = [f.render(self.example.path.name, self.example.source) for f in wrong]
            self._compare_errors([(f.span.line, f.code, text) for f, text in zip(wrong, rendered, strict=True)])
            return
        try:
            with staged(self.example, has_code=has_code) as script:
                services = Answers(self.transcript.services)
                stage = Stage(script, self._keywords, is_rebuilt=way == "rebuilt", outside=services)
                await self._play_on(stage, script.name, has_code)
                if services.left:
                    unasked = services.left[0]
                    expected = f"service: {unasked.verb} {unasked.address}"
                    raise Failure(self.example.place(unasked.line), expected, "nobody asks for this answer")
        except Refused as refused:
            raise Failure(self.example.place(1), "a talk that can be played", refused.message) from None

    async def _play_on(self, stage: Stage, script: str, has_code: bool) -> None:
        await stage.open()
        try:
            await self._make_templates(stage)
            try:
                await _Player(self.example, self.transcript.steps, stage).play(begins=has_code)
            finally:
                # An error that nobody expected says more than the silence after it.
                self._compare_errors([_error(report, script) for report in stage.failed])
        finally:
            await stage.close()

    async def _make_templates(self, stage: Stage) -> None:
        for note in self.transcript.templates:
            try:
                await stage.make_template(template(note))
            except Refused as refused:
                raise Failure(self.example.place(note.line), "a template that can be made", refused.message) from None

    def _compare_errors(self, got: Sequence[tuple[int, str, str]]) -> None:
        expected = [(note.line, note.text) for note in self.transcript.errors]
        for line, code, rendered in got:
            if (line, code) not in expected:
                raise Failure(
                    self.example.place(max(line, 1)), "no error" if not expected else _spelled(expected), rendered
                )
        for note in self.transcript.errors:
            if (note.line, note.text) not in [(line, code) for line, code, _ in got]:
                raise Failure(self.example.place(note.line), f"error: {note.text}", "no error")
        for note in self.transcript.hints:
            if not any(note.text in rendered for _, _, rendered in got):
                raise Failure(self.example.place(note.line), f"hint: {note.text}", got[0][2] if got else "no error")


class _Player:
    """Goes through the notes: says what the person says, and compares what comes back."""

    def __init__(self, example: Example, steps: Sequence[Note], stage: Stage) -> None:
        self._example, self._steps, self._stage = example, steps, stage
        self._known: dict[str, str] = {}
        self._said: list[str] = []
        self._offered: list[str] = []
        self._line = 1

    async def play(self, begins: bool) -> None:
        """`begins`: the talk begins by itself, not with the first thing that the person says."""
        if begins or not self._steps or self._steps[0].kind != "user":
            await self._stage.say("")
        for note in self._steps:
            self._line = note.line
            if note.kind == "bot":
                self._expect(note)
                continue
            if note.kind == "suggests":
                self._expect_suggestions(note)
                continue
            self._nothing_more(note)
            match note.kind:
                case "user":
                    if not (self._stage.is_hearing or (self._stage.is_over and not begins)):
                        raise self._failure("a question", f"nobody asks; the script {self._stage.state}")
                    await self._say(note)
                case "unheard":
                    if self._stage.is_hearing:
                        raise self._failure("nobody listens", "the script waits for an answer")
                    await self._say(note)
                case "after":
                    await self._stage.pass_time(self._stage.clock.now() + duration(note))
                case "task":
                    await self._change_task(note)
        self._nothing_more(None)

    async def _say(self, note: Note) -> None:
        text = filled(note.text, self._known)
        self._said.append(f"user: {text}")
        self._offered = []
        await self._stage.say(*sent(text))

    def _expect(self, note: Note) -> None:
        got = self._next()
        if got is None:
            raise self._failure(f"bot: {note.text}", f"nothing more is said; the script {self._stage.state}")
        if not fits(note.text, got, self._known):
            raise self._failure(f"bot: {filled(note.text, self._known)}", f"bot: {got}")
        self._said.append(f"bot: {got}")

    def _expect_suggestions(self, note: Note) -> None:
        self._take_offers()
        offered = " | ".join(self._offered)
        if offered != note.text:
            raise self._failure(f"suggests: {note.text}", f"suggests: {offered}" if offered else "no suggestions")

    def _nothing_more(self, note: Note | None) -> None:
        got = self._next()
        if got is not None:
            expected = f"{note.kind}: {note.text}" if note else "the end of the transcript"
            raise self._failure(expected, f"bot: {got}")

    def _next(self) -> str | None:
        """The next thing that the bot said; suggestions that came without words are no message."""
        while self._stage.messages:
            message = self._stage.messages.pop(0)
            self._offered = [offer["label"] for offer in message.suggestions]
            if message.words or not self._offered:
                return message.words
        return None

    def _take_offers(self) -> None:
        waiting = self._stage.messages
        while waiting and not waiting[0].words and waiting[0].suggestions:
            self._offered = [offer["label"] for offer in waiting.pop(0).suggestions]

    async def _change_task(self, note: Note) -> None:
        title, status = task_change(note)
        try:
            await self._stage.change_task(filled(title, self._known), status)
        except Refused as refused:
            raise self._failure(f"task: {note.text}", refused.message) from None

    def _failure(self, expected: str, got: str) -> Failure:
        return Failure(self._example.place(self._line), expected, got, list(self._said))


def _error(report: TurnReport, main: str) -> tuple[int, str, str]:
    """Line, code and rendering of a failed turn's error; the line is 0 when it lies in another script than `main`."""
    line = report.error_line if report.error_script == main else None
    return line or 0, report.error_code or "internal", report.error or "an error without a place"


def _spelled(errors: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"error: {code} in line {line}" for line, code in errors)


def _indented(text: str) -> str:
    return text.replace("\n", "\n            ")
