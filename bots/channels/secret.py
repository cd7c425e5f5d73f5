"""A secret in tasktalk.toml: the name of a variable of the environment, or of a file, that has it."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BeforeValidator, SecretStr, ValidationInfo

from tasktalk.bots.stamps import stamp
from tasktalk.interpreter.errors import nearest

FOLDER: Final = "folder"
"""By this name the context of a validation has the folder that paths count from."""
FILES: Final = "files"
"""By this name it has a record to which the files that were looked into are added, also those that cannot be read."""
_WAYS: Final = ("env", "file")
_FORM = 'write { env = "NAME" } for a variable of the environment, or { file = "/path" } for a file'

_LIKE_A_SECRET: Final = re.compile(r"(?=[A-Za-z]*[0-9])[A-Za-z0-9]{20}")
"""So many letters and digits without a _ between them: names have none, and tokens are hardly without."""


def _found(given: Any, info: ValidationInfo) -> str:
    if isinstance(given, str):
        raise ValueError(f"a secret does not belong into this file: {_FORM}")
    if not isinstance(given, dict):
        raise ValueError(_FORM)
    if len(given) > 1 and given.keys() == set(_WAYS):
        raise ValueError("a secret is in one place: say env or file, not both")
    if near := next((near for way in given.keys() - set(_WAYS) if (near := nearest(way, _WAYS))), None):
        raise ValueError(f"did you mean {near}? {_FORM[0].upper()}{_FORM[1:]}")
    if len(given) != 1 or not isinstance(next(iter(given.values())), str):
        raise ValueError(_FORM)
    [(way, name)] = given.items()
    if not name:
        raise ValueError(_FORM)
    match way:
        case "env":
            found = os.environ.get(name)
            if found is None:
                raise ValueError(_no_variable(name))
            value, name = found, f"the variable {name}"
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


def _no_variable(name: str) -> str:
    """What is said where the environment has no such variable. What may be the secret itself is not repeated."""
    is_name = re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) is not None and not _LIKE_A_SECRET.search(name)
    near = nearest(name, os.environ) if is_name else None
    if not near and not (is_name and name == name.upper()):
        return "there is no such variable: env is the NAME of the variable that has the secret, not the secret"
    way_out = f"; did you mean {near}?" if near else f": type export {name}=… before you start the server"
    return f"the environment has no variable {name}{way_out}"


Secret: TypeAlias = Annotated[SecretStr, BeforeValidator(_found)]
"""Shown nowhere by itself."""
