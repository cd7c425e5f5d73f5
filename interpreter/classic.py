"""What READ and INPUT of classic listings need at run time."""

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import Value, numeral, text


def read_data(items: Value, place: int) -> Value:
    """The value of DATA in that place; an error when all have been read."""
    if not isinstance(items, list) or place >= len(items):
        raise ScriptError("out-of-data", "READ finds no more DATA", hint="add a DATA line, or RESTORE")
    return items[place]


def answer_parts(answer: Value) -> list[Value]:
    """The parts of an answer to an INPUT of several variables."""
    return [part.strip() for part in text(answer).split(",", current().entries // 2)]


def answer_lacks(parts: Value, place: int) -> bool:
    """The answer has no part in that place."""
    return not isinstance(parts, list) or place >= len(parts)


def answer_value(answer: Value, as_text: bool) -> Value:
    """A number where the answer spells one and its variable takes numbers; `007` stays a text."""
    if as_text or not isinstance(answer, str):
        return answer
    found = numeral(answer.strip())
    is_code = answer.strip().lstrip("-")[:1] == "0" and answer.strip().lstrip("-")[1:2].isdigit()
    return answer if found is None or is_code else found
