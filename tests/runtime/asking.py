"""A keyword that asks something outside, and the other side, which counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tasktalk.interpreter.keyword import Keyword, keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.turn import Turn


@dataclass
class Service:
    """What is asked, with the keys; `answer` gives what it answers, or raises."""

    seen: list[tuple[Any, str]] = field(default_factory=list)
    answer: Callable[[Any], Any] = lambda thing: {"thing": thing}

    async def take(self, thing: Any, key: str) -> Any:
        self.seen.append((thing, key))
        found = self.answer(thing)
        return await found if hasattr(found, "__await__") else found

    @property
    def things(self) -> list[Any]:
        """What was asked, in order."""
        return [thing for thing, _ in self.seen]

    def keyword(self) -> Keyword:
        """ORDER, which asks this service."""

        @keyword("ORDER <thing>", returns="any")
        async def order(turn: Turn, thing: Value) -> Value:
            """Orders something."""
            return await turn.step("order", thing, lambda key: self.take(thing, key))

        return order
