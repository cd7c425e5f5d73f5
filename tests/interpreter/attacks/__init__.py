"""Scripts that try to break out, to hang, to exhaust or to crash; by topic, each with how it must end.

How it must end is `code line` for an error, at run time or before, where the line may be one of some (`3-5`); `endless
line` when it uses up the statements of a turn; `WAITS` when it waits again and again; `DONE`; or `DONE: text|text` with
what is said.
"""

from tests.interpreter.attacks import dates, loops, names, numbers, patterns, recursion, source, texts, values

ATTACKS: dict[str, tuple[str, str]] = {
    f"{module.__name__.rpartition('.')[2]}: {name}": attack
    for module in (dates, loops, names, numbers, patterns, recursion, source, texts, values)
    for name, attack in module.ATTACKS.items()
}
