"""Which names the procedures of a script assign, own and mention: known before any expression is resolved.

A name that a procedure assigns is the script's when the script itself mentions it, and the procedure's own otherwise;
parameters and what DIM and LOCAL name are always its own.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeAlias

from tasktalk.interpreter import core, nodes
from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.keyword import Bound, Keywords
from tasktalk.interpreter.matcher import Match
from tasktalk.interpreter.resolver.dimensions import Dimension, dimension
from tasktalk.interpreter.resolver.findings import Findings
from tasktalk.interpreter.tree import DATA_AT, DATA_ITEMS, MAIN
from tasktalk.interpreter.values import Value

Binding: TypeAlias = Bound | Match | list[Diagnostic] | None
GIVEN = ("event", "row", "old", "new", "fields", "data", "table", "body", "form", "task")  # to handlers
_WORD = re.compile(r"[^\W\d]\w*")
_DIMS = frozenset(("DIM", "LOCAL", "REDIM", "REDIM PRESERVE"))
_PLAIN = frozenset(("span", "operator_span", "phrase_span", "form"))  # fields that never hold a node


@dataclass(slots=True)
class Scope:
    """One procedure, or the top level. Names are in lower case; `assigned` keeps the author's spelling."""

    name: str
    node: nodes.Procedure | None
    body: list[nodes.Statement]
    span: Span
    parameters: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    assigned: dict[str, str] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    constants: dict[str, Span] = field(default_factory=dict)
    labels: dict[str, Span] = field(default_factory=dict)
    written_labels: list[nodes.Label] = field(default_factory=list)  # some of them are calls, see `is_call`
    targets: set[str] = field(default_factory=set)  # labels that something goes to
    block: nodes.OnEvent | nodes.Raw | None = None  # what a handler is the body of

    @property
    def gives_its_name(self) -> bool:
        """A FUNCTION that sets its own name gives what that was set to, as in classic BASIC."""
        return self.node is not None and self.node.kind == "FUNCTION" and self.name in self.assigned

    @property
    def declared(self) -> nodes.Procedure:
        """The SUB or FUNCTION; the top level has none."""
        if self.node is None:
            raise LookupError("the top level is no procedure")
        return self.node


