"""What HEAR makes of an answer: an entry for each kind of answer, with what it expects and how it is read.

It knows no conversation: HEAR asks, refuses and counts; here a text becomes a value or it does not. The libraries that
read phones, dates and their kin are imported by the first answer that needs them.
"""

from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.parameters import Reader
from tasktalk.interpreter.values import Value
from tasktalk.runtime.answers import contacts, dates, documents, files, numbers, texts
from tasktalk.runtime.answers.kind import Kind
from tasktalk.runtime.answers.menu import Menu
from tasktalk.runtime.answers.phrases import Expected, shown

__all__ = ["KINDS", "Kind", "Menu", "reader"]

KINDS: dict[str, Kind] = {
    **texts.KINDS,
    **numbers.KINDS,
    **dates.KINDS,
    **contacts.KINDS,
    **files.KINDS,
    **documents.KINDS,
}


def reader(now: datetime) -> Reader:
    """How texts that a script is given are read at a moment: as answers of somebody whose language is not known.

    What may be kept only in part, such as the number of a card, stays as it is.
    """

    def read(name: str, written: str) -> Value:
        kind = KINDS[name]
        if kind.is_secret:
            raise KeyError(name)
        found = kind.of(written, now, None)
        if found is None:
            raise Refused("invalid-argument", shown(Expected(kind.expected)))
        return found

    return read
