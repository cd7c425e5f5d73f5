"""`--traces URL`, which the commands share that take turns."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TypeVar

import click

ENVIRONMENT = "OTEL_EXPORTER_OTLP_ENDPOINT"
EXTRA = "pip install 'tasktalk[traces]'"

R = TypeVar("R")


def with_traces(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the option, as `traces`."""
    return click.option(
        "--traces",
        metavar="URL",
        envvar=ENVIRONMENT,
        callback=lambda context, parameter, given: _checked(given or None),
        help="Send traces of turns to a collector of OpenTelemetry, such as http://localhost:4318 (OTLP over HTTP). "
        f"Needs {EXTRA}.",
    )(command)


def _checked(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"expected an address such as http://localhost:4318, got {url!r}")
    if any(not _is_there(package) for package in ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")):
        raise click.UsageError(
            f"traces need packages that are not installed: type {EXTRA}; or start without --traces and {ENVIRONMENT}"
        )
    return url


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False
