"""Where nothing can be heard, that is told once, and everything else goes on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest

from tasktalk.storage import notifications
from tasktalk.storage.notifications import Notifications
from tests.databases import Server
from tests.patience import PATIENCE
from tests.portable import Deaf

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Pooled(Connection):
    """A connection through a pooler that leaves no session whole: LISTEN is said to another one."""

    async def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        return await super().execute("SELECT 1" if str(query).startswith("LISTEN") else query, *arguments, **options)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hears itself does so in time, however slow the machine is."""
    monkeypatch.setattr(notifications, "_ECHO_SECONDS", PATIENCE)


@pytest.fixture
def url() -> str:
    return Server.empty()


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The warnings of this part."""
    with caplog.at_level(logging.WARNING, "tasktalk.notifications"):
        yield lambda: [record.getMessage() for record in caplog.records]


def end_others(server: psycopg.Connection[Any]) -> None:
    """Cuts off who else is connected."""
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def connecting(url: str, kind: type[Connection]) -> Callable[[], Awaitable[Connection]]:
    return lambda: kind.connect(url)


async def test_without_listen_nothing_is_told_and_that_is_said_once(url: str, warned: Callable[[], list[str]]) -> None:
    heard: list[str] = []
    signals = await Notifications.open(connecting(url, Deaf), heard.append)
    await signals.tell(["one"])
    await signals.tell(["two"])
    await signals.close()
    assert heard == []
    [warning] = warned()
    assert "no LISTEN and NOTIFY" in warning
    assert "by looking" in warning
    assert "unimplemented: LISTEN" in warning


async def test_listen_that_is_gone_later_is_said_once(url: str, warned: Callable[[], list[str]]) -> None:
    kinds: list[type[Connection]] = [psycopg.AsyncConnection, Deaf]
    again = asyncio.Event()

    async def connect() -> Connection:
        if len(kinds) == 1:
            again.set()
        return await kinds.pop(0).connect(url)

    signals = await Notifications.open(connect, lambda _: None)
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(url, autocommit=True) as server:
        patch.setattr(notifications, "_RETRY_SECONDS", 0.0)
        end_others(server)
        await asyncio.wait_for(again.wait(), PATIENCE)
        assert signals._listening is not None
        await asyncio.wait_for(signals._listening, PATIENCE)
    await signals.tell(["one"])
    await signals.close()
    [away, missing] = warned()
    assert "listened for again" in away
    assert "no LISTEN and NOTIFY" in missing


async def test_a_server_that_is_away_for_long_is_told_when_it_goes_and_when_it_is_back(
    url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_RETRY_SECONDS", 0.0)
    tries = 0

    async def connect() -> Connection:
        nonlocal tries
        tries += 1
        if 1 < tries < 5:
            raise psycopg.OperationalError(f"no server, {tries}")
        return await psycopg.AsyncConnection.connect(url)

    heard: asyncio.Queue[str] = asyncio.Queue()
    with caplog.at_level(logging.INFO, "tasktalk.notifications"):
        signals = await Notifications.open(connect, heard.put_nowait)
        with psycopg.connect(url, autocommit=True) as server:
            end_others(server)
        assert await asyncio.wait_for(heard.get(), PATIENCE) == ""
        await signals.close()
    assert tries == 5
    lost, back = [record.getMessage() for record in caplog.records]
    assert lost.startswith("the other processes cannot be heard, and are listened for again until they can: ")
    assert back == "the other processes are heard again"


async def test_a_pooler_that_keeps_everything_to_itself_is_found_out(
    url: str, warned: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_ECHO_SECONDS", 0.0)
    signals = await Notifications.open(connecting(url, Pooled), lambda _: None)
    assert signals._echo is None
    assert not signals.is_heard
    await signals.close()
    [warning] = warned()
    assert "what is told by NOTIFY is not heard" in warning
    assert "PgBouncer" in warning


async def test_who_hears_itself_has_nothing_to_tell(url: str, warned: Callable[[], list[str]]) -> None:
    heard: list[asyncio.Queue[str]] = [asyncio.Queue(), asyncio.Queue()]
    pair = [await Notifications.open(connecting(url, psycopg.AsyncConnection), each.put_nowait) for each in heard]
    # What is told is heard in its order: whoever hears the other's word has heard what it said itself before.
    for teller, hearer, queue in zip(reversed(pair), pair, heard, strict=True):
        await teller.tell(["word"])
        assert await asyncio.wait_for(queue.get(), PATIENCE) == "word"
        assert hearer._echo is None
        assert hearer.is_heard
        assert queue.empty()
    for each in pair:
        await each.close()
    assert warned() == []


async def test_who_was_cancelled_while_telling_says_so_and_hears_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_RETRY_SECONDS", 0.0)
    heard: asyncio.Queue[str] = asyncio.Queue()
    hearer = await Notifications.open(connecting(url, psycopg.AsyncConnection), heard.put_nowait)
    other = await Notifications.open(connecting(url, psycopg.AsyncConnection), lambda _: None)
    await other.tell(["word"])
    assert await asyncio.wait_for(heard.get(), PATIENCE) == "word"
    was_heard = hearer.is_heard
    await cancelled(hearer.tell(["one"]))
    assert (was_heard, hearer.is_heard) == (True, False)
    await hearer.tell(["two"])
    assert await asyncio.wait_for(heard.get(), PATIENCE) == ""
    assert hearer.is_heard
    await other.tell(["again"])
    assert await asyncio.wait_for(heard.get(), PATIENCE) == "again"
    await hearer.close()
    await other.close()


async def cancelled(work: Coroutine[Any, Any, None]) -> None:
    """Begins it, and cancels it before it has an answer."""
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_one_may_be_closed_while_it_tells(url: str) -> None:
    signals = await Notifications.open(connecting(url, psycopg.AsyncConnection), lambda _: None)
    telling = asyncio.create_task(signals.tell(["one"]))
    await asyncio.sleep(0)
    assert not telling.done()
    await signals.close()
    await asyncio.wait_for(telling, PATIENCE)
    assert signals._listening is None


async def test_where_notify_is_missing_it_is_asked_for_once(
    url: str, warned: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_TELL", "SELECT pg_no_such($1, $2)")
    signals = await Notifications.open(connecting(url, psycopg.AsyncConnection), lambda _: None)
    assert signals._line is not None
    monkeypatch.setattr(signals._line, "ask", ask := Mock(wraps=signals._line.ask))
    await signals.tell(["one"])
    ask.assert_not_called()
    await signals.close()
    [warning] = warned()
    assert "no LISTEN and NOTIFY" in warning
