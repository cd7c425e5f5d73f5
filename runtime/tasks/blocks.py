"""What a message says: blocks, as those know them who talk to language models."""

from collections.abc import Mapping
from typing import cast

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.changes import JSON, plain_json

MOST_BLOCKS = 1000


def blocks(value: object) -> list[dict[str, JSON]]:
    """A list of records with a text `type` each, kept as they are."""
    if not isinstance(value, list | tuple) or not value or not all(map(_is_block, value)):
        raise Refused("invalid_content", "Content must be a list of blocks: records with a text `type` each")
    if len(value) > MOST_BLOCKS:
        raise Refused("invalid_content", f"A message can have at most {MOST_BLOCKS} blocks, got {len(value):,}")
    return cast("list[dict[str, JSON]]", plain_json(value, "invalid_content"))


def text_block(text: str) -> dict[str, str]:
    """A text as a block."""
    return {"type": "text", "text": text}


def _is_block(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("type"), str)
