"""A compiled script: from source to Python code objects, and what the runtime asks of it."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from tasktalk.interpreter import environment, function, library
from tasktalk.interpreter.advice import Subject, advise
from tasktalk.interpreter.collector import uncollected
from tasktalk.interpreter.compiler.compiled import CompiledProcedure
from tasktalk.interpreter.compiler.jumps import NotCompilable
from tasktalk.interpreter.compiler.script import LONG, Names, lowered
from tasktalk.interpreter.errors import Diagnostic, NotRunnable, Span, as_warning
from tasktalk.interpreter.function import Functions
from tasktalk.interpreter.keyword import Keyword, Keywords
from tasktalk.interpreter.limits import Limits, current, in_force
from tasktalk.interpreter.parameters import Parameter, Reader, accepted, schema_of
from tasktalk.interpreter.parser import MAX_DIAGNOSTICS, parse
from tasktalk.interpreter.resolver import Declaration, Resolved, resolve
from tasktalk.interpreter.values import Value

ID_DIGITS = 32
"""Of the hash by which a program is known."""
# what a script may contain and yet run: where it comes from, somebody may have had the keyword, function or variable.
# To reach such a keyword or function is an error of the running script; the variable is null, as is what gives no value
NOT_FATAL = frozenset(("unknown-keyword", "unknown-name", "no-value"))
REPEATED = frozenset(("unknown-name",))  # one fault, wherever it is met


class Program:
    """One script, ready to run; immutable but for code that is compiled when a session first resumes at a point.

    `id` is the first half of the SHA-256 of the source. `fingerprint` changes whenever stored sessions no longer fit:
    another compiler, or keywords that suspend at other places.
    """

    def __init__(
        self,
        source: str,
        name: str,
        keywords: list[Keyword],
        declarations: list[Declaration],
        names: Names,
        procedures: Mapping[str, CompiledProcedure],
        fingerprint: str,
        limits: Limits,
    ) -> None:
        self.id = source_id(source)
        self.source, self.name = source, name
        self.diagnostics: list[Diagnostic] = []
        self.keywords, self.declarations = keywords, declarations
        self.parameters = [parameter_of(d) for d in declarations if d.phrase == "PARAM"]
        self.handlers = {d.handler: d for d in declarations if d.handler is not None}
        self.shared, self.cells, self.takes_arguments = names
        self.procedures, self.fingerprint = procedures, fingerprint
        self.limits = limits
        self.globals: dict[str, object] = {
            "__builtins__": _names(standard_functions()),
            "_TEXT": limits.text,
            "_ENTRIES": limits.entries,
        }

    def description(self) -> str:
        """What DESCRIPTION says of the script, in its order."""
        return "\n".join(str(d.values["text"]) for d in self.declarations if d.phrase == "DESCRIPTION")

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what the script takes, by name: what a tool is described with."""
        return schema_of(self.parameters, self.description())

    def accept(self, given: Sequence[Value] | Mapping[str, Value], read: Reader | None = None) -> list[Value]:
        """What the script is given, checked against its PARAMs and in their order; ScriptError `invalid-argument`.

        `read` is what the host does with texts that stand for something else.
        """
        return accepted(self.parameters, given, read)

    def __repr__(self) -> str:
        return f"<Program {self.name} {self.id[:8]}>"


