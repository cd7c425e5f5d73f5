"""`' noqa: code, code` behind a line: its author knows, and these warnings of that line are not shown.

Errors cannot be silenced. A code that nothing knows, or that silences nothing there, is a warning itself, so that these
comments do not outlive their reason.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from tasktalk.interpreter.errors import Diagnostic, Span, nearest
from tasktalk.interpreter.nodes import Comment

_NOQA = re.compile(r"(?:'|REM\b|//|#)[ \t]*noqa\b[ \t]*:?(?P<codes>[^']*)", re.IGNORECASE)
_CODE = re.compile(r"[\w-]+")


def without_silenced(
    found: Sequence[Diagnostic], comments: Sequence[Comment], known: Collection[str]
) -> list[Diagnostic]:
    """The findings that are left, with those about the comments themselves; `known` are the codes of warnings."""
    has_errors = any(f.severity == "error" for f in found)  # then there is no advice, and nothing is unused
    warned = {(f.span.line, f.code) for f in found if f.severity == "warning"}
    silenced: set[tuple[int, str]] = set()
    out: list[Diagnostic] = []
    for comment in comments:
        if wanted := _NOQA.match(comment.text):
            codes = list(_codes(comment, wanted))
            if not codes:
                out.append(_warning("unknown-noqa", "this names no code", comment.span, "write it as ' noqa: unused"))
            for code, span in codes:
                if code not in known:
                    near = nearest(code, known)
                    hint = f"did you mean {near}?" if near else "only warnings have codes that can be silenced"
                    out.append(_warning("unknown-noqa", f"there is no warning '{code}'", span, hint))
                elif ((span.line, code) not in warned and not has_errors) or (span.line, code) in silenced:
                    out.append(_warning("unused-noqa", f"there is no {code} in this line", span, "leave it out"))
                silenced.add((span.line, code))
    return [f for f in found if f.severity == "error" or (f.span.line, f.code) not in silenced] + out


def _codes(comment: Comment, wanted: re.Match[str]) -> Iterator[tuple[str, Span]]:
    line, column = comment.span[:2]
    for code in _CODE.finditer(wanted["codes"]):
        start = column + wanted.start("codes") + code.start()
        yield code[0], Span(line, start, line, start + len(code[0]))


def _warning(code: str, message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(code, message, span, hint, "warning")
