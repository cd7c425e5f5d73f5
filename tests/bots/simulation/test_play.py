"""A simulation is the real server: the same runs at the same times, and nothing of it reaches the outside."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tasktalk.bots.assembly import language
from tasktalk.bots.simulation.calendar import Calendar, Entry
from tasktalk.bots.simulation.downs import Down
from tasktalk.bots.simulation.play import Plan, Simulation
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports
from tasktalk.runtime.tasks.notifications import Notifications, Setting
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import metadata
from tests.conftest import START
from tests.databases import url_of
from tests.stage import BOT, Stage

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
EVERY_QUARTER = 'SET SCHEDULE "every 15 minutes"\nTALK "again"\n'


def bots_of(folder: Path, scripts: Mapping[str, str]) -> Bots:
    for name, source in scripts.items():
        path = folder / "bots" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return Bots.load(folder / "bots", language())


async def simulated(folder: Path, script: str | Mapping[str, str], plan: Plan, seed: int | None = None) -> Calendar:
    scripts = {f"{BOT}/start.bas": script} if isinstance(script, str) else script
    return await Simulation(bots_of(folder, scripts), language(), plan, seed=seed).play()


def told(calendar: Calendar, kind: str) -> list[tuple[str, str]]:
    return [(f"{entry.at:%d %H:%M}", entry.text) for entry in calendar.entries if entry.kind == kind]


def planned(calendar: Calendar) -> list[datetime]:
    return sorted(entry.planned_at for entry in calendar.entries if entry.kind == "run" and entry.planned_at)


class LeapingClock(VirtualClock):
    """Time leaps to whatever the timekeeper waits for, once all turns are done; it stands still at `end`."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__(start)
        self.end, self.is_over = end, asyncio.Event()
        self.stage: Stage | None = None

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        if self.stage is None or wake is not self.stage.engine._timekeeper._woken:
            await wake.wait()
            return
        await self.stage.engine._workers.idle()
        if wake.is_set() or until is None:
            return
        if until <= self.end:
            self.advance_to(until)
        else:
            self.is_over.set()
            await wake.wait()


async def test_a_firing_is_looked_behind_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, glance = [0], Reader.glance

    async def counted(self: Reader, *given: Any) -> Any:
        looks[0] += 1
        return await glance(self, *given)

    monkeypatch.setattr(Reader, "glance", counted)
    calendar = await simulated(tmp_path, EVERY_QUARTER, Plan(MIDNIGHT, 1))
    assert calendar.counts["run"] == 96
    assert looks[0] <= 96 + 4  # at the beginning and at the end


async def test_its_firings_are_those_of_the_real_scheduler_on_a_fast_clock(tmp_path: Path) -> None:
    calendar = await simulated(tmp_path / "simulated", EVERY_QUARTER, Plan(START, 2))
    clock = LeapingClock(START, START + 2 * DAY)
    stage = Stage(tmp_path, clock)
    stage.write(EVERY_QUARTER)
    await stage.open()
    clock.stage = stage
    stage.engine.wake()
    await asyncio.wait_for(clock.is_over.wait(), 120)
    rows = await stage.rows("run")
    await stage.close()
    assert {row["status"] for row in rows} == {"completed"}
    assert (
        planned(calendar) == sorted(row["planned_at"] for row in rows) == [START + n * QUARTER for n in range(1, 193)]
    )
    assert calendar.counts == {"run": 192, "message": 192}


async def test_what_is_missed_while_the_server_is_down_is_told(tmp_path: Path) -> None:
    calendar = await simulated(tmp_path, EVERY_QUARTER, Plan(MIDNIGHT, 1, [Down.read("02:00-05:00")]))
    up = [MIDNIGHT + n * QUARTER for n in range(1, 97)]
    made_up = MIDNIGHT + timedelta(hours=5)
    assert planned(calendar) == [each for each in up if not 2 <= each.hour < 5 or each.day == 2]
    assert told(calendar, "down") == [("01 02:00", "is down until")]
    assert calendar.missed == 12
    [late] = [entry for entry in calendar.entries if entry.missed]
    assert (late.at, late.planned_at, late.text) == (made_up, made_up, "completed")


async def test_a_schedule_that_skips_what_it_missed_says_so(tmp_path: Path) -> None:
    script = 'SET SCHEDULE "0 3 * * *" MISFIRE "skip"\nTALK "again"\n'
    calendar = await simulated(tmp_path, script, Plan(MIDNIGHT, 2, [Down.read("02:00-05:00")]))
    assert planned(calendar) == []
    assert [entry.kind for entry in calendar.entries] == ["down", "skipped", "down", "skipped"]
    assert calendar.missed == 2


async def test_it_can_be_down_at_both_ends(tmp_path: Path) -> None:
    calendar = await simulated(tmp_path, 'SET SCHEDULE "hourly"\n', Plan(MIDNIGHT, 1, [Down.read("23:30-00:30")]))
    # The server is there for the first time at 00:30, and from then on it counts.
    assert planned(calendar) == [MIDNIGHT + timedelta(hours=n, minutes=30) for n in range(1, 23)]


async def test_waits_messages_and_failures_are_entries(tmp_path: Path) -> None:
    scripts = {
        f"{BOT}/start.bas": 'SET SCHEDULE "0 9 * * *"\nTALK "morning"\nWAIT 3600\nTALK "later"\n',
        "broken/start.bas": 'SET SCHEDULE "0 12 * * *"\nx = 1 / 0\n',
    }
    calendar = await simulated(tmp_path, scripts, Plan(MIDNIGHT, 1))
    assert told(calendar, "message") == [("01 09:00", "morning"), ("01 10:00", "later")]
    assert [(f"{e.at:%H:%M}", f"{e.until:%H:%M}") for e in calendar.entries if e.until] == [("09:00", "10:00")]
    [(at, text)] = told(calendar, "failed")
    assert at == "01 12:00"
    assert "zero" in text
    assert calendar.of(BOT).counts == {"run": 1, "message": 2, "wait": 1}


