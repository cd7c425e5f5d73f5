"""How values are kept as JSON."""

import json


def json_text(value: object) -> str:
    """The shortest text, readable in every script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
