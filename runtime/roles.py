"""What the users of an organisation may do there; runtime/tasks/permissions.py holds them to it."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, TypeGuard

Role: TypeAlias = Literal["owner", "member", "agent", "viewer"]

ROLES: Final[Mapping[Role, str]] = {
    "owner": "may do everything; an organisation always keeps one",
    "member": "sees and changes every task of the organisation",
    "agent": "sees all, and changes the tasks that it made or that are assigned to it",
    "viewer": "sees all and changes nothing",
}
"""Each with what it may do."""


def is_role(word: object) -> TypeGuard[Role]:
    """Whether there is such a role."""
    return word in ROLES
