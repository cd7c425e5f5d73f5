"""HEAR: ask, wait for the answer however long, and take only an answer of the kind that was asked for."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused, nearest
from tasktalk.interpreter.host import JSON, Waiting
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import durations
from tasktalk.runtime.answers import KINDS, Menu, numbers
from tasktalk.runtime.answers.phrases import Expected, please, shown
from tasktalk.runtime.turn import SECRET, Turn

TRIES = 3

_TIMEOUT = f"[TIMEOUT <timeout> {durations.UNIT}]"

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")  # a kind is passed as its name in capitals
_NUMBER = re.compile(r"(#?)([0-9]{1,3})", re.ASCII)
_Question: TypeAlias = Mapping[str, JSON]


@keyword(
    f"HEAR [{{answer}}] [AS <kind:word>[, <choices>...]] [WITH <prompt>] [DEFAULT <default>] {_TIMEOUT}",
    f"HEAR <prompt> [AS <kind:word>[, <choices>...]] [DEFAULT <default>] {_TIMEOUT}",
    returns="any",
    bare=True,
)
async def hear(
    turn: Turn,
    kind: Value = "TEXT",
    choices: Sequence[Value] = (),
    prompt: Value = None,
    default: Value = None,
    timeout: Value = None,
    unit: Value = None,
) -> Waiting:
    """Waits for the person's answer, for as long as it takes, and gives it.

    `HEAR name` puts it into a variable, `name = HEAR "prompt"` asks first. `AS` says what kind of answer it must be:
    TEXT, INTEGER, NUMBER (or FLOAT, DECIMAL), MONEY (or CURRENCY, AMOUNT), BOOLEAN (yes or no), DATE, TIME (or HOUR; a
    text such as "14:30"), DATETIME, NAME, EMAIL, PHONE and MOBILE (with the country code), URL, POSTALCODE (or
    ZIPCODE), CEP, CPF, CNPJ, CREDITCARD, PASSWORD, COLOR (a text such as "#ff0000"), LANGUAGE (its code), JSON,
    LOCATION (a record with `latitude` and `longitude`), FILE, IMAGE, AUDIO, VIDEO and DOCUMENT (a link to it: the
    person sends the file, with words or without, or types a link), or a menu of choices. The answer is brought into one
    form: `Ana@EXAMPLE.com` becomes `Ana@example.com`. Times are UTC. "5pm" AS DATETIME is the next one that comes; of a
    day alone the time is asked for, and of "tomorrow at 5" whether that is in the morning or in the afternoon.

    Anything else is refused with a message that says what is expected; after three wrong answers the script gets the
    error `invalid-answer`, which TRY can catch. A choice may be answered in any case, by its number, or by a part that
    only one has; with `*` among the choices anything else is let through. One text alone is no choice but the question.
    `DEFAULT` is what an empty answer means.

    `TIMEOUT` is how long to wait, in seconds or the unit that is named. When that time is over the answer is NULL and
    TIMEDOUT is true; after an answer it is false. A wrong answer does not make the time longer.

    Without such a kind, a file that is sent is answered by the words below it, or by its link where there are none.
    FILES has all files that came with the latest answer: of each its `url`, `kind`, `name`, `type` and `size`.

    An answer AS PASSWORD or CREDITCARD is kept in no transcript: bullets stand there for it. Of a card only the last
    four digits come to the script.

    Example:
        name = HEAR "Who are you?"                      ' bot: Who are you?
                                                        ' user: Ana
        HEAR age AS INTEGER WITH "How old are you?"     ' bot: How old are you?
                                                        ' user: about forty
        ' bot: Please answer with a whole number, such as 3.
                                                        ' user: 40
        TALK "${name}, next year you are ${age + 1}."   ' bot: Ana, next year you are 41.
        HEAR size AS "small", "large"                   ' suggests: small | large
                                                        ' user: L
        ' bot: Please answer with one of these: small, large.
                                                        ' user: lar
        TALK size                                       ' bot: large
        HEAR more WITH "More?" TIMEOUT 2 HOURS          ' bot: More?
                                                        ' after: 2h
        IF TIMEDOUT THEN TALK "Until next time!"        ' bot: Until next time!
    """
    if _is_prompt(kind, choices) and prompt is None:
        kind, prompt = "TEXT", kind
    elif _is_prompted(kind, choices) and prompt is None:
        prompt, choices = choices[0], ()
    question = _question(kind, choices)
    if timeout is not None:
        pause = durations.length("HEAR", timeout, unit)
        if pause <= timedelta():
            raise Refused("invalid-duration", "the TIMEOUT of a HEAR must be more than 0")
        question["until"] = (turn.now() + pause).isoformat()
    if prompt is not None:
        turn.say(values.text(prompt))
    if default is not None:
        question["default"] = _kept(default)
    return _ask(turn, question)


@hear.on_resume
async def answered(turn: Turn, request: _Question, given: object) -> Value | Waiting:
    """The answer, if it is of the kind that was asked for; else the question once more, and in the end an error."""
    turn.timed_out = given is None
    if given is None:
        turn.files = ()
        return None
    text, is_ready = _taken(request, str(given).strip())
    if not text and "default" in request:
        return _given_back(request["default"])
    if is_ready and "choices" in request and text not in _choices(request):
        return text  # of ADD SUGGESTION, beside the menu
    answer, first = await _read(request, text, turn)
    if answer is not None:
        return answer
    expected = _expected(request, first)
    request = {**request, "first": first} if first or "first" in request else request
    tries = int(str(request.get("tries", 0))) + 1
    if tries >= TRIES:
        raise Refused(
            "invalid-answer", f"no usable answer came in {TRIES} tries: {shown(expected).rstrip('?')} was expected"
        )
    turn.say(please(expected, turn.language))
    return _ask(turn, {**request, "tries": tries})


def _is_prompt(kind: Value, choices: Sequence[Value]) -> bool:
    """One text alone is no choice: HEAR town AS "Where do you live?" asks that."""
    return isinstance(kind, str) and not choices and kind not in KINDS and not _NAME.fullmatch(kind)


def _is_prompted(kind: Value, choices: Sequence[Value]) -> bool:
    """HEAR n AS INTEGER "How many?", the WITH forgotten, is no menu of two."""
    only = choices[0] if len(choices) == 1 else None
    return isinstance(kind, str) and kind in KINDS and isinstance(only, str) and only.rstrip().endswith(("?", ":"))


def _question(kind: Value, choices: Sequence[Value]) -> dict[str, JSON]:
    """What is asked for, as the waiting session keeps it."""
    is_menu = kind == "MENU" and bool(choices)
    if isinstance(kind, str) and kind in KINDS and not choices:
        return {"kind": kind, **({SECRET: True} if KINDS[kind].is_secret else {})}
    if kind == "MENU" and not choices:
        raise Refused("missing-argument", "a MENU needs its choices", 'write AS MENU "small", "large"')
    if isinstance(kind, str) and not choices and _NAME.fullmatch(kind):
        near = nearest(kind, KINDS)
        hint = f"did you mean {near}?" if near else f'it reads {", ".join(KINDS)}, or a menu: AS "small", "large"'
        raise Refused("unknown-kind", f"HEAR knows no kind of answer {kind}", hint)
    return {"choices": _spelled(choices if is_menu else [kind, *choices])}


def _spelled(choices: Sequence[Value]) -> list[JSON]:
    """The choices as texts; a list among them stands for its entries."""
    flat = [entry for choice in choices for entry in (choice if isinstance(choice, list) else [choice])]
    return [values.text(choice) for choice in flat]


def _ask(turn: Turn, question: _Question) -> Waiting:
    offered = turn.offers
    if (menu := _menu(question)) is not None:
        question = {name: value for name, value in question.items() if name not in ("offers", "are_numbers")}
        for choice in menu.choices:
            turn.suggest(choice, choice)
    else:  # what was offered with the question before is in sight still, but nobody sees its numbers
        question = {name: value for name, value in question.items() if name != "are_numbers"}
    if offered and not question.get(SECRET):  # a password is taken as it is written
        offers: list[JSON] = [[offer["value"], offer["label"]] for offer in turn.offers]
        question = {**question, "offers": offers, **({"are_numbers": True} if turn.offers_numbers else {})}
    if question.get(SECRET):
        turn.ask_secretly()
    until = question.get("until")
    return Waiting(question, "message", None if until is None else datetime.fromisoformat(str(until)))


def _menu(question: _Question) -> Menu | None:
    return Menu.of(_choices(question)) if "choices" in question else None


def _choices(question: _Question) -> list[str]:
    choices = question.get("choices")
    return [str(choice) for choice in choices] if isinstance(choices, list) else []


def _taken(question: _Question, text: str) -> tuple[str, bool]:
    """What somebody says by this, and whether they took a ready answer: then it is the value of that.

    A number with a # before it comes from a button. A number alone is a ready answer where these stand as numbers, but
    not where a number is asked for: it is the answer then.
    """
    number = _NUMBER.fullmatch(text)
    given = question.get("offers")
    if not isinstance(given, list):
        return (number[2] if number and number[1] and "choices" in question else text), False
    offers = [(str(offer[0]), str(offer[1])) for offer in given if isinstance(offer, list)]
    place = int(number[2]) if number else 0
    placed = [offers[place - 1][0]] if 0 < place <= len(offers) else []
    by_value = [value for value, _ in offers if value == text]
    by_label = [value for value, label in offers if label == text]
    alike = [value for value, label in offers if _plain(text) in (_plain(label), _plain(value))]
    if question.get("are_numbers"):
        found = [*by_label, *(placed if question.get("kind") not in numbers.KINDS else []), *by_value, *alike]
    else:  # a button says the value, or what stands for it
        found = [*by_value, *(placed if number and number[1] else []), *by_label, *alike]
    return (found[0], True) if found else (text, False)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


async def _read(question: _Question, text: str, turn: Turn) -> tuple[Value, str | None]:
    """The answer, and the first part of one whose rest is missing."""
    if (menu := _menu(question)) is not None:
        return menu.read(text), None
    kind, before = KINDS[str(question["kind"])], question.get("first")
    if kind.takes is not None and turn.files:  # then what is written is about them, be it a link
        return kind.sent(turn.files), None
    given = (None if before is None else str(before), text, turn.now(), turn.language)
    return await asyncio.to_thread(kind.after, *given) if kind.is_slow else kind.after(*given)


def _expected(question: _Question, first: str | None) -> Expected:
    """What is expected now that there is no answer, but perhaps the first part of one."""
    menu = _menu(question)
    return KINDS[str(question["kind"])].expects(first) if menu is None else menu.expected


def _kept(default: Value) -> JSON:
    if isinstance(default, datetime):
        return {"date": default.isoformat()}
    if default is None or isinstance(default, bool | int | float | str):
        return default
    raise Refused("invalid-default", "the DEFAULT of a HEAR must be a text, a number, yes or no, or a date")


def _given_back(kept: JSON) -> Value:
    if isinstance(kept, dict):
        return datetime.fromisoformat(str(kept["date"]))
    return kept if isinstance(kept, bool | int | float | str) else None
