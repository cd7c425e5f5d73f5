"""The laws that hold for the words of every dialect that is served."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tasktalk.bots.dialects.general_bots import words
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.bots.dialects.vocabulary import Vocabulary
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES, TERMINAL

WITHOUT = {"chatbotkit"}
"""These say what is done for a task, which nobody sets: tests of theirs have their words."""


def vocabularies() -> Iterator[tuple[str, Vocabulary[Any]]]:
    """Those of each dialect's module `words`, under their names; one that is spoken in two ways has them in each."""
    for dialect in DIALECTS:
        words = vars(import_module(f"tasktalk.bots.dialects.{dialect.name}.words"))
        of_ways = {f"{name}.status": getattr(way, "status", None) for name, way in words.items()}
        for name, found in {**words, **of_ways}.items():
            if isinstance(found, Vocabulary):
                yield f"{dialect.name}.{name}", found


ALL = dict(vocabularies())
OF_STATUSES = {name: each for name, each in ALL.items() if "pending" in each.inner}
WRITTEN = [(each, word) for each in ALL.values() for word in each.words]
READ = [(each, word) for each in ALL.values() for word in each.readable]
INNER = [(each, inner) for each in ALL.values() for inner in each.inner]


def test_every_dialect_has_a_word_for_each_status_and_each_priority_or_for_none() -> None:
    names = {dialect.name for dialect in DIALECTS} - WITHOUT
    assert {name.partition(".")[0] for name in OF_STATUSES} == names
    for name, vocabulary in ALL.items():
        assert sorted(vocabulary.inner) == sorted(STATUSES if name in OF_STATUSES else PRIORITIES)


@pytest.mark.parametrize(("vocabulary", "word"), WRITTEN)
def test_x_07_a_word_is_read_back_as_it_was_written(vocabulary: Vocabulary[Any], word: str) -> None:
    assert vocabulary.show(vocabulary.read(word)) == word


@pytest.mark.parametrize(("vocabulary", "word"), READ)
def test_x_07_every_other_word_that_is_understood_is_shown_as_one_of_those(
    vocabulary: Vocabulary[Any], word: str
) -> None:
    assert vocabulary.show(vocabulary.read(word)) in vocabulary.words


@pytest.mark.parametrize(("vocabulary", "inner"), INNER)
def test_x_08_what_was_read_and_is_written_back_stays_what_it_is(vocabulary: Vocabulary[Any], inner: str) -> None:
    assert vocabulary.read(vocabulary.show(inner), inner) == inner


@pytest.mark.parametrize(("vocabulary", "inner"), INNER)
@pytest.mark.parametrize("place", range(4))
def test_x_08_another_word_means_what_it_says(vocabulary: Vocabulary[Any], inner: str, place: int) -> None:
    word = vocabulary.words[place % len(vocabulary.words)]
    if word == vocabulary.show(inner):
        assert vocabulary.read(word, inner) == inner
    else:
        assert vocabulary.read(word, inner) == vocabulary.read(word)


@pytest.mark.parametrize("name", OF_STATUSES)
@pytest.mark.parametrize("status", STATUSES)
def test_x_09_what_has_ended_never_shows_as_open(name: str, status: str) -> None:
    vocabulary = OF_STATUSES[name]
    meant = {inner in TERMINAL for inner in vocabulary.all_of(vocabulary.show(status))}
    assert meant == {status in TERMINAL}
    assert (vocabulary.read(vocabulary.show(status)) in TERMINAL) == (status in TERMINAL)


@pytest.mark.parametrize(("vocabulary", "inner"), INNER)
def test_each_is_found_by_the_word_that_is_shown_for_it(vocabulary: Vocabulary[Any], inner: str) -> None:
    found = [word for word in vocabulary.words if inner in vocabulary.all_of(word)]
    assert found == [vocabulary.show(inner)]


@pytest.mark.parametrize("word", ["", "Pending", "waiting", "failed", None, 1, ["pending"]])
def test_other_words_are_refused_with_all_that_there_are(word: object) -> None:
    for now in (None, "waiting"):
        with pytest.raises(Refused) as refused:
            words.STATUS.read(word, now)
        assert refused.value.message == "Status must be one of: pending, in_progress, completed, cancelled"
