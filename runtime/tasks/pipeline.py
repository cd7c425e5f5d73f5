"""What a pipeline is, and which of its stages comes after which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tasktalk.storage.writes import Row


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the stages that the tasks of a pipeline go through."""

    id: str
    number: int
    pipeline_id: str | None
    name: str
    description: str
    instructions: str
    next_id: str | None
    failed_next_id: str | None
    attempts: int
    pause_seconds: float
    bot: str | None
    script: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Row) -> "Stage":
        """The stage that a row of the table holds."""
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline with its stages, in their order."""

    id: str
    number: int
    name: str
    description: str
    instructions: str
    first_stage_id: str | None
    created_at: datetime
    updated_at: datetime
    version: int
    stages: Sequence[Stage] = ()

    @classmethod
    def of(cls, row: Row, stages: Sequence[Row]) -> "Pipeline":
        """The pipeline that a row of the table holds, with its stages' rows."""
        own = [name for name in cls.__slots__ if name != "stages"]
        return cls(**{name: row[name] for name in own}, stages=tuple(map(Stage.of, stages)))

    def stage(self, stage_id: str | None) -> Stage | None:
        """The stage with this id; None where this pipeline has none such."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    @property
    def first(self) -> Stage | None:
        """Where a task begins; None in a pipeline without stages."""
        return self.stage(self.first_stage_id) or next(iter(self.stages), None)

    def after(self, stage: Stage) -> Stage | None:
        """The stage that comes when this one is done: the one that is named, else the one that stands behind it.

        What is there for failures stands behind nothing, and nothing behind it. None: the end.
        """
        if named := self.stage(stage.next_id):
            return named
        for_failures = {each.failed_next_id for each in self.stages}
        if stage.id in for_failures:
            return None
        behind = self.stages[self.stages.index(stage) + 1 :]
        return next((each for each in behind if each.id not in for_failures), None)

    def after_failure(self, stage: Stage) -> Stage | None:
        """The stage that comes when this one has failed for good; None where the task fails with it."""
        return self.stage(stage.failed_next_id)
