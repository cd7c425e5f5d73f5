"""Declaring keywords, finding them, and matching commands to them."""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasktalk.interpreter.keyword import Bound, Keyword, Keywords, discover, keyword
from tasktalk.interpreter.nodes import Assign, Call, Command, Do, Expression, Script
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import check


@keyword("FLY DRONE <where> [AT <height>] [FAST]", returns="text")
async def fly(turn: Any, where: str, height: float = 10, fast: bool = False) -> str:
    """Flies there.

    Example:
        FLY DRONE "park"
    """
    return f"{where} {height} {fast}"


@keyword("LAND", "LAND <where>", bare=True, declares=True)
def land(turn: Any, where: str = "here") -> None:
    """Lands."""


def value_of(script: Script) -> Expression:
    statement = script.body[0]
    assert isinstance(statement, Assign | Do)
    return statement.value


def bound(keywords: Keywords, line: str) -> Bound | list[Any]:
    command = value_of(parse(line + "\n", keywords.phrases))
    assert isinstance(command, Command)
    found = keywords.bind(command)
    return [keywords.unknown(command)] if found is None else found


def test_what_a_keyword_knows() -> None:
    assert (fly.phrase, fly.returns, fly.is_async, fly.declares, fly.summary) == (
        "FLY DRONE",
        "text",
        True,
        False,
        "Flies there.",
    )
    assert fly.manual.endswith('FLY DRONE "park"')
    assert fly.module == __name__
    assert (land.returns, land.is_async, land.bare, land.declares, len(land.patterns)) == (
        "nothing",
        False,
        True,
        True,
        2,
    )


def test_on_resume_registers_what_carries_on() -> None:
    @keyword("PAUSE <n>")
    async def pause(turn: Any, n: int) -> None:
        """Pauses."""

    before = pause.resumed

    @pause.on_resume
    async def go_on(turn: Any, request: Any, input: Any) -> None:  # noqa: A002
        """Goes on."""

    assert (before, pause.resumed) == (None, go_on)
    with pytest.raises(ValueError, match="keyword PAUSE: on_resume takes an async function"):
        pause.on_resume(lambda turn: None)


def function(*names: str, **defaults: object) -> Callable[..., None]:
    def does_nothing(*args: object) -> None:
        """Does nothing."""

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(n, kind) for n in ("turn", *names)]
    parameters += [inspect.Parameter(n, kind, default=d) for n, d in defaults.items()]
    does_nothing.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return does_nothing


@pytest.mark.parametrize(
    ("patterns", "declared", "wrong"),
    [
        (("GO <a>",), function("b"), "its patterns name a, but the function takes b after the turn"),
        (("GO",), function("b"), "its patterns name nothing, but the function takes b"),
        (("GO <a> [TO <b>]",), function("a"), "its patterns name a, b, but the function takes a"),
        (("GO <a> [TO <b>]",), function("a", "b"), "b may be left out, so the function needs a default"),
        (("GO <a>", "GO"), function("a"), "a may be left out, so the function needs a default"),
        (("GO [FAST]",), function("fast"), "fast may be left out"),
        (("GO {a}",), function("a"), "its patterns name nothing, but the function takes a"),
        (("GO <a>", "RUN <a>"), function("a"), "all its patterns start with the same words"),
    ],
)
def test_a_function_that_does_not_fit_its_patterns(
    patterns: tuple[str, ...], declared: Callable[..., None], wrong: str
) -> None:
    with pytest.raises(ValueError, match="keyword GO") as caught:
        keyword(*patterns)(declared)
    assert wrong in str(caught.value)


def test_other_declarations_that_are_wrong() -> None:
    with pytest.raises(ValueError, match="needs a pattern"):
        keyword()
    with pytest.raises(ValueError, match="no result type 'string'"):
        keyword("GO", returns="string")  # type: ignore[arg-type]
    undocumented = function()
    undocumented.__doc__ = None
    with pytest.raises(ValueError, match="no docstring"):
        keyword("GO")(undocumented)
    with pytest.raises(ValueError, match="FLY DRONE is declared twice"):
        Keywords([fly, fly])
    with pytest.raises(ValueError, match="PRINT is declared twice"):
        Keywords([keyword("PRINT <x>")(function("x"))])


