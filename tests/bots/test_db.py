"""`tasktalk db`: what a database has of a person is handed out, and goes."""

import asyncio
import json
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tasktalk.bots.cli import main
from tasktalk.bots.cli.db import command as commands
from tasktalk.runtime.people import People
from tasktalk.runtime.sharing import LOOK
from tasktalk.storage.database import Database, backend_of
from tasktalk.storage.writes import Conflict, WriteSet
from tests.databases import IS_POSTGRESQL, url_of
from tests.storage.contacts import contacts, inserting


def invoked(*arguments: object, typed: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["db", *map(str, arguments)], input=typed)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def db(tmp_path: Path) -> str:
    async def fill() -> None:
        database = await Database.open(url_of(tmp_path / "a.db"))
        await database.commit(inserting("ana"))
        await database.close()

    asyncio.run(fill())
    return url_of(tmp_path / "a.db")


def test_a_person_is_handed_out_and_goes(db: str, tmp_path: Path) -> None:
    code, out, _ = invoked("export-contact", "test:ana", "--db", db)
    assert (code, json.loads(out)["contact"]["address"]) == (0, "ana")
    assert invoked("export-contact", "test:ana", "-o", tmp_path / "ana.json", "--db", db) == (0, "", "")
    assert (tmp_path / "ana.json").read_text() == out
    code, _, err = invoked("delete-contact", "test:ana", "--db", db, typed="n\n")
    assert code == 1
    assert "Remove all that is kept of test:ana?" in err
    assert invoked("delete-contact", "test:ana", "--db", db, "--yes") == (
        0,
        "Nothing is kept of test:ana any more.\n",
        "",
    )
    for command in (["export-contact"], ["delete-contact", "--yes"]):
        assert invoked(*command, "test:ana", "--db", db) == (1, "", "Error: nobody is known at test:ana\n")


def test_what_cannot_be(tmp_path: Path) -> None:
    code, _, err = invoked("export-contact", "ana", "--db", tmp_path / "x.db")
    assert (code, "expected CHANNEL:ADDRESS, such as web:ana, got 'ana'" in err) == (2, True)
    path = tmp_path / "x.db"
    code, _, err = invoked("export-contact", "web:ana", "--db", path)
    assert (code, err) == (1, f"Error: there is no database {path}: give one with --db\n")
    assert not path.exists()


def test_a_copy_while_the_database_is_written(db: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"

    async def copied() -> tuple[tuple[int, str, str], list[str]]:
        database = await Database.open(db)
        await database.commit(inserting("bo"))  # it is in the file beside the database
        done = await asyncio.to_thread(invoked, "backup", copy, "--db", db)
        await database.close()
        if IS_POSTGRESQL:
            return done, []
        opened = await Database.open(str(copy))
        found = await contacts(opened)
        await opened.close()
        return done, found

    (code, out, err), found = asyncio.run(copied())
    if IS_POSTGRESQL:
        assert (code, out, copy.exists()) == (1, "", False)
        assert f"pg_dump --format=custom --file={copy} postgresql://" in err.replace("'", "")
        return
    assert (code, err, found) == (0, "", ["ana", "bo"])
    assert out.startswith(f"{copy}: ")
    code, _, err = invoked("backup", copy, "--db", db)
    assert (code, err) == (1, f"Error: there is a file {copy} already: give another name\n")


def test_somebody_writes_again_at_that_moment(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    purge = Database.purge

    async def purged(database: Database) -> bool:
        await database.commit(inserting("ana"))
        return await purge(database)

    monkeypatch.setattr(Database, "purge", purged)
    code, out, err = invoked("delete-contact", "test:ana", "--db", db, "--yes")
    assert (code, out) == (1, "")
    assert "they have written again meanwhile: to remove that too, run this again" in err
    monkeypatch.undo()
    assert invoked("delete-contact", "test:ana", "--db", db, "--yes")[0] == 0


def test_servers_that_know_somebody_are_told_when_they_have_gone(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    async def listen(*_: object) -> bool:
        return True

    async def tell(database: Database, words: Collection[str]) -> None:
        told.append((*words, await contacts(database)))

    monkeypatch.setattr(Database, "listen", listen)
    monkeypatch.setattr(Database, "tell", tell)
    assert invoked("delete-contact", "test:ana", "--db", db, "--yes")[0] == 0
    assert told == [(LOOK, [])]


async def _never(*_: object) -> bool:
    raise Conflict("conversation", {}, "a message came in")


def test_somebody_never_stops_writing(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(People, "delete", _never)
    code, out, err = invoked("delete-contact", "test:ana", "--db", db, "--yes")
    assert (code, out) == (1, "")
    assert "some of it is still there: run this again when they have stopped" in err


def test_a_check_ends_with_what_it_has_found(db: str) -> None:
    code, out, err = invoked("check", "--db", db)
    assert (code, err) == (0, "")
    assert "  storage:   read without a mistake\n" in out
    assert "  messages:  0, no number twice in a conversation\n" in out
    assert "            0 messages that no script has heard yet\n" in out
    assert out.endswith("Nothing is wrong.\n")
    code, out, _ = invoked("check", "--quick", "--json", "--db", db)
    told = json.loads(out)
    assert (code, told["is_sound"], told["queues"]["inbox"]) == (0, True, {"count": 0, "since": None})
    _execute(db, "UPDATE alembic_version SET version_num = '0001'")
    code, out, _ = invoked("check", "--db", db)
    assert code == 1
    assert "  tables:    1 wrong\n    - they are of revision 0001, made by an older version" in out
    assert "    What to do: make a copy (tasktalk db backup), then start tasktalk serve" in out
    assert out.endswith("Something is wrong: see above.\n")
    code, out, _ = invoked("check", "--json", "--db", db)
    told = json.loads(out)
    assert (code, told["is_sound"]) == (1, False)
    assert [look["at"] for look in told["looks"] if look["wrong"]] == ["tables"]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    for command in ("check", "vacuum"):
        code, _, err = invoked(command, "--db", path)
        assert (code, err.endswith(f"Error: there is no database {path}: give one with --db\n")) == (1, True)
        assert not path.exists()


def test_it_gets_smaller_while_it_is_written(db: str) -> None:
    async def emptied() -> tuple[int, str, str]:
        database = await Database.open(db)
        names = [f"{number:08}" * 5 for number in range(5000)]
        await database.commit(inserting(*names))
        writes = WriteSet()
        for name in names:
            writes.delete("contact", {"id": name})
        await database.commit(writes)
        done = asyncio.create_task(asyncio.to_thread(invoked, "vacuum", "--db", db))
        written = 0
        while not done.done():
            await database.commit(inserting(f"new{written}"))
            written += 1
        found = await contacts(database)
        await database.close()
        assert len(found) == written + 1
        return done.result()

    code, out, err = asyncio.run(emptied())
    assert code == 0
    assert "Making it smaller" in err
    sizes = [line.split() for line in out.splitlines()]
    assert [size[0] for size in sizes] == ["before:", "after:"]
    before, after = (int(size[1].replace(",", "")) for size in sizes)
    if not IS_POSTGRESQL:
        assert after < before / 2
        assert sizes[0][3] != "0"
        assert sizes[1][3:] == ["0", "of", "them", "unused"]


def test_every_command_shows_an_example() -> None:
    for name in commands.commands:
        code, out, _ = invoked(name, "--help")
        assert (code, f"Example:\n    tasktalk db {name} " in out) == (0, True)


def _execute(db: str, statement: str) -> None:
    backend = backend_of(db)
    with closing(backend.connect()) as connection, connection.begin():
        connection.execute(text(statement))
    backend.close()
