"""What is wrong with a script: the language's findings, and those that only the runtime can know."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasktalk.bots.codes import WARNINGS
from tasktalk.bots.noqa import without_silenced
from tasktalk.bots.tasks import unknown_words
from tasktalk.bots.times import commands, constant, schedules, waits
from tasktalk.interpreter import parameters
from tasktalk.interpreter.errors import Diagnostic, Refused, Span, nearest
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.nodes import Argument, Command, Name, OnEvent, Script
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.phrases import STRUCTURE
from tasktalk.interpreter.program import check
from tasktalk.runtime.addressing import channel_fault, named_channel
from tasktalk.runtime.answers import KINDS
from tasktalk.runtime.bots import file_name, is_address
from tasktalk.runtime.declared import without_name
from tasktalk.runtime.occasions import STARTED
from tasktalk.runtime.turn import PREDEFINED

SILENCEABLE = frozenset(code for code in WARNINGS if not code.endswith("-noqa"))
SHOWN = 20
"""So many findings of a script are shown to a person at once."""

_MOST = 1000
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_SCRIPT_AT: Mapping[str, int] = {"CALL": 0, "SET SCHEDULE": 1, "RUN TASK": 1}
"""The place of a script's name among the values of a command."""
_RUNS = ("STEP", "CREATE AUTOMATION")
"""The commands that name a script behind RUN."""
_KINDS_OF: Mapping[str, Sequence[str]] = {"HEAR": list(KINDS), "PARAM": sorted({*KINDS, *parameters.KINDS})}


def scripts_under(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are named, and the scripts in the folders that are, hidden ones left out."""
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.bas"))
            yield from (p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts))
        else:
            yield path


def findings(
    source: str,
    keywords: Keywords,
    folder: Path | None = None,
    channels: Mapping[str, str | None] | None = None,
) -> list[Diagnostic]:
    """Everything that is wrong or doubtful, by place, but for warnings that a `noqa` comment silences.

    `folder` is where the script lies, with those that it can call; without it, only addresses are no scripts.
    `channels` are those of tasktalk.toml with the bot of each; without them, any may be there.
    """
    found = check(source, keywords, PREDEFINED, _MOST)
    script = parse(source, keywords.phrases)
    told = {finding.span.line for finding in found if finding.severity == "error"}
    of_the_runtime = [*_of_the_runtime(script), *_missing_scripts(script, folder)]
    if channels is not None:
        of_the_runtime += _missing_channels(script, folder, channels)
    more = [f for f in of_the_runtime if f.span.line not in told]
    return sorted(without_silenced([*found, *more], script.comments, SILENCEABLE), key=lambda finding: finding.span)


def record(path: Path, finding: Diagnostic) -> dict[str, object]:
    """The finding as programs read it."""
    line, column, end_line, end_column = finding.span
    return {
        "path": str(path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
    }


def _of_the_runtime(script: Script) -> Iterator[Diagnostic]:
    yield from (fault for schedule in schedules(script) if (fault := schedule.fault(_ANY_TIME)) is not None)
    yield from waits(script)
    yield from unknown_words(script, _ANY_TIME)
    yield from _unclosed_workflows(script)
    for node in _nodes(script.body):
        if isinstance(node, OnEvent) and STRUCTURE.get(node.phrase) == "ONEVENT" and node.phrase not in STARTED:
            yield _never_started(node)
        if not isinstance(node, Command):
            continue
        known = _KINDS_OF.get(node.phrase, ())
        for clause in node.clauses if known else ():
            kind = clause.arguments[0] if clause.word == "AS" and clause.arguments else None
            if isinstance(kind, Name) and kind.name.upper() not in (*known, "MENU"):
                yield _unknown_kind(node.phrase, kind, known)


def _missing_scripts(script: Script, folder: Path | None) -> Iterator[Diagnostic]:
    """Every script that a command names, and that is not beside this one."""
    beside = folder or Path()
    for argument in (argument for node in commands(script) for argument in _scripts_of(node)):
        name = constant(argument)
        if name is None or (folder is None and not is_address(name)):
            continue
        try:
            file_name(beside, name, beside.resolve().name)
        except Refused as refused:
            yield Diagnostic("missing-script", refused.message, argument.span, refused.hint)


def _missing_channels(script: Script, folder: Path | None, channels: Mapping[str, str | None]) -> Iterator[Diagnostic]:
    """Every address whose channel is not there, or is another bot's; who has written before is reached all the same."""
    bot = folder.resolve().name if folder is not None and (folder / "start.bas").is_file() else None
    for command in commands(script):
        who = constant(command.arguments[0]) if command.phrase == "TALK TO" and command.arguments else None
        channel = named_channel(who.strip()) if who is not None else None
        if channel is not None and (fault := channel_fault(channel, bot, channels, channels.get(channel))) is not None:
            yield Diagnostic("missing-channel", fault.message, command.arguments[0].span, fault.hint, "warning")


def _scripts_of(node: Command) -> Iterator[Argument]:
    """Where a command names scripts."""
    place = _SCRIPT_AT.get(node.phrase, len(node.arguments))
    named = node.arguments[place : place + 1]
    if (
        node.phrase == "SET SCHEDULE"
        and named
        and without_name(constant(node.arguments[0]), constant(named[0]))[1] is None
    ):
        named = []  # the first was only a name, and this one the times
    yield from named
    for clause in node.clauses if node.phrase in _RUNS else ():
        if clause.word == "RUN":
            yield from clause.arguments[:1]


def _unclosed_workflows(script: Script) -> Iterator[Diagnostic]:
    """Each CREATE WORKFLOW that no END WORKFLOW can belong to."""
    ends = 0
    for command in reversed(list(commands(script))):
        if command.phrase == "END WORKFLOW":
            ends += 1
        elif command.phrase == "CREATE WORKFLOW":
            ends -= 1
            if ends < 0:
                ends, hint = 0, "add END WORKFLOW after its last STEP"
                yield Diagnostic("unclosed-workflow", "this CREATE WORKFLOW is never closed", command.span, hint)


def _never_started(node: OnEvent) -> Diagnostic:
    span = node.span._replace(end_line=node.span.line, end_column=node.span.column + len(node.phrase))
    message = f"nothing raises {node.phrase.removeprefix('ON ')} yet: there are no tables that a script can write"
    hint = 'this body never runs; let whoever changes the table raise an event, and write ON EVENT "name"'
    return Diagnostic("never-started", message, span, hint, "warning")


def _unknown_kind(phrase: str, kind: Name, known: Sequence[str]) -> Diagnostic:
    near = nearest(kind.name, known)
    hint = f"did you mean {near}?" if near else f'it reads {", ".join(known)}, or choices: AS "small", "large"'
    return Diagnostic("unknown-kind", f"{phrase} cannot read {kind.name.upper()} yet", kind.span, hint)


def _nodes(root: object) -> Iterator[object]:
    """Everything below a tree's root, each once; iterative, so that depth is no limit."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, list | tuple) and not isinstance(node, Span):
            stack.extend(node)
        elif is_dataclass(node) and not isinstance(node, type):
            yield node
            stack.extend(getattr(node, field.name) for field in fields(node) if not field.name.endswith("span"))
