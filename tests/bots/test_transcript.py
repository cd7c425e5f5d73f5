"""How the notes of a transcript are read."""

from datetime import timedelta

import pytest

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
)
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.nodes import Comment


def of(*comments: str) -> Transcript:
    return read_notes([Comment(text, True, Span(n, 1, n, len(text) + 1)) for n, text in enumerate(comments, 1)])


def test_notes_keep_their_order_and_place() -> None:
    transcript = of(
        "' bot: Hi!", "' just a comment", "'user:Ana ", "' error: wrong-type", "' hint: do it", "' after: 1d"
    )
    assert list(transcript.steps) == [Note(1, "bot", "Hi!"), Note(3, "user", "Ana"), Note(6, "after", "1d")]
    assert (list(transcript.errors), list(transcript.hints)) == (
        [Note(4, "error", "wrong-type")],
        [Note(5, "hint", "do it")],
    )


def test_a_message_of_several_lines() -> None:
    transcript = of("' bot: one", "'   | two", "' |", "' | four")
    assert list(transcript.steps) == [Note(1, "bot", "one\ntwo\n\nfour")]


def test_a_script_without_notes_is_no_test() -> None:
    assert of("' hello", "REM bot: x").is_empty
    assert not of("' skip: not yet").is_empty


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2d", 172800),
        ("90 seconds", 90),
        ("1d 12h", 129600),
        ("0.5h", 1800),
        ("3 minutes", 180),
        ("2w", 1209600),
        ("5min", 300),
    ],
)
def test_lengths_of_time(text: str, seconds: float) -> None:
    assert duration(Note(1, "after", text)) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "2", "2 months", "d2"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(BadTranscript) as bad:
        of("'", f"' after: {text}")
    assert bad.value.line == 2


def test_a_task_is_named_by_its_title() -> None:
    assert task_change(Note(1, "task", "Call -> Ana -> completed")) == ("Call -> Ana", "completed")
    with pytest.raises(BadTranscript):
        of("' task: Call Ana back")


def test_words_in_braces_stand_for_what_they_were_the_first_time() -> None:
    known: dict[str, str] = {}
    assert fits("Your ticket is {ticket}, {name}. Yes, {ticket}.", "Your ticket is tsk_1, Ana. Yes, tsk_1.", known)
    assert known == {"ticket": "tsk_1", "name": "Ana"}
    assert fits("{ticket} it is", "tsk_1 it is", known)
    assert not fits("{ticket} it is", "tsk_2 it is", known)
    assert not fits("Hi {any}!", "Hi !", {})
    assert not fits("a.c", "abc", {})
    assert filled("{ticket} of {nobody}", known) == "tsk_1 of {nobody}"


@pytest.mark.parametrize(
    ("text", "words", "files"),
    [
        ("hello", "hello", []),
        ("[file cat.jpg]", "", [("image", "cat.jpg", "https://files.example/cat.jpg")]),
        (
            "[file a b.pdf][file c.mp4] Both",
            "Both",
            [("file", "a b.pdf", "https://files.example/a%20b.pdf"), ("video", "c.mp4", "https://files.example/c.mp4")],
        ),
        ("Look: [file cat.jpg]", "Look: [file cat.jpg]", []),
        ("[file ] x", "[file ] x", []),
    ],
)
def test_files_stand_before_the_words(text: str, words: str, files: list[tuple[str, str, str]]) -> None:
    said, found = sent(text)
    assert (said, [(file.kind, file.name, file.reference) for file in found]) == (words, files)
