"""Several processes share the conversations of one database: fairly, and never two of them one."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import timedelta

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.leases import BEAT_SECONDS, BUCKETS, LOST_SECONDS, SharedLeases, bucket_of
from tasktalk.runtime.sharing import LOOK, TRUSTED_BEATS, Sharing
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.writes import Conflict, WriteSet
from tests.patience import PATIENCE


class Process:
    """One of the processes, with what it was told to begin and to end."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.database = database
        self.gained: list[int] = []
        self.drained: list[int] = []
        self.busy = set[int]()
        self.leases = SharedLeases(database, clock, self.gained.append, self._idle)

    def _idle(self, buckets: Collection[int]) -> Collection[int]:
        idle = set(buckets) - self.busy
        self.drained.extend(idle)
        return idle

    @property
    def buckets(self) -> set[int]:
        return set(self.leases.buckets)

    async def may_write(self, bucket: int) -> bool:
        """Whether a turn of the bucket could be committed."""
        writes = WriteSet()
        self.leases.demand(writes, bucket)
        try:
            await self.database.commit(writes)
        except Conflict as conflict:
            if conflict.table != "lease":
                raise
            return False
        return True


@pytest.fixture
def processes(database: Database, clock: VirtualClock) -> list[Process]:
    return [Process(database, clock) for _ in range(3)]


async def beat(clock: VirtualClock, *processes: Process, seconds: float = BEAT_SECONDS) -> None:
    clock.advance(timedelta(seconds=seconds))
    for process in processes:
        await process.leases.beat()


async def words_of_beats(count: int, process: Process, clock: VirtualClock) -> list[str]:
    """What is heard after each of so many beats."""
    words = asyncio.Queue[str]()
    sharing = Sharing(process.database, clock, words.put_nowait, lambda _: None, list)
    beating = asyncio.create_task(sharing._beat(process.leases))
    async with asyncio.timeout(PATIENCE):
        found = [await words.get() for _ in range(count)]
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    return found


async def test_one_process_drives_everything(processes: list[Process], clock: VirtualClock) -> None:
    one = processes[0]
    await beat(clock, one)
    assert one.buckets == set(range(BUCKETS))
    assert sorted(one.gained) == list(range(BUCKETS))
    assert one.leases.has(bucket_of("cnv_1"))
    assert await one.may_write(0)


async def test_a_second_process_gets_its_share_and_never_what_the_first_still_has(
    processes: list[Process], clock: VirtualClock
) -> None:
    one, two, _ = processes
    await beat(clock, one)
    await beat(clock, two)
    assert two.buckets == set()
    await beat(clock, one)
    assert len(one.buckets) == BUCKETS // 2
    assert len(one.drained) == BUCKETS // 2
    await beat(clock, two)
    assert two.buckets == set(range(BUCKETS)) - one.buckets
    assert set(two.gained) == set(one.drained)


async def test_three_shares_are_fair_and_stay_as_they_are(processes: list[Process], clock: VirtualClock) -> None:
    for _ in range(6):
        await beat(clock, *processes)
    shares = [process.buckets for process in processes]
    assert sorted(bucket for share in shares for bucket in share) == list(range(BUCKETS))
    assert max(map(len, shares)) - min(map(len, shares)) <= 2
    await beat(clock, *processes)
    assert [process.buckets for process in processes] == shares


