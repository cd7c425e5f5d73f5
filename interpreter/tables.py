"""The columns of TABLE … END TABLE, in the three ways that authors write them: plain lines, FIELD lines and SQL."""

import re
from collections.abc import Iterator

from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.values import Value

_COLUMN = re.compile(
    r"""(?:FIELD\s+)?["`\[]?(?P<name>[^\W\d]\w*)["`\]]?\*?(?:\s+AS|\s*:)?\s+(?P<type>[^\W\d]\w*(?:\[\])?)
    (?:\s*\(\s*(?:MAX|(?P<size>\d+))\s*(?:,\s*(?P<scale>\d+)\s*)?\))?(?P<rest>\s.*|)$""",
    re.IGNORECASE | re.VERBOSE,
)
_AROUND = re.compile(r"CREATE\s+TABLE\b[^(]*\(?|\(|\)\s*;?|;", re.IGNORECASE)
_CONSTRAINT = re.compile(
    r"(?:(?:PRIMARY|FOREIGN)\s+KEY\s*\(|CONSTRAINT\s|(?:UNIQUE|CHECK|INDEX|KEY)\s*(?:\w+\s*)?\().*", re.IGNORECASE
)
_KEYS = re.compile(r"PRIMARY\s+KEY\s*\(([^)]*)\)", re.IGNORECASE)
_DEFAULT = re.compile(r"\bDEFAULT\s+(?:'([^']*)'|\"([^\"]*)\"|([^\s,]+))", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)(?:'(?![^']*')|--|//|#(?=\s)|REM\s).*$", re.IGNORECASE)


def columns(body: str, first_line: int) -> tuple[list[Value], list[Diagnostic]]:
    """The columns as records (name, type, size, scale, key, required, unique, default), and lines that are none.

    `first_line` is the script's line of the first line of `body`.
    """
    found: list[dict[str, Value]] = []
    problems: list[Diagnostic] = []
    keys: set[str] = set()
    for line, start, text in _lines(body):
        if _AROUND.fullmatch(text):
            continue
        if _CONSTRAINT.fullmatch(text):
            for listed in _KEYS.findall(text):
                keys |= {name.strip(' "`[]').lower() for name in listed.split(",")}
            continue
        read = _COLUMN.fullmatch(text)
        span = Span(first_line + line, start + 1, first_line + line, start + 1 + len(text))
        if read is None:
            problems.append(
                Diagnostic("invalid-column", "this is no column", span, "write name type, such as: email string(200)")
            )
            continue
        if any(column["name"] == read["name"] for column in found):
            message = f"there are two columns '{read['name']}'"
            problems.append(Diagnostic("duplicate-column", message, span))
            continue
        found.append(_column(read))
    for column in found:
        if str(column["name"]).lower() in keys:
            column["key"] = True
    return list(found), problems


def _lines(body: str) -> Iterator[tuple[int, int, str]]:
    """(line, column from 0, text) of everything that may be a column; SQL may have several in a line."""
    before = ""
    for number, line in enumerate(body.split("\n")):
        rest = _COMMENT.sub("", line)
        if re.match(r"\s*\(", rest) and before.endswith(" AS"):
            before = ""
            continue  # GENERATED ALWAYS AS, and what it is made of in the next line
        before = " ".join(rest.upper().split())
        opening = re.match(r"\s*CREATE\s+TABLE\b[^(]*\(", rest, re.IGNORECASE)
        at = opening.end() if opening else 0
        for part in _parts(rest[at:]):
            text = part.strip().removesuffix(";").rstrip()
            if text.endswith(")") and text.count(")") > text.count("("):
                text = text[:-1].rstrip()
            if text:
                yield number, at + part.index(text[0]), text
            at += len(part) + 1


def _parts(text: str) -> list[str]:
    """The text parted at the commas that are in no brackets."""
    parts, depth, begin = [], 0, 0
    for i, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth <= 0:
            parts.append(text[begin:i])
            begin = i + 1
    return [*parts, text[begin:]]


def _column(read: re.Match[str]) -> dict[str, Value]:
    rest = " ".join(read["rest"].upper().split())
    default = _DEFAULT.search(read["rest"])
    is_key = "PRIMARY KEY" in rest or rest.split()[:1] == ["KEY"]
    return {
        "name": read["name"],
        "type": read["type"].lower(),
        "size": int(read["size"]) if read["size"] else None,
        "scale": int(read["scale"]) if read["scale"] else None,
        "key": is_key,
        "required": is_key or "NOT NULL" in rest or "REQUIRED" in rest,
        "unique": "UNIQUE" in rest,
        "default": next((g for g in default.groups() if g is not None), None) if default else None,
    }
