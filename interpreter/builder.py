"""What each grammar rule makes: nodes with exact spans. It holds no state, so one builder serves all parses at once."""

from typing import Any, TypeAlias

from tasktalk.interpreter import nodes
from tasktalk.interpreter.errors import Span, new_span
from tasktalk.interpreter.lines import Block, End, InlineIf, Item, Opener, Part
from tasktalk.interpreter.operators import Flat, nest
from tasktalk.interpreter.tokens import Token

# What a rule's symbols gave, in the rule's order: tokens, nodes, and lists of them. Only the grammar knows which.
Children: TypeAlias = list[Any]

SEPARATORS = {"COMMA": ",", "SEMI": ";", "JUXT": "␣"}


def between(first: Any, last: Any) -> Span:
    """The stretch from one child to another, tokens or nodes."""
    a, b = first.span, last.span
    return new_span(Span, (a[0], a[1], b[2], b[3]))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def behind(c: Children, terminal: str) -> Any:
    """The child behind the token of that terminal; None when the rule was taken without it."""
    for i, child in enumerate(c):
        if type(child) is Token and child.type == terminal:
            return c[i + 1]
    return None


def has(c: Children, terminal: str) -> bool:
    return any(type(child) is Token and child.type == terminal for child in c)


def name_of(token: Token) -> nodes.Name:
    return nodes.Name(token.text, token.span)


def words_of(token: Token) -> str:
    """The words of a structure's terminal, in capitals with one blank between."""
    return str(token.value or token.text)


