"""The kinds of channels that tasktalk.toml can name, one in each file: what is in this folder is offered."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from tasktalk.bots.channels.adapter import Adapter


@cache
def kinds() -> Mapping[str, type[Adapter[Any]]]:
    """Every kind by the word for it in tasktalk.toml, which is the name of its file."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        found[module.name] = next(
            each
            for each in vars(loaded).values()
            if isinstance(each, type) and issubclass(each, Adapter) and each.__module__ == loaded.__name__
        )
    return found
