"""How values are kept as JSON."""

import json
from typing import Final

from tasktalk.storage.writes import storable

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # `json.dumps` makes one for each value


def json_text(value: object) -> str:
    """The shortest text, readable in every script; as every database can keep it."""
    text: str = storable(_ENCODER.encode(value))
    return text