async def test_nothing_reaches_the_outside(tmp_path: Path) -> None:
    script = 'SET SCHEDULE "0 9 * * *"\nx = GET "https://example.org/secret?key=1"\nTALK "got " + x.price\n'
    calendar = await simulated(tmp_path, script, Plan(MIDNIGHT, 1))
    assert told(calendar, "web") == [("01 09:00", "GET example.org")]
    assert told(calendar, "message") == [("01 09:00", "got ")]


async def test_the_servers_own_network_is_refused_as_it_would_be(tmp_path: Path) -> None:
    script = 'SET SCHEDULE "0 9 * * *"\nx = GET "http://127.0.0.1:8080/"\n'
    calendar = await simulated(tmp_path, script, Plan(MIDNIGHT, 1))
    assert calendar.counts == {"failed": 1}


async def test_with_a_seed_chance_is_the_same_each_time(tmp_path: Path) -> None:
    script = 'SET SCHEDULE "every 2 hours"\nTALK "It is " + RANDOM(1000000)\n'
    first, again, other = [
        told(await simulated(tmp_path, script, Plan(MIDNIGHT, 1), seed), "message") for seed in (1, 1, 2)
    ]
    assert first == again != other
    assert len({text for _, text in first}) == len(first) == 12


async def test_it_ends_where_it_is_told_to_and_keeps_what_it_has(tmp_path: Path) -> None:
    bots = bots_of(tmp_path, {f"{BOT}/start.bas": EVERY_QUARTER})
    noon = MIDNIGHT + DAY / 2
    calendar = await Simulation(bots, language(), Plan(MIDNIGHT, 5), lambda now, turns: now < noon).play()
    assert not calendar.is_whole
    assert calendar.end == noon
    assert planned(calendar) == [MIDNIGHT + n * QUARTER for n in range(1, 49)]


# ---- a copy of the tasks and schedules that people have


async def filled(url: str) -> None:
    """Tasks of the tenth of February: one every six hours, one that falls due, one that is nobody's."""
    now = MIDNIGHT - 19 * DAY
    database = await Database.open(url)
    await Accounts(database, VirtualClock(now)).ensure_organisation()
    work = UnitOfWork(database, now)
    tasks = Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test"), Ports(lambda _: True))
    await tasks.create(NewTask(title="report", bot=BOT, schedule="every 6 hours"))
    await tasks.create(NewTask(title="paper", due_at=MIDNIGHT + DAY, tags=["urgent"]))
    await tasks.create(NewTask(title="other"))
    await work.commit()
    await database.close()


async def contents(url: str) -> dict[str, int]:
    database = await Database.open(url)
    async with database.read() as reader:
        found = {
            name: await reader.value(select(func.count().label("count")).select_from(table))
            for name, table in metadata.tables.items()
        }
    await database.close()
    return found


async def test_tasks_and_schedules_of_a_database_go_on_in_a_copy(tmp_path: Path) -> None:
    url = url_of(tmp_path / "live.db")
    await filled(url)
    before = await contents(url)
    calendar = await simulated(tmp_path, 'TALK "for " + task.title\n', Plan(MIDNIGHT, 1, db=url))
    hours = (0, 6, 12, 18, 24)
    assert planned(calendar) == [MIDNIGHT + timedelta(hours=hour) for hour in hours]
    assert {text for _, text in told(calendar, "message")} == {"for report"}
    assert [(e.subject, e.at) for e in calendar.entries if e.kind == "overdue"] == [("paper", MIDNIGHT + DAY)]
    assert calendar.missed == 0
    assert await contents(url) == before


async def test_mails_and_changes_of_tasks_are_of_the_bot_whose_tasks_they_are_about(tmp_path: Path) -> None:
    url, now = url_of(tmp_path / "live.db"), MIDNIGHT - DAY
    database = await Database.open(url)
    user = await Accounts(database, VirtualClock(now)).create_user("Bo", email="bo@example.com")
    work = UnitOfWork(database, now)
    actor = Actor(user.id, DEFAULT_ORGANISATION, "test")
    await Notifications(work, actor).set(Setting(channels=("in_app", "email")))
    await work.commit()
    await database.close()
    script = f'SET SCHEDULE "0 9 * * *"\nid = CREATE TASK "NAME" ASSIGN TO "{user.id}"\n'
    scripts = {f"{name}/start.bas": script.replace("NAME", name) for name in ("one", "two")}
    calendar = await simulated(tmp_path, scripts, Plan(MIDNIGHT, 1, db=url))
    mails = [(entry.bot, entry.text) for entry in calendar.entries if entry.kind == "mail"]
    assert mails == [(name, f"to bo@example.com: {name} assigned to you: {name}") for name in ("one", "two")]
    others = {entry.kind for entry in calendar.of("one").entries if "two" in f"{entry.subject} {entry.text}"}
    assert (others, calendar.of("one").counts) == (set(), {"run": 1, "task": 1, "notification": 2, "mail": 1})


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no database"):
        await simulated(tmp_path, EVERY_QUARTER, Plan(MIDNIGHT, 1, db=str(tmp_path / "none.db")))
    assert not (tmp_path / "none.db").exists()


def test_an_entry_tells_programs_only_what_it_has() -> None:
    entry = Entry(MIDNIGHT, "run", None, "a.bas", planned_at=MIDNIGHT)
    moment = "2026-03-01T00:00:00+00:00"
    assert entry.record() == {"at": moment, "kind": "run", "subject": "a.bas", "planned_at": moment}
