"""What a script gets of another service's answer: JSON as the value that it spells, anything else as a text."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tasktalk.interpreter.errors import Refused, ScriptError
from tasktalk.interpreter.library.conversion import from_json
from tasktalk.interpreter.limits import current

_SHOWN = 200
_HINTS = {
    401: 'write SET HEADER "Authorization", … before it; a header holds until the script waits',
    403: 'write SET HEADER "Authorization", … before it; a header holds until the script waits',
    404: "is the address right?",
}
_LATER = "try it again later, and write TRY … CATCH around it"


class WrongAnswer(Refused):
    """A status that is no success."""

    def __init__(self, code: str, message: str, hint: str | None, status: int) -> None:
        super().__init__(code, message, hint)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, its body read as text."""

    host: str
    status: int
    is_json: bool
    text: str

    def value(self, verb: str) -> Any:
        """What the script gets. Refuses `http-error` for a status that is no success, and `limit`.

        The message names the host alone: the rest of a web address may hold secrets.
        """
        if not 200 <= self.status < 300:
            shown = " ".join(self.text.split())
            shown = "" if shown.startswith("<") else shown[: _SHOWN - 1] + "…" if len(shown) > _SHOWN else shown
            said = f"{self.host} answered {self.status} {_phrase(self.status)}".rstrip() + f" to {verb}"
            hint = _HINTS.get(self.status, _LATER if self.status >= 500 or self.status == 429 else None)
            raise WrongAnswer("http-error", f"{said}: {shown}" if shown else said, hint, self.status)
        if not self.text:
            return None
        if self.is_json:
            try:
                return from_json.body(self.text)
            except ScriptError as error:
                if error.code != "invalid-json":
                    raise Refused(error.code, f"what {self.host} answered is too much: {error}") from None
        if len(self.text) > current().text:
            raise too_long(self.host)
        return self.text


def too_long(host: str) -> Refused:
    """What is said of an answer past the limit."""
    return Refused("limit", f"what {host} answered is too long", "ask for less, or for a part at a time")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
