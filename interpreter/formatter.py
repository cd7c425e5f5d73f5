"""A script in its usual form: keywords in capitals, two blanks a level, none at line ends, at most two empty lines.

It changes the source itself and does not print the tree. The tree says nothing of comments, of where a long list is
broken, of `&HFF` and `255`; a script laid out with care would come back without that. Only what has no meaning is
changed: the case of words that the lexer took for keywords, and blanks at both ends of a line and between its words.
Texts, blocks of text and comments are never touched; a comment moves with its line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from tasktalk.interpreter.blocks import Nester, OpenBlock
from tasktalk.interpreter.borrowed import without_borrowed
from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.grammar import grammars
from tasktalk.interpreter.keyword import Bound, Keywords
from tasktalk.interpreter.lexer import Classifier
from tasktalk.interpreter.lines import End, Item, Part
from tasktalk.interpreter.newlines import with_line_feeds
from tasktalk.interpreter.nodes import Command, Comment, Label, OnEvent, Procedure, Script, Text, Unknown
from tasktalk.interpreter.parser import ScriptParser, parse
from tasktalk.interpreter.phrases import STRUCTURE, Phrases
from tasktalk.interpreter.resolver.scopes import walk
from tasktalk.interpreter.scanner import Scanner
from tasktalk.interpreter.spacing import Edit, apply, edits
from tasktalk.interpreter.tokens import Token, words

INDENT = 2
TAB = 4
MOST_EMPTY = 2
NEAR = 2  # a comment so near behind its code moves with it
FAR_RIGHT = 8  # a comment alone that stands so much further right than the code belongs to the comments beside the code
NOT_KEYWORDS = words("NAME NUMBER STRING LABEL KEY BODY")
BLANKS = " \t\r\f\v"
END_OF_BLOCK = re.compile(r"[ \t]*END[ \t]+(?:TALK|SYSTEM[ \t]+PROMPT|MAIL|TABLE)", re.IGNORECASE)


class NotFormattable(Exception):
    """The script has errors (`diagnostics` has them), or cannot be changed without changing what it means."""

    def __init__(self, message: str, diagnostics: list[Diagnostic]) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


def formatted(source: str, keywords: Keywords) -> str:
    """The script in its usual form, which means the same and has the same comments. Raises NotFormattable."""
    source = with_line_feeds(source)
    before = parse(source, keywords.phrases)
    errors = [d for d in before.diagnostics if d.severity == "error"]
    if errors:
        raise NotFormattable("it has errors", errors)
    for is_spaced in (True, False):
        text = _Layout(source, keywords, before, is_spaced=is_spaced).text()
        after = parse(text, keywords.phrases)
        if after.body == before.body and _said(after.comments) == _said(before.comments):
            return text
    raise NotFormattable("it would mean something else", [])


def _said(comments: list[Comment]) -> list[tuple[str, bool]]:
    return [(comment.text, comment.is_alone) for comment in comments]


@dataclass(frozen=True, slots=True)
class _Line:
    """One logical line: the first and last of its lines, its level, and the level of what stands above it in its
    block."""

    first: int
    last: int
    level: int
    inner: int


class _Layout:
    """One formatting of one script that parses. Lines are counted from 1, as in spans."""

    def __init__(self, source: str, keywords: Keywords, script: Script, *, is_spaced: bool) -> None:
        self.keywords, self.script = keywords, script
        self.source = source.removeprefix("\ufeff")
        self.newline = "\r\n" if "\r\n" in source else "\n"
        self.lines = ["", *self.source.split("\n")]
        self.beside = {c.span.line: c for c in script.comments if not c.is_alone}
        self.alone = {c.span.line for c in script.comments if c.is_alone}
        self.edits: dict[int, list[Edit]] = {}  # by line
        self.begin_in_text: set[int] = set()  # lines, as are the next ones
        self.end_in_text: set[int] = set()
        self.ends_of_blocks: set[int] = set()  # END TALK and its kin
        self.further_in = [
            range(n.span.line + 1, n.span.end_line)
            for n in walk(script.body)
            if isinstance(n, OnEvent) and STRUCTURE.get(n.phrase) != "ONEVENT"
        ]
        self.further_in += _between_keywords(script, keywords.phrases)
        self.in_unknown_block = {  # with its end: nobody knows what is a block in there
            number
            for n in walk(script.body)
            if isinstance(n, Unknown)
            for number in range(n.span.line + 1, n.span.end_line + 1)
        }
        self.logical = list(self._logical_lines())
        self._kinds_in_capitals()
        if is_spaced:
            self._space()

    def text(self) -> str:
        """The whole script, its lines put where they belong."""
        out: list[str] = []
        pending = iter(self.logical)
        following = next(pending, None)
        shift = empty = 0
        for number, line in enumerate(self.lines[1:], 1):
            while following is not None and number > following.last:
                following = next(pending, None)
            if number not in self.begin_in_text:
                if not line.strip(BLANKS):
                    empty += 1
                    continue
                if number in self.in_unknown_block:
                    line = self._moved(number, shift)
                elif following is not None and number >= following.first:
                    if number == following.first or number in self.ends_of_blocks:
                        shift = following.level * INDENT - _column(line)
                    line = self._moved(number, shift)
                elif number in self.alone:
                    line = self._comment(line, following)
            out += [""] * (min(empty, MOST_EMPTY) if out else 0)
            empty = 0
            out.append(line.removesuffix("\r") if number in self.end_in_text else line.rstrip(BLANKS))
        return self.newline.join(out) + self.newline if out else ""

    # ---- lines

    def _moved(self, number: int, shift: int) -> str:
        """The line with other blanks before it. A comment far behind the code keeps its column, if there is room."""
        line = self.lines[number]
        body = line.lstrip(BLANKS)
        margin = len(line) - len(body)
        wanted = max(0, _column(line) + shift)
        comment = self.beside.get(number)
        if comment is not None and wanted != margin:
            at = comment.span.column - 1 - margin
            code = body[:at].rstrip(BLANKS)
            if at - len(code) > NEAR:
                body = code + " " * max(NEAR, at - len(code) + margin - wanted) + body[at:]
        return " " * wanted + body

    def _comment(self, line: str, following: _Line | None) -> str:
        """A comment alone on its line stands with the code below it; above an ELSE or an end, as its author put it."""
        column = _column(line)
        level = inner = 0
        if following is not None:
            inner = following.inner
            level = inner if column > _column(self.lines[following.first]) else following.level
        return line if column > inner * INDENT + FAR_RIGHT else " " * (level * INDENT) + line.lstrip(BLANKS)

    # ---- what the lines are

    def _logical_lines(self) -> Iterator[_Line]:
        parser = ScriptParser(self.source, self.keywords.phrases)
        scanner = Scanner(self.source, parser.diagnostics, free_text=self.keywords.phrases.free_text)
        nester = Nester(parser.diagnostics, parser.checked, known=self.keywords.phrases.entries)
        for tokens in scanner.lines():
            first, last = tokens[0].span.line, tokens[-1].span.end_line
            names = [t for t in tokens if t.type in ("word", "block")]  # the lexer gives tokens other types
            for token in tokens:
                if token.type in ("string", "body"):
                    self._text(token)
            kept = without_borrowed(tokens)
            parser.interpolate(kept)
            classifier = Classifier(kept, self.keywords.phrases, parser.diagnostics)
            items = cast(list[Item], grammars()["line"].parse(classifier.run())) if kept else []
            if kept is tokens:  # else there are words between them that nobody knows
                self._capitals(classifier.out, names)
                for edit in edits(tokens, classifier.out, self.lines, self.keywords.phrases):
                    self.edits.setdefault(edit.line, []).append(edit)
            more = sum(first in lines for lines in self.further_in)
            inner = _level(nester.open) + more
            yield _Line(first, last, self._added(nester, items) + more, inner)

    def _added(self, nester: Nester, items: list[Item]) -> int:
        """Adds what a line gives to the blocks that are open; the level of the line itself."""
        level: int | None = None
        for item in items:
            before = _level(nester.open)
            nester.add(item)
            if level is None and not isinstance(item, Label):
                if isinstance(item, End):
                    level = _level(nester.open)
                elif isinstance(item, Part):
                    level = _level(nester.open[:-1]) + (nester.open[-1].opener.kind == "SELECT")
                else:
                    level = before
        return _level(nester.open) if level is None else level

    def _space(self) -> None:
        """Makes the edits. A comment far behind its code keeps its column, if there is room."""
        for number, found in self.edits.items():
            line, comment = self.lines[number], self.beside.get(number)
            end = len(line) if comment is None else comment.span.column - 1
            code = line[:end].rstrip(BLANKS)
            gap, before = end - len(code), len(code)
            for edit in reversed(found):
                code = apply(code, edit)
            if comment is not None:
                gap = max(NEAR, gap + before - len(code)) if gap > NEAR else gap
                span = comment.span._replace(column=len(code) + gap + 1)
                self.beside[number] = replace(comment, span=span)
            self.lines[number] = code + (" " * gap if comment is not None else line[before:end]) + line[end:]

    def _text(self, token: Token) -> None:
        """Lines inside a text stay as they are; of a block of text, all but its END."""
        first, last = token.span.line, token.span.end_line
        if token.type == "string":
            self.begin_in_text.update(range(first + 1, last + 1))
            self.end_in_text.update(range(first, last))
            return
        self.begin_in_text.update(range(first, last))
        self.end_in_text.update(range(first, last))
        self.ends_of_blocks.add(last)
        if end := END_OF_BLOCK.match(self.lines[last]):
            self._upper(last, 1, end.end() + 1)

    def _capitals(self, terminals: list[Token], names: list[Token]) -> None:
        """Capitals for the words that became keywords, structure or operators."""
        spans = [
            t.span
            for t in terminals
            if t.type not in NOT_KEYWORDS
            and not (t.type in ("COMMAND", "TIGHT") and t.value not in self.keywords.phrases.entries)
        ]
        for span in spans:
            for word in names:
                line, column, _, end_column = word.span
                if span[:2] <= word.span[:2] and word.span[2:] <= span[2:]:
                    self._upper(line, column, end_column)

    def _kinds_in_capitals(self) -> None:
        """Words that a keyword's form names as words: the INTEGER of HEAR x AS INTEGER."""
        inside = {id(n) for t in walk(self.script.body) if isinstance(t, Text) for n in walk(t.parts)}
        for command in walk(self.script.body):
            if (
                not isinstance(command, Command)
                or id(command) in inside
                or command.phrase not in self.keywords.by_phrase
            ):
                continue
            bound = self.keywords.bind(command)
            for value in bound.values.values() if isinstance(bound, Bound) else ():
                if isinstance(value, Text) and self._is_word(value):
                    self._upper(value.span.line, value.span.column, value.span.end_column)

    def _is_word(self, value: Text) -> bool:
        line, column, end_line, end_column = value.span
        return line == end_line and self.lines[line][column - 1 : end_column - 1].isidentifier()

    def _upper(self, number: int, start: int, end: int) -> None:
        line = self.lines[number]
        self.lines[number] = line[: start - 1] + line[start - 1 : end - 1].upper() + line[end - 1 :]


def _between_keywords(script: Script, phrases: Phrases) -> Iterator[range]:
    """The lines between a keyword and the one that is END and its last word: CREATE WORKFLOW … END WORKFLOW."""
    opened: dict[str, Command] = {}
    bodies = [script.body, *(statement.body for statement in script.body if isinstance(statement, Procedure))]
    commands = (node for body in bodies for node in walk(body) if isinstance(node, Command))
    for command in sorted(commands, key=lambda command: command.span):
        word = command.phrase.rpartition(" ")[2]
        if f"END {word}" not in phrases.entries:
            continue
        if command.phrase != f"END {word}":
            opened[word] = command
        elif (opener := opened.pop(word, None)) is not None:
            yield range(opener.span.end_line + 1, command.span.line)


def _column(line: str) -> int:
    """How wide the blanks before a line are."""
    return len(line[: len(line) - len(line.lstrip(BLANKS))].expandtabs(TAB))


def _level(blocks: list[OpenBlock]) -> int:
    """How many levels deep the inside of these blocks is; what a CASE holds stands two levels below its SELECT."""
    return sum(1 + (block.opener.kind == "SELECT" and bool(block.part)) for block in blocks)
