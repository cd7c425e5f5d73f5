"""A small world for one script: a store and a clock, the real engine on them, and a person who talks to it."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tasktalk.bots.api.addresses import task_address
from tasktalk.bots.examples import Example
from tasktalk.bots.files.local import LocalFiles
from tasktalk.bots.virtual_time import pass_time
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.bots import START, Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.ports import Inbound, InboundFile, Message, Outside, TurnReport
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.templates import Templates
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.listing import TaskFilter

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When every stage's time begins: a Monday."""

BOT = "bot"

_CHANNEL, _CONTACT = "transcript", "person"


class Stage:
    """Opened, it has a person who has not said anything yet. `messages` are those said and not yet looked at.

    When it is rebuilt, engine and programs are made anew before every input, and nothing is kept but the store.
    """

    def __init__(self, script: Path, keywords: Keywords, *, is_rebuilt: bool, outside: Outside | None = None) -> None:
        self.clock = VirtualClock(BEGINNING)
        self.messages: list[Message] = []
        self.failed: list[TurnReport] = []
        self._script, self._keywords, self._is_rebuilt, self._outside = script, keywords, is_rebuilt, outside
        self._sessions: dict[str, TurnReport] = {}
        self._said_count = 0

    async def open(self) -> None:
        """Begins with an empty store."""
        self._database = await Database.open(":memory:")
        try:
            await self._build()
        except BaseException:
            await self._database.close()
            raise

    async def close(self) -> None:
        """Ends everything and removes the store."""
        await self._engine.stop()
        await self._database.close()

    async def say(self, text: str, files: Sequence[InboundFile] = ()) -> None:
        """One message of the person, and all that the bot does about it now. A file's reference is its link."""
        await self._rebuild()
        self._said_count += 1
        await self._engine.receive(Inbound(BOT, _CHANNEL, _CONTACT, text, f"said-{self._said_count}", files=files))
        await self._engine.settle()

    async def pass_time(self, until: datetime) -> None:
        """Goes on to a moment; what is due before it is done at its own time."""
        while self._is_rebuilt:
            await self._rebuild()
            due = await self._engine.next_due()
            if due is None or due > until:
                break
            await pass_time(self._engine, self.clock, due)
        await pass_time(self._engine, self.clock, until)

    async def change_task(self, title: str, status: str) -> None:
        """Sets the status of the newest task of this title, as somebody outside would. Raises Refused."""
        await self._rebuild()
        work = UnitOfWork(self._database, self.clock.now())
        tasks = Tasks(work, Actor("somebody", DEFAULT_ORGANISATION, "transcript"))
        found, _ = await tasks.page(TaskFilter(with_scheduled=True), "created_at", "desc", 1, 100)
        task = next((task for task in found if task.title == title), None)
        if task is None:
            there = ", ".join(f'"{task.title}"' for task in found) or "no tasks"
            raise Refused("task_not_found", f"there is no task of this title, but {there}")
        await tasks.update(task.id, {"status": status})
        await work.commit()
        self._engine.wake()
        await self._engine.settle()

    async def make_template(self, fields: Mapping[str, Any]) -> None:
        """Makes a template of tasks, as somebody outside would. Raises Refused."""
        work = UnitOfWork(self._database, self.clock.now())
        await Templates(Tasks(work, Actor("somebody", DEFAULT_ORGANISATION, "transcript"))).create(**fields)
        await work.commit()

    @property
    def is_hearing(self) -> bool:
        """Whether a script waits for what the person says."""
        return any(report.waits_for == "message" for report in self._sessions.values())

    @property
    def is_over(self) -> bool:
        """Whether no script is under way."""
        return not self._sessions

    @property
    def state(self) -> str:
        """What the script does, as the end of a sentence that begins with it."""
        if self.is_hearing:
            return "waits for an answer"
        for report in self._sessions.values():
            return f"waits until {report.until:%Y-%m-%d %H:%M:%S}" if report.until else "waits"
        return "failed" if self.failed else "has ended"

    async def _build(self) -> None:
        bots = Bots.single(self._script, self._keywords, BOT)
        beside = self._database.beside
        self._engine = Engine(
            self._database,
            self.clock,
            bots,
            self._keywords,
            task_address=task_address,
            outside=self._outside,
            files=None if beside is None else LocalFiles(beside),
        )
        self._engine.watch(self._watch)
        await self._engine.start()
        await self._engine.settle()

    async def _rebuild(self) -> None:
        if self._is_rebuilt:
            await self._engine.stop()
            await self._build()

    def _watch(self, report: TurnReport) -> None:
        if report.session_id is not None:
            self._sessions.pop(report.session_id, None)
            if report.status == "waiting":
                self._sessions[report.session_id] = report
        if report.status == "failed":
            self.failed.append(report)  # its one message is the apology, which no transcript has
        else:
            self.messages.extend(message for message in report.messages if message.direction == "out")


@contextmanager
def staged(example: Example, *, has_code: bool) -> Iterator[Path]:
    """The script to play, in a folder with the scripts that it can call.

    Without code the example is a talk with the bot in whose folder `tests` it lies. Raises Refused.
    """
    folder = example.path.resolve().parent
    bot = next(
        (f for f in (folder, folder.parent) if f == folder or folder.name == "tests" if (f / START).exists()), None
    )
    if not has_code:
        if bot is None:
            raise Refused("no-bot", f"there is no {START} beside the folder of this transcript")
        yield bot / START
        return
    with tempfile.TemporaryDirectory(prefix="tasktalk-") as place:
        is_script = example.path.suffix == ".bas"
        script = Path(place, example.path.name if is_script else START)
        for beside in _beside(example, bot or folder) if is_script else ():
            shutil.copy(beside, place)
        script.write_text(example.source, encoding="utf-8")
        yield script


def _beside(example: Example, folder: Path) -> Iterator[Path]:
    """The scripts that the example names, and those that these name, and so on."""
    scripts = {path.stem.lower(): path for path in folder.glob("*.bas")}
    found, todo = set[str](), [example.source]
    while todo:
        for word in re.findall(r"[\w-]+", todo.pop().lower()):
            if word in scripts and word not in found:
                found.add(word)
                todo.append(scripts[word].read_text(encoding="utf-8-sig", errors="replace"))
                yield scripts[word]
