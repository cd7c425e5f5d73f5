"""`--smtp URL`, for the commands that tell people something by e-mail. The password is never on the command line."""

import functools
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click

from tasktalk.bots.outside.mail import Smtp
from tasktalk.bots.outside.mail_servers import SMTP, is_address, server_at
from tasktalk.storage.extras import installing

URL, FROM, PASSWORD, PASSWORD_FILE = (
    *("TASKTALK_SMTP", "TASKTALK_MAIL_FROM"),
    *("TASKTALK_SMTP_PASSWORD", "TASKTALK_SMTP_PASSWORD_FILE"),
)

R = TypeVar("R")


def with_smtp(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the options, as its parameter `smtp`."""

    @click.option(
        "--smtp",
        "url",
        metavar="URL",
        envvar=URL,
        help=f"The mail server for notifications: smtp://USER@HOST:587, or smtps:// for TLS at once. Its password is "
        f"in {PASSWORD}, or in a file that {PASSWORD_FILE} names.",
    )
    @click.option(
        "--mail-from",
        "sender",
        metavar="ADDRESS",
        envvar=FROM,
        help="The address that notifications come from. Without it, the user of --smtp.",
    )
    @functools.wraps(command)
    def mailing(*args: Any, url: str | None, sender: str | None, **options: Any) -> R:
        return command(*args, smtp=None if url is None else read(url, sender, password()), **options)

    return mailing


def password() -> str | None:
    """What the environment, or the file that it names, says. Raises UsageError."""
    if given := os.environ.get(PASSWORD):
        return given
    if not (name := os.environ.get(PASSWORD_FILE)):
        return None
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.UsageError(f"{PASSWORD_FILE}: cannot read the file {name}") from None


def read(url: str, sender: str | None, secret: str | None) -> Smtp:
    """The mail server that a URL names. Raises BadParameter."""
    try:
        server = server_at(url, SMTP, "--smtp", f"set {PASSWORD}")
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None
    user = server.user
    address = sender or (user if user and "@" in user else f"{user or 'tasktalk'}@{server.host}")
    if not is_address(address):
        raise click.BadParameter(f"expected --mail-from to be an e-mail address, got {address!r}")
    if secret and not user:
        raise click.BadParameter("a password needs a user: --smtp smtp://USER@HOST")
    if find_spec("aiosmtplib") is None:
        raise click.UsageError(f"mail needs its library: type {installing('email')}")
    return Smtp(server.host, server.port, address, user, secret, is_tls=server.is_tls)
