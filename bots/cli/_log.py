"""`--log text|json`: how a command that runs until somebody stops it writes its log, and what else it has to say."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias, TypeVar

import click

R = TypeVar("R")
Form: TypeAlias = Literal["text", "json"]

log = logging.getLogger("tasktalk.server")
"""For what is of the process itself."""


def with_log(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option, as its parameter `log_form`."""
    return click.option(
        "--log",
        "log_form",
        default="text",
        show_default=True,
        type=click.Choice(["text", "json"]),
        help="Text is for people, json has one object a line.",
    )(command)


@contextmanager
def logged(form: Form, secrets: Iterable[str | None], told: tuple[type[Exception], ...]) -> Iterator[None]:
    """The log is on the standard error, without the secrets, and in json nothing else is.

    The errors of `told` end the command with their message and 1.
    """
    from tasktalk.bots.watch.logs import begin_log

    begin_log(form, secrets)
    try:
        yield
    except told as problem:
        if form == "text":
            raise click.ClickException(str(problem)) from None
        log.critical("%s", problem)
        raise SystemExit(1) from None
    except Exception:
        if form == "text":
            raise
        log.critical("the server has failed", exc_info=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        if form == "text":
            raise
        log.critical("stopped at once")
        raise SystemExit(1) from None
