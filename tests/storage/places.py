"""Where commits are made: in the event loop, or in the writer's thread."""

import threading


class Places:
    """Whether each commit was made in the thread that made this one, that of the event loop."""

    def __init__(self) -> None:
        self._here = threading.get_ident()
        self.are_here: list[bool] = []

    def note(self, instant: str) -> None:
        """For `Database.open(…, crash=…)`."""
        if instant == "before-commit":
            self.are_here.append(threading.get_ident() == self._here)
