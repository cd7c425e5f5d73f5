"""`tasktalk db` and files: what cannot be read or written is said, damage is found, what is made is private."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tasktalk.storage.copying import backup
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tests.bots.test_db import invoked
from tests.ordinary import as_ordinary_user
from tests.storage.contacts import contacts, inserting

RESTORE = "stop the servers, keep the database as it is, and go on with the newest copy in which nothing is wrong"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    async def fill() -> None:
        database = await Database.open(str(tmp_path / "store" / "a.db"))
        await database.commit(inserting("ana"))
        await database.close()

    (tmp_path / "store").mkdir()
    asyncio.run(fill())
    return tmp_path / "store" / "a.db"


@contextmanager
def rights(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def damage(db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection:  # an index in place of another
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'contact')"
            " WHERE name = 'message'"
        )
        connection.commit()


def ordinary(*arguments: object) -> tuple[int, str, str]:
    return as_ordinary_user(lambda: invoked(*arguments))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_copy_that_nobody_can_write_is_checked_and_copied(db: Path, tmp_path: Path) -> None:
    with rights(db, 0o444), rights(db.parent, 0o555):
        code, out, err = ordinary("check", "--db", db)
        assert (code, err) == (0, "")
        assert out.endswith("Nothing is wrong.\n")
        assert ordinary("backup", tmp_path / "copy.db", "--db", db)[0] == 0
        assert list(db.parent.iterdir()) == [db]


def test_a_link_to_a_database_that_is_served_is_read_as_it_is_now(db: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.db"
    link.symlink_to(db)
    with closing(sqlite3.connect(db)) as server:
        server.execute("DELETE FROM contact")
        server.commit()
        with rights(link.parent, 0o555):
            code, _, err = ordinary("export-contact", "test:ana", "--db", link)
            assert (code, err) == (1, "Error: nobody is known at test:ana\n")
            assert ordinary("backup", tmp_path / "copy.db", "--db", link)[0] == 0
    code, _, err = invoked("export-contact", "test:ana", "--db", tmp_path / "copy.db")
    assert (code, err) == (1, "Error: nobody is known at test:ana\n")


def test_what_cannot_be_read_is_not_called_damaged(db: Path, tmp_path: Path) -> None:
    head = f"Error: cannot use the database {db}: "
    for command in (["check"], ["backup", tmp_path / "copy.db"]):
        with rights(db, 0o000):
            assert ordinary(*command, "--db", db) == (1, "", f"{head}this user may not read the file\n")
        with rights(db.parent, 0o000):
            assert ordinary(*command, "--db", db) == (1, "", f"{head}this user may not look into its folder\n")
    assert not (tmp_path / "copy.db").exists()


def test_what_a_killed_server_left_cannot_be_read_without_its_folder(db: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(db)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("DELETE FROM contact")
        other.commit()
        killed = tmp_path / "killed"
        killed.mkdir()
        for name in ("a.db", "a.db-wal"):
            shutil.copy(db.with_name(name), killed / name)
    left = killed / "a.db"
    with rights(left, 0o444), rights(killed, 0o555):
        code, out, err = ordinary("check", "--db", left)
        assert (code, out) == (1, "")
        assert err == (
            f"Error: cannot use the database {left}: what was written last is in a.db-wal beside it, and this user may "
            "not write to that folder: copy both files to a folder of your own\n"
        )
    assert ordinary("check", "--db", left)[0] == 0


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_cannot_be_written_is_said(db: Path, what: str) -> None:
    with rights(*((db, 0o444) if what == "file" else (db.parent, 0o555))):
        code, out, err = ordinary("vacuum", "--db", db)
    assert (code, out) == (1, "")
    said = {"file": "this user may not write to the file", "folder": "this user may not write to its folder"}
    assert err.endswith(f"Error: cannot use the database {db}: {said[what]}\n")


def test_a_damaged_database_is_neither_copied_nor_made_smaller(db: Path, tmp_path: Path) -> None:
    damage(db)
    copy = tmp_path / "copy.db"
    for command in (["backup", copy], ["vacuum"]):
        code, out, err = invoked(*command, "--db", db)
        assert (code, out) == (1, "")
        assert f"Error: the database {db} is damaged (" in err
        assert err.endswith(f"): {RESTORE}\n")
    assert sorted(tmp_path.iterdir()) == [db.parent]
    code, out, _ = invoked("check", "--db", db)
    assert code == 1
    assert "  storage:   " in out


def test_a_copy_that_fails_leaves_nothing_and_names_its_folder(db: Path, tmp_path: Path) -> None:
    missing, closed = tmp_path / "nowhere" / "copy.db", tmp_path / "closed"
    closed.mkdir(0o555)
    assert invoked("backup", missing, "--db", db) == (
        1,
        "",
        f"Error: cannot write the copy {missing}: there is no folder {missing.parent}\n",
    )
    code, out, err = ordinary("backup", closed / "copy.db", "--db", db)
    assert (code, out, err) == (1, "", f"Error: cannot write the copy {closed / 'copy.db'}: Permission denied\n")
    assert list(closed.iterdir()) == []


def test_what_a_killed_copy_left_is_replaced(db: Path, tmp_path: Path) -> None:
    copy, part = tmp_path / "copy.db", tmp_path / "copy.db.part"
    part.write_bytes(b"half of it" * 1000)
    part.with_name("copy.db.part-journal").write_bytes(b"?")
    with closing(sqlite3.connect(tmp_path / "other.db.part", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")  # as one that is under way
        with pytest.raises(DatabaseError, match="another copy of that name is just being made"):
            backup(str(db), tmp_path / "other.db")
    assert invoked("backup", copy, "--db", db)[0] == 0
    assert {path.name for path in tmp_path.glob("copy.db*")} == {"copy.db"}

    async def found() -> list[str]:
        database = await Database.open(str(copy))
        try:
            return await contacts(database)
        finally:
            await database.close()

    assert asyncio.run(found()) == ["ana"]


def test_what_is_made_is_private_and_what_is_there_keeps_its_rights(db: Path, tmp_path: Path) -> None:
    async def opened(contact: str) -> set[int]:
        database = await Database.open(str(db))
        await database.commit(inserting(contact))
        modes = {mode(path) for path in (db, db.with_name("a.db-wal"), db.with_name("a.db-shm"))}
        await database.close()
        return modes

    before = os.umask(0)
    try:
        assert asyncio.run(opened("bo")) == {0o600}
        assert invoked("backup", tmp_path / "copy.db", "--db", db)[0] == 0
        assert mode(tmp_path / "copy.db") == 0o600
        db.chmod(0o640)
        assert asyncio.run(opened("carl")) == {0o640}
    finally:
        os.umask(before)


def test_a_person_is_handed_out_to_a_file_of_ones_own(db: Path, tmp_path: Path) -> None:
    file, missing = tmp_path / "ana.json", tmp_path / "nowhere" / "ana.json"
    given = ["export-contact", "test:ana", "--db", db]
    before = os.umask(0)
    try:
        assert invoked(*given, "-o", file) == (0, "", "")
        assert mode(file) == 0o600
        text = file.read_text(encoding="utf-8")
        file.write_text("mine", encoding="utf-8")
        file.chmod(0o644)
        refused = f"Error: there is a file {file} already: give another name, or --force to replace it\n"
        assert invoked(*given, "-o", file) == (1, "", refused)
        assert file.read_text(encoding="utf-8") == "mine"
        assert invoked(*given, "-o", file, "--force") == (0, "", "")
        assert (file.read_text(encoding="utf-8"), mode(file)) == (text, 0o600)
    finally:
        os.umask(before)
    assert invoked(*given, "-o", missing) == (
        1,
        "",
        f"Error: cannot write {missing}: there is no folder {missing.parent}\n",
    )
    with rights(tmp_path, 0o555):
        code, out, err = ordinary(*given, "-o", tmp_path / "bo.json")
    assert (code, out, err) == (1, "", f"Error: cannot write {tmp_path / 'bo.json'}: Permission denied\n")
    assert "--force goes with -o" in invoked(*given, "--force")[2]


@pytest.mark.parametrize("name", ["", ".", "/", "sqlite:///.", "sqlite:///"])
def test_what_names_no_file(name: str) -> None:
    for command in ("check", "vacuum"):
        code, _, err = invoked(command, "--db", name)
        assert code == 1
        assert err.splitlines()[-1] == f"Error: cannot use the database {name!r}: expected a file or sqlite:///file"


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    assert invoked("check", "--db", path) == (1, "", f"Error: cannot use the database {path}: File name too long\n")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (
            "postgresql://bo:s3cret@db.example:5433/talks?sslmode=require",
            "postgresql://bo@db.example:5433/talks?sslmode=require",
        ),
        ("postgres:///talks?password=s3cret&user=bo", "postgresql:///talks?user=bo"),
    ],
)
def test_how_postgresql_copies_its_own(url: str, place: str) -> None:
    code, out, err = invoked("backup", "my copy.db", "--db", url)
    assert (code, out) == (1, "")
    said = "Error: PostgreSQL copies its databases itself: pg_dump --format=custom --file='my copy.db' "
    assert err in {f"{said}{place}\n", f"{said}'{place}'\n"}
