"""Files that come with messages: what HEAR makes of them, and what is kept. Here a file's reference is its link."""

from datetime import timedelta

import pytest

from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.ports import FileKind, InboundFile
from tasktalk.runtime.sent_files import MOST_FILES, kind_of
from tests.stage import Stage

ASKS = """
TALK "Hello."
DO
  HEAR x AS %s
  TALK "Got " + x
LOOP
"""
PHOTO = InboundFile("image", "https://files.example/photo", "photo.jpg", "image/jpeg", 1200)
VOICE = InboundFile("audio", "https://files.example/voice", "voice.ogg", "audio/ogg")
FILM = InboundFile("video", "https://files.example/film", "film.mp4", "video/mp4")
SCAN = InboundFile("file", "https://files.example/scan", "scan.png", "image/png")
LETTER = InboundFile("file", "https://files.example/letter", "letter.pdf", "application/pdf")
ALL = (PHOTO, VOICE, FILM, SCAN, LETTER)


async def begun(stage: Stage, kind: str) -> None:
    stage.write(ASKS % kind)
    await stage.open()
    await stage.say("hi")


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("FILE", ALL),
        ("IMAGE", (PHOTO, SCAN)),
        ("PHOTO", (PHOTO, SCAN)),
        ("AUDIO", (VOICE,)),
        ("VOICE", (VOICE,)),
        ("VIDEO", (FILM,)),
        ("DOCUMENT", (SCAN, LETTER)),
    ],
)
async def test_a_file_is_taken_for_what_it_is(stage: Stage, kind: str, taken: tuple[InboundFile, ...]) -> None:
    await begun(stage, kind)
    for file in ALL:
        [answer] = await stage.say("", files=[file])
        if file in taken:
            assert answer == f"Got {file.reference}"
        else:
            assert answer.startswith("Please answer with a ")
            [answer] = await stage.say("https://files.example/typed")
            assert answer == "Got https://files.example/typed"


async def test_what_is_written_beside_a_file_does_not_matter(stage: Stage) -> None:
    await begun(stage, "IMAGE")
    assert await stage.say("My cat, https://example.com/other.jpg", files=[PHOTO]) == [f"Got {PHOTO.reference}"]
    [answer] = await stage.say("https://example.com/other.jpg", files=[VOICE])
    assert answer == "Please answer with a picture, or a link to it, such as https://example.com/photo.jpg."


async def test_the_first_file_of_the_kind_is_the_answer(stage: Stage) -> None:
    await begun(stage, "AUDIO")
    assert await stage.say("", files=ALL) == [f"Got {VOICE.reference}"]


@pytest.mark.parametrize(("text", "answer"), [("My cat", "Got My cat"), (" ", f"Got {PHOTO.reference}")])
async def test_a_plain_hear_gets_what_is_written_or_the_link(stage: Stage, text: str, answer: str) -> None:
    await begun(stage, "TEXT")
    assert await stage.say(text, files=[PHOTO]) == [answer]


async def test_a_link_that_stands_for_words_is_no_number(stage: Stage) -> None:
    await begun(stage, "INTEGER")
    assert await stage.say("", files=[PHOTO]) == ["Please answer with a whole number, such as 3."]


async def test_a_file_begins_a_talk_and_is_no_answer(stage: Stage) -> None:
    stage.write(ASKS % "FILE")
    await stage.open()
    assert await stage.say("", files=[PHOTO]) == ["Hello."]
    assert await stage.say("", files=[LETTER]) == [f"Got {LETTER.reference}"]


async def test_the_message_has_its_files(stage: Stage) -> None:
    await begun(stage, "FILE")
    receipt = await stage.receive("Look", files=[PHOTO, LETTER])
    await stage.answer(receipt)
    [message] = [each for each in await stage.engine.messages(receipt.conversation_id) if each.text == "Look"]
    assert message.files == [
        {
            "kind": "image",
            "url": PHOTO.reference,
            "name": "photo.jpg",
            "mime_type": "image/jpeg",
            "size": 1200,
        },
        {
            "kind": "file",
            "url": LETTER.reference,
            "name": "letter.pdf",
            "mime_type": "application/pdf",
            "size": None,
        },
    ]


async def test_names_and_kinds_of_data_are_made_harmless(stage: Stage) -> None:
    await begun(stage, "FILE")
    strange = InboundFile("file", "https://files.example/x", "../../a\r\nb\u202egpj.exe", "text/html; x\r\ny")
    receipt = await stage.receive("", files=[strange])
    await stage.answer(receipt)
    [found] = [file for each in await stage.engine.messages(receipt.conversation_id) for file in each.files]
    assert (found["name"], found["mime_type"]) == ("abgpj.exe", "text/html")


async def test_of_very_many_files_the_first_are_kept(stage: Stage) -> None:
    await begun(stage, "FILE")
    receipt = await stage.receive("", files=[PHOTO] * (MOST_FILES + 1))
    await stage.answer(receipt)
    found = [file for each in await stage.engine.messages(receipt.conversation_id) for file in each.files]
    assert len(found) == MOST_FILES


async def test_files_outlast_a_restart_before_they_are_heard(stage: Stage) -> None:
    await begun(stage, "IMAGE")
    await stage.reopen(warm_conversations=0)
    assert await stage.say("", files=[PHOTO]) == [f"Got {PHOTO.reference}"]


async def test_a_repeated_delivery_with_a_file_changes_nothing(stage: Stage) -> None:
    await begun(stage, "IMAGE")
    first = await stage.receive("", message_id="7", files=[PHOTO])
    again = await stage.receive("", message_id="7", files=[PHOTO])
    assert (first.message_row_id, again.is_repeat) == (again.message_row_id, True)
    assert len(await stage.rows("message", direction="in")) == 2


async def test_of_a_file_instead_of_a_password_nothing_stays(stage: Stage) -> None:
    await begun(stage, "PASSWORD")
    await stage.say("", files=[PHOTO])
    [_, heard] = await stage.rows("message", direction="in")
    assert heard["detail"] is None


async def test_files_that_come_in_a_row_are_one_turn_where_messages_are_gathered(stage: Stage) -> None:
    await begun(stage, "AUDIO")
    await stage.reopen(conduct=Conduct(gathers_for=timedelta(seconds=5)))
    await stage.receive("both", files=[PHOTO])
    receipt = await stage.receive("", files=[VOICE])
    await stage.pass_time(timedelta(seconds=5))
    assert [message.text for message in await stage.engine.messages(receipt.conversation_id)][-1] == (
        f"Got {VOICE.reference}"
    )


@pytest.mark.parametrize(
    ("mime_type", "kind"),
    [("image/png", "image"), ("AUDIO/ogg", "audio"), ("video/mp4", "video"), ("text/plain", "file"), (None, "file")],
)
def test_the_kind_of_data_says_what_a_file_is(mime_type: str | None, kind: FileKind) -> None:
    assert kind_of(mime_type) == kind
