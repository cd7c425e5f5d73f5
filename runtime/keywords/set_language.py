"""SET LANGUAGE."""

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers import KINDS
from tasktalk.runtime.turn import Turn


@keyword("SET LANGUAGE <language>", returns="nothing")
def set_language(turn: Turn, language: Value) -> None:
    """Notes the person's language, by its name or its code ("Portuguese", "pt", "pt-BR"), for all further talks.

    HEAR reads numbers and dates as they are written in it, and says in it what it expects (in Portuguese, Spanish,
    French and German; else in English). FORMAT writes the names of months and days in it.

    Errors: unknown-language.

    Example:
        SET LANGUAGE "pt-BR"
        HEAR n AS INTEGER WITH "Quantos?"               ' bot: Quantos?
                                                        ' user: muitos
        ' bot: Por favor, responda com um número inteiro, como 3.
                                                        ' user: 1.234
        TALK n, " ", FORMAT("2026-03-31", "MMMM")       ' bot: 1234 março
    """
    found = KINDS["LANGUAGE"].read(values.text(language).strip(), turn.now())
    if found is None:
        shown = values.text(language)[:40]
        raise Refused("unknown-language", f'there is no language "{shown}"', 'write its name or its code, such as "pt"')
    turn.profile.language = values.text(found)
