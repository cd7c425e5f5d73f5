"""By when tasks are due as TeamDay's document has it: there where organisations say nothing, elsewhere where they say
`standard`."""

from typing import Final

from tasktalk.runtime.tasks.sla import TODAY, Sla

STANDARD: Final[Sla] = {"medium": 7 * 24.0, "high": 48.0, "urgent": TODAY}
"""A low priority has no due date."""
