"""From the syntax tree to the resolved program, with every finding that needs more than one line to see."""

from collections.abc import Collection

from tasktalk.interpreter import nodes
from tasktalk.interpreter.function import Functions
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.resolver.findings import Declaration, Findings, Resolved
from tasktalk.interpreter.resolver.handlers import of_handler
from tasktalk.interpreter.resolver.scopes import Scopes
from tasktalk.interpreter.resolver.statements import StatementResolver
from tasktalk.interpreter.tree import Script

__all__ = ["Declaration", "Resolved", "resolve"]


def resolve(script: nodes.Script, keywords: Keywords, functions: Functions, predefined: Collection[str]) -> Resolved:
    """The resolved program; it is fit to be compiled only when no finding is an error. Never raises for a bad
    script."""
    findings = Findings()
    scopes = Scopes(script, keywords, findings)
    resolved = Script({})
    declarations: list[Declaration] = []
    names = frozenset(name.lower() for name in predefined)
    for scope in [*scopes.procedures.values(), scopes.main]:  # last: a procedure may ask for the script's arguments
        resolver = StatementResolver(scope, scopes, resolved, declarations, keywords, functions, names, findings)
        resolved.procedures[scope.name] = resolver.procedure()
    declarations += [of_handler(scope, keywords, findings) for scope in scopes.handlers.values()]
    declarations.sort(key=lambda declaration: declaration.span)
    for name in scopes.handlers:
        resolved.procedures[name].is_handler = True
    return Resolved(resolved, findings.diagnostics, declarations)
