"""What an API answers when it does not do what was asked: a status, a stable code and a sentence.

How that is spelled on the wire is the dialect's.
"""

from collections.abc import Mapping

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.engine import Stopped
from tasktalk.storage.errors import DatabaseError

RETRY_SECONDS = 5
"""After how long a caller should come back; by then work that met no database is tried again, too."""

STATUS_OF_CODE: Mapping[str, int] = {
    "unauthorized": 401,
    "permission_denied": 403,
    "not_found": 404,
    "task_not_found": 404,
    "bot_not_found": 404,
    "conversation_not_found": 404,
    "message_not_found": 404,
    "automation_not_found": 404,
    "notification_not_found": 404,
    "webhook_not_found": 404,
    "session_not_found": 404,
    "unknown_form": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "invalid_transition": 409,
    "message_not_stuck": 409,
    "session_over": 409,
    "task_claimed": 409,
    "request_too_large": 413,
    "unsupported_media_type": 415,
    "internal": 500,
    "unavailable": 503,
}
"""Codes that are not answered with 400, which all others are."""


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self, code: str, message: str, headers: Mapping[str, str] | None = None, hint: str | None = None
    ) -> None:
        """`hint` is the way out, where there is one to tell."""
        super().__init__(message)
        self.code, self.message, self.headers, self.hint = code, message, dict(headers or {}), hint

    @classmethod
    def of(cls, refused: Refused) -> "Problem":
        """The answer for what the domain refused."""
        # The language spells its codes with hyphens, every task interface with underscores.
        return cls(refused.code.replace("-", "_"), refused.message, hint=refused.hint)

    @classmethod
    def while_away(cls, error: DatabaseError | Stopped) -> "Problem":
        """The answer while nothing can be written. The reason is for the log: anybody may ask."""
        what = "The server stops" if isinstance(error, Stopped) else "The database cannot be used at this moment"
        kept = "what was received is kept, and the same again, with the same id, changes nothing"
        return Problem("unavailable", f"{what}: {kept}; try it again", {"Retry-After": str(RETRY_SECONDS)})

    @property
    def sentence(self) -> str:
        """What is wrong, and the way out where there is one to tell."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return STATUS_OF_CODE.get(self.code, 400)
