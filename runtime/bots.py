"""The bots: folders of scripts, compiled when they are first needed and again when a file has changed.

A script that does not parse takes nothing else down. One that was good before its last edit goes on as it was.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from tasktalk.interpreter.errors import NotRunnable, Refused, nearest
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.limits import Limits, current
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.source import script_text
from tasktalk.runtime.program_cache import ProgramCache
from tasktalk.runtime.turn import PREDEFINED

START = "start.bas"
LOOK_EVERY = timedelta(seconds=1)

_log = logging.getLogger("tasktalk.bots")
_Stamp: TypeAlias = tuple[int, int]


class UnknownProgram(Exception):
    """A program is pinned by a session, and its source is not in memory: the engine fetches it from the store."""

    def __init__(self, program_id: str) -> None:
        super().__init__(program_id)
        self.program_id = program_id


@dataclass(slots=True)
class _Script:
    """A file as it was last read; `program` is the newest version of it that could be compiled."""

    stamp: _Stamp | None = None
    program: Program | None = None
    problem: NotRunnable | None = None


@dataclass(frozen=True, slots=True)
class _Bot:
    folder: Path
    start: str
    scripts: dict[str, _Script] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """As `_scripts` has found them; only where nobody edits."""


class Bots:
    """All bots of a server. Cheap to ask: a script that has not changed costs a look at its file's time.

    `limits` hold for all their scripts; without them, those that are in force where the bots are made.
    """

    def __init__(self, keywords: Keywords, cache: ProgramCache | None = None, limits: Limits | None = None) -> None:
        self.limits = limits or current()
        self._keywords, self._cache = keywords, cache or ProgramCache()
        self._folder: Path | None = None
        self._bots: dict[str, _Bot] = {}
        self._programs: dict[str, Program] = {}
        self._unreadable: set[tuple[str, str]] = set()  # those of which the log tells already
        self._looked_at: datetime | None = None
        self.compiled: list[tuple[str, Program]] = []
        """Every version of every script that was ever compiled here, as (bot, program), in order."""
        self.edition = 0
        """Grows whenever a script is read that is new or has changed."""
        self.follows_edits = True
        """Whether files are looked at again: what is played in no time has nobody who edits meanwhile."""

    @classmethod
    def load(
        cls, folder: Path, keywords: Keywords, cache: ProgramCache | None = None, limits: Limits | None = None
    ) -> "Bots":
        """Each folder in `folder` that has a start.bas is a bot. What is wrong stands in `problems()`."""
        bots = cls(keywords, cache, limits)
        bots._folder = folder
        bots.refresh()
        return bots

    @classmethod
    def single(
        cls, script: Path, keywords: Keywords, name: str | None = None, cache: ProgramCache | None = None
    ) -> "Bots":
        """One bot, whose talk begins in `script`; the scripts beside it can be called, and are read when they are."""
        bots = cls(keywords, cache)
        bot = name or script.stem
        bots._bots[bot] = _Bot(script.parent, script.name)
        bots._read(bot, script.name)
        return bots

    def names(self) -> list[str]:
        """The bots' names in their order."""
        return sorted(self._bots)

    def is_bot(self, name: str) -> bool:
        """Whether there is a bot of this name; a folder that came later counts."""
        return self._find(name) is not None

    def check_bot(self, name: str) -> None:
        """Refuses `unknown-bot`."""
        self._bot(name)

    def check_script(self, bot: str, name: str) -> None:
        """Refuses `unknown-bot` or `unknown-script`; one with errors counts, as they can be mended."""
        self._file_name(bot, name)

    def has_script(self, bot: str, file: str) -> bool:
        """Whether there is such a bot, and a file of this name in its folder, be it a broken one."""
        known = self._find(bot)
        if known is None:
            return False
        if self.follows_edits:
            return file in _scripts(known.folder)
        if not known.files:
            known.files.update(_scripts(known.folder))
        return file in known.files

    def start(self, bot: str) -> Program:
        """The script in which a talk with the bot begins. Refuses like `script`."""
        return self.script(bot, self._bot(bot).start)

    def script(self, bot: str, name: str) -> Program:
        """The newest good version of a script. Refuses `unknown-bot`, `unknown-script` or `broken-script`."""
        found = self._read(bot, self._file_name(bot, name))
        if found.program is None:
            raise Refused("broken-script", f'the script "{name}" of the bot {bot} has errors')
        return found.program

    def by_id(self, program_id: str) -> Program:
        """The program of this id, be its file changed or gone. Raises UnknownProgram when it is not in memory."""
        if program_id not in self._programs:
            raise UnknownProgram(program_id)
        return self._programs[program_id]

    def restore(self, program_id: str, name: str, source: str) -> None:
        """Compiles a source that the store kept, so that `by_id` finds it. Raises NotRunnable."""
        self._programs[program_id] = self._cache.program(source, self._keywords, name, PREDEFINED, self.limits)

    def scripts(self, bot: str) -> "BotScripts":
        """The scripts that one bot's programs can call."""
        return BotScripts(self, bot)

    def problems(self) -> list[tuple[str, NotRunnable]]:
        """The bots' broken scripts, as (bot, what is wrong)."""
        return [
            (name, script.problem)
            for name, bot in sorted(self._bots.items())
            for _, script in sorted(bot.scripts.items())
            if script.problem
        ]

    def unreadable(self) -> set[str]:
        """The bots that have a script which cannot be read."""
        return {bot for bot, _ in self._unreadable}

    def programs(self) -> Iterator[tuple[str, Program]]:
        """Every good script, as (bot, program)."""
        for name, bot in sorted(self._bots.items()):
            for _, script in sorted(bot.scripts.items()):
                if script.program:
                    yield name, script.program

    def look(self, now: datetime) -> bool:
        """Follows what was edited, came or went in the folder of the bots; whether anything did.

        However often it is called, it looks once in LOOK_EVERY, and at once when the clock was set back. Of a single
        bot it looks at the scripts that were read: those beside it count when they are called.
        """
        was_just_looked_at = self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_EVERY
        if was_just_looked_at or not self.follows_edits:
            return False
        before, self._looked_at = self.edition, now
        self.refresh()
        return self.edition != before

    def refresh(self) -> None:
        """Looks at every script of every bot, and forgets those whose files are gone."""
        if self._folder is None:
            for name, bot in self._bots.items():
                self._read_all(name, list(bot.scripts))
            return
        with suppress(OSError):  # a folder that cannot be read for a moment
            for name in sorted(path.name for path in self._folder.iterdir()):
                self._find(name)
        for name, bot in list(self._bots.items()):
            files = _files(bot.folder)
            if bot.start not in files:
                _log.warning("the bot %s has no %s any more: it is served no longer", name, bot.start)
                del self._bots[name]
                self.edition += 1
                continue
            self._read_all(name, sorted(files))
            for gone in bot.scripts.keys() - files:
                del bot.scripts[gone]
                self.edition += 1

    def _read_all(self, bot: str, files: Iterable[str]) -> None:
        for file in files:
            try:
                self._read(bot, file)
            except Refused as refused:
                self._tell_once(bot, file, refused.message)
            else:
                self._unreadable.discard((bot, file))

    def _tell_once(self, bot: str, file: str, problem: str) -> None:
        if (bot, file) not in self._unreadable:
            _log.warning("%s: %s", bot, problem)
        self._unreadable.add((bot, file))

    def _bot(self, name: str) -> _Bot:
        bot = self._find(name)
        if bot is None:
            near = nearest(name, self._bots)
            raise Refused("unknown-bot", f'there is no bot "{name}"', f'did you mean "{near}"?' if near else None)
        return bot

    def _find(self, name: str) -> _Bot | None:
        if name in self._bots:
            return self._bots[name]
        if self._folder is None or not name or name.startswith(".") or Path(name).name != name or "\0" in name:
            return None
        folder = self._folder / name
        if not _is_short(name):
            return None
        try:
            if not (folder / START).is_file():
                return None
        except OSError as problem:
            self._tell_once(name, START, _why_not(problem, name, START))
            return None
        return self._bots.setdefault(name, _Bot(folder, START))

    def _file_name(self, bot: str, name: str) -> str:
        """The file that is meant: the ending may be left out, and letters may be of either case."""
        known = self._bot(bot)
        is_known = name == known.start or (not self.follows_edits and name in known.scripts)
        return name if is_known else file_name(known.folder, name, bot)  # a single bot's first may end in anything

    def _read(self, bot: str, file: str) -> _Script:
        path = self._bot(bot).folder / file
        script = self._bots[bot].scripts.setdefault(file, _Script())
        if script.stamp is not None and not self.follows_edits:
            return script
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == script.stamp:
                return script
            raw = path.read_bytes()
        except OSError as problem:
            if script.program:
                return script
            del self._bots[bot].scripts[file]
            raise Refused("unknown-script", _why_not(problem, bot, file)) from None
        is_edited = script.stamp is not None
        script.stamp, script.problem = stamp, None
        self.edition += 1
        try:
            source, unreadable = script_text(raw)
            if unreadable:
                raise NotRunnable(file, source, unreadable)
            script.program = self._cache.program(source, self._keywords, file, PREDEFINED, self.limits)
            self._programs[script.program.id] = script.program
            self.compiled.append((bot, script.program))
            for found in script.program.diagnostics:  # a keyword that nobody has: it fails only where it is run
                _log.warning("%s", found.render(f"{bot}/{file}", source))
            if is_edited:
                _log.info("%s/%s has changed: what begins from now on has the new version", bot, file)
        except NotRunnable as problem:
            script.problem = problem
            for found in problem.diagnostics:
                _log.error("%s", found.render(f"{bot}/{file}", problem.source))
            if script.program is not None:
                _log.error("%s/%s: until that is mended, all talks have the version before", bot, file)
        return script


