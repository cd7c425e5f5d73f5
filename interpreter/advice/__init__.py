"""Advice on scripts that run: what is probably not meant. Each rule is one module here and one entry of RULES.

A rule is pure: it reads the script as written and as resolved, and gives findings. It speaks up only where something is
nearly always a mistake; what is merely unusual is the author's business.
"""

from tasktalk.interpreter.advice import (
    bare_constant,
    endless_loop,
    hear_without_timeout,
    impossible_word,
    maybe_unset,
    negative_wait,
    printed_not_said,
    shadowed,
    text_as_number,
    unreachable,
    unused,
)
from tasktalk.interpreter.advice.rule import Rule, Subject
from tasktalk.interpreter.errors import Diagnostic

__all__ = ["RULES", "Rule", "Subject", "advise"]

RULES: tuple[Rule, ...] = (
    bare_constant.RULE,
    endless_loop.RULE,
    hear_without_timeout.RULE,
    impossible_word.RULE,
    maybe_unset.RULE,
    negative_wait.RULE,
    printed_not_said.RULE,
    shadowed.RULE,
    text_as_number.RULE,
    unreachable.RULE,
    unused.RULE,
)


def advise(subject: Subject) -> list[Diagnostic]:
    """What the rules say of a script without errors, each a warning."""
    return [
        Diagnostic(rule.code, advice.message, advice.span, advice.hint, "warning")
        for rule in RULES
        for advice in rule.find(subject)
    ]
