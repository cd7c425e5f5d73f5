"""Commands: keywords that somebody declared, those of the language, and procedures called like one."""

from typing import Literal

from tasktalk.interpreter import core, nodes, tree
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.keyword import Bound, Keyword
from tasktalk.interpreter.matcher import Match, match
from tasktalk.interpreter.pattern import Pattern
from tasktalk.interpreter.resolver.classic import ClassicResolver
from tasktalk.interpreter.resolver.dimensions import dimension, is_range
from tasktalk.interpreter.resolver.expressions import constant, is_constant, is_word, word_of
from tasktalk.interpreter.resolver.findings import Declaration
from tasktalk.interpreter.resolver.scopes import Binding
from tasktalk.interpreter.tree import LAST_ERROR, Expression, Statement
from tasktalk.interpreter.values import Value

Given = nodes.Argument | list[nodes.Argument] | Literal[True]
WEBHOOK_NAMES = ("body", "headers", "query")  # what the script of a webhook is given
_LATER = 'put what is to run later into a script of its own: SET SCHEDULE "every day at 9:00", "later.bas"'
_BLOCK_HINTS = {  # what to write instead of a block that other languages have
    **dict.fromkeys(("SCHEDULE", "EVERY", "AFTER"), _LATER),
    "HEAR": "write HEAR answer TIMEOUT 5 MINUTES, then IF TIMEDOUT THEN",
    "WAIT": "write WAIT 5 MINUTES, and below it what comes then",
    "DEF": "write SUB name(a) … END SUB, or FUNCTION name(a) … END FUNCTION",
    "TYPE": 'a record needs no type: write r = {name: "Ana", age: 41}',
    "REPEAT": "write FOR i = 1 TO 3, and NEXT at its end",
}
_VALUES = frozenset(("CALL", "CREATE ARRAY", "CREATE OBJECT", "ERROR MESSAGE", "FORMAT", "NEW ARRAY", "NEW OBJECT"))