async def test_a_process_that_is_not_heard_of_loses_its_leases_and_can_write_no_more(
    processes: list[Process], clock: VirtualClock
) -> None:
    one, two, _ = processes
    for _ in range(3):
        await beat(clock, one, two)
    stalled = one.buckets
    assert stalled
    await beat(clock, two, seconds=LOST_SECONDS - BEAT_SECONDS - 1)
    assert two.buckets.isdisjoint(stalled)
    await beat(clock, two, seconds=LOST_SECONDS)
    assert two.buckets == set(range(BUCKETS))
    assert not any([await one.may_write(bucket) for bucket in stalled])
    assert all([await two.may_write(bucket) for bucket in stalled])


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the leases warn of, whatever else an earlier test lets them tell."""
    records = [each for each in caplog.records if each.name == "tasktalk.leases"]
    return [each.getMessage() for each in records if each.levelno >= logging.WARNING]


async def test_one_that_comes_back_notices_says_so_once_and_gets_a_share_again(
    processes: list[Process], clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, _ = processes
    for _ in range(3):
        await beat(clock, one, two)
    await beat(clock, two)
    await beat(clock, two, seconds=LOST_SECONDS)
    one.leases.lost(min(one.buckets))  # by a commit that was refused
    await beat(clock, one)
    assert one.buckets == set()
    for _ in range(3):
        await beat(clock, two, one)
    assert len(one.buckets) == len(two.buckets) == BUCKETS // 2
    told = warned(caplog)
    assert told == ["others have taken 128 of 256 buckets over: this process was away for too long"]


async def test_one_that_stops_says_what_it_has_lost_since_its_last_beat(
    processes: list[Process], clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    one = processes[0]
    await beat(clock, one)
    one.leases.lost(0)
    await one.leases.stop()
    told = warned(caplog)
    assert told == ["others have taken 1 of 256 buckets over: this process was away for too long"]


async def test_one_that_stops_leaves_its_share_at_once(processes: list[Process], clock: VirtualClock) -> None:
    one, two, _ = processes
    for _ in range(3):
        await beat(clock, one, two)
    await one.leases.stop()
    assert one.buckets == set()
    await beat(clock, two, seconds=0)
    assert two.buckets == set(range(BUCKETS))


async def test_of_many_that_want_one_bucket_one_gets_it(processes: list[Process], clock: VirtualClock) -> None:
    await asyncio.gather(*(process.leases.beat() for process in processes))
    for _ in range(5):
        clock.advance(timedelta(seconds=BEAT_SECONDS))
        await asyncio.gather(*(process.leases.beat() for process in processes))
        held = [bucket for process in processes for bucket in process.buckets]
        assert len(held) == len(set(held))
    assert sorted(held) == list(range(BUCKETS))


async def test_clocks_are_never_compared(database: Database, clock: VirtualClock) -> None:
    behind = VirtualClock(clock.now() - timedelta(days=1))
    one, two = Process(database, behind), Process(database, clock)
    for _ in range(4):
        await beat(behind, one)
        await beat(clock, two)
    assert len(one.buckets) == len(two.buckets) == BUCKETS // 2


async def test_a_bucket_with_work_under_way_is_given_back_when_that_is_done(
    processes: list[Process], clock: VirtualClock
) -> None:
    one, two, _ = processes
    await beat(clock, one)
    one.busy = {BUCKETS - 1}
    await beat(clock, two, one, two)
    assert not one.leases.has(BUCKETS - 1)
    assert await one.may_write(BUCKETS - 1)
    assert not two.leases.has(BUCKETS - 1)
    one.busy = set()
    await beat(clock, one, two)
    assert two.leases.has(BUCKETS - 1)
    assert not await one.may_write(BUCKETS - 1)


async def test_a_process_knows_that_it_is_alone_once_it_has_looked_twice(
    processes: list[Process], clock: VirtualClock
) -> None:
    one, two, _ = processes
    seen = []
    for others in ((), (), (), (two,), (), ()):
        await beat(clock, *others, seconds=0)
        await beat(clock, one)
        seen.append(one.leases.is_alone)
    assert seen == [False, True, True, False, False, False]
    await two.leases.stop()
    await beat(clock, one)
    assert not one.leases.is_alone
    await beat(clock, one)
    assert one.leases.is_alone


async def test_one_that_is_alone_doubts_more_seldom_what_it_knows(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is told of it need not doubt; what a command that was killed did not tell is found in the end."""
    monkeypatch.setattr("tasktalk.runtime.sharing.BEAT_SECONDS", 0.0)
    monkeypatch.setattr(Database, "is_told", True)
    one = Process(database, clock)
    await one.leases.beat()
    assert await words_of_beats(2 * (TRUSTED_BEATS + 1), one, clock) == 2 * [*[LOOK] * TRUSTED_BEATS, ""]
    monkeypatch.setattr(Database, "is_told", False)
    assert await words_of_beats(TRUSTED_BEATS, one, clock) == [""] * TRUSTED_BEATS


