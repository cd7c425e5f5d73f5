"""kill -9 at any moment: nothing is lost, nothing is repeated, and nobody who talks to the bot can tell."""

import asyncio
import contextlib
import os
import random
import sqlite3
from pathlib import Path

import pytest

from tests.system.server import Server, serving

SCRIPT = """
' HEAR inside FOR EACH inside a SUB, with a task for every answer.
answers = []
CALL ask_all(["name", "town", "colour"])
CALL ask_all(["fruit", "song"])
TALK "In all: " + JOIN(answers, ", ")

SUB ask_all(questions)
  count = 0
  FOR EACH question IN questions
    TALK "Your " + question + "?"
    HEAR reply
    PUSH(answers, reply)
    ticket = CREATE TASK question + " is " + reply
    SET TASK PRIORITY ticket, "high"
    count = count + 1
    TALK "Noted " + count + ": " + reply
  NEXT
  TALK "That was round of " + count
END SUB
"""
SAID = ["hello", "Ana", "Recife", "green", "mango", "Asa Branca"]
TITLES = ["colour is green", "fruit is mango", "name is Ana", "song is Asa Branca", "town is Recife"]


async def say(server: Server, contact: str, number: int, deliveries: int = 1) -> list[str]:
    """Sends one message until it is answered, as a provider does, and checks that every repeat gets the same answer."""
    body = {"contact": contact, "text": SAID[number], "message_id": f"{contact}-{number}"}
    answers: list[list[str]] = []
    while len(answers) < deliveries:
        try:
            status, answer = await server.post("/webhook/census", body)
        except ConnectionError:
            await asyncio.sleep(0.02)  # the server is down: its provider tries again
            continue
        assert status == 200, answer
        answers.append([reply["text"] for reply in answer["replies"]])
    assert all(answer == answers[0] for answer in answers)
    return answers[0]


async def talk(server: Server, contact: str, deliveries: int = 1) -> list[list[str]]:
    """The whole conversation: what the bot answered to each message."""
    return [await say(server, contact, number, deliveries) for number in range(len(SAID))]


def kept(database: Path) -> dict[str, list[object]]:
    """What the store holds in the end, by contact where it has one."""
    with contextlib.closing(sqlite3.connect(database)) as rows:
        return {
            "tasks": sorted(title for (title,) in rows.execute("SELECT title FROM task")),
            "priorities": sorted({priority for (priority,) in rows.execute("SELECT priority FROM task")}),
            "messages": rows.execute(
                "SELECT address, direction, COUNT(*), MAX(sequence) FROM message"
                " JOIN conversation ON conversation.id = conversation_id JOIN contact ON contact.id = contact_id"
                " GROUP BY address, direction ORDER BY address, direction"
            ).fetchall(),
            "sessions": rows.execute("SELECT status, COUNT(*) FROM session GROUP BY status").fetchall(),
            "pending": rows.execute(
                "SELECT COUNT(*) FROM message WHERE direction = 'in' AND status = 'pending'"
            ).fetchall(),
        }


async def uninterrupted(folder: Path) -> list[list[str]]:
    async with serving(folder, {"census/start.bas": SCRIPT}) as server:
        return await talk(server, "calm")


async def killed(folder: Path, contacts: list[str], kills: int, seed: int) -> tuple[list[list[list[str]]], Path]:
    """Several conversations at once while the server is killed at random moments and started again."""
    chance = random.Random(seed)
    async with serving(folder, {"census/start.bas": SCRIPT}) as server:
        talks = asyncio.gather(*(slow_talk(server, contact, chance) for contact in contacts))
        for _ in range(kills):
            await asyncio.sleep(chance.random() * 0.1)  # the random moment is what is tested
            await server.restart()
        return await talks, server.database


async def slow_talk(server: Server, contact: str, chance: random.Random) -> list[list[str]]:
    answers = []
    for number in range(len(SAID)):
        answers.append(await say(server, contact, number, deliveries=chance.choice([1, 1, 4])))
        await asyncio.sleep(chance.random() * 0.5)
    return answers


async def check(folder: Path, kills: int, seed: int) -> None:
    expected = await uninterrupted(folder / "calm")
    assert expected[0] == ["Your name?"]
    assert expected[-1] == ["Noted 2: Asa Branca", "That was round of 2", "In all: " + ", ".join(SAID[1:])]
    contacts = ["ana", "bo", "cy"]
    talks, database = await killed(folder / "stormy", contacts, kills, seed)
    assert talks == [expected] * len(contacts)
    found = kept(database)
    said = sum(len(answer) for answer in expected)
    assert found["tasks"] == sorted(TITLES * len(contacts))
    assert found["priorities"] == ["high"]
    assert found["messages"] == [
        (contact, direction, count, last)
        for contact in contacts
        for direction, count, last in [
            ("in", len(SAID), len(SAID) + said - len(expected[-1])),
            ("out", said, len(SAID) + said),
        ]
    ]
    assert found["sessions"] == [("ended", len(contacts))]
    assert found["pending"] == [(0,)]


async def test_a_killed_server_gives_the_transcript_of_an_uninterrupted_one(tmp_path: Path) -> None:
    await check(tmp_path, kills=8, seed=2026)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
async def test_two_hundred_kills(tmp_path: Path, seed: int) -> None:
    await check(tmp_path, kills=40, seed=seed)


async def test_a_delivery_sent_four_times_at_once_counts_once(tmp_path: Path) -> None:
    async with serving(tmp_path, {"census/start.bas": SCRIPT}) as server:
        await say(server, "ana", 0)
        answers = await asyncio.gather(*(say(server, "ana", 1) for _ in range(4)))
        assert answers == [["Noted 1: Ana", "Your town?"]] * 4
        found = kept(server.database)
        assert found["tasks"] == ["name is Ana"]
        assert [row[2] for row in found["messages"] if isinstance(row, tuple)] == [2, 3]


@pytest.mark.skipif(os.name != "posix", reason="signals")
async def test_a_stopped_server_ends_by_itself_and_goes_on_later(tmp_path: Path) -> None:
    async with serving(tmp_path, {"census/start.bas": SCRIPT}) as server:
        await say(server, "ana", 0)
        assert await server.stop() == 0
        await server.start()
        assert await say(server, "ana", 1) == ["Noted 1: Ana", "Your town?"]
