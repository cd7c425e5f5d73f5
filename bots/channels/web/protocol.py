"""What the web chat's pages and this server tell each other, the same over every way in.

The page says who it is and the number of the last message that it has; it gets every later one, in order, and again
after the next connect. What it says has an id of its own, so that saying it again changes nothing. The first hello of a
contact starts the talk. All frames are JSON objects with a `type`: hello and say come in; welcome, message, typing and
error go out.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, StrictInt, StrictStr

from tasktalk.bots.channels.texts import storable
from tasktalk.runtime.ports import Message

START: Final = "start"
"""The id of the message that opens a conversation: nobody wrote it, so it has no text."""
MAX_FRAME_BYTES: Final = 64 * 1024
MAX_UNREAD_TURNS: Final = 100
"""How many messages of one page may wait for their turns."""

UNREADABLE: Final = "That message could not be read."
TOO_MANY: Final = "Too many messages at once: please wait."

Frame: TypeAlias = Mapping[str, Any]
Contact: TypeAlias = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_-]{20,80}$")]
"""The page's secret: whoever knows it reads along."""
After: TypeAlias = Annotated[StrictInt, Field(ge=0, le=2**53)]
"""The number of the last message that the page has."""


class Hello(BaseModel):
    """The first frame."""

    type: Literal["hello"]
    contact: Contact
    after: After = 0


class Said(BaseModel):
    """What the person wrote."""

    id: Annotated[StrictStr, Field(min_length=8, max_length=80), AfterValidator(storable)]
    text: Annotated[StrictStr, Field(min_length=1, max_length=8_000), AfterValidator(storable)]


class Say(Said):
    """The same as a frame."""

    type: Literal["say"]


WELCOME: Final[Frame] = {"type": "welcome"}


def typing(is_typing: bool) -> Frame:
    """Whether the bot is to be shown at work."""
    return {"type": "typing", "is_typing": is_typing}


def error(message: str, message_id: str | None = None) -> Frame:
    """That a frame was not taken, with its id if it had one."""
    return {"type": "error", **({} if message_id is None else {"id": message_id}), "message": message}


def told(message: Message) -> Frame:
    """A message as the page gets it."""
    return {
        "type": "message",
        "sequence": message.sequence,
        "direction": message.direction,
        "id": message.provider_id,
        "text": message.text,
        "files": message.files,
        "suggestions": message.suggestions,
        "is_secret": message.is_secret,
        "at": message.created_at.isoformat(),
    }
