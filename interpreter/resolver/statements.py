"""Statements: shorthands spelled out (SELECT, WITH, `+=`), ways out of loops and labels checked."""

from typing import TypeAlias

from tasktalk.interpreter import nodes, tree
from tasktalk.interpreter.errors import Span
from tasktalk.interpreter.resolver.commands import CommandResolver
from tasktalk.interpreter.resolver.handlers import mail, of_table
from tasktalk.interpreter.tree import ARGUMENTS, DATA_AT, LAST_ERROR, MAIN, Expression, Statement

# Python's compiler allows 20 loops and tries inside one another; what we add around them is taken off
_MOST_NESTED = 14
_LONGEST_CHAIN = 40

Arm: TypeAlias = tuple[Expression, list[Statement], Span]


class StatementResolver(CommandResolver):
    """The body of one procedure."""

    def procedure(self) -> tree.Procedure:
        """The whole procedure."""
        scope = self.scope
        self._loops: list[str] = []
        self._tries = self._temporaries = 0
        self._with_name: tree.Variable | None = None
        self._jumps: list[tuple[str, Span]] = []
        body = self._body(scope.body, is_top_level=scope.name == MAIN)
        for label, span in self._jumps:
            if label not in scope.labels:
                near = self.findings.nearest(label, scope.labels)
                hint = f"did you mean '{near}'?" if near else None
                self.findings.error("unknown-label", f"there is no label '{label}' here", span, hint)
        if scope.gives_its_name:
            body.append(tree.Return(self._result(scope.span), scope.span))
        if scope.name == MAIN and DATA_AT in scope.assigned:
            body[:0] = self.data_list()
        if scope.name == MAIN and scope.parameters == [ARGUMENTS]:
            at = scope.span
            body.insert(0, tree.Let(tree.Variable("args", at), tree.Variable(ARGUMENTS, at), at))
        return tree.Procedure(scope.name, scope.parameters, scope.own | set(scope.parameters), body, scope.span)

    def _result(self, span: Span) -> Expression | None:
        """What a procedure gives that ends without RETURN and a value."""
        return tree.Variable(self.scope.name, span) if self.scope.gives_its_name else None

    def _body(self, found: list[nodes.Statement], *, is_top_level: bool = False) -> list[Statement]:
        out: list[Statement] = []
        for node in found:
            out += self.statement(node, is_top_level=is_top_level)
        return out

    def statement(self, node: nodes.Statement, *, is_top_level: bool = False) -> list[Statement]:
        """What one statement stands for."""
        if type(node) is nodes.Do:  # these first and by themselves, as most are: a class pattern takes its time
            if type(node.value) is nodes.Command:
                return self.command_statement(node.value, is_top_level=is_top_level)
            return self._do(node)
        if type(node) is nodes.Assign:
            return self._assign(node)
        span = node.span
        match node:
            case nodes.If():
                return self._if(node)
            case nodes.Jump():
                return self._jump(node)
            case nodes.Label() if self.scopes.is_call(self.scope, node):
                return [tree.Do(self._call_procedure(node.name.lower(), [], span), span)]
            case nodes.Label():
                return [tree.Label(node.name.lower(), span)]
            case nodes.Return():
                return self._return(node)
            case nodes.Raw():
                return self._raw(node, is_top_level=is_top_level)
            case nodes.ForEach():
                return self._for_each(node)
            case nodes.For():
                start, stop = self.expression(node.start), self.expression(node.stop)
                step = self.expression(node.step) if node.step is not None else tree.Const(1, span)
                body = self._loop_body("FOR", node.body, span)
                return [tree.For(node.variable.name.lower(), start, stop, step, body, span)]
            case nodes.While():
                test = self.expression(node.condition)
                return [tree.Loop("WHILE", test, None, self._loop_body("WHILE", node.body, span), span)]
            case nodes.DoLoop():
                before = self._condition(node.before_word, node.before, wanted="WHILE")
                body = self._loop_body("DO", node.body, span)
                after = self._condition(node.after_word, node.after, wanted="UNTIL")
                return [tree.Loop("DO", before, after, body, span)]
            case nodes.Select():
                return self._select(node)
            case nodes.Procedure():
                return []  # reported where scopes are collected
            case nodes.Try():
                return self._try(node)
            case nodes.With():
                return self._with_record(node)
            case nodes.Unknown():
                return [tree.Do(self.unknown_block(node), span)]
            case nodes.OnEvent():
                hint = "put it at the top level: END ON ends an ON … that stands before it, END IF an IF, and so on"
                self.findings.error("misplaced", f"this {node.phrase} stands inside something else", span, hint)
                return []
            case _:
                raise TypeError(node)

    def _do(self, node: nodes.Do) -> list[Statement]:
        if isinstance(node.value, nodes.Call) and isinstance(node.value.function, nodes.Name):
            name = node.value.function.name.lower()
            if name not in self.scopes.procedures and self.functions.get(name) is None:
                command = self.keywords.command_of(node.value)  # TALK("x"): it may well give no value
                if command is not None:
                    return self.command_statement(command, is_top_level=False)
        return [tree.Do(self.expression(node.value), node.span)]

    # ---- assignments

    def _assign(self, node: nodes.Assign) -> list[Statement]:
        if node.word == "." and self._with_name is None:
            self.findings.error("no-with", "a line that begins with a point stands inside WITH", node.span)
            return []
        out: list[Statement] = []
        target = self._target(node, out)
        value = self.expression(node.value)
        if target is None:
            return []
        operator = node.operator.removesuffix("=")
        if operator:
            value = tree.Binary(operator, target, value, node.span)
        return [*out, tree.Let(target, value, node.span)]

    def target(self, found: nodes.Expression, out: list[Statement]) -> tree.Variable | tree.Index | None:
        """What an assignment to it sets; `out` takes what has to be done first."""
        return self._target(nodes.Assign("", found, "=", nodes.Constant(None, found.span), found.span), out)

    def _target(self, node: nodes.Assign, out: list[Statement]) -> tree.Variable | tree.Index | None:
        """What is assigned; for `+=`, what must not be evaluated twice goes into variables first."""
        found = node.target
        if isinstance(found, nodes.Name):
            if node.word == "." and self._with_name is not None:
                return self._field(self._with_name, found)
            return self.variable(found)
        is_twice = node.operator != "="
        match found:
            case nodes.Field():
                value: Expression = self._made(node, found.object, tree.Const(found.name, found.span), out)
                return tree.Index(
                    self._once(value, out) if is_twice else value, tree.Const(found.name, found.span), found.span
                )
            case nodes.Index():
                key = self.expression(found.index)
                if _has_missing(found.object):
                    key = self._once(key, out)
                value = self._made(node, found.object, key, out)
                if is_twice:
                    value, key = self._once(value, out), self._once(key, out)
                return tree.Index(value, key, found.span)
            case nodes.Call(function=nodes.Name() as name) if found.arguments:
                element = self.element(name, found)
                if not is_twice:
                    return element
                return tree.Index(self._once(element.value, out), self._once(element.key, out), found.span)
        self.findings.error("syntax", "nothing can be assigned to this", found.span)
        return None

    def _made(self, node: nodes.Assign, owner: nodes.Expression, key: Expression, out: list[Statement]) -> Expression:
        """The list or record that an element of is assigned; a field on the way that is missing is created first."""
        span, name = owner.span, _field_name(owner)
        place: Expression = self._owner(node, owner)
        if isinstance(owner, nodes.Field | nodes.Index) and _has_missing(owner):
            own: Expression = tree.Const(name, span)
            if name is None and isinstance(owner, nodes.Index):
                own = self._once(self.expression(owner.index), out)
            place = tree.Index(self._made(node, owner.object, own, out), own, span)
            if name is None:
                return place
        elif node.word != "." or not isinstance(owner, nodes.Name):
            return place
        if not isinstance(place, tree.Index):
            return place
        made: Expression = tree.RecordOf([], [], span)
        if not isinstance(key, tree.Const):
            made = self.helper("new_container", [key], "any", span)
        elif not isinstance(key.value, str):
            made = tree.ListOf([], span)
        out.append(tree.If(self.helper("is_null", [place], "boolean", span), [tree.Let(place, made, span)], [], span))
        return place

    def _owner(self, node: nodes.Assign, owner: nodes.Expression) -> Expression:
        """The list or record that an element of is assigned; in WITH, `.a.b = e` begins at its record."""
        if node.word == "." and isinstance(owner, nodes.Name) and self._with_name is not None:
            return self._field(self._with_name, owner)
        return self.expression(owner)

    def _field(self, record: tree.Variable, name: nodes.Name) -> tree.Index:
        return tree.Index(record, tree.Const(name.name, name.span), name.span)

    def _temporary(self, span: Span) -> tree.Variable:
        self._temporaries += 1
        return tree.Variable(f"T{self._temporaries}", span)

    def _once(self, value: Expression, out: list[Statement]) -> Expression:
        """The value in a variable of its own, unless it is free to evaluate twice."""
        if isinstance(value, tree.Const | tree.Variable):
            return value
        name = self._temporary(value.span)
        out.append(tree.Let(name, value, value.span))
        return name

    # ---- choices

    def _if(self, node: nodes.If) -> list[Statement]:
        """A chain of arms as nested choices."""
        arms = [(self.expression(arm.condition), self._body(arm.body), arm.span) for arm in node.arms]
        return self._chain(arms, self._body(node.otherwise), node.span)

    def _chain(self, arms: list[Arm], otherwise: list[Statement], span: Span) -> list[Statement]:
        """Nested choices; a very long chain in pieces one after the other, because Python's own nesting has an end."""
        if len(arms) <= _LONGEST_CHAIN:
            return _nested(arms, otherwise)
        missed = self._temporary(span)
        hit, miss = (tree.Let(missed, tree.Const(value, span), span) for value in (False, True))
        out = [hit, *_nested(arms[:_LONGEST_CHAIN], [miss])]
        for begin in range(_LONGEST_CHAIN, len(arms), _LONGEST_CHAIN):
            piece = arms[begin : begin + _LONGEST_CHAIN]
            is_last = begin + _LONGEST_CHAIN >= len(arms)
            inside = _nested(piece, otherwise) if is_last else [hit, *_nested(piece, [miss])]
            out.append(tree.If(missed, inside, [], span))
        return out

    def _select(self, node: nodes.Select) -> list[Statement]:
        subject = self._temporary(node.subject.span)
        out: list[Statement] = [tree.Let(subject, self.expression(node.subject), node.subject.span)]
        arms: list[Arm] = []
        for case in node.cases:
            tests = [self._case(subject, found) for found in case.tests]
            if tests:
                arms.append((_any_of(tests, case.span), self._body(case.body), case.span))
        return [*out, *self._chain(arms, self._body(node.otherwise), node.span)]

    def _case(self, subject: tree.Variable, found: nodes.CaseTest) -> Expression:
        span = found.span
        value = self.expression(found.value)
        if found.word == "TO" and found.high is not None:
            low = tree.Binary(">=", subject, value, span)
            return tree.Logic("AND", low, tree.Binary("<=", subject, self.expression(found.high), span), span)
        return tree.Binary(found.word or "=", subject, value, span)

    # ---- loops

    def _loop_body(self, kind: str, found: list[nodes.Statement], span: Span) -> list[Statement]:
        self._loops.append(kind)
        self._check_nesting(span)
        body = self._body(found)
        self._loops.pop()
        return body

    def _check_nesting(self, span: Span) -> None:
        if len(self._loops) + self._tries == _MOST_NESTED + 1:
            message = f"more than {_MOST_NESTED} loops and TRY blocks are nested here"
            self.findings.error("too-deep", message, span, "put the inner ones in a SUB")

    def _condition(self, word: str, found: nodes.Expression | None, *, wanted: str) -> Expression | None:
        """The condition of a DO … LOOP, turned round where it is written with the other word."""
        if found is None:
            return None
        test = self.expression(found)
        return test if word == wanted else tree.Not(test, found.span)

    def _for_each(self, node: nodes.ForEach) -> list[Statement]:
        items = self.expression(node.items)
        if node.limit is not None:
            word = tree.Const(node.limit_word.upper(), node.span)
            items = self.helper("portion", [items, word, self.expression(node.limit)], "any", node.span)
        body = self._loop_body("FOR", node.body, node.span)
        return [tree.ForEach(node.variable.name.lower(), items, body, node.span)]

    # ---- ways out and jumps

    def _jump(self, node: nodes.Jump) -> list[Statement]:
        span, word = node.span, " ".join(node.word.upper().split())
        targets = [target.lower() for target in node.targets]
        match word:
            case "END" | "STOP" | "EXIT":
                return [tree.Stop(span)]
            case "EXIT SUB" | "EXIT FUNCTION":
                if self.scope.name == MAIN:
                    what = word.split()[1]
                    self.findings.error("no-procedure", f"there is no {what} around this {word}", span, "write END")
                return [tree.Return(self._result(span), span)]
            case (
                "BREAK"
                | "EXIT FOR"
                | "EXIT DO"
                | "EXIT WHILE"
                | "CONTINUE"
                | "CONTINUE FOR"
                | "CONTINUE DO"
                | "CONTINUE WHILE"
            ):
                kind = word.partition(" ")[2] or None
                if not self._loops or (kind is not None and kind not in self._loops):
                    what = f"{kind} loop" if kind else "loop"
                    self.findings.error("no-loop", f"there is no {what} around this {word}", span)
                    return []
                return [tree.Continue(kind, span) if word.startswith("CONTINUE") else tree.Exit(kind, span)]
            case "RESUME" | "RESUME NEXT":
                return [tree.Resume(word == "RESUME NEXT", span)]
            case "ON ERROR RESUME NEXT":
                return [tree.OnError("next", span)]
            case "ON ERROR GOTO":
                if targets == ["0"]:
                    return [tree.OnError("off", span)]
                self._jumps.append((targets[0], span))
                return [tree.OnError(targets[0], span)]
        self._jumps += [(target, span) for target in targets]
        if node.selector is not None:
            return [tree.OnGoto(self.expression(node.selector), targets, word == "GOSUB", span)]
        return [tree.Gosub(targets[0], span) if word == "GOSUB" else tree.Goto(targets[0], span)]

    def _return(self, node: nodes.Return) -> list[Statement]:
        if node.fields:
            keys, values = [], []
            for found in node.fields:
                key, value = self._returned(found)
                keys.append(key)
                values.append(value)
            return [tree.Return(tree.RecordOf(keys, values, node.span), node.span)]
        given = self._result(node.span) if node.value is None else self.expression(node.value)
        return [tree.Return(given, node.span)]

    def _returned(self, found: nodes.Argument) -> tuple[str, Expression]:
        """One field of RETURN WITH: `value AS name`, `name = value`, or a name alone."""
        if isinstance(found, nodes.Pair):
            name, value = (found.right, found.left) if found.word == "AS" else (found.left, found.right)
            if not isinstance(name, nodes.Name) and isinstance(value, nodes.Name):
                name, value = value, name
            if isinstance(name, nodes.Name):
                return name.name, self.expression(value)
        if isinstance(found, nodes.Name):
            return found.name, self.expression(found)
        if isinstance(found, nodes.Binary) and found.operator == "=" and isinstance(found.left, nodes.Name):
            return found.left.name, self.expression(found.right)
        self.findings.error("missing-name", "this value has no name", found.span, "write it as: value AS name")
        return "value", self.argument(found)

    # ---- blocks

    def _try(self, node: nodes.Try) -> list[Statement]:
        tells = node.catch is not None and not self.scope.mentioned.isdisjoint(("err", "error"))
        weight = (node.catch is not None) + (node.final is not None or tells)
        self._tries += weight
        self._check_nesting(node.span)
        body = self._body(node.body)
        self._tries -= weight
        catch = None if node.catch is None else self._body(node.catch)
        final = None if node.final is None else self._body(node.final)
        if catch is None and final is None:
            return body
        variable, span = node.variable.name.lower() if node.variable is not None else None, node.span
        if catch is None or not tells:
            return [tree.Try(body, variable, catch, final, span)]
        # In the CATCH the last error is the one that was caught; whatever way leads out of it, the one before is again.
        variable = variable or self._temporary(span).name
        last, before = tree.Variable(LAST_ERROR, span), self._temporary(span)
        catch[:0] = [tree.Let(last, tree.Variable(variable, span), span)]
        again = tree.Let(last, before, span)
        return [tree.Let(before, last, span), tree.Try(body, variable, catch, [again, *(final or [])], span)]

    def _raw(self, node: nodes.Raw, *, is_top_level: bool) -> list[Statement]:
        """BEGIN TALK is a TALK, BEGIN MAIL a SEND MAIL; TABLE declares."""
        if node.kind == "TABLE":
            declared = of_table(node, self.findings)
            self.declarations += [declared] if declared is not None else []
            return []
        if node.kind == "MAIL":
            return self.command_statement(mail(node), is_top_level=False)
        if node.kind not in nodes.KINDS_OF_TEXT:
            return [tree.Do(self.other_text(node), node.span)]
        if node.kind == "SYSTEM PROMPT":
            self.findings.error(
                "misplaced",
                "this BEGIN SYSTEM PROMPT stands inside something else",
                node.span,
                "put it at the top level",
            )
            return []
        text = nodes.Text(node.parts, node.span)
        command = nodes.Command(
            "TALK", [*node.header, text], "," * len(node.header), node.clauses, "plain", node.span, node.span
        )
        return self.command_statement(command, is_top_level=is_top_level)

    def _with_record(self, node: nodes.With) -> list[Statement]:
        """WITH name: as one record where its lines only set fields, so that names on the right are the outer ones."""
        target = self.variable(node.name)
        simple = [s for s in node.body if isinstance(s, nodes.Assign) and isinstance(s.target, nodes.Name)]
        if node.value is None and len(simple) == len(node.body) and all(s.operator == "=" for s in simple):
            keys = [s.target.name for s in simple if isinstance(s.target, nodes.Name)]
            record = tree.RecordOf(keys, [self.expression(s.value) for s in simple], node.span)
            return [tree.Let(target, record, node.span)]
        value = tree.RecordOf([], [], node.span) if node.value is None else self.expression(node.value)
        out: list[Statement] = [tree.Let(target, value, node.span)]
        before, self._with_name = self._with_name, target
        for found in node.body:
            if isinstance(found, nodes.Assign) and isinstance(found.target, nodes.Name):
                found = nodes.Assign(".", found.target, found.operator, found.value, found.span)
            out += self.statement(found)
        self._with_name = before
        return out


def _nested(arms: list[Arm], otherwise: list[Statement]) -> list[Statement]:
    """The first arm whose test holds, or else what stands in none of them."""
    for test, body, span in reversed(arms):
        otherwise = [tree.If(test, body, otherwise, span)]
    return otherwise


def _any_of(tests: list[Expression], span: Span) -> Expression:
    """The tests joined by OR, as flat as can be: a CASE may have thousands of values."""
    while len(tests) > 1:
        odd = tests[-1:] if len(tests) % 2 else []
        tests = [tree.Logic("OR", *pair, span) for pair in zip(tests[::2], tests[1::2], strict=False)] + odd
    return tests[0]


def _has_missing(owner: nodes.Expression) -> bool:
    """There is a field on the way to the element, and it may not be there yet."""
    while isinstance(owner, nodes.Field | nodes.Index):
        if _field_name(owner) is not None:
            return True
        owner = owner.object
    return False


def _field_name(owner: nodes.Expression) -> str | None:
    """The field that `.name` and `["name"]` mean."""
    match owner:
        case nodes.Field():
            return owner.name
        case nodes.Index(index=nodes.Text(parts=[str() as name])):
            return name
    return None
