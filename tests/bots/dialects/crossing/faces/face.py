"""What the tests that go across the interfaces know of one of them: how it is asked, and what it shows of a task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.runtime.tasks.statuses import TERMINAL


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; the path is below the face's mount."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """A task as the model has it."""

    id: str
    number: int
    title: str
    description: str
    status: Any
    priority: Any
    tags: list[str]
    context: dict[str, Any]
    is_scheduled: bool
    created_at: datetime

    @property
    def spellings(self) -> list[str]:
        """Its id as each interface writes it."""
        return [f"tsk_{self.id}", f"task_{self.id}", self.id, str(self.number)]

    @property
    def metadata(self) -> dict[str, Any]:
        """Its context with its tags."""
        return {**self.context, "tags": self.tags} if self.tags else self.context


class Face:
    """One of them. What it has no way to do is None."""

    name: str
    """The dialect's."""
    mount: str
    status: Vocabulary[Any] | None = None
    priority: Vocabulary[Any] | None = None
    lists_scheduled = False
    """Whether its lists have scheduled tasks and no others."""
    code: ClassVar[Mapping[str, Any]]
    """What an error says of itself, for each case of the table; without `unauthorized` nobody is asked for a token."""

    def told(self, body: dict[str, Any]) -> Any:
        """What an error says of itself; fails where the body is no error of this interface."""
        raise NotImplementedError

    def create(self, title: str, **fields: Any) -> Ask:
        """A task with this title, and the description, the tags and the context that can be said."""
        raise NotImplementedError

    def made(self, title: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What a task has that was asked for so, where it is not what was asked for."""
        return {}

    def id_in(self, body: dict[str, Any]) -> str:
        """The id of the task in an answer, as it stands there."""
        raise NotImplementedError

    def get(self, spelled: str) -> Ask:
        """Shows a task."""
        raise NotImplementedError

    def delete(self, spelled: str) -> Ask:
        """Removes a task."""
        raise NotImplementedError

    def large(self, spelled: str) -> Ask:
        """What may not have a body of more than a mebibyte."""
        return self.create("Report")

    def page(self, *, with_scheduled: bool = False) -> Ask:
        """Lists tasks, a hundred at least."""
        raise NotImplementedError

    def ids_in(self, body: Any) -> list[str]:
        """Those of the tasks in a list."""
        raise NotImplementedError

    def seen(self, body: dict[str, Any]) -> dict[str, Any]:
        """What is shown of a task, as far as the model knows it."""
        raise NotImplementedError

    def view(self, known: Known) -> dict[str, Any]:
        """What should be shown of it."""
        raise NotImplementedError

    def change(self, spelled: str, fields: Mapping[str, Any]) -> Ask | None:
        """Changes `title`, `description`, `tags` and `context` or both as `metadata`, and `status` or `priority` in its
        own words."""
        return None

    def becomes(self, known: Known, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What a task has after such a change of anything but its status and its priority."""
        found = dict(fields)
        if "metadata" in found:
            found |= {"context": found.pop("metadata"), "tags": []}
        return found

    def sets(self) -> frozenset[str]:
        """Which of the fields it can change."""
        return frozenset()

    def may_become(self, before: Any, after: Any) -> bool:
        """Whether it lets a task go from a status to another one."""
        return not (before in TERMINAL and after in TERMINAL)

    def events_of(self, before: Any, after: Any) -> int:
        """How many changes it is when it lets a task go from a status to another."""
        return 1

    def complete(self, spelled: str) -> Ask | None:
        """Completes a task."""
        return None

    def comment(self, spelled: str, text: str) -> Ask | None:
        """Says something about a task."""
        return None

    def bad_word(self) -> Ask:
        """Uses a word that is none of its own."""
        raise NotImplementedError
