"""What an API answers for what the domain refused."""

from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import plain_answer
from tasktalk.interpreter.errors import Refused


def test_the_way_out_is_told_too() -> None:
    problem = Problem.of(Refused("unknown-bot", 'there is no bot "shp"', 'did you mean "shop"?'))
    assert (problem.code, problem.hint) == ("unknown_bot", 'did you mean "shop"?')
    expected = b'{"error": "unknown_bot", "message": "there is no bot \\"shp\\"; did you mean \\"shop\\"?"}'
    assert plain_answer(problem).body == expected


def test_where_there_is_no_way_out_the_sentence_stands_alone() -> None:
    assert Problem.of(Refused("conflict", "It changes")).sentence == "It changes"
