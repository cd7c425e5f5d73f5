"""Who may go at once: so many of each group, so that no group holds up another. Whoever comes later stands in line."""

from collections.abc import Callable


class Places:
    """The places of all groups."""

    def __init__(self, most: int, go: Callable[[str], None]) -> None:
        """Each group has `most` places. `go` is called with whoever stood in line and has a place now: it has it until
        `leave`."""
        self._most, self._go = most, go
        self._inside: dict[str, set[str]] = {}
        self._waiting: dict[str, dict[str, None]] = {}
        self._group_of: dict[str, str] = {}  # of those inside

    def enter(self, group: str, who: str) -> bool:
        """Whether it has a place now, which it may have had before; else it stands in line from now on."""
        if who in self._group_of:
            return True
        if len(self._inside.get(group, ())) >= self._most:
            self._waiting.setdefault(group, {})[who] = None
            return False
        self._take(group, who)
        return True

    def leave(self, who: str) -> None:
        """Its place, if it had one, is that of the first in line."""
        group = self._group_of.pop(who, None)
        if group is None:
            return
        self._inside[group].discard(who)
        if waiting := self._waiting.get(group):
            following = next(iter(waiting))
            del waiting[following]
            self._take(group, following)
            self._go(following)
        for known in (self._inside, self._waiting):
            if not known.get(group, True):
                del known[group]

    def _take(self, group: str, who: str) -> None:
        self._inside.setdefault(group, set()).add(who)
        self._group_of[who] = group