def source_id(source: str) -> str:
    """The first half of the SHA-256 of a source: no two sources that anybody can find share it, and each session has it
    several times."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:ID_DIGITS]


def _program(
    source: str, name: str, resolved: Resolved, limits: Limits, *, infer: bool, long: int, brief: bool
) -> Program:
    script = resolved.script
    made = lowered(script, name, infer=infer, long=long, brief=brief)
    procedures = {
        n: CompiledProcedure(
            n, name, p.compiled(p.fast()), p.points, script.phrases, partial(made.procedures.__getitem__, n)
        )
        for n, p in made.procedures.items()
    }
    return Program(
        source, name, script.keywords, resolved.declarations, made.names, procedures, made.fingerprint, limits
    )


def parameter_of(declared: Declaration) -> Parameter:
    """The parameter that a PARAM declares."""
    values = declared.values
    choices = values.get("choices")
    default = values.get("default")
    return Parameter(
        str(values["name"]),
        declared.span,
        str(values.get("kind") or ""),
        tuple(choices) if isinstance(choices, list) else (),
        values.get("example"),
        str(values.get("description") or ""),
        default,
        bool(values.get("optional")) or default is not None,
        bool(values.get("required")),
    )


@cache
def standard_functions() -> Functions:
    """The functions of the language."""
    return Functions(function.discover(library.__name__))


@cache
def _names(functions: Functions) -> dict[str, object]:
    return environment.table(functions)


def check(
    source: str, keywords: Keywords, predefined: Collection[str] = (), most: int = MAX_DIAGNOSTICS
) -> list[Diagnostic]:
    """What is wrong or doubtful in a script, sorted by place; empty for a clean one. At most so many errors are told.

    Advice is given only on a script without errors: behind an error most of it would be noise.
    """
    try:
        found = _compile(source, keywords, "script", predefined, current(), most=most).diagnostics
    except NotRunnable as broken:
        return broken.diagnostics
    if any(d.severity == "error" for d in found):
        return found
    functions = standard_functions()
    script = parse(source, keywords.phrases)
    resolved = resolve(script, keywords, functions, predefined)
    subject = Subject(script, resolved.script, resolved.declarations, keywords, functions)
    return sorted(dict.fromkeys((*found, *advise(subject))), key=lambda d: d.span)


def compile_script(
    source: str,
    keywords: Keywords,
    name: str = "start.bas",
    predefined: Collection[str] = (),
    *,
    limits: Limits | None = None,
    infer: bool = True,
    long: int = LONG,
    brief: bool = True,
) -> Program:
    """The script as a program; NotRunnable, with all findings, when it has errors.

    A keyword that nobody has is no such error: running it is, and the script can catch that. `limits` (those in
    force, without them) hold for the source and for every session that runs the program. Without `infer` nothing is
    assumed of types; `long` is the length from which a procedure's twins share a tail; without `brief` code that a run
    reaches once has fast forms too. They change speed alone; of two mistakes in one statement, either may be told.
    """
    program = _compile(source, keywords, name, predefined, limits or current(), infer=infer, long=long, brief=brief)
    program.diagnostics = [as_warning(d) for d in program.diagnostics]
    return program


def one_a_fault(of_lines: Iterable[Diagnostic], of_names: Iterable[Diagnostic]) -> list[Diagnostic]:
    """All findings, sorted by place, one for each fault.

    A line that cannot be read says nothing of names, and the same thing said of many places is told at the first one.
    """
    broken = {d.span.line for d in of_lines if d.severity == "error"}
    each = dict.fromkeys((*of_lines, *(d for d in of_names if d.span.line not in broken)))
    found = sorted(each, key=lambda d: d.span)
    places = Counter((d.code, d.message) for d in found)
    told: set[tuple[str, str]] = set()
    out: list[Diagnostic] = []
    for one in found:
        said = one.code, one.message
        if one.code not in REPEATED or places[said] == 1:
            out.append(one)
        elif said not in told:
            told.add(said)
            out.append(replace(one, message=f"{one.message} ({places[said]} times)"))
    return out


@uncollected()
def _compile(
    source: str,
    keywords: Keywords,
    name: str,
    predefined: Collection[str],
    limits: Limits,
    *,
    infer: bool = True,
    long: int = LONG,
    brief: bool = True,
    most: int = MAX_DIAGNOSTICS,
) -> Program:
    with in_force(limits):
        script = parse(source, keywords.phrases, most)
    functions = standard_functions()
    resolved = resolve(script, keywords, functions, predefined)
    found = one_a_fault(script.diagnostics, resolved.diagnostics)
    is_fatal = any(d.severity == "error" and d.code not in NOT_FATAL for d in found)
    del found[most:]
    if is_fatal:
        raise NotRunnable(name, source, found)
    try:
        program = _program(source, name, resolved, limits, infer=infer, long=long, brief=brief)
    except NotCompilable as error:
        found.append(Diagnostic("not-supported", error.message, error.span))
        raise NotRunnable(name, source, found) from None
    except (SyntaxError, RecursionError, MemoryError) as error:
        # Python's own compiler has limits on nesting; the parser's are tighter for all but odd mixtures
        line = getattr(error, "lineno", None) or 1
        message = "this is nested too deeply to be compiled"
        found.append(Diagnostic("too-deep", message, Span(line, 1, line, 2), "put parts of it in SUBs"))
        raise NotRunnable(name, source, found) from error
    program.diagnostics = found
    return program
