"""A folder of scripts for sessions of one script, which may call itself."""

from dataclasses import dataclass

from tasktalk.interpreter.program import Program


@dataclass(frozen=True)
class Alone:
    """The one script, by whatever name."""

    program: Program

    def by_name(self, name: str) -> Program:
        return self.program

    def by_id(self, program_id: str) -> Program:
        return self.program
