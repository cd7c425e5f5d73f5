"""`maybe-unset`: a variable is read where one way to that place never sets it.

What is not reported, because authors do it on purpose: a variable that the script somewhere tests for being set; one
read under a condition that has nothing to do with where it is set (the two conditions may go together); one that counts
(`n = n + 1`); loops are taken to run at least once, and a SELECT or a chain of ELSE IF to have an arm for each case.
"""

from collections.abc import Iterator

from tasktalk.interpreter import tree
from tasktalk.interpreter.advice.rule import Advice, Rule, Subject
from tasktalk.interpreter.advice.variables import root, set_in
from tasktalk.interpreter.tree import MAIN, Expression, Statement

_ASKING = frozenset(("ISNULL", "ISEMPTY", "COALESCE", "NVL", "TYPEOF", "ISNUMERIC", "ISDATE"))
State = frozenset[str] | None  # the variables that surely are set; None where nothing comes by


def find(subject: Subject) -> Iterator[Advice]:
    procedures = subject.meant.procedures
    main = procedures[MAIN]
    tested = {name for procedure in procedures.values() for name in _tested(procedure.body)}
    mentioned = {node.name for node in tree.walk(list(main.body)) if isinstance(node, tree.Variable)}
    mentioned |= {name for name, _ in set_in(main.body)}
    foreign = {
        name
        for procedure in procedures.values()
        if procedure.name != MAIN
        for name, _ in set_in(procedure.body)
        if name not in procedure.own
    }
    for procedure in procedures.values():
        if any(isinstance(node, tree.JUMPS) for node in tree.walk(list(procedure.body))):
            continue  # where a jump goes to, anything may be set
        names = {name for name, _ in set_in(procedure.body)} - set(procedure.parameters) - tested
        if procedure.name == MAIN:
            names -= foreign
        else:
            names -= mentioned - procedure.own
        flow = _Flow(names)
        flow.body(procedure.body, frozenset())
        for name, place in flow.unset.items():
            lines = sorted({node.span.line for other, node in set_in(procedure.body) if other == name})
            where = f"line {lines[0]}" if len(lines) == 1 else "lines " + ", ".join(map(str, lines[:5]))
            message = f"'{name}' may not have been set when this is reached"
            yield Advice(message, place.span, f"it is set only in {where}; give it a value before")


RULE = Rule("maybe-unset", find)


class _Flow:
    """Follows a procedure from start to end; `unset` has the first doubtful place of each name."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.unset: dict[str, tree.Variable] = {}
        self.conditions: list[set[str]] = []  # what the IFs around this place set
        self.quiet = 0

    def body(self, statements: list[Statement], state: State) -> State:
        for statement in statements:
            if state is None:
                return None
            state = self.statement(statement, state)
        return state

    def statement(self, node: Statement, state: frozenset[str]) -> State:
        match node:
            case tree.Let(target, value):
                name = root(target)
                if isinstance(target, tree.Variable):
                    self.read(value, state | {target.name})
                else:
                    self.read(value, state)
                    self.read(target, state | ({name} if name else set()))
                return state | {name} if name else state
            case tree.If():
                return self.choice(node, state)
            case tree.For() | tree.ForEach():
                before = [node.start, node.stop, node.step] if isinstance(node, tree.For) else [node.value]
                for value in before:
                    self.read(value, state)
                return self.loop(node.body, state | {node.variable})
            case tree.Loop():
                if node.test is not None:
                    self.read(node.test, state)
                after = self.loop(node.body, state)
                if node.until is not None:
                    self.read(node.until, after)
                return after
            case tree.Try():
                return self.attempt(node, state)
            case tree.Exit() | tree.Continue() | tree.Stop():
                return None
        for child in tree.children(node):
            if not isinstance(child, Statement):
                self.read(child, state)
        return None if isinstance(node, tree.Return | tree.Throw) else state

    def choice(self, node: tree.If, state: frozenset[str]) -> State:
        self.conditions.append({name for name, _ in set_in([node])})
        arms: list[State] = []
        otherwise: list[Statement] = [node]
        while len(otherwise) == 1 and isinstance(arm := otherwise[0], tree.If):
            self.read(arm.test, state)
            arms.append(self.body(arm.then, state))
            otherwise = arm.otherwise
        if otherwise or len(arms) == 1:
            arms.append(self.body(otherwise, state))
        self.conditions.pop()
        return _joined(arms)

    def loop(self, body: list[Statement], state: frozenset[str]) -> frozenset[str]:
        after = self.body(body, state)
        return state | {name for name, _ in set_in(body)} if after is None else after

    def attempt(self, node: tree.Try, state: frozenset[str]) -> State:
        after = self.body(node.body, state)
        if node.catch is not None:
            caught = self.body(node.catch, state | ({node.variable} if node.variable else set()))
            after = _joined([after, caught])
        if node.final is not None:
            final = self.body(node.final, state)
            after = None if final is None or after is None else after | final
        return after

    def read(self, node: Expression, state: frozenset[str]) -> None:
        match node:
            case tree.Variable(name):
                is_doubtful = name in self.names and name not in state and not self.quiet
                if is_doubtful and all(name in around for around in self.conditions):
                    self.unset.setdefault(name, node)
            case tree.Logic() | tree.Choose():
                first, *others = tree.children(node)
                self.expression(first, state)
                self.quiet += 1  # whether the others are evaluated depends on the first
                for other in others:
                    self.expression(other, state)
                self.quiet -= 1
            case _:
                for child in tree.children(node):
                    self.expression(child, state)

    def expression(self, node: tree.Node, state: frozenset[str]) -> None:
        if not isinstance(node, Statement):
            self.read(node, state)


def _joined(states: list[State]) -> State:
    living = [state for state in states if state is not None]
    return frozenset.intersection(*living) if living else None


def _tested(body: list[Statement]) -> Iterator[str]:
    """Variables that somebody asks whether they are anything."""
    for node in tree.walk(list(body)):
        asked: list[Expression | None] = []
        match node:
            case tree.If(test) | tree.Choose(test):
                asked = [test]
            case tree.Loop():
                asked = [node.test, node.until]
            case tree.Not(value):
                asked = [value]
            case tree.Logic(left=left, right=right):
                asked = [left, right]
            case tree.Helper(name="is_null", arguments=arguments):
                asked = list(arguments)
            case tree.CallFunction(function, arguments) if function.name in _ASKING:
                asked = list(arguments)
            case tree.Binary("=" | "<>", left, right):
                for one, other in ((left, right), (right, left)):
                    if isinstance(other, tree.Const) and not other.value:
                        asked.append(one)
        for asked_for in asked:
            if isinstance(asked_for, tree.Variable | tree.Index) and (name := root(asked_for)):
                yield name