class CommandResolver(ClassicResolver):
    """What a command means, as a value and as a statement."""

    _places = 0  # of PARAMs so far

    # ---- as a value

    def command(self, node: nodes.Command) -> Expression:
        binding = self._binding(node)
        if binding is None:
            return self._other(node)
        if isinstance(binding, Match):
            return self._language_value(node, binding)
        if isinstance(binding, Bound):
            if binding.keyword.returns == "nothing":
                self._no_value(node.phrase, node.span)
            return self._call_keyword(node, self._as_value(node, binding))
        return tree.Const(None, node.span)

    def _binding(self, node: nodes.Command) -> Binding:
        """How the command is understood; a list for one whose faults have been reported, None for an unknown."""
        if node.phrase.lower() in self.scopes.procedures and self.keywords.get(node.phrase) is None:
            return None
        return self.scopes.binding(node)

    def _as_value(self, node: nodes.Command, bound: Bound) -> Bound:
        """In `x = HEAR question` the name is a value, not a variable to set: a form that sets none is taken."""
        if bound.target is None:
            return bound
        forms = [pattern for pattern in bound.keyword.patterns if not sets_variable(pattern)]
        found = match(forms, node) if forms else []
        if isinstance(found, Match):
            return Bound(bound.keyword, found.pattern, found.values, None)
        what = f"'{bound.target.name}'" if isinstance(bound.target, nodes.Name) else "a variable"
        message = f"{node.phrase} sets {what}, so it gives no value here"
        self.findings.error("no-value", message, node.span, "write it on a line of its own")
        return bound

    def _no_value(self, phrase: str, span: Span) -> None:
        self.findings.error("no-value", f"{phrase} gives no value", span, "write it on a line of its own")

    def _call_keyword(self, node: nodes.Command, bound: Bound) -> Expression:
        """The call, its arguments in the order in which they are written."""
        number = self.script.number_of(bound.keyword)
        given = list(bound.values.items())
        if len(given) > 1:
            given.sort(key=lambda pair: place_of(pair[1]))
        arguments = [self._given(value, node.span) for _, value in given]
        self.script.phrases[node.span[:2]] = bound.keyword.phrase
        return tree.CallKeyword(number, bound.keyword, [name for name, _ in given], arguments, node.span)

    def _given(self, value: Given, span: Span) -> Expression:
        if value is True:
            return tree.Const(True, span)
        if isinstance(value, list):
            return tree.ListOf(self.arguments(value), span, leaves=True)
        return self.argument(value)

    def _language_value(self, node: nodes.Command, match: Match) -> Expression:
        """A command of the language that is a value."""
        span = node.span
        match node.phrase:
            case "CALL":
                return self._call(match, span)
            case "NEW OBJECT" | "CREATE OBJECT":
                return tree.RecordOf([], [], span)
            case "NEW ARRAY" | "CREATE ARRAY":
                return tree.ListOf([], span)
            case "ERROR MESSAGE":
                return tree.Index(tree.Variable(LAST_ERROR, span), tree.Const("message", span), span)
            case "READ":  # x = READ "a.txt" is not the READ of DATA
                return self._other(node)
            case "FORMAT":
                arguments = [self._one(match, name) for name in ("value", "pattern") if name in match.values]
                if "kind" in match.values:
                    arguments.append(self._format_kind(match))
                return self.library_call("FORMAT", arguments, span)
        self._no_value(node.phrase, span)
        return tree.Const(None, span)

    def _one(self, match: Match, name: str) -> Expression:
        value = match.values[name]
        if value is True or isinstance(value, list):
            raise TypeError(f"{name} takes one value in every form of the language's own commands")
        return self.argument(value)

    def _format_kind(self, match: Match) -> Expression:
        """The pattern behind FORMAT x AS; JSON is a word there, unless a variable has that name."""
        word = match.values["kind"]
        if (
            isinstance(word, nodes.Name)
            and word.name.upper() == "JSON"
            and not self.scopes.is_variable(self.scope, "json")
        ):
            return tree.Const("JSON", word.span)
        return self._one(match, "kind")

    def _several(self, match: Match, name: str) -> list[nodes.Argument]:
        value = match.values.get(name, [])
        return value if isinstance(value, list) else []

    # ---- CALL

    def _call(self, match: Match, span: Span) -> Expression:
        """CALL name(a), CALL name a, CALL "other.bas", a."""
        target = match.values["target"]
        more = self._several(match, "arguments")
        if isinstance(target, nodes.Call) and isinstance(target.function, nodes.Name) and not more:
            return self.call(target)
        if isinstance(target, nodes.Name) and not self.scopes.is_variable(self.scope, target.name.lower()):
            return self.call(nodes.Call(target, more, span))
        if target is True or isinstance(target, list):
            return tree.Const(None, span)
        return tree.CallScript(self.argument(target), self.arguments(more), span)

    # ---- others

    def _other(self, node: nodes.Command, *, is_statement: bool = False) -> Expression:
        """A procedure or function that is called without brackets, or a keyword that nobody has.

        A statement that only calculates would do nothing, so `LOG "started"` is a keyword and not the logarithm.
        """
        name = node.phrase.lower()
        given = list(node.arguments)
        for clause in node.clauses:
            given += clause.arguments or [nodes.Text([clause.word], clause.span)]
        if name in self.scopes.procedures:
            return self._call_procedure(name, self.arguments(given), node.span)
        function = self.functions.get(node.phrase)
        if function is not None and function.takes(len(given)) and not (is_statement and function.is_pure):
            return self._call_function(function, self.arguments(given), node.span)
        if self.keywords.otherwise is not None:
            return self._call_otherwise(self.keywords.otherwise, node)
        found = self.keywords.unknown(node, self.scopes.procedures, self.findings.nearest)
        self.findings.diagnostics.append(found)
        self.script.phrases[node.span[:2]] = node.phrase
        return self.refusal("unknown-keyword", found.message, node.span)

    def _call_otherwise(self, keyword: Keyword, node: nodes.Command) -> Expression:
        """A command that only the host may know: its phrase, its arguments and its clauses, as they are written."""
        span = node.span
        clauses: list[Expression] = []
        for clause in node.clauses:
            values = [self._as_said(argument) for argument in clause.arguments]
            given = tree.ListOf(values, clause.span, leaves=True) if values else tree.Const(True, clause.span)
            clauses.append(given)
        arguments: list[Expression] = [
            tree.Const(node.phrase.upper(), span),
            tree.ListOf([self._as_said(argument) for argument in node.arguments], span, leaves=True),
            tree.RecordOf([clause.word for clause in node.clauses], clauses, span),
        ]
        number = self.script.number_of(keyword)
        self.script.phrases[span[:2]] = node.phrase
        return tree.CallKeyword(number, keyword, ["phrase", "arguments", "clauses"], arguments, span)

    def _as_said(self, argument: nodes.Argument) -> Expression:
        """A value for a command that only the host may know; `SET a = 1` and `WITH a AS 1` tell it {a: 1}."""
        if isinstance(argument, nodes.Pair) and is_word(argument.left):
            key = str(word_of(argument.left))
            return tree.RecordOf([key], [self.expression(argument.right)], argument.span)
        return self.argument(argument)

    def unknown_block(self, node: nodes.Unknown) -> Expression:
        """A block that the language has not. Where its keyword is known, so that the author counts on it, the script
        does not run; else to reach it is an error."""
        phrase = node.command.phrase.upper()
        is_known = core.bind(node.command) is not None or self.keywords.bind(node.command) is not None
        code = "not-supported" if is_known else "unknown-keyword"
        return self._no_block(code, phrase, node.end, node.span, node.command.phrase_span)

    def other_text(self, node: nodes.Raw) -> Expression:
        """BEGIN CARD … END CARD: only the host may know it. It is given all that stands between the two."""
        line, column, *_ = node.span
        at = Span(line, column, line, column + len("BEGIN ") + len(node.kind))
        phrase = "BEGIN " + node.kind
        if self.keywords.otherwise is not None:
            text = nodes.Text(node.parts, node.span)
            return self._call_otherwise(
                self.keywords.otherwise, nodes.Command(phrase, [text], "", [], "plain", node.span, at)
            )
        return self._no_block("unknown-keyword", phrase, node.kind, node.span, at)

    def _no_block(self, code: str, phrase: str, end: str, span: Span, at: Span) -> Expression:
        message = f"there is no block {phrase} … END {end}"
        self.findings.error(code, message, at, _BLOCK_HINTS.get(end))
        self.script.phrases[span[:2]] = phrase
        return self.refusal(code, message, span)

    # ---- as a statement

    def command_statement(self, node: nodes.Command, *, is_top_level: bool) -> list[Statement]:
        """The statements that a command on a line of its own stands for."""
        binding = self._binding(node)
        if isinstance(binding, Match):
            return self._language_statement(node, binding)
        if isinstance(binding, Bound):
            if is_top_level and binding.keyword.declares and self._declare(node, binding):
                return []
            out: list[Statement] = []
            target = None if binding.target is None else self.target(binding.target, out)
            call = self._call_keyword(node, binding)
            return [*out, tree.Do(call, node.span) if target is None else tree.Let(target, call, node.span)]
        return [] if binding is not None else [tree.Do(self._other(node, is_statement=True), node.span)]

    def _declare(self, node: nodes.Command, bound: Bound) -> bool:
        """Notes a declaration; false where an argument is not a constant, so that it has to be run."""
        values: dict[str, Value] = {}
        for name, given in bound.values.items():
            listed = given if isinstance(given, list) else [] if given is True else [given]
            if not all(is_constant(argument) for argument in listed):
                return False
            values[name] = (
                True if given is True else [constant(a) for a in listed] if isinstance(given, list) else constant(given)
            )
        self.declarations.append(Declaration(bound.keyword.phrase, values, node.span))
        return True

    def _language_statement(self, node: nodes.Command, match: Match) -> list[Statement]:
        span, phrase = node.span, node.phrase
        match phrase:
            case "PRINT":
                return [tree.Print(self._printed(node), span)]
            case "DIM" | "LOCAL" | "REDIM" | "REDIM PRESERVE":
                return [s for argument in node.arguments for s in self._dimension(phrase, argument)]
            case "THROW":
                code = self._one(match, "code") if "code" in match.values else None
                return [tree.Throw(self._one(match, "error"), code, span)]
            case "ASSERT":
                text = tree.Const("this should have been true", span)
                message = self._one(match, "message") if "message" in match.values else text
                failed = tree.Throw(message, tree.Const("assertion", span), span)
                return [tree.If(tree.Not(self._one(match, "condition"), span), [failed], [], span)]
            case "CLEAR ERROR":
                return [tree.Let(tree.Variable(LAST_ERROR, span), tree.Const(None, span), span)]
            case "RANDOMIZE" | "CLS" | "DECLARE":
                return []
            case "SWAP":
                return self.swap(node)
            case "DATA":
                self.check_data(node)
                return []
            case "READ":
                return self.read(node)
            case "RESTORE":
                return self.restore(node)
            case "INPUT":
                return self.input(node)
            case "DEF" | "DEF FN":
                form = "the form is: DEF FN name(x) = value, at the top level"
                self.findings.error("misplaced", f"this {phrase} defines no function", span, form)
                return []
            case "WEBHOOK":
                return self._webhook(match, span)
            case "PARAM":
                return self._parameters(node, match)
            case "DESCRIPTION":
                text_value = match.values["text"]
                if text_value is not True and not isinstance(text_value, list) and is_constant(text_value):
                    self.declarations.append(Declaration(phrase, {"text": constant(text_value)}, span))
                return []
        if phrase in _VALUES:
            return [tree.Do(self._language_value(node, match), span)]
        raise LookupError(phrase)

    def _webhook(self, match: Match, span: Span) -> list[Statement]:
        """WEBHOOK "name": the script is the handler; `body`, `headers` and `query` are given to it by name."""
        name = match.values["name"]
        if self.scope.name != tree.MAIN or name is True or isinstance(name, list) or not is_word(name):
            hint = 'write WEBHOOK "name" at the top of the script'
            self.findings.error("misplaced", "WEBHOOK names the whole script", span, hint)
            return []
        self.declarations.append(Declaration("WEBHOOK", {"name": word_of(name)}, span))
        out: list[Statement] = []
        for word in WEBHOOK_NAMES:
            if word in self.scope.mentioned and word not in self.scope.assigned:
                self.scope.assigned[word] = word
                out += self._parameter({"name": word}, nodes.Name(word, span))
        return out

    def _parameters(self, node: nodes.Command, match: Match) -> list[Statement]:
        """PARAM a, b and PARAM a AS kind …: what was given to the script, in order; what was not given is null."""
        if self.scope.name != tree.MAIN:
            self.findings.error(
                "misplaced", "PARAM belongs to the script, not to a SUB", node.span, "write SUB name(a)"
            )
            return []
        out: list[Statement] = []
        described = self._described(node, match)
        for argument in node.arguments:
            if not isinstance(argument, nodes.Name):
                self.findings.error("not-a-variable", "PARAM needs the name of a variable here", argument.span)
                continue
            out += self._parameter({"name": argument.name, **described}, argument)
            default = match.values.get("default")
            if default is not None and default is not True and not isinstance(default, list):
                variable, span = self.variable(argument), argument.span
                missing = self.helper("is_null", [variable], "boolean", span)
                out.append(tree.If(missing, [tree.Let(variable, self.argument(default), span)], [], span))
        return out

    def _parameter(self, values: dict[str, Value], name: nodes.Name) -> list[Statement]:
        """The next place in what the script is given."""
        span, place = name.span, self._places
        self._places += 1
        self.declarations.append(Declaration("PARAM", values, span))
        given = self.helper("given", [self._script_arguments(span), tree.Const(place, span)], "any", span)
        return [tree.Let(self.variable(name), given, span)]

    def _described(self, node: nodes.Command, match: Match) -> dict[str, Value]:
        """What PARAM says of its parameter besides the name; all of it is written out, but for DEFAULT."""
        found: dict[str, Value] = {word: True for word in ("optional", "required") if word in match.values}
        for word in ("example", "description", "default"):
            given = match.values.get(word)
            if given is None or given is True or isinstance(given, list):
                continue
            if not isinstance(given, nodes.Pair) and is_constant(given):
                found[word] = constant(given)
            elif word == "example" and isinstance(given, nodes.Name):
                found[word] = given.name  # LIKE fax
            elif word == "default":
                found["optional"] = True
            else:
                self.findings.error("not-a-constant", f"the {word} of a PARAM is written out", given.span)
        kinds = self._several(match, "kinds")
        if len(kinds) == 1 and isinstance(kinds[0], nodes.Name):
            found["kind"] = kinds[0].name.upper()
            kinds = []
        choices = match.values.get("choices", kinds)
        listed = choices if isinstance(choices, list) else [] if choices is True else [choices]
        values: list[Value] = []
        for choice in listed:
            if isinstance(choice, nodes.Pair) or not is_constant(choice):
                self.findings.error("not-a-constant", "the choices of a PARAM are written out", choice.span)
                continue
            value = constant(choice)
            values += value if isinstance(value, list) else [value]
        return {**found, "choices": values} if values else found

    def _printed(self, node: nodes.Command) -> Expression:
        """The values of PRINT as one text: `;` joins them, anything else puts a blank between."""
        parts: list[Expression] = []
        for i, argument in enumerate(node.arguments):
            if i and node.separators[i - 1] != ";":
                parts.append(tree.Const(" ", argument.span))
            parts.append(self.argument(argument))
        return tree.Interpolation(parts, node.span) if parts else tree.Const("", node.span)

    def _dimension(self, phrase: str, argument: nodes.Argument) -> list[Statement]:
        """One variable of a DIM, set to what it begins with."""
        found, span = dimension(argument), argument.span
        sizes = [self._size(size, names_last=found.names_last) for size in found.sizes]
        if not isinstance(found.variable, nodes.Name):
            self.findings.error("not-a-variable", f"{phrase} needs the name of a variable here", found.variable.span)
            return []
        fill = tree.Const(_FILLS.get(found.kind), span)
        target = self.variable(found.variable)
        if found.value is not None:
            return [tree.Let(target, self.argument(found.value), span)]
        if sizes:
            made = self.helper("new_list", [fill, *sizes], "list", span)
            if phrase == "REDIM PRESERVE":
                made = self.helper("resized", [fill, target, *sizes], "list", span)
            return [tree.Let(target, made, span)]
        if found.kind in ("ARRAY", "LIST", "COLLECTION"):
            return [tree.Let(target, tree.ListOf([], span), span)]
        if found.kind in ("OBJECT", "RECORD", "DICTIONARY", "MAP"):
            return [tree.Let(target, tree.RecordOf([], [], span), span)]
        return [tree.Let(target, fill, span)]

    def _size(self, size: nodes.Argument, *, names_last: bool) -> Expression:
        """How many elements DIM makes."""
        last = self.argument(size.right if isinstance(size, nodes.Binary) and is_range(size) else size)
        if not names_last:
            return last
        if isinstance(last, tree.Const) and isinstance(last.value, int):
            return tree.Const(last.value + 1, last.span)
        return tree.Binary("+", last, tree.Const(1, last.span), last.span)


_FILLS: dict[str, int | str | bool] = {
    **dict.fromkeys(("INTEGER", "NUMBER", "LONG", "DOUBLE", "FLOAT", "SINGLE", "DECIMAL", "CURRENCY"), 0),
    **dict.fromkeys(("STRING", "TEXT"), ""),
    "BOOLEAN": False,
}


def sets_variable(pattern: Pattern) -> bool:
    """The form has a place for a variable to set."""
    places = [*pattern.parameters, *(p for rule in pattern.clauses.values() for p in rule.parameters)]
    return any(parameter.is_variable for parameter in places)


def place_of(value: Given) -> tuple[int, int]:
    """Where an argument is written; words without a value come first."""
    if value is True:
        return (0, 0)
    if isinstance(value, list):
        return place_of(value[0]) if value else (0, 0)
    return value.span[:2]
