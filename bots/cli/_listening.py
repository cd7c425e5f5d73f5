"""The sockets that a server listens at."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager


class CannotListen(Exception):
    """The address cannot be had; the message says why."""

    def __init__(self, message: str, *, is_taken: bool = False) -> None:
        """`is_taken` says that another program has it."""
        super().__init__(message)
        self.is_taken = is_taken


@contextmanager
def listening(host: str, port: int, option: str) -> Iterator[socket.socket]:
    """A socket that listens; it answers nobody before the site has started. Raises CannotListen."""
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, *_, address = infos[0]
        listener = socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as problem:
        is_taken = problem.errno == errno.EADDRINUSE
        raise CannotListen(_why(problem, host, port, option), is_taken=is_taken) from None
    with listener:
        listener.setblocking(False)
        yield listener


def _why(problem: OSError, host: str, port: int, option: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: stop the program that has it, or give another with {option}"
    if problem.errno == errno.EACCES:
        return f"port {port} of {host} may not be used by you: take one above 1023 with {option}"
    return f"cannot listen at {host}, port {port}: {problem.strerror or problem}"
