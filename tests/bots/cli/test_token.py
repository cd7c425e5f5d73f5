"""`tasktalk token create`: a secret that is shown once and works."""

import asyncio
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from tasktalk.bots.cli import main
from tasktalk.runtime.accounts import Accounts, Identity
from tasktalk.runtime.clock import RealClock, VirtualClock
from tasktalk.storage.database import Database


def create(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["token", "create", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


async def identity(db: Path, secret: str, later: timedelta = timedelta()) -> Identity | None:
    database = await Database.open(str(db))
    try:
        return await Accounts(database, VirtualClock(RealClock().now() + later)).authenticate(secret)
    finally:
        await database.close()


def test_the_secret_is_printed_alone_and_works(tmp_path: Path) -> None:
    db = tmp_path / "tasktalk.db"
    code, out, err = create("--user", "ana", "--db", db)
    assert code == 0
    made = f"This made a new database: {db}. To use another one, give it with --db.\n"
    assert err == made + "This token stands for ana, a new user (owner of default). It is not shown again.\n"
    secret = out.strip()
    assert out == f"{secret}\n"
    assert secret.encode() not in db.read_bytes()
    _, again, err = create("--user", "ana", "--db", db)
    assert err == "This token stands for ana. It is not shown again.\n"
    first, second = asyncio.run(identity(db, secret)), asyncio.run(identity(db, again.strip()))
    assert first is not None
    assert second is not None
    assert (first.user_id, secret) == (second.user_id, secret)
    assert again != out


def test_it_expires(tmp_path: Path) -> None:
    db = tmp_path / "tasktalk.db"
    _, out, err = create("--expires", 2, "--db", f"sqlite:///{db}")
    assert err.endswith(
        "\nThis token stands for admin, a new user (owner of default) for 2 days. It is not shown again.\n"
    )
    assert asyncio.run(identity(db, out.strip(), timedelta(days=1))) is not None
    assert asyncio.run(identity(db, out.strip(), timedelta(days=2, seconds=1))) is None


def test_td_02_one_for_an_interface_begins_as_it_wants(tmp_path: Path) -> None:
    db = tmp_path / "tasktalk.db"
    _, out, _ = create("--for", "teamday", "--db", db)
    assert out.startswith("td_")
    assert out.strip().encode() not in db.read_bytes()
    assert asyncio.run(identity(db, out.strip())) is not None
    code, _, err = create("--for", "teamday", "--prefix", "tt_", "--db", db)
    assert code == 2
    assert "how a token begins is said by --prefix or by --for, not by both" in err
    assert create("--for", "nobody", "--db", db)[0] == 2


def test_what_cannot_be(tmp_path: Path) -> None:
    assert create("--expires", 0)[0] == 2
    assert create("--user", " ", "--db", tmp_path / "x.db")[0] == 2
    code, out, err = create("--db", tmp_path)
    assert (code, out, err) == (1, "", f"Error: cannot open the database {tmp_path}: it is a folder\n")