class Scopes:
    """All procedures of a script; the top level is the first."""

    def __init__(self, script: nodes.Script, keywords: Keywords, findings: Findings) -> None:
        self._keywords, self._findings = keywords, findings
        # by identity of the command, which is kept so that no other can take it over
        self.bindings: dict[int, tuple[nodes.Command, Binding]] = {}
        top: list[nodes.Statement] = []
        self.main = Scope(MAIN, None, top, Span(1, 1, 1, 2))
        self.procedures: dict[str, Scope] = {}
        self.handlers: dict[str, Scope] = {}
        self.data: list[nodes.Command] = []
        self.data_values: list[tuple[Span, Value]] | None = None  # of them all, once somebody has asked
        self.unsure: set[str] = set()  # names that a command which nobody has may set
        for node in script.body:
            if isinstance(node, nodes.Procedure):
                self._open(node)
            elif (defined := defined_by(node)) is not None:
                self._open(defined)
            elif isinstance(node, nodes.OnEvent) or (isinstance(node, nodes.Raw) and node.kind == "SYSTEM PROMPT"):
                self._open_handler(node)
            else:
                top.append(node)
        self._set: list[tuple[Scope, nodes.Name]] = []  # every place that surely sets a variable
        self._tables: dict[str, list[Dimension]] = {}  # by variable, the DIMs that name its last position
        for scope in self.all:
            self._collect(scope)
        self._check_constants()
        for scope in self.handlers.values():
            self._give(scope)
        self._assigned_in: dict[str, Scope] = {}  # the first procedure that does
        self._assigned_for_all: set[str] = set()  # in a procedure, and not as its own
        for scope in self.procedures.values():
            for name in scope.assigned:
                self._assigned_in.setdefault(name, scope)
                if name not in scope.own:
                    self._assigned_for_all.add(name)

    @property
    def all(self) -> list[Scope]:
        """The top level, then the procedures in their order."""
        return [self.main, *self.procedures.values()]

    def _open(self, node: nodes.Procedure) -> None:
        name = node.name.name.lower()
        if name in self.procedures:
            first = self.procedures[name].span.line
            self._findings.error(
                "duplicate-procedure",
                f"there are two procedures '{node.name.name}'",
                node.name.span,
                f"the first one is in line {first}",
            )
            return
        scope = Scope(name, node, node.body, node.span)
        for parameter in node.parameters:
            own = parameter.name.name.lower()
            if own in scope.own:
                message = f"{node.name.name} has the parameter '{parameter.name.name}' twice"
                self._findings.error("duplicate-parameter", message, parameter.span)
                continue
            scope.parameters.append(own)
            scope.own.add(own)
            scope.assigned[own] = parameter.name.name
        self.procedures[name] = scope

    def _open_handler(self, node: nodes.OnEvent | nodes.Raw) -> None:
        """The body of a handler as a procedure; its name is in capitals, so that it is nobody's."""
        name = f"HANDLER{len(self.handlers) + 1}"
        text: list[nodes.Statement] = []
        if isinstance(node, nodes.Raw):
            text = [nodes.Return(nodes.Text(node.parts, node.span), [], node.span)]
        body = node.body if isinstance(node, nodes.OnEvent) else text
        procedure = nodes.Procedure("SUB", nodes.Name(name, node.span), [], body, node.span)
        scope = Scope(name, procedure, body, node.span, block=node)
        self.procedures[name] = self.handlers[name] = scope

    def _give(self, scope: Scope) -> None:
        """What a handler is given: those of the words for it that it mentions and that are no variables."""
        for word in GIVEN:
            if word in scope.mentioned and word not in scope.assigned and word not in self.main.assigned:
                scope.parameters.append(word)
                scope.own.add(word)
                scope.assigned[word] = word

    # ---- what a name is

    def is_variable(self, scope: Scope, name: str) -> bool:
        """The name is a variable in that procedure."""
        if name in scope.assigned or name in self.main.assigned:
            return True
        return name in self.main.mentioned and name in self._assigned_for_all

    def is_call(self, scope: Scope, label: nodes.Label) -> bool:
        """`greet: TALK "x"` where greet is a SUB, and no label that somebody goes to."""
        name = label.name.lower()
        return not label.is_alone and name in self.procedures and name not in scope.targets

    def first_position(self, name: str) -> int | None:
        """The first position of a list that only DIMs set, each of which names its last one; None for all else."""
        tables = self._tables.get(name, [])
        if not tables or any(name in scope.parameters for scope in self.all):
            return None
        if len(tables) != sum(set_.name.lower() == name for _, set_ in self._set):
            return None
        return min(table.first for table in tables)

    def variables(self, scope: Scope) -> list[str]:
        """The author's spelling of all variables that the procedure can read."""
        return [*scope.assigned.values(), *self.main.assigned.values()]

    def assigned_elsewhere(self, name: str) -> Scope | None:
        """A procedure that assigns the name for itself."""
        return self._assigned_in.get(name)

    # ---- collecting

    def _collect(self, scope: Scope) -> None:
        for node in walk(scope.body):
            if (note := _NOTED.get(type(node))) is not None:
                note(self, scope, node)
        for label in scope.written_labels:  # last: it takes all jumps to tell a label from a call
            if not self.is_call(scope, label):
                self._label(scope, label)
        if scope.gives_its_name:
            scope.own.add(scope.name)

    def _mention(self, scope: Scope, node: nodes.Name) -> None:
        scope.mentioned.add(node.name.lower())

    def _assignment(self, scope: Scope, node: nodes.Assign) -> None:
        if isinstance(node.target, nodes.Name) and node.word == "CONST":
            self._constant(scope, node.target)
        elif isinstance(node.target, nodes.Name) and node.word != ".":
            self._assign(scope, node.target)
        elif (root := root_of(node.target)) is not None:
            self._assign(scope, root, is_whole=False)

    def _loop(self, scope: Scope, node: nodes.For | nodes.ForEach) -> None:
        self._assign(scope, node.variable)

    def _try(self, scope: Scope, node: nodes.Try) -> None:
        if node.variable is not None:
            self._assign(scope, node.variable)

    def _with(self, scope: Scope, node: nodes.With) -> None:
        self._assign(scope, node.name)

    def _written_label(self, scope: Scope, node: nodes.Label) -> None:
        scope.written_labels.append(node)

    def _jump(self, scope: Scope, node: nodes.Jump) -> None:
        scope.targets.update(target.lower() for target in node.targets)

    def _text(self, scope: Scope, node: nodes.Raw) -> None:
        if node.kind not in nodes.KINDS_OF_TEXT:
            texts = (part for part in node.parts if isinstance(part, str))
            self.unsure.update(word.lower() for text in texts for word in _WORD.findall(text))

    def _unknown(self, scope: Scope, node: nodes.Unknown) -> None:
        self.unsure.update(n.name.lower() for n in walk(node.body) if isinstance(n, nodes.Name))

    def _nested(self, scope: Scope, node: nodes.Procedure) -> None:
        message = f"the {node.kind} {node.name.name} stands inside something else"
        self._findings.error("nested-procedure", message, node.name.span, "put it at the top level")

    def _assign(self, scope: Scope, name: nodes.Name, *, is_whole: bool = True) -> None:
        """Notes that the variable is set; `is_whole`: surely, and not only a part of it."""
        scope.assigned.setdefault(name.name.lower(), name.name)
        scope.mentioned.add(name.name.lower())
        if is_whole:
            self._set.append((scope, name))

    def _constant(self, scope: Scope, name: nodes.Name) -> None:
        """A CONST; a second one of the same name sets the first again."""
        scope.constants.setdefault(name.name.lower(), name.span)
        self._assign(scope, name)

    def _check_constants(self) -> None:
        for scope, name in self._set:
            own = name.name.lower()
            first = scope.constants.get(own)
            if (first is None or first == name.span) and own not in scope.own:
                first = self.main.constants.get(own, first)
            if first is not None and first != name.span:
                message = f"'{name.name}' is a constant, so it cannot be set again"
                hint = f"its CONST is in line {first.line}; leave out that word, or take another name here"
                self._findings.error("constant", message, name.span, hint)

    def _label(self, scope: Scope, node: nodes.Label) -> None:
        name = node.name.lower()
        if name in scope.labels:
            message = f"there are two labels '{node.name}'"
            hint = f"the first one is in line {scope.labels[name].line}"
            self._findings.error("duplicate-label", message, node.span, hint)
        scope.labels.setdefault(name, node.span)

    def _command(self, scope: Scope, command: nodes.Command) -> None:
        """Binds the command, once, and notes what it assigns."""
        of_language = core.bind(command)
        if of_language is not None:
            self._bind(command, of_language)
            if command.phrase == "ERROR MESSAGE":
                scope.mentioned.add("error")
            if command.phrase == "DATA":
                self.data.append(command)
            if command.phrase == "READ":
                self.main.assigned.update(dict.fromkeys((DATA_ITEMS, DATA_AT), "DATA"))
            if command.phrase in _DIMS or command.phrase in ("READ", "INPUT", "PARAM", "SWAP"):
                for argument in command.arguments:
                    if isinstance(argument, nodes.Field | nodes.Index) and command.phrase in ("READ", "INPUT"):
                        self._set_by(scope, argument)
                    elif command.phrase in _DIMS:
                        self._table(dimension(argument))
                for name in names_of(command.arguments):
                    self._assign(scope, name)
                    if command.phrase in ("DIM", "LOCAL") and scope.node is not None:
                        scope.own.add(name.name.lower())
            return
        bound = self._keywords.bind(command)
        self._bind(command, bound)
        if bound is None:
            if command.phrase.lower() not in self.procedures:
                given = [*command.arguments, *(a for c in command.clauses for a in c.arguments)]
                self.unsure.update(name.name.lower() for name in names_of(given))
        elif isinstance(bound, Bound) and bound.target is not None:
            self._set_by(scope, bound.target)

    def _table(self, found: Dimension) -> None:
        if found.names_last and found.value is None and isinstance(found.variable, nodes.Name):
            self._tables.setdefault(found.variable.name.lower(), []).append(found)

    def _set_by(self, scope: Scope, target: nodes.Argument) -> None:
        """A variable that a command sets, or an element or field of it."""
        if isinstance(target, nodes.Name):
            self._assign(scope, target)
        elif isinstance(target, nodes.Field | nodes.Index) and (root := root_of(target)) is not None:
            self._assign(scope, root, is_whole=False)

    def _bind(self, command: nodes.Command, found: Binding) -> None:
        if isinstance(found, list):
            self._findings.diagnostics.extend(found)
        self.bindings[id(command)] = command, found

    def binding(self, command: nodes.Command) -> Binding:
        """The command's arguments by name; what is wrong with them, already reported; None where nobody has it."""
        if id(command) not in self.bindings:  # made up by the resolver: KEYWORD(…) in the place of a function
            self._bind(command, core.bind(command) or self._keywords.bind(command))
        return self.bindings[id(command)][1]


