"""`tasktalk deliveries`: what did not arrive is listed with its reason, and put back in line."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.bots.configuration import has_channel
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Carriers, HookCall, Letter, Undeliverable
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.notifications import Notifications, Setting
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.webhooks import Webhooks
from tasktalk.runtime.work import UnitOfWork
from tests.conftest import START
from tests.runtime.test_outbox import COUNTING, Post
from tests.stage import Stage


def deliveries(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["deliveries", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def columns(table: str) -> list[list[str]]:
    return [re.split("  +", line) for line in table.splitlines()]


async def talked(folder: Path) -> None:
    """A talk of which the first message is dead, and the second is tried again."""
    stage = Stage(folder, VirtualClock(START))
    stage.write(COUNTING)
    post = Post()
    post.hopeless, post.failures = {"message 1"}, 1
    await stage.open(channels={"post": post})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    await stage.close()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    asyncio.run(talked(tmp_path))
    return tmp_path / "test.db"


def test_the_list_says_what_did_not_arrive_and_why(db: Path) -> None:
    code, out, err = deliveries("--db", db)
    assert (code, err) == (0, "")
    head, dead, failing = columns(out)
    assert head == ["ID", "BOT", "CHANNEL", "CONTACT", "SINCE", "ATTEMPTS", "STATE", "ERROR"]
    of_ana = ["helper", "post", "ana", "2026-01-05 09:00:00"]
    assert dead[1:] == [*of_ana, "1", "dead", "the contact is gone"]
    assert failing[1:6] == [*of_ana, "1"]
    assert failing[6].startswith("again at 2026-01-05 09:00:0")
    assert failing[7] == "no network"
    assert columns(deliveries("--dead", "--db", db)[1]) == [head, dead]
    waiting = columns(deliveries("list", "--waiting", "--channel", "post", "--db", db)[1])
    assert waiting[:2] == [head, failing]
    assert waiting[2][1:] == [*of_ana, "0", f"behind {failing[0]}", "-"]
    assert deliveries("--parked", "--db", db)[1] == "There are no such messages.\n"


def test_programs_get_an_object_a_line(db: Path) -> None:
    [dead] = map(json.loads, deliveries("--json", "--dead", "--db", db)[1].splitlines())
    assert (dead["status"], dead["attempts"], dead["error"]) == ("dead", 1, "the contact is gone")
    assert dead["created_at"] == "2026-01-05T09:00:00+00:00"
    assert deliveries("--json", "--parked", "--channel", "post", "--db", db) == (0, "", "")


def test_a_slip_in_a_channels_name_is_told(db: Path) -> None:
    for given in (["--channel", "pots"], ["--json", "--channel", "pots"], ["retry", "--all", "--channel", "pots"]):
        told = "Error: the database knows no channel 'pots'; did you mean post?\n"
        assert deliveries(*given, "--db", db) == (1, "", told)
    assert (
        deliveries("--channel", "sms", "--db", db)[2]
        == "Error: the database knows no channel 'sms'; it knows post, task-mail, task-webhook\n"
    )


def test_a_retry_puts_them_back_in_line(db: Path) -> None:
    [dead] = map(json.loads, deliveries("--json", "--dead", "--db", db)[1].splitlines())
    assert deliveries("retry", dead["id"], "--db", db) == (0, "1 message back in line.\n", "")
    assert deliveries("--dead", "--db", db)[1] == "There are no such messages.\n"
    assert deliveries("retry", "--all", "--db", db)[1] == "0 messages back in line.\n"
    code, _, err = deliveries("retry", dead["id"], "--db", db)
    assert (code, err) == (1, f"Error: the message {dead['id']} is pending, neither dead, withheld nor parked\n")


def test_the_next_server_tries_what_was_put_back_first(db: Path) -> None:
    assert deliveries("retry", "--all", "--channel", "post", "--db", db)[1] == "1 message back in line.\n"

    async def served() -> Post:
        stage, post = Stage(db.parent, VirtualClock(START + timedelta(minutes=1))), Post()
        await stage.open(channels={"post": post})
        await stage.engine.settle()
        await stage.close()
        return post

    assert asyncio.run(served()).sent == {"ana": ["message 1", "message 2", "message 3"]}


def test_what_cannot_be(tmp_path: Path, db: Path) -> None:
    assert deliveries("retry", "--db", db)[0] == 2
    assert deliveries("retry", "x", "--all", "--db", db)[0] == 2
    assert deliveries("retry", "x", "--channel", "post", "--db", db)[0] == 2
    code, _, err = deliveries("--db", tmp_path / "none.db")
    expected = f"Error: there is no database {tmp_path / 'none.db'}: give the one that is served, with --db\n"
    assert (code, err) == (1, expected)
    assert not (tmp_path / "none.db").exists()
    assert "tasktalk deliveries retry --all" in deliveries("--help")[1]


class Away:
    """A mail server and somebody's webhook: what comes is refused for good while `is_away`."""

    def __init__(self, *, is_away: bool) -> None:
        self.is_away, self.came = is_away, list[str]()

    def check(self, url: str) -> None:
        pass

    async def send(self, letter: Letter) -> None:
        self._take(letter.subject)

    async def call(self, call: HookCall) -> None:
        self._take(call.body.partition(",")[0])

    def _take(self, what: str) -> None:
        if self.is_away:
            raise Undeliverable("nobody is there")
        self.came.append(what)


