"""What every channel says of itself in tasktalk.toml."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr, model_validator

from tasktalk.runtime.customs import START_WORDS, STOP_WORDS, Customs, plain_word


def _sayable(word: str) -> str:
    if not plain_word(word):
        raise ValueError(f'"{word}" has no letter in it by which it could be told from other messages')
    return word


Words: TypeAlias = tuple[Annotated[StrictStr, AfterValidator(_sayable)], ...]
"""Words that mean something to the server by themselves."""


class Common(BaseModel):
    """The settings of a channel, whatever its kind.

    A field that takes not every value of its type has a description, which is what `expected …` says of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: StrictStr
    bot: StrictStr
    stop_words: Words = STOP_WORDS
    """By which people want no more messages; none where somebody else hears them."""
    start_words: Words = START_WORDS
    rate: Annotated[float | None, Field(gt=0, le=100_000, description="a number above 0, up to 100000")] = None
    """How many messages go out in a second, where the provider takes more or less than is usual."""
    stop_text: StrictStr | None = None
    start_text: StrictStr | None = None

    @model_validator(mode="after")
    def _can_come_back(self) -> "Common":
        if self.stop_words and not self.start_words:
            raise ValueError("start_words: who said one of stop_words needs a word to come back; name one")
        starts = set(map(plain_word, self.start_words))
        if both := [word for word in self.stop_words if plain_word(word) in starts]:
            raise ValueError(f'stop_words: "{both[0]}" is one of start_words, too, so it would bring nobody back')
        return self

    @property
    def doubts(self) -> Sequence[str]:
        """What is not wrong in the settings, and may well not be meant: with what to write."""
        return ()

    @property
    def customs(self) -> Customs:
        """What holds in the channel."""
        stop, start = (frozenset(map(plain_word, given)) for given in (self.stop_words, self.start_words))
        return Customs(stop, start, self.stop_text, self.start_text, self.bot)
