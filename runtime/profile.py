"""What scripts have noted of a contact: who they are, and their language. It holds for all bots and talks."""

from dataclasses import dataclass, field

from tasktalk.storage.writes import Row, WriteSet

_FIELDS = ("name", "email", "language")


@dataclass(slots=True)
class Profile:
    """What is known of one contact; what a script sets here is written with its turn."""

    contact_id: str = ""
    name: str | None = None
    email: str | None = None
    language: str | None = None
    _version: int | None = None  # of the stored row; None when there is none yet
    _stored: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, conversation: Row) -> "Profile":
        """The profile that comes with a conversation's row."""
        found = {"name": conversation["noted_name"], "email": conversation["email"]}
        found["language"] = conversation["language"]
        return cls(conversation["contact_id"], **found, _version=conversation["profile_version"], _stored=found)

    def write(self, writes: WriteSet) -> None:
        """Adds what has changed; the commit is a Conflict when somebody else changed it first."""
        values = {name: getattr(self, name) for name in _FIELDS}
        if values == {name: self._stored.get(name) for name in _FIELDS}:
            return
        key = {"contact_id": self.contact_id}
        if self._version is None:
            writes.insert("profile", {**key, **values, "version": 1})
        else:
            writes.update("profile", {**key, "version": self._version}, {**values, "version": self._version + 1})
