"""What scripts hand over to name tasks, and to say what goes with them."""

from collections.abc import Mapping, Sequence

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value


def task_id(value: Value) -> str:
    """The id in a value: the text itself, or the field `task_id` or `id` of a task's record.

    Raises Refused `task_not_found` when there is none in it.
    """
    if isinstance(value, dict):
        value = value.get("task_id") or value.get("id")
    found = values.text(value).strip() if isinstance(value, str | int) else ""
    if not found:
        raise Refused("task_not_found", "There is no task here: expected the id that CREATE TASK gave")
    return found


def tag_list(value: Value) -> list[Value]:
    """The tags in a value: a list, or a text with commas; none in null. What they may be, the tasks say."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    return [tag for tag in map(str.strip, values.text(value).split(",")) if tag]


def one_by_one(given: Sequence[Value]) -> list[Value]:
    """The values of a list of any length: those of a list in it stand there by themselves."""
    return [value for each in given for value in (each if isinstance(each, list) else [each])]


def context_of(about: Mapping[str, Value], given: Value) -> Value:
    """A task's context: what clauses say, and over it what the script does. What is no record the task refuses."""
    return {**about, **(given or {})} if given is None or isinstance(given, dict) else given
