"""What the web chat's pages and this server tell each other, the same over every way in.

The page says who it is and the number of the last message that it has; it gets every later one, in order, and again
after the next connect. What it says has an id of its own, so that saying it again changes nothing. The first hello of a
contact starts the talk. All frames are JSON objects with a `type`: hello and say come in; welcome, message, typing and
error go out. What a message says of its files came from `uploads.py`, to which their bytes were sent before.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.bodies import demand_something
from tasktalk.bots.channels.links import NOWHERE, PATH
from tasktalk.bots.channels.texts import storable
from tasktalk.runtime.ports import Message
from tasktalk.runtime.sent_files import MOST_FILES

START: Final = "start"
"""The id of the message that opens a conversation: nobody wrote it, so it has no text."""
MAX_FRAME_BYTES: Final = 64 * 1024
MAX_UNHEARD: Final = 100
"""How many messages of one contact may wait for their turns, over all pages and ways in."""

TOO_MANY: Final = "Too many messages at once: please wait."

Frame: TypeAlias = Mapping[str, Any]
CHOSEN: Final = "20 to 80 letters, digits, - and _ of your own choice"


def contact_of(secret: str) -> str:
    """As whom the bots know the page with this secret: it follows from the secret, and tells nothing of it."""
    return hashlib.sha256(f"web {secret}".encode()).hexdigest()[:32]


def _contact_of(secret: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,80}", secret, re.ASCII):
        raise PydanticCustomError("expected", f"expected contact to be {CHOSEN}")
    return contact_of(secret)


Contact: TypeAlias = Annotated[StrictStr, AfterValidator(_contact_of)]
"""A page says its secret, and whoever knows that reads along; here it is the contact at once, so nothing else can show
the secret or keep it."""
After: TypeAlias = Annotated[StrictInt, Field(ge=0, le=2**53)]
"""The number of the last message that the page has."""


class Hello(BaseModel):
    """The first frame."""

    type: Literal["hello"]
    contact: Contact
    after: After = 0


class Said(BaseModel):
    """What the person wrote, or sends, or both. `files` has a word of `Uploads` for each file."""

    id: Annotated[StrictStr, Field(min_length=8, max_length=80), AfterValidator(storable)]
    text: Annotated[StrictStr, Field(max_length=8_000), AfterValidator(storable)] = ""
    files: Annotated[list[Annotated[StrictStr, Field(max_length=2_000)]], Field(max_length=MOST_FILES)] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        demand_something(self.text, self.files)
        return self


class Say(Said):
    """The same as a frame."""

    type: Literal["say"]


def welcome(files: Mapping[str, int] | None) -> Frame:
    """That the talk goes on, and how many files a message may have and how large; None where it can have none."""
    return {"type": "welcome", "files": files}


def typing(is_typing: bool) -> Frame:
    """Whether the bot is to be shown at work."""
    return {"type": "typing", "is_typing": is_typing}


def error(problem: Problem, message_id: str | None = None) -> Frame:
    """That a frame was not taken, with its id if it had one."""
    told = {} if message_id is None else {"id": message_id}
    return {"type": "error", **told, "code": problem.code, "message": problem.sentence}


def told(message: Message, origin: str) -> Frame:
    """A message as the page gets it that reaches the server at this origin."""
    return {
        "type": "message",
        "sequence": message.sequence,
        "direction": message.direction,
        "id": message.provider_id,
        "text": reached(message.text, origin),
        "files": [{**file, "url": reached(file["url"], origin)} for file in message.files],
        "suggestions": message.suggestions,
        "is_secret": message.is_secret,
        "at": message.created_at.isoformat(),
    }


def reached(text: str, origin: str) -> str:
    """A text whose links to files lead somewhere, also where nobody has said at which address the world reaches us."""
    return text.replace(f"{NOWHERE}{PATH}/", f"{origin}{PATH}/")
