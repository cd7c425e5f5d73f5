"""`--without`, `--port-of` and `--cors-origin`: which interfaces for tasks are served, where, and to whose pages."""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from tasktalk.interpreter.errors import nearest

R = TypeVar("R")

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
_HIGHEST = 65535


def with_serving(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the options, as its parameter `serving`."""

    @click.option(
        "--without",
        multiple=True,
        metavar="DIALECT",
        callback=lambda context, option, given: [_known(name) for name in given],
        help="An interface for tasks that is not served, such as bytebot. May be repeated.",
    )
    @click.option(
        "--port-of",
        "ports",
        multiple=True,
        metavar="DIALECT=PORT",
        callback=lambda context, option, given: _ports(given),
        help="A port that an interface for tasks has for itself, besides its place at --port, such as bytebot=9991; 0 "
        "takes a free one. May be repeated.",
    )
    @click.option(
        "--cors-origin",
        "origins",
        multiple=True,
        metavar="[DIALECT=]URL",
        callback=lambda context, option, given: _origins(given),
        help="A site whose pages may use the interfaces for tasks from a browser, such as https://desk.example.org; "
        "with DIALECT= that one alone, which is the only way where no token is asked for; with chat= its pages may "
        "talk to the bots. May be repeated.",
    )
    @functools.wraps(command)
    def serving(
        *args: Any, without: list[str], ports: dict[str, int], origins: dict[str, list[str]], **options: Any
    ) -> R:
        from tasktalk.bots.dialects.mounting import Serving

        if twice := [name for name in without if name in ports]:
            raise click.UsageError(f"--without {twice[0]} and --port-of {twice[0]}: leave one of the two out")
        _apart({"--port": options["port"], **{f"--port-of {name}": port for name, port in ports.items()}})
        return command(*args, serving=Serving(without, ports, origins), **options)

    return serving


def _known(written: str, *others: str) -> str:
    """The name of a dialect that there is, or one of the others."""
    from tasktalk.bots.dialects.served import DIALECTS

    names = [*(dialect.name for dialect in DIALECTS), *others]
    name = written.strip().lower().replace("-", "_")
    if name not in names:
        near = nearest(name, names)
        way_out = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
        raise click.BadParameter(f"there is no interface for tasks {written!r}; {way_out}")
    return name


def _ports(given: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in given:
        written, equals, port = each.partition("=")
        if not equals:
            raise click.BadParameter(f"expected DIALECT=PORT, such as bytebot=9991, got {each!r}")
        name = _known(written)
        if not re.fullmatch(r"\d{1,5}", port.strip(), re.ASCII) or int(port) > _HIGHEST:
            raise click.BadParameter(f"expected the port of {name} to be 0 to {_HIGHEST}, got {port!r}")
        if name in found:
            raise click.BadParameter(f"{name} has one port only, got {found[name]} and {int(port)}")
        found[name] = int(port)
    return found


def _apart(ports: dict[str, int]) -> None:
    """Refuses two that would listen at one port."""
    seen: dict[int, str] = {}
    for option, port in ports.items():
        if port and port in seen:
            raise click.UsageError(f"{seen[port]} and {option} are both {port}: give each a port of its own")
        seen[port] = option


def _origins(given: Iterable[str]) -> dict[str, list[str]]:
    from tasktalk.bots.dialects.mounting import CHAT, EVERY

    found: dict[str, list[str]] = {}
    for each in given:
        written, equals, url = each.rpartition("=")
        name = _known(written, CHAT) if equals else EVERY
        url = url.strip().lower().removesuffix("/")
        if url == "*":
            raise click.BadParameter("any page could use the tasks of whoever reads it: name the sites, one by one")
        if not _ORIGIN.fullmatch(url):
            raise click.BadParameter(
                f"expected a site such as https://desk.example.org or http://localhost:5173, got {each!r}"
            )
        found.setdefault(name, []).append(url)
    return found
