"""Two-way tables of words: what a dialect calls a status or a priority, and what it is called inside."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from tasktalk.interpreter.errors import Refused

Inner = TypeVar("Inner", bound=str)


class Vocabulary(Generic[Inner]):
    """The words of one dialect for one thing.

    Several inner words may share an outer one; of those, the outer word alone means the one given in `meaning`.
    """

    def __init__(self, code: str, name: str, shown: Mapping[Inner, str], meaning: Mapping[str, Inner]) -> None:
        self._code, self._name = code, name
        self._shown = shown
        self._meaning = meaning

    @property
    def inner(self) -> list[Inner]:
        """Every inner word; each has one that is shown."""
        return list(self._shown)

    @property
    def words(self) -> list[str]:
        """Every word that is shown."""
        return list(dict.fromkeys(self._shown.values()))

    @property
    def readable(self) -> list[str]:
        """Every word that is understood."""
        return list(self._meaning)

    def show(self, inner: Inner) -> str:
        """The dialect's word."""
        return self._shown[inner]

    def read(self, word: object, now: Inner | None = None) -> Inner:
        """What the dialect's word means; raises Refused with the words that there are.

        Where that is said of something which is `now` shown so, it stays what it is, however much finer that be: who
        writes back what was read changes nothing.
        """
        if now is not None and isinstance(word, str) and word == self._shown[now]:
            return now
        meant = self._meaning.get(word) if isinstance(word, str) else None
        if meant is None:
            raise Refused(self._code, f"{self._name} must be one of: {', '.join(self.words)}")
        return meant

    def all_of(self, word: object) -> list[Inner]:
        """Every inner word that the dialect shows as this one: what to look for when it is asked for."""
        outer = self._shown[self.read(word)]
        return [inner for inner, shown in self._shown.items() if shown == outer]