def defined_by(node: nodes.Statement) -> nodes.Procedure | None:
    """DEF FN name(x) = value, as the function that it is."""
    if not isinstance(node, nodes.Do) or not isinstance(command := node.value, nodes.Command):
        return None
    if command.phrase not in ("DEF", "DEF FN") or len(command.arguments) != 1:
        return None
    pair = command.arguments[0]
    if not isinstance(pair, nodes.Pair | nodes.Binary) or not isinstance(pair.left, nodes.Call | nodes.Name):
        return None
    name = pair.left.function if isinstance(pair.left, nodes.Call) else pair.left
    listed = pair.left.arguments if isinstance(pair.left, nodes.Call) else []
    if not isinstance(name, nodes.Name) or not all(isinstance(a, nodes.Name) for a in listed):
        return None
    own = nodes.Name(("fn" if command.phrase == "DEF FN" else "") + name.name, name.span)
    parameters = [nodes.Parameter(a, None, None, a.span) for a in listed if isinstance(a, nodes.Name)]
    body: list[nodes.Statement] = [nodes.Return(pair.right, [], node.span)]
    return nodes.Procedure("FUNCTION", own, parameters, body, node.span)


def root_of(target: nodes.Expression) -> nodes.Name | None:
    """The variable that an assignment to an element belongs to."""
    while isinstance(target, nodes.Field | nodes.Index | nodes.Call):
        target = target.function if isinstance(target, nodes.Call) else target.object
    return target if isinstance(target, nodes.Name) else None


