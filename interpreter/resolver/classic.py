"""What listings of classic BASIC are made of: DATA and READ, DEF FN, INPUT."""

from bisect import bisect_left

from tasktalk.interpreter import nodes, tree
from tasktalk.interpreter.errors import Span, nearest
from tasktalk.interpreter.resolver.expressions import ExpressionResolver, constant, is_constant
from tasktalk.interpreter.tree import DATA_AT, DATA_ITEMS, SWAPPED, Expression, Statement
from tasktalk.interpreter.values import Value


class ClassicResolver(ExpressionResolver):
    """DATA is one list of the whole script, with the place that READ has come to; INPUT is a HEAR."""

    def command_statement(self, node: nodes.Command, *, is_top_level: bool) -> list[Statement]:
        """The statements that a command on a line of its own stands for."""
        raise NotImplementedError

    def target(self, found: nodes.Expression, out: list[Statement]) -> tree.Variable | tree.Index | None:
        """What an assignment to it sets; `out` takes what has to be done first."""
        raise NotImplementedError

    def settable(self, found: nodes.Argument, out: list[Statement]) -> tree.Variable | tree.Index | None:
        """A variable, element or field that need not be there yet, as the target of READ and INPUT."""
        return self.target(found, out) if isinstance(found, nodes.Field | nodes.Index) else self.assignable(found)

    def assignable(self, found: nodes.Argument) -> tree.Variable | tree.Index | None:
        """A variable, element or field that is read, too."""
        match found:
            case nodes.Name():
                return self.variable(found)
            case nodes.Index():
                return tree.Index(self.expression(found.object), self.expression(found.index), found.span)
            case nodes.Field():
                return tree.Index(self.expression(found.object), tree.Const(found.name, found.span), found.span)
            case nodes.Call(function=nodes.Name() as name) if found.arguments:
                return self.element(name, found)
        self.findings.error("not-a-variable", "this needs the name of a variable", found.span)
        return None

    def element(self, name: nodes.Name, call: nodes.Call) -> tree.Index:
        """`a(i, j)`: an element, as classic BASIC writes it."""
        value: Expression = self.variable(name)
        for argument in call.arguments:
            value = tree.Index(value, self.argument(argument), call.span)
        if not isinstance(value, tree.Index):
            raise TypeError("an element has at least one position")
        return value

    def swap(self, command: nodes.Command) -> list[Statement]:
        """SWAP a, b(i): each gets the other's value."""
        first, second = (self.assignable(argument) for argument in command.arguments)
        if first is None or second is None:
            return []
        kept = tree.Variable(SWAPPED, command.span)
        return [
            tree.Let(kept, first, command.span),
            tree.Let(first, second, command.span),
            tree.Let(second, kept, command.span),
        ]

    # ---- DATA, READ, RESTORE

    def data_list(self) -> list[Statement]:
        """What the script begins with when it reads: its DATA, and the place of the first."""
        span = Span(1, 1, 1, 2)
        items: list[Expression] = [tree.Const(value, span) for _, value in self._data()]  # type: ignore[arg-type]
        return [
            tree.Let(tree.Variable(DATA_ITEMS, span), tree.ListOf(items, span), span),
            tree.Let(tree.Variable(DATA_AT, span), tree.Const(0, span), span),
        ]

    def _data(self) -> list[tuple[Span, Value]]:
        """Every value of DATA with its place, in the order of the lines."""
        if self.scopes.data_values is None:
            given = (argument for command in self.scopes.data for argument in command.arguments if is_datum(argument))
            self.scopes.data_values = sorted(((a.span, datum(a)) for a in given), key=lambda pair: pair[0])
        return self.scopes.data_values

    def check_data(self, command: nodes.Command) -> None:
        """DATA holds numbers, texts and words without quotes."""
        for argument in command.arguments:
            if not is_datum(argument):
                self.findings.error("not-a-constant", "DATA takes numbers and texts", argument.span)

    def read(self, command: nodes.Command) -> list[Statement]:
        """READ a, b(i): the next values of DATA."""
        out: list[Statement] = []
        at = tree.Variable(DATA_AT, command.span)
        for argument in command.arguments:
            target, span = self.settable(argument, out), argument.span
            if target is None:
                continue
            value = self.helper("read_data", [tree.Variable(DATA_ITEMS, span), at], "any", span)
            out.append(tree.Let(target, value, span))
            out.append(tree.Let(at, tree.Binary("+", at, tree.Const(1, span), span), span))
        return out

    def restore(self, command: nodes.Command) -> list[Statement]:
        """RESTORE [label]: READ goes on with the first DATA, or with the first behind a label."""
        first = 0
        if command.arguments:
            found = command.arguments[0]
            name = str(found.value) if isinstance(found, nodes.Number) else getattr(found, "name", "")
            place = self.scope.labels.get(name.lower())
            if place is None:
                near = nearest(name, self.scope.labels)
                hint = f"did you mean '{near}'?" if near else None
                self.findings.error("unknown-label", f"there is no label '{name}' here", found.span, hint)
                return []
            first = bisect_left(self._data(), place, key=lambda pair: pair[0])
        return [tree.Let(tree.Variable(DATA_AT, command.span), tree.Const(first, command.span), command.span)]

    # ---- INPUT

    def input(self, command: nodes.Command) -> list[Statement]:
        """INPUT "prompt"; x, y$: one answer for all, parted by commas; what it lacks is asked for again.

        A name with `$` takes text, any other a number where the answer is one.
        """
        span, arguments = command.span, list(command.arguments)
        prompt: nodes.Expression | None = None
        if arguments and isinstance(arguments[0], nodes.Text):
            prompt = arguments.pop(0)  # type: ignore[assignment]
        answer = tree.Variable("ANSWER", span)
        if not arguments:
            self.findings.error("missing-argument", "INPUT needs a variable", span, 'write INPUT "prompt"; name')
            return []
        out: list[Statement] = []
        if prompt is not None and not self._hear_asks():
            talk = nodes.Command("TALK", [prompt], "", [], "plain", span, span)
            out += self.command_statement(talk, is_top_level=False)
            prompt = None
        out.append(tree.Let(answer, self._heard(prompt, span), span))
        if len(arguments) > 1:
            out.append(tree.Let(answer, self.helper("answer_parts", [answer], "list", span), span))
        for i, argument in enumerate(arguments):
            target = self.settable(argument, out)
            if target is None:
                continue
            is_text = isinstance(argument, nodes.Name) and argument.name.endswith("$")
            text = tree.Const(is_text, span)
            if len(arguments) == 1:
                out.append(tree.Let(target, self.helper("answer_value", [answer, text], "any", span), span))
                continue
            place = tree.Const(i, span)
            more = tree.Let(tree.Index(answer, place, span), self._heard(None, span), span)
            lacks = self.helper("answer_lacks", [answer, place], "boolean", span)
            out.append(tree.If(lacks, [more], [], span))
            part = tree.Index(answer, place, span)
            out.append(tree.Let(target, self.helper("answer_value", [part, text], "any", span), span))
        return out

    def _hear_asks(self) -> bool:
        """The host's HEAR takes a prompt."""
        hear = self.keywords.get("HEAR")
        return hear is not None and any("WITH" in pattern.clauses for pattern in hear.patterns)

    def _heard(self, prompt: nodes.Expression | None, span: Span) -> Expression:
        clauses = [] if prompt is None else [nodes.Clause("WITH", [prompt], "", span)]
        return self.command(nodes.Command("HEAR", [], "", clauses, "plain", span, span))


def is_datum(argument: nodes.Argument) -> bool:
    """A value that DATA can hold; a word without quotes is a text."""
    return isinstance(argument, nodes.Name) or (not isinstance(argument, nodes.Pair) and is_constant(argument))


def datum(argument: nodes.Argument) -> Value:
    """The value of one item of DATA."""
    return argument.name if isinstance(argument, nodes.Name) else constant(argument)
