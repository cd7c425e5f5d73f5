"""What the work under way is about, for whoever writes to the log: ids, and the secrets that must not get there.

It follows the work through everything that it awaits, and ends with it.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from contextvars import ContextVar, Token

HIDDEN = "••••••••"
"""What stands where a secret stood."""
_SESSIONS = 10_000
_SHORT = 4


class about:  # noqa: N801 - it is used like a function
    """What is done inside is about these alone.

    A class, since every turn enters one, and a generator is slower at that.
    """

    __slots__ = ("_token", "ids", "secrets")

    _token: Token["about | None"]

    def __init__(self, **ids: str) -> None:
        self.ids = ids
        self.secrets: set[str] = set()

    def __enter__(self) -> None:
        self._token = _about.set(self)

    def __exit__(self, *_: object) -> None:
        _about.reset(self._token)


_about: ContextVar[about | None] = ContextVar("about", default=None)


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