@dataclass(frozen=True, slots=True)
class BotScripts:
    """The scripts of one bot, as a session asks for them."""

    bots: Bots
    bot: str

    def by_name(self, name: str) -> Program:
        """Refuses `unknown-script` or `broken-script`."""
        return self.bots.script(self.bot, name)

    def by_id(self, program_id: str) -> Program:
        """Raises UnknownProgram."""
        return self.bots.by_id(program_id)


def file_name(folder: Path, name: str, bot: str) -> str:
    """The file that is meant: without its ending or in other letters, too. Refuses `unknown-script`."""
    if is_address(name):
        way_out = "a bot runs only scripts of its own folder: put the file there, and write its name"
        raise Refused("unknown-script", f'"{name}" is an address, and no script of the bot {bot}', way_out)
    wanted = name if name.lower().endswith(".bas") else name + ".bas"
    if Path(wanted).name == wanted and "\0" not in wanted and _is_short(wanted) and (folder / wanted).is_file():
        return wanted
    files = _scripts(folder)
    if wanted.lower() in files:
        return files[wanted.lower()]
    last = Path(wanted).name.lower()
    near = last if last in files else nearest(wanted, files)
    hint = f'did you mean "{files[near]}"?' if near else None
    raise Refused("unknown-script", f'the bot {bot} has no script "{name}"', hint)


