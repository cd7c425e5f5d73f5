"""Source text to a Script: scan, classify and parse each logical line alone, nest the blocks. It never raises.

A line that does not parse costs one finding; the next line starts afresh, so all mistakes of a script come at once.
"""

from collections.abc import Iterable

from tasktalk.interpreter import explain
from tasktalk.interpreter.blocks import Nester
from tasktalk.interpreter.borrowed import MAY_HOLD, without_borrowed
from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.grammar import Unexpected, grammars
from tasktalk.interpreter.lexer import Classifier
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.lines import End, Item
from tasktalk.interpreter.newlines import with_line_feeds
from tasktalk.interpreter.nodes import Assign, Binary, Call, Command, Constant, Do, Expression, Name, Script, Statement
from tasktalk.interpreter.phrases import Phrases
from tasktalk.interpreter.salvage import salvage
from tasktalk.interpreter.scanner import Scanner, in_interpolation
from tasktalk.interpreter.tokens import Token
from tasktalk.interpreter.words import is_variable

MAX_DEPTH = 200
MAX_DIAGNOSTICS = 20


def parse(source: str, phrases: Phrases, most: int = MAX_DIAGNOSTICS) -> Script:
    """The script's tree with what is wrong with it, sorted by place, at most `most` findings. Never raises."""
    longest = current().script
    if len(source) > longest or len(source.encode("utf-8", "surrogatepass")) > longest:
        message = f"a script has at most {longest:,} bytes"
        return Script(
            [], [], [Diagnostic("too-long", message, Span(1, 1, 1, 2), "put parts of it in scripts of their own")]
        )
    return ScriptParser(source, phrases).parse(most)


class ScriptParser:
    """One parse of one script."""

    def __init__(self, source: str, phrases: Phrases) -> None:
        self.source, self.phrases = with_line_feeds(source), phrases
        self.diagnostics: list[Diagnostic] = []
        self.grammars = grammars()

    def parse(self, most: int) -> Script:
        free_text = self.phrases.free_text
        scanner = Scanner(self.source, self.diagnostics, free_text=free_text, watched=MAY_HOLD)
        nester = Nester(self.diagnostics, self.checked, known=self.phrases.entries)
        for tokens in scanner.lines():
            for item in self.line(without_borrowed(tokens) if scanner.was_watched else tokens):
                nester.add(item)
            if nester.is_too_deep or len(self.diagnostics) > most * 5:
                nester.open.clear()  # enough is wrong; what is open now says nothing
                break
        body = nester.finish()
        found = sorted(dict.fromkeys(self.diagnostics), key=lambda d: d.span)
        return Script(body, scanner.comments, found[:most])

    def line(self, tokens: list[Token]) -> Iterable[Item]:
        """What one logical line gives; after an error, what can still be used of it."""
        if not tokens:
            return []
        if explain.is_on_timeout(tokens):
            self.diagnostics.append(explain.on_timeout(tokens))
            return []
        self.interpolate(tokens)
        classifier = Classifier(tokens, self.phrases, self.diagnostics)
        try:
            items: list[Item] = self.grammars["line"].parse(classifier.run())
        except Unexpected as error:
            refused = error.token
            if not explain.is_told(self.diagnostics, tokens[0].span.line):
                self.diagnostics.append(explain.unexpected(classifier.out, refused, error.expected))
            return salvage(classifier.out, refused)
        if len(tokens) > MAX_DEPTH and is_too_deep(items):
            message = f"this has more than {MAX_DEPTH} operators in a row or inside one another"
            self.diagnostics.append(Diagnostic("too-deep", message, tokens[0].span, "put parts of it in variables"))
            return []
        return items

    def interpolate(self, tokens: list[Token]) -> None:
        """Parses the `${…}` of texts."""
        for token in tokens:
            if (parts := token.parts) is not None:
                for i, part in enumerate(parts):
                    if isinstance(part, list):
                        parts[i] = self.expression(part)

    def expression(self, tokens: list[Token]) -> Expression:
        """The expression of a `${…}`; what is wrong with it is reported and stands as null."""
        start = tokens[0].span
        if len(tokens) == 1 and is_variable(tokens[0], self.phrases):
            return Name(tokens[0].text, start)
        self.interpolate(tokens)
        classifier = Classifier(tokens, self.phrases, self.diagnostics, is_expression=True)
        try:
            value: Expression = self.grammars["expression"].parse(classifier.run())
        except Unexpected as error:
            found = explain.unexpected(classifier.out, error.token, error.expected)
            self.diagnostics.append(in_interpolation(found))
            return Constant(None, start)
        if len(tokens) > MAX_DEPTH and is_too_deep(value):
            message = f"this has more than {MAX_DEPTH} operators in a row or inside one another"
            self.diagnostics.append(Diagnostic("too-deep", message, start, "put parts of it in variables"))
            return Constant(None, start)
        return value

    def checked(self, statement: Statement) -> Statement | End:
        """The statement, or the end of a block that was meant by it; reports a value in the place of a statement."""
        if type(statement) is Do:
            value = statement.value
            if type(value) is Command:
                if found := explain.misspelt_end(value, self.phrases):
                    self.diagnostics.append(found[0])
                    return found[1]
            elif type(value) is not Call:
                self.diagnostics.append(explain.not_a_statement(value))
                if type(value) is Binary and type(value.left) is Name and value.operator == "=":
                    return Assign("", value.left, "=", value.right, value.span)  # x == 5 means that x is there
        return statement


PLACES = frozenset(("span", "operator_span", "phrase_span"))


def is_too_deep(root: object) -> bool:
    """Whether nodes lie more than MAX_DEPTH deep inside `root`; walks without recursion."""
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return True
        below: list[object] = []
        for value in level:
            if isinstance(value, list | tuple):
                below.extend(value)
            elif not isinstance(value, str) and (slots := getattr(value, "__slots__", None)):
                below.extend(getattr(value, name) for name in slots if name not in PLACES)
        level = below
    return False
