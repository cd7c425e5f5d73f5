"""A compiled script as bytes and back, so that a bot is loaded without being parsed again.

The bytes hold Python code that will run: whoever can change them can do all that this process can. A checksum finds
damage, not malice. So read only what nobody else could write; runtime/program_cache.py is careful about that.
"""

import hashlib
import importlib.util
import marshal
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

from tasktalk.interpreter.compiler.compiled import CompiledProcedure, Kept
from tasktalk.interpreter.compiler.lowering import PointPlace
from tasktalk.interpreter.compiler.procedures import LoweredProcedure
from tasktalk.interpreter.compiler.script import COMPILER_VERSION, Names, lowered
from tasktalk.interpreter.errors import Diagnostic, Span
from tasktalk.interpreter.keyword import Keyword, Keywords
from tasktalk.interpreter.limits import Limits, current, in_force
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import Program, source_id, standard_functions
from tasktalk.interpreter.resolver import Declaration, resolve
from tasktalk.interpreter.tree import MAIN

MAGIC = b"TaskTalk program 1\n"
_HASH_BYTES = 32

Plain: TypeAlias = Any  # what marshal takes: numbers, texts, tuples, lists, dicts, code


def key(source: str, keywords: Keywords, name: str, predefined: Collection[str], limits: Limits | None = None) -> str:
    """What the compiled form of a script depends on, as one hash of 64 digits.

    That is the source, its file's name, the keywords, the names that the host gives, the limits of a source, this
    compiler and this Python. All other limits are bound when the program is loaded.
    """
    limits = limits or current()
    of_source = limits.script, limits.nesting
    parts = (source_id(source), name, sorted(predefined), keywords.fingerprint, of_source, compiler())
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def compiler() -> tuple[object, ...]:
    """Changes with every line of this package (functions of the language included), so that no edit is forgotten."""
    folder = Path(__file__).parent
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".json")]
    content = hashlib.sha256()
    for path in files:
        content.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    python = sys.implementation.cache_tag, importlib.util.MAGIC_NUMBER, sys.version
    return COMPILER_VERSION, content.hexdigest(), *python


def dump(program: Program, key: str) -> bytes:
    """The program under its key; ValueError where it holds something that is no plain data."""
    procedures = [
        (
            name,
            procedure.plain_code,
            [(n, tuple(p.span), _number(program.keywords, p.keyword)) for n, p in procedure.points.items()],
            dict(procedure.kept.live),
            list(procedure.kept.guarded),
        )
        for name, procedure in program.procedures.items()
    ]
    whole = (
        program.fingerprint,
        [keyword.phrase for keyword in program.keywords],
        [(phrase, values, tuple(span), *rest) for phrase, values, span, *rest in program.declarations],
        [(d.code, d.message, tuple(d.span), d.hint, d.severity) for d in program.diagnostics],
        (program.shared, program.cells, program.takes_arguments),
        dict(program.procedures[MAIN].phrases),
        procedures,
    )
    body = marshal.dumps(whole)
    return MAGIC + bytes.fromhex(key) + hashlib.sha256(body).digest() + body


def load(
    data: bytes,
    key: str,
    source: str,
    keywords: Keywords,
    name: str,
    predefined: Collection[str],
    limits: Limits | None = None,
) -> Program | None:
    """The program that was dumped under this key; None for bytes that are damaged or something else."""
    head = MAGIC + bytes.fromhex(key)
    begin = len(head) + _HASH_BYTES
    if not data.startswith(head) or hashlib.sha256(data[begin:]).digest() != data[len(head) : begin]:
        return None
    limits = limits or current()
    fingerprint, phrases, declared, found, names, places, procedures = marshal.loads(data[begin:])  # noqa: S302
    used = [_keyword(keywords, phrase) for phrase in phrases]
    again = _Again(source, keywords, name, predefined, fingerprint, limits)
    program = Program(
        source,
        name,
        used,
        [Declaration(phrase, values, Span(*span), *rest) for phrase, values, span, *rest in declared],
        Names(*names),
        {
            n: CompiledProcedure(
                n, name, code, _points(points, used), places, partial(again.procedure, n), Kept(live, guarded)
            )
            for n, code, points, live, guarded in procedures
        },
        fingerprint,
        limits,
    )
    program.diagnostics = [Diagnostic(c, message, Span(*span), *rest) for c, message, span, *rest in found]
    return program


def _number(keywords: Sequence[Keyword], keyword: Keyword | None) -> int:
    return -1 if keyword is None else keywords.index(keyword)


def _points(points: Plain, keywords: Sequence[Keyword]) -> dict[int, PointPlace]:
    return {n: PointPlace(Span(*span), None if number < 0 else keywords[number]) for n, span, number in points}


def _keyword(keywords: Keywords, phrase: str) -> Keyword:
    found = keywords.get(phrase) or keywords.otherwise
    if found is None:
        raise LookupError(phrase)
    return found


class _Again:
    """The IR of a program, made from its source when the first session resumes in it."""

    def __init__(
        self,
        source: str,
        keywords: Keywords,
        name: str,
        predefined: Collection[str],
        fingerprint: str,
        limits: Limits,
    ) -> None:
        self._source, self._name, self._predefined = source, name, predefined
        self._keywords, self._keyword_count = keywords, len(keywords)
        self._fingerprint, self._limits = fingerprint, limits
        self._procedures: Mapping[str, LoweredProcedure] | None = None

    def procedure(self, name: str) -> LoweredProcedure:
        """The IR of one procedure."""
        if self._procedures is None:
            keywords = self._keywords.first(self._keyword_count)
            with in_force(self._limits):
                script = parse(self._source, keywords.phrases)
            resolved = resolve(script, keywords, standard_functions(), self._predefined)
            made = lowered(resolved.script, self._name)
            if made.fingerprint != self._fingerprint:
                raise RuntimeError(f"{self._name} is no longer compiled to what it was")
            self._procedures = made.procedures
        return self._procedures[name]
