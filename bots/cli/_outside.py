"""`--allow-private HOST`, which the commands share whose scripts ask other services."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

ENVIRONMENT = "TASKTALK_ALLOW_PRIVATE"

_HOST = re.compile(r"[^\s/@:\[\]]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")

R = TypeVar("R")


def with_private_hosts(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option, as `private_hosts`."""
    return click.option(
        "--allow-private",
        "private_hosts",
        multiple=True,
        metavar="HOST",
        envvar=ENVIRONMENT,
        callback=lambda context, parameter, given: _hosts(given),
        help="Of the server's own network, a HOST or HOST:PORT that scripts and webhooks may reach. May be repeated.",
    )(command)


def _hosts(given: tuple[str, ...]) -> tuple[Any, ...]:
    for host in given:
        if not _HOST.fullmatch(host):
            raise click.BadParameter(f"expected a host such as intranet or 10.0.0.7:8080, got {host!r}")
    return given
