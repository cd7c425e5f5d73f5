"""A secret in tasktalk.toml: the name of a variable of the environment, or of a file, that has it."""

import os
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, SecretStr, ValidationInfo

from tasktalk.bots.stamps import stamp
from tasktalk.interpreter.errors import nearest

FOLDER: Final = "folder"
"""By this name the context of a validation has the folder that paths count from."""
FILES: Final = "files"
"""By this name it has a record to which the files that were looked into are added, also those that cannot be read."""
_FORM = 'write { env = "NAME" } for a variable of the environment, or { file = "/path" } for a file'


def _found(given: Any, info: ValidationInfo) -> str:
    if isinstance(given, str):
        raise ValueError(f"a secret does not belong into this file: {_FORM}")
    if not isinstance(given, dict) or len(given) != 1 or not isinstance(next(iter(given.values())), str):
        raise ValueError(_FORM)
    [(way, name)] = given.items()
    if not name:
        raise ValueError(_FORM)
    match way:
        case "env":
            if not (value := os.environ.get(name)):
                near = nearest(name, os.environ)
                way_out = f"; did you mean {near}?" if near else f": type export {name}=… before you start the server"
                raise ValueError(f"the environment has no variable {name}{way_out}")
        case "file":
            context = info.context or {}
            path = (context.get(FOLDER, Path()) / name).absolute()
            name = str(path)
            context.get(FILES, {})[path] = stamp(path)  # before it is read: what changes meanwhile is read again
            try:
                value = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "it is not UTF-8"
                raise ValueError(f"the file {name} cannot be read: {why}") from None
        case _:
            raise ValueError(_FORM)
    if not value.strip():
        raise ValueError(f"there is nothing in {name}")
    return value.strip()


Secret: TypeAlias = Annotated[SecretStr, BeforeValidator(_found)]
"""Shown nowhere by itself."""
