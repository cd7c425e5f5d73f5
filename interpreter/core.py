"""The commands that belong to the language itself; all others are keywords that somebody declared.

They are written in the same patterns as keywords, so that the lexer and the check of arguments treat both alike; what
they do is the compiler's.
"""

from functools import cache

from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.matcher import Match, match
from tasktalk.interpreter.nodes import Binary, Command, Text
from tasktalk.interpreter.pattern import Pattern, compile_pattern, entry
from tasktalk.interpreter.phrases import Entry

PARAM = (
    "PARAM <names>... [AS <kinds>...] [LIKE <example>] [DESCRIPTION <description>] [DEFAULT <default>]"
    " [OPTIONAL|REQUIRED] [ENUM <choices>]"
)
# the forms of each command, and what the lexer must know of it besides; see phrases.Entry
FORMS: tuple[tuple[tuple[str, ...], dict[str, bool | str]], ...] = (
    (("ASSERT <condition> [, <message>]",), {}),
    (("CALL <target> [, <arguments>...]",), {}),
    (("CLEAR ERROR",), {}),
    (("CLS",), {}),
    (("CREATE ARRAY",), {"bare": True}),
    (("CREATE OBJECT",), {"bare": True}),
    (("DATA <items>...",), {}),
    (("DECLARE <words>...",), {}),
    (("DEF <function> = <value>",), {}),
    (("DEF FN <function> = <value>",), {}),
    (("DESCRIPTION <text>",), {"free_text": True}),
    (("DIM <names>...",), {"pairs": "AS ="}),
    (("ERROR MESSAGE",), {"bare": True}),
    (("FORMAT <value> [, <pattern>] [AS <kind>]",), {"tight": True}),
    (("INPUT <items>...",), {}),
    (("LOCAL <names>...",), {"pairs": "AS ="}),
    (("NEW ARRAY",), {"bare": True}),
    (("NEW OBJECT",), {"bare": True}),
    (
        (PARAM,),
        {},
    ),
    (("PRINT [<values>...]",), {}),
    (("RANDOMIZE [<seed>]",), {}),
    (("READ <variables>...",), {}),
    (("REDIM <names>...",), {"pairs": "AS ="}),
    (("REDIM PRESERVE <names>...",), {"pairs": "AS ="}),
    (("RESTORE [<label>]",), {}),
    (("SWAP <first>, <second>",), {}),
    (("THROW <error> [, <code>]",), {}),
    (("WEBHOOK <name>",), {}),
)


@cache
def patterns() -> dict[str, tuple[Pattern, ...]]:
    """The forms of each command of the language, by its phrase."""
    compiled = (tuple(compile_pattern(text) for text in texts) for texts, _ in FORMS)
    return {forms[0].phrase: forms for forms in compiled}


def entries() -> list[Entry]:
    """What the lexer needs of them."""
    return [
        entry(
            forms,
            bare=bool(options.get("bare")),
            tight=bool(options.get("tight")),
            free_text=bool(options.get("free_text")),
            pairs=str(options.get("pairs", "")),
        )
        for forms, (_, options) in zip(patterns().values(), FORMS, strict=True)
    ]


def bind(command: Command) -> Match | list[Diagnostic] | None:
    """The arguments of one of these commands by name, or what is wrong with them; None for any other command."""
    forms = patterns().get(command.phrase)
    return match(forms, command) if forms and is_own(command) else None


def is_own(command: Command) -> bool:
    """The command is one of the language; READ "a.txt" is not, since READ sets variables."""
    if command.phrase == "READ":
        return not any(isinstance(argument, Text | Binary) for argument in command.arguments)
    return command.phrase in patterns()
