"""`--files` and `--file-mb`, of the commands that keep what is attached to tasks."""

from collections.abc import Callable
from typing import TypeVar

import click

from tasktalk.runtime.files import DEFAULT_MOST_BYTES

R = TypeVar("R")

_LARGEST_MB = 100_000


def with_files(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the options, as `files` and `file_mb`."""
    place = click.option(
        "--files",
        metavar="FOLDER",
        envvar="TASKTALK_FILES",
        callback=lambda context, parameter, given: _checked(given),
        help="Where what is attached to tasks is kept: a folder, which several processes must share, or "
        "s3://BUCKET/PREFIX. Without it, beside the database if that is a file, and else nothing can be attached.",
    )
    largest = click.option(
        "--file-mb",
        type=click.IntRange(1, _LARGEST_MB),
        default=DEFAULT_MOST_BYTES >> 20,
        show_default=True,
        metavar="MB",
        envvar="TASKTALK_FILE_MB",
        help="How large an attached file may be.",
    )
    return place(largest(command))


def _checked(given: str | None) -> str | None:
    from tasktalk.bots.files.places import checked

    try:
        return given and checked(given)
    except ValueError as problem:
        raise click.BadParameter(str(problem)) from None