def unfinished(folder: Path) -> dict[str, str]:
    """The folders in it that have scripts and are no bots, by name, each with what it lacks."""
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return {}
    lacking = {path.name: files for path in inside if (files := _scripts(path)) and START not in files.values()}
    return {
        name: f"a bot begins with {START}" + (f": rename {files[START]}" if START in files else ", which is not there")
        for name, files in lacking.items()
    }


def _scripts(folder: Path) -> dict[str, str]:
    """The names of the files by their names in small letters."""
    try:
        return {path.name.lower(): path.name for path in folder.iterdir() if path.name.endswith(".bas")}
    except OSError:
        return {}


def _files(folder: Path) -> set[str]:
    """The names of the scripts in a folder, those too that cannot be read; none where it is gone or closed."""
    try:
        found = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return set()
    return {path.name for path in found if path.name.endswith(".bas") and _may_be_file(path)}


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:  # it leads into a closed folder; who reads it says so
        return True


def _why_not(problem: OSError, bot: str, file: str) -> str:
    """Why a script is not read."""
    if isinstance(problem, FileNotFoundError):
        return f'the bot {bot} has no script "{file}"'
    reason = "this user may not read it" if isinstance(problem, PermissionError) else problem.strerror
    return f'the script "{file}" of the bot {bot} cannot be read: {reason}'


def is_address(name: str) -> bool:
    """Whether a script's name is that of something on the web."""
    return "://" in name


def _is_short(name: str) -> bool:
    """Whether a file can have this name: asking for a longer one is an error of the system's."""
    return len(name.encode("utf-8", "surrogatepass")) <= 255
