"""Statements back to text: parse(unparse(script)) == script. The layout is one statement a line, two blanks a level.

Comments are not written; a formatter has them in `Script.comments`.
"""

from tasktalk.interpreter import nodes
from tasktalk.interpreter.nodes import KINDS_OF_TEXT, Script, Statement
from tasktalk.interpreter.unparse_expressions import argument, arguments, clause, expression


def unparse(script: Script) -> str:
    """The script's text; the empty text for an empty script."""
    lines: list[str] = []
    body(script.body, "", lines)
    return "\n".join(lines) + "\n" if lines else ""


def body(statements: list[Statement], indent: str, lines: list[str]) -> None:
    for statement in statements:
        match statement:
            case nodes.If() as block if block.is_inline and (text := inline(block)):
                lines.append(indent + text)
            case nodes.If():
                if_block(statement, indent, lines)
            case nodes.Select():
                select(statement, indent, lines)
            case nodes.Try():
                try_block(statement, indent, lines)
            case nodes.Raw():
                raw(statement, lines)
            case (
                nodes.Assign() | nodes.Do() | nodes.Jump() | nodes.Label() | nodes.Return()
            ):  # fmt: skip
                lines.append(indent + simple(statement))
            case nodes.Unknown(command, end, inner):
                lines.append(indent + expression(command))
                body(inner, indent + "  ", lines)
                lines.append(f"{indent}END {end}")
            case _:
                first, last = frame(statement)
                lines.append(indent + first)
                body(statement.body, indent + "  ", lines)
                lines.append(indent + last)


# ---- blocks ----------------------------------------------------------------------------------------------------------


def if_block(block: nodes.If, indent: str, lines: list[str]) -> None:
    for i, arm in enumerate(block.arms):
        lines.append(f"{indent}{'ELSE IF' if i else 'IF'} {expression(arm.condition)} THEN")
        body(arm.body, indent + "  ", lines)
    if block.otherwise:
        lines.append(indent + "ELSE")
        body(block.otherwise, indent + "  ", lines)
    lines.append(indent + "END IF")


def inline(block: nodes.If) -> str:
    """An IF that fits on one line; empty when its bodies hold anything but simple statements."""
    texts = []
    for statements in (block.arms[0].body, block.otherwise):
        parts = [simple(s) for s in statements if isinstance(s, nodes.Assign | nodes.Do | nodes.Jump | nodes.Return)]
        if len(parts) < len(statements):
            return ""
        texts.append(" : ".join(parts))
    if not texts[0]:
        return ""
    otherwise = f" ELSE {texts[1]}" if texts[1] else ""
    return f"IF {expression(block.arms[0].condition)} THEN {texts[0]}{otherwise}"


def select(block: nodes.Select, indent: str, lines: list[str]) -> None:
    lines.append(f"{indent}SELECT CASE {expression(block.subject)}")
    for case in block.cases:
        lines.append(f"{indent}  CASE {', '.join(case_test(test) for test in case.tests)}")
        body(case.body, indent + "    ", lines)
    if block.otherwise:
        lines.append(indent + "  CASE ELSE")
        body(block.otherwise, indent + "    ", lines)
    lines.append(indent + "END SELECT")


def case_test(test: nodes.CaseTest) -> str:
    if test.high is not None:
        return f"{expression(test.value)} TO {expression(test.high)}"
    return f"IS {test.word} {expression(test.value)}" if test.word else expression(test.value)


def try_block(block: nodes.Try, indent: str, lines: list[str]) -> None:
    lines.append(indent + "TRY")
    body(block.body, indent + "  ", lines)
    if block.catch is not None:
        lines.append(indent + (f"CATCH {block.variable.name}" if block.variable else "CATCH"))
        body(block.catch, indent + "  ", lines)
    if block.final is not None:
        lines.append(indent + "FINALLY")
        body(block.final, indent + "  ", lines)
    lines.append(indent + "END TRY")


def frame(
    block: nodes.ForEach | nodes.For | nodes.While | nodes.DoLoop | nodes.Procedure | nodes.With | nodes.OnEvent,
) -> tuple[str, str]:
    """The first and the last line of a block with one body."""
    match block:
        case nodes.ForEach(variable, items, word, limit):
            tail = f" {word} {expression(limit)}" if limit is not None else ""
            return f"FOR EACH {variable.name} IN {expression(items)}{tail}", "NEXT"
        case nodes.For(variable, start, stop, step):
            tail = f" STEP {expression(step)}" if step is not None else ""
            return f"FOR {variable.name} = {expression(start)} TO {expression(stop)}{tail}", "NEXT"
        case nodes.While(condition):
            return f"WHILE {expression(condition)}", "END WHILE"
        case nodes.DoLoop():
            before = f" {block.before_word} {expression(block.before)}" if block.before is not None else ""
            after = f" {block.after_word} {expression(block.after)}" if block.after is not None else ""
            return "DO" + before, "LOOP" + after
        case nodes.Procedure(kind, name, parameters):
            listed = f"({', '.join(parameter(p) for p in parameters)})" if parameters else ""
            return f"{kind} {name.name}{listed}", f"END {kind}"
        case nodes.With(name, value):
            tail = f" = {expression(value)}" if value is not None else ""
            return f"WITH {name.name}{tail}", "END WITH"
        case nodes.OnEvent(phrase, items):
            return f"{phrase} {arguments(items, ',')}".rstrip(), "END ON"


def parameter(value: nodes.Parameter) -> str:
    kind = f" AS {value.kind}" if value.kind else ""
    default = f" = {expression(value.default)}" if value.default is not None else ""
    return value.name.name + kind + default


def raw(block: nodes.Raw, lines: list[str]) -> None:
    is_table = block.kind == "TABLE"
    header = " " + arguments(block.header, ",") if block.header else ""
    lines.append(("" if is_table else "BEGIN ") + block.kind + header + "".join(f" {clause(c)}" for c in block.clauses))
    text = "".join(
        part.replace("${", "\\${") if isinstance(part, str) and not is_table and block.kind in KINDS_OF_TEXT
        else part if isinstance(part, str)
        else f"${{{expression(part)}}}"
        for part in block.parts
    )  # fmt: skip
    if block.kind not in KINDS_OF_TEXT:
        lines[-1] += text
    elif text:
        lines.append(text)
    lines.append("END " + block.kind)


# ---- statements of one line ------------------------------------------------------------------------------------------


def simple(statement: nodes.Assign | nodes.Do | nodes.Jump | nodes.Label | nodes.Return) -> str:
    match statement:
        case nodes.Assign(word, target, operator, value):
            prefix = word if word in ("", ".") else word + " "
            return f"{prefix}{expression(target)} {operator} {expression(value)}"
        case nodes.Do(value):
            return expression(value)
        case nodes.Jump(word, targets, selector):
            start = f"ON {expression(selector)} " if selector is not None else ""
            return f"{start}{word} {', '.join(targets)}".rstrip()
        case nodes.Label(name):
            return name if name.isdigit() else name + ":"
        case nodes.Return():
            if statement.fields:
                return "RETURN WITH " + ", ".join(argument(f) for f in statement.fields)
            return "RETURN" if statement.value is None else f"RETURN {expression(statement.value)}"
