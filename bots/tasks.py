"""What `check` can say of a script's tasks before anything runs: words that no task knows, and how values are read."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from tasktalk.bots.times import commands, constant
from tasktalk.interpreter.errors import Diagnostic, Refused, nearest
from tasktalk.interpreter.nodes import Argument, Command, Name, Number, Pair, Script
from tasktalk.interpreter.unparse_expressions import expression
from tasktalk.runtime.keywords.create_automation import happens
from tasktalk.runtime.schedules import dated, next_time
from tasktalk.runtime.tasks import arguments, due
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES, priority_of, status_of, status_word

_Reader = Callable[[str, datetime], object]


def _status(word: str, now: datetime) -> object:
    return _known(lambda: status_of(status_word(word)), word, STATUSES)


def _priority(word: str, now: datetime) -> object:
    return _known(lambda: priority_of(word), word, (*PRIORITIES, "critical"))


def _due(words: str, now: datetime) -> object:
    return due.required(words, now)


def _happens(word: str, now: datetime) -> object:
    return happens(word)


def _times(words: str, now: datetime) -> object:
    return next_time(dated(words, now, "UTC"), now, "UTC")


def _known(read: Callable[[], object], word: str, words: tuple[str, ...]) -> object:
    try:
        return read()
    except Refused as refused:
        near = nearest(word, words)
        raise Refused(refused.code, refused.message, f'did you mean "{near}"?' if near else None) from None


_CLAUSES: Mapping[str, Mapping[str, _Reader]] = {
    "CREATE TASK": {"PRIORITY": _priority, "DUE": _due, "WITH STATUS": _status},
    "CREATE TASK FROM TEMPLATE": {"PRIORITY": _priority, "DUE": _due},
    "CREATE TEMPLATE": {"PRIORITY": _priority},
    "CREATE AUTOMATION": {"PRIORITY": _priority, "ON TASK": _happens, "ON SCHEDULE": _times},
    "FIND TASKS": {"PRIORITY": _priority, "STATUS": _status, "DUE BEFORE": _due, "DUE AFTER": _due},
}
_SECOND_VALUE: Mapping[str, _Reader] = {
    "SET TASK STATUS": _status,
    "SET TASK PRIORITY": _priority,
    "SET TASK DUE DATE": _due,
}
_NAMES = {"ASSIGN TO": "assignee", "WITH STATUS": "status", "IN PROJECT": "project", "IN SPACE": "space"}


def unknown_words(script: Script, now: datetime) -> Iterator[Diagnostic]:
    """Constants that no task can have as its status, priority or due date."""
    for command in commands(script):
        for argument, reader in _read_by(command):
            is_word = reader is _happens and isinstance(argument, Name)
            text = argument.name if is_word and isinstance(argument, Name) else constant(argument)
            if text is None:
                continue
            try:
                reader(text, now)
            except Refused as refused:
                code = "invalid-schedule" if reader is _times else "unknown-word"
                yield Diagnostic(code, refused.message, argument.span, refused.hint)


def readings(script: Script, now: datetime) -> Iterator[tuple[int, str]]:
    """Of each CREATE TASK its line, and what each of its values is taken for."""
    for command in commands(script):
        if command.phrase == "CREATE TASK" and command.arguments:
            shown = [f"title {_written(command.arguments[0])}", *_positional(command, now)]
            for clause in command.clauses:
                name = _NAMES.get(clause.word, clause.word.lower().replace("due", "due date"))
                shown.append(f"{name} {', '.join(map(_written, clause.arguments))}")
            yield command.span.line, ", ".join(shown)


def _positional(command: Command, now: datetime) -> Iterator[str]:
    more = command.arguments[1:]
    texts = [_value(argument) for argument in more]
    try:
        # What is known only when the script runs stands as a text that could be anybody.
        taken = arguments.read([f"\0{i}" if text is None else text for i, text in enumerate(texts)], now)
    except Refused as refused:
        yield refused.message
        return
    for i, (argument, text) in enumerate(zip(more, texts, strict=True)):
        given = f"\0{i}" if text is None else text
        name = next((name for name, value in taken.items() if value == given), "nothing")
        told = name.replace("due", "due date")
        yield f"{_written(argument)}: by what it is, else {told}" if text is None else f"{told} {_written(argument)}"


def _written(argument: Argument) -> str:
    if isinstance(argument, Pair):
        return f"{expression(argument.left)} {argument.word} {expression(argument.right)}"
    return expression(argument)


def _value(argument: Argument) -> str | None:
    return str(argument.value) if isinstance(argument, Number) else constant(argument)


def _read_by(command: Command) -> Iterator[tuple[Argument, _Reader]]:
    for clause in command.clauses:
        reader = _CLAUSES.get(command.phrase, {}).get(clause.word)
        if reader is not None:
            yield from ((argument, reader) for argument in clause.arguments)
    if command.phrase in _SECOND_VALUE and len(command.arguments) > 1:
        yield command.arguments[1], _SECOND_VALUE[command.phrase]
    if command.phrase == "CREATE TASK":
        yield from ((argument, _not_nearly_a_date) for argument in command.arguments[1:])


def _not_nearly_a_date(words: str, now: datetime) -> object:
    wrong = due.refusal(words) if arguments.kind_of(words, now) is None else None
    if wrong is not None:
        raise wrong
    return None
