"""What the work under way is about, for whoever writes to the log: ids, and the secrets that must not get there.

It follows the work through everything that it awaits, and ends with it.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field

HIDDEN = "••••••••"
"""What stands where a secret stood."""
_SESSIONS = 10_000
_SHORT = 4


@dataclass(slots=True)
class _About:
    ids: dict[str, str]
    secrets: set[str] = field(default_factory=set)


_about: ContextVar[_About | None] = ContextVar("about", default=None)


class _Inside:
    """A class, since every turn enters one, and a generator is slower at that."""

    __slots__ = ("_found", "_token")

    _token: Token[_About | None]

    def __init__(self, found: _About) -> None:
        self._found = found

    def __enter__(self) -> None:
        self._token = _about.set(self._found)

    def __exit__(self, *_: object) -> None:
        _about.reset(self._token)


def about(**ids: str) -> AbstractContextManager[None]:
    """What is done inside is about these alone."""
    return _Inside(_About(ids))


def note(**ids: str) -> None:
    """More that is known of it by now."""
    if found := _about.get():
        found.ids.update(ids)


def ids() -> Mapping[str, str]:
    """What the work under way is about; nothing where nobody said."""
    found = _about.get()
    return found.ids if found else {}


def without_secrets(text: str) -> str:
    """The text with bullets for each secret of the work under way."""
    found = _about.get()
    for secret in sorted(found.secrets, key=len, reverse=True) if found else ():
        if len(secret) < _SHORT:  # a word of its own only, or a secret of one letter would hide the whole text
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", HIDDEN, text)
        else:
            text = text.replace(secret, HIDDEN)
    return text


class Secrets:
    """What contacts answered where nobody is to see it, by session: in memory alone, to keep it out of logs and errors.

    A process that was started anew does not know what was answered before.
    """

    def __init__(self) -> None:
        self._by_session: OrderedDict[str, set[str]] = OrderedDict()

    def resume(self, session_id: str, given: str | None) -> None:
        """The work under way is a turn of this session; `given` is a secret that it is answered now."""
        known = self._by_session.get(session_id, set())
        if given is not None:
            known = known | {form for form in (given, given.strip()) if form}
        if not known:
            return
        self._by_session[session_id] = known
        self._by_session.move_to_end(session_id)
        while len(self._by_session) > _SESSIONS:
            self._by_session.popitem(last=False)
        if found := _about.get():
            found.secrets |= known