async def test_one_whose_beat_failed_does_not_know_that_it_is_alone(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasktalk.runtime.sharing.BEAT_SECONDS", 0.0)
    monkeypatch.setattr(Database, "is_told", True)
    one = Process(database, clock)
    await beat(clock, one, one)
    assert one.leases.is_alone

    async def fail() -> None:
        raise DatabaseError("the server does not answer")

    monkeypatch.setattr(one.leases, "beat", fail)
    assert await words_of_beats(2, one, clock) == ["", ""]
    assert not one.leases.is_alone


async def test_what_a_beat_that_was_cut_short_has_told_is_told_again(
    processes: list[Process], clock: VirtualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, commit = processes[0], database.commit

    async def cut_short(writes: WriteSet) -> None:
        await commit(writes)
        raise asyncio.CancelledError

    monkeypatch.setattr(database, "commit", cut_short)
    with pytest.raises(asyncio.CancelledError):
        await one.leases.beat()
    monkeypatch.undo()
    await beat(clock, one)
    assert len(one.buckets) == BUCKETS


async def test_two_beats_at_once_of_a_process_that_was_removed_are_no_conflict(
    processes: list[Process], clock: VirtualClock
) -> None:
    one, two, _ = processes
    await beat(clock, one, two)
    await beat(clock, two, seconds=LOST_SECONDS + 1)
    await beat(clock, two)
    await asyncio.gather(one.leases.beat(), one.leases.beat())
    await beat(clock, two, one)
    await beat(clock, two, one)
    assert one.buckets
    assert not one.buckets & two.buckets


async def test_nothing_is_told_where_nobody_is(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, heard = list[str](), list[str]()

    async def tell(words: Collection[str]) -> None:
        told.extend(words)

    monkeypatch.setattr(database, "tell", tell)
    sharing, one = Sharing(database, clock, heard.append, lambda _: None, list), Process(database, clock)
    sharing._leases = sharing._shared = one.leases
    for word in ("a", "b", "c"):
        sharing.tell(word)
        await beat(clock, one)
    assert told == ["a", "b"]  # until it has looked twice
    sharing._hear("look")
    sharing.tell("d")
    await beat(clock, one)
    assert (told, heard) == (["a", "b", "d"], ["look"])


async def test_who_is_told_nothing_is_told_when_another_begins(
    database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening = list[Callable[[str], None]]()

    async def listen(heard: Callable[[str], None]) -> bool:
        listening.append(heard)
        return True

    async def tell(words: Collection[str]) -> None:
        for heard in listening:
            for word in words:
                heard(word)

    monkeypatch.setattr(database, "listen", listen)
    monkeypatch.setattr(database, "tell", tell)
    heard = list[str]()
    one = Sharing(database, clock, heard.append, lambda _: None, list)
    two = Sharing(database, clock, lambda _: None, lambda _: None, list)
    await one.start()
    leases = one._shared
    assert leases is not None
    await leases.beat()
    await leases.beat()
    assert leases.is_alone
    heard.clear()
    await two.start()
    assert (heard, leases.is_alone) == ([LOOK], False)
    await two.stop()
    await one.stop()


async def test_who_has_lost_a_bucket_tells_again(
    processes: list[Process], database: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, _ = processes
    sharing = Sharing(database, clock, lambda _: None, lambda _: None, list)
    sharing._leases = sharing._shared = one.leases
    await beat(clock, one, one)
    assert one.leases.is_alone
    await beat(clock, two)
    await beat(clock, two, seconds=LOST_SECONDS)
    writes, told = WriteSet(), list[str]()

    async def tell(words: Collection[str]) -> None:
        told.extend(words)

    monkeypatch.setattr(database, "tell", tell)
    sharing.demand(writes, "cnv_1")
    with pytest.raises(Conflict) as conflict:
        await database.commit(writes)
    assert sharing.note(conflict.value, "cnv_1")
    sharing.tell("cnv_1")
    await asyncio.sleep(0)
    assert told == ["cnv_1"]
