"""From a script's file to its text."""

from tasktalk.interpreter.errors import Diagnostic, Span


def script_text(raw: bytes) -> tuple[str, list[Diagnostic]]:
    """The text of a script's file; where it is not UTF-8, what can be read of it and the finding that says so."""
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = Diagnostic("not-utf8", "this file is not UTF-8 text", Span(line, 1, line, 2), "save it as UTF-8")
        return raw.decode("utf-8", "replace"), [found]