def names_of(arguments: list[nodes.Argument]) -> Iterator[nodes.Name]:
    """The variables in arguments that name variables: `x`, `x(10)`, `x AS type`, `x = 1`."""
    for argument in arguments:
        at = argument.left if isinstance(argument, nodes.Pair) else argument
        if isinstance(at, nodes.Call):
            at = at.function
        if isinstance(at, nodes.Name):
            yield at
        elif isinstance(at, nodes.Binary) and at.operator == "=" and isinstance(at.left, nodes.Name):
            yield at.left


def walk(found: object) -> Iterator[object]:
    """Every syntax node in lists and nodes, parents first; not into procedures inside."""
    stack = [found]
    while stack:
        node = stack.pop()
        inner = _INNER.get(type(node))
        if inner is not None:
            yield node
            for name in inner:
                if part := getattr(node, name):
                    if type(part) is list:
                        stack += part[::-1]
                    else:
                        stack.append(part)
        elif type(node) is list or type(node) is tuple:
            stack += reversed(node)


# by kind of node, the fields that may hold other nodes, the last one first
_INNER: dict[type, list[str]] = {
    kind: [f.name for f in reversed(fields(kind)) if f.name not in _PLAIN and f.type not in (str, bool, list[str])]
    for kind in vars(nodes).values()
    if is_dataclass(kind) and isinstance(kind, type)
}
_INNER |= {nodes.Number: [], nodes.Constant: [], nodes.Procedure: [], nodes.Unknown: ["command"]}

# by kind of node, what is noted of it; of all others nothing
_NOTED: dict[type, Callable[[Scopes, Scope, Any], None]] = {
    nodes.Name: Scopes._mention,
    nodes.Assign: Scopes._assignment,
    nodes.For: Scopes._loop,
    nodes.ForEach: Scopes._loop,
    nodes.Try: Scopes._try,
    nodes.With: Scopes._with,
    nodes.Label: Scopes._written_label,
    nodes.Jump: Scopes._jump,
    nodes.Command: Scopes._command,
    nodes.Raw: Scopes._text,
    nodes.Unknown: Scopes._unknown,
    nodes.Procedure: Scopes._nested,
}
