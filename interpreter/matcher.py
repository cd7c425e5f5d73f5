"""A parsed command matched to the patterns of its keyword: its arguments by name, or what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tasktalk.interpreter.errors import Diagnostic, Span, nearest
from tasktalk.interpreter.nodes import Argument, Binary, Clause, Command, Expression, Field, Index, Name, Pair, Text
from tasktalk.interpreter.pattern import ClauseRule, Parameter, Pattern

Target: TypeAlias = Name | Field | Index  # what a keyword can set
Values: TypeAlias = dict[str, "Argument | list[Argument] | Literal[True]"]


@dataclass(slots=True)
class Match:
    """A command's arguments by parameter name; what was not given is absent. `target` is the variable to set."""

    pattern: Pattern
    values: Values = field(default_factory=dict)
    target: Target | None = None


def match(patterns: Sequence[Pattern], command: Command) -> Match | list[Diagnostic]:
    """The command under the first form that fits it, or what is wrong with it by the form that fits best."""
    if misspelt := misspelt_clause(patterns, command):
        return [misspelt]
    tried: list[Matcher] = []
    for pattern in patterns:
        matcher = Matcher(pattern, command)
        if not matcher.problems:
            return matcher.match
        tried.append(matcher)
    return min(tried, key=lambda matcher: len(matcher.problems)).problems


def misspelt_clause(patterns: Sequence[Pattern], command: Command) -> Diagnostic | None:
    """A name beside an argument that is nearly one of the clauses."""
    beside: list[Name] = []
    parts: list[Command | Clause] = [command, *command.clauses]
    for part in parts:
        if "␣" in part.separators:
            pairs = zip(part.separators, part.arguments[1:], strict=False)
            beside += [item for before, item in pairs if before == "␣" and isinstance(item, Name)]
    if not beside:
        return None
    clauses = {word for pattern in patterns for word in pattern.clauses}
    for item in beside:
        if near := nearest(item.name, clauses):
            message = f"{command.phrase} takes no {item.name}"
            return Diagnostic("unknown-clause", message, item.span, f"did you mean {near}?")
    return None


class Matcher:
    """One command against one pattern: `match`, which holds only if there are no `problems`."""

    def __init__(self, pattern: Pattern, command: Command) -> None:
        self.pattern, self.command = pattern, command
        self.match = Match(pattern)
        self.problems: list[Diagnostic] = []
        arguments = command.arguments
        if pattern.takes_pair and arguments and isinstance(pair := arguments[0], Pair):
            arguments = [pair.left, pair.right, *arguments[1:]]
        self.place(pattern.parameters, arguments, command.phrase_span, command.phrase)
        self.place_clauses()

    def problem(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, span, hint or f"the form is: {self.pattern.form}"))

    def place_clauses(self) -> None:
        phrase, rules = self.command.phrase, self.pattern.clauses
        given: dict[str, ClauseRule] = {}
        for clause in self.command.clauses:
            rule = rules.get(clause.word)
            if rule is None:
                near = nearest(clause.word, rules)
                hint = f"did you mean {near}?" if near else None
                self.problem("unknown-clause", f"{phrase} takes no {clause.word}", clause.span, hint)
                continue
            if clause.word in given:
                self.problem("repeated-clause", f"{phrase} has {clause.word} twice", clause.span)
                continue
            other = next((r.word for r in given.values() if r.is_optional and r.group == rule.group), None)
            if other is not None:
                self.problem("repeated-clause", f"{phrase} takes {other} or {clause.word}, not both", clause.span)
            given[clause.word] = rule
            self.place(rule.parameters, clause.arguments, clause.span, clause.word)
            if not rule.parameters:
                self.match.values[rule.flag] = Text([rule.word], clause.span) if rule.choice else True
        for word in self.pattern.required:
            if word not in given:
                self.problem("missing-clause", f"{phrase} needs {word}", self.command.span)

    def place(self, parameters: Sequence[Parameter], arguments: list[Argument], span: Span, form: str) -> None:
        """Puts arguments in their places, from left to right."""
        for i, parameter in enumerate(parameters):
            if i >= len(arguments):
                if not parameter.is_optional:
                    self.problem("missing-argument", f"{form} needs {article(parameter.name)}", span)
                continue
            if parameter.many:
                self.match.values[parameter.name] = arguments[i:]
                return
            argument = arguments[i]
            if parameter.is_word and isinstance(argument, Name):
                self.match.values[parameter.name] = Text([argument.name.upper()], argument.span)
            elif not parameter.is_variable:
                self.match.values[parameter.name] = self.plain_value(argument)
            elif isinstance(argument, Name | Field | Index):
                self.match.target = argument
            else:
                self.problem("not-a-variable", f"{form} needs a variable here", argument.span)
        if len(arguments) > len(parameters):
            count = len(parameters)
            allowed = f"{count} value{'s' * (count != 1)}" if count else "no value"
            extra = arguments[count].span.to(arguments[-1].span)
            self.problem("too-many-arguments", f"{form} takes {allowed}", extra)

    def plain_value(self, argument: Argument) -> Expression:
        """One value; `a = b` in its place is a comparison after all."""
        if not isinstance(argument, Pair):
            return argument
        if argument.word != "=":
            self.problem("syntax", f"{argument.word} is not expected here", argument.span)
        return Binary("=", argument.left, argument.right, argument.span, argument.span)


def article(name: str) -> str:
    """`a title`, `an id`: a parameter's name in a sentence."""
    name = name.replace("_", " ")
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
