"""Blocks that a script declares and a host starts: ON …, BEGIN SYSTEM PROMPT, TABLE. None runs at the top level."""

from tasktalk.interpreter import nodes
from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.phrases import STRUCTURE
from tasktalk.interpreter.resolver.expressions import constant, is_constant, is_word, word_of
from tasktalk.interpreter.resolver.findings import Declaration, Findings
from tasktalk.interpreter.resolver.scopes import Scope
from tasktalk.interpreter.tables import columns
from tasktalk.interpreter.values import Value


def of_handler(scope: Scope, keywords: Keywords, findings: Findings) -> Declaration:
    """The declaration of a block that is a procedure of its own."""
    node = scope.block
    if isinstance(node, nodes.Raw):
        is_plain = all(isinstance(part, str) for part in node.parts)
        text: Value = "".join(p for p in node.parts if isinstance(p, str)) if is_plain else None
        return Declaration("SYSTEM PROMPT", {"text": text}, node.span, scope.name, tuple(scope.parameters))
    if not isinstance(node, nodes.OnEvent):
        raise TypeError("a handler is ON … or SYSTEM PROMPT")
    given: list[Value] = []
    for argument in node.arguments:
        if is_word(argument):
            given.append(word_of(argument))
        elif not isinstance(argument, nodes.Pair) and is_constant(argument):
            given.append(constant(argument))
        else:
            hint = f'write {node.phrase} "name"'
            findings.error("not-a-constant", "what is waited for is written out", argument.span, hint)
    if STRUCTURE.get(node.phrase) != "ONEVENT":
        command = nodes.Command(node.phrase, [], "", [], "plain", node.span, node.span)
        findings.diagnostics.append(_unknown(keywords, command))
    values: dict[str, Value] = {"name": given[0] if given else None, "arguments": given}
    return Declaration(node.phrase, values, node.span, scope.name, tuple(scope.parameters))


def _unknown(keywords: Keywords, command: nodes.Command) -> Diagnostic:
    """ON FACE DETECTED: kept for a host that knows it, with a word to the author."""
    span = command.span._replace(end_line=command.span.line, end_column=command.span.column + len(command.phrase))
    return Diagnostic("unknown-keyword", keywords.unknown(command).message, span)


def of_table(node: nodes.Raw, findings: Findings) -> Declaration | None:
    """The declaration of a table, its columns read; None where it has no name."""
    if not node.header or not is_word(node.header[0]):
        findings.error("missing-name", "this TABLE has no name", node.span, "write TABLE name")
        return None
    connection = next((c.arguments[0] for c in node.clauses if c.word == "ON" and c.arguments), None)
    body = "".join(part for part in node.parts if isinstance(part, str))
    found, problems = columns(body, node.span.line + 1)
    findings.diagnostics += problems
    values: dict[str, Value] = {
        "name": word_of(node.header[0]),
        "connection": word_of(connection) if connection is not None and is_word(connection) else None,
        "columns": found,
    }
    return Declaration("TABLE", values, node.span)


def mail(node: nodes.Raw) -> nodes.Command:
    """BEGIN MAIL to: a SEND MAIL to, subject, body; the subject is what follows `Subject:` in the first line."""
    parts = list(node.parts)
    subject: list[str | nodes.Expression] = []
    if parts and isinstance(parts[0], str) and parts[0].lstrip().lower().startswith("subject:"):
        parts[0] = parts[0].lstrip()[len("subject:") :].lstrip(" \t")
        while parts:
            part = parts.pop(0)
            if isinstance(part, str) and "\n" in part:
                line, _, rest = part.partition("\n")
                subject.append(line.rstrip())
                parts.insert(0, rest.removeprefix("\n"))
                break
            subject.append(part)
    span = node.span
    items: list[nodes.Argument] = [*node.header, nodes.Text(subject, span), nodes.Text(parts, span)]
    return nodes.Command("SEND MAIL", items, "," * (len(items) - 1), node.clauses, "plain", span, span)