def test_binding() -> None:
    keywords = Keywords([fly, land])
    found = bound(keywords, 'FLY DRONE "park" FAST AT 30')
    assert isinstance(found, Bound)
    assert found.keyword is fly
    assert set(found.values) == {"where", "height", "fast"}
    assert found.values["fast"] is True
    bare = bound(keywords, "x = LAND")
    assert isinstance(bare, Bound)
    assert bare.values == {}
    wrong = bound(keywords, "FLY DRONE")
    assert isinstance(wrong, list)
    assert [(d.code, d.message, d.hint) for d in wrong] == [
        ("missing-argument", "FLY DRONE needs a where", "the form is: FLY DRONE <where> [AT <height>] [FAST]")
    ]


def test_what_is_missing_at_one_place_is_told_in_the_order_of_the_form() -> None:
    @keyword("CARRY <what> FROM <start> [, <place>] TO <end>")
    def carry(turn: Any, what: str, start: str, end: str, place: str = "") -> None:
        """Carries it."""

    found = check("CARRY\n", Keywords([carry]))
    assert [d.message for d in found] == [f"CARRY needs {what}" for what in ("a what", "FROM", "TO")]


def test_an_unknown_command_and_what_was_probably_meant() -> None:
    keywords = Keywords([fly, land])
    found = bound(keywords, 'FLY DRON "park"')
    assert isinstance(found, list)
    assert [(d.code, d.message, d.hint) for d in found] == [
        ("unknown-keyword", "there is no keyword FLY DRON", "did you mean FLY DRONE?")
    ]
    command = value_of(parse('greeet "x"\n', keywords.phrases))
    assert isinstance(command, Command)
    assert keywords.unknown(command, ["greet"]).hint == "did you mean greet?"
    assert keywords.unknown(command).hint is None


def test_a_keyword_added_later_needs_no_new_grammar() -> None:
    keywords = Keywords()
    assert isinstance(bound(keywords, 'FLY DRONE "park" AT 30'), list)
    keywords.add(fly)
    assert isinstance(bound(keywords, 'FLY DRONE "park" AT 30'), Bound)
    assert (list(keywords), len(keywords), keywords.get("FLY DRONE"), keywords.get("LAND")) == ([fly], 1, fly, None)


@pytest.mark.parametrize(
    ("line", "phrase"), [("fly_drone(a, 3)", "FLY DRONE"), ("Land()", "LAND"), ("take_off()", None), ("a.land()", None)]
)
def test_a_keyword_in_the_spelling_of_a_call(line: str, phrase: str | None) -> None:
    keywords = Keywords([fly, land])
    call = value_of(parse(f"x = {line}\n", keywords.phrases))
    assert isinstance(call, Call)
    command = keywords.command_of(call)
    assert (command and command.phrase) == phrase


def test_keywords_of_a_package_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "found_keywords"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "b_go.py").write_text(
        "from tasktalk.interpreter.keyword import keyword\n\n"
        '@keyword("GO")\ndef go(turn):\n    """Goes."""\n\n'
        '@keyword("GO BACK")\ndef go_back(turn):\n    """Goes back."""\n'
    )
    (package / "a_uses_go.py").write_text("from found_keywords.b_go import go\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        assert [k.phrase for k in discover("found_keywords")] == ["GO", "GO BACK"]
    finally:
        for name in [name for name in sys.modules if name.startswith("found_keywords")]:
            del sys.modules[name]


def test_a_keyword_is_frozen() -> None:
    assert isinstance(fly, Keyword)
    with pytest.raises(AttributeError):
        fly.phrase = "x"  # type: ignore[misc]
