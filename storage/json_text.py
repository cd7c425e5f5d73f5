"""How values are kept as JSON."""

import json
from typing import Final

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # `json.dumps` makes one for each value


def json_text(value: object) -> str:
    """The shortest text, readable in every script."""
    return _ENCODER.encode(value)
