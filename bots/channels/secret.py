"""A secret in tasktalk.toml: the name of a variable of the environment, or of a file, that has it."""

import os
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, SecretStr

_FORM = 'write { env = "NAME" } for a variable of the environment, or { file = "/path" } for a file'


def _found(given: Any) -> str:
    if isinstance(given, str):
        raise ValueError(f"a secret does not belong into this file: {_FORM}")
    if not isinstance(given, dict) or len(given) != 1 or not isinstance(next(iter(given.values())), str):
        raise ValueError(_FORM)
    [(way, name)] = given.items()
    match way:
        case "env":
            if not (value := os.environ.get(name)):
                raise ValueError(f"the environment has no variable {name}")
        case "file":
            try:
                value = Path(name).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                raise ValueError(f"the file {name} cannot be read") from None
        case _:
            raise ValueError(_FORM)
    if not value.strip():
        raise ValueError(f"there is nothing in {name}")
    return value.strip()


Secret: TypeAlias = Annotated[SecretStr, BeforeValidator(_found)]
"""Shown nowhere by itself."""
