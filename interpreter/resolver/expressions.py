"""Expressions: every name bound to a variable, procedure, function or predefined name."""

from collections.abc import Sequence

from tasktalk.interpreter import elsewhere, nodes, tree
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.function import Function, Functions
from tasktalk.interpreter.keyword import Keywords, ResultType
from tasktalk.interpreter.resolver.findings import Declaration, Findings
from tasktalk.interpreter.resolver.scopes import Scope, Scopes
from tasktalk.interpreter.tree import LAST_ERROR, Expression
from tasktalk.interpreter.values import Value

_LOGIC = frozenset(("AND", "OR", "??"))
_TESTS = {
    "XOR": "exclusive_or",
    "IN": "is_in",
    "CONTAINS": "contains",
    "LIKE": "like",
    "ILIKE": "like_any_case",
    "STARTS WITH": "starts_with",
    "ENDS WITH": "ends_with",
}
_ERROR_WORDS = ("err", "error")
_TEXTS = {"vbcrlf": "\n", "vbnewline": "\n", "vblf": "\n", "vbtab": "\t", "vbnullstring": ""}  # of Visual Basic
_ERROR_FIELDS = {"number": "code", "description": "message"}  # as other dialects call them


class ExpressionResolver:
    """Expressions of one procedure; a subclass knows what commands mean."""

    def __init__(
        self,
        scope: Scope,
        scopes: Scopes,
        script: tree.Script,
        declarations: list[Declaration],
        keywords: Keywords,
        functions: Functions,
        predefined: frozenset[str],
        findings: Findings,
    ) -> None:
        self.scope, self.scopes, self.script, self.declarations = scope, scopes, script, declarations
        self.keywords, self.functions, self.predefined, self.findings = keywords, functions, predefined, findings

    def command(self, node: nodes.Command) -> Expression:
        """A command in the place of a value."""
        raise NotImplementedError

    # ---- expressions

    def expression(self, node: nodes.Expression) -> Expression:
        """The expression with its names bound; what is wrong is reported and stands as null."""
        span = node.span
        # a class pattern takes ten times as long as this question, which is asked of every node
        if type(node) is nodes.Text:
            return self.text(node.parts, span)
        if type(node) is nodes.Name:
            return self.name(node)
        if type(node) is nodes.Number or type(node) is nodes.Constant:
            return tree.Const(node.value, span)
        if type(node) is nodes.Command:
            return self.command(node)
        if type(node) is nodes.Field:
            if type(node.object) is nodes.Name and self._is_error_word(node.object):
                return self._error_field(node.name.lower(), span)
            return tree.Index(self.expression(node.object), tree.Const(node.name, span), span)
        if type(node) is nodes.Index:
            return tree.Index(self.expression(node.object), self.expression(node.index), span)
        if type(node) is nodes.Call:
            return self.call(node)
        if type(node) is nodes.Unary:
            return self._unary(node)
        if type(node) is nodes.Binary:
            return self._binary(node)
        if type(node) is nodes.Conditional:
            test, yes, no = (self.expression(part) for part in (node.condition, node.yes, node.no))
            return tree.Choose(test, yes, no, span)
        if type(node) is nodes.ListLiteral:
            return tree.ListOf(self.arguments(node.items), span)
        if type(node) is nodes.RecordLiteral:
            keys = [key for key, _ in node.pairs]
            return tree.RecordOf(keys, [self.expression(value) for _, value in node.pairs], span)
        raise TypeError(node)

    def text(self, parts: Sequence[str | nodes.Expression], span: Span) -> Expression:
        """A text with what `${…}` puts into it."""
        if len(parts) == 1 and isinstance(parts[0], str):
            return tree.Const(parts[0], span)
        plain = [part for part in parts if isinstance(part, str)]
        if len(plain) == len(parts):
            return tree.Const("".join(plain), span)
        found = [tree.Const(part, span) if isinstance(part, str) else self.expression(part) for part in parts]
        return tree.Interpolation(found, span)

    def arguments(self, found: Sequence[nodes.Argument]) -> list[Expression]:
        """Plain values in a row; `a = b` among them is a comparison."""
        return [self.argument(argument) for argument in found]

    def argument(self, found: nodes.Argument) -> Expression:
        """One plain value."""
        if not isinstance(found, nodes.Pair):
            return self.expression(found)
        if found.word != "=":
            self.findings.error("syntax", f"{found.word} is not expected here", found.span)
        return tree.Binary("=", self.expression(found.left), self.expression(found.right), found.span)

    def _unary(self, node: nodes.Unary) -> Expression:
        if node.operator == "-" and isinstance(node.operand, nodes.Number):
            return tree.Const(-node.operand.value, node.span)
        operand = self.expression(node.operand)
        match node.operator:
            case "-":
                return tree.Binary("-", tree.Const(0, node.span), operand, node.span)
            case "+":
                return tree.Binary("-", operand, tree.Const(0, node.span), node.span)
            case "NOT":
                return tree.Not(operand, node.span)
        if node.operator.endswith("EMPTY"):
            test = self.library_call("ISEMPTY", [operand], node.span)
        else:
            test = self.helper("is_null", [operand], "boolean", node.span)
        return tree.Not(test, node.span) if node.operator.startswith("IS NOT") else test

    def _between(self, node: nodes.Binary) -> Expression:
        bounds = node.right
        if not isinstance(bounds, nodes.Binary) or bounds.operator != "TO":
            form = "the form is: value BETWEEN low AND high"
            self.findings.error("missing-word", "AND is missing behind BETWEEN", bounds.span, form)
            return tree.Const(None, node.span)
        given = [self.expression(part) for part in (node.left, bounds.left, bounds.right)]
        test = self.helper("between", given, "boolean", node.span)
        return tree.Not(test, node.span) if node.operator == "NOT BETWEEN" else test

    def _binary(self, node: nodes.Binary) -> Expression:
        if node.operator.endswith("BETWEEN"):
            return self._between(node)
        left, right = self.expression(node.left), self.expression(node.right)
        operator = node.operator
        if operator in _LOGIC:
            return tree.Logic(operator, left, right, node.span)
        is_not = operator.startswith("NOT ")
        name = _TESTS.get(operator.removeprefix("NOT "))
        if name is None:
            return tree.Binary(operator, left, right, node.span)
        test = self.helper(name, [left, right], "boolean", node.span)
        return tree.Not(test, node.span) if is_not else test

    def helper(self, name: str, arguments: list[Expression], returns: ResultType, span: Span) -> Expression:
        """An operation of the language."""
        return tree.Helper(name, arguments, returns, span)

    def refusal(self, code: str, message: str, span: Span) -> Expression:
        """What stands for something that cannot run: an error when it is reached."""
        return self.helper("refuse", [tree.Const(code, span), tree.Const(message, span)], "any", span)

    # ---- names

    def variable(self, name: nodes.Name) -> tree.Variable:
        """The name as a variable."""
        return tree.Variable(name.name.lower(), name.span)

    def name(self, node: nodes.Name) -> Expression:
        """What a name alone stands for."""
        name, span = node.name.lower(), node.span
        if self.scopes.is_variable(self.scope, name):
            return tree.Variable(name, span)
        if name in self.scopes.procedures:
            return self._call_procedure(name, [], span)
        if name in _ERROR_WORDS:
            return self._error_word(name, span)
        if name == "args":
            return self._script_arguments(span)
        if name in _TEXTS:
            return tree.Const(_TEXTS[name], span)
        if name in self.predefined:
            return tree.Predefined(name, span)
        function = self.functions.get(name)
        if function is not None and function.least == 0:
            return self._call_function(function, [], span)
        if name not in self.scopes.unsure:
            self._unknown_name(node, function)
        return tree.Const(None, span)

    def _is_error_word(self, node: nodes.Name) -> bool:
        name = node.name.lower()
        return (
            name in _ERROR_WORDS
            and not self.scopes.is_variable(self.scope, name)
            and name not in self.scopes.procedures
        )

    def _error_field(self, name: str, span: Span) -> Expression:
        """ERR.code, ERR.message, ERR.line and ERR.keyword of the last error, null before the first."""
        key = tree.Const(_ERROR_FIELDS.get(name, name), span)
        return tree.Index(tree.Variable(LAST_ERROR, span), key, span)

    def _error_word(self, name: str, span: Span) -> Expression:
        """ERROR is whether ON ERROR or the CATCH around has met an error; ERR is its code, 0 for none."""
        last = tree.Variable(LAST_ERROR, span)
        if name == "error":
            return tree.Not(self.helper("is_null", [last], "boolean", span), span)
        return tree.Logic("??", tree.Index(last, tree.Const("code", span), span), tree.Const(0, span), span)

    def _script_arguments(self, span: Span) -> Expression:
        """`args`: what CALL or a schedule gave to the script. It becomes a variable of the top level."""
        main = self.scopes.main
        main.assigned.setdefault("args", "args")
        main.parameters = [tree.ARGUMENTS]
        return tree.Variable("args", span)

    def _unknown_name(self, node: nodes.Name, function: Function | None) -> None:
        known = [*self.scopes.variables(self.scope), *self.scopes.procedures, *self.predefined]
        near = self.findings.nearest(node.name, known)
        hint = elsewhere.VALUES.get(node.name.upper())
        owner = self.scopes.assigned_elsewhere(node.name.lower())
        if function is not None:
            hint = f"as a function it is written {function.form}"
        elif owner is not None:
            hint = f"'{owner.name}' has one of its own; assign it at the top level to share it"
        elif hint is None:
            hint = f"did you mean '{near}'?" if near else f'nothing sets it; a text stands in quotes: "{node.name}"'
        self.findings.error("unknown-name", f"there is no variable '{node.name}' here", node.span, hint)

    # ---- calls

    def call(self, node: nodes.Call) -> Expression:
        """`f(a, b)` in all its meanings."""
        if isinstance(node.function, nodes.Field):
            return self._method(node, node.function)
        if not isinstance(node.function, nodes.Name):
            self.findings.error("not-a-function", "this cannot be called", node.function.span)
            return tree.Const(None, node.span)
        name = node.function.name.lower()
        if name in self.scopes.procedures:
            return self._call_procedure(name, self.arguments(node.arguments), node.span)
        is_variable = self.scopes.is_variable(self.scope, name)
        function = self.functions.get(name)
        if is_variable and node.arguments and (function is None or name in self.scope.own):
            value: Expression = tree.Variable(name, node.function.span)
            for argument in node.arguments:  # classic BASIC writes positions in round brackets
                value = tree.Index(value, self.argument(argument), node.span)
            return value
        if name in ("iif", "if"):
            return self._iif(node)
        if name == "isnull" and len(node.arguments) == 1:
            return self.helper("is_null", self.arguments(node.arguments), "boolean", node.span)
        if function is not None:
            bound = self._bound(name, node)
            return bound or self._call_function(function, self.arguments(node.arguments), node.span)
        command = self.keywords.command_of(node)
        if command is not None:
            return self.command(command)
        if self.keywords.otherwise is not None:
            return self.command(nodes.Command(node.function.name, node.arguments, "", [], "call", node.span, node.span))
        known = [*self.scopes.procedures, *(f.lower() for f in self.functions.names())]
        brought = elsewhere.known(name.replace("_", " "), self.keywords.phrases.entries)
        if brought is not None and brought.message is not None:
            return self._nobody_has("unknown-keyword", brought.message, node.function.span, node, brought.hint)
        near = None if brought else self.findings.nearest(name, known)
        hint = brought.hint if brought else f"did you mean '{near}'?" if near else None
        message = f"there is no function '{node.function.name}' here"
        return self._nobody_has("unknown-name", message, node.function.span, node, hint)

    def _nobody_has(self, code: str, message: str, at: Span, node: nodes.Call, hint: str | None) -> Expression:
        """Reports it; what is written compiles to an error that comes when it is reached."""
        self.findings.error(code, message, at, hint)
        self.arguments(node.arguments)
        return self.refusal(code, message, node.span)

    def _bound(self, name: str, node: nodes.Call) -> Expression | None:
        """UBOUND and LBOUND of a list whose DIM names its positions: they are those; None of all other values."""
        of = node.arguments[0] if name in ("ubound", "lbound") and len(node.arguments) == 1 else None
        first = self.scopes.first_position(of.name.lower()) if isinstance(of, nodes.Name) else None
        if first is None:
            return None
        if name == "lbound":
            return tree.Const(first, node.span)
        return self.helper("last_position", self.arguments(node.arguments), "integer", node.span)

    def _iif(self, node: nodes.Call) -> Expression:
        """IIF evaluates only the value that it gives, so it is no function."""
        given = self.arguments(node.arguments)
        if len(given) != 3:
            message = f"IIF takes 3 values, and this gives {len(given)}"
            self.findings.error("wrong-arguments", message, node.span, "the form is: IIF(condition, yes, no)")
            return tree.Const(None, node.span)
        test, yes, no = given
        return tree.Choose(test, yes, no, node.span)

    def _method(self, node: nodes.Call, of: nodes.Field) -> Expression:
        arguments = [self.expression(of.object), *self.arguments(node.arguments)]
        function = self.functions.method(of.name)
        if function is None:
            near = self.findings.nearest(of.name, self.functions.methods())
            hint = f"did you mean '{near}'?" if near else None
            message = f"there is no function '.{of.name}()' here"
            return self._nobody_has("unknown-name", message, of.span, node, hint)
        return self._call_function(function, arguments, node.span)

    def _call_procedure(self, name: str, arguments: list[Expression], span: Span) -> Expression:
        """A call with the defaults of parameters that were not given."""
        node = self.scopes.procedures[name].declared
        parameters = node.parameters[: len(self.scopes.procedures[name].parameters)]
        if len(arguments) > len(parameters):
            takes = counted(len(parameters))
            message = f"{node.name.name} takes {takes}, and this gives {len(arguments)}"
            self.findings.error("wrong-arguments", message, span, procedure_form(node))
            arguments = arguments[: len(parameters)]
        for parameter in parameters[len(arguments) :]:
            if parameter.default is None:
                message = f"{node.name.name} needs a value for '{parameter.name.name}'"
                self.findings.error("wrong-arguments", message, span, procedure_form(node))
                arguments.append(tree.Const(None, span))
            elif is_constant(parameter.default):
                arguments.append(self.expression(parameter.default))
            else:
                message = f"the default of '{parameter.name.name}' is not a constant"
                self.findings.error("constant-default", message, parameter.default.span)
                arguments.append(tree.Const(None, span))
        return tree.CallProcedure(name, arguments, span)

    def library_call(self, name: str, arguments: list[Expression], span: Span) -> Expression:
        """A call of a function that the language itself needs."""
        function = self.functions.get(name)
        if function is None:
            raise LookupError(name)
        return self._call_function(function, arguments, span)

    def _call_function(self, function: Function, arguments: list[Expression], span: Span) -> Expression:
        count, most = len(arguments), function.most
        if not function.takes(count):
            takes = counted(function.least) if most == function.least else f"{function.least} to {most} values"
            takes = f"at least {counted(function.least)}" if most is None else takes
            message = f"{function.name} takes {takes}, and this gives {count}"
            self.findings.error("wrong-arguments", message, span, f"the form is: {function.form}")
            return tree.Const(None, span)
        return tree.CallFunction(function, arguments, span)


