"""What scripts have noted of a contact: who they are, and their language. It holds for all bots and talks."""

from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import TypeAlias

from tasktalk.storage.writes import Row, WriteSet

_FIELDS = ("name", "email", "language")
_values = attrgetter(*_FIELDS)
_values_in = itemgetter(*_FIELDS)

_Values: TypeAlias = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class Profile:
    """What is known of one contact; what a script sets here is written with its turn."""

    contact_id: str = ""
    name: str | None = None
    email: str | None = None
    language: str | None = None
    guard: Row | None = None
    """The contact as it must still be for what is set to be written: nobody was linked with it meanwhile."""
    _version: int | None = None  # of the stored row; None when there is none yet
    _stored: _Values = (None, None, None)

    @classmethod
    def of(cls, conversation: Row) -> "Profile":
        """The profile that comes with a conversation's row."""
        found = (conversation["noted_name"], conversation["email"], conversation["language"])
        person_id = conversation["person_id"] or conversation["contact_id"]
        guard = {"id": conversation["contact_id"], "version": conversation["contact_version"]}
        return cls(person_id, *found, guard, conversation["profile_version"], found)

    @classmethod
    def of_row(cls, contact_id: str, row: Row | None) -> "Profile":
        """The profile that a row holds; an empty one without it."""
        if row is None:
            return cls(contact_id)
        found: _Values = _values_in(row)
        return cls(contact_id, *found, None, row["version"], found)

    def take_over(self, other: "Profile") -> None:
        """Has what the other one has, where it has nothing itself."""
        for name in _FIELDS:
            setattr(self, name, getattr(self, name) or getattr(other, name))

    def remove(self, writes: WriteSet) -> None:
        """Removes what is stored; the commit is a Conflict when somebody else changed it first."""
        if self._version is not None:
            # A Delete that finds nothing is no Conflict, so the change before it is what notices a rival.
            key = {"contact_id": self.contact_id}
            writes.update("profile", {**key, "version": self._version}, {"version": self._version + 1})
            writes.delete("profile", key)

    def moved(self, contact_id: str) -> "Profile":
        """The same of another contact, of whom nothing is stored."""
        return Profile(contact_id, self.name, self.email, self.language)

    def write(self, writes: WriteSet) -> None:
        """Adds what has changed; the commit is a Conflict when somebody else changed it first."""
        if (found := _values(self)) == self._stored:
            return
        values = dict(zip(_FIELDS, found, strict=True))
        if self.guard is not None:
            writes.expect("contact", self.guard)
        key = {"contact_id": self.contact_id}
        if self._version is None:
            writes.insert("profile", {**key, **values, "version": 1})
        else:
            writes.update("profile", {**key, "version": self._version}, {**values, "version": self._version + 1})
