"""Which script of a bot runs for a task."""

from typing import Protocol

from tasktalk.interpreter.program import Program

TASK_SCRIPT = "task.bas"
"""The script of its bot that a task runs where none is named; a bot that has it takes up the tasks that are its own."""

START = "start.bas"


class HasScripts(Protocol):
    """What is asked of the bots."""

    def script(self, bot: str, name: str) -> Program: ...

    def has_script(self, bot: str, file: str) -> bool: ...


def script_of(bots: HasScripts, bot: str, script: str) -> str:
    """The script that runs: the bot's first one where it should be TASK_SCRIPT, and the bot has none."""
    return script if script != TASK_SCRIPT or has_task_script(bots, bot) else START


def has_task_script(bots: HasScripts, bot: str) -> bool:
    """Whether the bot has a script for tasks, be it a broken one."""
    return bots.has_script(bot, TASK_SCRIPT)