def counted(number: int) -> str:
    """`no value`, `1 value`, `2 values`."""
    return "no value" if not number else f"{number} value{'s' * (number != 1)}"


def procedure_form(node: nodes.Procedure) -> str:
    """How a procedure is called, as a hint."""
    names = ", ".join(p.name.name if p.default is None else f"[{p.name.name}]" for p in node.parameters)
    return f"the form is: {node.name.name}({names})"


def is_constant(node: nodes.Argument) -> bool:
    """The expression is written out: numbers, texts and lists and records of such."""
    match node:
        case nodes.Number() | nodes.Constant():
            return True
        case nodes.Text():
            return all(isinstance(part, str) for part in node.parts)
        case nodes.Unary(operator="-"):
            return isinstance(node.operand, nodes.Number)
        case nodes.ListLiteral():
            return all(is_constant(item) for item in node.items)
        case nodes.RecordLiteral():
            return all(is_constant(value) for _, value in node.pairs)
    return False


def constant(node: nodes.Argument) -> Value:
    """The value of an expression that is_constant."""
    match node:
        case nodes.Number() | nodes.Constant():
            return node.value
        case nodes.Text():
            return "".join(part for part in node.parts if isinstance(part, str))
        case nodes.Unary(operand=nodes.Number() as number):
            return -number.value
        case nodes.ListLiteral():
            return [constant(item) for item in node.items]
        case nodes.RecordLiteral():
            return {key: constant(value) for key, value in node.pairs}
    raise TypeError(node)


def is_word(node: nodes.Argument) -> bool:
    """A name or a text that is written out: what an event, a table or a webhook is called."""
    return isinstance(node, nodes.Name) or (isinstance(node, nodes.Text) and is_constant(node))


def word_of(node: nodes.Argument) -> Value:
    """The text of an is_word."""
    return node.name if isinstance(node, nodes.Name) else constant(node)
