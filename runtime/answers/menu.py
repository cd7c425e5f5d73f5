"""A menu: choices of which the answer must be one."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasktalk.runtime.answers.phrases import Expected


@dataclass(frozen=True, slots=True)
class Menu:
    """Choices of which the answer must be one; with `is_open` anything else is let through as it is."""

    choices: Sequence[str]
    is_open: bool = False

    @classmethod
    def of(cls, choices: Sequence[str]) -> "Menu":
        """The menu of these choices, where `*` stands for anything else."""
        named = [choice for choice in choices if choice != "*"]
        return cls(named, is_open=len(named) < len(choices))

    @property
    def expected(self) -> Expected:
        """What an answer has to be."""
        return Expected("one_of" if len(self.choices) > 1 else "only", ", ".join(self.choices))

    def read(self, answer: str) -> str | None:
        """The choice that was meant, in the script's own spelling: as written, but for case, by its number, or by a
        part that only one has."""
        folded = [choice.strip().casefold() for choice in self.choices]
        word = answer.casefold()
        if answer in self.choices:
            return answer
        if word in folded:
            return self.choices[folded.index(word)]
        number = word.removesuffix(".").removesuffix(")")
        if number.isascii() and number.isdigit() and len(number) < 5 and 1 <= int(number) <= len(self.choices):
            return self.choices[int(number) - 1]
        near = [choice for choice, text in zip(self.choices, folded, strict=True) if word and word in text]
        if len(near) == 1:
            return near[0]
        return answer if self.is_open and answer else None