async def worked(folder: Path, *, is_away: bool, title: str | None = None) -> list[str]:
    """What comes outside; `title` is of a task that is made meanwhile."""
    stage, outside = Stage(folder, VirtualClock(START + timedelta(minutes=not is_away))), Away(is_away=is_away)
    stage.write(COUNTING)
    await stage.open(carriers=Carriers(mail=outside, hooks=outside))
    if title is not None:
        accounts = Accounts(stage.database, stage.clock)
        await accounts.create_user("Jane", email="jane@example.com", user_id="jane")
        work, jane = UnitOfWork(stage.database, stage.clock.now()), Actor("jane", DEFAULT_ORGANISATION, "test")
        await Notifications(work, jane).set(Setting(channels=("email",)))
        await Webhooks(work, jane).create("https://example.com/secret", ["task_created"])
        await work.commit()
        work = UnitOfWork(stage.database, stage.clock.now())
        await Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test")).create(NewTask(title, assignee="jane"))
        await work.commit()
    await stage.engine.settle()
    await stage.close()
    return outside.came


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A database with a mail and a call of a webhook that are dead."""
    assert asyncio.run(worked(tmp_path, is_away=True, title="Call Bo")) == []
    return tmp_path / "test.db"


def test_mails_and_calls_of_webhooks_are_listed(told: Path) -> None:
    code, out, err = deliveries("--dead", "--db", told)
    assert (code, err) == (0, "")
    found = {row[2]: row[3:] for row in columns(out)[1:]}
    since = "2026-01-05 09:00:00"
    assert found == {
        "task-mail": ["jane@example.com", since, "1", "dead", "nobody is there"],
        "task-webhook": ["example.com", since, "1", "dead", "nobody is there"],
    }
    [mail] = map(json.loads, deliveries("--json", "--channel", "task-mail", "--db", told)[1].splitlines())
    assert (mail["channel"], mail["bot"], mail["status"]) == ("task-mail", None, "dead")
    assert deliveries("--waiting", "--channel", "task-webhook", "--db", told)[1] == "There are no such messages.\n"
    assert deliveries("--parked", "--db", told)[1] == "There are no such messages.\n"


def test_mails_and_calls_of_webhooks_are_put_back_and_come(told: Path) -> None:
    [mail] = map(json.loads, deliveries("--json", "--channel", "task-mail", "--db", told)[1].splitlines())
    assert deliveries("retry", mail["id"], "--db", told) == (0, "1 message back in line.\n", "")
    assert columns(deliveries("--waiting", "--channel", "task-mail", "--db", told)[1])[1][6] == "waiting"
    assert deliveries("retry", mail["id"], "--db", told)[2] == (
        f"Error: the message {mail['id']} is pending, neither dead, withheld nor parked\n"
    )
    assert asyncio.run(worked(told.parent, is_away=False)) == ["ana assigned to you: Call Bo"]
    assert deliveries("retry", "--all", "--db", told)[1] == "1 message back in line.\n"
    assert asyncio.run(worked(told.parent, is_away=False)) == ['{"type": "task_created"']
    assert deliveries("--db", told)[1] == "There are no such messages.\n"


def test_what_waits_for_a_channel_that_is_no_more_is_told_as_such(
    db: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def states(*arguments: object) -> list[str]:
        return [row[6] for row in columns(deliveries("list", *arguments, "--db", db)[1])[1:]]

    monkeypatch.chdir(tmp_path)
    file = tmp_path / "tasktalk.toml"
    file.write_text('[channels.shop]\nkind = "signed"\n', encoding="utf-8")
    why = "; tasktalk.toml names no channel post"
    assert [state.endswith(why) for state in states()] == [False, True]
    assert all(state.endswith(why) for state in states("--waiting"))
    other = tmp_path / "other.toml"
    other.write_text("[channels.post]\n", encoding="utf-8")
    for arguments in (["--config", other], []):
        assert "names no channel" not in states(*arguments)[1]
        file.write_text("what is this", encoding="utf-8")  # of which nothing is known


def test_what_waits_for_the_web_chat_needs_no_channel_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tasktalk.toml"
    file.write_text("", encoding="utf-8")
    assert [has_channel(file, name) for name in ("web", "webhook", "task-mail", "shop")] == [True, True, True, False]