class Builder:
    """Callbacks by rule name."""

    # ---- lines -------------------------------------------------------------------------------------------------------

    def line(self, c: Children) -> list[Item]:
        items = as_list(c[0])
        if len(c) == 3:
            items.extend(as_list(c[2]))
        return items

    body = line

    def labels(self, c: Children) -> list[nodes.Label]:
        return [*(c[0] if len(c) > 1 else []), nodes.Label(c[-1].text, c[-1].span)]

    def labelled(self, c: Children) -> list[Item]:
        items = as_list(c[1]) if len(c) > 1 else []
        for label in c[0]:
            label.is_alone = not items
        return [*c[0], *items]

    def names(self, c: Children) -> list[Any]:
        if len(c) == 1:
            return c
        c[0].append(c[2])
        first: list[Any] = c[0]
        return first

    params = cases = fields = names

    # ---- statements --------------------------------------------------------------------------------------------------

    def assign(self, c: Children) -> nodes.Assign:
        return nodes.Assign("", c[0], c[1].text, c[2], between(c[0], c[2]))

    def let(self, c: Children) -> nodes.Assign:
        return nodes.Assign(str(c[0].value), c[1], c[2].text, c[3], between(c[0], c[3]))

    def with_field(self, c: Children) -> nodes.Assign:
        return nodes.Assign(".", c[1], c[2].text, c[3], between(c[0], c[3]))

    def do(self, c: Children) -> nodes.Do | InlineIf:
        """A command, or `TALK "Olá" IF language = "pt"`: one that depends on what stands behind it."""
        value: Any = c[0]
        last = value.clauses[-1] if type(value) is nodes.Command and value.clauses else None
        condition = last.arguments[0] if last is not None and last.word == "IF" and len(last.arguments) == 1 else None
        if condition is None or isinstance(condition, nodes.Pair):
            return nodes.Do(value, value.span)
        value.clauses.pop()
        return InlineIf(condition, [nodes.Do(value, value.span)], [], value.span)

    def jump(self, c: Children) -> nodes.Jump:
        return nodes.Jump(words_of(c[0]), [token.text for token in c[1:]], None, between(c[0], c[-1]))

    def on_goto(self, c: Children) -> nodes.Jump:
        targets: list[Token] = c[3]
        return nodes.Jump(words_of(c[2]).upper(), [t.text for t in targets], c[1], between(c[0], targets[-1]))

    def returns(self, c: Children) -> nodes.Return:
        return nodes.Return(c[1] if len(c) > 1 else None, [], between(c[0], c[-1]))

    def returns_with(self, c: Children) -> nodes.Return:
        fields: list[nodes.Argument] = c[1][0]
        return nodes.Return(None, fields, between(c[0], fields[-1]))

    def raw(self, c: Children) -> nodes.Raw:
        header: list[nodes.Argument] = next((x[0] for x in c if type(x) is tuple), [])
        clauses: list[nodes.Clause] = next((x for x in c if type(x) is list), [])
        return nodes.Raw(str(c[0].value), header, clauses, c[-1].parts, between(c[0], c[-1]))

    # ---- blocks ------------------------------------------------------------------------------------------------------

    def opener(self, c: Children, block: Block) -> Opener:
        return Opener(c[0].type, block, block.span)

    def if_opener(self, c: Children) -> Opener:
        span = between(c[0], c[-1])
        return Opener("IF", nodes.If([nodes.Arm(c[1], [], span)], [], False, span), span, len(c) == 3)

    def inline_if(self, c: Children) -> InlineIf:
        yes = as_list(c[3])
        no = as_list(behind(c, "ELSE") or [])
        last = c[-1][-1] if type(c[-1]) is list else c[-1]
        return InlineIf(c[1], jump_for_number(yes), jump_for_number(no), between(c[0], last))

    def if_goto(self, c: Children) -> InlineIf:
        jump = nodes.Jump(words_of(c[2]).upper(), [c[3].text], None, between(c[2], c[3]))
        no = as_list(behind(c, "ELSE") or [])
        return InlineIf(c[1], [jump], jump_for_number(no), between(c[0], no[-1] if no else c[3]))

    def else_if(self, c: Children) -> list[Item]:
        then = behind(c[:3], "ELSEIF") is not None and has(c, "THEN")
        end = c[2] if then else c[1]
        part = Part("ELSEIF", between(c[0], end), condition=c[1], has_then=then)
        return [part, *(as_list(c[3]) if len(c) > 3 else [])]

    def else_part(self, c: Children) -> list[Item]:
        return [Part(c[0].type, c[0].span), *(as_list(c[1]) if len(c) > 1 else [])]

    case_else = else_part

    def end(self, c: Children) -> End:
        return End(words_of(c[0]), c[0].span)

    def for_each(self, c: Children) -> Opener:
        limit = next((x for x in c if type(x) is Token and x.type == "LIMIT"), None)
        block = nodes.ForEach(
            name_of(c[1]), c[3], limit.upper if limit else "", behind(c, "LIMIT"), [], between(c[0], c[-1])
        )
        return self.opener(c, block)

    def for_opener(self, c: Children) -> Opener:
        return self.opener(c, nodes.For(name_of(c[1]), c[3], c[5], behind(c, "STEP"), [], between(c[0], c[-1])))

    def next(self, c: Children) -> list[Item]:
        if len(c) == 1:
            return [End("NEXT", c[0].span)]
        return [End("NEXT", between(c[0], name), name_of(name)) for name in c[1]]

    def while_opener(self, c: Children) -> Opener:
        return self.opener(c, nodes.While(c[1], [], between(c[0], c[-1])))

    def do_loop(self, c: Children) -> Opener:
        word, condition = (c[1].upper, c[2]) if len(c) > 1 else ("", None)
        return self.opener(c, nodes.DoLoop(word, condition, [], "", None, between(c[0], c[-1])))

    def loop(self, c: Children) -> End:
        word, condition = (c[1].upper, c[2]) if len(c) > 1 else ("", None)
        return End("LOOP", between(c[0], c[-1]), None, word, condition)

    def select(self, c: Children) -> Opener:
        return self.opener(c, nodes.Select(c[1], [], [], between(c[0], c[1])))

    def case_part(self, c: Children) -> Part:
        return Part("CASE", between(c[0], c[1][-1]), tests=c[1])

    def case(self, c: Children) -> nodes.CaseTest:
        if len(c) == 1:
            return nodes.CaseTest("", c[0], None, c[0].span)
        if len(c) == 3:
            return nodes.CaseTest("TO", c[0], c[2], between(c[0], c[2]))
        return nodes.CaseTest(str(c[0].value), c[1], None, between(c[0], c[1]))

    def procedure(self, c: Children) -> Opener:
        parameters = next((x for x in c if type(x) is list), [])
        kind: Any = words_of(c[0])
        return self.opener(c, nodes.Procedure(kind, name_of(c[1]), parameters, [], between(c[0], c[-1])))

    def param(self, c: Children) -> nodes.Parameter:
        kind = behind(c, "AS")
        return nodes.Parameter(name_of(c[0]), behind(c, "ASSIGN"), kind.text if kind else None, between(c[0], c[-1]))

    def try_opener(self, c: Children) -> Opener:
        return self.opener(c, nodes.Try([], None, None, None, c[0].span))

    def catch(self, c: Children) -> Part:
        return Part("CATCH", between(c[0], c[-1]), variable=name_of(c[1]) if len(c) > 1 else None)

    def finally_part(self, c: Children) -> Part:
        return Part("FINALLY", c[0].span)

    def with_opener(self, c: Children) -> Opener:
        return self.opener(c, nodes.With(name_of(c[1]), behind(c, "ASSIGN"), [], between(c[0], c[-1])))

    def on_event(self, c: Children) -> Opener:
        arguments: list[nodes.Argument] = c[1][0] if len(c) > 1 and type(c[1]) is tuple else []
        end = c[-1] if type(c[-1]) is not tuple else arguments[-1]
        return self.opener(c, nodes.OnEvent(words_of(c[0]), arguments, [], between(c[0], end)))

    # ---- operators ---------------------------------------------------------------------------------------------------

    def seq(self, c: Children) -> Flat:
        flat: Flat = c[0] if type(c[0]) is list else c[:1]
        for item in c[1:]:
            if type(item) is list:
                flat.extend(item)
            else:
                flat.append(item)
        return flat

    prefixes = seq

    def operation(self, c: Children) -> nodes.Expression:
        return nest(c[0])

    def conditional(self, c: Children) -> nodes.Conditional:
        return nodes.Conditional(c[0], c[2], c[4], between(c[0], c[4]))

    # ---- commands ----------------------------------------------------------------------------------------------------

    def args(self, c: Children) -> tuple[list[nodes.Argument], list[str]]:
        """Arguments, and what stands between them; a comma with nothing behind it says nothing."""
        first = c[0]
        if type(first) is not tuple:
            return [first], []
        if len(c) == 3:
            first[1].append(SEPARATORS[c[1].type])
            first[0].append(c[2])
        return first

    def pair(self, c: Children) -> nodes.Pair:
        return nodes.Pair(c[0], "=" if c[1].text == "=" else "AS", c[2], between(c[0], c[2]))

    def clause(self, c: Children) -> nodes.Clause:
        items, separators = c[-1] if len(c) > 1 else ([], [])
        if len(c) == 3:
            separators = [",", *separators]  # ORDER BY a DESC, b
        span = between(c[0], items[-1]) if items else c[0].span
        return nodes.Clause(str(c[0].value), items, "".join(separators), span)

    def clauses(self, c: Children) -> list[nodes.Clause]:
        return c if len(c) == 1 else [*c[0], c[1]]

    def command(self, c: Children) -> nodes.Command:
        items, separators = c[1] if len(c) > 1 and type(c[1]) is tuple else ([], [])
        if len(c) > 1 and type(c[-1]) is Token:  # ENDCOMMAND
            c = c[:-1]
        clauses = c[-1] if type(c[-1]) is list else []
        last = clauses[-1] if clauses else items[-1] if items else c[0]
        span = between(c[0], last)
        return nodes.Command(str(c[0].value), items, "".join(separators), clauses, "plain", span, c[0].span)

    def command_call(self, c: Children) -> nodes.Command:
        items, separators = c[2] if len(c) > 3 else ([], [])
        span = between(c[0], c[-1])
        return nodes.Command(str(c[0].value), items, "".join(separators), [], "call", span, c[0].span)

    def tight(self, c: Children) -> nodes.Command:
        clauses = [nodes.Clause("AS", [c[3]], "", between(c[2], c[3]))] if len(c) > 2 else []
        return nodes.Command(str(c[0].value), [c[1]], "", clauses, "tight", between(c[0], c[-1]), c[0].span)

    # ---- operands ----------------------------------------------------------------------------------------------------

    def name(self, c: Children) -> nodes.Name:
        return nodes.Name(c[0].text, c[0].span)

    def number(self, c: Children) -> nodes.Number:
        return nodes.Number(c[0].value, c[0].span)

    def string(self, c: Children) -> nodes.Text:
        return nodes.Text(c[0].parts, c[0].span)

    def constant(self, c: Children) -> nodes.Constant:
        return nodes.Constant("*" if c[0].type == "ANY" else c[0].value, c[0].span)

    def group(self, c: Children) -> nodes.Expression:
        value: nodes.Expression = c[1]
        value.span = between(c[0], c[2])  # a caret under a group shows its brackets
        return value

    def list_literal(self, c: Children) -> nodes.ListLiteral:
        return nodes.ListLiteral(c[1][0] if len(c) > 2 else [], between(c[0], c[-1]))

    def round_list(self, c: Children) -> nodes.ListLiteral:
        """`IF size IN (1, 2)`."""
        return nodes.ListLiteral([c[1], *c[3][0]], between(c[0], c[-1]))

    def record(self, c: Children) -> nodes.RecordLiteral:
        return nodes.RecordLiteral(c[1] if len(c) > 2 else [], between(c[0], c[-1]))

    def pair_field(self, c: Children) -> tuple[str, nodes.Expression]:
        token: Token = c[0]
        key = token.text
        if token.parts is not None:
            key = "".join(part if isinstance(part, str) else "${…}" for part in token.parts)
        return key, c[2] if len(c) > 1 else name_of(token)

    def field(self, c: Children) -> nodes.Field:
        return nodes.Field(c[0], c[2].text, c[1].text == "?.", between(c[0], c[2]))

    def index(self, c: Children) -> nodes.Index:
        return nodes.Index(c[0], c[2], between(c[0], c[3]))

    def call(self, c: Children) -> nodes.Call:
        return nodes.Call(c[0], c[2][0] if len(c) > 3 else [], between(c[0], c[-1]))


def jump_for_number(body: list[Item]) -> list[Item]:
    """`IF c THEN 100` goes to the line 100."""
    if len(body) == 1 and isinstance(body[0], nodes.Do) and isinstance(number := body[0].value, nodes.Number):
        return [nodes.Jump("GOTO", [str(number.value)], None, number.span)]
    return body
