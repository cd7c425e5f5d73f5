"""What a session keeps of its latest answer while it waits for something else: what TIMEDOUT and FILES go on to be.

It stands in the request of the wait, beside what the keyword noted there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tasktalk.interpreter.host import Waiting
from tasktalk.runtime.ports import OWN_ROUTE
from tasktalk.runtime.turn import Turn

_TIMED_OUT: Final = "timed_out"
_FILES: Final = "files"
_NAMES: Final = frozenset({_TIMED_OUT, _FILES, OWN_ROUTE})


def keep(turn: Turn, waiting: Waiting, own_route: Mapping[str, Any] | None) -> Waiting:
    """The wait, with what is known of the latest answer; its own route, too, while nothing was said to it."""
    if own_route is None and not turn.timed_out and not turn.files and _NAMES.isdisjoint(waiting.request):
        return waiting  # as most are
    kept: dict[str, Any] = {name: value for name, value in waiting.request.items() if name not in _NAMES}
    if own_route is not None and not turn.messages():
        kept[OWN_ROUTE] = own_route
    if turn.timed_out:
        kept[_TIMED_OUT] = True
    if turn.files:
        kept[_FILES] = [dict(file) for file in turn.files]
    return waiting if kept == waiting.request else replace(waiting, request=kept)


def recall(turn: Turn, request: Mapping[str, Any], *, has_message: bool) -> None:
    """What a turn that goes on knows of the latest answer; a message brings files of its own, or none."""
    turn.timed_out = bool(request.get(_TIMED_OUT))
    if not has_message:
        turn.files = request.get(_FILES, ())
