"""What is Slack's own: its first question, threads, commands, and the marks in texts."""

import json
from pathlib import Path

import pytest

from tests.bots.channels.conftest import House
from tests.bots.channels.slack import Slack


async def test_slacks_first_question_is_answered(tmp_path: Path) -> None:
    side = Slack()
    async with House(side, tmp_path).open() as house:
        asked = side.call(json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}), house.clock.now())
        assert await house.call(asked) == (200, {"challenge": "3eZbrw1a"})


async def test_a_mention_in_a_channel_is_answered_in_its_thread(tmp_path: Path) -> None:
    side = Slack()
    mention = {"type": "app_mention", "channel": "C1", "user": "U2", "text": "<@U0BOT> what now?"}
    async with House(side, tmp_path).open('TALK "Hi."\nHEAR x\nTALK "You said " + x') as house:
        await house.call(side.event(1, house.clock.now(), **mention, ts="1.1"))
        await house.engine.settle()
        await house.call(side.event(2, house.clock.now(), **mention, ts="1.3", thread_ts="1.1"))
        await house.engine.settle()
        told = [(each.json["channel"], each.json["thread_ts"], each.json["text"]) for each in house.provider.told]
        assert told == [("C1", "1.1", "Hi."), ("C1", "1.1", "You said what now?")]


async def test_a_command_in_a_channel(tmp_path: Path) -> None:
    side = Slack()
    async with House(side, tmp_path).open('TALK "Hi, " + username') as house:
        assert await house.call(side.command("help", 1, house.clock.now())) == (200, None)
        await house.engine.settle()
        assert [(each.json["channel"], each.json["text"]) for each in house.provider.told] == [("C1", "Hi, ana")]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("see <https://example.com/a?b=1|example.com>", "see https://example.com/a?b=1"),
        ("<mailto:ana@example.com|ana@example.com>", "ana@example.com"),
        ("in <#C1|general>, <@U2|ana>, <!here>", "in #general, @ana, here"),
        ("1 < 2", "1 < 2"),
    ],
)
async def test_marks_of_slack_are_not_heard(tmp_path: Path, written: str, heard: str) -> None:
    side = Slack()
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": side.contact, "text": written}
    async with House(side, tmp_path).open('TALK "?"\nHEAR x\nTALK x') as house:
        await house.write("hi")
        await house.call(side.event(2, house.clock.now(), **event))
        await house.engine.settle()
        assert house.texts[-1] == heard


async def test_what_a_bot_says_has_no_marks(tmp_path: Path) -> None:
    async with House(Slack(), tmp_path).open('TALK "<!channel> & <@U1>"') as house:
        await house.write("hi")
        assert house.provider.told[0].json["text"] == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


async def test_an_error_of_slacks_is_given_up_or_tried_again(tmp_path: Path) -> None:
    for error, is_hopeless in (("is_archived", True), ("invalid_auth", False), ("internal_error", False)):
        folder = tmp_path / error
        folder.mkdir()
        async with House(Slack(), folder).open() as house:
            house.provider.answers = [(200, {}, {"ok": False, "error": error})]
            await house.write("hi")
            assert (await house.engine.next_due() is None) is is_hopeless


async def test_a_bot_is_shown_as_writing_in_a_thread(tmp_path: Path) -> None:
    side = Slack()
    mention = {"type": "app_mention", "channel": "C1", "user": "U2", "text": "<@U0BOT> hi", "ts": "1.1"}
    async with House(side, tmp_path).open('TALK "Hi."\nTYPING\nHEAR x') as house:
        await house.call(side.event(1, house.clock.now(), **mention))
        await house.engine.settle()
        await house.shown()
        said, told = house.provider.told
        assert (said.path, told.path) == ("/chat.postMessage", "/assistant.threads.setStatus")
        assert told.json == {"channel_id": "C1", "thread_ts": "1.1", "status": "is typing…"}
        assert told.headers["Authorization"] == said.headers["Authorization"]
